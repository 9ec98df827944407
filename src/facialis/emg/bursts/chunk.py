"""One channel's stretch of samples: conditioned, and its bursts found, placed and measured.

Nothing here knows where a recording is cut: levels of rest, frames and blocks lie on a grid that begins with the
recording, and each stretch comes with as much before and after it as they look at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg import baseline, conditioning
from facialis.emg.artefacts import Quality
from facialis.emg.baseline import FRAME_S, Rest
from facialis.emg.bursts import find, place
from facialis.emg.bursts.open import Open
from facialis.emg.bursts.table import Bursts
from facialis.emg.recording.model import Channel, FloatArray, Span

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MARGIN_S = 8.0
"""What :func:`examine_chunk` needs before and after its core: mains are fitted over 3.5 s to each side, rest is looked
for 3 s ahead, and the band settles in half a second. Less is right only where the recording has no more."""
STEP_S = 0.001
EXCESS = 2.0
"""Bursts are sought as if they were this much louder than rest; louder ones are found all the more."""
CLIMB = 13.0
"""A climb of this many nats is a burst."""
PAUSE = 7.0
"""A fall of this many nats, with the burst's own loudness, ends it."""
AROUND_S = 0.05
LEAST_EXCESS = 0.3
JOIN_S = 0.015
"""Parts this close are one before they are placed: no edge is known well enough to keep them apart."""
SETTLED_S = 0.5
"""So much of the margin's end is not trusted to show that a burst has ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a stretch holds.

    Attributes
    ----------
    bursts : Bursts
        Those whose onset lies in the core, and one that began in a stretch before and has ended in this one. A burst
        that is still going on where the margin ends is carried in ``rest.open`` and given with the stretch it ends in.
    clean : array of float32, shape (n,)
        Conditioned samples, microvolts, as many as were given: margins too.
    noise_uv : float or None
        Root mean square of rest between 20 and 450 Hz; None where nothing was recorded.
    rest : Rest
        For the next stretch of this channel.
    envelope_uv : array of float32, shape (m,)
        Root mean square of each 50 ms of the core.
    envelope_s : float
        When the first of them begins.
    quality : Quality
    """

    bursts: Bursts
    clean: FloatArray = field(repr=False)
    noise_uv: float | None
    rest: Rest
    envelope_uv: FloatArray = field(repr=False)
    envelope_s: float
    quality: Quality


class _Grid(NamedTuple):
    """Where the samples of work lie: the first one's number since the start of the recording, and their rate."""

    first: int
    rate_hz: float

    def seconds(self, places: Floats | Places) -> Floats:
        return np.asarray((places + self.first) / self.rate_hz)


def examine_chunk(
    samples: FloatArray,
    rate_hz: float,
    start_s: float,
    core: Span,
    channel: Channel,  # noqa: ARG001
    rest: Rest | None,
    *,
    number: int = 0,
) -> Found:
    """Find the bursts of one channel in a stretch of samples.

    Parameters
    ----------
    samples : array of float32, shape (n,)
        Microvolts, from :data:`MARGIN_S` before the core to as much after it; NaN where there is no number.
    rate_hz : float
    start_s : float
        When the first sample was taken.
    core : Span
        Bursts are given whose onset lies in it.
    channel : Channel
    rest : Rest or None
        What the stretch before has found; see :func:`first_rest` for the first one.
    number : int
        Place of the channel in the source, for the table of bursts.

    Returns
    -------
    Found
    """
    given, missing = conditioning.filled(samples)
    clean = conditioning.banded(given, rate_hz)
    work, grid = _work(clean, rate_hz, start_s)
    ratio, frames, frame_0, level = _against_rest(work, grid, core, rest)
    starts, stops, excess = _sought(ratio, grid.rate_hz)
    bursts, still = _placed(ratio, work, grid, (starts, stops, excess), core, number)
    lo, hi = (int(np.floor(t / FRAME_S + 1e-6)) - frame_0 for t in (core.start_s, core.end_s))
    inside = frames[max(lo, 0) : max(hi, 0)]
    held = np.concatenate([rest.frames if rest else np.zeros(0, np.float32), inside])[
        -round(baseline.BEHIND_S / FRAME_S) :
    ]
    noise = float(np.exp(np.nanmedian(level) / 2)) if np.isfinite(level).any() else None
    envelope = np.sqrt(np.exp(np.where(np.isfinite(inside), inside, -50)))
    a, b = (round((t - start_s) * rate_hz) for t in (core.start_s, core.end_s))
    lost = 0 if missing is None else int(missing[max(a, 0) : b].sum())
    quality = Quality(samples=min(b, len(samples)) - max(a, 0), missing=lost)
    return Found(
        bursts, clean, noise, Rest(held, core.end_s, still), envelope, (max(lo, 0) + frame_0) * FRAME_S, quality
    )


