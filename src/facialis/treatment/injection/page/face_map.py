"""The face map: where it is planned and where it was given, on both halves, the half that is not injected hatched.

The examiner faces the patient, so the patient's right lies at the left of the drawing and is labelled so. Left and
right differ by shape and letter as well as by colour: circles and L, diamonds and R.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facialis.treatment.injection.page import anatomy, labels, words
from facialis.treatment.injection.page.curves import Point, Points, between, curve, line_to, mirrored, moved, onward
from facialis.treatment.injection.page.places import place

SIDES = ("right", "left")
LETTERS = {"left": "L", "right": "R"}
# How far a mark reaches from its middle.
_RADIUS, _POINTED = 4.8, 6.2
# Labels stay off the midline, the letters at the top and the edge.
_FIELD = labels.Box(3.0, 56.0, anatomy.MIDDLE - 5.0, anatomy.HEIGHT - 64.0)
_EYE = labels.Box(36.0, 199.0, 51.0, 19.0)
_LIPS = labels.Box(0.0, 311.0, 38.0, 24.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """One site with what is planned and what was given there.

    Attributes
    ----------
    muscle, site, side : str
        As in the result.
    planned, given : str or None
        Units; None where there is none of that.
    number : str
        ``"L1"``, ``"R2"``: what stands on the drawing and in the table.
    """

    muscle: str
    site: str
    side: str
    planned: str | None
    given: str | None
    number: str = ""

    @property
    def anchor(self) -> str:
        """Its name within the page."""
        return f"{self.side}-{self.muscle}-{self.site}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape: its path, how it looks, and what is said when it is pointed at."""

    d: str
    look: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A site on the drawing: its mark, its label, and the line between them (empty where they touch)."""

    mark: Mark
    at: Point
    shapes: tuple[Drawn, ...]
    box: labels.Box
    leader: str
    amount: str
    title: str


@dataclass(frozen=True, slots=True)
class FaceMap:
    """The whole drawing, from back to front.

    Attributes
    ----------
    title, summary : str
        What it is; what it shows in a sentence, for those who cannot see it.
    width, height : float
    shapes, front : tuple of Drawn
        The face; what lies over its muscles.
    closed_side : str
        The side that is not to be injected, empty where both are.
    closed : Drawn or None
        That half, to be hatched.
    sites : tuple of Placed
    undrawn : tuple of Mark
        Those that the drawing has no place for; the table holds them.
    session : bool
        Whether something was given already, or all is planned.
    """

    title: str
    summary: str
    width: float
    height: float
    shapes: tuple[Drawn, ...]
    front: tuple[Drawn, ...]
    closed_side: str
    closed: Drawn | None
    sites: tuple[Placed, ...]
    undrawn: tuple[Mark, ...]
    session: bool


def numbered(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks with their numbers, each side counted by itself in the order of the result."""
    counts = dict.fromkeys(LETTERS, 0)
    found = []
    for mark in marks:
        counts[mark.side] += 1
        number = f"{LETTERS[mark.side]}{counts[mark.side]}"
        found.append(Mark(mark.muscle, mark.site, mark.side, mark.planned, mark.given, number))
    return tuple(found)


def face_map(marks: Sequence[Mark], side: str, *, session: bool) -> FaceMap:
    """Draw the face with its sites.

    Parameters
    ----------
    marks : sequence of Mark
        Numbered.
    side : str
        ``"left"``, ``"right"`` or ``"both"``: which is injected.
    session : bool
        Whether something was given already, or all is planned.

    Returns
    -------
    FaceMap
    """
    used = {(anatomy.ALSO.get(mark.muscle, mark.muscle), mark.side) for mark in marks}
    drawn = [(mark, place(mark.muscle, mark.site)) for mark in marks]
    closed = {"left": "right", "right": "left"}.get(side, "")
    return FaceMap(
        "Face map",
        _summary(marks, closed, session=session),
        anatomy.WIDTH,
        anatomy.HEIGHT,
        (*_outlines(), *_muscles(used, closed)),
        tuple(_features()),
        closed,
        Drawn(_half_face(closed), "closed", f"patient's {closed}: not {'' if session else 'to be '}injected")
        if closed
        else None,
        tuple(one for half in SIDES for one in _placed([(m, at) for m, at in drawn if at and m.side == half], half)),
        tuple(mark for mark, at in drawn if at is None),
        session,
    )


def on_side(points: Sequence[Point], side: str) -> Points:
    """Return points of the half drawing where they lie for a side: the patient's left at the right."""
    return moved(points if side == "left" else mirrored(points), anatomy.MIDDLE)


def _summary(marks: Sequence[Mark], closed: str, *, session: bool) -> str:
    parts = [f"Drawing of a face from the front, patient's right at the left of it, with {len(marks)} sites"]
    parts += [_told(mark, session=session) for mark in marks]
    if closed:
        parts.append(f"the patient's {closed} is hatched: not {'' if session else 'to be '}injected")
    return "; ".join(parts) + ". The table holds the same."


def _told(mark: Mark, *, session: bool) -> str:
    name = f"{mark.number} {words.site(mark.muscle, mark.site)}, patient's {mark.side}"
    planned = f"planned {words.units(mark.planned)}" if mark.planned else "not planned"
    if not session:
        return f"{name}: {planned}"
    return f"{name}: {planned}, {f'given {words.units(mark.given)}' if mark.given else 'not given'}"


def _outlines() -> list[Drawn]:
    shapes = [Drawn(curve(on_side(anatomy.NECK, side)), "outline") for side in SIDES]
    shapes += [Drawn(curve(on_side(anatomy.EAR, side)), "outline") for side in SIDES]
    return [*shapes, Drawn(_whole(anatomy.HEAD), "skin")]


