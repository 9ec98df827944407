"""For tests and demonstrations: do what waits here and now, without a worker."""

from __future__ import annotations

from functools import partial

from facialis_clinic.jobs import rows
from facialis_clinic.jobs.queue import Run, running
from facialis_clinic.jobs.worker import attempt


def run_waiting(most: int = 1000) -> list[str]:
    """Do the jobs that are ready in this process; return what became of each."""
    became: list[str] = []
    while len(became) < most and (job := rows.claim("here")) is not None:
        token = running.set(Run(job.attempt, lambda _fraction: None, partial(rows.hold, job)))
        try:
            became.append(attempt(job, rows.Pace(), lambda: None))
        finally:
            running.reset(token)
    return became
