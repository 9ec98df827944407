"""What the numbers of a recording of electrodes say, and how sure they are."""

from __future__ import annotations

import re

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.episodes import dispersion, episodes
from facialis.emg.page import raster
from facialis.emg.page.traces import LEFT, RIGHT
from facialis.emg.recording import Annotation, Channel, Source, Span
from facialis.emg.sleep import scored
from facialis.emg.summary import summarise
from facialis.findings import Side
from facialis.paper.plot import Path, Plot

MUSCLES = (
    Channel("OOc L", "orbicularis_oculi", Side.LEFT, 2000.0),
    Channel("OOr L", "orbicularis_oris", Side.LEFT, 2000.0),
)


def source(length: float, *spans: Span, started: str | None = None) -> Source:
    return Source("invented.edf", length, spans or (Span(0.0, length),), MUSCLES, started)


def bursts(*each: tuple[int, float, float]) -> Bursts:
    channel, onset, offset = zip(*each, strict=True) if each else ((), (), ())
    return Bursts.of_columns(len(each), channel=channel, onset_s=onset, offset_s=offset)


def evenly(count: int, length: float, lasting: float = 0.1, channel: int = 0) -> Bursts:
    onset = np.linspace(0.0, length, count, endpoint=False) + 0.5
    return Bursts.of_columns(count, channel=np.full(count, channel), onset_s=onset, offset_s=onset + lasting)


def test_muscles_that_fire_together_are_one_episode() -> None:
    found = episodes(bursts((0, 1.0, 1.2), (1, 1.005, 1.3), (0, 1.32, 1.4), (0, 2.0, 2.1)))

    assert found.onset_s.tolist() == [1.0, 2.0]
    assert found.offset_s.tolist() == [1.4, 2.1]


def test_a_long_burst_of_one_muscle_holds_the_short_ones_of_another() -> None:
    found = episodes(bursts((0, 1.0, 5.0), (1, 2.0, 2.1), (1, 4.9, 5.2)))

    assert found.onset_s.tolist() == [1.0]
    assert found.offset_s.tolist() == [5.2]


def test_the_time_in_episodes_is_cut_at_the_edges() -> None:
    found = episodes(bursts((0, 8.0, 12.0), (0, 15.0, 16.0)))

    assert found.seconds(np.array([0.0, 10.0, 20.0, 30.0])).tolist() == [2.0, 3.0, 0.0]


def test_time_is_counted_as_often_as_it_was_watched() -> None:
    told = summarise(evenly(60, 300.0), source(300.0), np.vstack([np.ones(300), np.zeros(300)]))

    assert told.usable_s == 300.0
    assert told.bursts_per_min is not None
    assert told.bursts_per_min.value == pytest.approx(12.0)
    assert told.muscles[0].active_time_fraction == pytest.approx(60 * 0.1 / 300.0)
    assert told.muscles[1].bursts_per_min is None


def test_the_share_of_active_time_has_an_interval_that_holds_it() -> None:
    rng, shares = np.random.default_rng(3), []
    for _ in range(100):
        onset = np.sort(rng.uniform(0.0, 899.0, rng.poisson(300)))
        table = Bursts.of_columns(len(onset), onset_s=onset, offset_s=onset + rng.exponential(0.2, len(onset)))
        share = summarise(table, source(900.0), np.ones((2, 900))).active_time_fraction
        assert share is not None
        shares.append(share)

    truth = np.mean([share.value for share in shares])
    assert 88 <= sum(share.low <= truth <= share.high for share in shares) <= 99


def test_volleys_are_seen_as_such() -> None:
    rng = np.random.default_rng(1)
    even = rng.poisson(5.0, 300)
    volleys = rng.poisson(5.0, 300) * (rng.random(300) < 0.3)

    assert dispersion(even, np.ones(300)) < 1.3
    assert dispersion(volleys, np.ones(300)) > 3.0


