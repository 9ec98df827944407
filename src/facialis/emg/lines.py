"""The mains as a model: a tone and its harmonics, followed in frequency and phase, and subtracted.

Harmonics of 50 and 60 Hz lie among the discharges of hemifacial spasm (150-400 Hz), so no comb of notches may touch
them. What the mains do is known: their harmonics keep step with one frequency for seconds. A discharge does not,
however regular: at a jitter of 1 % it has lost its phase within a second. So what keeps step over five seconds is
subtracted, and nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import FloatArray

MAINS_HZ = (50.0, 60.0)
HARMONICS = 9
BLOCK_S = 0.5
"""Each harmonic's size and phase is taken over blocks of this length, on a grid that begins with the recording."""
AROUND = 5
"""Blocks to each side in which it must keep step with the mains' frequency, wherever that wanders."""
NEAR = 2
LEADING = 5
"""The frequency itself is taken from so many blocks to each side, and from so many harmonics."""
OFF_HZ = 0.2
OFF_STEP_HZ = 0.02
"""How far the mains wander from their name: a grid in Europe stays within 0.2 Hz (EN 50160 allows 1 % for 99.5 % of a
year, and sees a tenth of it)."""
SURE = 4.0
"""A harmonic is subtracted by the part of its power that is beyond this many times its variance."""
KNOTS = 10
"""Its course is drawn in straight lines, so many a block."""
OFTEN = 0.3

Complex = npt.NDArray[np.complex128]


class Lines(NamedTuple):
    """The mains of a stretch.

    Attributes
    ----------
    samples : array of float32, shape (n,)
        Without them.
    mains_hz : float or None
        50 or 60; None where there are none.
    rms_uv : float or None
        Of what was subtracted.
    harmonics : tuple of int
        Those found in most of the stretch.
    """

    samples: FloatArray
    mains_hz: float | None = None
    rms_uv: float | None = None
    harmonics: tuple[int, ...] = ()


