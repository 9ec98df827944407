"""Are all recordings measured when workers are killed: each recorded once, none lost, none stuck.

A few short clips made by the simulator are sent as a patient sends them; then recordings of them wait in the queue for
several people. ``facialis worker`` does them with the role that serves, and its workers are killed (SIGKILL) at random
while it does. What was recorded is counted in the tables and in the log, which has a line for each time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

CLIPS, KILLS = 200, 10
QUICK_CLIPS, QUICK_KILLS = 10, 2
DISTINCT, SECONDS, SIZE = 4, 2.0, "320x240"
PEOPLE = 5
WORKERS = 2
SEED = 20_261
# A run that makes no step for so long is over, and what is left is stuck.
NO_STEP_S = 240.0


def run(quick: bool = False) -> dict[str, Any]:
    """Queue the clips, kill workers, count."""
    clips, kills = (QUICK_CLIPS, QUICK_KILLS) if quick else (CLIPS, KILLS)
    with tempfile.TemporaryDirectory(prefix="facialis-bench-") as folder:
        # The database's own user walks through this folder where the benchmark runs as root.
        Path(folder).chmod(0o711)
        films = make_films(Path(folder))
        home = Path(folder) / "home"
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.jobs", "whole", str(clips), str(kills), *map(str, films)],
            env=os.environ | {"FACIALIS_HOME": str(home)},
            stdout=subprocess.PIPE,
            check=True,
        )
    result: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return result


def make_films(folder: Path) -> list[Path]:
    """Make the distinct clips."""
    from dataclasses import replace

    import matplotlib

    from facialis.face import simulate

    portrait = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    width, height = map(int, SIZE.split("x"))
    films = []
    for seed in range(DISTINCT):
        films.append(folder / f"clip{seed}.mp4")
        plan = replace(simulate.Plan(), seconds=SECONDS, spasms_per_min=90.0)
        simulate.simulate_photo(portrait, films[-1], plan=plan, seed=seed, video=simulate.Video(size=(width, height)))
    return films


def whole(clips: int, kills: int, films: list[str]) -> dict[str, Any]:
    """Start a server of our own, queue, work, count."""
    from facialis_clinic import database
    from facialis_clinic.home import prepare

    state = Path(os.environ["FACIALIS_HOME"])
    prepare(state)
    server = database.start(state)
    try:
        _call("facialis_clinic.config.prepare", role="owner")
        _call("benchmarks.jobs", "fill", str(clips), *films)
        done, killed, minutes = work(state, clips, kills)
        told = _call("benchmarks.jobs", "count")
        return {
            "clips": clips,
            "clip_seconds": SECONDS,
            "workers": WORKERS,
            "people": PEOPLE,
            "killed": killed,
            "minutes": minutes,
            "per_minute": done / minutes,
            "finished": done,
            **json.loads(told.splitlines()[-1]),
        }
    finally:
        server.stop()


def _call(module: str, *words: str, role: str = "app") -> str:
    around = os.environ | {"DJANGO_SETTINGS_MODULE": "facialis_clinic.config.settings", "FACIALIS_ROLE": role}
    done = subprocess.run([sys.executable, "-m", module, *words], env=around, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(words[:1])} ended with {done.returncode}")
    return done.stdout


def fill(clips: int, films: list[str]) -> None:
    """Send each film once, then let recordings of them wait for five invented people."""
    from datetime import date

    from django.utils.timezone import now

    from facialis_clinic.accounts.models import Role, User
    from facialis_clinic.people.actions import give_consent
    from facialis_clinic.people.models import Consent, Person
    from facialis_clinic.people.wording import current
    from facialis_clinic.recordings.actions import send
    from facialis_clinic.recordings.actions.sending import Told, queue
    from facialis_clinic.recordings.models import Recording

    people = []
    for number in range(PEOPLE):
        name = f"Patient {number} Example"
        user = User.objects.create_user(f"patient{number}@example.org", name=name, role=Role.PATIENT)
        people.append(Person.objects.create(user=user, name=name, born=date(1970, 1, 1)))
        words = current("care").id
        given = give_consent(person=people[-1], use="care", by=user, words_version=words, now=now())
        assert isinstance(given, Consent), given
    told = Told(mirrored="no", filmed_on=None, words={})
    sent = []
    for film in films:
        path = Path(film)
        one = send(
            person=people[0], by=people[0].user, name=path.name, pieces=[path.read_bytes()], told=told, now=now()
        )
        assert isinstance(one, Recording), one
        sent.append(one)
    for number in range(len(sent), clips):
        more = Recording.objects.get(pk=sent[number % len(sent)].pk)
        more.pk, more.person, more.sent_sha256 = uuid4(), people[number % PEOPLE], ""
        more._state.adding = True
        more.save()
        queue(more)


def work(home: Path, clips: int, kills: int) -> tuple[int, int, float]:
    """Run the workers, kill one now and then; return how many jobs ended, the kills and the minutes."""
    chance = random.Random(SEED)
    words = [sys.executable, "-m", "facialis", "worker", "--home", str(home), "--count", str(WORKERS)]
    begun = time.monotonic()
    keeper = subprocess.Popen(words, stdout=sys.stderr)
    at = sorted(chance.uniform(0.02, 0.95) * clips for _ in range(kills))
    ended, moved, killed = 0, begun, 0
    try:
        while ended < clips and time.monotonic() - moved < NO_STEP_S:
            time.sleep(chance.uniform(0.05, 0.35))
            now_ended = _ended(home)
            if now_ended > ended:
                ended, moved = now_ended, time.monotonic()
            if killed < kills and ended >= at[killed] and (busy := _busy(keeper.pid)):
                os.kill(chance.choice(busy), signal.SIGKILL)
                killed += 1
        minutes = (time.monotonic() - begun) / 60
    finally:
        keeper.terminate()
        keeper.wait(30)
    return ended, killed, minutes


def _busy(keeper: int) -> list[int]:
    """Return the workers that have a process at work for them."""
    return [child for child in _children(keeper) if _children(child)]


def _children(pid: int) -> list[int]:
    return [child for child, parent in _processes() if parent == pid]


def _processes() -> list[tuple[int, int]]:
    """Return every process with its parent."""
    if not Path("/proc/self/stat").exists():
        told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        return [(int(line.split()[0]), int(line.split()[1])) for line in told.splitlines()]
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found.append((int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])))
    return found


def _ended(home: Path) -> int:
    import psycopg

    from facialis_clinic import database

    url = database.running(home)
    assert url is not None
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status IN ('SUCCESSFUL', 'FAILED') "
            "AND task_path LIKE '%.measure_recording'"
        ).fetchone()
    return int(row[0]) if row else 0


def count() -> dict[str, Any]:
    """Count what was recorded, how often, and what each job went through."""
    from collections import Counter

    from django.db import connection

    from facialis_clinic.jobs.models import Job
    from facialis_clinic.recordings.models import Measurement, Recording

    rows = Counter(Measurement.objects.values_list("recording_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT thing FROM audit_event WHERE verb = 'measured' AND kind = 'recording'")
        logged = Counter(UUID(str(thing)) for (thing,) in cursor.fetchall())
    jobs = {job.pk: job for job in Job.objects.select_related("result")}
    ours = [(recording, jobs.get(recording.job)) for recording in Recording.objects.all()]
    ended = [(one, job) for one, job in ours if job is not None and job.result.finished_at is not None]
    return {
        "recordings": len(ours),
        "recorded_once": sum(rows[one.pk] == 1 and logged[one.pk] == 1 for one, _ in ours),
        "recorded_twice": sum(rows[one.pk] > 1 or logged[one.pk] > 1 for one, _ in ours),
        "lost": sum(not rows[one.pk] for one, _ in ended) + sum(job is None for _, job in ours),
        "stuck": sum(job is not None and job.result.finished_at is None for _, job in ours),
        "starts": sum(len(job.result.worker_ids) for _, job in ours if job is not None),
        "deaths": sum(job.deaths for _, job in ours if job is not None),
        "errors": sum(job.mistakes for _, job in ours if job is not None),
        "failed": sum(job is not None and job.result.status == "FAILED" for _, job in ours),
        "copies": sum(bool(one.copy) for one, _ in ours),
    }


def main(words: list[str]) -> None:
    """Do one step of the benchmark in a process of its own."""
    step, *more = words
    if step == "whole":
        print(json.dumps(whole(int(more[0]), int(more[1]), more[2:])))
        return
    import django

    django.setup()
    if step == "fill":
        fill(int(more[0]), more[1:])
    else:
        print(json.dumps(count()))


if __name__ == "__main__":
    main(sys.argv[1:])
