"""A recording of any length is measured in the same memory, wherever it is cut, whatever is missing in it."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from facialis.emg import cells
from facialis.emg import measure as room
from facialis.emg.measure import measure
from facialis.emg.recording.memory import Memory
from facialis.emg.recording.model import Channel, Gap, RecordingError, Span
from facialis.findings import Side
from tests.facialis.emg.long import Tiled, same

OCULI = Channel("oculi", "orbicularis_oculi", Side.LEFT, 1000.0)
ORIS = Channel("oris", "orbicularis_oris", Side.LEFT, 1000.0)


@pytest.fixture
def short_cells(monkeypatch):
    monkeypatch.setattr(cells, "CELL_S", 60.0)


def tiled(seconds, *channels):
    return Tiled(channels or (OCULI, ORIS), [Span(0.0, seconds)])


@pytest.fixture(scope="module")
def whole():
    """Four minutes in one cell."""
    return measure(tiled(240.0))


def test_memory_does_not_grow_with_the_recording(monkeypatch, tmp_path):
    monkeypatch.setattr(cells, "CELL_S", 30.0)
    slow = replace(OCULI, rate_hz=400.0)
    measure(tiled(60.0, slow), workers=1)  # what is made once is made
    peaks = []
    for seconds in (90.0, 270.0):
        recording = tiled(seconds, slow)
        tracemalloc.start()
        measured = measure(recording, keep=tmp_path, workers=1, pyramid=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert len(measured.bursts) > 100
    assert peaks[1] < peaks[0] + 100_000


def test_where_it_is_cut_makes_no_difference(short_cells, whole):
    cut = measure(tiled(240.0))
    assert len(cut.bursts) == len(whole.bursts) > 100
    for name in ("onset_s", "onset_low_s", "onset_high_s", "offset_s", "offset_low_s", "offset_high_s"):
        assert np.allclose(getattr(cut.bursts, name), getattr(whole.bursts, name), atol=1e-6), name
    assert np.allclose(cut.bursts.rms_uv, whole.bursts.rms_uv, rtol=0.01)  # a sample more or less at an edge
    assert np.allclose(cut.rms_uv, whole.rms_uv, rtol=1e-4)
    assert np.array_equal(cut.usable_s, whole.usable_s)
    for window in ((0, 0.0, 240.0, 300), (1, 58.0, 62.0, 10)):
        for a, b in zip(cut.pyramid.window(*window), whole.pyramid.window(*window), strict=True):
            assert np.array_equal(a, b)


def test_no_burst_is_found_twice_or_lost_at_a_cut(short_cells):
    rng = np.random.default_rng(5)
    samples = rng.normal(0, 3, 180_000)
    onsets = np.concatenate([60 + np.array([-1.95, -0.1, 1.02]), 120 + np.array([-1.0, 0.004, 1.3])])
    for onset in onsets:
        samples[int(onset * 1000) : int(onset * 1000) + 150] += rng.normal(0, 40, 150)
    found = measure(Memory({OCULI: samples})).bursts
    assert np.allclose(found.onset_s, onsets, atol=0.01)
    assert np.allclose(found.offset_s - found.onset_s, 0.15, atol=0.02)


@pytest.mark.parametrize("workers", [1, 3])
def test_how_many_work_on_it_makes_no_difference(short_cells, workers):
    assert same(measure(tiled(200.0), workers=workers), measure(tiled(200.0)))


def test_each_channel_is_read_by_its_own_rate(short_cells):
    fast, slow = replace(OCULI, rate_hz=4000.0), replace(ORIS, rate_hz=512.0)
    both = measure(tiled(90.0, fast, slow))
    alone = measure(Tiled([fast], [Span(0.0, 90.0)]))
    assert np.array_equal(both.bursts.of(0).onset_s, alone.bursts.onset_s)
    assert both.rms_uv.shape == (2, 90)
    assert np.isfinite(both.rms_uv).all()
    assert np.isnan(both.bursts.of(1).discharge_hz).all()
    assert both.pyramid.window(1, 0, 90, 90)[1].shape == (90,)


def test_a_gap_is_an_end_of_the_signal_and_nothing_is_made_up_within_it(short_cells):
    spans = [Span(0.0, 59.5), Span(61.25, 61.75), Span(100.0, 100.003), Span(400.0, 470.0)]
    measured = measure(Tiled([OCULI], spans))
    onset, offset = measured.bursts.onset_s, measured.bursts.offset_s
    inside = [(onset >= span.start_s - 1e-6) & (offset <= span.end_s + 1e-6) for span in spans]
    assert np.any(inside, axis=0).all()
    assert inside[0].any()
    assert inside[3].any()
    recorded = np.zeros(470)
    for span in spans:
        edges = np.arange(471)
        recorded += np.diff(np.clip(edges, span.start_s, span.end_s))
    assert np.allclose(measured.usable_s[0], recorded, atol=1e-3)
    assert np.isnan(measured.rms_uv[0, 110:390]).all()
    assert np.isnan(measured.pyramid.window(0, 130, 390, 10)[1]).all()
    assert measured.active[0, 110:390].sum() == 0


def test_what_is_no_number_is_missing_and_not_usable(short_cells):
    samples = tiled(130.0).window(0, 130, [0])[0].samples
    samples[30_000:45_500] = np.nan
    samples[100_000] = np.nan
    measured = measure(Memory({OCULI: samples}))
    assert measured.counts[0].missing == 15_501
    assert measured.usable_s[0, 31:45].sum() == 0
    assert measured.usable_s[0, 45] == pytest.approx(0.5)
    assert measured.usable_s[0, 100] == pytest.approx(0.999)
    low, high = measured.pyramid.window(0, 30, 45, 60)[1:]
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_an_electrode_that_shows_nothing_is_not_usable_and_neither_is_the_end_of_the_range():
    samples = tiled(60.0).window(0, 60, [0])[0].samples
    samples[10_000:25_000] = 7.0
    samples[30_000:50_000] *= 30
    channel = replace(OCULI, low_uv=-100.0, high_uv=100.0, step_uv=0.1)
    for one in (channel, OCULI):
        measured = measure(Memory({one: np.clip(samples, -100, 100)}))
        assert measured.counts[0].flat == 15_000
        assert measured.usable_s[0, 10:25].sum() == 0
        assert measured.counts[0].clipped == pytest.approx(np.sum(np.abs(samples) >= 100), rel=0.01)
        assert measured.usable_s[0, :10].sum() == pytest.approx(10, abs=0.01)


def test_nothing_of_a_recording_without_muscles_is_measured():
    other = replace(OCULI, name="ecg", use="other")
    measured = measure(tiled(20.0, other))
    assert len(measured.bursts) == 0
    assert measured.pyramid is None
    assert measured.usable_s.sum() == 0


def test_progress_is_told_and_may_end_the_run(short_cells):
    told = []
    measure(Tiled([OCULI], [Span(0, 100), Span(150, 250)]), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (200, 200)
    assert told == sorted(told)

    class Stop(Exception):
        pass

    def stop(done, total):
        raise Stop

    with pytest.raises(Stop):
        measure(tiled(400.0), progress=stop)


def test_what_cannot_be_read_any_more_is_said(short_cells):
    class Broken(Tiled):
        def window(self, start_s, stop_s, channels=None):
            if start_s > 100:
                raise RecordingError("the file ends early")
            return super().window(start_s, stop_s, channels)

    with pytest.raises(RecordingError, match="ends early"):
        measure(Broken([OCULI], [Span(0, 400)]))


def test_seconds_are_active_where_bursts_lie(whole):
    for place in (0, 1):
        own = whole.bursts.of(place).sound()
        assert whole.active[place].sum() == pytest.approx(np.sum(own.offset_s - own.onset_s), rel=1e-4)
    assert whole.active.max() <= 1
    assert room.LONG_S > 240


def test_gaps_by_the_hundred_do_no_harm():
    samples = tiled(50.0).window(0, 50, [0])[0].samples
    gaps = [Gap(at, at + 0.1) for at in np.arange(0.37, 49, 0.5)]
    measured = measure(Memory({OCULI: samples}, gaps=gaps))
    assert measured.usable_s.sum() == pytest.approx(50 - 0.1 * len(gaps), abs=0.2)
