"""One continuous recording cut into sweeps at its stimuli."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facialis.emg.evoked import stimuli
from facialis.emg.evoked.stimuli import Stimuli
from facialis.emg.evoked.sweeps import Floats, Read, Stimulated, Sweeps, check
from facialis.emg.recording import Recording, RecordingError
from facialis.emg.recording.open import open_recording

# Before the stimulus enough to know the noise, after it all that R2 may last.
BEFORE_MS, AFTER_MS = 30.0, 150.0
# Of what lies between two stimuli: the next one's artefact must not be in the sweep.
_SHARE = 0.9
_MOST = 400


def read(path: Path, *, stimulated: Stimulated | None = None, montage: Path | None = None) -> Read:
    """Read a recording and cut it.

    Raises
    ------
    RecordingError, DocumentError
        In one line: what, where, what to do.
    """
    with open_recording(path, montage=montage) as recording:
        blocks, doubts, said_by = cut(recording, stimulated)
        return Read(recording.source.name, recording.sha256(), "recording", blocks, doubts, said_by)


def cut(recording: Recording, stimulated: Stimulated | None = None) -> tuple[tuple[Sweeps, ...], tuple[str, ...], str]:
    """Cut a recording at its stimuli.

    Returns
    -------
    blocks : tuple of Sweeps
        One for each channel and branch.
    doubts : tuple of str
    said_by : str
        What said when the stimuli came.
    """
    source = recording.source
    channels = [place for place, one in enumerate(source.channels) if one.use == "emg" and one.unit == "uV"]
    if not channels:
        raise RecordingError(f"{source.name}: has no channel with electrodes on a muscle; name them by --montage")
    found = stimuli.find(recording, channels)
    doubts = [*source.doubts, *found.doubts]
    if len(found.times_s) > _MOST:
        doubts.append(f"{len(found.times_s)} stimuli: the first {_MOST} were taken")
    branches = [said or stimulated for said in found.branches[:_MOST]]
    if None in branches:
        raise RecordingError(
            f"{source.name}: does not say which branch was stimulated; give --stimulated, such as zygomatic_left"
        )
    blocks = []
    for branch in dict.fromkeys(one for one in branches if one is not None):
        times = np.array([at for at, one in zip(found.times_s[:_MOST], branches, strict=True) if one == branch])
        for channel in channels:
            block = _block(recording, channel, branch, times, found)
            check(block, f"{source.name}, {block.channel}")
            blocks.append(block)
    return tuple(blocks), tuple(doubts), found.said_by


def _block(recording: Recording, channel: int, branch: Stimulated, times: Floats, found: Stimuli) -> Sweeps:
    told = recording.source.channels[channel]
    gaps = np.diff(found.times_s)
    shortest = float(gaps.min()) * 1e3 if len(gaps) else np.inf
    after = min(AFTER_MS, _SHARE * shortest)
    before = min(BEFORE_MS, max(0.05 * shortest, 2.0)) if shortest < 10 * BEFORE_MS else BEFORE_MS
    first, count = -round(before * told.rate_hz / 1e3), round((before + after) * told.rate_hz / 1e3)
    rows, kept, left = [], [], []
    for number, at in enumerate(times, 1):
        row = _row(recording, channel, at, first, count, told.rate_hz)
        if row is None:
            left.append(f"stimulus {number} at {at:.2f} s: the recording has a gap or ends there")
        else:
            rows.append(row)
            kept.append(at)
    if not rows:
        raise RecordingError(f"{recording.source.name}, {told.name}: no sweep lies whole in the recording")
    return Sweeps(
        told.name, told.muscle, told.side, branch,
        np.asarray((first + np.arange(count)) * 1e3 / told.rate_hz, np.float64), np.array(rows), np.array(kept),
        float(np.median(np.diff(times))) if len(times) > 1 else None, told.low_uv, told.high_uv, tuple(left),
    )  # fmt: skip


def _row(recording: Recording, channel: int, at: float, first: int, count: int, rate: float) -> Floats | None:
    """Return the samples of one sweep; None where one is missing."""
    begin = at + first / rate
    pieces = recording.window(begin - 1.0 / rate, begin + (count + 1) / rate, [channel])
    if len(pieces) != 1:
        return None
    start = round((begin - pieces[0].start_s) * rate)
    row = pieces[0].samples[max(start, 0) : start + count].astype(np.float64)
    return row if start >= 0 and len(row) == count and np.isfinite(row).all() else None
