"""The way to reach the practice: its telephone, and a form for being called back."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from facialis_clinic.library.actions import Refused, ask_call_back
from facialis_clinic.library.forms import CallBackForm
from facialis_clinic.library.views.public import page

_MANY: Final = 429


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Show how to reach us; take a wish to be called."""
    form = CallBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        done = ask_call_back(
            name=told["name"],
            phone=told["phone"],
            when=told["when"],
            topic=told["topic"],
            address=request.META.get("REMOTE_ADDR", ""),
            trap=told["website"],
            now=timezone.now(),
        )
        if not isinstance(done, Refused):
            # Whoever fell into the trap is told the same.
            return redirect("library:contact_sent")
        form.add_error(None, done.because)
        answer = page(request, "contact", form=form)
        answer.status_code = _MANY
        return answer
    return page(request, "contact", form=form)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say that the wish has come in."""
    return page(request, "contact_sent")
