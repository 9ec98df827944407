"""Traces of days are drawn as lightly as traces of seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar
from xml.etree import ElementTree

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.page.traces import LANE, LEFT, MANY, RIGHT
from facialis.emg.pyramid import Pyramid
from facialis.emg.recording import Channel, Source, Span
from facialis.findings import Side
from facialis.paper.plot import Path, Plot, Text
from facialis_clinic.electrodes.apart.reading import rows_of
from facialis_clinic.electrodes.drawing import svg
from facialis_clinic.electrodes.samples import Opened
from facialis_clinic.electrodes.traces import Stretch, plot

DAYS_S = 72 * 3600.0
T = TypeVar("T", Path, Text)
BURSTS = 80_000


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Opened, Source]]:
    """Three days of two muscles, an hour of them missing, with a burst every three seconds, some doubtful."""
    rng = np.random.default_rng(1000)
    pyramid = Pyramid.empty(DAYS_S, [0, 1])
    count = pyramid.levels[0].count
    blocks = np.abs(rng.normal(20, 5, (2, count, 2))).astype(np.float32) * np.array([-1, 1], np.float32)
    blocks[:, count // 2 : count // 2 + 14_400] = np.nan
    pyramid.put(0, blocks)
    path = pyramid.close_up().save(tmp_path_factory.mktemp("days") / "days")
    onset = np.sort(rng.uniform(0, DAYS_S - 1, BURSTS))
    bursts = Bursts.of_columns(
        BURSTS, channel=rng.integers(0, 2, BURSTS), onset_s=onset, offset_s=onset + 0.05, doubt=rng.random(BURSTS) < 0.1
    )
    names = ("orbicularis_oculi", Side.LEFT), ("orbicularis_oris", Side.RIGHT)
    channels = tuple(Channel(f"{name} of a long label", name, side, 2000.0, "emg", "uV") for name, side in names)
    opened = Pyramid.open(path)
    yield (
        Opened(opened, None, rows_of(bursts), opened.close),
        Source("days", DAYS_S, (Span(0.0, DAYS_S / 2), Span(DAYS_S / 2 + 3600, DAYS_S)), channels, None, ()),
    )
    opened.close()


def _texts(drawn: bytes) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("span_s", [0.02, 1.0, 20.0, 60.0, 600.0, 6 * 3600.0, DAYS_S])
def test_a_picture_stays_light_and_readable_however_long_its_stretch_is(
    days: tuple[Opened, Source], span_s: float
) -> None:
    opened, source = days
    drawn = svg(plot(opened, source, Stretch(1000.0, 1000.0 + span_s, DAYS_S).inside()))
    assert len(drawn) < 40_000 * len(source.channels)
    texts = _texts(drawn)
    ticks = [text for text in texts if text[0].isdigit() and not text.endswith("µV")]
    assert 2 <= len(ticks) <= 10
    assert len(set(ticks)) == len(ticks)
    assert all(len(text) <= 25 for text in texts)


def test_crowded_bursts_are_all_told_of_and_doubtful_ones_stay_hatched(days: tuple[Opened, Source]) -> None:
    opened, source = days
    drawn = svg(plot(opened, source, Stretch(0.0, 1200.0, DAYS_S)))
    shades = [one for one in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}path") if len(one)]
    assert {one.get("fill") == "url(#hatch)" for one in shades} == {True, False}
    told = [int((one[0].text or "").split()[-2]) for one in shades]
    assert min(told) > MANY
    assert sum(set(told)) == len(opened.bursts(0.0, 1200.0))


def test_nothing_is_drawn_where_nothing_was_recorded(days: tuple[Opened, Source]) -> None:
    opened, source = days
    drawn = plot(opened, source, Stretch(DAYS_S / 2 + 60, DAYS_S / 2 + 600, DAYS_S))
    signals = [mark for mark in drawn.marks if isinstance(mark, Path) and mark.look.startswith("signal")]
    assert [mark.d for mark in signals] == ["", ""]
    assert _hatched(opened, source, Stretch(DAYS_S / 2 + 60, DAYS_S / 2 + 600, DAYS_S)) == [(LEFT, RIGHT)]


def test_a_gap_is_hatched_where_it_lies_and_nowhere_else(days: tuple[Opened, Source]) -> None:
    opened, source = days
    assert _hatched(opened, source, Stretch(0.0, 3600.0, DAYS_S)) == []
    ((left, right),) = _hatched(opened, source, Stretch(DAYS_S / 2 - 3600, DAYS_S / 2 + 7200, DAYS_S))
    third = (RIGHT - LEFT) / 3
    assert (left, right) == pytest.approx((LEFT + third, RIGHT - third), abs=0.2)


def test_thousands_of_short_gaps_are_few_boxes(days: tuple[Opened, Source]) -> None:
    opened, source = days
    starts = np.arange(0.0, DAYS_S, 60.0)
    torn = replace(source, spans=tuple(Span(at, at + 59.0) for at in starts))
    assert len(torn.gaps) > 4000
    assert len(_hatched(opened, torn, Stretch(0.0, DAYS_S, DAYS_S))) < RIGHT - LEFT


def test_a_gain_makes_a_lane_show_fewer_microvolts_and_keeps_the_signal_in_it(days: tuple[Opened, Source]) -> None:
    opened, source = days
    now = Stretch(0.0, 1200.0, DAYS_S)
    plain, large = plot(opened, source, now), plot(opened, source, now.larger(8))
    scales = [
        [float(text.text.split()[0]) for text in _marks(one, Text) if "µV" in text.text] for one in (plain, large)
    ]
    assert scales[0] == [8 * scale for scale in scales[1]]
    for row, mark in enumerate(one for one in _marks(large, Path) if one.look.startswith("signal")):
        high = [float(y) for y in re.findall(r"[\d.]+", mark.d)[1::2]]
        assert row * LANE <= min(high) < max(high) <= (row + 1) * LANE


def _marks(drawn: Plot, kind: type[T]) -> list[T]:
    return [mark for mark in drawn.marks if isinstance(mark, kind)]


def _hatched(opened: Opened, source: Source, now: Stretch) -> list[tuple[float, float]]:
    (gaps,) = [mark for mark in _marks(plot(opened, source, now), Path) if mark.look == "gap"]
    boxes = re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", gaps.d)
    return [(float(left), float(left) + float(wide)) for left, wide in boxes]
