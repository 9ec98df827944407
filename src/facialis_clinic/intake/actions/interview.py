"""Begin the questionnaire, answer, go on after a warning, finish, change what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction

from facialis.history import Interview as Asked
from facialis.history import questionnaire
from facialis.history.answers import AnswerError, check, shown, worded
from facialis.history.questions import SKIPPED, UNKNOWN, Stage
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.intake import stops
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.saved import Kept, kept_of
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

FINISHED: Final = Refused("These questions are finished. You can still change each answer below.")
NOT_ASKED: Final = Refused("This question is not asked any more. Your other answers are saved.")
NO_ANSWER: Final = Refused("Choose an answer, or one of the two below: “I don't know”, or “Skip”.")
NO_NUMBER: Final = Refused("Type a number in digits, for example 52.")
TOO_EARLY: Final = Refused("A few important questions come first. You can skip each of them.")
_DIGITS: Final = re.compile(r"[0-9]{1,9}")
OPEN: Final = Refused("Some questions are open. Answer or skip them first, then change what you said before.")


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer was taken.

    Attributes
    ----------
    interview : Interview
        The row; another one than before where a finished one was changed.
    dropped : tuple of str
        Questions, in words, whose answers no longer apply.
    said : tuple of str
        What does not fit together now and did before, and what is advised now and was not before.
    """

    interview: Interview
    dropped: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@transaction.atomic
