"""The queue, as an administrator sees it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from facialis_clinic.jobs import access, actions


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show how many jobs wait, run and have failed, and why."""
    return render(request, "jobs/list.html", {"queue": access.access_overview(request)})


@login_required
@require_POST
def again(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Queue a failed job once more."""
    job = access.access_failed(request, job_id)
    if actions.try_again(job=job, by=access.access_queue(request)):
        messages.success(request, "The job waits in the queue again.")
    return redirect("jobs:list")
