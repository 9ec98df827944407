"""One person's cycles, fitted together: what is hidden in each, and what the person's own cycles have in common.

The burden of a cycle is ``untreated - depth * effect(days)`` plus a variation that partly lasts for days. Onset,
wear-off and steepness of each cycle are weighed on a grid, the untreated burden and the depth being integrated out;
what the cycles share (this person's usual duration, its spread, onset, relief, noise) is drawn in turn (Gibbs sampling;
Gelfand and Smith, J Am Stat Assoc 1990;85:398). Many chains run side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facialis.followup.effect import Grid, Values, effect, grid, rise, spacing
from facialis.knowledge import treatment
from facialis.knowledge.treatment.course import Courses, Expected

# Chains side by side, and how many rounds of each are thrown away first.
CHAINS = 32
WARM_UP = 12
# Points of the grid this far (log likelihood) below the best are left out.
_HOPELESS = 14.0
# A depth is known to this share of the scale before anything is known.
_LEAST_DEPTH = 0.02


@dataclass(frozen=True)
class Cycle:
    """The entries from one injection to the next; or, without a product, those before the first.

    Attributes
    ----------
    days : ndarray, shape (N,)
        From the injection, in order.
    burden : ndarray, shape (N,)
        As a share of the measure's scale.
    noise : ndarray, shape (N,)
        Noise of each entry, relative to that of the main measure.
    product : str
        Empty before the first injection.
    gap : float
        Days from the injection before to this one: what is left of its effect goes on until the new one begins.
    """

    days: Values
    burden: Values
    noise: Values
    product: str
    gap: float = np.inf


@dataclass(frozen=True)
class Draws:
    """What may be so, drawn from the posterior. D draws, K injections.

    Attributes
    ----------
    untreated : ndarray, shape (D, K)
        Burden without effect, share of the scale.
    depth : ndarray, shape (D, K)
        Full effect, share of the scale; 0 where there was none.
    onset, wear_off, steep : ndarray, shape (D, K)
    works : ndarray of bool, shape (D, K)
        False: a treatment without effect.
    log_duration, log_duration_sd : ndarray, shape (D,)
        This person's usual duration (natural logarithm of days) and its spread between cycles.
    relief : ndarray, shape (D,)
        This person's usual relief, share of the untreated burden.
    noise : ndarray, shape (D,)
        Day-to-day standard deviation of the main measure, share of the scale.
    gap : ndarray, shape (K,)
        Days from the injection before.
    """

    untreated: Values
    depth: Values
    onset: Values
    wear_off: Values
    steep: Values
    works: NDArray[np.bool_]
    log_duration: Values
    log_duration_sd: Values
    relief: Values
    noise: Values
    gap: Values

    def burden(self, cycle: int, days: Values, step: int = 1) -> Values:
        """Return the burden of one cycle at so many days, shape (D, len(days)), of every `step`-th draw."""
        level, depth, *rest = self._of(cycle, step)
        burden = level - depth * effect(days[None], *rest)
        if cycle and np.isfinite(self.gap[cycle]):
            # Until the new effect has risen, that of the injection before is still wearing off.
            _, before, *earlier = self._of(cycle - 1, step)
            risen = rise(days[None], rest[0]) * self.works[::step, cycle, None]
            burden = burden - (1.0 - risen) * before * effect(days[None] + self.gap[cycle], *earlier)
        return np.asarray(burden)

    def _of(self, cycle: int, step: int) -> list[Values]:
        parts = (self.untreated, self.depth, self.onset, self.wear_off, self.steep)
        return [one[::step, cycle, None] for one in parts]


@dataclass(frozen=True)
class _Sums:
    """What the likelihood of a cycle needs, at each point of the grid that is left."""

    points: NDArray[np.intp]
    count: int
    one_one: float
    one_y: float
    y_y: float
    one_g: Values
    g_y: Values
    g_g: Values


@dataclass
class _Person:
    """What the cycles share, a value a chain."""

    log_duration: Values
    log_duration_var: Values
    log_onset: Values
    relief: Values
    noise_var: Values


def log_moments(mean: float, sd: float) -> tuple[float, float]:
    """Return mean and variance of the logarithm of a log-normal number with this mean and spread."""
    var = float(np.log1p((sd / mean) ** 2))
    return float(np.log(mean)) - var / 2.0, var


def fit(cycles: Sequence[Cycle], draws: int = 1000, seed: int = 1) -> Draws:
    """Return draws of everything hidden in a person's cycles.

    Parameters
    ----------
    cycles : sequence of Cycle
        The entries before the first injection, then those from each injection on; a cycle may be without entries.
    draws : int
        At least so many are returned.
    seed : int

    Returns
    -------
    Draws
        Of the cycles with a product.
    """
    return _Gibbs(cycles, np.random.default_rng(seed)).run(-(-draws // CHAINS))


class _Gibbs:
    def __init__(self, cycles: Sequence[Cycle], rng: np.random.Generator) -> None:
        self.rng, self.courses, self.points = rng, treatment.courses(), grid()
        self.cycles = list(cycles)
        self.expected = [self.courses.of(cycle.product) for cycle in cycles]
        self.guess = _guess(cycles)
        self.sums = [self._sums_of(cycle, np.zeros(len(cycle.days))) for cycle in cycles]
        self.shift = _shifts(self.expected, cycles)
        self._start()

    @property
    def noise_prior(self) -> float:
        return float(self.courses.number("noise") ** 2)

    def _start(self) -> None:
        rng, number = self.rng, self.courses.number
        first = next((e for c, e in zip(self.cycles, self.expected, strict=True) if c.product), self.expected[0])
        mean, var = log_moments(first.duration.value, first.duration.sd or 1.0)
        self.duration_mean, self.duration_var = mean, number("between_people") * var
        self.within_var = (1.0 - number("between_people")) * var
        mean, var = log_moments(first.onset.value, first.onset.sd or 1.0)
        self.onset_mean, self.onset_var = mean, number("between_people_onset") * var
        self.onset_within_var = (1.0 - number("between_people_onset")) * var
        self.relief_var = (self.courses.relief.sd or 0.0) ** 2
        self.person = _Person(
            rng.normal(self.duration_mean, np.sqrt(self.duration_var), CHAINS),
            np.full(CHAINS, self.within_var),
            rng.normal(self.onset_mean, np.sqrt(self.onset_var), CHAINS),
            np.full(CHAINS, self.courses.relief.value),
            np.full(CHAINS, self.noise_prior),
        )
        shape = (CHAINS, len(self.cycles))
        self.untreated = np.full(shape, self.guess)
        self.depth = np.full(shape, 0.8 * self.guess)
        self.log_onset, self.log_wear_off = np.full(shape, self.onset_mean), np.full(shape, self.duration_mean)
        self.steep, self.works = np.full(shape, 1.0), np.ones(shape, bool)
        self.squares = np.zeros(shape)

    def run(self, rounds: int) -> Draws:
        kept: list[tuple[Values, ...]] = []
        treated = [k for k, cycle in enumerate(self.cycles) if cycle.product]
        for turn in range(WARM_UP + rounds):
            if turn == WARM_UP // 2:
                self._carry_over()
            for k in range(len(self.cycles)):
                self._cycle(k)
            self._shared(treated)
            if turn >= WARM_UP:
                kept.append(self._keep(treated))
        parts = [np.concatenate(part) for part in zip(*kept, strict=True)]
        untreated, depth, onset, wear_off, steep, works, usual, spread, relief, noise = parts
        gap = np.array([self.cycles[k].gap for k in treated])
        return Draws(untreated, depth, onset, wear_off, steep, works.astype(bool), usual, spread, relief, noise, gap)

    def _sums_of(self, cycle: Cycle, left: Values) -> _Sums:
        return _sums(cycle, left, self.points, self.courses, self.noise_prior)

    def _carry_over(self) -> None:
        """Let what is left of each injection's effect reach into the next cycle, as the first rounds know it."""
        for k, cycle in enumerate(self.cycles):
            if not np.isfinite(cycle.gap) or not len(cycle.days) or not self.cycles[k - 1].product:
                continue
            onset, wear_off = (np.exp(one[:, k - 1, None]) for one in (self.log_onset, self.log_wear_off))
            shape = effect(cycle.days[None] + cycle.gap, onset, wear_off, self.steep[:, k - 1, None])
            left = (shape * self.works[:, k - 1, None]).mean(axis=0)
            self.sums[k] = self._sums_of(cycle, left)

    def _keep(self, treated: list[int]) -> tuple[Values, ...]:
        person = self.person
        return (
            self.untreated[:, treated],
            self.depth[:, treated],
            np.exp(self.log_onset[:, treated]),
            np.exp(self.log_wear_off[:, treated]),
            self.steep[:, treated],
            self.works[:, treated],
            person.log_duration.copy(),
            np.sqrt(person.log_duration_var),
            person.relief.copy(),
            np.sqrt(person.noise_var),
        )

    def _untreated_prior(self, k: int) -> tuple[Values, Values]:
        """Return mean and variance of the untreated burden of a cycle, given those beside it."""
        drift = self.courses.number("drift") ** 2
        mean, precision = np.zeros(CHAINS), np.zeros(CHAINS)
        if k == 0:
            # Anywhere on the scale, round what is seen.
            mean, precision = mean + self.guess / 0.09, precision + 1.0 / 0.09
        for beside in (k - 1, k + 1):
            if 0 <= beside < len(self.cycles):
                mean, precision = mean + self.untreated[:, beside] / drift, precision + 1.0 / drift
        return mean / precision, 1.0 / precision

    def _cycle(self, k: int) -> None:
        """Draw the point of the grid, the untreated burden and the depth of one cycle."""
        cycle, sums, person = self.cycles[k], self.sums[k], self.person
        level, level_var = self._untreated_prior(k)
        if not cycle.product:
            precision = 1.0 / level_var + sums.one_one / person.noise_var
            mean = (level / level_var + sums.one_y / person.noise_var) / precision
            self.untreated[:, k] = mean + self.rng.standard_normal(CHAINS) / np.sqrt(precision)
            self.depth[:, k] = 0.0
            drawn = self.untreated[:, k]
            self.squares[:, k] = sums.y_y - 2.0 * drawn * sums.one_y + drawn**2 * sums.one_one
            return
        spread = (self.courses.number("relief_between_cycles") * np.maximum(level, _LEAST_DEPTH)) ** 2
        weight, solved = _evidence(sums, person, level, level_var, spread)
        weight += self._prior(k, sums.points)
        pick = _pick(weight, self.rng)
        self._place(k, sums.points[pick])
        self._level_and_depth(k, pick, solved)

    def _prior(self, k: int, left: NDArray[np.intp]) -> Values:
        """Return the logarithm of the prior of each point that is left, (CHAINS, P)."""
        person, points = self.person, self.points
        onset_shift, duration_shift = self.shift[k]
        usual = (person.log_duration + duration_shift)[:, None]
        prior = -0.5 * (points.log_wear_off[left] - usual) ** 2 / person.log_duration_var[:, None]
        prior -= 0.5 * np.log(person.log_duration_var)[:, None]
        usual = (person.log_onset + onset_shift)[:, None]
        prior = prior - 0.5 * (points.log_onset[left] - usual) ** 2 / self.onset_within_var
        failure = self.expected[k].failure.value
        steps = spacing()
        volume = np.log(steps[0] * steps[1] / (2.0 * np.pi * np.sqrt(self.onset_within_var) * 2.0))
        prior += volume + np.log1p(-failure)
        # The last point of the grid is a treatment without effect.
        if left[-1] == len(points.onset) - 1:
            prior[:, -1] = np.log(failure)
        return np.asarray(prior)

    def _place(self, k: int, at: NDArray[np.intp]) -> None:
        """Put the days of a cycle where they were drawn, anywhere within the cell; without effect as the person is."""
        rng, points, person = self.rng, self.points, self.person
        steps = spacing()
        works = at < len(points.onset) - 1
        onset_shift, duration_shift = self.shift[k]
        free_onset = rng.normal(person.log_onset + onset_shift, np.sqrt(self.onset_within_var))
        free_duration = rng.normal(person.log_duration + duration_shift, np.sqrt(person.log_duration_var))
        within = rng.uniform(-0.5, 0.5, (2, CHAINS))
        self.works[:, k] = works
        self.log_onset[:, k] = np.where(works, points.log_onset[at] + within[0] * steps[0], free_onset)
        self.log_wear_off[:, k] = np.where(works, points.log_wear_off[at] + within[1] * steps[1], free_duration)
        self.steep[:, k] = points.steep[at]

    def _level_and_depth(self, k: int, pick: NDArray[np.intp], solved: tuple[Values, ...]) -> None:
        """Draw untreated burden and depth together, and keep the squares that are left."""
        rows, sums = np.arange(CHAINS), self.sums[k]
        a, b, c, h0, h1 = (one[rows, pick] for one in solved)
        # The precision is [[a, b], [b, c]]; its inverse times h is the mean.
        size = a * c - b * b
        mean0, mean1 = (c * h0 - b * h1) / size, (a * h1 - b * h0) / size
        z = self.rng.standard_normal((2, CHAINS))
        depth = mean1 + z[0] * np.sqrt(a / size)
        level = mean0 - b / a * (depth - mean1) + z[1] / np.sqrt(a)
        one_g, g_y, g_g = sums.one_g[pick], sums.g_y[pick], sums.g_g[pick]
        self.untreated[:, k], self.depth[:, k] = level, np.where(self.works[:, k], depth, 0.0)
        squares = sums.y_y - 2.0 * level * sums.one_y + level**2 * sums.one_one
        squares += 2.0 * depth * (g_y - level * one_g) + depth**2 * g_g
        self.squares[:, k] = np.maximum(squares, 0.0)

    def _shared(self, treated: list[int]) -> None:
        """Draw what the cycles have in common."""
        rng, person, number = self.rng, self.person, self.courses.number
        works = self.works[:, treated]
        shift = np.array([self.shift[k] for k in treated]).reshape(-1, 2)
        told = np.where(works, self.log_wear_off[:, treated] - shift[:, 1], 0.0)
        precision = 1.0 / self.duration_var + works.sum(axis=1) / person.log_duration_var
        mean = (self.duration_mean / self.duration_var + told.sum(axis=1) / person.log_duration_var) / precision
        person.log_duration = mean + rng.standard_normal(CHAINS) / np.sqrt(precision)
        worth = number("duration_worth")
        off = np.where(works, told - person.log_duration[:, None], 0.0)
        scale = 0.5 * (worth * self.within_var + (off**2).sum(axis=1))
        person.log_duration_var = scale / rng.gamma(0.5 * (worth + works.sum(axis=1)))
        told = np.where(works, self.log_onset[:, treated] - shift[:, 0], 0.0)
        precision = 1.0 / self.onset_var + works.sum(axis=1) / self.onset_within_var
        mean = (self.onset_mean / self.onset_var + told.sum(axis=1) / self.onset_within_var) / precision
        person.log_onset = mean + rng.standard_normal(CHAINS) / np.sqrt(precision)
        self._relief(treated)
        worth = number("noise_worth")
        count = sum(sums.count for sums in self.sums)
        scale = 0.5 * (worth * self.noise_prior + self.squares.sum(axis=1))
        person.noise_var = scale / rng.gamma(0.5 * (worth + count), size=CHAINS)

    def _relief(self, treated: list[int]) -> None:
        works = self.works[:, treated]
        level = np.maximum(self.untreated[:, treated], _LEAST_DEPTH)
        told = np.where(works, np.clip(self.depth[:, treated] / level, -0.5, 1.5), 0.0)
        spread = self.courses.number("relief_between_cycles") ** 2
        precision = 1.0 / self.relief_var + works.sum(axis=1) / spread
        mean = (self.courses.relief.value / self.relief_var + told.sum(axis=1) / spread) / precision
        self.person.relief = np.clip(mean + self.rng.standard_normal(CHAINS) / np.sqrt(precision), 0.05, 1.0)


