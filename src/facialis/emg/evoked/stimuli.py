"""When the stimuli came in a continuous recording: said by annotations, by a trigger channel, or by their artefact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facialis.emg.evoked.sweeps import Floats, Stimulated
from facialis.emg.recording import Annotation, Recording, RecordingError
from facialis.emg.recording.triggers import edges

_SAYS_STIMULUS = re.compile(
    r"\b(stim|stimulus|stimuli|stimulation|shock|pulse|trig|trigger|ttl)\b|^s\s*\d+$|^stimulus/", re.I
)
# A derivative so many deviations out of the ordinary, in every channel at once, is no muscle.
ARTEFACT_MAD = 8.0
# Of the middle artefact: spasms and loose electrodes jump too, but not as high in all channels at once.
_AS_LARGE = 0.3
_APART_S = 0.1
_BLOCK_S = 60.0
# An annotation is written to the millisecond at best; the artefact within so much of it says the sample.
_NEAR_S = 0.005
# Three and more artefacts that follow each other make a series; fewer may be anything.
_LEAST = 3
_MOST = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Stimuli:
    """The stimuli of a recording.

    Attributes
    ----------
    times_s : float64, shape (n,)
        From the start of the recording, in order.
    branches : tuple of Stimulated or None
        What each was given to, where its annotation says it.
    said_by : {"annotations", "trigger channel", "artefact"}
    doubts : tuple of str
    """

    times_s: Floats
    branches: tuple[Stimulated | None, ...]
    said_by: str
    doubts: tuple[str, ...] = ()


def find(recording: Recording, channels: Sequence[int]) -> Stimuli:
    """Return the stimuli of a recording.

    Parameters
    ----------
    recording : Recording
    channels : sequence of int
        Those with electrodes on a muscle, in which the artefact is looked for.

    Raises
    ------
    RecordingError
        In one line, if there is none.
    """
    name = recording.source.name
    said = [note for note in recording.annotations if _SAYS_STIMULUS.search(note.text) or _branch(note.text)]
    word = "annotations"
    if not said:
        word = "trigger channel"
        triggers = [place for place, one in enumerate(recording.source.channels) if one.use == "trigger"]
        said = [edge for place in triggers for edge in edges(recording, place)]
    jumps = _artefacts(recording, channels) if len(said) <= _MOST else np.empty(0)
    if said:
        inside = sorted((note for note in said if _within(note, recording)), key=lambda note: note.onset_s)
        if not inside:
            raise RecordingError(f"{name}: all its stimuli are marked outside the recording; mend its annotations")
        return _refined(inside, jumps, word)
    if len(jumps) < _LEAST:
        raise RecordingError(
            f"{name}: holds no stimuli: no annotation `stim`, no trigger channel and no artefact that repeats; "
            "mark each stimulus, or give the sweeps as CSV"
        )
    return Stimuli(jumps, (None,) * len(jumps), "artefact", ("the stimuli were found by their artefact",))


def _branch(text: str) -> Stimulated | None:
    """Return the branch that an annotation names, with its side."""
    words = re.split(r"[^a-z_]+", text.lower().replace("marginal mandibular", "marginal_mandibular"))
    for first, second in zip(["", *words], [*words, ""], strict=True):
        for word in (first, f"{first}_{second}"):
            try:
                return Stimulated.of(word)
            except ValueError:
                continue
    return None


def _within(note: Annotation, recording: Recording) -> bool:
    return any(span.start_s <= note.onset_s < span.end_s for span in recording.source.spans)


def _refined(said: list[Annotation], jumps: Floats, word: str) -> Stimuli:
    """Move what was said onto the artefact's own sample, where one is close to most of it."""
    times = np.array([note.onset_s for note in said])
    keep = np.concatenate([[True], np.diff(times) > _APART_S / 2])
    said, times = [note for note, kept in zip(said, keep, strict=True) if kept], times[keep]
    doubts: tuple[str, ...] = ()
    if len(jumps):
        place = np.clip(np.searchsorted(jumps, times), 1, max(len(jumps) - 1, 1))
        near = np.where(
            abs(jumps[np.minimum(place, len(jumps) - 1)] - times) < abs(jumps[place - 1] - times),
            jumps[np.minimum(place, len(jumps) - 1)], jumps[place - 1],
        )  # fmt: skip
        close = abs(near - times) <= _NEAR_S
        if close.mean() > 0.5:
            moved = np.where(close, near, times)
            if float(np.std((near - times)[close])) > 1e-4:
                doubts = (f"the {word} are up to {1e3 * float(abs(near - times)[close].max()):.1f} ms off: "
                          "the artefact's own sample was taken",)  # fmt: skip
            times = moved
    return Stimuli(times, tuple(_branch(note.text) for note in said), word, doubts)


def _artefacts(recording: Recording, channels: Sequence[int]) -> Floats:
    """Return when all channels jump at once."""
    times: list[Floats] = []
    heights: list[Floats] = []
    for span in recording.source.spans:
        at = span.start_s
        while at < span.end_s:
            stop = min(at + _BLOCK_S, span.end_s)
            found, high = _jumps(recording, channels, at, stop)
            times.append(found)
            heights.append(high)
            at = stop
    time, height = np.concatenate([np.empty(0), *times]), np.concatenate([np.empty(0), *heights])
    if not len(time):
        return time
    # The largest tenth are surely artefacts, if there are any; the middle of them says how large one is.
    large = height >= _AS_LARGE * float(np.median(np.sort(height)[-max(_LEAST, len(height) // 10) :]))
    time = time[large]
    return np.asarray(time[np.concatenate([[True], np.diff(time) > _APART_S])])


def _jumps(recording: Recording, channels: Sequence[int], start_s: float, stop_s: float) -> tuple[Floats, Floats]:
    """Return the first sample of each jump between two times, and how high it is in deviations."""
    pieces = recording.window(start_s, stop_s, channels)
    if not pieces:
        return np.empty(0), np.empty(0)
    rate, begin = pieces[0].rate_hz, pieces[0].start_s
    alike = [piece for piece in pieces if piece.rate_hz == rate and len(piece.samples) == len(pieces[0].samples)]
    least: Floats | None = None
    for piece in alike:
        steps = abs(np.diff(np.nan_to_num(piece.samples.astype(np.float64))))
        if len(steps) < 2:
            return np.empty(0), np.empty(0)
        score = steps / max(float(np.median(steps)) / 0.6745, 1e-6)
        # The channels' converters may be a sample apart.
        score = (
            np.maximum(score, np.maximum(np.append(score[1:], 0), np.append(0, score[:-1])))
            if len(alike) > 1
            else score
        )
        least = score if least is None else np.minimum(least, score)
    if least is None:
        return np.empty(0), np.empty(0)
    loud = np.flatnonzero(least > ARTEFACT_MAD)
    if not len(loud):
        return np.empty(0), np.empty(0)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(loud) > _APART_S * rate]))
    high = np.maximum.reduceat(least[loud], starts)
    # Of a jump that rises slowly the first tenth is noise: its edge is where it is a fifth of its height.
    groups = np.split(loud, starts[1:])
    firsts = np.array([group[np.argmax(least[group] >= 0.2 * top)] for group, top in zip(groups, high, strict=True)])
    return np.asarray(begin + firsts / rate), np.asarray(high)
