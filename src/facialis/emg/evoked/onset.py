"""When a response begins: its first phase is found on the average and its rise traced back to the base line.

A threshold is crossed later the smaller the response is. The rise from the base line to the first peak has a simple
form whatever the muscle, so that form is fitted to all of the rise and asked when it leaves the base line (5 % of
the phase). The interval comes from drawing the sweeps again with replacement, widened by how far the forms disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
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
        Of its onset.
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
    average = shown.mean(axis=0)
    noise = clean.rms_uv / np.sqrt(len(shown))
    peak = first_peak(clean, average, noise, seen, within_ms[0])
    drawn = _weights(len(shown), rng) @ shown
    onsets = _onsets(np.vstack([average, drawn]), time, peak, clean.from_ms, within_ms[0] - 1.0)
    value = float(onsets[0].mean())
    apart = float(np.ptp(onsets[0]))
    latency = _estimate(
        value, onsets[1:].mean(axis=1), np.hypot(np.hypot(apart / 2, clean.block.step_ms / 2), _FORM_MS), "ms"
    )
    inside = (time >= value) & (time <= value + _LENGTH_MS)
    level = _level(np.vstack([average, drawn]), time, value, clean.from_ms)
    part = np.vstack([average, drawn])[:, inside] - level[:, None]
    top = int(np.argmax(abs(gaussian_filter1d(part[0], _samples(_SMOOTHS_MS[0], time)))))
    sign = np.sign(part[0, top]) or 1.0
    near = slice(max(top - 2, 0), top + 3)
    sizes = (sign * part[:, near]).max(axis=1)
    amplitude = _estimate(float(max(sizes[0], 0.0)), np.maximum(sizes[1:], 0.0), 0.0, "uV")
    phases, end = _phases(part[0], time[inside], noise)
    peaks = float(part[0].max() - part[0].min())
    return Placed(
        latency, amplitude, peaks, _jitter(clean, shown, value, end), phases, min(end, within_ms[1] + _LENGTH_MS)
    )


def first_peak(clean: Clean, average: Floats, noise: float, seen: Seen, from_ms: float) -> int:
    """Return the place of the first phase's peak."""
    time = clean.time_ms
    room = (time >= max(seen.start_ms - 1.5, clean.from_ms)) & (time <= seen.stop_ms + 1.0)
    places = np.flatnonzero(room)
    smooth = gaussian_filter1d(average, _samples(_SMOOTHS_MS[0], time))
    smooth = smooth - _base(smooth, clean)
    peak = int(places[np.argmax(abs(smooth[places]))])
    largest = abs(smooth[peak])
    for width in _SMOOTHS_MS:
        soft = gaussian_filter1d(average, _samples(width, time))
        soft = soft - _base(soft, clean)
        limit = max(_PHASE_SHARE * largest, _PHASE_Z * _noise_of(clean, width, noise))
        peak = _earlier(soft, time, peak, np.maximum(limit, clean.misfit_uv), from_ms)
    return peak


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


def _base(smooth: Floats, clean: Clean) -> float:
    return float(np.median(smooth[clean.quiet]))


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


def _weights(count: int, rng: np.random.Generator) -> Floats:
    """Return weights (draws, count) of sweeps drawn with replacement."""
    return np.asarray(rng.multinomial(count, np.full(count, 1 / count), DRAWS) / count)


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
