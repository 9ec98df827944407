"""What a stimulus evokes: its artefact, compound potentials, responses whose form changes, reflex bursts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from facialis.emg.simulate.potentials import Floats

BEGIN = 0.05
"""A response begins where it first exceeds this fraction of its peak."""

_GRID_MS = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """The form of a response on a grid of 0.01 ms: it begins (5 %) at ``lead`` and has peak 1."""

    values: Floats
    lead: int

    def at(self, time_ms: Floats, latency_ms: float, peak_uv: float) -> Floats:
        """Return it at a latency, not bound to samples, with a peak."""
        place = (time_ms - latency_ms) / _GRID_MS + self.lead
        return np.asarray(peak_uv * np.interp(place, np.arange(len(self.values)), self.values, left=0.0, right=0.0))

    @property
    def swing(self) -> float:
        """From the lowest to the highest point, for a peak of 1."""
        return float(self.values.max() - self.values.min())


def _formed(values: Floats) -> Form:
    values = values / np.abs(values).max()
    return Form(values, int(np.flatnonzero(np.abs(values) >= BEGIN)[0]))


def compound(rng: np.random.Generator, length_ms: float) -> Form:
    """Draw a compound potential: a steep negative phase and a longer positive one, as over the muscle's belly."""
    z = np.arange(0, 1.6 * length_ms, _GRID_MS) / length_ms
    width, late = rng.uniform(0.12, 0.18), rng.uniform(0.45, 0.6)
    first = np.where(z > 0, (z / width) ** 2 * np.exp(-2 * (z / width - 1)), 0.0)
    second = np.exp(-0.5 * ((z - late) / rng.uniform(0.12, 0.2)) ** 2) * rng.uniform(0.4, 0.9) * np.clip(z / 0.2, 0, 1)
    values = gaussian_filter1d(np.concatenate((np.zeros(60), first - second)), 6)
    return _formed(values * rng.choice((-1.0, 1.0)))


def complex_form(rng: np.random.Generator, length_ms: float, units: int) -> Form:
    """Draw a response of a few motor units: one to many phases, the first unit never small."""
    grid = np.zeros(int((length_ms + 9.0) / _GRID_MS))
    begins = np.concatenate(([0.0], np.sort(rng.uniform(0, max(length_ms - 3.5, 0.1), units - 1))))
    sizes = np.concatenate(([rng.uniform(0.8, 1.2)], rng.uniform(0.3, 1.0, units - 1)))
    for begin, size in zip(begins, sizes, strict=True):
        z = np.clip((np.arange(len(grid)) * _GRID_MS - begin) / rng.uniform(0.4, 0.7), 0, None)
        grid += size * rng.choice((-1.0, 1.0), p=(0.35, 0.65)) * (6 * z - 6 * z**2 + z**3) * np.exp(-z)
    return _formed(gaussian_filter1d(np.concatenate((np.zeros(60), grid)), rng.uniform(8, 14)))


def reflex(rng: np.random.Generator, length_ms: float) -> Form:
    """Draw a reflex burst: units whose number swells and fades over some tens of milliseconds."""
    count = int(rng.integers(12, 40))
    begins = np.sort(length_ms * rng.beta(1.3, 2.4, count))
    begins -= begins[0]
    grid = np.zeros(int((length_ms + 9.0) / _GRID_MS))
    for place, begin in enumerate(begins):
        z = np.clip((np.arange(len(grid)) * _GRID_MS - begin) / rng.uniform(0.4, 0.8), 0, None)
        # The first units are as large as the others, so that a reader can see where it begins.
        size = rng.uniform(0.7, 1.1) if place < 3 else 0.2 + rng.exponential(0.5)
        grid += size * rng.choice((-1.0, 1.0)) * (6 * z - 6 * z**2 + z**3) * np.exp(-z)
    return _formed(gaussian_filter1d(np.concatenate((np.zeros(60), grid)), rng.uniform(8, 14)))


def artefact(
    rng: np.random.Generator, time_ms: Floats, sweeps: int, peak_mv: tuple[float, float], spread: float = 0.03
) -> Floats:
    """Draw the stimulus artefact: a peak before 0.5 ms and a tail of two exponentials (0.3-1 and 3-8 ms).

    Returns
    -------
    float64, shape (sweeps, n_samples)
        Microvolts; the form is the same in all sweeps, its size varies by ``spread``.
    """
    peak = rng.uniform(*peak_mv) * 1e3 * rng.choice((-1.0, 1.0))
    at, width = rng.uniform(0.12, 0.4), rng.uniform(0.05, 0.1)
    pulse = np.exp(-0.5 * ((time_ms - at) / width) ** 2)
    if rng.random() < 0.5:
        pulse -= rng.uniform(0.2, 0.8) * np.exp(-0.5 * ((time_ms - at - 0.2) / width) ** 2)
    after = np.clip(time_ms - at, 0, None)
    rise = 1 - np.exp(-after / 0.1)
    fast = rng.uniform(0.08, 0.35) * np.exp(-after / rng.uniform(0.3, 1.0)) * rng.choice((-1.0, 1.0))
    slow = rng.uniform(0.01, 0.06) * np.exp(-after / rng.uniform(3.0, 8.0)) * rng.choice((-1.0, 1.0))
    tails = np.stack([pulse, rise * fast, rise * slow])
    gains = 1 + spread * rng.standard_normal((sweeps, 3))
    return np.asarray(peak * gains @ tails)
