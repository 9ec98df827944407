"""When a response begins: its first phase is found on the average and its rise traced back to the base line.

A threshold is crossed later the smaller the response is. The rise from the base line to the first peak has a simple
form whatever the muscle, so that form is fitted to all of the rise and asked when it leaves the base line (5 % of
the phase). All of it, the choice of the first phase too, is done again with sweeps drawn with replacement and with
other models of what another muscle's response leaves: the middle of the draws is the latency, and they give its
interval, widened by how far the forms disagree. A first phase that is nearly lost in the noise, or that the model of
a conducted response may have eaten, then makes the interval wide instead of the latency wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.presence import Seen
from facialis.emg.evoked.sweeps import Bools, Floats
from facialis.findings import Estimate

DRAWS = 300
EDGE = 0.05
"""A response begins where its first phase leaves the base line by this share of its peak."""

# Forms of a rise on 0 to 1: a plain one and one that begins more slowly.
_RISES: tuple[Callable[[Floats], Floats], ...] = (
    lambda x: np.asarray((1 - np.cos(np.pi * x)) / 2),
    lambda x: np.asarray(x**3 * (4 - 3 * x)),
)
# Facial potentials rise in 0.3 to 2 ms.
_RISE_MS = (0.25, 2.6)
_RISE_STEP_MS = 0.02
_LEAD_MS = 4.0  # base line that is fitted before the longest rise
# What begins as neither form does is placed so much off (simulated responses of five kinds, 9 in 10).
_FORM_MS = 0.1
# A phase before the one that is found counts from this share of the largest, and from so many deviations of the noise.
_PHASE_SHARE, _PHASE_Z = 0.10, 3.5
# Sweeps that are drawn again hold 1.4 times the noise. Asked for all of that, a first phase that is nearly lost would
# be lost in every draw; asked for none of it, noise makes phases (simulated sweeps, seeds below 500).
_DRAWN_Z = 1.2 * _PHASE_Z
_SMOOTHS_MS = (0.1, 0.25)
# Phases of one response may be far apart where it has many: 2.5 ms would lose the first of some.
_NEIGHBOUR_MS = 3.5
_LENGTH_MS = 12.0


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a response stands and how large it is.

    Attributes
    ----------
    latency_ms : Estimate
        Of its onset: the middle of the draws.
    average_ms : float
        Onset of the plain average.
    amplitude_uv : Estimate
        Base line to the largest peak of the average of the sweeps that show it.
    peak_to_peak_uv : float
    jitter_ms : float or None
        Standard deviation from sweep to sweep; None with fewer than three sweeps.
    phases : int
        Peaks above a tenth of the largest.
    end_ms : float
        When it is over.
    """

    latency_ms: Estimate
    average_ms: float
    amplitude_uv: Estimate
    peak_to_peak_uv: float
    jitter_ms: float | None
    phases: int
    end_ms: float


def place(clean: Clean, seen: Seen, has: Bools, rng: np.random.Generator, within_ms: tuple[float, float]) -> Placed:
    """Say when a response begins and how large it is.

    Parameters
    ----------
    clean : Clean
    seen : Seen
        The window in which it stands out.
    has : bool, shape (k,)
        The sweeps that show it; at least one.
    rng : Generator
        Draws the sweeps again.
    within_ms : (float, float)
        The earliest and the latest onset.
    """
    time, shown = clean.time_ms, clean.uv[has]
    noise = clean.rms_uv / np.sqrt(len(shown))
    parts, shares = np.vstack([shown, clean.lefts_uv]), _shares(len(shown), len(clean.lefts_uv), rng)
    averages = shares @ parts
    peaks = _first_peaks(clean, parts, shares, noise, seen, within_ms[0])
    onsets = np.empty((len(averages), len(_RISES)))
    for first in np.unique(peaks):
        alike = peaks == first
        onsets[alike] = _onsets(averages[alike], time, int(first), clean.from_ms, within_ms[0] - 1.0)
    drawn = onsets[1:].mean(axis=1)
    value, apart = float(np.median(drawn)), float(np.median(np.ptp(onsets, axis=1)))
    latency = _estimate(value, drawn, np.hypot(np.hypot(apart / 2, clean.block.step_ms / 2), _FORM_MS), "ms")
    inside = (time >= value) & (time <= value + _LENGTH_MS)
    part = averages[:, inside] - _level(averages, time, value, clean.from_ms)[:, None]
    top = int(np.argmax(abs(gaussian_filter1d(part[0], _samples(_SMOOTHS_MS[0], time)))))
    sign = np.sign(part[0, top]) or 1.0
    near = slice(max(top - 2, 0), top + 3)
    sizes = (sign * part[:, near]).max(axis=1)
    amplitude = _estimate(float(max(sizes[0], 0.0)), np.maximum(sizes[1:], 0.0), 0.0, "uV")
    phases, end = _phases(part[0], time[inside], noise)
    swing = float(part[0].max() - part[0].min())
    return Placed(
        latency,
        float(onsets[0].mean()),
        amplitude,
        swing,
        _jitter(clean, shown, value, end),
        phases,
        min(end, within_ms[1] + _LENGTH_MS),
    )


