"""A person's chart on one page: what one question to the database tells of them, laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from facialis_clinic.care.models import Alarm
from facialis_clinic.chart import timeline, weighed
from facialis_clinic.chart.access import Opened
from facialis_clinic.chart.models import Assessment, Remark
from facialis_clinic.electrodes.models import Reading
from facialis_clinic.electrodes.models import State as Read
from facialis_clinic.intake.models import Circumstance, Interview, Medicine
from facialis_clinic.library.here import today
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement, State

YEAR_DAYS: Final = 365.25
# What a treatment must not overlook, in the order in which it is said.
WARNINGS: Final = ("pregnancy", "pregnancy_planned", "breastfeeding", "anticoagulant", "antiplatelet")
# What was done, and what makes a treatment safer, is no warning.
NO_WARNING: Final = frozenset({"mri_done", "whole_scan_read", "audiogram_done", "hla_b1502_negative"})
ASSESSED: Final = ("id", "result", "case", "made_at", "released_at", "version")
SETTINGS: Final = {"specialist": "specialist clinic", "primary_care": "primary care", "self_referred": "self-referred"}


@cache
def people() -> QuerySet[Person]:
    """Return people with what their chart shows at its head, so that one query brings it all.

    It is put together once and never evaluated itself: every filter makes a copy.
    """
    own = {"person": OuterRef("pk")}
    story = Interview.objects.filter(**own).order_by(F("finished_at").desc(nulls_first=True), "-touched_at")
    result = Assessment.objects.filter(**own, withdrawn_at=None).order_by("-made_at", "-pk")
    standing = Medicine.objects.filter(**own, ended_at=None).order_by("kind", "name")
    films = Measurement.objects.filter(recording__person=OuterRef("pk"), recording__state=State.MEASURED)
    electrodes = Reading.objects.filter(study__person=OuterRef("pk"), study__state=Read.READ)
    alarms = Alarm.objects.filter(**own, seen_at=None).order_by("raised_on")
    return Person.objects.annotate(
        story=Subquery(story.values(one=JSONObject(id="id", saved="saved", at="touched_at", ended="finished_at"))[:1]),
        weighed=Subquery(result.values(one=JSONObject(**{name: name for name in ASSESSED}))[:1]),
        taken=ArraySubquery(
            standing.values(one=JSONObject(kind="kind", name="name", detail="detail", gone_through="reconciled_at"))
        ),
        asked=ArraySubquery(
            Circumstance.objects.filter(**own, state="present").values(one=JSONObject(code="code", at="told_at"))
        ),
        alarmed=ArraySubquery(alarms.values(one=JSONObject(told="told", code="code", urgency="urgency"))),
        filmed_at=Subquery(films.values("recording__person").annotate(at=Max("measured_at")).values("at")[:1]),
        studied_at=Subquery(electrodes.values("study__person").annotate(at=Max("read_at")).values("at")[:1]),
        remarked_at=Subquery(Remark.objects.filter(**own).values("person").annotate(at=Max("at")).values("at")[:1]),
        by_hand=Exists(Remark.objects.filter(**own, withdrawn_at=None)),
    )


def page(opened: Opened, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the chart shows beside the panels of the other parts.

    Parameters
    ----------
    opened : Opened
        From a gate that asked for :func:`people`.
    asked : mapping
        ``show`` and ``page`` of the timeline.
    """
    person = opened.person
    assessment = assessment_of(person)
    show = asked.get("show", "")
    turned = timeline.turned(person, for_patient=False, page=timeline.page_of(asked), show=show)
    short = weighed.short(assessment) if assessment is not None else None
    raised = flags(person, assessment, short)
    return {
        "person": person,
        "decides": opened.decides,
        "age": years(person.born, today(opened.now)),
        "setting": SETTINGS.get(_saved(person).get("setting", ""), ""),
        "warnings": warnings(person),
        "assessment": assessment,
        "weighed": short,
        "new": since(person, assessment),
        "flags": raised,
        "soon": soon(raised),
        "alarms": alarms(person),
        "medicines": medicines(person),
        "story": person.story,  # type: ignore[attr-defined]
        "timeline": turned,
        "show": show if show in timeline.GROUPS else "",
        "groups": [(key, name) for key, (name, _) in timeline.GROUPS.items()],
    }


