"""What is drawn on the assessment's pages: intervals of probabilities, bars in bans and bits, signs of urgency.

A drawing is laid out once, in units of about a pixel. Its colours stand in :data:`LOOKS` alone: as rules for the
screen, which follow light and dark, and as attributes for paper, where a drawing knows no rules of its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType
from typing import Any

from facialis.diagnosis.page.words import MINUS, bans, interval, likelihood_ratio, percent
from facialis.paper import plot

Marks = list[plot.Path | plot.Text]
WIDTH, HEIGHT = 440.0, 26.0
BITS_WIDTH, BITS_HEIGHT = 150.0, 14.0
_LEFT, _RIGHT = 12.0, 428.0
SHARE = plot.Axis(0.0, 1.0, _LEFT, _RIGHT)
_HATCH_STEP = 5.0
_BEYOND = 10.0
# Of bars in bans at least this much is shown to either side, so that little evidence looks like little.
_LEAST_BANS = 1.0
# A full bar is at least this many bits: what tells next to nothing has no long bar, even where it tells most.
_LEAST_BITS = 0.1


@dataclass(frozen=True)
class Look:
    """How a mark is painted: colours of :mod:`facialis.paper.theme`, the width of its line, how opaque its filling."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opaque: float = 1.0


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "grid": Look(stroke="rule"),
        "zero": Look(stroke="quiet", width=1.4),
        "reach": Look(stroke="both", width=2.0),
        "reach-first": Look(stroke="ink", width=2.6),
        "dot": Look(fill="both"),
        "dot-first": Look(fill="ink"),
        "dot-child": Look(fill="sheet", stroke="both", width=1.8),
        "for": Look(fill="good"),
        "against": Look(fill="limited"),
        "for-calculated": Look(fill="good", stroke="good", width=1.3, opaque=0.4),
        "against-calculated": Look(fill="limited", stroke="limited", width=1.3, opaque=0.4),
        "for-elicited": Look(fill="sheet", stroke="good", width=1.3),
        "against-elicited": Look(fill="sheet", stroke="limited", width=1.3),
        "for-hatch": Look(stroke="good", width=1.4),
        "against-hatch": Look(stroke="limited", width=1.4),
        "halo": Look(stroke="sheet", width=3.4),
        "whisker": Look(stroke="ink", width=1.5),
        "track": Look(fill="rule"),
        "bits": Look(fill="both"),
        "emergency": Look(fill="refused"),
        "same_day": Look(fill="limited"),
        "soon": Look(fill="sheet", stroke="quiet", width=2.2),
        "none": Look(fill="sheet", stroke="limited", width=2.2),
        "cut-out": Look(stroke="sheet", width=3.4),
        "cut-out-soon": Look(stroke="quiet", width=3.0),
        "cut-out-none": Look(stroke="limited", width=2.6),
        "tick": Look(fill="quiet"),
    }
)


def probability(name: str, share: Mapping[str, float], kind: str = "") -> plot.Plot:
    """Draw a probability on the axis from 0 to 100 %: the line is its 95 % interval, the dot its value.

    Parameters
    ----------
    name : str
        Whose it is.
    share : mapping
        ``value``, ``low`` and ``high``, 0 to 1.
    kind : str
        ``"first"`` for the leading disorder, ``"child"`` for a part of another row, else empty.
    """
    said = f"{name}: {percent(share['value'])}, 95 % interval {interval(share)}"
    reach = "reach-first" if kind == "first" else "reach"
    dot = f"dot-{kind}" if kind else "dot"
    y = HEIGHT / 2
    marks = _grid((0, 0.25, 0.5, 0.75, 1), SHARE)
    marks.append(plot.Path(plot.whisker(SHARE, y, share["low"], share["high"], 4.0), reach))
    marks.append(plot.Path(_disc(SHARE(share["value"]), y, 4.0 if kind == "child" else 5.5), dot, said))
    return plot.Plot(name, said, WIDTH, HEIGHT, tuple(marks))


def probability_scale() -> plot.Plot:
    """Return the axis below the probabilities."""
    words = [(share, f"{100 * share:g} %") for share in (0, 0.25, 0.5, 0.75, 1)]
    return _scale("Scale", "Probability from 0 to 100 %", words, SHARE)


def bans_axis(entries: Iterable[Mapping[str, Any]]) -> plot.Axis:
    """Return one axis in bans, alike to both sides, for all evidence of a page."""
    ends = [abs(one[end]) for one in entries for end in ("bans", "low", "high")]
    most = ceil(2 * max([_LEAST_BANS, *ends]) - 1e-9) / 2
    return plot.Axis(-most, most, _LEFT, _RIGHT)