def _shares(sweeps: int, lefts: int, rng: np.random.Generator) -> Floats:
    """Return how much of each sweep, and of what each other model leaves, is in each average; the plain one first."""
    shares = np.zeros((DRAWS + 1, sweeps + lefts))
    shares[0, :sweeps] = 1 / sweeps
    shares[1:, :sweeps] = rng.multinomial(sweeps, shares[0, :sweeps], DRAWS) / sweeps
    if lefts:
        shares[np.arange(1, DRAWS + 1), sweeps + rng.integers(lefts, size=DRAWS)] = 1.0
    return shares


def _first_peaks(
    clean: Clean, parts: Floats, shares: Floats, noise: float, seen: Seen, from_ms: float
) -> npt.NDArray[np.intp]:
    """Return the place of the first phase's peak in each average, shape (d,)."""
    near = np.flatnonzero((clean.time_ms >= from_ms - 1.0) & (clean.time_ms <= seen.stop_ms + 1.5))
    time, misfit = clean.time_ms[near], clean.misfit_uv[near]
    softs = []
    for width in _SMOOTHS_MS:
        smooth = gaussian_filter1d(parts, _samples(width, clean.time_ms), axis=1)
        level = float(np.median((shares[0] @ smooth)[clean.quiet]))
        softs.append(shares @ smooth[:, near] - level)
    room = (time >= max(seen.start_ms - 1.5, clean.from_ms)) & (time <= seen.stop_ms + 1.0)
    places = np.argmax(np.where(room, abs(softs[0]), -1.0), axis=1)
    largest = abs(softs[0][np.arange(len(places)), places])
    needed = np.append(_PHASE_Z, np.full(len(places) - 1, _DRAWN_Z))
    for soft, width in zip(softs, _SMOOTHS_MS, strict=True):
        limits = np.maximum(_PHASE_SHARE * largest, needed * _noise_of(clean, width, noise))
        found = [
            _earlier(row, time, int(place), np.maximum(limit, misfit), from_ms)
            for row, place, limit in zip(soft, places, limits, strict=True)
        ]
        places = np.array(found)
    return np.asarray(near[places])


