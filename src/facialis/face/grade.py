"""The SMC grade (Lee 2012), as far as a camera can tell it.

I: spasm round the eye alone. II: it has spread to other muscles of that side. III: frequent tonic spasm disturbs
vision. IV: lasting asymmetry that disfigures. III needs the patient and IV the clinician, so that a camera says I, II
or "at least II".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from facialis import knowledge
from facialis.face.events import Event
from facialis.face.signals import REGIONS
from facialis.face.watched import Watched
from facialis.findings import Side
from facialis.units import count

_ROUND_THE_EYE = "orbicularis_oculi"
_LIMITS_OF_A_CAMERA = "grade III asks the patient about vision, grade IV the clinician about lasting asymmetry"


class Grade(NamedTuple):
    """A grade of the SMC scale.

    Attributes
    ----------
    grade : str or None
        ``"I"``, ``"II"`` or ``"at least II"``; None where the clip cannot tell.
    because : tuple of str
        The reasons, most important first.
    """

    grade: str | None
    because: tuple[str, ...]


def smc_grade(watched: Watched, side: Side) -> Grade:
    """Grade the spasms of one side.

    Parameters
    ----------
    watched : Watched
        The clip.
    side : Side
        The affected side.

    Returns
    -------
    Grade
        II from two spasms on that moved another region than the eye's; "at least II" where a tonic one was seen too,
        or too little was watched to say that none comes. I only where the other regions were seen, after a minute of
        rest and five spasms. Otherwise none.
    """
    if not watched.spasms:
        return Grade(None, ("no spasm seen",))
    if not watched.sure:
        return Grade(None, (f"{count(len(watched.spasms), 'spasm')}: too few to tell",))
    if side not in (Side.LEFT, Side.RIGHT):
        return Grade(None, ("the scale is for spasms of one side",))
    sided = [event for event in watched.spasms if event.side is side]
    beyond = [beyond_the_eye(event) for event in sided]
    reached = sum(map(bool, beyond))
    if reached >= knowledge.threshold("present_events_min"):
        names = ", ".join(r.replace("_", " ") for r in REGIONS if any(r in moved for moved in beyond))
        return _spread(watched, sided, f"{reached} of {count(len(sided), 'spasm')} beyond the eye: {names}")
    if reached:
        return Grade(None, (f"only one of {len(sided)} spasms went beyond the eye: grade I or II",))
    return _eye_alone(watched, sided)


def beyond_the_eye(event: Event) -> tuple[str, ...]:
    """Return the regions beyond the eye that a spasm moved.

    The ring muscle of the eye draws the brow down. A brow that comes down with the closing eye is still the eye; the
    frontalis lifts it.
    """
    drawn = event.measures is not None and event.measures.brow_up < 0 and _ROUND_THE_EYE in event.regions
    eye = {_ROUND_THE_EYE, "frontalis"} if drawn else {_ROUND_THE_EYE}
    return tuple(region for region in event.regions if region not in eye)


def _spread(watched: Watched, sided: Sequence[Event], reach: str) -> Grade:
    tonic = sum(event.form == "tonic" for event in sided)
    if tonic:
        held = f"{tonic} held for {knowledge.threshold('tonic_plateau_s'):.0f} s or more"
        return Grade("at least II", (reach, held, _LIMITS_OF_A_CAMERA))
    short = watched.too_short(len(sided))
    if short:
        return Grade("at least II", (reach, f"tonic spasm {short}", _LIMITS_OF_A_CAMERA))
    return Grade("II", (reach, "no tonic spasm, which grade III has", _LIMITS_OF_A_CAMERA))


def _eye_alone(watched: Watched, sided: Sequence[Event]) -> Grade:
    limits = watched.quality.detection_limit_iod
    hidden = [region for region in REGIONS if limits.get(region) is None]
    if hidden:
        return Grade(None, (f"round the eye alone, but not seen: {', '.join(hidden).replace('_', ' ')}",))
    short = watched.too_short(len(sided))
    if short:
        return Grade(None, (f"round the eye alone so far; spread {short}",))
    tonic = sum(event.form == "tonic" for event in sided)
    held = (f"{tonic} held for {knowledge.threshold('tonic_plateau_s'):.0f} s or more",) if tonic else ()
    return Grade("I", (f"all {len(sided)} spasms round the eye alone", *held, _LIMITS_OF_A_CAMERA))
