"""Everything that happened to a person, the newest first: one question to the database, a page at a time.

Each kind of thing is a part of one union that carries ids and words only. What is heavy, results of a film or of a
weighing, is asked of the lines of the page alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils.timezone import get_current_timezone_name

from facialis_clinic.chart.timeline_words import worded
from facialis_clinic.people.models import Person

A_PAGE: Final = 20
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "films": ("Films", ("recording", "measurement")),
    "told": ("Told", ("interview", "scale", "diary")),
    "answers": ("Findings and answers", ("finding", "finding_end", "assessment", "release", "withdrawal")),
    "tests": ("Tests and letters", ("order", "order_end", "study", "reading", "document", "signed", "shared")),
    "care": ("Treatment", ("treatment", "plan", "aid", "aid_answer", "alarm")),
    "consents": ("Consents", ("consent", "consent_end")),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the timeline.

    Attributes
    ----------
    at : datetime
        When it happened.
    kind : str
        What it is, as :data:`GROUPS` names it.
    title, detail : str
        In words; the detail may be empty.
    url : str
        Where it can be opened; empty where nowhere.
    badge : tuple of (str, str) or None
        Its state in a word, and how it looks.
    whole_day : bool
        Whether only the day is known.
    """

    at: datetime
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    badge: tuple[str, str] | None = None
    whole_day: bool = False

    @property
    def text(self) -> str:
        """The detail, as the kit calls it."""
        return self.detail


@dataclass(frozen=True, slots=True)
class Turned:
    """A page of it; ``older`` and ``newer`` are the numbers of the pages beside it, or None."""

    moments: list[Moment]
    older: int | None
    newer: int | None


def timeline(person: Person, *, for_patient: bool, page: int, show: str = "") -> list[Moment]:
    """Return a page of what happened, the newest first.

    Parameters
    ----------
    person : Person
        From a gate.
    for_patient : bool
        Leave out what is not released or shared, and what only clinicians write.
    page : int
        From 1.
    show : str
        A key of :data:`GROUPS`; all where it is none.
    """
    return turned(person, for_patient=for_patient, page=page, show=show).moments


def turned(person: Person, *, for_patient: bool, page: int, show: str = "") -> Turned:
    """Return a page with the numbers of those beside it; parameters as of :func:`timeline`."""
    page = min(max(page, 1), 10_000)
    kinds = GROUPS[show][1] if show in GROUPS else ()
    given: dict[str, Any] = {"person": person.pk, "most": A_PAGE + 1, "skip": (page - 1) * A_PAGE}
    given["zone"] = get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(_sql(for_patient, kinds), given)
        rows = cursor.fetchall()
    moments = [_moment(row, person, for_patient=for_patient) for row in rows[:A_PAGE]]
    return Turned(moments, page + 1 if len(rows) > A_PAGE else None, page - 1 if page > 1 else None)


