"""A stretch beside its rest: how much louder each sample is, once rest was made white, and what the next one needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.emg import baseline, colour, conditioning
from facialis.emg.baseline import FRAME_S, Frames, Rest
from facialis.emg.bursts.open import Open
from facialis.emg.recording.model import FloatArray, Span

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

LEAST_UV = 0.02
"""What is quieter is no electrode on skin: no amplifier is."""
ROUNDS = 2
"""The frames that are quiet before are those in which the noise happens to swing less: its colour is read once more
from those that are quiet once it is white."""


class Grid(NamedTuple):
    """Where the samples of work lie: the first one's number since the start of the recording, and their rate."""

    first: int
    rate_hz: float

    def seconds(self, places: Floats | Places) -> Floats:
        """Return when samples were taken."""
        return np.asarray((places + self.first) / self.rate_hz)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Samples over the level of rest.

    Attributes
    ----------
    ratio : array of float32, shape (n,)
        Square of each sample over the mean square of rest, both made white.
    plain : array of float32, shape (n,)
        The same as they were; the same array where rest is white.
    level : array, shape (k,)
        Logarithms of the mean square of rest around the core; NaN where there is none.
    frames, likeness : arrays of float32, shape (m,)
    whitened : array of float32, shape (ROUNDS, m)
        Of each 50 ms, as :class:`~facialis.emg.baseline.Rest` has them.
    first_frame : int
        Number of the first of them since the start of the recording.
    """

    ratio: FloatArray = field(repr=False)
    plain: FloatArray = field(repr=False)
    level: Floats
    frames: Frames = field(repr=False)
    likeness: Frames = field(repr=False)
    whitened: Frames = field(repr=False)
    first_frame: int

    def left(self, rest: Rest | None, inside: slice, end_s: float, still: Open | None) -> Rest:
        """Return what the next stretch needs: the frames of the last minute."""
        many = round(baseline.BEHIND_S / FRAME_S)

        def held(before: Frames | None, own: Frames) -> Frames:
            part = own[..., inside]
            return (part if before is None else np.concatenate([before, part], axis=-1))[..., -many:]

        if rest is None:
            return Rest(held(None, self.frames), held(None, self.likeness), held(None, self.whitened), end_s, still)
        return Rest(
            held(rest.frames, self.frames),
            held(rest.likeness, self.likeness),
            held(rest.whitened, self.whitened),
            end_s,
            still,
        )


def at_work(clean: FloatArray, rate_hz: float, start_s: float) -> tuple[FloatArray, Grid]:
    """Return the samples at the rate of work, from one whose number since the start is a multiple of the stride."""
    stride = conditioning.stride(rate_hz)
    number = round(start_s * rate_hz)
    skip = -number % stride
    return clean[skip::stride], Grid((number + skip) // stride, rate_hz / stride)


def against_rest(work: FloatArray, grid: Grid, core: Span, rest: Rest | None, lost: FloatArray | None) -> Beside:
    """Hold samples against the rest around them.

    Parameters
    ----------
    work : array of float32, shape (n,)
        Banded, at the rate of work.
    grid : Grid
    core : Span
    rest : Rest or None
        What the stretch before has left.
    lost : array of float32, shape (n,), or None
        Above 0 where samples were missing.
    """
    long = round(FRAME_S * grid.rate_hz)
    first = -(-grid.first // long)
    count = max((grid.first + len(work)) // long - first, 0)
    begin = first * long - grid.first
    part = slice(begin, begin + count * long)
    cells = work[part].reshape(count, long)
    frames, out = _frames(cells, None if lost is None else lost[part].reshape(count, long))
    likeness = colour.alike(cells)
    behind = round(baseline.BEHIND_S / FRAME_S)
    lo = min(max(int(np.floor(core.start_s / FRAME_S + 1e-6)) - first, 0), count)
    settled = max(min(int(np.floor((core.end_s + baseline.AHEAD_S) / FRAME_S + 1e-6)) - first, count), lo)
    places = _nodes(first + lo, settled - lo)

    def line(own: Frames, carried: Frames | None, blank: float) -> Frames:
        before = _first_minute(own) if carried is None else carried[-behind:]
        past = np.full(behind - len(before), blank, np.float32)
        return np.concatenate([past, before, own[lo:settled]])

    rows = line(frames, None if rest is None else rest.frames, np.inf)
    places = np.unique(np.minimum(places, len(rows) - 1))
    alike = line(likeness, None if rest is None else rest.likeness, 0.0)
    level, same = baseline.levels(rows, places, grid.rate_hz, alike)
    at = (places - behind + lo) * long + begin
    known = np.isfinite(level)
    whitened = np.stack([frames] * ROUNDS)
    if not known.any():
        nothing = np.zeros_like(work)
        return Beside(nothing, nothing, level, frames, likeness, whitened, first)
    plain = _over(work, at[known], level[known])
    found = colour.colours(same[known], grid.rate_hz)
    if not found.any():
        return Beside(plain, plain, level, frames, likeness, whitened, first)
    moments = at[known].astype(np.float64)
    for turn in range(ROUNDS):
        white = colour.whitened(work, grid.rate_hz, moments, found)
        whitened[turn] = np.where(out, np.inf, _frames(white[part].reshape(count, long), None)[0])
        rows = line(whitened[turn], None if rest is None else rest.whitened[turn], np.inf)
        own, same = baseline.levels(rows, places, grid.rate_hz, alike)
        found = colour.colours(same[known], grid.rate_hz)
    return Beside(_over(white, at[known], own[known]), plain, level, frames, likeness, whitened, first)


def _frames(cells: FloatArray, lost: FloatArray | None) -> tuple[Frames, npt.NDArray[np.bool_]]:
    """Return logarithms of the mean square of frames, infinite where they are no rest, and where that is."""
    means = np.einsum("ij,ij->i", cells, cells) / np.float32(cells.shape[1])
    frames = np.log(np.maximum(means, 1e-12))
    # Neither a hole nor an electrode that shows nothing is rest; nor is what the filter makes of their edges.
    out = means < LEAST_UV**2
    if lost is not None:
        out |= lost.any(axis=1)
    if out.any():
        out[1:] |= out[:-1].copy()
        out[:-1] |= out[1:].copy()
        frames[out] = np.inf
    return frames, out


def _nodes(first: int, count: int) -> Places:
    """Return where rest is looked at, in the line of the past and `count` frames from the `first` one on."""
    behind, node = round(baseline.BEHIND_S / FRAME_S), round(baseline.NODE_S / FRAME_S)
    places = np.unique(np.arange(-first % node, count + node, node))
    return np.asarray(np.minimum(places, max(count - 1, 0)) + behind)


def _over(samples: FloatArray, at: Places, level: Floats) -> FloatArray:
    """Return the squares of samples over the level that is known at some of them."""
    steps = np.interp(np.arange(0, len(samples) + 64, 64), at, level)
    noise = np.repeat(np.exp(-steps).astype(np.float32), 64)[: len(samples)]
    made: FloatArray = samples * samples * noise
    return made


def _first_minute(frames: Frames) -> Frames:
    """Return a past for a recording that has none: its first minute, turned about its start."""
    return frames[: round(baseline.BEHIND_S / FRAME_S)][::-1]
