"""The rows of the queue: each change of a running job is fenced by who has it, and every time is the database's."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Greatest, Now
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from facialis_clinic.jobs.models import Job, Why
from facialis_clinic.jobs.queue import Superseded, followers, status_of

log = logging.getLogger(__name__)
Row = DBTaskResult[..., Any]
READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING

MOST_DEATHS = 10
MOST_MISTAKES = 10
MISTAKE = "Something went wrong on our side, and trying again did not help. It is not your mistake."
DEATHS = "This stops our program each time it is tried. It is not your mistake."
# The lock that a worker holds as long as it lives, in a query.
LOCK = "hashtextextended('facialis worker ' || {}, 0)"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a job waits before it is tried again.

    Attributes
    ----------
    death_s, mistake_s : float
        After the first death or error, in seconds; each further one doubles it.
    longest_s : float
        The longest wait.
    """

    death_s: float = 1.0
    mistake_s: float = 5.0
    longest_s: float = 600.0

    def after(self, first_s: float, times: int) -> timedelta:
        """Return the wait after so many times."""
        return timedelta(seconds=min(first_s * 2 ** (times - 1), self.longest_s))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that a worker has. Its list of workers is the fence: it is another one as soon as somebody else has it."""

    id: uuid.UUID
    workers: tuple[str, ...]
    row: Row

    @property
    def attempt(self) -> int:
        """How often it was begun."""
        return len(self.workers)

    def rows(self) -> QuerySet[Row]:
        """Return the job's row as long as this claim holds."""
        return DBTaskResult.objects.filter(id=self.id, status=RUNNING, worker_ids=list(self.workers))


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that was taken from a worker that is gone: how often that has happened, and whether it failed for good."""

    job: Claimed
    deaths: int
    failed: bool


def first_turn(id: uuid.UUID) -> None:
    """Make a job's own row, and place it beside the jobs that are begun now."""
    begun = Job.objects.exclude(result__status=READY).order_by("-turn").values_list("turn", flat=True).first()
    Job.objects.create(pk=id, turn=begun or 0)


def give_turn(id: uuid.UUID, whose: uuid.UUID) -> None:
    """Place a job behind the others of the same person, and beside the first that waits of everybody else.

    A job's turn is one more than the last of its person or than the last turn begun, whichever is later. So a hundred
    recordings of one person do not stand before the first of another.
    """
    own = Job.objects.filter(whose=whose).exclude(pk=id).aggregate(last=Max("turn"))["last"] or 0
    Job.objects.filter(pk=id).update(whose=whose, turn=Greatest(F("turn"), own) + 1)


