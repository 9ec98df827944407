"""The gate to the queue: an administrator's, who sees states and reasons and no patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min
from django.http import Http404, HttpRequest
from django_tasks_db.models import DBTaskResult

from facialis_clinic.accounts.models import Role, User
from facialis_clinic.jobs.models import Job, Why
from facialis_clinic.jobs.queue import STATES, State

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that failed for good."""

    id: UUID
    task: str
    at: datetime | None
    attempts: int
    why: str
    reason: str
    error: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The queue at a glance."""

    counts: Sequence[tuple[State, int]]
    waiting_since: datetime | None
    failures: Sequence[Failure]
    failed: int


def access_queue(request: HttpRequest) -> User:
    """Return the administrator who asks; everybody else learns nothing, not even that this page is there."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or user.role != Role.ADMINISTRATOR:
        raise Http404
    return user


def access_overview(request: HttpRequest) -> Overview:
    """Return the queue at a glance."""
    access_queue(request)
    found = {
        row["status"]: row
        for row in DBTaskResult.objects.order_by().values("status").annotate(many=Count("id"), first=Min("enqueued_at"))
    }
    counts = [(state, found[status]["many"] if status in found else 0) for status, state in STATES.items()]
    failed = Job.objects.filter(result__status="FAILED").select_related("result").order_by("-result__finished_at")
    return Overview(
        counts,
        found["READY"]["first"] if "READY" in found else None,
        [_failure(row) for row in failed[:SHOWN]],
        dict(counts)["failed"],
    )


def access_failed(request: HttpRequest, job_id: UUID) -> Job:
    """Return a job that failed, for an administrator."""
    access_queue(request)
    job = Job.objects.select_related("result").filter(pk=job_id, result__status="FAILED").first()
    if job is None:
        raise Http404
    return job


def _failure(row: Job) -> Failure:
    error = row.result.exception_class_path.rpartition(".")[2]
    name = row.result.task_path.rpartition(".")[2].replace("_", " ")
    attempts = len(row.result.worker_ids)
    return Failure(
        row.pk, name, row.result.finished_at, attempts, Why(row.why).label if row.why else "", row.reason, error
    )
