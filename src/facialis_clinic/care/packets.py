"""The authorisation packet: a payer's rules held against the record. Nothing here is a gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from facialis.document import DocumentError
from facialis.knowledge import treatment
from facialis.treatment.authorisation import Record, packet
from facialis.treatment.authorisation.reading import AtHand, course, film_of, leader, plan, score, session
from facialis.treatment.authorisation.records import Tried
from facialis_clinic.care.course import kept_of
from facialis_clinic.care.given import standing
from facialis_clinic.care.injecting import case_for_treatment
from facialis_clinic.care.models import Plan, Treatment
from facialis_clinic.care.writing import newest_films
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.chart.weighing import newest
from facialis_clinic.intake.models import Scale
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

_SCALES = 8


def payers() -> list[tuple[str, str]]:
    """Return the payers whose rules are known: key and name."""
    return [(key, one.name) for key, one in treatment.payers().items()]


def packet_of(person: Person, payer: str, *, now: datetime) -> dict[str, Any] | Refused:
    """Hold a payer's rules against what is on record (``facialis.packet/1``).

    Parameters
    ----------
    person : Person
        From a gate.
    payer : str
        A key of :func:`payers`.
    now : datetime
        Its day is that of the packet.
    """
    known = treatment.payers()
    if payer not in known:
        return Refused("Choose a payer whose rules are known.")
    try:
        return packet(_record(person, now=now), known[payer])
    except DocumentError as error:
        return Refused(f"What is on record does not make a packet: {error}.")


def _record(person: Person, *, now: datetime) -> Record:
    on, given = today(now), standing(person.pk)
    planned = Plan.objects.filter(person=person, state=Plan.State.READY).order_by("-day").first()
    kept, weighed = kept_of(person.pk), newest(person)
    scales = Scale.objects.filter(person=person).order_by("-answered_at")[:_SCALES]
    return Record(
        "the record",
        case_for_treatment(person, now=now),
        on,
        tuple(session(AtHand(f"session of {one.day:%-d %B %Y}", one.record)) for one in given if one.record),
        plan(AtHand(f"plan for {planned.day:%-d %B %Y}", planned.plan)) if planned is not None else None,
        tuple(score(AtHand(one.name, one.result)) for one in scales if one.result.get("schema")),
        tuple(film_of(AtHand(f"film of {day:%-d %B %Y}", told), day) for day, told in _films(person)),
        course(AtHand("the course", kept.result)) if kept is not None else None,
        leader(AtHand("the assessment", weighed.result)) if weighed is not None else None,
        tuple(_tried(given)),
    )


def _films(person: Person) -> Iterator[tuple[date, dict[str, Any]]]:
    for one in newest_films(person):
        result = result_of(one)
        if result.get("source", {}).get("name"):
            yield one.recording.filmed_on or today(one.recording.created_at), result


def _tried(given: list[Treatment]) -> Iterator[Tried]:
    """Yield what was tried beside toxin and what came of it, where somebody said so."""
    for one in given:
        if one.kind == Treatment.Kind.MEDICINE and one.row.get("option") and one.row.get("outcome"):
            until = one.row.get("until")
            yield Tried(
                f"medicine of {one.day:%-d %B %Y}",
                "outcome",
                one.row["option"],
                one.row["outcome"],
                one.day,
                date.fromisoformat(until) if until else None,
                one.row.get("note", ""),
            )
