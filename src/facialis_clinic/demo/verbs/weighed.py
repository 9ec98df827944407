"""What the neurologist makes of it: an assessment, and its release in their own words."""

from __future__ import annotations

from facialis_clinic.demo.verbs.scene import Halt, Scene, taken


def assess(scene: Scene) -> None:
    """Weigh all that is known by now."""
    from facialis_clinic.chart.actions import assess_now

    taken(assess_now(person=scene.person, by=scene.by, now=scene.now))


def release(scene: Scene, *, words: str) -> None:
    """Let the patient read what was weighed last."""
    from facialis_clinic.chart import actions, weighing

    found = weighing.newest(scene.person)
    if found is None:
        raise Halt("nothing was weighed")
    taken(actions.release(assessment=found, words=words, by=scene.by, now=scene.now))
