"""A worker that does the jobs of the tests, in a hurry: ``NAME [once] [patience_s N]``, or ``keep COUNT ...``."""

from __future__ import annotations

import os
import sys

HURRY = {"idle_s": 0.05, "watch_s": 0.1, "daily_s": 3600.0, "patience_s": 1.0, "leaving_s": 3.0}


def work(words: list[str]) -> int:
    import django

    django.setup()
    from facialis_clinic.jobs.rows import Pace
    from facialis_clinic.jobs.worker import Habits, Worker
    from tests.clinic.jobs import bodies  # noqa: F401

    hurry = HURRY | {name: float(words[words.index(name) + 1]) for name in ("longest_s", "patience_s") if name in words}
    pace = Pace(death_s=0.1, mistake_s=0.1, longest_s=1.0)
    return Worker(words[0], once="once" in words, habits=Habits(**hurry, pace=pace)).run()


def keep(count: int, more: list[str]) -> int:
    from facialis_clinic.workers import Child, Workers

    words = [sys.executable, "-m", "tests.clinic.jobs.process"]
    children = [Child(f"w{number}", [*words, f"w{number}", *more], dict(os.environ)) for number in range(count)]
    return Workers(children, once="once" in more).run()


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        sys.exit(keep(int(sys.argv[2]), sys.argv[3:]))
    sys.exit(work(sys.argv[1:]))