def page_of(asked: Mapping[str, str]) -> int:
    """Return the number of the page that is asked for; the first where it is none."""
    told = asked.get("page", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 1


def _moment(row: tuple[Any, ...], person: Person, *, for_patient: bool) -> Moment:
    at, kind, thing, one, two, more = row
    told = json.loads(more) if isinstance(more, str) else more or {}
    said = worded(kind, thing, (one or "", two or ""), told, person, for_patient=for_patient)
    return Moment(at, kind, said.title, said.detail, said.url, said.badge, kind in ("treatment", "diary", "alarm"))


def _sql(for_patient: bool, kinds: tuple[str, ...]) -> str:
    parts = [
        f"SELECT ({at})::timestamptz AS at, '{kind}' AS kind, ({thing})::uuid AS thing, "  # noqa: S608 - constants below
        f"({one})::text AS one, ({two})::text AS two FROM {source} WHERE {mine} = %(person)s AND ({where})"
        for kind, at, thing, one, two, source, mine, where, shared in _PARTS
        if (not kinds or kind in kinds)
        for where in ([shared if for_patient else where] if not for_patient or shared else [])
    ]
    if not kinds or "diary" in kinds:
        parts.append(_DIARY)
    page = " UNION ALL ".join(parts) + " ORDER BY at DESC, kind, thing LIMIT %(most)s OFFSET %(skip)s"
    what = f"SELECT m.at, m.kind, m.thing, m.one, m.two, {_MORE} AS more"
    return f"{what} FROM ({page}) AS m ORDER BY m.at DESC, m.kind, m.thing"


# A day has no hour: it stands at midnight of the clock by which the pages tell the time.
_AT_HOME: Final = "({}::timestamp AT TIME ZONE %(zone)s)"
# kind, when, which, two words of it, where it lies, whose it is, which rows, and which of them the patient sees.
_ALL: Final = "true"
_NOT: Final = ""
_PARTS: Final = (
    ("interview", "coalesce(finished_at, touched_at)", "id", "(finished_at IS NOT NULL)", "''",
     "intake_interview", "person_id", _ALL, _ALL),
    ("scale", "answered_at", "id", "name", "''", "intake_scale", "person_id", _ALL, _ALL),
    ("recording", "created_at", "id", "state", "name", "recordings_recording", "person_id", _ALL, _ALL),
    ("measurement", "m.measured_at", "m.id", "r.state", "r.id",
     "recordings_measurement m JOIN recordings_recording r ON r.id = m.recording_id", "r.person_id", _ALL, _NOT),
    ("study", "created_at", "id", "kind", "state", "electrodes_study", "person_id", _ALL, _ALL),
    ("reading", "e.read_at", "e.id", "s.kind", "s.id",
     "electrodes_reading e JOIN electrodes_study s ON s.id = e.study_id", "s.person_id", _ALL, _NOT),
    ("finding", "at", "id", "code", "state || ' ' || side", "chart_remark", "person_id", _ALL, _NOT),
    ("finding_end", "withdrawn_at", "id", "code", "''", "chart_remark", "person_id", "withdrawn_at IS NOT NULL", _NOT),
    ("assessment", "made_at", "id", "''", "''", "chart_assessment", "person_id", _ALL, _NOT),
    ("release", "released_at", "id", "''", "''", "chart_assessment", "person_id", "released_at IS NOT NULL",
     "released_at IS NOT NULL AND withdrawn_at IS NULL"),
    ("withdrawal", "withdrawn_at", "id", "''", "''", "chart_assessment", "person_id",
     "withdrawn_at IS NOT NULL", _NOT),
    ("order", "ordered_at", "id", "kind", "state", "care_order", "person_id", _ALL, _ALL),
    ("order_end", "ended_at", "id", "kind", "state", "care_order", "person_id", "ended_at IS NOT NULL", _NOT),
    ("document", "made_at", "id", "title", "kind", "care_document", "person_id", "signed_at IS NULL", _NOT),
    ("signed", "signed_at", "id", "title", "kind", "care_document", "person_id", "signed_at IS NOT NULL", _NOT),
    ("shared", "shared_at", "id", "title", "kind", "care_document", "person_id", "shared_at IS NOT NULL",
     "shared_at IS NOT NULL AND signed_at IS NOT NULL"),
    ("treatment", _AT_HOME.format("day"), "id", "kind", "side", "care_treatment", "person_id", _ALL, _ALL),
    ("plan", "made_at", "id", "state", "day", "care_plan", "person_id", _ALL, _NOT),
    ("aid", "handed_at", "id", "''", "''", "care_choice", "person_id", _ALL, _ALL),
    ("aid_answer", "answered_at", "id", "leaning", "''", "care_choice", "person_id", "answered_at IS NOT NULL",
     "answered_at IS NOT NULL"),
    ("alarm", _AT_HOME.format("raised_on"), "id", "code", "side", "care_alarm", "person_id", _ALL, _NOT),
    ("consent", "given_at", "id", "use", "no", "people_consent", "person_id", _ALL, _ALL),
    ("consent_end", "withdrawn_at", "id", "use", "''", "people_consent", "person_id", "withdrawn_at IS NOT NULL",
     "withdrawn_at IS NOT NULL"),
)  # fmt: skip
_DIARY: Final = f"""SELECT {_AT_HOME.format("max(day)")} AS at, 'diary' AS kind, NULL::uuid AS thing,
    count(DISTINCT day)::text AS one,
    concat_ws(' to ', min(severity), CASE WHEN max(severity) > min(severity) THEN max(severity) END) AS two
FROM intake_entry WHERE person_id = %(person)s GROUP BY date_trunc('month', day)"""  # noqa: S608 - constants above
_LEADER: Final = (
    "jsonb_build_object('name', {0}#>>'{{differential,0,name}}', 'share', {0}#>'{{differential,0,probability}}', "
    "'explained', {0}#>'{{answer,explained}}', 'flags', jsonb_array_length({0}->'red_flags'))"
).format("a.result")
_FILM: Final = (
    "jsonb_build_object('verdict', {0}#>>'{{quality,verdict}}', 'side', {0}#>>'{{summary,affected_side}}', "
    "'rate', {0}#>'{{summary,spasms_per_min}}', 'reviewed', v.id IS NOT NULL, 'released', f.released_at IS NOT NULL)"
).format("coalesce(v.reviewed, f.result)")
_ELECTRODES: Final = (
    "jsonb_build_object('verdict', e.result#>>'{quality,verdict}', 'side', e.result#>>'{summary,affected_side}', "
    "'rate', e.result#>'{summary,bursts_per_min}', 'present', jsonb_path_query_array(e.result, "
    "'$.findings[*] ? (@.state == \"present\").code'))"
)
_MORE: Final = f"""CASE m.kind
WHEN 'assessment' THEN (SELECT {_LEADER} FROM chart_assessment a WHERE a.id = m.thing)
WHEN 'measurement' THEN (SELECT {_FILM} FROM recordings_measurement f
    LEFT JOIN chart_review v ON v.measurement_id = f.id WHERE f.id = m.thing)
WHEN 'reading' THEN (SELECT {_ELECTRODES} FROM electrodes_reading e WHERE e.id = m.thing)
WHEN 'scale' THEN (SELECT jsonb_build_object('score', s.result->'score', 'grade', s.result->'grade',
    'urgent', coalesce(jsonb_array_length(s.result->'urgent'), 0)) FROM intake_scale s WHERE s.id = m.thing)
WHEN 'alarm' THEN (SELECT w.told FROM care_alarm w WHERE w.id = m.thing)
WHEN 'finding' THEN (SELECT jsonb_build_object('reason', r.reason) FROM chart_remark r WHERE r.id = m.thing)
END"""  # noqa: S608 - constants above
