"""What the pages of the questionnaire say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from facialis.diagnosis import hardly_tells, rank_questions
from facialis.flags import Raised
from facialis.history import questionnaire
from facialis.history.answers import Answer, counted, shown, worded
from facialis.history.questions import SKIPPED, UNKNOWN, Item, Kind, Stage
from facialis.knowledge import Urgency
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.saved import Kept

CALLS = {Urgency.EMERGENCY: "emergency", Urgency.SAME_DAY: "practice", Urgency.SOON: "practice"}


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its answer, in words."""

    key: str
    question: str
    answer: str
    prefilled: bool


def opening() -> str:
    """Return what is said before the first question."""
    return questionnaire().opening


def next_item(kept: Kept) -> Item | None:
    """Return the question that comes next: warning signs first, in the end the one that tells most."""
    return kept.interview.next(rank_questions)


def enough(kept: Kept) -> bool:
    """Tell whether the questions that are left would hardly change what it may be."""
    asked = kept.interview
    codes = list(dict.fromkeys(code for item in asked.open() for code in item.codes))
    return hardly_tells(asked.all_findings(), asked.all_fields(), codes)


def question_page(row: Interview, kept: Kept, item: Item, *, typed: str = "") -> dict[str, Any]:
    """Return what the page of one question shows.

    Parameters
    ----------
    row : Interview
    kept : Kept
        What the row keeps.
    item : Item
        The question.
    typed : str
        What was chosen on the page before it was refused.
    """
    asked = kept.interview
    told = asked.questionnaire
    stands = asked.answers.get(item.key)
    left = asked.left()
    by_hand = kept.told_by_hand()
    may_finish = item.stage is Stage.RANKED and stands is None and row.finished_at is None
    return {
        "interview": row,
        "person": row.person,
        "item": item,
        "heading": told.headings[item.stage],
        "question": shown(told, item, item.question, asked.answers),
        "help": shown(told, item, item.help, asked.answers),
        "choices": _choices(kept, item, typed or stands),
        "number": typed or ("" if stands in (None, UNKNOWN, SKIPPED) else stands),
        "is_year": item.kind is Kind.AGE_OR_YEAR,
        "answered": stands is not None,
        "was": "" if stands is None else stands,
        "chosen": typed or stands,
        "left": left,
        "share": len(by_hand) / max(1, len(by_hand) + left),
        "back": _before(by_hand, item.key),
        "may_finish": may_finish,
        "enough": may_finish and enough(kept),
        "contradictions": asked.contradictions(),
    }


def _choices(kept: Kept, item: Item, chosen: Answer | None) -> list[tuple[str, str, bool]]:
    asked = kept.interview
    known = [
        (key, shown(asked.questionnaire, item, one.text, asked.answers), key == chosen)
        for key, one in item.choices.items()
    ]
    return [*known, (UNKNOWN, "I don't know", chosen == UNKNOWN)]


def _before(order: tuple[str, ...], key: str) -> str:
    """Return the question that was answered before this one; empty for the first."""
    place = order.index(key) if key in order else len(order)
    return order[place - 1] if place else ""


def summary(kept: Kept) -> dict[str, Any]:
    """Return what was told, in words: what is so, what is not, and what is not known."""
    asked = kept.interview
    stands = counted(asked.questionnaire, asked.answers)
    groups: dict[str, list[Said]] = {"told": [], "no": [], "open": []}
    for key, answer in stands.items():
        item = asked.questionnaire.items[key]
        group = "open" if answer in (UNKNOWN, SKIPPED) else "no" if _is_no(item, answer) else "told"
        question = shown(asked.questionnaire, item, item.question, asked.answers)
        groups[group].append(Said(key, question, worded(item, answer), key in kept.prefilled))
    return {
        **groups,
        "contradictions": asked.contradictions(),
        "advice": asked.advice(),
        "scales": asked.scales(),
        "left": len(asked.open()),
    }


def _is_no(item: Item, answer: Answer) -> bool:
    return item.kind is Kind.YES_NO and answer == "no"


def warnings_page(raised: Iterable[Raised]) -> dict[str, Any]:
    """Return what the page of a warning shows: what to do now, the most urgent first."""
    told = list(raised)
    emergency = any(one.urgency is Urgency.EMERGENCY for one in told)
    lines = dict.fromkeys((one.flag.plain, one.flag.plain_action) for one in told)
    return {"emergency": emergency, "lines": list(lines)}
