"""From one stretch of a recording to the next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facialis_clinic.electrodes.bounds import finest
from facialis_clinic.electrodes.traces import MOST_GAIN, SHORTEST_S, Stretch, beside, by_the_clock, clock, steps

DAYS_S = 72 * 3600.0


@pytest.mark.parametrize(
    ("query", "start", "stop"),
    [
        ({}, 0, 20),
        ({"from": "10", "to": "12"}, 10, 12),
        ({"from": "-3", "to": "2"}, 0, 5),
        ({"from": "98", "to": "120"}, 78, 100),
        ({"from": "5"}, 5, 25),
        ({"from": "nan", "to": "4"}, 0, 4),
        ({"from": "7", "to": "3"}, 7, 7 + SHORTEST_S),
        ({"from": "0", "to": "1e300"}, 0, 100),
        ({"from": "x" * 100, "to": "y"}, 0, 20),
    ],
)
def test_an_address_always_means_a_stretch_within_the_recording(
    query: dict[str, str], start: float, stop: float
) -> None:
    now = Stretch.asked(query, 100.0)
    assert (now.start_s, now.stop_s) == pytest.approx((start, stop))


def test_a_recording_shorter_than_the_first_stretch_is_shown_whole() -> None:
    now = Stretch.asked({}, 6.0)
    assert (now.start_s, now.stop_s) == (0.0, 6.0)
    assert {way.key for way in steps(now, None, None) if way.to} == {"nearer", "smaller", "larger"}


def test_every_way_on_stays_within_and_comes_back() -> None:
    now = Stretch(1000.0, 1010.0, DAYS_S)
    ways = {way.key: way.to for way in steps(now, 900.0, 2000.0)}
    assert ways["later"] is not None
    assert ways["later"].moved(-0.8) == now
    nearer = ways["nearer"]
    assert nearer is not None
    assert (nearer.span_s, (nearer.start_s + nearer.stop_s) / 2) == pytest.approx((4.0, 1005.0))
    assert ways["before"] == now.about(900.0)
    assert ways["all"] == Stretch(0.0, DAYS_S, DAYS_S)
    for way in ways.values():
        assert way is not None
        assert 0 <= way.start_s < way.stop_s <= DAYS_S


def test_the_burst_after_leads_through_all_of_them_and_the_burst_before_back() -> None:
    onsets = [3.0, 3.004, 10.0, 40.0, 40.002, 70.0]
    now, seen = Stretch(0.0, 4.0, 100.0), []
    while (after := beside(onsets, now)[1]) is not None:
        seen.append(after)
        now = now.about(after)
        assert len(seen) < 10
    assert [round(at) for at in seen][-3:] == [10, 40, 70]
    back = []
    while (before := beside(onsets, now)[0]) is not None:
        back.append(round(before))
        now = now.about(before)
        assert len(back) < 10
    assert back == [40, 10, 3]


def test_a_moment_is_said_as_finely_as_the_stretch_asks_for() -> None:
    assert clock(3.14159, 0.5) == "0:03.142"
    assert clock(59.9996, 0.5) == "1:00.000"
    assert clock(3725.5, 5) == "1:02:05.50"
    assert clock(3725.4, 600) == "1:02:05"


def test_a_page_opens_days_of_edf_here_but_no_long_table_and_nothing_large_from_elsewhere() -> None:
    assert finest("edf", 9 << 30, here=True)
    assert not finest("edf", 9 << 30, here=False)
    assert not finest("csv", 100 << 20, here=True)
    assert not finest("zip", 1000, here=True)


@pytest.mark.parametrize(
    ("asked", "gain"),
    [("2", 2), ("3", 4), ("0.2", 0.25), ("1e9", MOST_GAIN), ("0", 1), ("-4", 1), ("nan", 1), ("x", 1)],
)
def test_the_gain_of_an_address_is_a_power_of_two_within_bounds(asked: str, gain: float) -> None:
    assert Stretch.asked({"gain": asked}, 100.0).gain == gain


def test_a_gain_stays_while_one_moves_and_can_be_taken_back() -> None:
    now = Stretch.asked({"from": "10", "to": "12", "gain": "4"}, 100.0)
    ways = {way.key: way.to for way in steps(now, 3.0, 40.0)}
    assert {way.gain for key, way in ways.items() if way is not None and key not in ("smaller", "larger")} == {4.0}
    assert ways["smaller"] is not None
    assert ways["smaller"].larger(2) == now
    assert "gain=4" in now.query
    assert "gain" not in now.larger(1 / 4).query
    most = {way.key: way.to for way in steps(now.larger(1e6), None, None)}
    assert most["larger"] is None


def test_a_stretch_is_told_by_the_amplifiers_clock_where_that_is_known() -> None:
    now = Stretch(3590.0, 3605.0, DAYS_S)
    assert by_the_clock(now, "2026-01-05T22:59:50") == "day 1, 23:59:40 to 23:59:55"
    assert by_the_clock(now, "2026-01-05T23:00:00") == "day 1, 23:59:50 to day 2, 00:00:05"
    assert by_the_clock(replace(now, length_s=7200.0), "2026-01-05T09:00:00") == "09:59:50 to 10:00:05"
    assert by_the_clock(now, None) == ""
    assert by_the_clock(now, "yesterday") == ""
    assert by_the_clock(now, "9999-12-31T23:30:00") == ""