def _earlier(soft: Floats, time: Floats, peak: int, limit: Floats, from_ms: float) -> int:
    """Walk from phase to phase towards the stimulus while each is above the limit and close to the next."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(soft))) != 0) + 1
    turns = turns[(abs(soft[turns]) > limit[turns]) & (time[turns] > from_ms + _RISE_MS[0])]
    while True:
        before = turns[(turns < peak) & (time[turns] > time[peak] - _NEIGHBOUR_MS)]
        # Only a phase of the other sign is another phase; a dent in the same one is noise.
        before = before[np.sign(soft[before]) != np.sign(soft[peak])]
        if not len(before):
            same = turns[
                (turns < peak) & (time[turns] > time[peak] - 1.0) & (np.sign(soft[turns]) == np.sign(soft[peak]))
            ]
            return int(same[0]) if len(same) and abs(soft[same[0]]) > 0.6 * abs(soft[peak]) else peak
        peak = int(before[np.argmax(abs(soft[before]))]) if len(before) < 3 else int(before[-1])


def _noise_of(clean: Clean, width_ms: float, noise: float) -> float:
    """Return the noise of the average once it is smoothed."""
    soft = gaussian_filter1d(clean.uv, _samples(width_ms, clean.time_ms), axis=1)[:, clean.quiet]
    rms = float(np.median(np.sqrt(np.mean(soft**2, axis=1))))
    return rms * noise / max(clean.rms_uv, 1e-12)


def _onsets(averages: Floats, time: Floats, peak: int, from_ms: float, least_ms: float) -> Floats:
    """Return when each average (d, n) leaves the base line, by each form; shape (d, forms)."""
    first = int(np.searchsorted(time, max(time[peak] - _RISE_MS[1] - _LEAD_MS, from_ms)))
    part, at = averages[:, first : peak + 1], time[first : peak + 1]
    rises = np.arange(
        _RISE_MS[0], max(_RISE_MS[0] + 0.1, min(_RISE_MS[1], time[peak] - max(at[0] + 0.5, least_ms))), _RISE_STEP_MS
    )
    centred = part - part.mean(axis=1, keepdims=True)
    found = []
    for form in _RISES:
        curve = form(np.clip((at - (time[peak] - rises[:, None])) / rises[:, None], 0, 1))
        curve = curve - curve.mean(axis=1, keepdims=True)
        curve /= np.maximum(np.sqrt(np.sum(curve**2, axis=1, keepdims=True)), 1e-12)
        best = np.argmax(abs(centred @ curve.T), axis=1)
        x = np.linspace(0, 1, 501)
        edge = float(np.interp(EDGE, form(x), x))
        found.append(time[peak] - rises[best] * (1 - edge))
    return np.column_stack(found)


def _level(averages: Floats, time: Floats, onset_ms: float, from_ms: float) -> Floats:
    """Return the base line before the onset."""
    before = (time >= max(onset_ms - 2.0, from_ms)) & (time < onset_ms)
    return np.asarray(averages[:, before].mean(axis=1)) if before.any() else np.zeros(len(averages))


def _phases(part: Floats, time: Floats, noise: float) -> tuple[int, float]:
    """Return how many peaks a response has and when it is over."""
    smooth = gaussian_filter1d(part, _samples(_SMOOTHS_MS[1], time))
    limit = max(_PHASE_SHARE * float(abs(smooth).max()), 3 * noise / 2)
    loud = np.flatnonzero(abs(smooth) > limit)
    if not len(loud):
        return 1, float(time[-1])
    # What comes after 3 ms of quiet is no longer the same response.
    gap = np.flatnonzero(np.diff(time[loud]) > 3.0)
    loud = loud[: gap[0] + 1] if len(gap) else loud
    signs = np.sign(smooth[loud])
    return 1 + int(np.sum(signs[1:] != signs[:-1])), float(time[loud[-1]])


def _jitter(clean: Clean, shown: Floats, onset_ms: float, end_ms: float) -> float | None:
    """Return how much the response moves from sweep to sweep, each held against the average of the others."""
    if len(shown) < 3:
        return None
    time = clean.time_ms
    smooth = gaussian_filter1d(shown, _samples(0.2, time), axis=1)
    step = clean.block.step_ms
    most = max(1, round(1.0 / step))
    inside = np.flatnonzero((time >= onset_ms - 0.5) & (time <= max(end_ms, onset_ms + 2.0)))
    inside = inside[(inside >= most) & (inside < len(time) - most)]
    if len(inside) < 3:
        return None
    others = (smooth.sum(axis=0) - smooth) / (len(shown) - 1)
    template = others[:, inside]
    shifts = np.arange(-most, most + 1)
    match = np.array([np.einsum("kn,kn->k", template, smooth[:, inside + shift]) for shift in shifts])
    return float(np.std(shifts[match.argmax(axis=0)] * step, ddof=1))


def _samples(width_ms: float, time: Floats) -> float:
    return max(width_ms / float(time[1] - time[0]), 0.3)


def _estimate(value: float, draws: Floats, more: float, unit: str) -> Estimate:
    low, high = np.percentile(draws, [2.5, 97.5])
    down, up = max(value - low, 0.0), max(high - value, 0.0)
    return Estimate(value, value - float(np.hypot(down, more)), value + float(np.hypot(up, more)), unit)