def _muscles(used: set[tuple[str, str]], closed: str) -> list[Drawn]:
    """Return the muscles of both sides, and over them the fibres of those that no hatching covers."""
    shapes, fibres = [], []
    for name, muscle in anatomy.MUSCLES.items():
        for side in SIDES:
            one, other = on_side(muscle.one, side), on_side(muscle.other, side)
            look = f"muscle {side}" if (name, side) in used else "muscle"
            shapes.append(Drawn(_body(muscle, one, other), look, words.muscle(name)))
            if side != closed:
                fibres += [
                    curve(between(one, other, i / (muscle.fibres + 1)), closed=muscle.closed)
                    for i in range(1, muscle.fibres + 1)
                ]
    return [*shapes, Drawn("".join(fibres), "fibres")]


def _body(muscle: anatomy.Muscle, one: Points, other: Points) -> str:
    if muscle.closed:
        return curve(one, closed=True) + curve(other, closed=True)
    if muscle.flat:
        return curve(one) + line_to(other[-1]) + onward(other[::-1]) + "Z"
    return curve(one + other[::-1], closed=True)


def _features() -> list[Drawn]:
    """Return what is drawn over the muscles: eyes, brows, nose, lips, hairline."""
    shapes = []
    for side in SIDES:
        shapes.append(Drawn(curve(on_side(anatomy.LIDS, side), closed=True), "eye"))
        shapes.append(Drawn(_circle(on_side((anatomy.IRIS[:2],), side)[0], anatomy.IRIS[2]), "feature"))
        shapes.append(Drawn(_circle(on_side((anatomy.IRIS[:2],), side)[0], 3.6), "pupil"))
        shapes.append(Drawn(curve(on_side(anatomy.BROW, side), closed=True), "brow"))
        lines = (
            anatomy.HAIR, anatomy.FOLD, *anatomy.NOSE, anatomy.PHILTRUM, anatomy.UPPER_LIP, anatomy.LIP_LINE,
            anatomy.LOWER_LIP,
        )  # fmt: skip
        shapes.append(Drawn("".join(curve(on_side(line, side)) for line in lines), "feature"))
    return shapes


def _whole(half: Points) -> str:
    """Close a half that begins and ends at the midline with its mirror image."""
    return curve(on_side(half, "left")) + onward(on_side(half, "right")[::-1]) + "Z"


def _half_face(side: str) -> str:
    return curve(on_side(anatomy.HEAD, side)) + "Z"


def _circle(at: Point, radius: float) -> str:
    x, y = at
    return f"M{x - radius:.1f} {y:.1f}a{radius:.1f} {radius:.1f} 0 1 0 {2 * radius:.1f} 0a{radius:.1f} {radius:.1f} 0 1 0 {-2 * radius:.1f} 0Z"  # noqa: E501


def _diamond(at: Point, half: float) -> str:
    x, y = at
    return f"M{x - half:.1f} {y:.1f}L{x:.1f} {y - half:.1f}L{x + half:.1f} {y:.1f}L{x:.1f} {y + half:.1f}Z"


def _placed(marks: Sequence[tuple[Mark, Point]], side: str) -> list[Placed]:
    texts = [amount(mark) for mark, _ in marks]
    wanted = [f"{mark.number} {said}" for (mark, _), said in zip(marks, texts, strict=True)]
    boxes = labels.placed([at for _, at in marks], wanted, _FIELD, (_EYE, _LIPS))
    found = []
    for (mark, at), box, said in zip(marks, boxes, texts, strict=True):
        middle = on_side((at,), side)[0]
        left = on_side(((box.x, box.y), (box.x + box.wide, box.y)), side)
        there = labels.Box(min(x for x, _ in left), box.y, box.wide, box.tall)
        session = mark.given is not None or mark.planned is None
        found.append(
            Placed(
                mark,
                middle,
                _shapes(mark, middle, side),
                there,
                _leader(middle, there),
                said,
                _told(mark, session=session),
            )
        )
    return found


def amount(mark: Mark) -> str:
    """Return the units beside a mark: ``"2.5"``, or ``"5 / 2.5"`` where another dose was given than planned."""
    planned, given = (None if one is None else words.amount(one) for one in (mark.planned, mark.given))
    if given is None or given == planned:
        return planned or "none"
    return f"{given} / {planned or 'none'}"


def _shapes(mark: Mark, at: Point, side: str) -> tuple[Drawn, ...]:
    """Return a hollow mark for what is planned, a filled one for what was given, both where both are so."""
    form, reach = (_circle, _RADIUS) if side == "left" else (_diamond, _POINTED)
    shapes = []
    if mark.planned is not None:
        shapes.append(Drawn(form(at, reach), f"planned {side}"))
    if mark.given is not None and mark.given != "0":
        shapes.append(Drawn(form(at, 0.62 * reach), f"given {side}"))
    elif mark.given == "0":
        x, y = at
        shapes.append(Drawn(f"M{x - 8:.1f} {y - 8:.1f}l16 16m0 -16l-16 16", f"left-out {side}"))
    return tuple(shapes)


def _leader(at: Point, box: labels.Box) -> str:
    """Return the line from a mark to its label; none where they lie side by side."""
    end = box.nearest(at)
    far = box.gap(at)
    if far < 2.0 * _RADIUS + 0.5:
        return ""
    share = (_RADIUS + 1.5) / far
    start = (at[0] + share * (end[0] - at[0]), at[1] + share * (end[1] - at[1]))
    return f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
