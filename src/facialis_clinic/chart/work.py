"""The clinician's work list: red flags first, then what waits, what got worse, and what is new since they last looked.

Two questions to the database: one union of lines, and the stories that were told since the last weighing, whose red
flags are read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import connection
from django.utils.timesince import timesince
from django.utils.timezone import get_current_timezone_name

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.care.models import Document, Order
from facialis_clinic.chart.mine import way
from facialis_clinic.chart.timeline_words import day_of
from facialis_clinic.electrodes.models import Kind as Electrodes
from facialis_clinic.electrodes.models import State as StudyState
from facialis_clinic.recordings.models import State

FEW: Final = 8
A_PAGE: Final = 30
# Beyond so many lines nobody reads on; the counts then say "or more".
MOST: Final = 2000
PARTS: Final = {
    "flags": "Red flags",
    "waits": "Waits for you",
    "worse": "Got worse",
    "news": "New since you last looked",
}
NEUROLOGISTS: Final = ("weigh", "release", "draft")
URGENCY: Final = {"emergency": ("emergency", "bad"), "same_day": ("today", "bad"), "soon": ("soon", "warn")}


@dataclass(frozen=True, slots=True)
class Line:
    """Something to be done or known.

    Attributes
    ----------
    part : str
        A key of :data:`PARTS`.
    what : str
        In a few words.
    person_id : UUID
        Of whom, ``who`` by name.
    since : datetime
        Since when.
    url : str
        Where it is done.
    badge : tuple of (str, str) or None
        A word and how it looks.
    detail : str
        May be empty.
    ago : str
        How long that is.
    """

    part: str
    what: str
    person_id: UUID
    who: str
    since: datetime
    url: str
    badge: tuple[str, str] | None = None
    detail: str = ""
    ago: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list as a page shows it."""

    key: str
    title: str
    lines: list[Line]
    count: int
    more: bool
    page: Page[Line] | None = None


def lines_of(user: User, *, now: datetime) -> list[Line]:
    """Return what is to be done and known of a clinician's patients, the urgent first in each part."""
    given: dict[str, Any] = {"user": user.pk, "now": now, "most": MOST, "zone": get_current_timezone_name()}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, given)
        found = [_line(row) for row in cursor.fetchall() if user.role == Role.NEUROLOGIST or row[0] not in NEUROLOGISTS]
        cursor.execute(_STORIES, given)
        flags = [line for row in cursor.fetchall() for line in _flags(*row)]
    lines = _by_person([*flags, *(line for line in found if line.part == "flags")])
    lines += [line for line in found if line.part != "flags"]
    return sorted((replace(line, ago=_ago(line.since, now)) for line in lines), key=_rank)


def parts(lines: Iterable[Line], asked: Mapping[str, str]) -> list[Part]:
    """Return the parts of the page: a few lines of each, or a page of the one that is asked for."""
    by_part: dict[str, list[Line]] = {key: [] for key in PARTS}
    for line in lines:
        by_part[line.part].append(line)
    chosen = asked.get("part", "")
    if chosen in PARTS:
        page = Paginator(by_part[chosen], A_PAGE).get_page(asked.get("page"))
        return [Part(chosen, PARTS[chosen], list(page), len(by_part[chosen]), False, page)]
    return [
        Part(key, PARTS[key], found[: _few(key)], len(found), len(found) > _few(key)) for key, found in by_part.items()
    ]


def _by_person(lines: list[Line]) -> list[Line]:
    """Return one line a patient and address: the most urgent red flag bears the names of the others."""
    together: dict[tuple[UUID, str], list[Line]] = {}
    for line in sorted(lines, key=_rank):
        together.setdefault((line.person_id, line.url), []).append(line)
    return [
        replace(first, what="; ".join(one.what for one in (first, *more)), detail=first.detail)
        for first, *more in together.values()
    ]


def _ago(since: datetime, now: datetime) -> str:
    told = timesince(since, now, depth=1)
    return "just now" if told.startswith("0") else f"{told} ago"


def _few(key: str) -> int:
    # A red flag is never behind another page.
    return A_PAGE if key == "flags" else FEW


def _rank(line: Line) -> tuple[int, float]:
    urgent = next((n for n, (word, _) in enumerate(URGENCY.values()) if line.badge and line.badge[0] == word), 3)
    # What waits has waited longest first; what is new comes newest first.
    at = line.since.timestamp()
    return urgent, at if line.part == "waits" else -at


