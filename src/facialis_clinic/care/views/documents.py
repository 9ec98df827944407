"""The pages of letters: the list, a draft, its text, signing, sharing, the PDF."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from facialis.paper.pdf import PdfMissing
from facialis_clinic.accounts.models import Role
from facialis_clinic.accounts.recent import recently_authenticated
from facialis_clinic.care import access_orders as access
from facialis_clinic.care import documents as papers
from facialis_clinic.care import shown_orders, writing
from facialis_clinic.care.actions import documents as actions
from facialis_clinic.care.forms_orders import Text
from facialis_clinic.care.models import Document
from facialis_clinic.people.answers import Refused


@login_required
@require_GET
def documents(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List letters, reports and referrals."""
    person, found = access.access_documents_of(request, person_id)
    user = access.user_of(request)
    told = {
        "person": person,
        "own": person.user_id == user.pk,
        "rows": [shown_orders.Paper.of(one) for one in found],
        "may_write": user.role == Role.NEUROLOGIST,
        "kinds": [(kind.value, title) for kind, title in writing.TITLES.items()],
    }
    return render(request, "care/documents.html", told)


@login_required
@require_POST
def document_draft(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Begin a letter, a report or a referral from what is on record."""
    person = access.access_to_decide(request, person_id)
    kind = request.POST.get("kind", "")
    begun = writing.begin(person, kind)
    if isinstance(begun, Refused):
        messages.error(request, begun.why)
        return redirect("care:documents", person.pk)
    made = actions.draft(
        person=person,
        kind=kind,
        by=access.user_of(request),
        now=timezone.now(),
        facts=begun.facts,
        title=begun.title,
        body=begun.body,
    )
    return redirect("care:document_edit", made.pk)


@login_required
@require_GET
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Show a document as it will be printed, with what can be done with it."""
    found = access.access_document(request, document_id, to="see")
    return render(request, "care/document.html", shown_orders.document(found, access.user_of(request)))


@login_required
@require_http_methods(["GET", "POST"])
def document_edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Change the text of a draft."""
    found = access.access_document(request, document_id, to="decide")
    if found.signed_at is not None:
        return _refused(request, actions.SIGNED, found)
    first = {"title": found.title, "recipient": found.recipient, "body": found.body}
    form = Text(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = actions.write(document=found, by=access.user_of(request), now=timezone.now(), **said)
        if not isinstance(answer, Refused):
            messages.success(request, "The draft is saved.")
            return redirect("care:document", found.pk)
        form.add_error(None, answer.why)
    return render(request, "care/document_edit.html", {"document": found, "person": found.person, "form": form})


@login_required
@require_POST
@recently_authenticated
def document_sign(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Sign a draft."""
    found = access.access_document(request, document_id, to="decide")
    answer = actions.sign(document=found, by=access.user_of(request), now=timezone.now())
    return _answered(request, answer, found, "It is signed and stays as it is.")


@login_required
@require_POST
def document_amend(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Begin a new version of what is signed."""
    found = access.access_document(request, document_id, to="decide")
    answer = actions.amend(document=found, by=access.user_of(request), now=timezone.now())
    if isinstance(answer, Refused):
        return _refused(request, answer, found)
    messages.success(request, "A new version is begun. The signed one stays until this one is signed, and is kept.")
    return redirect("care:document_edit", answer.pk)


@login_required
@require_POST
def document_discard(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = access.access_document(request, document_id, to="decide")
    answer = actions.discard(document=found, by=access.user_of(request))
    if isinstance(answer, Refused):
        return _refused(request, answer, found)
    messages.success(request, "The draft is gone.")
    return redirect("care:documents", found.person_id)


@login_required
@require_POST
@recently_authenticated
def document_share(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Let the patient read it."""
    found = access.access_document(request, document_id, to="decide")
    answer = actions.share(document=found, by=access.user_of(request), now=timezone.now())
    return _answered(request, answer, found, "The patient can read it now.")


@login_required
@require_GET
def document_pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand it out as PDF; where none can be made, say so: the page prints as well."""
    found = access.access_document(request, document_id, to="see")
    try:
        content = papers.paper(found)
    except PdfMissing as missing:
        messages.error(request, f"No PDF can be made here: {missing}. Print this page instead.")
        return redirect("care:document", found.pk)
    return shown_orders.as_pdf(content, f"{found.kind}-{found.pk}.pdf")


def _answered(request: HttpRequest, answer: Document | Refused, found: Document, done: str) -> HttpResponse:
    if isinstance(answer, Refused):
        return _refused(request, answer, found)
    messages.success(request, done)
    return cast("HttpResponse", redirect("care:document", found.pk))


def _refused(request: HttpRequest, answer: Refused, found: Document) -> HttpResponse:
    messages.error(request, answer.why)
    return redirect("care:document", found.pk)
