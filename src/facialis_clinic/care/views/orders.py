"""The pages of tests ordered: the list, a new one, one order, its safety form, its sheet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from facialis import knowledge
from facialis.diagnosis.ordering import propose
from facialis.paper.pdf import PdfMissing
from facialis_clinic.care import access_orders as access
from facialis_clinic.care import order_paper, ordering, safety, shown_orders
from facialis_clinic.care.actions import orders as actions
from facialis_clinic.care.forms_orders import Clear, End, NewOrder, Safety
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def orders(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List what was ordered; a neurologist also sees what the newest assessment proposes."""
    person, found = access.access_orders_of(request, person_id)
    user = access.user_of(request)
    told = shown_orders.listed(person, found, user, now=timezone.now())
    return render(request, "care/orders.html", told)


@login_required
@require_http_methods(["GET", "POST"])
def order_new(request: HttpRequest, person_id: UUID, kind: str) -> HttpResponse:
    """Order a test: the form comes filled in with what is proposed, and can be changed."""
    if kind not in knowledge.orders().tests:
        raise Http404
    person = access.access_to_decide(request, person_id)
    now = timezone.now()
    assessment, known = ordering.weighed(person), ordering.told_of(person, now=now)
    proposal = propose(kind, assessment.result if assessment else None, known)
    last = ordering.last_toxin(known, now=now)
    form = NewOrder(request.POST or None, kind=kind, proposal=proposal, last_toxin=last)
    if request.method == "POST" and form.is_valid():
        last, parts = form.cleaned_data.get("last_toxin"), form.chosen()
        made = actions.order(
            person=person,
            by=access.user_of(request),
            kind=kind,
            indication=form.cleaned_data["indication"],
            parts=parts,
            note=form.cleaned_data["note"],
            last_toxin=last,
            cautions=ordering.warned(kind, parts, assessment, known, last=last, now=now),
            now=now,
        )
        if not isinstance(made, Refused):
            messages.success(request, "The test is ordered.")
            return redirect("care:order", made.pk)
        form.add_error(None, made.why)
    told = {
        "person": person,
        "form": form,
        "test": knowledge.orders().tests[kind],
        "proposal": proposal,
        "assessment": assessment,
        "cautions": ordering.warned(kind, proposal.parts, assessment, known, last=last, now=now),
        "texts": [(part, shown_orders.cited(part.proof)) for part in knowledge.orders().parts_of(kind)],
    }
    return render(request, "care/order_new.html", told, status=200)


@login_required
@require_GET
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show one order: to the patient why and how to prepare, to a clinician all of it."""
    found = access.access_order(request, order_id, to="see")
    user = access.user_of(request)
    told = shown_orders.page(found, user)
    return render(request, "care/order.html" if user.is_clinician else "care/order_for_patient.html", told)


@login_required
@require_http_methods(["GET", "POST"])
def order_safety(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Answer the safety form, by the patient or with a clinician."""
    found = access.access_order(request, order_id, to="answer")
    asked = safety.asked(found)
    if not asked:
        raise Http404
    form = Safety(request.POST or None, asked=asked, told=found.safety)
    if request.method == "POST" and form.is_valid():
        answer = actions.answer_safety(
            order=found,
            by=access.user_of(request),
            answers=form.answers(),
            weight_kg=form.cleaned_data["weight_kg"],
            now=timezone.now(),
        )
        if not isinstance(answer, Refused):
            messages.success(request, "Thank you. The answers are written down.")
            return redirect("care:order", found.pk)
        form.add_error(None, answer.why)
    own = found.person.user_id == request.user.pk
    return render(request, "care/order_safety.html", {"order": found, "person": found.person, "form": form, "own": own})


@login_required
@require_http_methods(["GET", "POST"])
def order_clear(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Write down who cleared an answer of the safety form, and how."""
    found = access.access_order(request, order_id, to="decide")
    state = safety.form_of(found)
    if state is None:
        raise Http404
    form = Clear(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        answer = actions.clear(order=found, by=access.user_of(request), now=timezone.now(), **form.cleaned_data)
        if not isinstance(answer, Refused):
            messages.success(request, "It is written down as cleared.")
            return redirect("care:order", found.pk)
        form.add_error(None, answer.why)
    told = {"order": found, "person": found.person, "form": form, "flags": shown_orders.to_clear(state, form)}
    return render(request, "care/order_clear.html", told)


@login_required
@require_http_methods(["GET", "POST"])
def order_end(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Close an order: done with what it showed, or cancelled."""
    found = access.access_order(request, order_id, to="decide")
    form = End(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = form.cleaned_data["outcome"] == "done"
        answer = actions.end(
            order=found, by=access.user_of(request), done=done, answer=form.cleaned_data["answer"], now=timezone.now()
        )
        if not isinstance(answer, Refused):
            messages.success(request, "The result is written down." if done else "The order is cancelled.")
            return redirect("care:order", found.pk)
        form.add_error(None, answer.why)
    test = knowledge.orders().tests[found.kind]
    questions = [one.text for one in knowledge.orders().questions if one.test == found.kind]
    told = {"order": found, "person": found.person, "form": form, "test": test, "questions": questions}
    return render(request, "care/order_end.html", told)


@login_required
@require_GET
def order_sheet(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Hand the sheet out as PDF; where none can be made, say so: the page prints as well."""
    found = access.access_order(request, order_id, to="treat")
    try:
        content = order_paper.paper(found)
    except PdfMissing as missing:
        messages.error(request, f"No PDF can be made here: {missing}. Print this page instead.")
        return redirect("care:order", found.pk)
    return shown_orders.as_pdf(content, f"order-{found.kind}-{found.pk}.pdf")
