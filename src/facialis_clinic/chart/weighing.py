"""What is known of a person, put together to be weighed: told, measured, done, and what a clinician says of it.

A remark by hand overrules what was told or measured of the same finding: that is taken out of what is weighed and stays
written beside it. Nothing here is a gate: whoever calls has opened the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import F
from django.db.models.functions import Coalesce, TruncDate

from facialis.case import RESULTS, Case, from_mapping
from facialis.findings import State
from facialis_clinic.care.models import Treatment
from facialis_clinic.chart.models import Assessment, Remark
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.electrodes.models import Reading
from facialis_clinic.electrodes.models import State as Read
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.told import case_of_interview, newest_interview
from facialis_clinic.library.here import today
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement
from facialis_clinic.recordings.models import State as Stage

YEAR_DAYS: Final = 365.25
MONTH_DAYS: Final = YEAR_DAYS / 12
# Of so many of the newest films one will be usable; older ones tell of another time.
_LOOKED_AT: Final = 8


@dataclass(frozen=True, slots=True)
class Overruled:
    """A finding as it was told or measured, and what a clinician says instead."""

    was: Mapping[str, Any]
    remark: Remark

    def words(self) -> str:
        """Say it in a line."""
        from facialis import knowledge

        known = knowledge.findings().get(self.remark.code)
        name = known.term if known else self.remark.code.replace("_", " ")
        before, after = said(self.was), said({"state": self.remark.state, "side": self.remark.side})
        who = self.remark.by.get_full_name() if self.remark.by is not None else "a clinician"
        return (
            f"{name}: {self.was['source']} said {before}; {who} says {after}: {self.remark.reason or 'no reason given'}"
        )


@dataclass(frozen=True, slots=True)
class Known:
    """All that goes into a weighing.

    Attributes
    ----------
    fields : mapping
        Age, sex and the like, as :func:`facialis.case.from_mapping` reads them.
    told : list of mapping
        Findings as they were told by the patient or stand in the record.
    results : mapping
        What was measured, as it stands after the verdicts, by a name.
    remarks : list of Remark
        What clinicians put down by hand and did not withdraw.
    measurements : list of Measurement
        The films among ``results``.
    """

    fields: Mapping[str, Any]
    told: Sequence[Mapping[str, Any]]
    results: Mapping[str, Mapping[str, Any]]
    remarks: Sequence[Remark]
    measurements: Sequence[Measurement] = field(default=())

    def case(self) -> Case:
        """Return it as the library weighs it.

        Raises
        ------
        facialis.document.DocumentError
            When it contradicts itself, in one line.
        """
        gone = {(one.remark.code, one.was["source"]) for one in self.overruled()}
        told = [row for row in self.told if (row["code"], _source(row)) not in gone]
        by_hand = [_finding(one) for one in self.remarks]
        results = {
            name: {**one, "findings": [row for row in one["findings"] if (row["code"], _reader(one)) not in gone]}
            for name, one in self.results.items()
        }
        return from_mapping({**self.fields, "findings": [*told, *by_hand]}, results=results)

    def overruled(self) -> list[Overruled]:
        """Return what is not weighed because a clinician says otherwise."""
        return [
            Overruled(row, remark)
            for remark in self.remarks
            for row in self.said_of(remark.code)
            if differs(row, remark.state, remark.side)
        ]

    def said_of(self, code: str) -> list[dict[str, Any]]:
        """Return what was told and measured of a finding, each with its source."""
        rows = [
            *({**row, "source": _source(row)} for row in self.told),
            *({**row, "source": _reader(one)} for one in self.results.values() for row in one["findings"]),
        ]
        return [row for row in rows if row["code"] == code]


def differs(row: Mapping[str, Any], state: str, side: str) -> bool:
    """Whether a clinician's state and side overrule a finding; what nobody could tell is answered, not overruled."""
    if row["state"] == State.NOT_ASSESSABLE:
        return False
    sides = {row.get("side") or "none", side} - {"none"}
    return bool(row["state"] != state or (state == State.PRESENT and len(sides) > 1))


def said(row: Mapping[str, Any]) -> str:
    """Say a state and its side: "present, left"."""
    state = str(row["state"]).replace("_", " ")
    return state if row.get("side") in (None, "", "none") else f"{state}, {row['side']}"


def case_of(person: Person, *, now: datetime, given: Sequence[Treatment] | None = None) -> Case:
    """Return what is known of a person as the library weighs it.

    Parameters
    ----------
    person : Person
        From a gate.
    now : datetime
        The moment: of the age, and of how long ago a treatment was.
    given : sequence of Treatment, optional
        What was given, as it stands, by day; asked for where it is not at hand.

    Raises
    ------
    facialis.document.DocumentError
        When it contradicts itself, in one line.
    """
    return known_of(person, now=now, given=given).case()


def known_of(person: Person, *, now: datetime, given: Sequence[Treatment] | None = None) -> Known:
    """Return what is known of a person, by five questions to the database."""
    interview = newest_interview(person.pk)
    fields, told = _told(person, interview, now=now)
    films = usable(_newest_films(person))
    return Known(
        fields=fields,
        told=[*told, *_done(person, given, now=now)],
        results={_name(one): result_of(one) for one in films} | _of_electrodes(person),
        remarks=list(Remark.objects.filter(person=person, withdrawn_at=None).select_related("by").order_by("at", "pk")),
        measurements=films,
    )


