"""Is there a response: energy against the noise's own covariance, the same in every sweep, in enough of the sweeps.

Sweeps are smoothed to the band of a facial potential and held, window by window, against the covariance of the noise
where it is quiet: what the noise does often (mains, drift, rest of the artefact's slow tail) counts little. Two nulls
are asked: turning the sign of each sweep at random, which no response that is locked to the stimulus outlives, and the
average's own quiet stretches, which hold whatever else the average holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d
from scipy.stats import norm

from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.sweeps import Bools, Floats

# A Gaussian of 0.2 ms lets pass what a facial potential holds (to about 800 Hz); the grid is fine enough for it.
SMOOTH_MS = 0.2
GRID_MS = 0.25
WINDOWS_MS = (2.0, 4.0, 7.0)
STEP_MS = 0.5
FLIPS = 400
# Potentials of one branch come within so much of each other in every sweep (jitter up to 0.3 ms, two ways).
_SHIFTS_MS = (-0.5, -0.25, 0.0, 0.25, 0.5)
# A response rises above what stands just before it.
_BEFORE_MS, _RISE = 2.0, 1.3
_FLAT_UV = 1e-3
# Added to the diagonal of the covariance: it is an estimate of few samples.
_RIDGE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Sweeps smoothed and thinned.

    Attributes
    ----------
    time_ms : float64, shape (m,)
    uv : float64, shape (k, m)
    quiet : bool, shape (m,)
    lags : float64, shape (l,)
        Autocovariance of the noise of one sweep at each step of the grid.
    """

    time_ms: Floats
    uv: Floats
    quiet: Bools
    lags: Floats

    @property
    def step_ms(self) -> float:
        """From one point to the next."""
        return float(self.time_ms[1] - self.time_ms[0])

    def covariance(self, size: int) -> Floats:
        """Return the covariance (size, size) of the noise of one sweep."""
        apart = abs(np.subtract.outer(np.arange(size), np.arange(size)))
        matrix = self.lags[np.minimum(apart, len(self.lags) - 1)]
        # Averaged over stretches with gaps between them, it need not be a covariance: its spectrum is made one.
        power, waves = np.linalg.eigh(matrix)
        least = _RIDGE * max(float(self.lags[0]), _FLAT_UV**2)
        return np.asarray((waves * (np.maximum(power, 0.0) + least)) @ waves.T)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A response that may be there.

    Attributes
    ----------
    start_ms, stop_ms : float
        The window in which it stands out most.
    z : float
        How far the average stands out of the noise there, as a normal deviate; windows tried are allowed for.
    p_flip : float
        Share of random signs under which the average stands out as much.
    correlation : float
        Of the averages of odd and even sweeps within the window.
    persistence : float
        Share of the sweeps that show it.
    has : bool, shape (k,)
        Those that do.
    """

    start_ms: float
    stop_ms: float
    z: float
    p_flip: float
    correlation: float
    persistence: float
    has: Bools


def grid(clean: Clean) -> Grid:
    """Smooth and thin cleaned sweeps."""
    step = clean.block.step_ms
    thin = max(1, round(GRID_MS / step))
    smooth = gaussian_filter1d(clean.uv, SMOOTH_MS / step, axis=1, mode="nearest") if thin > 1 else clean.uv
    uv = smooth[:, ::thin]
    quiet = clean.quiet[::thin]
    return Grid(clean.time_ms[::thin], uv, quiet, _autocovariance(uv, quiet, step * thin))


def _autocovariance(uv: Floats, quiet: Bools, step_ms: float) -> Floats:
    """Return the noise's autocovariance, averaged over sweeps and quiet stretches, tapered to nothing."""
    size = max(2, min(round(max(WINDOWS_MS) / step_ms) + 1, int(quiet.sum()) // 2))
    values = np.where(quiet, uv, 0.0)
    scale = np.median(np.mean(uv[:, quiet] ** 2, axis=1))
    # A loud sweep must not decide what all the others' noise looks like.
    power = np.maximum(np.mean(uv[:, quiet] ** 2, axis=1), 1e-12)
    values = values * np.sqrt(max(scale, 1e-12) / power)[:, None]
    lags = np.empty(size)
    for lag in range(size):
        both = quiet[: len(quiet) - lag] & quiet[lag:]
        products = values[:, : values.shape[1] - lag] * values[:, lag:]
        lags[lag] = products[:, both].mean() if both.any() else 0.0
    taper = 0.5 * (1 + np.cos(np.pi * np.arange(size) / size))
    return np.asarray(lags * taper)


def seek(grid: Grid, from_ms: float, until_ms: float, rng: np.random.Generator, end_ms: float = np.inf) -> Seen | None:
    """Return the response that stands out most among those that may begin between two times; None without room.

    Parameters
    ----------
    grid : Grid
    from_ms, until_ms : float
        When its window may begin.
    rng : Generator
        Turns the signs.
    end_ms : float
        No window reaches beyond.
    """
    statistics = _Statistics(grid, from_ms, until_ms, end_ms)
    if not statistics.windows:
        return None
    average = grid.uv.mean(axis=0)
    statistics.rising(average)
    if not statistics.windows:
        return None
    z, best = statistics.largest(average[None])
    signs = rng.choice((-1.0, 1.0), (FLIPS, len(grid.uv)))
    # Signs that are all the same leave everything as it is: with few sweeps they would be drawn too often.
    signs = signs[abs(signs.sum(axis=1)) < len(grid.uv)]
    flipped, _ = statistics.largest(signs @ grid.uv / len(grid.uv))
    p_flip = float((1 + np.sum(flipped >= z[0])) / (1 + len(flipped)))
    elsewhere = statistics.quiet(average)
    # The windows tried, and what the average's own quiet stretches reach.
    beyond = float(z[0] - max(np.median(flipped), elsewhere))
    start, size = statistics.windows[int(best[0])]
    part = slice(start, start + size)
    share, has = shares(_matches(grid, part))
    odd, even = grid.uv[::2, part].mean(axis=0), grid.uv[1::2, part].mean(axis=0)
    return Seen(
        float(grid.time_ms[start]), float(grid.time_ms[start] + size * grid.step_ms),
        beyond, p_flip, _correlation(odd, even), share, has > 0.5,
    )  # fmt: skip


class _Statistics:
    """Energy of windows against the noise's covariance, as normal deviates."""

    def __init__(self, grid: Grid, from_ms: float, until_ms: float, end_ms: float) -> None:
        self.grid = grid
        self.windows: list[tuple[int, int]] = []
        self.sizes = [max(3, round(width / grid.step_ms)) for width in WINDOWS_MS]
        self.whiten = {size: np.linalg.inv(np.linalg.cholesky(grid.covariance(size))).T for size in self.sizes}
        step = max(1, round(STEP_MS / grid.step_ms))
        first = int(np.searchsorted(grid.time_ms, from_ms))
        last = int(np.searchsorted(grid.time_ms, until_ms, "right"))
        end = int(np.searchsorted(grid.time_ms, end_ms))
        for size in self.sizes:
            self.windows += [(start, size) for start in range(first, min(last, end - size), step)]

    def largest(self, averages: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return for each average (f, m) its largest deviate and the window it stands in."""
        deviates = np.column_stack([self._deviate(averages, start, size) for start, size in self.windows])
        best = deviates.argmax(axis=1)
        return np.asarray(deviates[np.arange(len(averages)), best]), best

    def rising(self, average: Floats) -> None:
        """Keep the windows in which the average is larger than just before: an end is no onset."""
        size = abs(average)
        before = max(1, round(_BEFORE_MS / self.grid.step_ms))
        self.windows = [
            (start, length)
            for start, length in self.windows
            if size[start : start + length].max() > _RISE * size[max(start - before, 0) : start].max(initial=0.0)
        ]

    def quiet(self, average: Floats) -> float:
        """Return the largest deviate of the average where it is quiet, at least 0."""
        found = [
            float(self._deviate(average[None], start, size)[0])
            for size in self.sizes
            for start in range(0, len(average) - size, max(1, size // 2))
            if self.grid.quiet[start : start + size].all()
        ]
        return max(0.0, *found) if found else 0.0

    def _deviate(self, averages: Floats, start: int, size: int) -> Floats:
        part = averages[:, start : start + size]
        energy = len(self.grid.uv) * np.sum((part @ self.whiten[size]) ** 2, axis=1)
        # Wilson and Hilferty 1931: the cube root of a chi-square is nearly normal.
        spread = 2.0 / (9.0 * size)
        return np.asarray((np.cbrt(np.maximum(energy, 0) / size) - (1 - spread)) / np.sqrt(spread))


def _matches(grid: Grid, part: slice) -> Floats:
    """Return how well each sweep matches the average of the others within a window: about normal without response."""
    size = part.stop - part.start
    inverse = np.linalg.inv(grid.covariance(size))
    count = len(grid.uv)
    inside = grid.uv[:, part]
    others = (inside.sum(axis=0) - inside) / max(count - 1, 1)
    weights = others @ inverse
    length = np.sqrt(np.maximum(np.einsum("ki,ki->k", weights, others), 1e-18))
    steps = sorted({round(shift / grid.step_ms) for shift in _SHIFTS_MS})
    scores = []
    for shift in steps:
        first = min(max(part.start + shift, 0), grid.uv.shape[1] - size)
        scores.append(np.einsum("ki,ki->k", weights, grid.uv[:, first : first + size]) / length)
    # The best of correlated shifts is larger than one of them by chance.
    return np.asarray(np.array(scores).max(axis=0) - (0.4 if len(steps) > 1 else 0.0))


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    length = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / length if length > 0 else 0.0


def shares(scores: Floats) -> tuple[float, Floats]:
    """Return in what share of sweeps a response is, and how likely it is in each.

    Scores are a mixture of standard normal ones (none) and ones about a common mean (a response of about the same
    size); the likelihood chooses share and mean. Counting above a line would miss half of the sweeps where noise is
    loud, though the response is in all of them.

    Parameters
    ----------
    scores : float64, shape (k,)
        Of :class:`Seen`.
    """
    means = np.geomspace(1.0, max(6.0, float(scores.max()) + 1.0), 28)
    parts = np.linspace(0.02, 1.0, 50)
    none = np.exp(-(scores**2) / 2)
    # Where noise is low, sizes differ from sweep to sweep by more than the noise: by about 30 %.
    spread = np.hypot(1.0, 0.3 * means)[:, None]
    some = np.exp(-(((scores - means[:, None]) / spread) ** 2) / 2) / spread
    likely = np.log(parts[:, None, None] * some + (1 - parts[:, None, None]) * none + 1e-300).sum(axis=2)
    part, mean = np.unravel_index(int(likely.argmax()), likely.shape)
    weight = parts[part] * some[mean]
    return float(parts[part]), np.asarray(weight / (weight + (1 - parts[part]) * none + 1e-300))


def probability(z: float, persistence: float, *, z_needed: float, share_needed: float) -> float:
    """Return how likely it is that a response is there, from how far it stands out and in how many sweeps."""
    out = (z - z_needed) / 1.0
    often = (persistence - share_needed) / 0.12
    return float(norm.cdf(min(out, often, 4.0)))
