"""Icon arrays: a thousand people as a thousand icons, told apart by their form and not by colour alone.

An array is laid out once, in drawing units of about a pixel, as a :class:`facialis.paper.plot.Plot`. Icons of one group
are one path, so that a thousand of them stay small. Its colours stand in :data:`LOOKS` alone: a template writes them as
attributes for paper and as rules for the screen, where they follow light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from types import MappingProxyType

from facialis.paper import plot

PITCH = 6.0
# Ten by ten is told apart at a glance: a gap after so many icons.
BLOCK, GAP = 10, 3.0


class Form(StrEnum):
    """The form of an icon: each reads in black and white."""

    FULL = "icon-full"  # a filled disc
    HALF = "icon-half"  # a ring with a dot
    OPEN = "icon-open"  # a ring
    CROSS = "icon-cross"  # a cross
    SMALL = "icon-small"  # a small dot: nothing happened to this one


# What stands behind the look of a form whose icons are drawn as one area.
AREA = "-area"
# The outline of ten by ten places.
PLACES = "icon-places"


@dataclass(frozen=True, slots=True)
class Look:
    """How icons of one form are painted: colours of :mod:`facialis.paper.theme` and the width of the line."""

    fill: str
    stroke: str
    width: float


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        Form.FULL.value: Look("left", "left", 0.6),
        Form.HALF.value: Look("", "left", 1.0),
        Form.OPEN.value: Look("", "both", 0.9),
        Form.CROSS.value: Look("", "refused", 1.5),
        Form.SMALL.value: Look("both", "", 0.0),
        PLACES: Look("", "rule", 1.0),
        **{f"{form.value}{AREA}": Look(f"url(#{form.value})", "", 0.0) for form in Form},
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """So many people to whom the same happens.

    Attributes
    ----------
    count : int
        How many icons.
    form : Form
    label : str
        What happens to them, in words.
    """

    count: int
    form: Form
    label: str


def icon_array(title: str, groups: Sequence[Group], columns: int = 50) -> plot.Plot:
    """Lay out an icon for everybody, group after group, row by row.

    Parameters
    ----------
    title : str
        What the array shows.
    groups : sequence of Group
        In the order in which they are drawn; groups of nobody are left out.
    columns : int
        Icons in a row.

    Returns
    -------
    Plot
        Its summary says every group with its number, so that nobody needs to see it.

    Raises
    ------
    ValueError
        If a count is negative, there is nobody, or a row has no icon.
    """
    total = sum(group.count for group in groups)
    if columns < 1 or total < 1 or any(group.count < 0 for group in groups):
        raise ValueError(f"{total} icons in rows of {columns} cannot be drawn")
    marks: list[plot.Path | plot.Text] = []
    first = 0
    for group in groups:
        if group.count:
            places = (_place(number, columns) for number in range(first, first + group.count))
            marks.append(plot.Path("".join(_icon(group.form, x, y) for x, y in places), group.form.value, group.label))
            first += group.count
    said = "; ".join(f"{group.count:,} {group.label}" for group in groups)
    width, _ = _place(columns - 1, columns)
    _, height = _place((ceil(total / columns) - 1) * columns, columns)
    return plot.Plot(title, f"{title}: {said}.", width + PITCH / 2, height + PITCH / 2, tuple(marks))


def field(title: str, groups: Sequence[Group], of: int = 1000, columns: int = 50) -> plot.Plot:
    """Lay out only those to whom something happens, in a field that has a place for everybody.

    Parameters
    ----------
    title : str
        What the field shows.
    groups : sequence of Group
        From the first place on; everybody else is an empty place.
    of : int
        Places.
    columns : int
        Places in a row, a multiple of ``BLOCK``.

    Returns
    -------
    Plot
        With an outline round every ten by ten places.

    Raises
    ------
    ValueError
        If there are more people than places, or the places do not fill blocks.
    """
    block = BLOCK * BLOCK
    if of < 1 or of % (BLOCK * columns) or columns % BLOCK or sum(group.count for group in groups) > of:
        raise ValueError(f"{of} places in rows of {columns} cannot be drawn, or hold too few")
    drawn = icon_array(title, groups, columns) if any(group.count for group in groups) else None
    across, side = columns // BLOCK, PITCH * BLOCK
    corners = ((number % across, number // across) for number in range(of // block))
    lines = "".join(plot.box(x * (side + GAP), y * (side + GAP), side, side) for x, y in corners)
    width, height = across * (side + GAP) - GAP, (of // block // across) * (side + GAP) - GAP
    said = "; ".join(f"{group.count:,} {group.label}" for group in groups)
    marks = drawn.marks if drawn is not None else ()
    return plot.Plot(title, f"{title}, of {of:,}: {said}.", width, height, (plot.Path(lines, PLACES), *marks))


def areas(drawn: plot.Plot, groups: Sequence[Group], columns: int = 50) -> plot.Plot:
    """Return an array or a field with one area a group instead of an icon for each person: a page's patterns fill it.

    A thousand icons are some 50 kB of a page, their areas some hundred bytes. The area of a group covers its places,
    row by row; its look is that of its form with ``-area`` behind it, to be filled with :func:`pattern` of that form.

    Parameters
    ----------
    drawn : Plot
        As :func:`icon_array` or :func:`field` laid it out.
    groups : sequence of Group
        The same groups.
    columns : int
        Icons in a row, as there.
    """
    marks: list[plot.Path | plot.Text] = [mark for mark in drawn.marks if mark.look == PLACES]
    first = 0
    for group in groups:
        if group.count:
            boxes = "".join(_box(row, one, other) for row, one, other in _rows(first, first + group.count, columns))
            marks.append(plot.Path(boxes, f"{group.form.value}{AREA}", group.label))
            first += group.count
    return plot.Plot(drawn.title, drawn.summary, drawn.width, drawn.height, tuple(marks))


def pattern(form: Form) -> tuple[float, str]:
    """Return the side of a pattern that repeats, and the ``d`` of its hundred icons: ten by ten and the gap."""
    places = ((PITCH / 2 + PITCH * (i % BLOCK), PITCH / 2 + PITCH * (i // BLOCK)) for i in range(BLOCK * BLOCK))
    return PITCH * BLOCK + GAP, "".join(_icon(form, x, y) for x, y in places)


def _rows(first: int, last: int, columns: int) -> Iterator[tuple[int, int, int]]:
    """Yield row, first and last column (not included) of the places from one number to another."""
    while first < last:
        row, column = divmod(first, columns)
        end = min(last - row * columns, columns)
        yield row, column, end
        first = row * columns + end


def _box(row: int, one: int, other: int) -> str:
    left, top = (_start(place) for place in (one, row))
    return plot.box(left, top, _start(other - 1) + PITCH - left, PITCH)


def _start(place: int) -> float:
    return PITCH * place + GAP * (place // BLOCK)


def example(form: Form) -> plot.Plot:
    """Lay out a single icon, for a key beside its words."""
    return plot.Plot("", "", PITCH, PITCH, (plot.Path(_icon(form, PITCH / 2, PITCH / 2), form.value),))


def _place(number: int, columns: int) -> tuple[float, float]:
    """Return where the middle of an icon lies."""
    row, column = divmod(number, columns)
    return (PITCH / 2 + PITCH * column + GAP * (column // BLOCK), PITCH / 2 + PITCH * row + GAP * (row // BLOCK))


def _icon(form: Form, x: float, y: float) -> str:
    if form is Form.CROSS:
        return f"M{x - 2:g} {y - 2:g}l4 4m0-4l-4 4"
    if form is Form.HALF:
        return _disc(x, y, 2.1) + _disc(x, y, 0.6)
    return _disc(x, y, {Form.FULL: 2.3, Form.OPEN: 2.1, Form.SMALL: 0.9}[form])


def _disc(x: float, y: float, radius: float) -> str:
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:g} {y:g}{half} {2 * radius:g} 0{half}-{2 * radius:g} 0z"
