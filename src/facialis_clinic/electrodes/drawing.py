"""What the pages draw, as pictures of their own: they are light to send, are seen without a script, and can be kept.

A picture bears its colours itself, as attributes: the site's policy lets no style into a drawing. There is one for
light pages and one for dark ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from facialis.emg.recording import Channel, Gap, Source, Span
from facialis.findings import Side
from facialis.paper.plot import Path, Plot, Text
from facialis.paper.theme import DARK, LIGHT
from facialis_clinic.electrodes.models import Reading
from facialis_clinic.electrodes.samples import MEMORY, NotKept

MARGIN: Final = 8
_FONT: Final = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"
# A look of the library's drawings as attributes; {side} stands for the colour of a side, the rest for colours by name.
_LOOKS: Final[Mapping[str, str]] = {
    "grid": 'stroke="{rule}"',
    "zero": 'stroke="{quiet}" stroke-dasharray="2 3"',
    "whisker": 'stroke="{ink}" stroke-width="1.3"',
    "bar-scale": 'stroke="{ink}" stroke-width="1.6"',
    "ring": 'stroke="{ink}" stroke-width="1.2"',
    "signal": 'stroke="{side}" stroke-width=".7"',
    "single": 'stroke="{side}" stroke-width=".8" stroke-opacity=".35"',
    "course": 'stroke="{side}" stroke-width="2.4"',
    "stroke": 'stroke="{side}" stroke-linecap="butt"',
    "within": 'fill="{side}" fill-opacity=".16"',
    "filled": 'fill="{side}" fill-opacity=".5"',
    "bar": 'fill="{side}" fill-opacity=".55"',
    "asleep": 'fill="{both}" fill-opacity=".16"',
    "gap": 'fill="url(#hatch)"',
    "unseen": 'fill="url(#hatch)"',
    "doubt": 'fill="url(#hatch)"',
}


@dataclass(frozen=True, slots=True)
class Named:
    """A picture of a reading: its name in the address, its title, and what it shows in a sentence."""

    name: str
    title: str
    summary: str
    width: int
    height: int


class NoSuch(Exception):
    """There is no picture of that name."""


def svg(plot: Plot, *, dark: bool = False) -> bytes:
    """Return a drawing as a picture.

    Parameters
    ----------
    plot : Plot
        As the library draws it.
    dark : bool
        Whether it stands on a dark page.
    """
    palette = DARK if dark else LIGHT
    wide, high = plot.width + 2 * MARGIN, plot.height + 2 * MARGIN
    marks = "".join(_path(mark, palette) if isinstance(mark, Path) else _text(mark, palette) for mark in plot.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} {-MARGIN} {wide:g} {high:g}" width="{wide:g}" '
        f'height="{high:g}" font-family="{_FONT}" font-size="11" role="img"><title>{escape(plot.summary)}</title>'
        f'<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="7" height="7" fill="{palette["sheet"]}" fill-opacity=".8"/>'
        f'<path d="M0 0V7" stroke="{palette["both"]}" stroke-width="1.4" stroke-opacity=".55"/></pattern></defs>'
        f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{wide:g}" height="{high:g}" fill="{palette["sheet"]}"/>'
        f'<g fill="none" stroke-linejoin="round" stroke-linecap="round">{marks}</g></svg>'
    ).encode()


def _path(mark: Path, palette: Mapping[str, str]) -> str:
    if not mark.d:
        return ""
    words = mark.look.split()
    look = next((one for one in ("doubt", *words) if one in words and one in _LOOKS), "grid")
    side = palette[next((one for one in words if one in ("left", "right")), "both")]
    if look == "signal" and not {"left", "right"} & set(words):
        side = palette["ink"]
    if "quiet" in words:
        side = palette["rule"]
    drawn = f'<path {_filled(_LOOKS[look], {**palette, "side": side})} d="{mark.d}"'
    return f"{drawn}><title>{escape(mark.label)}</title></path>" if mark.label else f"{drawn}/>"


def _filled(look: str, colours: Mapping[str, str]) -> str:
    """Return a look with its colours put in."""
    return re.sub(r"\{(\w+)\}", lambda name: colours[name[1]], look)


def _text(mark: Text, palette: Mapping[str, str]) -> str:
    colour = next((one for one in mark.look.split() if one in ("ink", "left", "right")), "quiet")
    bold = ' font-weight="700"' if colour in ("left", "right") else ""
    anchor = f' text-anchor="{mark.anchor}"' if mark.anchor != "start" else ""
    return f'<text x="{mark.x:.1f}" y="{mark.y:.1f}" fill="{palette[colour]}"{bold}{anchor}>{escape(mark.text)}</text>'


def source_of(result: Mapping[str, Any]) -> Source:
    """Return what the public result ``facialis.emg/1`` says of its source, as the drawings ask for it."""
    told = result["source"]
    gaps = [Gap(one["start_s"], one["end_s"]) for one in told["gaps"]]
    edges = [0.0, *(edge for gap in gaps for edge in (gap.start_s, gap.end_s)), told["duration_s"]]
    spans = [Span(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True) if stop > start]
    channels = [
        Channel(one["name"], one["muscle"], Side(one["side"]), one["rate_hz"], one["use"], one["unit"])
        for one in told["channels"]
    ]
    return Source(
        told["name"], told["duration_s"], tuple(spans), tuple(channels), told["started"], tuple(told["doubts"])
    )


def draw(reading: Reading, name: str) -> Plot:
    """Draw a picture of a reading.

    Parameters
    ----------
    reading : Reading
        From a gate.
    name : str
        ``raster``, ``curve``, ``hours``, ``together``, or ``sweeps-N`` counted from 0.

    Raises
    ------
    NoSuch
        If there is none of that name.
    NotKept
        If the bursts were not kept.
    """
    drawn = _evoked(reading, name) if not reading.study.is_free else _free(reading, name)
    if drawn is None:
        raise NoSuch
    return drawn


def _free(reading: Reading, name: str) -> Plot | None:
    from facialis.emg.page import matrix, raster

    result = reading.result
    match name:
        case "raster":
            opened = MEMORY.get(reading)
            if name not in opened.drawn:
                asleep = [Span(*ends) for ends in reading.asleep]
                opened.drawn[name] = raster.raster(source_of(result), opened.every().sound(), asleep)
            return opened.drawn[name]
        case "curve":
            return raster.curve(result["summary"], result["source"]["duration_s"])
        case "hours":
            return raster.hours(result["summary"])
        case "together":
            return matrix.matrix(result)
        case _:
            return None


def _evoked(reading: Reading, name: str) -> Plot | None:
    from facialis.emg.page import evoked

    plots = [drawn for group in evoked.context(reading.result)["groups"] for drawn in group["plots"]]
    kind, _, number = name.partition("-")
    if kind != "sweeps" or not number.isdigit() or int(number) >= len(plots):
        return None
    found: Plot = plots[int(number)]
    return found


def of_free(reading: Reading) -> list[Named]:
    """Return the pictures over time of a face that was left to itself; none where it was refused."""
    if reading.result["quality"]["verdict"] == "refused":
        return []
    found = []
    for name in ("raster", "curve", "hours"):
        try:
            drawn = _free(reading, name)
        except NotKept:
            continue
        if drawn is not None:
            found.append(_named(name, drawn))
    return found


def together(reading: Reading) -> Named | None:
    """Return the picture of what fires together; None for fewer than two muscles."""
    if reading.result["quality"]["verdict"] == "refused":
        return None
    drawn = _free(reading, "together")
    return None if drawn is None else _named("together", drawn)


def _named(name: str, plot: Plot) -> Named:
    return Named(name, plot.title, plot.summary, round(plot.width) + 2 * MARGIN, round(plot.height) + 2 * MARGIN)


def of_sweeps(groups: list[dict[str, Any]]) -> list[tuple[str, str, list[Named]]]:
    """Return the pictures of sweeps: for each stimulated branch its name, its side and a picture a muscle.

    Parameters
    ----------
    groups : list of dict
        As :func:`facialis.emg.page.evoked.context` gives them.
    """
    found, number = [], 0
    for group in groups:
        pictures = []
        for drawn in group["plots"]:
            pictures.append(_named(f"sweeps-{number}", drawn))
            number += 1
        found.append((group["name"], group["side"], pictures))
    return found
