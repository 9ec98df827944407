"""What an administrator does with the queue."""

from __future__ import annotations

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.jobs import rows
from facialis_clinic.jobs.models import Job


@transaction.atomic
def try_again(*, job: Job, by: User) -> bool:
    """Queue a failed job once more, as if it had never been tried; False where somebody was faster."""
    done = rows.again(job.pk)
    if done:
        record(subject=None, actor=by, verb="queued", kind="job", thing=job.pk)
    return done
