"""The work on recordings that is done in the background."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from facialis_clinic.jobs import JobFailed, Status, daily, follows, task, this_run

STOPS_US = "This video stops our program each time we try. It is not your mistake: film again if you can, or call us."


@task
def measure_recording(recording_id: str, round_: int) -> None:
    """Measure a recording and make its copy for eyes."""
    from django.utils.timezone import now

    from facialis_clinic.recordings import actions
    from facialis_clinic.recordings.actions.measuring import Failed, Gone, token

    run, which = this_run(), UUID(recording_id)
    done = actions.measure(which, attempt=token(round_, run.attempt), progress=run.progress, fence=run.fence)
    if isinstance(done, Gone):
        return
    # Also of a film that could not be measured: the clinician may want to see why.
    actions.copy_for_eyes(which, now=now())
    if isinstance(done, Failed):
        raise JobFailed(done.why)


@follows(measure_recording)
def _followed(status: Status, recording_id: str, round_: int) -> None:
    from facialis_clinic.recordings import actions

    why = STOPS_US if status.why == "deaths" else status.reason
    actions.note_job(UUID(recording_id), round_, failed=status.state == "failed", why=why)


@daily(at=time(3, 20))
@task(priority=-10)
def sweep_recordings() -> None:
    """Remove uploads that nobody went on with, and files that nothing belongs to."""
    from django.utils.timezone import now

    from facialis_clinic.recordings import actions

    actions.sweep(now=now())