def weight(one: Mapping[str, Any], axis: plot.Axis) -> plot.Plot:
    """Draw what a finding weighs: a bar from the middle, right for and left against, with its 95 % interval.

    What rests on an elicited number is hatched, what was calculated is pale.
    """
    side = "for" if one["bans"] >= 0 else "against"
    basis = one["basis"]
    said = (
        f"{one['name']}: {bans(one['bans'])} bans, 95 % interval {bans(one['low'])} to {bans(one['high'])}, "
        f"likelihood ratio {likelihood_ratio(one['bans'])}, {basis}"
    )
    at = sorted((axis(0), axis(one["bans"])))
    bar = (at[0], 6.0, max(at[1] - at[0], 1.0), HEIGHT - 12.0)
    y = HEIGHT / 2
    marks = _grid(_ticks(axis), axis)
    marks.append(plot.Path(plot.box(*bar), side if basis == "published" else f"{side}-{basis}", said))
    if basis == "elicited":
        marks.append(plot.Path(_hatching(*bar), f"{side}-hatch"))
    whisker = plot.whisker(axis, y, one["low"], one["high"], 3.5)
    marks += [plot.Path(whisker, "halo"), plot.Path(whisker, "whisker")]
    marks.append(plot.Path(plot.upright(axis(0), -_BEYOND, HEIGHT + _BEYOND), "zero"))
    return plot.Plot(one["name"], said, WIDTH, HEIGHT, tuple(marks))


def bans_scale(axis: plot.Axis) -> plot.Plot:
    """Return the axis below the bars of evidence."""
    words = [(tick, f"{tick:+g}".replace("-", MINUS) if tick else "0") for tick in _ticks(axis)]
    return _scale("Scale", f"Bans from {words[0][1]} to {words[-1][1]}; 0 speaks for neither", words, axis)


def information(name: str, bits: float, most: float) -> plot.Plot:
    """Draw expected information as a bar from 0 to the largest of the list, bits."""
    full = BITS_WIDTH - 2
    length = full * min(max(bits / max(most, _LEAST_BITS), 0.0), 1.0)
    marks: Marks = [plot.Path(plot.box(1, 5, full, 4), "track"), plot.Path(plot.box(1, 2, length, 10), "bits")]
    return plot.Plot(name, f"{name}: {bits:.2f} bits expected", BITS_WIDTH, BITS_HEIGHT, tuple(marks))


def sign(urgency: str) -> plot.Plot:
    """Draw the sign of an urgency, each of its own shape: octagon, triangle, circle; a lozenge for "none of these"."""
    shapes = {
        "emergency": "M12 2H28L38 12V28L28 38H12L2 28V12Z",
        "same_day": "M20 2L39 37H1Z",
        "soon": _disc(20, 20, 16.5),
        "none": "M20 3L37 20L20 37L3 20Z",
    }
    stroke = {"emergency": "M20 10V23M20 29V30.5", "same_day": "M20 14V25M20 30.5V31.5", "soon": "M20 10V20L27 24"}
    mark = {"soon": "cut-out-soon", "none": "cut-out-none"}.get(urgency, "cut-out")
    inner = stroke.get(urgency, "M14 14L26 26M26 14L14 26")
    said = {"emergency": "Emergency", "same_day": "Same day", "soon": "Soon", "none": "None of these"}[urgency]
    return plot.Plot(said, said, 40, 40, (plot.Path(shapes[urgency], urgency), plot.Path(inner, mark)))


def sample(basis: str) -> plot.Plot:
    """Draw a bar for the key: as one that rests on a published, a calculated or an elicited number."""
    bar = (1.0, 1.0, 26.0, 10.0)
    marks: Marks = [plot.Path(plot.box(*bar), "for" if basis == "published" else f"for-{basis}")]
    if basis == "elicited":
        marks.append(plot.Path(_hatching(*bar), "for-hatch"))
    return plot.Plot(basis, basis, 28, 12, tuple(marks))


def _ticks(axis: plot.Axis) -> list[float]:
    return axis.ticks(7)


def _grid(values: Iterable[float], axis: plot.Axis) -> Marks:
    # Longer than the row: where a name takes two lines the grid still runs on to the next row.
    return [plot.Path(plot.upright(axis(value), -_BEYOND, HEIGHT + _BEYOND), "grid") for value in values]


def _scale(title: str, said: str, words: Iterable[tuple[float, str]], axis: plot.Axis) -> plot.Plot:
    marks: Marks = [plot.Path(plot.level(axis.start, 1, axis.end), "grid")]
    for at, word in words:
        marks.append(plot.Path(plot.upright(axis(at), 1, 5), "grid"))
        marks.append(plot.Text(axis(at), 18.5, word, "middle", "tick"))
    return plot.Plot(title, said, WIDTH, 23.0, tuple(marks))


def _disc(x: float, y: float, radius: float) -> str:
    """Return the ``d`` of a disc."""
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0Z"


def _hatching(x: float, y: float, width: float, height: float) -> str:
    """Return the ``d`` of slanting lines that fill a rectangle and do not leave it."""
    lines = []
    offset = _HATCH_STEP / 2 - height
    while offset < width:
        start, end = max(offset, 0.0), min(offset + height, width)
        if end > start:
            lines.append(
                f"M{x + start:.1f} {y + height - (start - offset):.1f}L{x + end:.1f} {y + height - (end - offset):.1f}"
            )
        offset += _HATCH_STEP
    return "".join(lines)
