"""The queue's own work."""

from __future__ import annotations

from datetime import time

from facialis_clinic.jobs import daily, task

KEPT_DAYS = 30


@daily(at=time(3, 40))
@task(priority=10)
def sweep_finished_jobs() -> None:
    """Remove the jobs that were finished a month ago, and the notes of the days that are long past."""
    from facialis_clinic.jobs import periodic, rows

    rows.sweep(KEPT_DAYS)
    periodic.sweep(KEPT_DAYS)
