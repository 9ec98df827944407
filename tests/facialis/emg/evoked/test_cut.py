"""A continuous recording is cut at its stimuli, whoever says when they came."""

import numpy as np
import pytest

from facialis.emg.evoked import Stimulated
from facialis.emg.evoked.cut import cut
from facialis.emg.recording import Annotation, Channel, RecordingError
from facialis.emg.recording.memory import Memory
from facialis.findings import Side

RATE = 5000.0
TIMES = 0.5 + 0.37 * np.arange(10) + 0.01 * np.sin(np.arange(10))
ASKED = Stimulated.of("zygomatic_left")


def recorded(annotations=(), trigger=False, artefact=True, gaps=()):
    rng = np.random.default_rng(1)
    time = np.arange(round(5 * RATE)) / RATE
    places = np.round(TIMES * RATE).astype(int)
    signal = rng.normal(0, 4, len(time))
    if artefact:
        for place in places:
            after = np.arange(200) / RATE * 1e3
            signal[place : place + 200] += 1500 * np.exp(-after / 0.3) + 60 * np.exp(-after / 4)
    channels = {Channel("L orb oris", "orbicularis_oris", Side.LEFT, RATE): signal}
    if trigger:
        pulses = np.zeros(len(time))
        for place in places:
            pulses[place : place + 10] = 5.0
        channels[Channel("Trigger", None, Side.NONE, RATE, "trigger", "")] = pulses
    return Memory(channels, annotations=annotations, gaps=gaps)


@pytest.mark.parametrize(
    ("more", "said_by"),
    [
        ({"annotations": [Annotation(float(at), 0.0, "stim") for at in TIMES]}, "annotations"),
        ({"trigger": True}, "trigger channel"),
        ({}, "artefact"),
    ],
)
def test_stimuli_come_from_annotations_a_trigger_channel_or_the_artefact(more, said_by):
    (block,), _, told = cut(recorded(**more), ASKED)
    assert told == said_by
    assert len(block) == 10
    assert block.interval_s == pytest.approx(0.37, abs=0.01)
    peak = block.time_ms[abs(block.uv).mean(axis=0).argmax()]
    assert peak == pytest.approx(0.0, abs=0.4)


def test_an_annotation_that_is_late_gives_way_to_the_artefacts_own_sample():
    late = [Annotation(float(at) + 0.0005 * (place % 5), 0.0, "stim") for place, at in enumerate(TIMES)]
    (block,), doubts, _ = cut(recorded(annotations=late), ASKED)
    peaks = block.time_ms[abs(block.uv).argmax(axis=1)]
    assert np.ptp(peaks) <= 0.2
    assert any("artefact's own sample" in doubt for doubt in doubts)


def test_an_annotation_may_name_the_branch_of_each_stimulus():
    words = ["stim zygomatic_left", "stim left marginal mandibular"]
    notes = [Annotation(float(at), 0.0, words[place % 2]) for place, at in enumerate(TIMES)]
    blocks, _, _ = cut(recorded(annotations=notes))
    assert {str(block.stimulated): len(block) for block in blocks} == {
        "zygomatic_left": 5, "marginal_mandibular_left": 5
    }  # fmt: skip


def test_a_sweep_across_a_gap_is_left_out_and_named():
    from facialis.emg.recording import Gap

    (block,), _, _ = cut(
        recorded(annotations=[Annotation(float(at), 0.0, "stim") for at in TIMES], gaps=[Gap(1.3, 1.32)]), ASKED
    )
    assert len(block) == 9
    assert "gap" in block.left_out[0]


def test_without_stimuli_or_branch_the_recording_is_refused_with_what_to_do():
    with pytest.raises(RecordingError, match="mark each stimulus"):
        cut(recorded(artefact=False), ASKED)
    with pytest.raises(RecordingError, match="--stimulated"):
        cut(recorded())


def test_stimuli_between_which_no_sample_lies_are_refused():
    slow = {Channel("submental", "mentalis", Side.LEFT, 1.0): np.zeros(60)}
    marks = [Annotation(at, 0.0, "stim") for at in (10.0, 10.1, 10.2, 10.3)]
    with pytest.raises(RecordingError, match="no sweep lies between"):
        cut(Memory(slow, annotations=marks), ASKED)
