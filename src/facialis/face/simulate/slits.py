"""Openings whose edges slide over what lies behind them: the eye between its lids, the mouth between its lips.

Skin is not stretched across an opening as rubber would be: a closing lid unrolls over the eye, an opening mouth shows
the dark behind the lips. A slit holds its two edges in the face frame; moving them gives, for each point of the
picture, which skin is seen there and how much of the inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.simulate.locate import Points

_SAMPLES = 65
_STRIP = 0.025  # IOD of skin above the lid's margin that slides down whole, lashes and all
_FOLLOWS = 0.25  # of the margin's way that skin above the lid's fold comes down; the rest unrolls out of the fold
_LASH = 0.015  # IOD, half width of the line where shut lids meet

Floats = npt.NDArray[np.float64]


class Lid(NamedTuple):
    """Where lid skin has unrolled; each (...).

    Attributes
    ----------
    weight : 1 on unrolled skin, 0 elsewhere
    down : from 0 at the fold to 1 at the margin
    above : distance above the margin, IOD; the skin's own place
    lash : 1 on the line of the lashes
    """

    weight: Floats
    down: Floats
    above: Floats
    lash: Floats


class Opened(NamedTuple):
    """What is seen at each point: ``skin`` (..., 2), and with weight ``alpha`` (...) the ``inside`` (..., 2)."""

    skin: Points
    inside: Points
    alpha: Floats
    lid: Lid | None = None


class _Edges(NamedTuple):
    """Both edges and their travel at some points."""

    upper: Floats
    lower: Floats
    down: Floats
    up: Floats


@dataclass(frozen=True, slots=True)
class Slit:
    """An opening between an upper and a lower edge.

    Attributes
    ----------
    x : (65,) float64
        Positions across, increasing, face frame.
    upper, lower : (65,) float64
        The y of the edges in the resting picture; equal at both ends.
    profile : (65,) float64
        How far each column travels when the slit moves by 1; 0 at both ends.
    reach_up, reach_down : float
        How far from its edge the skin follows, IOD.
    strip : float
        Skin above the upper edge that slides with it whole, IOD; 0 at a mouth.
    follows : float
        Share of the upper edge's way that the skin above the strip follows. Where it is below 1, skin unrolls between.
    """

    x: Points
    upper: Points
    lower: Points
    profile: Points
    reach_up: float
    reach_down: float
    strip: float
    follows: float

    @classmethod
    def mouth(cls, upper: Points, lower: Points) -> Slit:
        """Build a mouth from the inner rims of the lips (N, 2), frame coordinates; it moves by IOD in its middle."""
        x, top, bottom = _edges(upper, lower)
        across = np.linspace(-1, 1, _SAMPLES)
        return cls(x, top, bottom, (1 - across**2) ** 1.5, 0.16, 0.2, 0.0, 1.0)

    @classmethod
    def eye(cls, upper: Points, lower: Points, reach_up: float) -> Slit:
        """Build an eye from its lid margins (N, 2), frame coordinates; it moves by shares of its own height."""
        x, top, bottom = _edges(upper, lower)
        # The net draws the margins a little inside the opening; a lid that took iris along would show it when shut.
        wider = (bottom - top) * 0.12
        top, bottom = top - wider, bottom + 0.5 * wider
        return cls(x, top, bottom, bottom - top, reach_up, 0.22, _STRIP, _FOLLOWS)

    @property
    def height(self) -> float:
        """Largest distance between the edges, IOD."""
        return float((self.lower - self.upper).max())

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that the slit can move, face frame."""
        top, bottom = float(self.upper.min()) - self.reach_up, float(self.lower.max()) + self.reach_down
        return float(self.x[0]) - 0.04, top - 0.06, float(self.x[-1]) + 0.04, bottom + 0.06

    def edge(self, which: Literal["upper", "lower"]) -> Points:
        """Return the resting points (65, 2) of an edge."""
        return np.column_stack([self.x, self.upper if which == "upper" else self.lower])

    def moved(self, points: Points, inner: Points, down: float, up: float, soft: float) -> Opened:
        """Move the upper edge by ``down`` and the lower by ``up`` profiles; look where each point's picture comes from.

        Parameters
        ----------
        points : (..., 2) float64
            Points of the moved picture, face frame, all movement of the skin but the slit's already taken back.
        inner : (..., 2) float64
            The same points with the movement of what lies inside taken back: an eyeball does not move with the cheek.
        down, up : float
            Travel of the upper edge downwards and of the lower edge upwards, in profiles; negative opens.
        soft : float
            Width over which skin and inside mix, IOD (about a pixel).
        """
        x, y = points[..., 0], points[..., 1]
        rest, now = self._at(x, 0.0, 0.0), self._at(x, down, up)
        above = y < (now.upper + now.lower) / 2
        # Skin never shows what lay inside the resting opening, nor the inside what lay on the skin.
        margin = 0.5 * soft
        over = np.minimum(self._back_above(y, rest, now), rest.upper + margin)
        under = np.maximum(self._back_below(y, now), rest.lower - margin)
        beside = (x <= self.x[0]) | (x >= self.x[-1])
        skin = np.stack([x, np.where(beside, y, np.where(above, over, under))], axis=-1)
        ends = self._at(inner[..., 0], 0.0, 0.0)
        lowest = np.maximum(ends.lower, ends.upper + 2 * margin) - margin
        inside = np.stack([inner[..., 0], np.clip(inner[..., 1], ends.upper + margin, lowest)], axis=-1)
        gap = now.lower - now.upper
        alpha = np.clip(np.minimum(y - now.upper, now.lower - y) / soft + 0.5, 0, 1) * np.clip(gap / soft, 0, 1)
        lid = self._lid(y, rest, now, soft, down) if self.strip else None
        return Opened(skin, inside, np.where(beside, 0.0, alpha), lid)

    def forward(self, points: Points, down: Floats, up: Floats) -> Floats:
        """Return the y (T, N) that skin at ``points`` (N, 2) goes to as the edges travel ``down`` and ``up`` (T,)."""
        x, start = points[:, 0], points[:, 1]
        rest, now = self._at(x, 0.0, 0.0), self._at(x, down[:, None], up[:, None])
        above = np.broadcast_to(start <= (rest.upper + rest.lower) / 2, now.upper.shape)
        y = np.where(above, start, start - now.up)
        for _ in range(30):
            # The picture's map is backward; its inverse is a contraction, since skin is stretched but never folded.
            y = y + start - np.where(above, self._back_above(y, rest, now), self._back_below(y, now))
        return np.where(above & (start >= rest.upper - self.strip), start + now.down, y)

    def _at(self, x: Floats, down: Floats | float, up: Floats | float) -> _Edges:
        travel = np.interp(x, self.x, self.profile, left=0.0, right=0.0)
        upper, lower = np.interp(x, self.x, self.upper), np.interp(x, self.x, self.lower)
        return _Edges(upper + travel * down, lower - travel * up, travel * down, travel * up)

    def _back_above(self, y: Floats, rest: _Edges, now: _Edges) -> Floats:
        """Return where skin above the opening, now at ``y``, lay at rest."""
        follows = self.follows * now.down
        fold = rest.upper - self.strip + follows
        above = y - follows * _follow((fold - y) / (self.reach_up + np.maximum(follows, 0)))
        # Unrolled skin has no picture to come from; the fold's stands in under the painted lid.
        return np.where(y > now.upper - self.strip, y - now.down, np.minimum(above, rest.upper - self.strip))

    def _back_below(self, y: Floats, now: _Edges) -> Floats:
        """Return where skin below the opening, now at ``y``, lay at rest."""
        return np.asarray(y + now.up * _follow((y - now.lower) / (self.reach_down + np.maximum(now.up, 0))))

    def _lid(self, y: Floats, rest: _Edges, now: _Edges, soft: float, down: float) -> Lid:
        """Return the skin that has unrolled between the fold and the sliding strip, and the line of the lashes."""
        fold, strip = rest.upper - self.strip + self.follows * now.down, now.upper - self.strip
        room = np.maximum(strip - fold, 1e-6)
        weight = np.clip((y - fold) / soft + 0.5, 0, 1) * np.clip((strip - y) / soft + 0.5, 0, 1)
        weight = weight * np.clip(room / soft - 0.5, 0, 1)
        # Open lids have their own dark edge in the picture; the line grows as they shut.
        lash = np.exp(-(((y - now.upper) / _LASH) ** 2)) * np.clip(1.2 * down, 0, 1) * (now.down > 0)
        return Lid(weight, np.clip((y - fold) / room, 0, 1), now.upper - y, lash)


def _edges(upper: Points, lower: Points) -> tuple[Points, Points, Points]:
    ends = sorted((float(upper[0, 0]), float(upper[-1, 0])))
    x = np.linspace(ends[0], ends[1], _SAMPLES)
    smooth = []
    for edge in (upper, lower):
        degree = min(5, len(edge) - 1)
        smooth.append(np.polynomial.Polynomial.fit(edge[:, 0], edge[:, 1], degree)(x))
    # The fitted edges meet at the corners and never cross.
    taper = 1 - np.abs(np.linspace(-1, 1, _SAMPLES)) ** 6
    middle, half = (smooth[0] + smooth[1]) / 2, np.maximum((smooth[1] - smooth[0]) / 2, 0) * taper
    return x, middle - half, middle + half


def _follow(distance: Floats) -> Floats:
    """Share of the edge's travel that skin follows: all at the edge, none at distance 1, gently at both ends."""
    left = np.clip(1 - distance, 0, 1)
    return np.asarray(left * left * (3 - 2 * left))
