"""From one stretch of a recording to the next."""

from __future__ import annotations

import pytest

from facialis_clinic.electrodes.bounds import finest
from facialis_clinic.electrodes.traces import SHORTEST_S, Stretch, beside, clock, steps

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
    assert {way.key for way in steps(now, None, None) if way.to} == {"nearer"}


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