def _work(clean: FloatArray, rate_hz: float, start_s: float) -> tuple[FloatArray, _Grid]:
    """Return the samples at the rate of work, from one whose number since the start is a multiple of the stride."""
    stride = conditioning.stride(rate_hz)
    number = round(start_s * rate_hz)
    skip = -number % stride
    return clean[skip::stride], _Grid((number + skip) // stride, rate_hz / stride)


def _against_rest(
    work: FloatArray, grid: _Grid, core: Span, rest: Rest | None
) -> tuple[FloatArray, npt.NDArray[np.float32], int, Floats]:
    """Return squares over the level of rest, the frames of 50 ms, the first one's number, the levels of the core."""
    squares = work * work
    long = round(FRAME_S * grid.rate_hz)
    first = -(-grid.first // long)
    count = max((grid.first + len(work)) // long - first, 0)
    begin = first * long - grid.first
    means = squares[begin : begin + count * long].reshape(count, long).mean(axis=1)
    frames = np.log(np.maximum(means, 1e-12))
    behind = round(baseline.BEHIND_S / FRAME_S)
    lo = min(max(int(np.floor(core.start_s / FRAME_S + 1e-6)) - first, 0), count)
    settled = min(int(np.floor((core.end_s + MARGIN_S - 3.5 - SETTLED_S) / FRAME_S + 1e-6)) - first, count)
    carried = rest.frames[-behind:] if rest is not None else first_frames(frames)
    past = np.concatenate([np.full(behind - len(carried), np.inf, np.float32), carried])
    line = np.concatenate([past, frames[lo : max(settled, lo)]])
    node = round(baseline.NODE_S / FRAME_S)
    places = np.unique(np.concatenate([np.arange(-(first + lo) % node, len(line) - behind + node, node)]))
    places = np.minimum(places, max(len(line) - behind - 1, 0)) + behind
    places = np.unique(np.minimum(places, len(line) - 1))
    level = baseline.levels(line, places, grid.rate_hz)
    at = (places - behind + lo) * long + begin
    known = np.isfinite(level)
    if not known.any():
        return np.zeros_like(squares), frames, first, level
    steps = np.interp(np.arange(0, len(work) + 64, 64), at[known], level[known])
    noise = np.repeat(np.exp(-steps).astype(np.float32), 64)[: len(work)]
    return squares * noise, frames, first, level


def first_frames(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return a past for a recording that has none: its first minute, turned about its start."""
    return frames[: round(baseline.BEHIND_S / FRAME_S)][::-1]


def _sought(ratio: FloatArray, rate_hz: float) -> tuple[Places, Places, Floats]:
    """Return first and last sample of work of each burst, and how much louder than rest it is."""
    step = max(1, round(STEP_S * rate_hz))
    count = len(ratio) // step
    coarse = ratio[: count * step].reshape(count, step).mean(axis=1, dtype=np.float64)
    dof = baseline.freedom(step / rate_hz, rate_hz)
    if count < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0)
    bottoms, tops = find.climbs(np.cumsum(find.evidence(coarse, EXCESS, dof)), CLIMB)
    if not len(bottoms):
        return bottoms, tops, np.zeros(0)
    # Seen again with its own loudness, each region falls apart where it pauses.
    whole = np.concatenate([[0.0], np.cumsum(coarse)])
    excess = np.maximum((whole[tops + 1] - whole[bottoms + 1]) / (tops - bottoms) - 1, LEAST_EXCESS)
    middle = (tops[:-1] + bottoms[1:]) // 2
    own = np.repeat(np.maximum(excess / 2, LEAST_EXCESS), np.diff(np.concatenate([[0], middle, [count]])))
    around = round(AROUND_S * rate_hz / step)
    near = np.zeros(count + 1, np.int32)
    np.add.at(near, np.maximum(bottoms - around, 0), 1)
    np.add.at(near, np.minimum(tops + around, count), -1)
    nats = find.evidence(coarse, own, dof)
    nats[np.cumsum(near[:-1]) == 0] = -1.0
    bottoms, tops = find.climbs(np.cumsum(nats), PAUSE)
    bottoms = bottoms + 1
    apart = np.flatnonzero((bottoms[1:] - tops[:-1]) * step > JOIN_S * rate_hz)
    bottoms, tops = bottoms[np.concatenate([[0], apart + 1])], tops[np.concatenate([apart, [len(tops) - 1]])]
    excess = np.maximum((whole[tops + 1] - whole[bottoms]) / (tops + 1 - bottoms) - 1, LEAST_EXCESS)
    return bottoms * step, tops * step + step - 1, excess


def _placed(
    ratio: FloatArray,
    work: FloatArray,
    grid: _Grid,
    sought: tuple[Places, Places, Floats],
    core: Span,
    number: int,
) -> tuple[Bursts, Open | None]:
    starts, stops, excess = sought
    if not len(starts):
        return Bursts.of_columns(0), None
    dof = baseline.freedom(1 / grid.rate_hz, grid.rate_hz)
    n = len(ratio)
    on = place.onsets(ratio, starts, np.concatenate([[0], stops[:-1] + 1]), stops + 1, excess, grid.rate_hz, dof)
    off = place.offsets(ratio, stops, starts, np.concatenate([starts[1:], [n]]), excess, grid.rate_hz, dof)
    merge = knowledge.threshold("emg_burst_merge_s") * grid.rate_hz
    apart = np.flatnonzero(on.at[1:] - off.at[:-1] >= merge)
    a, b = np.concatenate([[0], apart + 1]), np.concatenate([apart, [len(starts) - 1]])
    times = {
        "onset_s": on.at[a],
        "onset_low_s": on.low[a],
        "onset_high_s": on.high[a],
        "offset_s": off.at[b] + 1,
        "offset_low_s": off.low[b] + 1,
        "offset_high_s": off.high[b] + 1,
    }
    times = {key: grid.seconds(value) for key, value in times.items()}
    i = np.clip(np.round(on.at[a]).astype(np.intp), 0, n - 1)
    j = np.clip(np.round(off.at[b]).astype(np.intp) + 1, i + 1, n)
    squares = np.concatenate([[0.0], np.cumsum(work * work, dtype=np.float64)])
    over = np.concatenate([[0.0], np.cumsum(ratio, dtype=np.float64)])
    mean = (squares[j] - squares[i]) / (j - i)
    snr = (over[j] - over[i]) / (j - i) - 1
    edges = np.minimum(np.stack([i, j], axis=1).ravel(), n - 1)
    peak = np.maximum.reduceat(np.abs(work), edges)[::2]
    made = Bursts.of_columns(
        len(a),
        channel=np.full(len(a), number),
        rms_uv=np.sqrt(mean),
        peak_uv=peak,
        snr_db=10 * np.log10(np.maximum(snr, 1e-3)),
        **times,
    )
    return made.where((made.onset_s >= core.start_s) & (made.onset_s < core.end_s)), None
