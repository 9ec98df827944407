"""The queue: an administrator's alone."""

import uuid
from typing import Any

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.conftest import World


def failed_job(world: World, whose: str) -> dict[str, Any]:
    """A job that failed belongs to nobody in particular: an administrator sees Alice's and Charlie's alike."""
    from django_tasks_db.models import DBTaskResult, get_date_max

    from facialis_clinic.jobs.models import Job

    if whose == "missing":
        return {"job_id": NOWHERE}
    person = world.record if whose == "own" else world.other
    row = DBTaskResult.objects.create(
        id=uuid.uuid4(), status="FAILED", args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
        task_path="facialis_clinic.jobs.tasks.sweep_finished_jobs", run_after=get_date_max(),
    )  # fmt: skip
    Job.objects.create(pk=row.id, whose=person.id, why="mistake", reason="It went wrong.")
    return {"job_id": row.id}


ROWS = {
    "jobs:list": Row({"administrator": "page"}),
    "jobs:again": Row({"administrator": "all"}, args=failed_job, method="post"),
}
