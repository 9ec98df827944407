"""A worker's process: ``python -m facialis_clinic.jobs.process NAME [once]``."""

from __future__ import annotations

import sys


def main(words: list[str]) -> int:
    """Run one worker; return its exit code."""
    import django

    django.setup()
    from facialis_clinic.jobs.worker import Habits, Worker

    return Worker(words[0], once="once" in words[1:], habits=Habits()).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
