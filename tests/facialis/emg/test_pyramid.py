"""Any zoom of any length is drawn from lows and highs, and they are those of the samples."""

from itertools import pairwise

import numpy as np
import pytest

from facialis.emg.pyramid import BASE_S, FACTOR, Pyramid, PyramidError, blocks
from facialis.emg.recording.memory import Memory
from facialis.emg.recording.model import Channel, Gap
from facialis.findings import Side

RATE = 500.0


@pytest.fixture(scope="module")
def signal():
    samples = np.random.default_rng(3).normal(0, 10, int(600 * RATE)).astype(np.float32)
    samples[100_000:100_050] = np.nan
    return samples


@pytest.fixture(scope="module")
def recording(signal):
    return Memory({Channel("a", "mentalis", Side.LEFT, RATE): signal}, gaps=[Gap(301.1, 399.9)])


def made(signal, recording, *, gap=(301.1, 399.9)):
    seen = signal.copy()
    seen[int(gap[0] * RATE) : int(gap[1] * RATE)] = np.nan
    edges = np.arange(0, len(seen) + 1, round(BASE_S * RATE))
    drawn = Pyramid.empty(600.0, [0], recording)
    drawn.put(0, blocks(seen, edges)[None])
    return drawn.close_up(), seen


def by_hand(seen, times, end):
    """Return low and high of what lies between each two times."""
    edges = np.ceil(np.append(times, end) * RATE - 1e-3).astype(int)
    parts = [seen[a:b][~np.isnan(seen[a:b])] for a, b in pairwise(edges)]
    low = np.array([part.min() if len(part) else np.nan for part in parts], np.float32)
    return low, np.array([part.max() if len(part) else np.nan for part in parts], np.float32)


def test_lows_and_highs_are_those_of_the_samples_at_any_zoom(signal, recording):
    drawn, seen = made(signal, recording)
    rng = np.random.default_rng(0)
    for _ in range(100):
        start, length, columns = rng.uniform(0, 595), 10 ** rng.uniform(-0.5, 2.8), int(rng.integers(1, 1200))
        stop = min(start + length, 600.0)
        times, low, high = drawn.window(0, start, stop, columns)
        if len(times) > 1 and np.allclose(np.diff(times), 1 / RATE, atol=1e-6):
            continue  # the samples themselves, see below
        ends = (stop, *(np.ceil(stop / level.block_s) * level.block_s for level in drawn.levels))
        expected = (by_hand(seen, times, min(end, 600.0)) for end in ends)
        assert any(
            np.array_equal(low, a, equal_nan=True) and np.array_equal(high, b, equal_nan=True) for a, b in expected
        ), (start, stop, columns)
        assert times[0] <= start + 1e-9
        assert len(times) <= columns
        assert np.diff(times).max(initial=0) <= FACTOR * max((stop - start) / columns, BASE_S)


def test_where_there_are_fewer_samples_than_columns_they_are_shown_one_by_one(signal, recording):
    drawn, seen = made(signal, recording)
    times, low, high = drawn.window(0, 20.0, 20.5, 1000)
    assert np.allclose(times, 20 + np.arange(250) / RATE)
    assert np.array_equal(low, seen[10_000:10_250])
    assert np.array_equal(low, high)


def test_no_line_is_drawn_over_a_gap_however_near_one_looks(signal, recording):
    drawn, _ = made(signal, recording)
    times, low, _ = drawn.window(0, 300.9, 400.1, 100_000)
    within = (times > 301.1) & (times < 399.9)
    assert np.isnan(low[within]).all()
    assert within.any()


def test_it_is_opened_again_without_the_recording_and_shows_a_quarter_of_a_second_at_best(signal, recording, tmp_path):
    drawn, _ = made(signal, recording)
    again = Pyramid.open(drawn.save(tmp_path / "a" / "lows-and-highs"))
    for window in ((0, 0.0, 600.0, 300), (0, 17.3, 399.0, 1000)):
        for one, other in zip(drawn.window(*window), again.window(*window), strict=True):
            assert np.array_equal(one, other, equal_nan=True)
    times, *_ = again.window(0, 10.0, 12.0, 5000)
    assert np.allclose(np.diff(times), BASE_S)


def test_nothing_in_it_is_read_as_a_program(signal, recording, tmp_path):
    path = made(signal, recording)[0].save(tmp_path / "one")
    head, rest = path.read_bytes().split(b"\n", 1)
    assert b"facialis.emg_pyramid/1" in head
    assert np.frombuffer(rest, "<f4").size == 2 * (2400 + 600 + 150 + 38 + 10 + 3 + 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no pyramid"), (b"\x00\xff\n", "no pyramid"), (b"[1]\n", "no pyramid"), (b'{"format": "x/2"}\n', "version")],
)
def test_another_file_is_refused_in_one_line(tmp_path, content, said):
    (tmp_path / "one").write_bytes(content)
    with pytest.raises(PyramidError, match=said):
        Pyramid.open(tmp_path / "one")


def test_one_that_was_cut_off_is_refused(signal, recording, tmp_path):
    path = made(signal, recording)[0].save(tmp_path / "one")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(PyramidError, match="cut off"):
        Pyramid.open(path)


def test_a_window_outside_the_recording_is_empty_and_another_channel_is_an_error(signal, recording):
    drawn, _ = made(signal, recording)
    assert all(len(part) == 0 for part in drawn.window(0, 700, 800, 10))
    with pytest.raises(ValueError, match="channel 3"):
        drawn.window(3, 0, 1, 10)
    with pytest.raises(ValueError, match="column"):
        drawn.window(0, 0, 1, 0)
