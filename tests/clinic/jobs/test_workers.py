"""Real worker processes: killed, stopped, cut off, asked to stop. Nothing is lost, nothing recorded twice."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable

from django.db import connection

from facialis_clinic.jobs import enqueue, rows, status
from facialis_clinic.jobs.models import DailyRun, Job
from tests.clinic.jobs import bodies
from tests.clinic.jobs.conftest import Started, read_lines, until

Start = Callable[..., Started]


def pids() -> list[int]:
    """Return the processes that have begun a job, the last one last."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pid FROM {bodies.TABLE} WHERE what = 'begun' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def cut_off(*, lock_only: bool = False) -> int:
    """End the connections of the workers at the server; return how many there were."""
    holds = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
            AND datname = current_database() AND {holds if lock_only else "true"}"""
        )
        return int(cursor.fetchone()[0])


def test_workers_killed_at_random_lose_nothing_and_record_nothing_twice(start: Start) -> None:
    chance = random.Random(6)
    people = [uuid.uuid4() for _ in range(3)]
    ids = [enqueue(bodies.slow, number, 150, whose=people[number % 3]) for number in range(12)]
    kept = start("keep", "2")
    killed: list[int] = []
    while len(killed) < 4:
        until(lambda: pids() and pids()[-1] not in killed)
        time.sleep(chance.uniform(0, 0.2))
        victim = pids()[-1]
        if victim not in killed:
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    until(lambda: all(status(id).state == "done" for id in ids))

    code, printed = kept.stop()
    assert code == 0
    assert printed.count("SIGKILL") == 4
    assert Counter(read_lines("done")) == {str(number): 1 for number in range(12)}
    # Who was killed between recording and saying so is measured again, and not recorded again.
    assert len(read_lines("again")) <= len(killed)
    assert sum(Job.objects.values_list("deaths", flat=True)) <= len(killed)
    assert not any(Job.objects.values_list("mistakes", flat=True))


def test_a_stopped_worker_keeps_its_job_and_resumed_it_records_once(start: Start) -> None:
    id = enqueue(bodies.slow, 1, 800)
    first = start("first")
    until(pids)
    os.kill(first.process.pid, signal.SIGSTOP)
    second = start("second")
    enqueue(bodies.quick, 2)
    until(lambda: "2" in read_lines("done"))  # the second worker lives, and has looked
    time.sleep(0.5)

    assert (status(id).state, status(id).attempt) == ("running", 1)

    os.kill(first.process.pid, signal.SIGCONT)
    until(lambda: status(id).state == "done")
    assert Counter(read_lines("done")) == {"1": 1, "2": 1}
    assert read_lines("again") == []
    assert first.stop()[0] == second.stop()[0] == 0


def test_a_worker_that_lost_its_lock_unknowingly_cannot_record(start: Start) -> None:
    id = enqueue(bodies.slow, 1, 1000)
    first = start("first")
    until(pids)
    time.sleep(0.2)
    os.kill(first.process.pid, signal.SIGSTOP)
    assert cut_off(lock_only=True) == 1
    second = start("second", "once")

    until(lambda: status(id).state == "done")
    os.kill(first.process.pid, signal.SIGCONT)

    code, printed = first.end()
    assert code == 75
    assert "the database is lost" in printed
    assert read_lines("done") == ["1"]
    assert read_lines("again") == []  # the late one was refused by the fence, not by what stood there
    assert (status(id).state, status(id).attempt) == ("done", 2)
    assert second.end()[0] == 0


def test_a_worker_whose_connections_are_cut_gives_its_job_back_and_is_started_again(start: Start) -> None:
    id = enqueue(bodies.slow, 1, 600)
    kept = start("keep", "1")
    until(pids)

    assert cut_off() >= 2

    until(lambda: status(id).state == "done")
    job = Job.objects.get(pk=id)
    assert (job.deaths, job.mistakes) == (0, 0)
    assert read_lines("done") == ["1"]
    code, printed = kept.stop()
    assert code == 0
    assert "given back" in printed
    assert "exit code 75" in printed


def test_a_worker_asked_to_stop_gives_back_what_takes_longer_and_at_once_when_asked_twice(start: Start) -> None:
    id = enqueue(bodies.deaf, 1)
    patient = start("patient")
    until(pids)
    began = time.monotonic()
    code, printed = patient.stop()
    took_s = time.monotonic() - began

    assert code == 0
    assert "given back" in printed
    assert took_s > 0.9
    assert status(id).state == "waiting"

    hasty = start("hasty", "patience_s", "60")
    until(lambda: len(pids()) == 2)
    began = time.monotonic()
    hasty.process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    hasty.process.send_signal(signal.SIGINT)
    assert hasty.end()[0] == 0
    assert time.monotonic() - began < 30
    job = Job.objects.get(pk=id)
    assert (status(id).state, job.deaths, job.mistakes) == ("waiting", 0, 0)


def test_a_job_that_kills_its_worker_does_not_starve_the_others_and_fails_in_the_end(start: Start) -> None:
    id = enqueue(bodies.deadly, 1)
    Job.objects.filter(pk=id).update(deaths=9)
    other = enqueue(bodies.quick, 2)
    kept = start("keep", "1", "once")

    until(lambda: status(other).state == "done" and status(id).state == "failed")

    assert status(id).why == "deaths"
    assert read_lines("done") == ["2"]
    assert read_lines("begun") == ["1"]
    assert read_lines("failed deaths") == ["1"]
    code, printed = kept.end()
    assert code == 0
    assert "it stops the program" in printed


def test_a_job_that_hangs_is_ended_and_counts_as_a_death(start: Start) -> None:
    id = enqueue(bodies.deaf, 1)
    worker = start("worker", "longest_s", "0.5")

    code, printed = worker.end()

    assert code == 76
    assert "has hung" in printed
    until(lambda: rows.take_over(rows.Pace()))
    assert (status(id).state, Job.objects.get(pk=id).deaths) == ("waiting", 1)


def test_four_workers_begin_each_daily_job_once_and_a_late_day_once(start: Start) -> None:
    """The command as it is called, on a queue left behind by a crash: the rows of dead workers are taken over."""
    left = [enqueue(bodies.quick, number) for number in range(3)]
    for _ in left:
        rows.claim(uuid.uuid4().hex)
    command = [sys.executable, "-m", "facialis", "worker", "--count", "4", "--once"]
    code, printed = start(command=command).end()

    assert code == 0, printed
    assert Counter(DailyRun.objects.values_list("task", flat=True)).most_common(1)[0][1] == 1
    queued = Counter(re.findall(r"(\w+) is due today", printed))
    assert queued["sweep_finished_jobs"] == 1
    assert set(queued.values()) == {1}
    assert printed.count("was taken from a worker that is gone") == 3
    assert re.search(r"worker [1-4]: sweep_finished_jobs \w{8} done, \d+\.\d s, attempt 1", printed)


def test_ctrl_c_lets_what_is_nearly_done_be_finished_and_begins_nothing_new(start: Start) -> None:
    id = enqueue(bodies.slow, 1, 500)
    enqueue(bodies.quick, 2)
    kept = start("keep", "1", "patience_s", "20")
    until(pids)
    child = pids()[-1]

    kept.process.send_signal(signal.SIGINT)

    assert kept.end()[0] == 130
    assert status(id).state == "done"
    assert read_lines("done") == ["1"]
    assert not alive(child)


def test_workers_whose_keeper_is_killed_end_too(start: Start) -> None:
    enqueue(bodies.slow, 1, 300)
    kept = start("keep", "1")
    until(pids)
    child = pids()[-1]

    kept.process.kill()

    until(lambda: not alive(child))
    assert len(read_lines("done")) <= 1


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_without_a_site_the_command_says_so_in_one_line(tmp_path: object) -> None:
    import subprocess

    without = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FACIALIS_HOME")}
    words = [sys.executable, "-m", "facialis", "worker", "--home", str(tmp_path)]
    done = subprocess.run(words, env=without, capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no site runs here" in done.stderr
    done = subprocess.run(
        words, env=without | {"DATABASE_URL": "mysql://x"}, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