def _evidence(
    sums: _Sums, person: _Person, level: Values, level_var: Values, spread: Values
) -> tuple[Values, tuple[Values, ...]]:
    """Return the log evidence of each point with level and depth integrated out, and what their draw needs.

    Their prior: the level as given, the depth the person's relief times the level, give or take `spread`.
    """
    relief, noise = person.relief[:, None], person.noise_var[:, None]
    level, level_var, spread = level[:, None], level_var[:, None], spread[:, None]
    a0, b0, c0 = 1.0 / level_var + relief**2 / spread, -relief / spread, 1.0 / spread
    h0 = level / level_var
    a = a0 + sums.one_one / noise
    b = b0 - sums.one_g / noise
    c = c0 + sums.g_g / noise
    g0 = h0 + sums.one_y / noise
    g1 = -sums.g_y / noise
    size, size0 = a * c - b * b, a0 * c0 - b0 * b0
    gained = (c * g0**2 - 2.0 * b * g0 * g1 + a * g1**2) / size - c0 * h0**2 / size0
    weight = 0.5 * (np.log(size0) - np.log(size) + gained)
    full = np.broadcast_to
    return weight, (full(a, b.shape), b, c, full(g0, b.shape), g1)


def _pick(weight: Values, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw one point for each chain by log weights (CHAINS, P)."""
    share = np.exp(weight - weight.max(axis=1, keepdims=True))
    total = np.cumsum(share, axis=1)
    at = rng.uniform(size=(len(weight), 1)) * total[:, -1:]
    return np.asarray(np.minimum((total < at).sum(axis=1), weight.shape[1] - 1))


def _guess(cycles: Sequence[Cycle]) -> float:
    """Return a first guess of the untreated burden: the upper part of what was entered."""
    told = np.concatenate([cycle.burden for cycle in cycles]) if cycles else np.zeros(0)
    return float(np.clip(np.quantile(told, 0.9), 0.1, 1.5)) if len(told) else 0.5


def _shifts(expected: Sequence[Expected], cycles: Sequence[Cycle]) -> list[tuple[float, float]]:
    """Return by how much onset and duration (logarithms) of each cycle's product differ from the first one's."""
    told = [
        (
            log_moments(one.onset.value, one.onset.sd or 1.0)[0],
            log_moments(one.duration.value, one.duration.sd or 1.0)[0],
        )
        for one in expected
    ]
    first = next((k for k, cycle in enumerate(cycles) if cycle.product), 0)
    return [(onset - told[first][0], duration - told[first][1]) for onset, duration in told]


def _sums(cycle: Cycle, left: Values, points: Grid, courses: Courses, noise_var: float) -> _Sums:
    """Return the sums over a cycle's entries, whitened, for the points of the grid that are not hopeless.

    `left` is what is left of the effect of the injection before, for each entry.
    """
    everywhere = np.arange(len(points.onset))
    if not len(cycle.days):
        zero = np.zeros(len(everywhere))
        return _Sums(everywhere, 0, 0.0, 0.0, 0.0, zero, zero, zero)
    kept, days_kept = courses.number("noise_share_kept"), courses.number("noise_kept_days")
    apart = np.abs(cycle.days[:, None] - cycle.days[None])
    cover = kept * np.exp(-apart / days_kept) + (1.0 - kept) * np.eye(len(cycle.days))
    root = np.linalg.cholesky(cover * cycle.noise[:, None] * cycle.noise[None])
    if not cycle.product:
        white = np.linalg.solve(root, np.column_stack([np.ones(len(cycle.days)), cycle.burden]))
        one, y = white.T
        zero = np.zeros(len(everywhere))
        return _Sums(everywhere, len(y), float(one @ one), float(one @ y), float(y @ y), zero, zero, zero)
    shape = effect(cycle.days[:, None], points.onset, points.wear_off, points.steep)
    shape += (1.0 - rise(cycle.days[:, None], points.onset)) * left[:, None]
    # The last point is a treatment without effect: only what is left of the one before.
    shape[:, -1] = left
    white = np.linalg.solve(root, np.column_stack([np.ones(len(cycle.days)), cycle.burden, shape]))
    one, y, g = white[:, 0], white[:, 1], white[:, 2:]
    sums = _Sums(
        everywhere, len(y), float(one @ one), float(one @ y), float(y @ y), one @ g, y @ g, (g * g).sum(axis=0)
    )
    return _without_the_hopeless(sums, noise_var)


def _without_the_hopeless(sums: _Sums, noise_var: float) -> _Sums:
    """Leave out the points that cannot explain the entries with any level and depth."""
    tiny = 1e-9
    size = np.maximum(sums.one_one * sums.g_g - sums.one_g**2, 0.0) + tiny
    # Squares left by the best level and depth at each point: a regression on one and the effect.
    level = (sums.g_g * sums.one_y - sums.one_g * sums.g_y) / size
    depth = -(sums.one_one * sums.g_y - sums.one_g * sums.one_y) / size
    alone = sums.one_y**2 / max(sums.one_one, tiny)
    explained = np.where(size > 10 * tiny, level * sums.one_y - depth * sums.g_y, alone)
    left = np.maximum(sums.y_y - explained, 0.0)
    # A small noise would leave out too many: the larger of the guess and of what is left at the best counts.
    noise = max(noise_var, float(left.min()) / max(sums.count, 1))
    keep = left <= left.min() + 2.0 * _HOPELESS * noise
    keep[-1] = True
    at = np.flatnonzero(keep)
    return _Sums(at, sums.count, sums.one_one, sums.one_y, sums.y_y, sums.one_g[at], sums.g_y[at], sums.g_g[at])
