"""Pictures that stand for themselves: both halves of a face at rest and in spasm, and the stills of an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.overlay import Halves, twice
from facialis.face.page.words import sentence
from facialis.findings import Side
from facialis.paper.pictures import jpeg
from facialis.units import clock


@dataclass(frozen=True)
class Shown:
    """A picture with its words."""

    address: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Rows:
    """A face at rest and at the apex, each as filmed and made of one half twice."""

    headline: str
    rest: tuple[Shown, ...]
    apex: tuple[Shown, ...]


def shown_halves(result: Mapping[str, Any], halves: Halves | None) -> Rows | None:
    """Show the face made of its right half twice and of its left half twice, before an event and at its apex."""
    if halves is None:
        return None
    event = result["events"][halves.event]
    headline = f"The largest spasm filmed from the front, at {clock(event['onset_s'])}."
    return Rows(headline, _row(halves.rest, "just before"), _row(halves.apex, "at the apex"))


def _row(picture: npt.NDArray[np.uint8], when: str) -> tuple[Shown, ...]:
    kinds = (
        (picture, "as filmed", "the face as filmed"),
        (
            twice(picture, Side.RIGHT),
            "right half twice",
            "a face made of the patient's right half and its mirror image",
        ),
        (twice(picture, Side.LEFT), "left half twice", "a face made of the patient's left half and its mirror image"),
    )
    return tuple(Shown(jpeg(shown, 240), caption, f"{alt}, {when}".capitalize()) for shown, caption, alt in kinds)


def shown_stills(result: Mapping[str, Any], pictures: Mapping[str, npt.NDArray[np.uint8]]) -> tuple[list[Shown], str]:
    """Show the stills of a guided examination, and say in one line which could not be taken and why."""
    shown, missing = [], []
    for still in result.get("stills") or []:
        name, at = still["name"], still.get("time_s")
        if name in pictures:
            shown.append(Shown(jpeg(pictures[name]), f"{name}, {clock(at)}", f"The face: {name}"))
        elif at is None:
            missing.append(f"{name} ({'; '.join(still.get('because') or ['no reason was given'])})")
    return shown, sentence(f"not taken: {', '.join(missing)}") if missing else ""
