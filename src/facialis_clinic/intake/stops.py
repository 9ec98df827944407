"""Red flags that stop somebody who is telling: what cannot wait is said at once, on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from facialis.findings import Finding, State
from facialis.flags import Raised, red_flags
from facialis.followup import Treatments
from facialis.followup.symptoms import Warned, warned
from facialis.history import Interview as Asked
from facialis.knowledge import Urgency
from facialis_clinic.intake.models import Entry, Interview
from facialis_clinic.intake.saved import Kept, kept_of
from facialis_clinic.intake.told import diary_from_rows, newest_interview

STOPS = (Urgency.EMERGENCY, Urgency.SAME_DAY)
# With these a sudden weakness may be what is known after a treatment, and has words of its own.
_EXPLAIN = ("recent_toxin", "prior_decompression")


def name(raised: Raised) -> str:
    """Return under which name a flag is noted as seen; a higher urgency is a new one."""
    return f"{raised.flag.key}:{raised.urgency.value}"


def flags(interview: Asked) -> list[Raised]:
    """Return the red flags of what was told so far, the most urgent first."""
    return red_flags(interview.all_findings(), interview.all_fields())


def unseen(kept: Kept) -> list[Raised]:
    """Return the flags that stop the interview: emergencies and those of the same day that nobody has gone on after."""
    return [one for one in flags(kept.interview) if one.urgency in STOPS and name(one) not in kept.gone_on]


def asked_in(interview: Asked, raised: Sequence[Raised]) -> str:
    """Return the question whose answer raised these flags, the latest of them; the last answer where none is found."""
    codes = {code for one in raised for together in one.flag.when for code in together}
    present = {one.code for one in interview.findings() if one.state is State.PRESENT} & codes
    keys = [key for key in interview.answers if present & interview.questionnaire.items[key].shows]
    return (keys or list(interview.answers))[-1]


def of_person(person_id: UUID) -> list[Raised]:
    """Return the red flags of the newest interview, for clinicians, whether the patient went on after them or not."""
    newest = newest_interview(person_id)
    return of_interview(newest) if newest is not None else []


def of_interview(interview: Interview) -> list[Raised]:
    """Return the red flags of a stored interview."""
    return flags(kept_of(interview.saved, now=interview.touched_at).interview)


def of_entry(entry: Entry, case: Mapping[str, Any]) -> list[Warned]:
    """Return what is said at once of the symptoms of one day of the diary.

    Parameters
    ----------
    entry : Entry
    case : mapping
        What the interview tells: toxin of late, or an operation, changes what a weak face means.
    """
    if not entry.symptoms:
        return []
    told = [row for row in case.get("findings", []) if row["code"] in _EXPLAIN and row["state"] == State.PRESENT]
    known = [Finding(row["code"], State.PRESENT, source=row["source"]) for row in told]
    return warned(diary_from_rows([entry]), Treatments(()), entry.day, known)
