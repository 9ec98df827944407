"""The page of the authorisation packet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from facialis_clinic.care import access_treat as access
from facialis_clinic.care import packets
from facialis_clinic.care.documents import draft
from facialis_clinic.people.answers import Refused


@login_required
@require_http_methods(["GET", "POST"])
def packet(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Say what a payer asks for, what is met and what is missing; make the paper of it."""
    person = access.access_treated(request, person_id, to="decide")
    known, now = packets.payers(), timezone.now()
    chosen = request.POST.get("payer") or request.GET.get("payer") or ""
    result = packets.packet_of(person, chosen, now=now) if chosen else None
    if isinstance(result, Refused):
        messages.error(request, result.why)
        result = None
    if request.method == "POST" and result is not None:
        title = f"Authorisation packet: {result['payer']['name']}"[:200]
        made = draft(
            person=person,
            kind="packet",
            by=access.user_of(request),
            now=now,
            facts={"packet": result},
            title=title,
            body="",
        )
        messages.success(request, "The packet is made as a draft: read it, then sign it.")
        return redirect("care:document", made.pk)
    told = {"person": person, "payers": known, "chosen": chosen, "result": result}
    return render(request, "care/packet.html", told)
