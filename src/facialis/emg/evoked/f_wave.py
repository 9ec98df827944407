"""The F-wave of a stimulated muscle: another few units each time, so it is what varies after the direct response."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from facialis import knowledge
from facialis.emg.evoked import early
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.presence import Grid, grid
from facialis.emg.evoked.response import Response
from facialis.emg.evoked.sweeps import Floats
from facialis.findings import Estimate, State

# The direct response belongs to what is before, and fades out of the template.
_TEMPLATE_MS = (11.0, 14.0)
# The artefact changes its size from sweep to sweep too.
_TAILS_MS = (0.5, 1.0, 4.0, 8.0)
_WINDOW_MS = 4.0
# What varies together over the sweeps, and in one of them, as normal deviates of the noise.
_Z_NEEDED, _SWEEP_Z = 5.0, 3.0
_SEEN_ONCE = 2


def f_wave(clean: Clean, rng: np.random.Generator) -> Response:
    """Look for the F-wave in a muscle of the stimulated branch."""
    number = knowledge.threshold
    asked = early.Asked(
        "F", number("evoked_f_wave_from_ms"), number("evoked_f_wave_until_ms"),
        int(number("lateral_spread_sweeps_min")), 0.0, number("lateral_spread_amplitude_min_uv"),
    )  # fmt: skip
    why_not = early.not_assessable(clean, asked)
    if why_not:
        return early.refused(clean.block, "F", len(clean), why_not)
    points = grid(clean)
    rest = _varying(points)
    deviates, times = _deviates(points, rest, asked)
    together = deviates.mean(axis=0) * np.sqrt(len(clean))
    window = int(together.argmax())
    z = float(together[window])
    each = deviates.max(axis=1)
    has = each > _SWEEP_Z
    says = float(norm.cdf(min(z - _Z_NEEDED, 4.0)))
    if z < _Z_NEEDED or has.sum() < _SEEN_ONCE:
        return Response(
            clean.block, "F", State.ABSENT, len(clean),
            ("nothing varies from sweep to sweep after the direct response",), min(says, 0.49), persistence=0.0,
        )  # fmt: skip
    onsets = np.array([_onset(points, rest[row], times[deviates[row].argmax()]) for row in np.flatnonzero(has)])
    sizes = np.array([_size(points, rest[row], asked) for row in np.flatnonzero(has)])
    middle, draws = float(np.median(onsets)), [float(np.median(rng.choice(onsets, len(onsets)))) for _ in range(200)]
    size, some = float(np.median(sizes)), [float(np.median(rng.choice(sizes, len(sizes)))) for _ in range(200)]
    return Response(
        clean.block, "F", State.PRESENT, len(clean),
        ("varies in latency and form from sweep to sweep in a stimulated muscle: an F-wave, no lateral spread",),
        max(says, 0.5), _around(middle, draws, "ms"), _around(size, some, "uV"), float(has.mean()),
        float(np.std(onsets, ddof=1)) if len(onsets) > 2 else None,
    )  # fmt: skip


def _varying(points: Grid) -> Floats:
    """Return the sweeps less their mean and less the changes of size and time of direct response and artefact."""
    time, average = points.time_ms, points.uv.mean(axis=0)
    after = np.clip(time, 0, None)
    start, stop = _TEMPLATE_MS
    template = average * np.clip((stop - time) / (stop - start), 0, 1) * (time > 0)
    moved = np.gradient(template)
    columns = [template, moved, np.gradient(moved), np.ones_like(time)]
    columns += [np.where(time > 0, np.exp(-after / tail), 0.0) for tail in _TAILS_MS]
    basis = np.column_stack(columns)
    basis /= np.maximum(abs(basis).max(axis=0), 1e-12)
    rest = points.uv - average
    seen = time > 1.5
    fit, *_ = np.linalg.lstsq(basis[seen], rest[:, seen].T, rcond=None)
    return np.asarray(rest - (basis @ fit).T)


def _deviates(points: Grid, rest: Floats, asked: early.Asked) -> tuple[Floats, Floats]:
    """Return the energy of each sweep in windows, as normal deviates, and when each window begins."""
    size = max(3, round(_WINDOW_MS / points.step_ms))
    whiten = np.linalg.inv(np.linalg.cholesky(points.covariance(size))).T
    first = int(np.searchsorted(points.time_ms, asked.from_ms - 0.5))
    last = int(np.searchsorted(points.time_ms, asked.until_ms))
    starts = np.arange(first, min(last, rest.shape[1] - size), max(1, round(0.5 / points.step_ms)))
    spread = 2.0 / (9.0 * size)
    found = [np.sum((rest[:, start : start + size] @ whiten) ** 2, axis=1) / size for start in starts]
    return np.asarray((np.cbrt(np.array(found).T) - (1 - spread)) / np.sqrt(spread)), points.time_ms[starts]


def _onset(points: Grid, sweep: Floats, window_ms: float) -> float:
    """Return when a single wave leaves the noise: the first of the points above a fifth of its peak."""
    inside = np.flatnonzero((points.time_ms >= window_ms - 1.5) & (points.time_ms <= window_ms + _WINDOW_MS + 1.0))
    size = abs(sweep[inside])
    limit = max(0.2 * size.max(), 2 * np.sqrt(points.lags[0]))
    peak = int(size.argmax())
    below = np.flatnonzero(size[:peak] < limit)
    return float(points.time_ms[inside[below[-1] + 1]] if len(below) else points.time_ms[inside[0]])


def _size(points: Grid, sweep: Floats, asked: early.Asked) -> float:
    inside = (points.time_ms >= asked.from_ms) & (points.time_ms <= asked.until_ms + _WINDOW_MS)
    return float(abs(sweep[inside]).max())


def _around(value: float, draws: list[float], unit: str) -> Estimate:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(value, min(float(low), value), max(float(high), value), unit)
