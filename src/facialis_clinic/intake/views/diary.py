"""The diary: today in two taps, days before, and what is said at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from facialis_clinic.intake import access, actions, forms, shown_beside, stops, told
from facialis_clinic.intake.models import Entry
from facialis_clinic.library.here import today as day_of
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person


@login_required
@require_http_methods(["GET", "POST"])
def diary(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the diary with the line of today open, and take it."""
    person = access.access_teller(request, person_id)
    today = day_of(timezone.now())
    rows = shown_beside.lines(person.pk)
    if request.method == "POST":
        form = forms.Day(request.POST, today=today)
        answer = _written(request, person, form)
        if isinstance(answer, Entry):
            return _after(request, answer)
    else:
        form = forms.Day(initial={"day": today, "side": _usual_side(person, rows)}, today=today)
    page = {
        "person": person,
        "form": form,
        "today": today,
        "lines": shown_beside.in_lines(rows),
        "in_all": len(rows),
        "plot": shown_beside.picture(rows, today),
        "written": any(row.day == today for row in rows),
    }
    return render(request, "intake/diary.html", page, status=422 if form.errors else 200)


def _usual_side(person: Person, rows: list[Entry]) -> str:
    """Return the side of the last line, or else the one that was told in the questions."""
    if rows:
        return rows[0].side
    findings = told.told_case(person.pk).get("findings", [])
    sides = [row["side"] for row in findings if row["code"] == "involuntary_movement"]
    return next((side for side in sides if side in actions.SIDES), "")


def _written(request: HttpRequest, person: Person, form: forms.Day, entry: Entry | None = None) -> Entry | None:
    """Write what the form says; what is wrong is told in the form."""
    if not form.is_valid():
        return None
    said: dict[str, Any] = form.cleaned_data
    now = timezone.now()
    answer = actions.write(person=person, by=access.user_of(request), today=day_of(now), now=now, entry=entry, **said)
    if isinstance(answer, Refused):
        form.add_error(None, answer.why)
        return None
    return answer


def _after(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Say at once what cannot wait; else that it is written."""
    if entry.symptoms:
        return redirect("intake:entry", entry.pk)
    messages.success(request, f"Written: {entry.day:%-d %B}.")
    return redirect("intake:diary", entry.person_id)


@login_required
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show a line with what to do about what was noticed, and change it."""
    row = access.access_entry(request, entry_id)
    today = day_of(timezone.now())
    if request.method == "POST":
        form = forms.Day(request.POST, today=today)
        answer = _written(request, row.person, form, row)
        if isinstance(answer, Entry):
            return _after(request, answer)
    else:
        held = {"day": row.day, "side": row.side, "severity": row.severity, "symptoms": row.symptoms, "note": row.note}
        form = forms.Day(initial=held, today=today)
    warned = stops.of_entry(row, told.told_case(row.person_id))
    urgency = shown_beside.urgency_of(warned)
    page = {
        "row": row,
        "person": row.person,
        "form": form,
        "warned": warned,
        "emergency": urgency == "emergency",
        "urgent": urgency in ("emergency", "same_day"),
        "may_take_back": timezone.now() - row.written_at <= actions.TAKE_BACK,
    }
    return render(request, "intake/entry.html", page, status=422 if form.errors else 200)


@login_required
@require_POST
def undo(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take a line back."""
    row = access.access_entry(request, entry_id)
    answer = actions.take_back(entry=row, by=access.user_of(request), now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("intake:entry", row.pk)
    messages.success(request, "The line was taken back.")
    return redirect("intake:diary", row.person_id)