def _flags(person_id: UUID, who: str, since: datetime, saved: Any, interview: UUID) -> list[Line]:
    import json

    from facialis.case import from_mapping
    from facialis.document import DocumentError
    from facialis.flags import of_case
    from facialis_clinic.intake.told import CASE

    told = json.loads(saved) if isinstance(saved, str) else saved
    try:
        raised = of_case(from_mapping({key: told[key] for key in CASE if told.get(key) is not None}))
    except DocumentError:
        # What contradicts itself cannot be weighed; it waits to be, which is a line of its own.
        return []
    there = way("chart:person", person_id)
    return [
        Line("flags", one.flag.title, person_id, who, since, there, URGENCY[one.urgency], "; ".join(one.because))
        for one in raised
    ]


def _line(row: tuple[Any, ...]) -> Line:
    kind, person_id, who, since, thing, one, two = row
    part, what, there, badge = _SAID[kind](person_id, thing, one or "", two or "")
    return Line(part, what, person_id, who, since, there, badge)


Saying = tuple[str, str, str, tuple[str, str] | None]


def _weigh(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", "Something new to be weighed", way("chart:person", person), None


def _release(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", "An answer to be released", way("chart:release", thing), None


def _flagged(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "flags", one, way("chart:assessment", thing), URGENCY.get(two, ("soon", "warn"))


def _urgent(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "flags", "Thoughts of self-harm were told", way("intake:scored", thing), URGENCY["emergency"]


def _draft(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", f"Not signed: {one or Document.Kind(two).label}", way("care:document", thing), None


def _ordered(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", f"No answer yet: {Order.Kind(one).label}", way("care:order", thing), None


def _plan(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", f"Injections are planned for {day_of(one)}", way("care:plan", thing), ("ready", "good")


def _medicines(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "waits", f"Medicines not gone through: {one}", way("intake:reconcile", person), None


def _alarm(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "worse", one.replace("_", " ").capitalize(), way("care:alarms", person), URGENCY.get(two)


def _film(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    if one == State.REFUSED:
        return "news", "A film that cannot be used", way("chart:room", thing), ("film again", "warn")
    return "news", "A film was measured", way("chart:room", thing), None


def _failed(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "news", "A film could not be measured", way("recordings:show", thing), ("failed", "bad")


def _study(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    name = Electrodes(one).short
    if two == StudyState.UNPLACED:
        return "waits", f"Electrodes not named yet: {name}", way("electrodes:place", thing), None
    if two == StudyState.FAILED:
        return "news", f"{name} could not be read", way("electrodes:show", thing), ("failed", "bad")
    refused = ("refused", "warn") if two == StudyState.REFUSED else None
    return "news", f"{name} was read", way("electrodes:show", thing), refused


def _told(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "news", "Told the story", way("intake:done", thing), None


def _diary(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "news", f"Wrote in the diary: {one} line{'' if one == '1' else 's'}", way("intake:diary", person), None


def _scale(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "news", f"Answered {one.upper().replace('_', '-')}", way("intake:scored", thing), None


def _aid(person: UUID, thing: UUID, one: str, two: str) -> Saying:
    return "news", "Weighed what can be done", way("care:aid", thing), None


_SAID: Final = {
    "weigh": _weigh, "release": _release, "flagged": _flagged, "urgent": _urgent, "draft": _draft, "order": _ordered,
    "plan": _plan, "medicines": _medicines, "alarm": _alarm, "film": _film, "failed": _failed, "study": _study,
    "told": _told, "diary": _diary, "scale": _scale, "aid": _aid,
}  # fmt: skip
# Whom the clinician looks after now, until when they have seen what is new, and what was weighed last of each.
_MINE: Final = """WITH mine AS (
    SELECT p.id, p.name, coalesce(l.until, '-infinity') AS until, a.id AS weighed, a.made_at, a.released_at
    FROM (SELECT DISTINCT person_id FROM people_careteam
          WHERE staff_id = %(user)s AND since <= %(now)s AND (until IS NULL OR until > %(now)s)) t
    JOIN people_person p ON p.id = t.person_id
    LEFT JOIN chart_look l ON l.person_id = p.id AND l.user_id = %(user)s
    LEFT JOIN LATERAL (SELECT id, made_at, released_at FROM chart_assessment
        WHERE person_id = p.id AND withdrawn_at IS NULL ORDER BY made_at DESC LIMIT 1) a ON true)
"""
_UNION: Final = """
SELECT 'weigh', m.id, m.name, max(n.at), NULL::uuid, '', '' FROM mine m
    JOIN (SELECT person_id, finished_at AS at FROM intake_interview WHERE finished_at IS NOT NULL
          UNION ALL SELECT r.person_id, f.measured_at FROM recordings_measurement f
          JOIN recordings_recording r ON r.id = f.recording_id WHERE r.state = 'measured'
          UNION ALL SELECT s.person_id, e.read_at FROM electrodes_reading e
          JOIN electrodes_study s ON s.id = e.study_id WHERE s.state = 'read'
          UNION ALL SELECT person_id, at FROM chart_remark WHERE withdrawn_at IS NULL) n ON n.person_id = m.id
    WHERE m.made_at IS NULL OR n.at > m.made_at GROUP BY m.id, m.name
UNION ALL SELECT 'release', id, name, made_at, weighed, '', '' FROM mine
    WHERE weighed IS NOT NULL AND released_at IS NULL
UNION ALL SELECT 'flagged', m.id, m.name, m.made_at, m.weighed, f->>'title', f->>'urgency' FROM mine m
    JOIN chart_assessment a ON a.id = m.weighed CROSS JOIN LATERAL jsonb_array_elements(a.result->'red_flags') f
    WHERE m.released_at IS NULL AND NOT EXISTS (SELECT 1 FROM intake_interview i
        WHERE i.person_id = m.id AND i.touched_at > m.made_at)
UNION ALL SELECT 'urgent', m.id, m.name, s.answered_at, s.id, '', '' FROM mine m
    JOIN intake_scale s ON s.person_id = m.id AND jsonb_array_length(coalesce(s.result->'urgent', '[]')) > 0
    WHERE s.answered_at > coalesce(greatest(m.made_at, m.released_at), '-infinity')
UNION ALL SELECT 'draft', m.id, m.name, d.made_at, d.id, d.title, d.kind FROM mine m
    JOIN care_document d ON d.person_id = m.id AND d.signed_at IS NULL
UNION ALL SELECT 'order', m.id, m.name, o.ordered_at, o.id, o.kind, '' FROM mine m
    JOIN care_order o ON o.person_id = m.id AND o.state = 'ordered'
UNION ALL SELECT 'plan', m.id, m.name, c.made_at, c.id, c.day::text, '' FROM mine m
    JOIN care_plan c ON c.person_id = m.id AND c.state = 'ready'
UNION ALL SELECT 'medicines', m.id, m.name, min(d.told_at), NULL, count(*)::text, '' FROM mine m
    JOIN intake_medicine d ON d.person_id = m.id AND d.reconciled_at IS NULL AND d.ended_at IS NULL
    GROUP BY m.id, m.name
UNION ALL SELECT 'alarm', m.id, m.name, w.raised_on::timestamp AT TIME ZONE %(zone)s, w.id,
    coalesce(w.told->>'title', w.code), w.urgency
    FROM mine m JOIN care_alarm w ON w.person_id = m.id AND w.seen_at IS NULL
UNION ALL SELECT 'film', m.id, m.name, f.measured_at, f.id, r.state, '' FROM mine m
    JOIN recordings_recording r ON r.person_id = m.id
    JOIN recordings_measurement f ON f.recording_id = r.id AND f.measured_at > m.until
UNION ALL SELECT 'failed', m.id, m.name, r.created_at, r.id, '', '' FROM mine m
    JOIN recordings_recording r ON r.person_id = m.id AND r.state = 'failed' AND r.created_at > m.until
UNION ALL SELECT 'study', m.id, m.name, max(coalesce(e.read_at, s.created_at)), s.id, s.kind, s.state FROM mine m
    JOIN electrodes_study s ON s.person_id = m.id LEFT JOIN electrodes_reading e ON e.study_id = s.id
    WHERE s.state = 'unplaced' OR s.state IN ('read', 'refused') AND e.read_at > m.until
        OR s.state = 'failed' AND s.created_at > m.until GROUP BY m.id, m.name, s.id
UNION ALL SELECT 'told', m.id, m.name, i.finished_at, i.id, '', '' FROM mine m
    JOIN intake_interview i ON i.person_id = m.id AND i.finished_at > m.until
UNION ALL SELECT 'diary', m.id, m.name, max(e.written_at), NULL, count(*)::text, '' FROM mine m
    JOIN intake_entry e ON e.person_id = m.id AND e.written_at > m.until GROUP BY m.id, m.name
UNION ALL SELECT 'scale', m.id, m.name, s.answered_at, s.id, s.name, '' FROM mine m
    JOIN intake_scale s ON s.person_id = m.id AND s.answered_at > m.until
UNION ALL SELECT 'aid', m.id, m.name, c.answered_at, c.id, '', '' FROM mine m
    JOIN care_choice c ON c.person_id = m.id AND c.answered_at > m.until
LIMIT %(most)s"""
_NEWEST: Final = """SELECT m.id, m.name, i.touched_at, i.saved, i.id FROM mine m JOIN LATERAL (
    SELECT id, touched_at, saved FROM intake_interview WHERE person_id = m.id
    ORDER BY finished_at DESC NULLS FIRST, touched_at DESC LIMIT 1) i ON true
WHERE i.touched_at > coalesce(m.made_at, '-infinity') LIMIT %(most)s"""
_LINES: Final = _MINE + _UNION
_STORIES: Final = _MINE + _NEWEST