def claim(worker: str) -> Claimed | None:
    """Take the next job; None where none is ready."""
    with transaction.atomic():
        row = (
            DBTaskResult.objects.filter(Q(run_after=get_date_max()) | Q(run_after__lte=Now()), status=READY)
            .order_by(F("priority").desc(), F("job__turn").asc(nulls_first=True), "enqueued_at", "id")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if row is None:
            return None
        workers = (*row.worker_ids, worker)
        DBTaskResult.objects.filter(id=row.id).update(status=RUNNING, started_at=Now(), worker_ids=list(workers))
        Job.objects.get_or_create(pk=row.id)
        Job.objects.filter(pk=row.id).update(progress=0)
        return Claimed(row.id, workers, row)


def hold(job: Claimed) -> None:
    """Lock the job's row until the transaction ends; raise Superseded where the claim holds no more."""
    if not job.rows().select_for_update(of=("self",)).values_list("id").first():
        raise Superseded


def done(job: Claimed) -> bool:
    """Note that the job is done; False where another worker has it by now."""
    with transaction.atomic():
        changed = job.rows().update(
            status=TaskResultStatus.SUCCESSFUL, finished_at=Now(), exception_class_path="", traceback=""
        )
        Job.objects.filter(pk=job.id, result__worker_ids=list(job.workers)).update(progress=1)
    return bool(changed)


def refuse(job: Claimed, reason: str) -> bool:
    """Note that the job has failed for the reason that it gave."""
    return _change(job, lambda row: _fail(row, Why.REFUSED, reason))


def went_wrong(job: Claimed, error: BaseException, pace: Pace) -> bool:
    """Count an error of ours: the job is tried again later, in the end it fails."""

    def change(row: Job) -> None:
        row.mistakes += 1
        row.result.exception_class_path = f"{type(error).__module__}.{type(error).__qualname__}"
        # Where it happened, without the message: that may hold a person's values.
        row.result.traceback = "".join(traceback.format_tb(error.__traceback__))
        if row.mistakes >= MOST_MISTAKES:
            _fail(row, Why.MISTAKE, MISTAKE)
        else:
            _wait(row, pace.after(pace.mistake_s, row.mistakes))

    return _change(job, change)


def give_back(job: Claimed) -> bool:
    """Put a job that this worker cannot finish back in the queue. Nobody's fault, so nothing is counted."""
    return _change(job, lambda row: _wait(row, None))


def take_over(pace: Pace) -> list[Taken]:
    """Put the running jobs of workers that are gone back in the queue; return them."""
    taken = []
    for job in orphans():
        after: list[Job] = []

        def died(row: Job, after: list[Job] = after) -> None:
            row.deaths += 1
            if row.deaths >= MOST_DEATHS:
                _fail(row, Why.DEATHS, DEATHS)
            else:
                _wait(row, pace.after(pace.death_s, row.deaths))
            after.append(row)

        if _change(job, died, skip_locked=True):
            taken.append(Taken(job, after[0].deaths, after[0].why != ""))
    return taken


def orphans() -> list[Claimed]:
    """Return the running jobs whose last worker's lock is free. A worker takes its lock once, before its first job."""
    lock = LOCK.format("(r.worker_ids->>-1)")
    query = f"""
        SELECT r.* FROM {DBTaskResult._meta.db_table} r WHERE r.status = %s AND NOT EXISTS (
            SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND ((l.classid::bigint << 32) | l.objid::bigint) = {lock})
    """  # noqa: S608 - constants
    return [Claimed(row.id, tuple(row.worker_ids), row) for row in DBTaskResult.objects.raw(query, [RUNNING])]


def _change(job: Claimed, change: Callable[[Job], None], *, skip_locked: bool = False) -> bool:
    """Change the rows of a job under its lock and tell who follows it; False where the claim holds no more."""
    with transaction.atomic():
        result = job.rows().select_for_update(of=("self",), skip_locked=skip_locked).first()
        if result is None:
            return False
        row, _ = Job.objects.get_or_create(pk=job.id)
        row.result = result
        change(row)
        result.save(update_fields=["status", "run_after", "finished_at", "exception_class_path", "traceback"])
        row.save()
        _tell(row)
    return True


def _wait(row: Job, pause: timedelta | None) -> None:
    row.result.status = READY
    row.result.run_after = get_date_max() if pause is None else Now() + pause
    row.progress = 0


def _fail(row: Job, why: Why, reason: str) -> None:
    row.result.status = TaskResultStatus.FAILED
    row.result.finished_at = Now()
    row.why, row.reason = why, reason


def _tell(row: Job) -> None:
    """Tell the follower of the job's task. One that fails must not keep the job from being taken over."""
    follower = followers.get(row.result.task_path)
    if follower is None:
        return
    try:
        with transaction.atomic():
            follower(status_of(row), *row.result.args_kwargs["args"])
    except Exception as error:
        log.error("%s: who follows it failed: %s", row.result.task_path, type(error).__name__)


def again(id: uuid.UUID) -> bool:
    """Put a failed job back in the queue with its counts at nothing; False where it has not failed."""
    with transaction.atomic():
        result = DBTaskResult.objects.filter(id=id, status=TaskResultStatus.FAILED).select_for_update().first()
        if result is None:
            return False
        row, _ = Job.objects.get_or_create(pk=id)
        row.result = result
        row.deaths = row.mistakes = 0
        row.why = row.reason = ""
        result.finished_at = None
        result.exception_class_path = result.traceback = ""
        _wait(row, None)
        result.save(update_fields=["status", "run_after", "finished_at", "exception_class_path", "traceback"])
        row.save()
        _tell(row)
    return True


def sweep(days: int) -> int:
    """Remove the jobs that were finished so long ago; return how many there were."""
    old = DBTaskResult.objects.finished().filter(finished_at__lte=Now() - timedelta(days=days))
    return old.delete()[1].get(DBTaskResult._meta.label, 0)
