"""What the patient tells: the questions, the diary, scales, medicines and what a treatment depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from facialis.history.questions import UNKNOWN, Stage
from facialis_clinic.demo.verbs.scene import Scene, taken

ANSWERED_IN = timedelta(seconds=9)
# How a question says no.
NO = ("no", "none", "not_at_all")


def interview(scene: Scene, *, answers: Mapping[str, Any], until: str = "") -> None:
    """Answer the questions that are asked, in the order in which they are, up to one of them, or all and finish.

    A question that is not named is answered with no where it must be asked, and left open where it need not.
    """
    from facialis_clinic.intake import actions
    from facialis_clinic.intake.saved import kept_of

    row, now = actions.begin(person=scene.person, by=scene.by, now=scene.now), scene.now
    while True:
        opened = kept_of(row.saved, now=now).interview.open()
        asked = next((one for one in opened if one.stage is not Stage.RANKED or one.key in answers), None)
        if asked is None or asked.key == until:
            break
        now += ANSWERED_IN
        said = answers.get(asked.key, next((no for no in NO if no in asked.choices), UNKNOWN))
        typed = _typed(said, asked.key, scene.now)
        row = taken(actions.answer(interview=row, key=asked.key, typed=typed, was="", by=scene.by, now=now)).interview
    if not until:
        taken(actions.finish(interview=row, by=scene.by, now=now))


def _typed(answer: Any, key: str, now: datetime) -> str:
    """Return an answer as it is typed; when it began is told in years before the demonstration."""
    return str(now.year - int(answer)) if key == "onset" else str(answer)


def diary(scene: Scene, *, side: str, every: int, values: list[int], noticed: Sequence[str] = ()) -> None:
    """Write the diary: one value every few days, the last one on the day of the step, with what was noticed then."""
    from facialis_clinic.intake.actions import write

    for back, value in enumerate(reversed(values)):
        now = scene.now - timedelta(days=every * back)
        taken(
            write(
                person=scene.person, by=scene.by, day=now.date(), side=side, severity=value,
                symptoms=() if back else tuple(noticed), note="", today=now.date(), now=now,
            )
        )  # fmt: skip


def scale(scene: Scene, *, name: str, answers: Mapping[str, Any]) -> None:
    """Answer a scale."""
    from facialis_clinic.intake.actions import answer_scale

    given = {key: str(value) for key, value in answers.items()}
    taken(
        answer_scale(person=scene.person, name=name, answers=given, by=scene.by, today=scene.now.date(), now=scene.now)
    )


def medicines(scene: Scene, *, taking: Mapping[str, str], allergies: Mapping[str, str] | None = None) -> None:
    """Tell of medicines and allergies, each by its name with what is said of it."""
    from facialis_clinic.intake.actions import add_medicine

    told = [("medicine", *one) for one in taking.items()] + [("allergy", *one) for one in (allergies or {}).items()]
    for kind, name, detail in told:
        taken(add_medicine(person=scene.person, kind=kind, name=name, detail=detail, by=scene.by, now=scene.now))


def reconcile(scene: Scene) -> None:
    """Go through all medicines with the patient."""
    from facialis_clinic.intake import actions, told

    rows = [one.pk for one in told.medicines_of(scene.person.pk)]
    taken(actions.reconcile(person=scene.person, medicines=rows, by=scene.by, now=scene.now))


def circumstances(scene: Scene, *, answers: Mapping[str, str]) -> None:
    """Answer what a treatment depends on: what is not named is answered with no."""
    from facialis.knowledge.treatment import circumstances as asked
    from facialis_clinic.intake.actions import tell_circumstances

    given = {code: answers.get(code, "no") for code in asked()}
    taken(tell_circumstances(person=scene.person, answers=given, by=scene.by, now=scene.now))