def begin(*, person: Person, by: User, now: datetime, further: bool = False) -> Interview:
    """Begin the questions, or return those that are open.

    Parameters
    ----------
    person : Person
    by : User
    now : datetime
    further : bool
        Whether to go on with what was left out of the last ones, which were finished, instead of asking all anew.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    found = Interview.objects.filter(person=person, finished_at=None).first()
    if found is not None:
        return found
    last = Interview.objects.filter(person=person).order_by("-finished_at").first() if further else None
    kept = kept_of(last.saved, now=now) if last is not None else _fresh(person, by, now)
    made = Interview.objects.create(person=person, by=by, saved=kept.to_json(), begun_at=now, touched_at=now)
    record(subject=person.pk, actor=by, verb="began", kind="interview", thing=made.pk)
    return made


def _fresh(person: Person, by: User, now: datetime) -> Kept:
    """Return an interview without answers but the age, where the record knows it."""
    setting = {"setting": "specialist" if by.is_clinician else "self_referred"}
    asked, years = Asked(questionnaire(), now.year), _age(person.born, now)
    if years is None:
        return Kept(asked, setting)
    return Kept(asked.tell("age", years), setting, prefilled=("age",))


def _age(born: date | None, now: datetime) -> int | None:
    if born is None:
        return None
    today = now.date()
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


@transaction.atomic
def answer(*, interview: Interview, key: str, typed: str, was: str, by: User, now: datetime) -> Heard | Refused:
    """Take one answer of an open interview.

    Parameters
    ----------
    interview : Interview
    key : str
        The question.
    typed : str
        The key of a choice, a number as it was typed, or that it is not known or skipped.
    was : str
        The answer that stood there when the page was made; empty for none. Where another one stands there by now,
        somebody has answered at another device: nothing is overwritten.
    by : User
    now : datetime
    """
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if row.finished_at is not None:
        return FINISHED
    kept = kept_of(row.saved, now=now)
    taken = _taken(kept.interview, key, typed, was)
    if isinstance(taken, Refused):
        return taken
    after, dropped = _told(kept, key, taken, by, now)
    return _keep(row, kept, after, dropped, by, now)


def _taken(asked: Asked, key: str, typed: str, was: str) -> str | int | Refused:
    """Return what was typed as an answer, or why it cannot be taken."""
    item = asked.questionnaire.items.get(key)
    if item is None or (key not in asked.answers and item not in asked.open()):
        return NOT_ASKED
    value: str | int = typed.strip()
    if item.choices and value not in (*item.choices, UNKNOWN, SKIPPED):
        return NO_ANSWER
    if not item.choices and value not in (UNKNOWN, SKIPPED):
        if not _DIGITS.fullmatch(typed.strip()):
            return NO_NUMBER
        value = int(typed)
    try:
        taken = check(item, value, asked.year)
    except AnswerError as error:
        return Refused(f"{error}. Please type it again.")
    if str(asked.answers.get(key, "")) not in (was, str(taken)):
        said = worded(item, asked.answers[key])
        return Refused(f"This question was answered on another device meanwhile: “{said}”. Which is right?")
    return taken


def _told(kept: Kept, key: str, taken: str | int, by: User, now: datetime) -> tuple[Kept, tuple[str, ...]]:
    """Return what is kept with one more answer, or a changed one, and whose answers were dropped by it."""
    before = kept.interview
    if key not in before.answers:
        return replace(kept, interview=before.tell(key, taken)), ()
    if before.answers[key] == taken:
        return kept, ()
    after, dropped = before.retell(key, taken)
    noted = kept
    for one in (key, *dropped):
        noted = noted.with_change(one, by=str(by.pk), now=now)
    return replace(noted, interview=after), dropped


def _keep(row: Interview, before: Kept, after: Kept, dropped: tuple[str, ...], by: User, now: datetime) -> Heard:
    # A flag that went away and comes back stops again.
    up = {stops.name(one) for one in stops.flags(after.interview)}
    after = replace(after, gone_on=tuple(one for one in after.gone_on if one in up))
    row.saved, row.touched_at = after.to_json(), now
    row.save(update_fields=["saved", "touched_at"])
    record(subject=row.person_id, actor=by, verb="wrote", kind="interview", thing=row.pk)
    return Heard(row, _in_words(before.interview, dropped), _new(before.interview, after.interview))


def _in_words(asked: Asked, keys: tuple[str, ...]) -> tuple[str, ...]:
    items = asked.questionnaire.items
    return tuple(shown(asked.questionnaire, items[key], items[key].question, asked.answers) for key in keys)


def _new(before: Asked, after: Asked) -> tuple[str, ...]:
    """Return what does not fit together now, and what is advised now, where it was not said before."""
    lines = [line for line in after.contradictions() if line not in before.contradictions()]
    return (*lines, *(line for line in after.advice() if line not in before.advice()))


@transaction.atomic
def go_on(*, interview: Interview, by: User, now: datetime) -> Interview | Refused:
    """Go on after a warning, because somebody chose to."""
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if row.finished_at is not None:
        return FINISHED
    kept = kept_of(row.saved, now=now)
    seen = tuple(stops.name(one) for one in stops.unseen(kept))
    row.saved, row.touched_at = replace(kept, gone_on=(*kept.gone_on, *seen)).to_json(), now
    row.save(update_fields=["saved", "touched_at"])
    record(subject=row.person_id, actor=by, verb="went_on", kind="interview", thing=row.pk, note=", ".join(seen))
    return row


@transaction.atomic
def finish(*, interview: Interview, by: User, now: datetime) -> Interview | Refused:
    """Finish; questions of the last stage that are open stay unanswered."""
    row = Interview.objects.select_for_update().get(pk=interview.pk)
    if row.finished_at is not None:
        return row
    if any(item.stage is not Stage.RANKED for item in kept_of(row.saved, now=now).interview.open()):
        return TOO_EARLY
    row.finished_at = row.touched_at = now
    row.save(update_fields=["finished_at", "touched_at"])
    record(subject=row.person_id, actor=by, verb="finished", kind="interview", thing=row.pk)
    return row


@transaction.atomic
def change(*, interview: Interview, key: str, typed: str, was: str, by: User, now: datetime) -> Heard | Refused:
    """Change an answer of a finished interview: the old one stays as it was, a new one bears the change.

    The new one is finished at once, unless the change opens questions that were not asked before.
    """
    Person.objects.select_for_update().get(pk=interview.person_id)
    row = Interview.objects.get(pk=interview.pk)
    if row.finished_at is None or Interview.objects.filter(person=row.person_id, finished_at=None).exists():
        return OPEN
    kept = kept_of(row.saved, now=now)
    taken = _taken(kept.interview, key, typed, was)
    if isinstance(taken, Refused):
        return taken
    after, dropped = _told(kept, key, taken, by, now)
    if after.interview.answers == kept.interview.answers:
        return Heard(row)
    were_open = {item.key for item in kept.interview.open()}
    opened = [item for item in after.interview.open() if item.key not in were_open]
    new = Interview(person_id=row.person_id, by=by, begun_at=now, touched_at=now, finished_at=None if opened else now)
    new.saved = after.to_json()
    new.save(force_insert=True)
    return _keep(new, kept, after, dropped, by, now)
