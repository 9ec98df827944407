"""The pages of choosing: what can be done, the aid handed over, the patient's own pages of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis.document import DocumentError
from facialis.knowledge import treatment
from facialis.treatment.options.page import words
from facialis.treatment.options.page.report import report
from facialis_clinic.accounts.models import CLINICIANS, Role
from facialis_clinic.care import access_treat as access
from facialis_clinic.care import choices
from facialis_clinic.care.actions import choices as actions
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def options(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what can be done for a person: open, with care, something first, excluded and why, and what is not known."""
    person = access.access_treated(request, person_id, to="treat")
    try:
        result = choices.options_of(person, now=timezone.now())
    except DocumentError as error:
        messages.error(request, f"What is on record contradicts itself: {error}. Settle that first.")
        return redirect("chart:person", person.pk)
    known, kinds = treatment.options(), treatment.decision_aid().kinds
    able = {key for key, one in known.items() if one.aid and one.kind in kinds}
    page = report(result)
    for one in page["possible"]:
        one["cells"] = [_cell(one[key]) for key in ("likely", "soon", "long")]
    told: dict[str, Any] = {
        "person": person,
        "page": page,
        "result": result,
        "together": words.together(result["options"]),
        "able": [one for one in page["possible"] if one["key"] in able],
        "handed": choices.newest(person),
        "decides": access.user_of(request).role == Role.NEUROLOGIST,
    }
    return render(request, "care/options.html", told)


def _cell(told: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Return a number, its interval, and what it counts over what: a share of nothing named tells nothing."""
    if not told:
        return "not told", "", ""
    if not told["value"]:
        return "no number", "", ""
    return told["value"], told["interval"], ", ".join(part for part in (told["name"], told.get("over")) if part)


@login_required
@require_POST
def aid_hand(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Hand the decision aid of two or three options over."""
    person = access.access_treated(request, person_id, to="decide")
    chosen = request.POST.getlist("option")
    answer = actions.hand(person=person, by=access.user_of(request), options=chosen, now=timezone.now())
    if isinstance(answer, Refused):
        messages.error(request, answer.why)
        return redirect("care:options", person.pk)
    messages.success(request, "The aid is handed over: it stands on the patient's own page.")
    return redirect("care:aid", answer.pk)


@login_required
@require_http_methods(["GET", "POST"])
def aid(request: HttpRequest, choice_id: UUID) -> HttpResponse:
    """Show one page of the aid, and keep what is said on it; to clinicians also what matters to the patient."""
    found = access.access_choice(request, choice_id, to="answer" if request.method == "POST" else "see")
    user = access.user_of(request)
    step = request.GET.get("step", "compare")
    if step not in choices.STEPS:
        raise Http404
    if request.method == "POST":
        answer = actions.answer(choice=found, by=user, step=step, said=request.POST, now=timezone.now())
        if not isinstance(answer, Refused):
            again = step if step == "check" else choices.shown(answer, step)["after"]
            if not again:
                messages.success(request, "Thank you. Your neurologist sees what you said.")
                return redirect("chart:mine", found.person_id)
            return redirect(f"{reverse('care:aid', args=[found.pk])}?step={again}")
        messages.error(request, answer.why)
        found.weighed = found.weighed | {"values": _values(request)} if step == "matters" else found.weighed
    told = choices.shown(found, step) | {
        "person": found.person,
        "own": found.person.user_id == user.pk,
        "clinician": user.role in CLINICIANS,
        "may_answer": access.may_answer_aid(user, found),
        "values": _rated(found),
        "check": choices.checked(found),
        "mattered": choices.mattered(found),
        "leaning": choices.leaning_of(found),
        "much": actions.MUCH,
    }
    return render(request, "care/aid.html", told)


def _values(request: HttpRequest) -> dict[str, str]:
    return {key.removeprefix("value-"): str(value) for key, value in request.POST.items() if key.startswith("value-")}


def _rated(found: Any) -> list[tuple[int, str, str]]:
    said = found.weighed.get("values", {})
    return [(place, one["text"], said.get(str(place), "")) for place, one in enumerate(found.aid["values"], 1)]