def newest(person: Person) -> Assessment | None:
    """Return what was weighed last and still stands."""
    return Assessment.objects.filter(person=person, withdrawn_at=None).order_by("-made_at", "-pk").first()


def usable(films: Iterable[Measurement]) -> list[Measurement]:
    """Return the newest film that can be used and those of the same day, out of films in order, the newest first."""
    found: list[Measurement] = []
    seen = set()
    for one in films:
        if one.recording_id in seen:
            continue
        seen.add(one.recording_id)
        if one.result["quality"]["verdict"] != "refused" and (not found or _day(one) == _day(found[0])):
            found.append(one)
    return found


def _newest_films(person: Person) -> list[Measurement]:
    rows = Measurement.objects.filter(recording__person=person, recording__state=Stage.MEASURED)
    day = Coalesce(F("recording__filmed_on"), TruncDate("recording__created_at"))
    order = rows.select_related("recording", "review").order_by(day.desc(), "-recording__created_at", "-measured_at")
    return list(order.defer("words")[:_LOOKED_AT])


def _of_electrodes(person: Person) -> dict[str, dict[str, Any]]:
    """Return the newest recording of electrodes of each kind, and of each nerve that was stimulated, by a name.

    What one of them could not tell is left out where another one could.
    """
    rows = Reading.objects.filter(study__person=person, study__state=Read.READ).select_related("study")
    day = Coalesce(F("study__recorded_on"), TruncDate("study__created_at"))
    found: dict[tuple[str, ...], Reading] = {}
    for one in rows.order_by(day.desc(), "-study__created_at", "-read_at")[:_LOOKED_AT]:
        stimulated = {str(channel.get("stimulated", "")) for channel in one.result["source"]["channels"]}
        found.setdefault((one.study.kind, *sorted(stimulated)), one)
    unclear = State.NOT_ASSESSABLE.value
    every = [row for one in found.values() for row in one.result["findings"]]
    told = {row["code"] for row in every if row["state"] != unclear}
    return {
        _electrodes_name(one): {
            **one.result,
            "findings": [row for row in one.result["findings"] if row["state"] != unclear or row["code"] not in told],
        }
        for one in found.values()
    }


def _electrodes_name(reading: Reading) -> str:
    study = reading.study
    on = study.recorded_on or today(study.created_at)
    return f"{study.title.lower()} of {on:%-d %B %Y} ({str(study.pk)[:8]})"


def _day(measurement: Measurement) -> date:
    film = measurement.recording
    return film.filmed_on or today(film.created_at)


def _name(measurement: Measurement) -> str:
    return f"film of {_day(measurement):%-d %B %Y} ({str(measurement.recording_id)[:8]})"


def _told(
    person: Person, interview: Interview | None, *, now: datetime
) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]]]:
    """Return the fields and the findings that were told, as of now: an interview ages as the person does."""
    told = case_of_interview(interview) if interview is not None else {}
    findings = told.pop("findings", [])
    if person.born is not None:
        told["age"] = int((today(now) - person.born).days / YEAR_DAYS)
    onset, age, months = (told.get(key) for key in ("age_at_onset", "age", "duration_months"))
    if onset is not None and age is not None and onset > age:
        # A birthday that was told wrong at one of the two places: neither is worth more than the other.
        told.pop("age_at_onset")
    if months is not None and interview is not None:
        months += max((now - interview.touched_at) / timedelta(days=MONTH_DAYS), 0.0)
        told["duration_months"] = round(months, 1)
        if onset is not None and age is not None and abs(months / 12 - (age - onset)) > 1:
            told.pop("duration_months")
    return told, findings


def _done(person: Person, given: Sequence[Treatment] | None, *, now: datetime) -> list[dict[str, Any]]:
    """Return what treatments on record say: toxin of late may hide signs, and an operation explains others."""
    from facialis import knowledge

    rows = Treatment.objects.filter(person=person, superseded_by=None).order_by("day").only("kind", "day")
    last = {one.kind: one.day for one in (rows if given is None else given) if one.day <= today(now)}
    injected, operated = last.get(Treatment.Kind.INJECTION), last.get(Treatment.Kind.OPERATION)
    found = []
    if injected and (today(now) - injected).days <= knowledge.threshold("recent_toxin_months") * MONTH_DAYS:
        found.append(_on_record("recent_toxin", f"an injection session on {injected:%-d %B %Y}"))
    if operated:
        found.append(_on_record("prior_decompression", f"an operation on {operated:%-d %B %Y}"))
    return found


def _on_record(code: str, because: str) -> dict[str, Any]:
    return {"code": code, "state": State.PRESENT.value, "source": "record", "because": [because]}


def _finding(remark: Remark) -> dict[str, Any]:
    because = [remark.reason] if remark.reason else []
    told = {"code": remark.code, "state": remark.state, "side": remark.side or "none"}
    return {**told, "source": "clinician", "because": because}


def _reader(result: Mapping[str, Any]) -> str:
    """Return who reads such a result: the camera, or electrodes."""
    return RESULTS[result["schema"]]


def _source(row: Mapping[str, Any]) -> str:
    return str(row.get("source") or "patient")
