"""What can be done for a person, and the decision aid that is handed over: chosen, shown step by step, answered.

Nothing here is a gate: whoever calls has opened the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from facialis.treatment.decision_aid.page import fragments
from facialis_clinic.care.injecting import case_for_treatment
from facialis_clinic.care.models import Choice
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

YEARS: Final = 10
# The pages of the aid, one after the other, with the library's parts that stand on each.
STEPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "compare": ("What can be done", ("decision", "options", "relief", "sources")),
    "harms": ("What can go wrong", ("harms", "sources")),
    "asks": ("What each choice asks of you", ("year", "asks", "sources")),
    "matters": ("What matters to you", ()),
    "check": ("What do you know now?", ("help", "unknown")),
    "questions": ("Questions to take along", ("questions", "about", "sources")),
}
_PICTURED: Final = ("relief", "harms")


def newest(person: Person) -> Choice | None:
    """Return the decision aid that was handed over last."""
    return Choice.objects.filter(person=person).select_related("by").order_by("-handed_at").first()


def options_of(person: Person, *, now: datetime) -> dict[str, Any]:
    """Return what can be done for a person as it stands now (``facialis.options/1``).

    Raises
    ------
    facialis.document.DocumentError
        When what is on record contradicts itself, in one line.
    """
    from facialis.diagnosis import assess
    from facialis.treatment.options import choose

    case = case_for_treatment(person, now=now)
    told = assess(case, steps=False)
    diagnosis = _diagnosis(told)
    chosen = choose(case, diagnosis=diagnosis, red_flags=told.red_flags, side=_side(told), on=today(now))
    return chosen.to_json()


def aid_of(person: Person, keys: Sequence[str], *, now: datetime) -> dict[str, Any] | Refused:
    """Return the decision aid of two or three options for this person; what must not be given to them is refused."""
    from facialis.diagnosis import assess
    from facialis.document import DocumentError
    from facialis.treatment.decision_aid import NotShown, decision_aid

    try:
        case = case_for_treatment(person, now=now)
        side = _side(assess(case, steps=False))
        return decision_aid(list(keys), YEARS, today(now), case, None, side).to_json()
    except (NotShown, DocumentError) as error:
        return Refused(f"{str(error)[:1].upper()}{str(error)[1:]}.")


def shown(choice: Choice, step: str) -> dict[str, Any]:
    """Return what one page of an aid shows."""
    title, names = STEPS[step]
    parts = fragments(choice.aid, *names)
    order = list(STEPS)
    place = order.index(step)
    return {
        "choice": choice,
        "aid": choice.aid,
        "step": step,
        "title": title,
        "number": place + 1,
        "count": len(order),
        "before": order[place - 1] if place else "",
        "after": order[place + 1] if place + 1 < len(order) else "",
        "patterns": _markup(parts["patterns"]) if set(names) & set(_PICTURED) else "",
        "parts": [_markup(parts[name]) for name in names if name != "sources"],
        "sources": _markup(parts["sources"]) if "sources" in names else "",
    }


def mattered(choice: Choice) -> list[tuple[str, str]]:
    """Return what the patient said matters, the most important first: the sentence and 1 to 5."""
    said = choice.weighed.get("values", {})
    told = [(one["text"], said.get(str(place), "")) for place, one in enumerate(choice.aid["values"], 1)]
    return sorted(told, key=lambda one: one[1] or "0", reverse=True)


def leaning_of(choice: Choice) -> str:
    """Return which way the patient leans, in words; empty where nothing was said."""
    names = {one["key"]: one["plain_name"] for one in choice.aid["options"]}
    known: dict[str, str] = {**names, "none": "None of these for now", "unsure": "Does not know yet"}
    return known.get(choice.leaning, "")


def checked(choice: Choice) -> list[dict[str, Any]]:
    """Return the questions on what was read, with what was answered and whether it is right."""
    said = choice.weighed.get("check", {})
    return [
        {**one, "number": place, "said": said.get(str(place), ""), "is_right": said.get(str(place)) == one["right"]}
        for place, one in enumerate(choice.aid["check"], 1)
    ]


def _diagnosis(told: Any) -> Any:
    """Return what the options are for; None where nothing that was read tells the disorders apart."""
    from facialis import knowledge
    from facialis.diagnosis import sentences
    from facialis.treatment.options import Diagnosis

    if not told.evidence.readings:
        return None
    leader = told.leader
    sure = told.explained and sentences.stands_out(told)
    name = knowledge.disorders()[leader.disorder].name
    return Diagnosis(leader.disorder, name, leader.probability, sure and leader.disorder == "hemifacial_spasm")


def _side(told: Any) -> Any:
    from facialis.treatment.options import SideKnown

    named = tuple(who for who in told.side.because if not who.startswith("they do not agree"))
    return SideKnown(told.side.side, told.side.settled, told.side.disagree, named)


def _markup(text: str) -> SafeString:
    return mark_safe(text)  # noqa: S308 - drawn by the library, whose templates escape every word
