"""Late responses, R2: other units at other moments after each stimulus: no average shows them, energy does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.early import FLAT_UV
from facialis.emg.evoked.presence import Grid, grid
from facialis.emg.evoked.response import Response
from facialis.emg.evoked.sweeps import Bools, Floats
from facialis.findings import Estimate, State

WINDOW_MS = 10.0
"""R2 lasts 20 ms and more; half of it is enough to tell it."""

# The mean over sweeps of the energy in the window, and of one sweep's, as normal deviates of the noise's.
Z_NEEDED, SWEEP_Z = 5.0, 2.5
SHARE_NEEDED = 0.5
DRAWS = 200
# A sweep's own onset lies at most so much before that of all together.
_NEAR_MS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class _Energy:
    """Energy over the noise's, point by point: 1 is noise; shape (k, m)."""

    points: Grid
    over: Floats

    @property
    def mean(self) -> Floats:
        return np.asarray(self.over.mean(axis=0))


def look(
    clean: Clean, name: str, from_ms: float, until_ms: float, sweeps_min: int, rng: np.random.Generator
) -> Response:
    """Look for a late response that begins between two times."""
    if len(clean) < sweeps_min:
        return Response(
            clean.block, name, State.NOT_ASSESSABLE, len(clean), (f"{len(clean)} sweeps; {sweeps_min} are needed",)
        )
    if clean.time_ms[-1] < from_ms + 2 * WINDOW_MS:
        return Response(
            clean.block, name, State.NOT_ASSESSABLE, len(clean),
            (f"the sweeps end at {clean.time_ms[-1]:g} ms; R2 needs at least {from_ms + 2 * WINDOW_MS:g} ms",),
        )  # fmt: skip
    if clean.rms_uv < FLAT_UV:
        return Response(
            clean.block, name, State.NOT_ASSESSABLE, len(clean), ("the channel is flat: nothing was recorded",)
        )
    energy = _energy(grid(clean))
    deviates, start = _windows(energy, from_ms, until_ms)
    z = float(deviates.mean(axis=0)[start] * np.sqrt(len(clean)))
    has = deviates[:, start] > SWEEP_Z
    share = float(has.mean())
    says = float(norm.cdf(min(z - Z_NEEDED, (share - SHARE_NEEDED) / 0.1, 4.0)))
    window_ms = energy.points.time_ms[energy.points.time_ms >= from_ms][start]
    if z < Z_NEEDED or share < SHARE_NEEDED:
        why = f"no energy above the noise between {from_ms:g} and {until_ms:g} ms"
        if z >= Z_NEEDED:
            seen_in = f"activity in {100 * share:.0f} % of {len(clean)} sweeps only"
            why = f"{seen_in}; at least {100 * SHARE_NEEDED:.0f} % are asked for"
        return Response(clean.block, name, State.ABSENT, len(clean), (why,), min(says, 0.49), persistence=share)
    return _measured(clean, energy, name, has, float(window_ms), from_ms, max(says, 0.5), rng)


def _energy(points: Grid) -> _Energy:
    """Whiten the sweeps by a short causal prediction, so that the noise's own rhythm does not look like activity."""
    order = min(6, len(points.lags) - 1)
    gram = points.covariance(order)
    coefficients = np.linalg.solve(gram, points.lags[1 : order + 1])
    white = points.uv.copy()
    for lag, coefficient in enumerate(coefficients, 1):
        white[:, lag:] -= coefficient * points.uv[:, :-lag]
    power = np.mean(white[:, points.quiet] ** 2, axis=1, keepdims=True)
    return _Energy(points, white**2 / np.maximum(power, 1e-12))


def _windows(energy: _Energy, from_ms: float, until_ms: float) -> tuple[Floats, int]:
    """Return the deviate of each sweep's energy in windows from `from_ms` on, shape (k, w), and the loudest window."""
    points = energy.points
    size = max(2, round(WINDOW_MS / points.step_ms))
    sums = np.cumsum(np.pad(energy.over, ((0, 0), (1, 0))), axis=1)
    means = (sums[:, size:] - sums[:, :-size]) / size
    quiet = np.flatnonzero(points.quiet)
    inside = [start for start in range(means.shape[1]) if points.quiet[start : start + size].all()] or list(
        quiet[:-size]
    )
    rest = np.cbrt(means[:, inside])
    centre, spread = float(np.median(rest)), max(float(np.std(rest)), np.sqrt(2 / (9.0 * size)) * 1.2)
    first = int(np.searchsorted(points.time_ms, from_ms))
    last = min(int(np.searchsorted(points.time_ms, until_ms)), means.shape[1])
    deviates = (np.cbrt(means[:, first:last]) - centre) / spread
    return np.asarray(deviates), int(deviates.mean(axis=0).argmax())


