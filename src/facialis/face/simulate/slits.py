"""Openings whose edges slide over what lies behind them: the eye between its lids, the mouth between its lips.

Skin is not stretched across an opening as rubber would be: a closing lid covers the eye, an opening mouth shows the
dark behind the lips. A slit holds its two edges in the face frame; moving them gives, for each point of the picture,
which skin is seen there and how much of the inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.simulate.locate import Points

_SAMPLES = 65


class Opened(NamedTuple):
    """What is seen at each point: ``skin`` (..., 2), and with weight ``alpha`` (...) the ``inside`` (..., 2)."""

    skin: Points
    inside: Points
    alpha: npt.NDArray[np.float64]


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
    """

    x: Points
    upper: Points
    lower: Points
    profile: Points
    reach_up: float
    reach_down: float

    @classmethod
    def of_eye(cls, upper: Points, lower: Points, reach_up: float, reach_down: float) -> Slit:
        """Build the slit of an eye from its lid margins (N, 2); it moves by shares of its own height."""
        x, top, bottom = _edges(upper, lower)
        # The net draws the margins a little inside the opening; a lid that took iris along would show it when shut.
        wider = (bottom - top) * 0.12
        top, bottom = top - wider, bottom + 0.5 * wider
        return cls(x, top, bottom, bottom - top, reach_up, reach_down)

    @classmethod
    def of_mouth(cls, upper: Points, lower: Points, reach_up: float, reach_down: float) -> Slit:
        """Build the slit of the mouth from the inner rims of the lips (N, 2); it moves by IOD in its middle."""
        x, top, bottom = _edges(upper, lower)
        across = np.linspace(-1, 1, _SAMPLES)
        return cls(x, top, bottom, (1 - across**2) ** 1.5, reach_up, reach_down)

    @property
    def height(self) -> float:
        """Largest distance between the edges, IOD."""
        return float((self.lower - self.upper).max())

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all that the slit can move, face frame."""
        top, bottom = float(self.upper.min()) - self.reach_up, float(self.lower.max()) + self.reach_down
        return float(self.x[0]) - 0.04, top - 0.04, float(self.x[-1]) + 0.04, bottom + 0.04

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
        rest_upper, rest_lower = np.interp(x, self.x, self.upper), np.interp(x, self.x, self.lower)
        travel = np.interp(x, self.x, self.profile, left=0.0, right=0.0)
        upper, lower = rest_upper + travel * down, rest_lower - travel * up
        above = y < (upper + lower) / 2
        skin_y = y + self._shift(y, above, upper, lower, travel * down, travel * up)
        # Skin never shows what lay inside the resting opening, nor the inside what lay on the skin.
        margin = 0.5 * soft
        skin_y = np.where(above, np.minimum(skin_y, rest_upper + margin), np.maximum(skin_y, rest_lower - margin))
        beside = (x <= self.x[0]) | (x >= self.x[-1])
        skin = np.stack([x, np.where(beside, y, skin_y)], axis=-1)
        inner_upper, inner_lower = (
            np.interp(inner[..., 0], self.x, self.upper),
            np.interp(inner[..., 0], self.x, self.lower),
        )
        inner_lower = np.maximum(inner_lower, inner_upper + 2 * margin)
        inside = np.stack([inner[..., 0], np.clip(inner[..., 1], inner_upper + margin, inner_lower - margin)], axis=-1)
        alpha = np.clip(np.minimum(y - upper, lower - y) / soft + 0.5, 0, 1) * np.clip((lower - upper) / soft, 0, 1)
        return Opened(skin, inside, np.where(beside, 0.0, alpha))

    def forward(self, points: Points, down: Points, up: Points) -> Points:
        """Return the y (T, N) that skin at ``points`` (N, 2) goes to as the edges travel ``down`` and ``up`` (T,)."""
        x, rest = points[:, 0], points[:, 1]
        rest_upper, rest_lower = np.interp(x, self.x, self.upper), np.interp(x, self.x, self.lower)
        travel = np.interp(x, self.x, self.profile, left=0.0, right=0.0)
        travel_down, travel_up = down[:, None] * travel, up[:, None] * travel
        above = rest <= (rest_upper + rest_lower) / 2
        upper, lower = rest_upper + travel_down, rest_lower - travel_up
        y = rest + np.where(above, travel_down, -travel_up)
        for _ in range(40):
            # The picture's map is backward; its inverse is a contraction, since skin is stretched but never folded.
            y = rest - self._shift(y, above, upper, lower, travel_down, travel_up)
        return np.asarray(y)

    def _gentle(self, reach: float) -> float:
        """Return how soft the ends of the following skin may be: little skin drawn far must be stretched evenly.

        The steepest part of ``_follow`` is ``1 + gentle / 2``; times travel over stretched length it must stay below 1,
        or skin would fold.
        """
        longest = max(self.height, 1e-6)
        return float(np.clip(2 * (0.95 * (reach + longest) / longest - 1), 0, 1))

    def _shift(
        self, y: Points, above: npt.NDArray[np.bool_], upper: Points, lower: Points, down: Points, up: Points
    ) -> Points:
        """Backward shift in y of skin seen at ``y`` once the edges are at ``upper`` and ``lower``."""
        follow_up = _follow((upper - y) / (self.reach_up + np.maximum(down, 0)), self._gentle(self.reach_up))
        follow_down = _follow((y - lower) / (self.reach_down + np.maximum(up, 0)), self._gentle(self.reach_down))
        return np.where(above, -down * follow_up, up * follow_down)

    def edge(self, which: Literal["upper", "lower"]) -> Points:
        """Return the resting points (65, 2) of an edge."""
        return np.column_stack([self.x, self.upper if which == "upper" else self.lower])


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


def _follow(distance: Points, gentle: float) -> Points:
    """Share of the edge's travel that skin follows: all at the edge, none at distance 1; straight or with soft ends."""
    left = np.clip(1 - distance, 0, 1)
    return np.asarray(left * (1 - gentle + gentle * left * (3 - 2 * left)))