def without_lines(samples: FloatArray, rate_hz: float, first: int) -> Lines:
    """Subtract the mains.

    Parameters
    ----------
    samples : array of float32, shape (n,)
        Without NaN.
    rate_hz : float
    first : int
        Number of the first sample since the start of the recording.

    Returns
    -------
    Lines
    """
    long = round(BLOCK_S * rate_hz)
    skip = -first % long
    count = (len(samples) - skip) // long
    if count < 2:
        return Lines(samples)
    blocks = samples[skip : skip + count * long].reshape(count, long)
    steps = np.diff(blocks, axis=1)
    loud = np.einsum("ij,ij->i", steps, steps, dtype=np.float32).astype(np.float64) / long
    # A block full of bursts says little of the mains: it counts by how quiet it is.
    weights = 1 / (loud + 1e-3 * float(np.median(loud)) + 1e-9)
    number = (first + skip) // long
    sizes = np.zeros((len(MAINS_HZ), count, HARMONICS), np.complex128)
    offs = np.zeros((len(MAINS_HZ), count))
    for row, mains in enumerate(MAINS_HZ):
        kept = int(min(HARMONICS, 0.45 * rate_hz // mains))
        if kept:
            seen = _seen(blocks, rate_hz, mains, kept, number)
            offs[row] = _off(seen, weights, long / rate_hz)
            sizes[row, :, :kept] = _steady(seen, weights, offs[row], long / rate_hz)
    power = (np.abs(sizes) ** 2).sum(axis=2)
    # At 300 Hz both would be found: only the stronger of the two is there.
    sizes[np.arange(len(MAINS_HZ))[:, None] != np.argmax(power, axis=0)] = 0
    power = (np.abs(sizes) ** 2).sum(axis=2)
    if not power.any():
        return Lines(samples)
    made = samples.copy()
    for there in np.flatnonzero(power.any(axis=1)):
        made -= _drawn(sizes[there], offs[there], rate_hz, MAINS_HZ[there], first, len(samples), number)
    stronger = int(np.argmax(power.sum(axis=1)))
    often = np.flatnonzero((sizes[stronger] != 0).mean(axis=0) > 0.5) + 1
    if not len(often):
        return Lines(made)
    return Lines(made, MAINS_HZ[stronger], float(np.sqrt(power.sum(axis=0).mean() / 2)), tuple(map(int, often)))


def _seen(blocks: FloatArray, rate_hz: float, mains: float, kept: int, number: int) -> Complex:
    """Return size and phase of each harmonic in each block, as the named frequency would turn from the start."""
    long = blocks.shape[1]
    ticks = np.arange(long) / rate_hz
    window = np.hanning(long + 2)[1:-1]
    waves = window[:, None] * np.exp(-2j * np.pi * mains * np.arange(1, kept + 1) * ticks[:, None]) * (2 / window.sum())
    # A level on which the hum rides would leak into it.
    waves -= waves.mean(axis=0)
    parts = blocks @ np.concatenate([waves.real, waves.imag], axis=1).astype(np.float32)
    begins = (number + np.arange(len(blocks))) * (long / rate_hz)
    turned = np.exp(-2j * np.pi * np.outer((mains * begins) % 1.0, np.arange(1, kept + 1)))
    return np.asarray((parts[:, :kept] + 1j * parts[:, kept:]) * turned)


def _windowed(values: Complex) -> Complex:
    """Return sums over the blocks around each block, along the first axis."""
    zero = np.zeros((1, *values.shape[1:]), values.dtype)
    sums = np.concatenate([zero, np.cumsum(values, axis=0)])
    places = np.arange(len(values))
    return np.asarray(sums[np.minimum(places + NEAR + 1, len(values))] - sums[np.maximum(places - NEAR, 0)])


def _off(seen: Complex, weights: npt.NDArray[np.float64], block_s: float) -> npt.NDArray[np.float64]:
    """Return by how many hertz the mains are off their name around each block: where the harmonics keep step best."""
    count, kept = seen.shape
    grid = np.arange(-OFF_HZ, OFF_HZ + OFF_STEP_HZ / 2, OFF_STEP_HZ)
    heard = seen * weights[:, None]
    score = np.zeros((count, len(grid)))
    turn = np.exp(-2j * np.pi * np.outer(np.arange(count) * block_s, grid))
    turned = np.ones_like(turn)
    for harmonic in range(min(kept, LEADING)):
        turned = turned * turn
        score += np.abs(_windowed(heard[:, harmonic, None] * turned)) ** 2
    best = np.clip(np.argmax(score, axis=1), 1, len(grid) - 2)
    rows = np.arange(count)
    left, top, right = (score[rows, best + step] for step in (-1, 0, 1))
    bend = np.minimum(left - 2 * top + right, -1e-30)
    return np.asarray(grid[best] + OFF_STEP_HZ * np.clip((left - right) / (2 * bend), -0.5, 0.5))


def _steady(seen: Complex, weights: npt.NDArray[np.float64], off: npt.NDArray[np.float64], block_s: float) -> Complex:
    """Return what of each harmonic keeps step around each block; zero where that is no more than chance."""
    count, kept = seen.shape
    steps = np.arange(-AROUND, AROUND + 1)
    places = np.arange(count)[:, None] + steps
    share = np.where((places >= 0) & (places < count), weights[np.clip(places, 0, count - 1)], 0.0)
    share /= share.sum(axis=1, keepdims=True)
    cycles = np.concatenate([[0.0], np.cumsum(off[1:] + off[:-1])]) * (block_s / 2)
    inside = np.clip(places, 0, count - 1)
    turn = np.exp(-2j * np.pi * (cycles[inside] - cycles[:, None]))[:, :, None] ** np.arange(1, kept + 1)
    turned = seen[inside] * turn
    mean = np.einsum("bj,bjk->bk", share, turned)
    spread = np.einsum("bj,bjk->bk", share, np.abs(turned - mean[:, None]) ** 2)
    chance = spread * (share**2).sum(axis=1)[:, None]
    power = np.abs(mean) ** 2
    # With fewer blocks than three nothing can be said of keeping step.
    few = (share > 0).sum(axis=1) < 4
    gain = np.maximum(1 - SURE * chance / np.maximum(power, 1e-30), 0)
    gain[few] = 0
    return np.asarray(mean * gain)


def _drawn(
    sizes: Complex, off: npt.NDArray[np.float64], rate_hz: float, mains: float, first: int, n: int, number: int
) -> FloatArray:
    """Return the mains as samples."""
    long = round(BLOCK_S * rate_hz)
    piece = max(long // KNOTS, 1)
    harmonics = np.arange(1, HARMONICS + 1)
    begin = first // piece * piece
    knots = begin + piece * np.arange((first + n - begin) // piece + 2)
    # Between the middles of two blocks, both have their say, each turned on with its own frequency.
    at = (knots / long - number) - 0.5
    left = np.clip(np.floor(at).astype(np.intp), 0, len(sizes) - 2)
    share = np.clip(at - left, 0, 1)
    course = np.zeros((len(knots), HARMONICS), np.complex128)
    for block, weight in ((left, 1 - share), (left + 1, share)):
        away = (at - block) * (long / rate_hz)
        course += weight[:, None] * sizes[block] * np.exp(2j * np.pi * (off[block] * away)[:, None] * harmonics)
    course *= np.exp(2j * np.pi * np.outer((mains * knots / rate_hz) % 1.0, harmonics))
    alive = (course[:-1] != 0) | (course[1:] != 0)
    often = alive.mean(axis=0) > OFTEN
    drawn = np.zeros((len(alive), piece), np.float32)
    # What is there most of the time is drawn at once; what chance takes for a harmonic, only where it does.
    for some in (np.flatnonzero(often), *np.flatnonzero(~often & alive.any(axis=0))[:, None]):
        rows = np.flatnonzero(alive[:, some].any(axis=1))
        if len(rows):
            part = _waves(course[rows][:, some], course[rows + 1][:, some], mains * harmonics[some] / rate_hz, piece)
            if len(rows) == len(drawn):
                drawn += part
            else:
                drawn[rows] += part
    return np.asarray(drawn.ravel()[first - begin : first - begin + n])


def _waves(left: Complex, right: Complex, cycles: npt.NDArray[np.float64], piece: int) -> FloatArray:
    """Return pieces between two knots each, shape (pieces, samples); cycles are those of a sample."""
    ticks = np.arange(piece)
    # The knot's own phase is in its course; within a piece the named frequency turns on, from the knot before.
    turn = np.exp(2j * np.pi * cycles[:, None] * ticks)
    back = np.exp(-2j * np.pi * cycles * piece)
    rise = ticks / piece
    ends = np.concatenate([left, right * back], axis=1)
    waves = np.concatenate([turn * (1 - rise), turn * rise])
    real = np.concatenate([ends.real, -ends.imag], axis=1).astype(np.float32)
    return np.asarray(real @ np.concatenate([waves.real, waves.imag]).astype(np.float32))
