"""Arrays in memory are read as a file is read."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from facialis.emg.recording import Annotation, Channel, Gap, RecordingError
from facialis.emg.recording.memory import Memory
from facialis.findings import Side

EYE = Channel("L OOc", "orbicularis_oculi", Side.LEFT, 1000.0)
MOUTH = Channel("L OOr", "orbicularis_oris", Side.LEFT, 500.0)
STIM = Annotation(1.0, 0.0, "stim")


@pytest.fixture
def recording() -> Memory:
    return Memory({EYE: np.arange(10_000), MOUTH: np.arange(5_000)}, gaps=[Gap(4.0, 6.0)])


def test_a_window_holds_each_channel_at_its_own_rate(recording):
    eye, mouth = recording.window(1.0, 2.0)
    assert (eye.start_s, eye.samples[0], eye.samples.size) == (1.0, 1000.0, 1000)
    assert (mouth.start_s, mouth.samples[0], mouth.samples.size) == (1.0, 500.0, 500)
    assert eye.samples.dtype == np.float32


def test_a_gap_splits_a_window(recording):
    before, after = recording.window(3.5, 6.5, [0])
    assert (before.start_s, before.samples.size) == (3.5, 500)
    assert (after.start_s, after.samples.size, after.samples[0]) == (6.0, 500, 6000.0)
    assert recording.source.gaps == (Gap(4.0, 6.0),)
    assert recording.window(4.5, 5.5) == []


def test_windows_that_follow_each_other_share_no_sample_and_lose_none(recording):
    edges = np.linspace(0, 10, 1234)
    read = [p.samples for a, b in pairwise(edges) for p in recording.window(a, b, [0])]
    expected = np.concatenate([np.arange(4000), np.arange(6000, 10_000)])
    assert np.array_equal(np.concatenate(read), expected)


def test_the_source_says_what_was_given():
    recording = Memory.of(
        np.zeros((2, 100)),
        50.0,
        [EYE, MOUTH],
        annotations=[Annotation(1.0, 0.0, "stim")],
        started="2026-01-02T03:04:05",
    )
    assert recording.source.duration_s == 2.0
    assert recording.source.started == "2026-01-02T03:04:05"
    assert recording.annotations == (STIM,)
    assert [channel.rate_hz for channel in recording.source.channels] == [50.0, 50.0]


def test_what_is_not_there_is_said(recording):
    with pytest.raises(RecordingError, match="no channel 7"):
        recording.window(0, 1, [7])
    with pytest.raises(RecordingError, match="number of seconds"):
        recording.window(float("nan"), 1)
    with pytest.raises(RecordingError, match="no sample"):
        Memory({})