def years(born: date | None, on: date) -> int | None:
    """Return an age in whole years."""
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def assessment_of(person: Person) -> Assessment | None:
    """Return the newest weighing that came with the person."""
    found = person.weighed  # type: ignore[attr-defined]
    if found is None:
        return None
    times = {name: _moment(found[name]) for name in ("made_at", "released_at")}
    return Assessment(**{**found, **times}, person=person)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _saved(person: Person) -> Mapping[str, Any]:
    story = person.story  # type: ignore[attr-defined]
    return story["saved"] if story else {}


def warnings(person: Person) -> list[tuple[str, str]]:
    """Return what must not be overlooked, each in a word, with how it looks: circumstances and allergies."""
    from facialis.knowledge.treatment import circumstances

    known = circumstances()
    said = {one["code"] for one in person.asked}  # type: ignore[attr-defined]
    names = [one["name"] for one in person.taken if one["kind"] == Medicine.Kind.MEDICINE]  # type: ignore[attr-defined]
    said |= {code for code in ("anticoagulant", "antiplatelet") if _named(names, known[code].medicines)}
    order = [code for code in WARNINGS if code in said] + sorted(said - set(WARNINGS) - NO_WARNING)
    allergies = [one["name"] for one in person.taken if one["kind"] == Medicine.Kind.ALLERGY]  # type: ignore[attr-defined]
    return [(f"Allergy: {name}", "bad") for name in allergies] + [
        (known[code].term, "bad" if code in WARNINGS else "warn") for code in order if code in known
    ]


def _named(told: Sequence[str], known: Sequence[str]) -> bool:
    return any(name in one.lower() for one in told for name in known)


def medicines(person: Person) -> dict[str, Any]:
    """Return what the panel of medicines and allergies shows, which came with the person."""
    taken = person.taken  # type: ignore[attr-defined]
    return {
        "clinician": True,
        "medicines": [one for one in taken if one["kind"] == Medicine.Kind.MEDICINE],
        "allergies": [one for one in taken if one["kind"] == Medicine.Kind.ALLERGY],
        "unread": sum(one["gone_through"] is None for one in taken),
    }


def since(person: Person, assessment: Assessment | None) -> list[str]:
    """Return what has come since the newest weighing, in words; all that there is where nothing was weighed."""
    story = person.story  # type: ignore[attr-defined]
    came = {
        "the story was told or changed": _moment(story["at"]) if story else None,
        "a film was measured": person.filmed_at,  # type: ignore[attr-defined]
        "a recording of electrodes was read": person.studied_at,  # type: ignore[attr-defined]
        "a finding was put down by hand": person.remarked_at,  # type: ignore[attr-defined]
    }
    last = assessment.made_at if assessment is not None else None
    return [what for what, at in came.items() if at is not None and (last is None or at > last)]


def flags(person: Person, assessment: Assessment | None, short: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the red flags of the newest weighing and those that were told since, the most urgent first."""
    from facialis.diagnosis.page.words import URGENCY

    raised = {flag["code"]: {**flag, "new": False} for flag in (short["flags"] if short else [])}
    story = person.story  # type: ignore[attr-defined]
    told_at = _moment(story["at"]) if story else None
    if told_at is not None and (assessment is None or told_at > assessment.made_at):
        for one in told_flags(_saved(person)):
            flag = one.to_json()
            raised.setdefault(flag["code"], {**flag, "word": URGENCY[flag["urgency"]], "new": True})
    order = list(URGENCY)
    return sorted(raised.values(), key=lambda flag: order.index(flag["urgency"]))


def soon(raised: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the flags that do not stand before everything else."""
    return [flag for flag in raised if flag["urgency"] == "soon"]


def told_flags(saved: Mapping[str, Any]) -> list[Any]:
    """Return the red flags of what an interview tells; none where it contradicts itself, which weighing then says."""
    from facialis.case import from_mapping
    from facialis.document import DocumentError
    from facialis.flags import of_case
    from facialis_clinic.intake.told import CASE

    try:
        return list(of_case(from_mapping({key: saved[key] for key in CASE if saved.get(key) is not None})))
    except DocumentError:
        return []


def alarms(person: Person) -> list[tuple[str, str]]:
    """Return what got worse and nobody has seen to yet, with how it looks."""
    return [
        (one["told"].get("title") or one["code"].replace("_", " "), "bad" if one["urgency"] in URGENT else "warn")
        for one in person.alarmed  # type: ignore[attr-defined]
    ]


URGENT: Final = ("emergency", "same_day")
