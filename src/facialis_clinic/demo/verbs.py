"""What can happen in a story: each verb calls the action that a page would call, as the person who would press it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from facialis.history.questions import UNKNOWN, Stage
from facialis_clinic.accounts.models import User
from facialis_clinic.demo import clips, kept
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement, Recording

T = TypeVar("T")
MEASURED_IN = timedelta(minutes=3)
ANSWERED_IN = timedelta(seconds=9)
# How a question says no.
NO = ("no", "none", "not_at_all")


class Halt(Exception):
    """An action refused a step: the story ends here, and says why."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a verb finds: whose story it is, who acts and when.

    Attributes
    ----------
    person : Person
    by : User
    now : datetime
    staff : mapping
        The people who work here, by the first part of their address.
    """

    person: Person
    by: User
    now: datetime
    staff: Mapping[str, User]


def taken(answer: T | Refused) -> T:
    """Return what an action answered.

    Raises
    ------
    Halt
        Where it refused.
    """
    if isinstance(answer, Refused):
        raise Halt(answer.why)
    return answer


def told_of(mirrored: str) -> dict[str, Any]:
    """Return what is told with a film and changes what is measured."""
    return {"mirrored": mirrored, "protocol": {}}


def recording_of(person: Person, clip: str) -> Recording | None:
    """Return the recording that a film of the stories has become."""
    return Recording.objects.filter(person=person, name=f"{clip}.mp4").first()


def film(scene: Scene, *, clip: str, options: Mapping[str, Any], mirrored: str = "no") -> None:
    """Send a film; where its result is kept, it is measured at once."""
    from facialis_clinic.people.wording import current
    from facialis_clinic.recordings.actions import measure, send
    from facialis_clinic.recordings.actions.told import Told

    path = clips.make(options)
    told = Told(mirrored=mirrored, filmed_on=scene.now.date(), words={"care": current("care").id})
    pieces = [path.read_bytes()]
    recording = taken(
        send(person=scene.person, by=scene.by, name=f"{clip}.mp4", pieces=pieces, told=told, now=scene.now)
    )
    place = kept.place_of(path, told_of(mirrored))
    if kept.is_kept(place):
        measure(recording.pk, attempt=0, ask=kept.answering(place), clock=lambda: scene.now + MEASURED_IN)


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


def diary(scene: Scene, *, side: str, every: int, values: list[int]) -> None:
    """Write the diary: one value every few days, the last one on the day of the step."""
    from facialis_clinic.intake.actions import write

    for back, value in enumerate(reversed(values)):
        now = scene.now - timedelta(days=every * back)
        taken(
            write(
                person=scene.person, by=scene.by, day=now.date(), side=side, severity=value, symptoms=(), note="",
                today=now.date(), now=now,
            )
        )  # fmt: skip


VERBS: Mapping[str, Callable[..., None]] = {"diary": diary, "film": film, "interview": interview}


def settle(measurement: Measurement, sent_at: datetime) -> None:
    """Date a result to the day on which its film was sent: it was measured when the demonstration was made."""
    at = sent_at + MEASURED_IN
    if measurement.measured_at > at:
        Measurement.objects.filter(pk=measurement.pk).update(measured_at=at)
