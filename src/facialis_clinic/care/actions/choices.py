"""What is done with a decision aid: handed over by a clinician, answered by the patient, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.care.choices import aid_of
from facialis_clinic.care.models import Choice
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

MUCH = tuple("12345")
LONGEST = 2000


@transaction.atomic
def hand(*, person: Person, by: User, options: Sequence[str], now: datetime) -> Choice | Refused:
    """Hand over the aid of two or three options; what must not be given to this person is refused."""
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist hands the decision aid over.")
    aid = aid_of(person, options, now=now)
    if isinstance(aid, Refused):
        return aid
    made = Choice.objects.create(person=person, aid=aid, by=by, handed_at=now)
    record(subject=person.pk, actor=by, verb="handed", kind="aid", thing=made.pk)
    return made


@transaction.atomic
def answer(*, choice: Choice, by: User, step: str, said: Mapping[str, str], now: datetime) -> Choice | Refused:
    """Keep what was said on one page of the aid; a later word on it takes the place of the earlier.

    Parameters
    ----------
    choice : Choice
    by : User
        The patient, or who shares for them.
    step : str
        ``matters``, ``check`` or ``questions``.
    said : mapping
        As the page's form sends it.
    now : datetime
    """
    choice = Choice.objects.select_for_update().get(pk=choice.pk)
    kept = _taken(choice, step, said)
    if isinstance(kept, Refused):
        return kept
    choice.weighed = choice.weighed | kept
    if step == "matters":
        choice.leaning = said.get("leaning", "")
    if step == "questions":
        choice.note = said.get("note", "").strip()
    choice.answered_at = now
    choice.save(update_fields=["weighed", "leaning", "note", "answered_at"])
    record(subject=choice.person_id, actor=by, verb="answered", kind="aid", thing=choice.pk)
    return choice


def _taken(choice: Choice, step: str, said: Mapping[str, str]) -> dict[str, Any] | Refused:
    """Return what of a page is kept; what the page does not offer is refused."""
    match step:
        case "matters":
            numbers = range(1, len(choice.aid["values"]) + 1)
            values = {str(n): said[f"value-{n}"] for n in numbers if said.get(f"value-{n}")}
            ways = {"", "none", "unsure", *(one["key"] for one in choice.aid["options"])}
            if any(much not in MUCH for much in values.values()) or said.get("leaning", "") not in ways:
                return Refused("One of the answers is not on this page. Choose again.")
            if not values and not said.get("leaning"):
                return Refused("Say of one thing at least how much it matters, or which way you lean.")
            return {"values": values, "sure": said.get("sure", "") if said.get("sure") in ("yes", "no") else ""}
        case "check":
            asked = {str(n): one["choices"] for n, one in enumerate(choice.aid["check"], 1)}
            answers = {n: said[f"check-{n}"] for n in asked if said.get(f"check-{n}")}
            if any(told not in asked[n] for n, told in answers.items()):
                return Refused("One of the answers is not on this page. Choose again.")
            return {"check": answers}
        case "questions":
            if len(said.get("note", "")) > LONGEST:
                return Refused(f"That is more than {LONGEST} letters. Make it a little shorter.")
            return {}
        case _:
            return Refused("There is nothing to answer on this page.")
