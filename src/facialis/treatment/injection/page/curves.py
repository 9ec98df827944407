"""Smooth curves through a few points, as the ``d`` of an SVG path."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
Points = tuple[Point, ...]

# A Catmull-Rom curve is a chain of Bezier curves whose handles are a sixth of the chord of the neighbours.
_HANDLE = 1.0 / 6.0


def curve(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return a smooth curve through points as path data.

    Parameters
    ----------
    points : sequence of (float, float)
        At least two; drawing units.
    closed : bool
        Whether it comes back to its first point.

    Returns
    -------
    str
        ``M...C...``, with ``Z`` at the end of a closed one.
    """
    return _moved(points[0]) + onward(points, closed=closed) + ("Z" if closed else "")


def onward(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return the same curve without the move to its first point, to be joined to another."""
    count = len(points)
    parts = []
    for i in range(count if closed else count - 1):
        before = points[(i - 1) % count] if closed or i > 0 else points[0]
        here, there = points[i], points[(i + 1) % count]
        after = points[(i + 2) % count] if closed or i + 2 < count else points[-1]
        first = (here[0] + _HANDLE * (there[0] - before[0]), here[1] + _HANDLE * (there[1] - before[1]))
        second = (there[0] - _HANDLE * (after[0] - here[0]), there[1] - _HANDLE * (after[1] - here[1]))
        parts.append("C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, there)))
    return "".join(parts)


def line_to(point: Point) -> str:
    """Return a straight line to a point."""
    return f"L{point[0]:.1f} {point[1]:.1f}"


def between(one: Sequence[Point], other: Sequence[Point], share: float) -> Points:
    """Return the curve that lies at a share of the way from one to another with as many points."""
    return tuple((a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])) for a, b in zip(one, other, strict=True))


def mirrored(points: Sequence[Point]) -> Points:
    """Return points on the other side of the midline (x is counted from it)."""
    return tuple((-x, y) for x, y in points)


def moved(points: Sequence[Point], middle: float) -> Points:
    """Return points counted from the left edge instead of from the midline."""
    return tuple((x + middle, y) for x, y in points)


def _moved(point: Point) -> str:
    return f"M{point[0]:.1f} {point[1]:.1f}"
