"""The packet: a payer's rules held against the record, the letter, the codes, and what is missing before it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from facialis import knowledge
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.knowledge.treatment.payer import Payer, Rule
from facialis.treatment.authorisation import films
from facialis.treatment.authorisation.alternatives import Alternative, alternatives
from facialis.treatment.authorisation.billing import billing
from facialis.treatment.authorisation.effect import benefit
from facialis.treatment.authorisation.letter import code, letter
from facialis.treatment.authorisation.record import DISORDER, Record
from facialis.treatment.authorisation.records import Session
from facialis.treatment.authorisation.requirements import Answer, State, applies, held
from facialis.treatment.authorisation.said import Place, number
from facialis.version import __version__

SCHEMA = "facialis.packet/1"


def packet(record: Record, payer: Payer) -> dict[str, Any]:
    """Hold a payer's rules against a record.

    Parameters
    ----------
    record : Record
    payer : Payer

    Returns
    -------
    dict
        The public result ``facialis.packet/1``: each rule met, not met or not told, with where in the record it
        stands; what is missing; the letter; the sessions; the codes.
    """
    answers = [(rule, held(rule, record)) for rule in payer.rules if applies(rule, record)]
    told = alternatives(record)
    given = record.sessions[-1] if record.sessions else None
    bill = billing(given, treatment.billing_codes()) if payer.us_codes and given else None
    result = {
        "schema": SCHEMA,
        "on": record.on.isoformat(),
        "request": "continuation" if record.continues else "first",
        "payer": _payer(payer),
        "patient": {"age": record.case.age, "age_at_onset": record.case.age_at_onset, "sex": record.case.sex},
        "diagnosis": _diagnosis(record),
        "wanted": _session(record, record.wanted, latest=True) if record.wanted else None,
        "ready": all(answer.state is State.MET for _, answer in answers),
        "missing": [
            f"{rule.text.rstrip('.')}: {answer.missing}" for rule, answer in answers if answer.state is not State.MET
        ],
        "requirements": [_requirement(rule, answer) for rule, answer in answers],
        "letter": letter(record, told),
        "alternatives": [_alternative(one) for one in told],
        "scales": [
            {"file": one.file, "scale": one.scale, "date": _iso(one.day), "total": one.total, "grade": one.grade,
             "complete": one.complete}
            for one in record.scores
        ],
        "films": [
            {"file": one.file, "name": one.name, "date": _iso(one.day), "date_from": one.day_from,
             "usable": one.usable, "text": films.figures(one)}
            for one in record.films
        ],
        "sessions": [_session(record, one, latest=one is given) for one in record.sessions],
        "billing": bill,
    }  # fmt: skip
    cited = [key for rule, _ in answers for key in rule.sources] + [
        key for line in (bill or {}).get("lines", ()) for key in line["sources"]
    ]
    return result | {"sources": _sources(cited), "software": _software()}


def _payer(payer: Payer) -> dict[str, Any]:
    return {
        "key": payer.key,
        "name": payer.name,
        "country": payer.country or None,
        "note": payer.note,
        "example": payer.example,
    }


def _diagnosis(record: Record) -> dict[str, Any]:
    known = knowledge.disorders()[DISORDER]
    places = [place.to_json() for place, _ in record.sides]
    leader = record.leader
    return {
        "disorder": DISORDER,
        "name": known.name,
        "side": None if record.side is Side.NONE else record.side.value,
        "icd10cm": code(record),
        "sides_told": places,
        "assessment": None
        if leader is None
        else {"file": leader.file, "disorder": leader.disorder, "probability": leader.probability},
    }


def _requirement(rule: Rule, answer: Answer) -> dict[str, Any]:
    return {
        "kind": rule.kind.value,
        "asked": rule.text,
        "state": answer.state.value,
        "found": [place.to_json() for place in answer.found],
        "missing": answer.missing or None,
        "basis": rule.basis.value,
        "sources": list(rule.sources),
    }


def _alternative(one: Alternative) -> dict[str, Any]:
    return {
        "option": one.option,
        "name": one.name,
        "outcome": one.outcome,
        "counts": one.counts,
        "text": one.text,
        "where": one.place.to_json(),
    }


def _session(record: Record, one: Session, *, latest: bool) -> dict[str, Any]:
    earlier = [other.day for other in record.sessions if other.day < one.day]
    held_for: tuple[Place, ...] = () if one.planned else benefit(_only(record, one), 0).found
    return {
        "file": one.file,
        "planned": one.planned,
        "latest": latest,
        "date": one.day.isoformat(),
        "side": one.side,
        "product": one.product,
        "units": number(one.units),
        "sites": [
            {"muscle": site.muscle, "site": site.site, "side": site.side, "units": number(site.units)}
            for site in one.sites
        ],
        "days_since_last": (one.day - max(earlier)).days if earlier else None,
        "vial_units": None if one.vial_units is None else number(one.vial_units),
        "vials": one.vials,
        "wasted_units": None if one.wasted is None else number(one.wasted),
        "lots": [{"lot": lot, "expires": expires or None} for lot, expires in one.lots],
        "consent": one.consent,
        "benefit": [place.text for place in held_for],
        "adverse_events": list(one.adverse),
    }


def _only(record: Record, one: Session) -> Record:
    """Return the record with one session alone."""
    return Record(record.case_file, record.case, record.on, (one,), course=record.course)


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


def _sources(keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the sources that are cited; a text of a practice's own file stands for itself."""
    known = knowledge.sources()
    found = []
    for key in dict.fromkeys(keys):
        one = known.get(key)
        found.append(
            {"key": key, "cite": one.cite, "doi": one.doi, "pmid": one.pmid}
            if one
            else {"key": key, "cite": key, "doi": "", "pmid": ""}
        )
    return found


def _software() -> dict[str, Any]:
    return {"version": __version__, "knowledge_sha256": treatment.digest()}
