"""What is done for people once a day, by a worker."""

from __future__ import annotations

from datetime import time

from django.utils import timezone

from facialis_clinic.jobs import daily, task


@daily(at=time(3, 40))
@task
def forget_those_due() -> None:
    """Forget whose week has passed and whom a restored backup brought back, and finish what was begun."""
    from facialis_clinic.people.actions import forget_again, forget_due

    forget_due(now=timezone.now())
    forget_again(now=timezone.now())  # it finishes what was begun, too


@daily(at=time(7, 0))
@task
def tell_people() -> None:
    """Write to those who were not told of an emergency opening yet, and to those whose proxy soon ends."""
    from facialis_clinic.people.actions import tell_of_broken_glass, tell_of_endings

    tell_of_broken_glass(now=timezone.now())
    tell_of_endings(now=timezone.now())
