"""What invented people were given, for the tests of treating."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any

from facialis.treatment.injection import plan, plan_result, wanted
from facialis.treatment.injection.recording import record_of
from facialis_clinic.accounts.models import User
from facialis_clinic.care.models import Treatment
from facialis_clinic.intake.models import Entry
from facialis_clinic.people.models import Person
from tests.clinic.conftest import NOW

ASKED: dict[str, Any] = {
    "side": "left",
    "country": "US",
    "product": {"name": "onabotulinumtoxinA", "vial_units": "50", "diluent_ml": "1", "syringe_step_ml": "0.01"},
    "side_told": {"stated": "left", "clinician": "left"},
    "other_injections": [],
    "sites": [
        {"muscle": "orbicularis_oculi", "site": "lateral_canthus", "units": "2.5"},
        {"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "units": "2.5"},
        {"muscle": "zygomaticus_major", "site": "belly", "units": "1"},
    ],
}


def planned(day: date, **changed: Any) -> dict[str, Any]:
    """Return a plan of a day as its public result."""
    told = {**copy.deepcopy(ASKED), "date": day, **changed}
    return plan(wanted.of(told, day), None, (), day).to_json()


@cache
def _session(day: date) -> dict[str, Any]:
    told = {
        "date": day,
        "as_planned": True,
        "lots": [{"lot": "C1234", "expires": day + timedelta(days=300)}],
        "operator": "Eve Example",
        "consent": {"given": True, "date": day, "by": "Alice Example"},
        "time_out": {"patient_states": "left", "marked": "left", "record": "left", "at": f"{day}T09:30"},
    }
    return record_of(told, plan_result.of(planned(day)), day).to_json()


def session(person: Person, day: date, *, by: User | None = None) -> Treatment:
    """Return a session of six units on the left, recorded site by site."""
    row = {"kind": "injection", "date": day.isoformat(), "side": "left", "product": "onabotulinumtoxinA", "units": "6"}
    return Treatment.objects.create(
        person=person,
        kind=Treatment.Kind.INJECTION,
        day=day,
        side="left",
        record=copy.deepcopy(_session(day)),
        row=row,
        by=by,
        written_at=NOW,
    )


@cache
def _aid() -> dict[str, Any]:
    from facialis.treatment.decision_aid import decision_aid

    options = ["onabotulinumtoxinA", "microvascular_decompression", "watchful_waiting"]
    return decision_aid(options, 10, NOW.date()).to_json()


def aid() -> dict[str, Any]:
    """Return the decision aid of three options, of nobody in particular."""
    return copy.deepcopy(_aid())


def wrote(person: Person, first: date, scores: list[int], *, every: int = 7, side: str = "left") -> None:
    """Write the diary of a person, a line every so many days."""
    days = ((first + timedelta(days=every * i), score) for i, score in enumerate(scores))
    Entry.objects.bulk_create(
        Entry(person=person, day=day, side=side, severity=score, written_at=NOW) for day, score in days
    )


class _Form(HTMLParser):
    """Collects what a browser would send of the last form of a page, as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        name = told.get("name", "")
        if tag == "form":
            self.sent = {}
        elif tag == "input" and (told.get("type") not in ("radio", "checkbox") or "checked" in told):
            self.sent[name] = told.get("value", "on" if told.get("type") in ("radio", "checkbox") else "")
        elif tag == "select":
            self._select, self.sent[name] = name, ""
        elif tag == "option" and "selected" in told:
            self.sent[self._select] = told.get("value", "")
        elif tag == "textarea":
            self._area, self.sent[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] += data.strip()


def form_of(page: Any) -> dict[str, str]:
    """Return what a browser would send of the last form of a page's main part, as it stands."""
    parser = _Form()
    parser.feed(page.content.decode().split("<main")[1].split("</main>")[0])
    return parser.sent
