"""Where the words beside the marks go: near their mark, on their own half, none upon another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, inf, pi, sin

from facialis.treatment.injection.page.curves import Point

# Drawing units. A letter of the labels' size is about so wide and a line so high.
LETTER, LINE = 7.1, 15.0
_CLEAR = 8.5  # from the middle of a mark to what may come near it
_DIRECTIONS = 24
_RINGS = (9.0, 12.0, 16.0, 21.0, 27.0, 34.0, 42.0, 52.0, 64.0, 78.0, 94.0, 112.0)


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle: its left, top, width and height."""

    x: float
    y: float
    wide: float
    tall: float

    def overlaps(self, other: Box) -> bool:
        """Say whether two rectangles share an area."""
        apart_x = self.x + self.wide <= other.x or other.x + other.wide <= self.x
        apart_y = self.y + self.tall <= other.y or other.y + other.tall <= self.y
        return not (apart_x or apart_y)

    def gap(self, point: Point) -> float:
        """Return how far a point lies from it; 0 inside."""
        near = self.nearest(point)
        return hypot(point[0] - near[0], point[1] - near[1])

    def nearest(self, point: Point) -> Point:
        """Return its point that is nearest to another."""
        return (
            min(max(point[0], self.x), self.x + self.wide),
            min(max(point[1], self.y), self.y + self.tall),
        )


def width(text: str) -> float:
    """Return about how wide a label is."""
    return LETTER * len(text)


def placed(marks: Sequence[Point], texts: Sequence[str], field: Box, avoid: Sequence[Box] = ()) -> list[Box]:
    """Return a rectangle for each label, near its mark and upon no other.

    The most crowded marks choose first. Each takes the place with the least of: distance, leading inwards, a leader
    over other marks or labels, and covering what should stay visible.

    Parameters
    ----------
    marks : sequence of (float, float)
        Where the marks lie.
    texts : sequence of str
        Their labels, as many.
    field : Box
        Where labels may lie.
    avoid : sequence of Box
        What should rather stay visible.

    Returns
    -------
    list of Box
        As many. Labels overlap only where `field` has no room left.
    """
    found: dict[int, Box] = {}
    for i in sorted(range(len(marks)), key=lambda i: (-_crowd(marks, i), i)):
        taken = list(found.values())
        options = _candidates(marks[i], texts[i], field)
        free = [box for box in options if not any(box.overlaps(other) for other in taken)]
        clear = [box for box in free if all(box.gap(mark) >= _CLEAR for mark in marks)]
        leaders = [(marks[j], box.nearest(marks[j])) for j, box in found.items()]
        found[i] = _best(clear or free or options, i, marks, taken, [*avoid], leaders)
    return [found[i] for i in range(len(marks))]


def _crowd(marks: Sequence[Point], i: int) -> float:
    return sum(1.0 / (1.0 + hypot(marks[i][0] - x, marks[i][1] - y)) for j, (x, y) in enumerate(marks) if j != i)


def _candidates(mark: Point, text: str, field: Box) -> list[Box]:
    """Return rectangles round a mark, and a grid over the whole field for where that is full."""
    wide = width(text)
    boxes = []
    for ring in _RINGS:
        for step in range(_DIRECTIONS):
            turn = 2.0 * pi * step / _DIRECTIONS
            x, y = mark[0] + ring * cos(turn), mark[1] + ring * sin(turn)
            boxes.append(Box(x + (cos(turn) - 1.0) * wide / 2.0, y + (sin(turn) - 1.0) * LINE / 2.0, wide, LINE))
    down, across = int(field.tall // LINE), max(int(field.wide // wide), 1)
    boxes += [Box(field.x + i * wide, field.y + j * LINE, wide, LINE) for j in range(down) for i in range(across)]
    inside = [box for box in boxes if _inside(box, field)]
    return inside or [Box(field.x, field.y, wide, LINE)]


def _inside(box: Box, field: Box) -> bool:
    across = field.x <= box.x and box.x + box.wide <= field.x + field.wide
    return across and field.y <= box.y and box.y + box.tall <= field.y + field.tall


def _best(
    boxes: Sequence[Box],
    i: int,
    marks: Sequence[Point],
    taken: Sequence[Box],
    avoid: Sequence[Box],
    leaders: Sequence[tuple[Point, Point]],
) -> Box:
    """Return the box that costs least; what distance alone makes dearer than the best so far is not looked at."""
    best, least = boxes[0], inf
    for cheap, _, box in sorted((_distance(box, marks[i]), j, box) for j, box in enumerate(boxes)):
        if cheap >= least:
            break
        cost = cheap + _clutter(box, i, marks, taken, avoid, leaders)
        if cost < least:
            best, least = box, cost
    return best


def _distance(box: Box, mark: Point) -> float:
    """Return what lying away from the mark costs, and more towards the midline than outwards."""
    end = box.nearest(mark)
    inwards = 6.0 if box.x + box.wide / 2.0 < mark[0] else 0.0
    return box.gap(mark) + inwards + 0.02 * abs(end[1] - mark[1])


def _clutter(
    box: Box,
    i: int,
    marks: Sequence[Point],
    taken: Sequence[Box],
    avoid: Sequence[Box],
    leaders: Sequence[tuple[Point, Point]],
) -> float:
    """Return what lines over marks, labels and other lines cost, and covering what should stay visible."""
    mark = marks[i]
    end = box.nearest(mark)
    cost = sum(40.0 for other in taken if _through(mark, end, other))
    cost += sum(40.0 for j, other in enumerate(marks) if j != i and _near(mark, end, other) < _CLEAR)
    cost += sum(30.0 for one, two in leaders if _cross(mark, end, one, two))
    cost += sum(60.0 for one, two in leaders if _through(one, two, box))
    return cost + sum(30.0 for other in avoid if box.overlaps(other))


def _through(start: Point, end: Point, box: Box) -> bool:
    """Say whether a line touches a rectangle, looked at in short steps."""
    steps = max(int(hypot(end[0] - start[0], end[1] - start[1]) // 3.0), 1)
    ways = (i / steps for i in range(steps + 1))
    return any(box.gap((start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1]))) < 1.0 for t in ways)


def _near(start: Point, end: Point, point: Point) -> float:
    """Return how near a line comes to a point."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0.0 else ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(max(along, 0.0), 1.0)
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Say whether two lines cross."""

    def turn(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) < 0.0 and turn(c, d, a) * turn(c, d, b) < 0.0
