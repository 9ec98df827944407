"""What a new letter begins with: the facts on record, gathered for the library, which makes sentences of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from facialis import knowledge, letters
from facialis.paper.markup import Section, written
from facialis_clinic.care.documents import day_of
from facialis_clinic.care.models import Document, Order, Plan, Treatment
from facialis_clinic.care.ordering import weighed
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.intake.models import Medicine
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement

TITLES: Final = {
    Document.Kind.LETTER: "Clinic letter",
    Document.Kind.REPORT: "Report of a filmed examination",
    Document.Kind.REFERRAL: "Referral for microvascular decompression",
}
_FILMS = 3
_KINDS = {
    Treatment.Kind.INJECTION: "injection",
    Treatment.Kind.OPERATION: "decompression",
    Treatment.Kind.MEDICINE: "medicine",
}


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that nobody has kept yet."""

    title: str
    body: str
    facts: dict[str, Any]


def begin(person: Person, kind: str) -> Begun | Refused:
    """Gather what is on record and have it put into sentences.

    Parameters
    ----------
    person : Person
        From a gate.
    kind : str
        ``letter``, ``report`` or ``referral``; a packet is begun where treatment is planned.
    """
    if kind not in TITLES:
        return Refused("Choose a letter, a report or a referral.")
    films = newest_films(person)
    if kind == Document.Kind.REPORT:
        if not films:
            return Refused("No film of this person has been measured yet: there is nothing to report.")
        return _begun(kind, letters.report(_film(films[0])), {"measurements": [str(films[0].pk)]})
    assessment = weighed(person)
    facts = letters.Facts(
        assessment=assessment.result if assessment else None,
        films=[_film(one) for one in films],
        treatments=[_treatment(one) for one in Treatment.objects.filter(person=person).order_by("-day")],
        plan=Plan.objects.filter(person=person, state=Plan.State.READY).values_list("plan", flat=True).last(),
        orders=[_order(one) for one in Order.objects.filter(person=person).order_by("-ordered_at")],
        medicines=_medicines(person),
        words=assessment.words if assessment and assessment.released_at else "",
    )
    sections = letters.referral(facts) if kind == Document.Kind.REFERRAL else letters.letter(facts)
    made_of = {"assessment": str(assessment.pk) if assessment else None, "measurements": [str(m.pk) for m in films]}
    return _begun(kind, sections, made_of)


def newest_films(person: Person) -> list[Measurement]:
    """Return the newest measurement of each of the newest films."""
    found: dict[Any, Measurement] = {}
    rows = Measurement.objects.filter(recording__person=person).select_related("recording", "review")
    for one in rows.order_by("-recording__created_at", "-measured_at")[: 2 * _FILMS]:
        found.setdefault(one.recording_id, one)
    return list(found.values())[:_FILMS]


def _begun(kind: str, sections: list[Section], facts: dict[str, Any]) -> Begun:
    return Begun(TITLES[Document.Kind(kind)], written(sections), facts)


def _film(one: Measurement) -> dict[str, Any]:
    filmed = one.recording.filmed_on or one.recording.created_at
    return {"day": day_of(filmed), "result": result_of(one)}


def _treatment(one: Treatment) -> dict[str, Any]:
    row = {"kind": _KINDS[Treatment.Kind(one.kind)], "date": one.day.isoformat(), "side": one.side}
    return row | {key: told for key, told in one.row.items() if key in ("product", "units", "name", "until", "note")}


def _order(one: Order) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": knowledge.orders().tests[one.kind].name,
        "state": one.state,
        "day": (one.ended_at or one.ordered_at).date().isoformat(),
        "answer": one.answer,
    }


def _medicines(person: Person) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "name": one.name, "detail": one.detail, "reconciled": one.reconciled_at is not None}
        for one in Medicine.objects.filter(person=person, ended_at__isnull=True).order_by("name")
    ]
