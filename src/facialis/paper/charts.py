"""The arithmetic of charts: thinning to pixel columns, outlines that break where nothing was seen, round scales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

# Ticks every so many seconds: the steps of a clock, not of the decimal system.
CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)


def thin(time_s: Values, values: Values, start: float, end: float, columns: int) -> tuple[Values, Values, Values]:
    """Thin a signal to the lowest and highest value of each pixel column, so that no twitch is lost.

    A signal with fewer samples than columns stays as it is, lowest and highest being the same. Where samples lie more
    than a quarter of a second apart the result breaks with a NaN.

    Parameters
    ----------
    time_s, values : (T,) float
        Times ascend; NaN values are gaps.
    start, end : float
        The stretch that is shown, half-open.
    columns : int
        How many columns it has.

    Returns
    -------
    x, low, high : (N,) float64
        Place in columns, 0 to `columns`; lowest and highest value there, NaN where nothing was seen.
    """
    inside = (time_s >= start) & (time_s < end)
    time, shown = time_s[inside].astype(np.float64), values[inside].astype(np.float64)
    x = (time - start) / (end - start) * columns
    if len(x) > columns:
        column = np.floor(x).astype(int)
        first = np.flatnonzero(np.diff(column, prepend=-1))
        x, time = column[first] + 0.5, time[first]
        low, high = np.fmin.reduceat(shown, first), np.fmax.reduceat(shown, first)
    else:
        low = high = shown
    # A frame is missing where the next one is late by more than a slow camera explains.
    holes = np.flatnonzero(np.diff(time) > max(0.25, 2.5 * (end - start) / columns)) + 1
    return np.insert(x, holes, np.nan), np.insert(low, holes, np.nan), np.insert(high, holes, np.nan)


def outline(x: Values, low: Values, high: Values, floor_y: float) -> tuple[Values, ...]:
    """Draw a signal as closed outlines: along its high edge, and back along the base line or the low edge.

    Parameters
    ----------
    x, low, high : (N,) float
        In drawing units; y may grow up or down. NaN breaks the outline.
    floor_y : float
        The base line. Where `low` and `high` are the same, the outline closes along it.

    Returns
    -------
    tuple of (M, 2) float64
        One polygon a stretch, without a second point at its end for the first.
    """
    polygons = []
    for run in runs(np.isfinite(x) & np.isfinite(low) & np.isfinite(high)):
        edge = _edge(x[run], high[run])
        if np.array_equal(low[run], high[run]):
            back = np.array([[x[run][-1], floor_y], [x[run][0], floor_y]])
        else:
            back = _edge(x[run], low[run])[::-1]
        polygons.append(np.concatenate([edge, back]))
    return tuple(polygons)


def path(polygons: Iterable[Values]) -> str:
    """Return the ``d`` of an SVG path, with one decimal; empty where there is nothing to draw."""
    return "".join("M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in polygon) + "Z" for polygon in polygons)


def runs(mask: npt.NDArray[np.bool_]) -> Iterator[slice]:
    """Yield the stretches where `mask` is true."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(first), int(last))


def stretches(time_s: Values, mask: npt.NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Return where `mask` is true as seconds ``(start, end)``; each frame lasts until the next.

    Parameters
    ----------
    time_s : (T,) float
        Times of the frames.
    mask : (T,) bool
        What is looked for.

    Returns
    -------
    list of (float, float)
        In order.
    """
    if len(time_s) == 0:
        return []
    last = time_s[-1] + (float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0)
    ends = np.append(time_s[1:], last)
    return [(float(time_s[run.start]), float(ends[run.stop - 1])) for run in runs(mask)]


def round_up(value: float) -> float:
    """Return the next number of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is at least `value` (above 0)."""
    power = 10.0 ** floor(log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        if step * power >= value * (1 - 1e-9):
            return step * power
    raise AssertionError("unreachable: ten times the power is above the value")


def clock_ticks(start: float, end: float, most: int = 9) -> list[float]:
    """Return round times from `start` to `end`, at most `most` of them, a clock's step apart."""
    span = end - start
    step = next((step for step in CLOCK_STEPS if span / step <= most - 1), CLOCK_STEPS[-1] * ceil(span / 3600 / most))
    return [float(step * tick) for tick in range(ceil(start / step), floor(end / step) + 1)]


def clock_label(seconds: float) -> str:
    """Print the time of a tick: 75 is "1:15"."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _edge(x: Values, y: Values) -> Values:
    """Return the points of a line to a tenth of a unit, less those on a level stretch, which say nothing."""
    tenths = np.round(y, 1)
    needed = np.ones(len(y), dtype=bool)
    needed[1:-1] = (tenths[1:-1] != tenths[:-2]) | (tenths[1:-1] != tenths[2:])
    return np.column_stack([np.round(x, 1), tenths])[needed]
