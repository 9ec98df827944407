"""What is done for the log once a day, by a worker."""

from __future__ import annotations

import time as clock
from datetime import time

from django.utils import timezone

from facialis_clinic.jobs import daily, task


@daily(at=time(2, 30))
@task
def look_through_the_log() -> None:
    """Verify the whole log, keep what it came to, and write down where the chains end."""
    from facialis_clinic.audit.actions import checkpoint, keep, verify

    begun = clock.perf_counter()
    report = verify()
    keep(report, seconds=clock.perf_counter() - begun, now=timezone.now())
    # A log that is broken gets no new checkpoint: the last one that was true stays the last.
    if report.whole:
        checkpoint(now=timezone.now())
