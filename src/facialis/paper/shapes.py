"""Schematic drawings: filled shapes and lines in drawing units, for a page and for a figure alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from facialis.paper.charts import Values


class Look(StrEnum):
    """How a shape is drawn."""

    GROUND = "ground"
    REGION = "region"
    STILL = "still"
    UNSEEN = "unseen"
    LINE = "line"


@dataclass(frozen=True, eq=False)
class Shape:
    """One shape of a schematic drawing.

    Attributes
    ----------
    points : (N, 2) float64
        In drawing units, y downwards.
    look : Look
        GROUND is the sheet with an outline, LINE an open line; a REGION is filled, STILL one is a faint outline, and an
        UNSEEN one is hatched.
    side : str
        ``"left"``, ``"right"`` or ``"both"``: the colour of a REGION.
    strength : float
        How strongly a REGION is filled, 0 to 1.
    label : str
        Shown when pointed at.
    """

    points: Values
    look: Look
    side: str = "both"
    strength: float = 0.0
    label: str = ""

    @property
    def path(self) -> str:
        """The shape as the ``d`` of an SVG path."""
        joined = " ".join(f"{x:.1f} {y:.1f}" for x, y in self.points)
        return f"M{joined}" + ("" if self.look is Look.LINE else "Z")


@dataclass(frozen=True, eq=False)
class Schema:
    """A schematic drawing: its size, its shapes from back to front, and words ``(x, y, text, side)`` on it."""

    title: str
    summary: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    words: tuple[tuple[float, float, str, str], ...]


def smooth(corners: Values, rounds: int = 3, *, closed: bool = True) -> Values:
    """Round the corners of a polygon or a line by cutting them (Chaikin 1974).

    Parameters
    ----------
    corners : (N, 2) float
        The rough shape.
    rounds : int
        How often each corner is cut; three look round.
    closed : bool
        Whether the last point is joined to the first; otherwise both ends stay.

    Returns
    -------
    (M, 2) float64
        The smooth shape.
    """
    points = np.asarray(corners, dtype=np.float64)
    for _ in range(rounds):
        ahead = np.roll(points, -1, axis=0)
        cut = np.stack([0.75 * points + 0.25 * ahead, 0.25 * points + 0.75 * ahead], axis=1)
        open_line = (points[:1], cut[:-1].reshape(-1, 2), points[-1:])
        points = cut.reshape(-1, 2) if closed else np.concatenate(open_line)
    return points
