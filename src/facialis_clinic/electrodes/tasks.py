"""The work on recordings of electrodes that is done in the background."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from facialis_clinic.jobs import JobFailed, Status, daily, follows, task, this_run

STOPS_US = "This recording stops the program each time it is tried. Export it anew, as EDF+ if you can."


@task
def read_study(study_id: str, round_: int) -> None:
    """Read a recording of electrodes."""
    from facialis_clinic.electrodes import actions
    from facialis_clinic.electrodes.actions.reading import Failed
    from facialis_clinic.recordings.actions.measuring import token

    run = this_run()
    done = actions.read(UUID(study_id), attempt=token(round_, run.attempt), progress=run.progress, fence=run.fence)
    if isinstance(done, Failed):
        raise JobFailed(done.why)


@follows(read_study)
def _followed(status: Status, study_id: str, round_: int) -> None:
    from facialis_clinic.electrodes import actions

    why = STOPS_US if status.why == "deaths" else status.reason
    actions.note_job(UUID(study_id), round_, failed=status.state == "failed", why=why)


@daily(at=time(3, 30))
@task(priority=-10)
def sweep_studies() -> None:
    """Remove files that no recording of electrodes claims, and what was half done of one that is gone."""
    from django.utils.timezone import now

    from facialis_clinic.electrodes import actions

    actions.sweep(now=now())
