"""Work in the background: what a page starts and does not wait for.

An app declares its work in ``tasks.py``::

    @task
    def measure_recording(recording_id: str) -> None: ...

and starts it with ``enqueue(measure_recording, recording.id, whose=recording.person_id)``. ``docs/jobs.md`` says what
becomes of it.
"""

from django_tasks import task

from facialis_clinic.jobs.periodic import daily
from facialis_clinic.jobs.queue import (
    JobFailed,
    JobMissing,
    Run,
    Status,
    Superseded,
    enqueue,
    fence,
    follows,
    status,
    this_run,
)

__all__ = [
    "JobFailed",
    "JobMissing",
    "Run",
    "Status",
    "Superseded",
    "daily",
    "enqueue",
    "fence",
    "follows",
    "status",
    "task",
    "this_run",
]
