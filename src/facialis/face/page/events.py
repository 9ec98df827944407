"""The events as the page lists them: those looked for with their pictures, the others folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.magnify import Clip
from facialis.face.page.sides import spark
from facialis.face.page.words import (
    KIND,
    LOOKED_FOR,
    SIDE,
    UNKNOWN,
    anchor,
    listed,
    probability,
    region,
    sentence,
)
from facialis.face.signals import Signals
from facialis.paper.film import address
from facialis.paper.pictures import jpeg
from facialis.paper.plot import Plot
from facialis.units import clock, count, percent_iod

# About 8 kB a picture: pages beyond this grow too large to send.
MOST_STRIPS = 60
MOST_FRAMES = 6
SET_ASIDE = {
    "blink": ("blink", "blinks"),
    "expression": ("expression", "expressions"),
    "head_motion": ("head movement", "head movements"),
}


@dataclass(frozen=True, eq=False)
class Strip:
    """Pictures of one event.

    Attributes
    ----------
    event : int
        Index into the result's ``events``.
    frames : sequence of (float, (h, w, 3) uint8)
        Time in the recording in seconds, and the picture in red, green, blue.
    """

    event: int
    frames: Sequence[tuple[float, npt.NDArray[np.uint8]]]


@dataclass(frozen=True)
class Picture:
    """A frame of a strip as the page shows it."""

    address: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Film:
    """A film as the page shows it."""

    address: str
    poster: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Line:
    """An event as the page lists it, in words; `anchor` is where the timeline's mark leads to."""

    number: int
    anchor: str
    kind: str
    side_word: str
    side: str
    at: str
    length: str
    form: str
    regions: str
    amplitude: str
    probability: str
    why: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    film: Film | None = None
    spark: Plot | None = None


def lines(
    result: Mapping[str, Any],
    strips: Sequence[Strip] = (),
    clips: Sequence[Clip] = (),
    signals: Signals | None = None,
    *,
    looked_for: bool,
) -> list[Line]:
    """List the events that are looked for, or those explained as something else.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.
    strips : sequence of Strip
        Pictures; none for a page without faces. The first `MOST_STRIPS` are used.
    clips : sequence of Clip
        Films; none for a page without faces.
    signals : Signals or None
        What the events were found in: each gets a small drawing of its own course.
    looked_for : bool
        Spasms and synkineses, or the rest.

    Returns
    -------
    list of Line
        In the order of the result, numbered from 1.
    """
    pictured = {strip.event: strip for strip in strips[:MOST_STRIPS]}
    filmed = {clip.event: clip for clip in clips}
    wanted = [place for place, event in enumerate(result["events"]) if (event["kind"] in LOOKED_FOR) is looked_for]
    return [
        replace(
            _line(number, place, result["events"][place]),
            pictures=tuple(_pictures(number, result["events"][place], pictured[place])) if place in pictured else (),
            film=_film(number, filmed[place]) if place in filmed else None,
            spark=None if signals is None else spark(result["events"][place], signals),
        )
        for number, place in enumerate(wanted, start=1)
    ]


def set_aside(result: Mapping[str, Any]) -> str:
    """Count what was explained as something else: "3 blinks and 1 head movement"; empty where there is none."""
    kinds = Counter(event["kind"] for event in result["events"])
    return listed([count(kinds[kind], *words) for kind, words in SET_ASIDE.items() if kinds[kind]])


def _line(number: int, place: int, event: Mapping[str, Any]) -> Line:
    return Line(
        number=number,
        anchor=anchor(place),
        kind=KIND[event["kind"]],
        side_word=SIDE[event["side"]],
        side=event["side"],
        at=clock(event["onset_s"]),
        length=f"{event['offset_s'] - event['onset_s']:.2f} s",
        form=event["form"] or "",
        regions=listed([region(name) for name in event["regions"]]),
        amplitude=UNKNOWN if event["amplitude_iod"] is None else percent_iod(event["amplitude_iod"]),
        probability=probability(event["probability"]),
        why=tuple(sentence(reason) for reason in event["why"]),
    )


def _film(number: int, clip: Clip) -> Film:
    speed = {1: "", 4: " at a quarter of its speed"}.get(clip.slowed, f" {clip.slowed} times slower")
    end = "" if clip.whole else f", its first {clip.seconds:.0f} s"
    return Film(
        address=address(clip.film),
        poster=jpeg(clip.poster, widest=clip.poster.shape[1]),
        caption=f"As filmed{speed}{end}, and the same movement enlarged {clip.factor:.2g} times",
        alt=f"Film of event {number}: as filmed at the left, enlarged {clip.factor:.2g} times at the right",
    )


def _pictures(number: int, event: Mapping[str, Any], strip: Strip) -> list[Picture]:
    """Name each frame by the moment it is nearest to; a moment is named once."""
    frames = strip.frames[:MOST_FRAMES]
    named: dict[int, str] = {}
    for moment in ("onset", "apex", "offset"):
        free = [place for place in range(len(frames)) if place not in named and _within(frames[place][0], event)]
        if free:
            named[min(free, key=lambda place: abs(frames[place][0] - event[f"{moment}_s"]))] = moment
    pictures = []
    for place, (time, picture) in enumerate(frames):
        name = named.get(place) or _phase(time, event)
        after = f"{time - event['onset_s']:+.2f}".replace("-0.00", "0.00").replace("+0.00", "0.00")
        caption = f"{name} {after} s".replace("-", "\N{MINUS SIGN}")
        pictures.append(Picture(jpeg(picture), caption, f"The face, event {number}, {name}"))
    return pictures


def _phase(time: float, event: Mapping[str, Any]) -> str:
    if time < event["onset_s"]:
        return "before"
    if time > event["offset_s"]:
        return "after"
    return "rising" if time < event["apex_s"] else "falling"


def _within(time: float, event: Mapping[str, Any]) -> bool:
    """Tell whether a frame may show the event: it lies in it, give or take a frame of a slow camera."""
    return bool(event["onset_s"] - 0.05 <= time <= event["offset_s"] + 0.05)
