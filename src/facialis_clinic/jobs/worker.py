"""One worker: takes a job, does it, and tells what became of it. It ends rather than go on in doubt.

Three threads: the first does the jobs; one looks after the lock and writes down how far the job is; one hears signals.
A worker that has lost its connection gives its job up and ends, and whoever keeps it starts a new one under a new name.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, transaction
from django.utils.module_loading import autodiscover_modules

from facialis_clinic.jobs import periodic, rows
from facialis_clinic.jobs.lock import LockLost, WorkerLock, keep_alive
from facialis_clinic.jobs.queue import JobFailed, Run, Superseded, running
from facialis_clinic.jobs.rows import Claimed, Pace
from facialis_clinic.postgres.roles import first_line

DONE, LOST, STUCK = 0, 75, 76


@dataclass(frozen=True, slots=True)
class Habits:
    """How a worker goes about it; all in seconds.

    Attributes
    ----------
    idle_s : float
        Between two looks at an empty queue.
    watch_s : float
        Between two looks at the lock.
    daily_s : float
        Between two looks at the table of daily jobs.
    patience_s : float
        How long a job may go on after the worker was asked to stop.
    longest_s : float
        How long one attempt may take at all. A job that hangs counts as a death.
    leaving_s : float
        How long giving a job back may take.
    pace : Pace
        How long a job waits before it is tried again.
    """

    idle_s: float = 1.0
    watch_s: float = 1.0
    daily_s: float = 30.0
    patience_s: float = 7.0
    longest_s: float = 4 * 3600.0
    leaving_s: float = 3.0
    pace: Pace = field(default_factory=Pace)


Say = Callable[[str], None]


def say(line: str) -> None:
    """Print a line at once."""
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


class Worker:
    """A worker.

    Parameters
    ----------
    name : str
        What its lines begin with.
    once : bool
        End when nothing is ready.
    habits : Habits
        How long it waits for what.
    """

    def __init__(self, name: str, *, once: bool, habits: Habits) -> None:
        self.name, self.once, self.habits = name, once, habits
        self.stopping = threading.Event()
        self.ended = threading.Event()
        self.current: Claimed | None = None
        self.fraction = 0.0
        self.began = time.monotonic()
        self._leaving = threading.Lock()
        self._parent = os.getppid()
        self._daily_at = 0.0

    def run(self) -> int:
        """Work until a signal, or until nothing is ready; return the exit code."""
        keep_alive()
        autodiscover_modules("tasks")
        self.lock = WorkerLock()
        threading.Thread(target=self._hear, args=(_ears(),), daemon=True).start()
        try:
            self.lock.take()
            threading.Thread(target=self._watch, daemon=True).start()
            self._work()
        except (DatabaseError, LockLost) as error:
            self.leave(LOST, f"the database is lost: {first_line(error)}")
        self.ended.set()
        with suppress(DatabaseError):
            self.lock.release()
        return DONE

    def _work(self) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            for taken in rows.take_over(self.habits.pace):
                what = "failed: it stops the program" if taken.failed else "waits again"
                self.say(f"{_named(taken.job)} was taken from a worker that is gone ({taken.deaths}); {what}")
            if time.monotonic() >= self._daily_at:
                self._daily_at = time.monotonic() + self.habits.daily_s
                for queued in periodic.queue_due():
                    self.say(f"{queued} is due today; queued")
            job = rows.claim(self.lock.worker)
            if job is not None:
                self.do(job)
            elif self.once:
                return
            else:
                self.stopping.wait(self.habits.idle_s)

    def do(self, job: Claimed) -> None:
        """Do one job and tell what became of it."""
        self.began, self.fraction = time.monotonic(), 0.0
        self.current = job
        run = Run(job.attempt, self._progress, lambda: rows.hold(job))
        token = running.set(run)
        try:
            became = attempt(job, self.habits.pace, self._check)
        finally:
            running.reset(token)
        self.current = None
        self.say(f"{_named(job)} {became}, {time.monotonic() - self.began:.1f} s, attempt {job.attempt}")

    def leave(self, code: int, why: str) -> None:
        """Give the job back and end this process at once, whatever it is in the middle of."""
        if not self._leaving.acquire(blocking=False):
            time.sleep(2 * self.habits.leaving_s)  # another thread is about to end this process
        end = threading.Timer(self.habits.leaving_s, os._exit, [code])
        end.daemon = True
        end.start()
        job = self.current
        if job is not None and code != STUCK:
            given = _give_back(job, 0.8 * self.habits.leaving_s)
            why += f"; {_named(job)} was {'given back' if given else 'left to be taken over'}"
        self.say(why)
        os._exit(code)

    def say(self, line: str) -> None:
        """Print a line about this worker."""
        say(f"{self.name}: {line}")

    def _check(self) -> None:
        """Raise where an error may come from a lost connection, and is nobody's fault."""
        if not self.lock.held():
            raise LockLost("its lock is gone")

    def _progress(self, fraction: float) -> None:
        self.fraction = min(max(float(fraction), 0.0), 1.0)

    def _watch(self) -> None:
        told: tuple[Any, float] = (None, 0.0)
        while not self.ended.wait(self.habits.watch_s):
            try:
                self._check()
                if os.getppid() != self._parent and not self.stopping.is_set():
                    os.kill(os.getpid(), signal.SIGTERM)  # whoever kept this worker is gone
                job, fraction = self.current, self.fraction
                if job is not None and told != (job.id, fraction):
                    mine = self.lock.note_progress(job.id, list(job.workers), fraction)
                    told = (job.id, fraction)
                    if not mine and self.current is job and not self.stopping.is_set():
                        self._superseded(job)
            except (DatabaseError, LockLost) as error:
                if not self.ended.is_set():
                    self.leave(LOST, f"the database is lost: {first_line(error)}")
            if self.current is not None and time.monotonic() - self.began > self.habits.longest_s:
                self.leave(STUCK, f"{_named(self.current)} has hung for {self.habits.longest_s:.0f} s; ending it")

    def _superseded(self, job: Claimed) -> None:
        """End where somebody else has the job; a job that has just been finished is nobody's either."""
        time.sleep(self.habits.watch_s)
        if self.current is job:
            self.leave(LOST, f"{_named(job)} is another worker's by now")

    def _hear(self, ears: int) -> None:
        """Wait for signals: the first asks to stop, a second of the same kind to stop at once."""
        heard: list[int] = []
        deadline: float | None = None
        while True:
            left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
            if select.select([ears], [], [], left)[0]:
                for number in os.read(ears, 64):
                    if number in (signal.SIGINT, signal.SIGTERM):
                        again = number in heard
                        heard.append(number)
                        deadline = time.monotonic() + (0.0 if again else self.habits.patience_s)
                self.stopping.set()
            elif not self.ended.is_set():
                self.leave(DONE, "stopping")


