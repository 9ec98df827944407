"""What is done for the library once a day, by a worker."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from facialis_clinic.jobs import daily, task


@daily(at=time(3, 50))
@task
def forget_calls() -> None:
    """Remove whom somebody called weeks ago, and where wishes came from."""
    from facialis_clinic.library.actions import forget_call_backs

    forget_call_backs(now=timezone.now())
