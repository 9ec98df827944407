"""What an app says to the queue, and what a job's body says to it while it runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from django_tasks.base import Task

State = Literal["waiting", "running", "done", "failed"]
STATES: dict[str, State] = {"READY": "waiting", "RUNNING": "running", "SUCCESSFUL": "done", "FAILED": "failed"}


class JobFailed(Exception):
    """The job cannot be done and trying again would not help; the text is shown to the person, who can act on it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class JobMissing(LookupError):
    """No job has this id, or it was finished so long ago that it was swept away."""


class Superseded(Exception):
    """Another worker has taken the job over: what this one found is not recorded."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a job stands.

    Attributes
    ----------
    state : str
        ``waiting``, ``running``, ``done`` or ``failed``.
    attempt : int
        How often it was begun.
    progress : float
        How far this attempt is, 0 to 1.
    reason : str
        Why it failed, in words for the person; empty where it has not.
    why : str
        The kind of failure: ``refused``, ``mistake``, ``deaths`` or nothing.
    """

    state: State
    attempt: int
    progress: float
    reason: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job, as its body sees it."""

    attempt: int
    progress: Callable[[float], None]
    fence: Callable[[], None]


# Called outside a worker, a body is at its first attempt and nobody listens.
_ALONE = Run(1, lambda _fraction: None, lambda: None)
running: ContextVar[Run] = ContextVar("running", default=_ALONE)

Follower = Callable[..., None]
followers: dict[str, Follower] = {}


def enqueue(task: Task[..., Any], *args: uuid.UUID | int, whose: uuid.UUID | None = None) -> uuid.UUID:
    """Queue a job within the caller's transaction; where that fails, nothing is queued.

    Parameters
    ----------
    task : Task
        A function with ``@task``.
    *args : UUID or int
        Ids and numbers alone: no health data lies in the queue. An id reaches the function as text.
    whose : UUID or None
        The person whose work it is: the work of several people is done in turns.

    Returns
    -------
    UUID
        The job's id.
    """
    from facialis_clinic.jobs import rows

    result = task.enqueue(*args)
    job = uuid.UUID(str(result.id))
    if whose is not None:
        rows.give_turn(job, whose)
    return job


def status(id: uuid.UUID) -> Status:
    """Return where a job stands.

    Raises
    ------
    JobMissing
        Where there is no such job.
    """
    from facialis_clinic.jobs.models import Job

    job = Job.objects.select_related("result").filter(pk=id).first()
    if job is None:
        raise JobMissing(f"no job {id}")
    return status_of(job)


def status_of(job: Any) -> Status:
    """Return where the job of a row of ``Job`` stands."""
    return Status(STATES[job.result.status], len(job.result.worker_ids), job.progress, job.reason, job.why)


def this_run() -> Run:
    """Return the attempt that this code is called in."""
    return running.get()


def fence() -> None:
    """Hold the job until the transaction ends, so that nobody can take it over before the result is recorded.

    Raises
    ------
    Superseded
        Where another worker has the job by now: let it through, and nothing is recorded.
    """
    running.get().fence()


def follows(task: Task[..., Any]) -> Callable[[Follower], Follower]:
    """Have a function told when a job of ``task`` goes back to waiting or fails, in the same transaction.

    It is called with the :class:`Status` and then with the job's arguments.
    """

    def note(function: Follower) -> Follower:
        followers[task.module_path] = function
        return function

    return note
