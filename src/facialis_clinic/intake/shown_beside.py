"""What the pages of diary, scales and medicines say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from facialis.findings import State
from facialis.followup.page.scales import Span
from facialis.followup.symptoms import Warned, to_tick
from facialis.history.scales import AnswersError, score
from facialis.history.scales import Scale as Form
from facialis.history.scales import change as changed
from facialis.history.scales.words import in_words, range_of
from facialis.knowledge.treatment import circumstances
from facialis.paper import plot
from facialis_clinic.intake.forms_of_scales import answerable, form_of, numbered, scale_here
from facialis_clinic.intake.models import Entry, Medicine, Scale
from facialis_clinic.intake.told import circumstances_of, medicines_of

# Asked by name before an injection, whatever stands on the list of medicines.
ASKED: Final = (
    "anticoagulant", "antiplatelet", "other_toxin_recent", "toxin_allergy", "swallowing_disorder", "dry_eye",
    "lid_surgery", "lagophthalmos",
)  # fmt: skip
THINNERS: Final = ("anticoagulant", "antiplatelet")
LINES: Final = 30
PICTURE: Final = timedelta(days=92)
_SAID: Final = {State.PRESENT: "yes", State.ABSENT: "no", State.NOT_ASSESSABLE: "unknown"}
SIDES: Final = {"left": ("left",), "right": ("right",), "both": ("left", "right")}


def lines(person_id: UUID) -> list[Entry]:
    """Return the diary, the newest day first."""
    return list(Entry.objects.filter(person=person_id).order_by("-day", "side"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the diary in words."""

    entry: Entry
    noticed: tuple[str, ...]


def in_lines(rows: Sequence[Entry]) -> list[Line]:
    """Return the newest lines, what was noticed in words."""
    words = to_tick()
    return [Line(row, tuple(words.get(code, code) for code in row.symptoms)) for row in rows[:LINES]]


def picture(rows: Sequence[Entry], today: date) -> plot.Plot | None:
    """Draw the scores of the last months, a line a side; nothing before there are two days."""
    recent = [row for row in rows if row.severity is not None and today - PICTURE <= row.day <= today]
    if len({row.day for row in recent}) < 2:
        return None
    first = min(row.day for row in recent)
    across, up = Span.of(first, today, 30.0, 330.0), plot.Axis(0.0, 10.0, 132.0, 12.0)
    marks: list[plot.Path | plot.Text] = []
    for step in (0, 5, 10):
        marks.append(plot.Path(plot.level(30.0, up(step), 330.0), "grid"))
        marks.append(plot.Text(24.0, up(step) + 4.0, str(step), "end", "tick"))
    marks += [plot.Text(min(x, 316.0), 152.0, word, "middle", "tick") for x, word in across.ticks(4)]
    for side in ("left", "right"):
        told = sorted((row.day, float(row.severity or 0)) for row in recent if side in SIDES.get(row.side, ()))
        if not told:
            continue
        x, y = np.array([across(day) for day, _ in told]), np.array([up(value) for _, value in told])
        marks.append(plot.Path(plot.line(x, y), f"line-{side}"))
        marks += [
            plot.Path(plot.diamond(a, b, 4.0), f"point-{side}", f"{day:%-d %B}: {value:.0f}, {side}")
            for a, b, (day, value) in zip(x, y, told, strict=True)
        ]
    days = len({row.day for row in recent})
    summary = f"How bad it was on {days} days from {first:%-d %B %Y} to {today:%-d %B %Y}, 0 to 10, by side."
    return plot.Plot("The last months", summary, 340.0, 160.0, tuple(marks))


