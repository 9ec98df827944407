"""What the neurologist makes of it: findings by hand, an assessment, its release."""

from __future__ import annotations

from datetime import timedelta

from facialis_clinic.demo.verbs.scene import Halt, Scene, taken


def assess(scene: Scene) -> None:
    """Weigh all that is known by now."""
    from facialis_clinic.chart.actions import assess_now

    taken(assess_now(person=scene.person, by=scene.by, now=scene.now))


def release(scene: Scene, *, words: str) -> None:
    """Open the newest assessment for the patient."""
    from facialis_clinic.chart import weighing
    from facialis_clinic.chart.actions import release as released

    found = weighing.newest(scene.person)
    if found is None:
        raise Halt("nothing was weighed")
    taken(released(assessment=found, words=words, by=scene.by, now=scene.now + timedelta(minutes=1)))
