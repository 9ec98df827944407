"""Look at a still of somebody who is about to film, say what should be better, and keep nothing of it."""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import bounds
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.words import FRAMING, OURS

# Which check of the page a fault belongs to.
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "face": ("no_face", "edge", "several"),
    "distance": ("far", "near"),
    "straight": ("turned", "tilted", "level"),
    "light": ("dim", "bright", "behind", "glare", "blurred"),
}
# So many processes may look at once for each web server process: measuring comes first.
_AT_ONCE = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen: for each check what should be better, in words; an empty text is a good one."""

    checks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Busy:
    """Others are looked at; ask again in a moment."""


def look(*, still: bytes) -> Looked | Busy | Refused:
    """Look at one JPEG picture, in the process apart; it is neither stored nor logged.

    Parameters
    ----------
    still : bytes
        As the page sent it; at most :data:`facialis_clinic.recordings.bounds.STILL`.
    """
    if not _AT_ONCE.acquire(blocking=False):
        return Busy()
    try:
        told = {"still": base64.b64encode(still).decode()}
        outcome = apart.run("look", limits=bounds.looking(), paths={}, told=told)
    finally:
        _AT_ONCE.release()
    match outcome:
        case apart.Answered({"faults": list(faults)}):
            return Looked(_checks([str(fault) for fault in faults]))
        case apart.Refused("no_picture") | apart.Broke():
            return Refused("This is no picture that we can look at.")
        case _:
            return Refused(OURS)


def _checks(faults: list[str]) -> dict[str, str]:
    """Return each check with the first of its faults in words; without a face nothing but that can be told."""
    told = {check: next((FRAMING[name] for name in faults if name in of), "") for check, of in CHECKS.items()}
    return {"face": told["face"]} if "no_face" in faults else told
