"""Smooth curves through a few points, as the ``d`` of an SVG path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
        ``M...c...``, with ``Z`` at the end of a closed one; relative and packed: a third of the length.
    """
    return _moved(points[0]) + onward(points, closed=closed) + ("Z" if closed else "")


def onward(points: Sequence[Point], *, closed: bool = False) -> str:
    """Return the same curve without the move to its first point, to be joined to another."""
    count = len(points)
    parts: list[int] = []
    for i in range(count if closed else count - 1):
        before = points[(i - 1) % count] if closed or i > 0 else points[0]
        here, there = points[i], points[(i + 1) % count]
        after = points[(i + 2) % count] if closed or i + 2 < count else points[-1]
        first = (here[0] + _HANDLE * (there[0] - before[0]), here[1] + _HANDLE * (there[1] - before[1]))
        second = (there[0] - _HANDLE * (after[0] - here[0]), there[1] - _HANDLE * (after[1] - here[1]))
        start = _tenths(here)
        ends = [_tenths(point) for point in (first, second, there)]
        parts += [value - start[axis] for end in ends for axis, value in enumerate(end)]
    return "c" + _packed(parts)


def line_to(point: Point) -> str:
    """Return a straight line to a point."""
    return "L" + _packed(_tenths(point))


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
    return "M" + _packed(_tenths(point))


def _tenths(point: Point) -> tuple[int, int]:
    return round(10 * point[0]), round(10 * point[1])


def _packed(tenths: Iterable[int]) -> str:
    """Write numbers given in tenths as short as a path may have them: a minus sign parts two as a space does."""
    said = ""
    for number in tenths:
        text = f"{number / 10:g}".replace("0.", ".", 1) if abs(number) < 10 else f"{number / 10:g}"
        said += text if not said or text.startswith("-") else f" {text}"
    return said