def test_a_stretch_without_electrodes_has_no_share() -> None:
    watched = np.ones((2, 60))
    watched[:, 20:40] = 0.0

    curve = summarise(evenly(10, 15.0), source(60.0), watched).to_json(source(60.0))["curve"]

    assert curve["usable_s"] == [10.0, 10.0, 0.0, 0.0, 10.0, 10.0]
    assert curve["active_fraction"][2] is None
    assert curve["active_fraction"][4] == 0.0


def test_the_curve_is_hatched_where_nothing_could_be_used_and_the_day_where_nothing_was_recorded() -> None:
    watched = np.ones((2, 60))
    watched[:, 20:40] = 0.0
    told = summarise(evenly(10, 15.0), source(60.0), watched).to_json(source(60.0))
    full = summarise(evenly(10, 15.0), source(60.0), np.ones((2, 60))).to_json(source(60.0))
    day = source(8 * 3600.0, started="2026-03-01T22:00:00")
    whole = summarise(evenly(800, 8 * 3600.0), day, np.ones((2, 8 * 3600))).to_json(day)

    assert gaps(raster.curve(told, 60.0)) == [pytest.approx((LEFT + (RIGHT - LEFT) / 3, (RIGHT - LEFT) / 3), abs=0.2)]
    assert gaps(raster.curve(full, 60.0)) == []
    assert len(gaps(raster.hours(whole))) == 16


def gaps(drawn: Plot | None) -> list[tuple[float, float]]:
    """Return where the hatched boxes of a drawing begin and how wide they are."""
    assert drawn is not None
    (hatched,) = [mark.d for mark in drawn.marks if isinstance(mark, Path) and mark.look == "gap"]
    return [(float(left), float(wide)) for left, wide in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", hatched)]


def test_asleep_and_awake_are_told_apart_where_somebody_scored_it() -> None:
    night = source(7200.0)
    stages = [
        Annotation(0.0, 3600.0, "Sleep stage W"),
        Annotation(3600.0, 1800.0, "Sleep stage N2"),
        Annotation(5400.0, 1800.0, "Sleep stage R"),
    ]
    awake, asleep = evenly(600, 3600.0), evenly(30, 3600.0)
    asleep = Bursts.of_columns(30, onset_s=asleep.onset_s + 3600, offset_s=asleep.offset_s + 3600)

    told = summarise(Bursts.joined([awake, asleep]), night, np.ones((2, 7200)), scored(stages, night)).sleep

    assert told is not None
    assert (told.awake_s, told.asleep_s) == (3600.0, 3600.0)
    assert (told.awake_bursts, told.asleep_bursts) == (600, 30)


def test_nobody_scored_the_sleep() -> None:
    night = source(7200.0)

    assert not scored([Annotation(5.0, 0.0, "Lights off"), Annotation(9.0, 0.0, "stimulation")], night).known
    assert summarise(evenly(9, 7000.0), night, np.ones((2, 7200))).sleep is None


def test_a_stage_ends_where_the_next_begins_and_where_nothing_was_recorded() -> None:
    night = source(300.0, Span(0.0, 100.0), Span(200.0, 300.0))
    found = scored([Annotation(0.0, 0.0, "N1"), Annotation(250.0, 0.0, "Sleep stage ?")], night)

    assert found.asleep == (Span(0.0, 100.0), Span(200.0, 250.0))
    assert found.awake == ()


def test_hours_are_those_of_the_clock() -> None:
    day = source(8 * 3600.0, started="2026-03-01T22:30:00")
    hours = summarise(evenly(800, 8 * 3600.0), day, np.ones((2, 8 * 3600))).hours

    assert [hour for hour, _, _ in hours] == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    assert {hour: usable for hour, usable, _ in hours}[22] == 1800.0
    assert {hour: usable for hour, usable, _ in hours}[6] == 1800.0


def test_nothing_watched_gives_no_number() -> None:
    told = summarise(bursts(), source(20.0), np.zeros((2, 20)))

    assert told.bursts_per_min is None
    assert told.active_time_fraction is None
