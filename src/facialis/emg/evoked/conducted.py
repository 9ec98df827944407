"""A stimulated muscle's direct response as another muscle's electrodes see it: modelled, and taken out.

It begins before anything else can, has a few smooth phases and is over some milliseconds later; a lateral spread
response may begin before it is over. Phases are fitted as bells that must lie close to its onset, with a loss that lets
what is elsewhere stand out instead of bending to it. How late its last phase may be nobody knows: models that end
earlier or later and are as good until they end are kept beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.optimize import least_squares

from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.sweeps import Bools, Floats

_GRID_MS = 0.1
_UNTIL_MS = 20.0
# Direct responses of the face have two or three phases, the last of them over 4.5 ms after the onset at the latest;
# bells are added while the fit gains by them.
_PHASES = 4
_CENTRES_MS = 4.5
# Others are as good if they cost no more than this beyond it, until their last centre (twice the gain of a bell).
_OTHERS = ((4, 3.0), (4, 3.5), (4, 5.5), (3, 4.5))
_AS_GOOD, _GAIN = 8.0, 4.0
_WIDTHS_MS = (0.15, 1.1)
_LOOSE = 2.5
# What the bells do not catch of a response, as a share of it: a phase is a bell only nearly.
MISFIT = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Conducted:
    """A direct response seen from afar.

    Attributes
    ----------
    uv : float64, shape (n,)
        What it is at each sample.
    misfit_uv : float64, shape (n,)
        How large what is left of it may be.
    lefts_uv : float64, shape (v, n)
        What other models, as good, would leave more.
    """

    uv: Floats
    misfit_uv: Floats
    lefts_uv: Floats


def model(clean: Clean, onset_ms: float) -> Conducted:
    """Fit the direct response that begins at a time.

    Parameters
    ----------
    clean : Clean
    onset_ms : float
    """
    time, average = clean.time_ms, clean.average
    at = np.arange(clean.from_ms, min(_UNTIL_MS, float(time[-1])), _GRID_MS)
    step = clean.block.step_ms
    soft = gaussian_filter1d(average, max(0.08 / step, 0.3))
    values = np.interp(at, time, soft)
    quiet = gaussian_filter1d(clean.uv, max(0.08 / step, 0.3), axis=1)[:, clean.quiet]
    noise = max(float(np.sqrt(np.mean(quiet**2))) / np.sqrt(len(clean)), 1e-6)
    scale = max(_LOOSE * noise, 1e-6)
    bells = _fit(at, values, scale, onset_ms, _PHASES, _CENTRES_MS)
    uv = _sum(time, bells)
    misfit = MISFIT * gaussian_filter1d(_sum(time, np.abs(bells)), max(0.6 / step, 0.3))
    lefts = [np.zeros(len(time))]
    for phases, centres_ms in _OTHERS:
        other = _fit(at, values, scale, onset_ms, phases, centres_ms)
        until = at <= onset_ms + centres_ms
        if _cost(at, values, scale, other, until) < _cost(at, values, scale, bells, until) + _AS_GOOD:
            lefts.append(uv - _sum(time, other))
    return Conducted(uv, misfit, np.array(lefts))


def _fit(at: Floats, values: Floats, scale: float, onset_ms: float, phases: int, centres_ms: float) -> Floats:
    """Return bells (size, centre, width), shape (b, 3)."""
    low, high = onset_ms, onset_ms + centres_ms
    near = (at >= low) & (at <= high)
    bells = np.empty((0, 3))
    best = np.inf
    for _ in range(phases):
        rest = values - _sum(at, bells)
        place = int(np.flatnonzero(near)[np.argmax(abs(rest[near]))])
        start = np.vstack([bells, [rest[place], at[place], 0.45]])
        edges = (
            np.tile([-np.inf, low, _WIDTHS_MS[0]], len(start)),
            np.tile([np.inf, high, _WIDTHS_MS[1]], len(start)),
        )
        fitted = least_squares(
            _away,
            np.clip(start.ravel(), edges[0] + 1e-6, edges[1] - 1e-6),
            _slopes, bounds=edges, loss="soft_l1", max_nfev=60, args=(at, values, scale),
        )  # fmt: skip
        if fitted.cost > best - _GAIN:
            break
        best, bells = float(fitted.cost), fitted.x.reshape(-1, 3)
    return bells


def _cost(at: Floats, values: Floats, scale: float, bells: Floats, where: Bools) -> float:
    """Return the loss that the fit has where it is asked, as :func:`_fit` counts it."""
    return float(np.sum(np.sqrt(1 + _away(bells.ravel(), at, values, scale)[where] ** 2) - 1))


def _away(flat: Floats, at: Floats, values: Floats, scale: float) -> Floats:
    return (_sum(at, flat.reshape(-1, 3)) - values) / scale


def _slopes(flat: Floats, at: Floats, _: Floats, scale: float) -> Floats:
    """Return how the misfit changes with each number of each bell, shape (n, 3 b)."""
    size, centre, width = flat.reshape(-1, 3).T
    apart = (at[:, None] - centre) / width
    shape = np.exp(-0.5 * apart**2)
    slopes = np.stack([shape, size * shape * apart / width, size * shape * apart**2 / width], axis=2)
    return np.asarray(slopes.reshape(len(at), -1) / scale)


def _sum(at: Floats, bells: Floats) -> Floats:
    shape = np.exp(-0.5 * ((at[:, None] - bells[:, 1]) / bells[:, 2]) ** 2)
    return np.asarray(shape @ bells[:, 0])