def urgency_of(warned: Sequence[Warned]) -> str:
    """Return the highest urgency of what is said at once; empty where nothing is."""
    return warned[0].urgency if warned else ""


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A scale in the list, with the last time it was answered."""

    form: Form
    numbered: bool
    last: Scale | None
    words: str


def shelf(person_id: UUID, *, clinician: bool) -> list[OnShelf]:
    """Return the scales that somebody can answer here, and those of patients whose words are not here yet."""
    newest = {row.name: row for row in Scale.objects.filter(person=person_id).order_by("answered_at")}
    found = []
    for name in _names():
        form = scale_here(name)
        if form is None or not (answerable(form, clinician=clinician) or (form.who == "patient" and numbered(form))):
            continue
        last = newest.get(name)
        closed = not answerable(form, clinician=clinician)
        found.append(OnShelf(form, closed, last, _last_words(form, last, clinician=clinician)))
    return sorted(found, key=lambda one: one.numbered)


def _names() -> tuple[str, ...]:
    from facialis.history.scales import scales

    return tuple(scales())


def _last_words(form: Form, last: Scale | None, *, clinician: bool) -> str:
    return scored_words(form, last, clinician=clinician) if last is not None else ""


def scored_words(form: Form, row: Scale, *, clinician: bool) -> str:
    """Return a score in one line. A band, as "moderate depression", is a clinician's to say."""
    result = score(row.name, row.answers, form=form_of(row.name))
    if clinician:
        return in_words(form, result)
    if result.low is None or result.high is None:
        return "saved"
    ends = f"{result.low:g}" if result.low == result.high else f"{result.low:g} to {result.high:g}"
    return f"{ends}, on a scale of {range_of(form)}"


def scale_page(row: Scale, *, clinician: bool) -> dict[str, Any]:
    """Return what the page of an answered scale shows: what to do now, the score, and what has changed."""
    form = scale_here(row.name)
    assert form is not None
    before = (
        Scale.objects.filter(person=row.person_id, name=row.name, answered_at__lt=row.answered_at)
        .order_by("-answered_at")
        .first()
    )
    return {
        "row": row,
        "form_": form,
        "words": scored_words(form, row, clinician=clinician),
        "urgent": row.result["urgent"],
        "emergency": any(one["urgency"] == "emergency" for one in row.result["urgent"]),
        "missing": len(row.result["missing"]),
        "because": row.result["because"] if clinician else [],
        "grade": row.result["grade"] if clinician else "",
        "ask_next": row.result["ask_next"],
        "change": _change(before, row) if before is not None else None,
        "before": before,
    }


def _change(before: Scale, after: Scale) -> dict[str, Any] | None:
    form = form_of(after.name)
    try:
        return changed(
            score(before.name, before.answers, form=form), score(after.name, after.answers, form=form)
        ).to_json()
    except AnswersError:
        return None  # the practice's form has other items by now


def items(form: Form, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the items of a scale with the steps to choose from."""
    return [
        {
            "key": item.key,
            "topic": item.topic,
            "steps": [
                (str(step), item.levels.get(step, ""), typed.get(item.key) == str(step))
                for step in range(item.low, item.high + 1)
            ],
            "worded": len(item.levels) == item.high - item.low + 1,
        }
        for item in form.items
    ]


def medicines_page(person_id: UUID, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what the page of medicines shows."""
    stands, known = medicines_of(person_id), circumstances()
    told = {code: _SAID[State(state)] for code, state in circumstances_of(person_id).items()}
    said = told | dict(typed or {})
    return {
        "medicines": [one for one in stands if one.kind == Medicine.Kind.MEDICINE],
        "allergies": [one for one in stands if one.kind == Medicine.Kind.ALLERGY],
        "asked": [(code, known[code].question, said.get(code, "")) for code in ASKED],
        "open": sum(code not in told for code in ASKED),
        "thins": any(told.get(code) == "yes" for code in THINNERS),
        "odd": [
            (one.name, known[code].question)
            for code in THINNERS
            for one in stands
            if one.kind == Medicine.Kind.MEDICINE and known[code].named_by(one.name) and told.get(code) != "yes"
        ],
    }