def attempt(job: Claimed, pace: Pace, check: Callable[[], None]) -> str:
    """Call a job's function and record what became of it; return that in a word or two.

    Parameters
    ----------
    job : Claimed
        The job.
    pace : Pace
        How long it waits before it is tried again.
    check : callable
        Called when something went wrong, before that is counted; it raises where the worker itself is at its end.
    """
    try:
        task, told = job.row.task, job.row.task_result
        task.call(*told.args, **told.kwargs)
    except JobFailed as failed:
        _clean_connection()
        return "failed" if rows.refuse(job, failed.reason) else _NOT_OURS
    except Superseded:
        return _NOT_OURS
    except BaseException as error:
        check()
        _clean_connection()
        if not rows.went_wrong(job, error, pace):
            return _NOT_OURS
        return f"went wrong ({_where(error)})"
    return "done" if rows.done(job) else _NOT_OURS


_NOT_OURS = "is another worker's by now: nothing recorded"


def _clean_connection() -> None:
    """Drop a connection that broke in the middle of a job; the next query opens a new one."""
    if not transaction.get_connection().in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _give_back(job: Claimed, within_s: float) -> bool:
    """Put a job back from a thread that ends the process; a server that is just starting again is asked once more."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', '2s', false)")
            return rows.give_back(job)
        except Exception:
            connection.close()
            time.sleep(0.2)
    return False


def _ears() -> int:
    """Return a descriptor from which the numbers of signals can be read, even while the first thread is busy in C."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _named(job: Claimed) -> str:
    return f"{job.row.task_path.rpartition('.')[2]} {str(job.id)[:8]}"


def _where(error: BaseException) -> str:
    """Say what went wrong where, without its message: that may hold a person's values."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    place = f" in {os.path.basename(step.tb_frame.f_code.co_filename)}:{step.tb_lineno}" if step else ""
    return f"{type(error).__name__}{place}"