def _measured(
    clean: Clean, energy: _Energy, name: str, has: Bools, window_ms: float, from_ms: float, says: float,
    rng: np.random.Generator,
) -> Response:  # fmt: skip
    points = energy.points
    shown = energy.over[has]
    early, end = _edges(shown.mean(axis=0), points, window_ms, from_ms, len(shown))
    onsets = _onsets(shown, points, early, window_ms, from_ms)
    onset = float(np.median(onsets))
    low, high = np.percentile(np.median(rng.choice(onsets, (DRAWS, len(onsets))), axis=1), [2.5, 97.5])
    time = clean.time_ms
    inside = (time >= onset) & (time <= end)
    rectified = abs(clean.uv[:, inside])
    noise = abs(clean.uv[:, clean.quiet]).mean()
    areas = np.maximum(rectified.mean(axis=1) - noise, 0.0) * (end - onset)
    peaks = np.quantile(rectified, 0.98, axis=1)
    boot = np.array([np.mean(rng.choice(peaks, len(peaks))) for _ in range(DRAWS)])
    size = float(peaks.mean())
    share = float(has.mean())
    third = max(1, len(areas) // 3)
    first, last = float(areas[:third].mean()), float(areas[-third:].mean())
    return Response(
        clean.block, name, State.PRESENT, len(clean),
        (f"activity from {onset:.1f} to {end:.1f} ms in {100 * share:.0f} % of {len(clean)} sweeps",),
        says,
        Estimate(onset, min(float(low), onset) - points.step_ms, max(float(high), onset) + points.step_ms, "ms"),
        Estimate(size, min(float(np.percentile(boot, 2.5)), size), max(float(np.percentile(boot, 97.5)), size), "uV"),
        share, float(np.std(onsets, ddof=1)) if len(onsets) > 2 else None, float(rectified.max()), float(areas.mean()),
        1 - last / first if first > 0 and len(areas) >= 6 else None, end_ms=end,
    )  # fmt: skip


def _edges(over: Floats, points: Grid, window_ms: float, from_ms: float, sweeps: int) -> tuple[float, float]:
    """Return onset and end by the likelihood of a change of variance (Staude 2001), before and after the window."""
    time = points.time_ms
    peak = int(np.searchsorted(time, window_ms + WINDOW_MS / 2))
    first = int(np.searchsorted(time, from_ms))
    onset = _change(over[first : peak + 1], sweeps) + first
    last = min(len(time), int(np.searchsorted(time, window_ms + 8 * WINDOW_MS)))
    tail = over[peak:last][::-1]
    end = last - 1 - _change(tail, sweeps) if len(tail) > 4 else peak
    return float(time[onset]), float(time[max(end, onset + 1)])


def _change(over: Floats, sweeps: int) -> int:
    """Return the place from which on the energy is larger, by likelihood: noise before, one level of its own after."""
    count = len(over)
    after = np.cumsum(over[::-1])[::-1] / np.arange(count, 0, -1)
    left = np.arange(count, 0, -1)
    level = np.maximum(after, 1.0)
    gain = left * (level - 1 - np.log(level)) * sweeps / 2
    least = max(1, min(count - 1, 4))
    return int(np.argmax(gain[: count - least + 1]))


def _onsets(shown: Floats, points: Grid, early_ms: float, window_ms: float, from_ms: float) -> Floats:
    """Return when each sweep's activity begins, near to when the first of them does; shape (k,).

    The units are others each time, so the pooled energy begins with the earliest sweep; the middle sweep is R2.
    """
    first = int(np.searchsorted(points.time_ms, max(from_ms, early_ms - _NEAR_MS)))
    last = max(int(np.searchsorted(points.time_ms, max(window_ms, early_ms) + WINDOW_MS)), first + 12)
    return np.asarray(points.time_ms[[first + _change(row[first:last], 1) for row in shown]])
