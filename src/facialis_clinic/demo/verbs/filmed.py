"""Films: sent, measured, looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from facialis_clinic.demo import clips, kept
from facialis_clinic.demo.verbs.scene import Halt, Scene, taken
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.models import Measurement, Recording

MEASURED_IN = timedelta(minutes=3)


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


def settle(measurement: Measurement, sent_at: datetime) -> None:
    """Date a result to the day on which its film was sent: it was measured when the demonstration was made."""
    at = sent_at + MEASURED_IN
    if measurement.measured_at > at:
        Measurement.objects.filter(pk=measurement.pk).update(measured_at=at)


def judge(scene: Scene, *, clip: str, out: list[int], reason: str = "") -> None:
    """Look through the events of a film: those that are named are none, the rest stands."""
    from facialis_clinic.chart.actions import verdicts

    measurement = _measured(scene.person, clip)
    said: list[datetime] = []
    for number in out:
        now = scene.now + timedelta(seconds=10 * (1 + len(said)))
        taken(
            verdicts.judge(
                measurement=measurement, number=number, to="out", reason=reason, seen="", by=scene.by, now=now
            )
        )
        said.append(now)
    rest = {one["kind"] for one in measurement.result["events"]} - {"head_motion"}
    seen = verdicts.newest(list(measurement.verdicts.all()))
    if len(measurement.result["events"]) > len(out):
        now = scene.now + timedelta(minutes=2)
        taken(verdicts.accept_rest(measurement=measurement, kinds=tuple(sorted(rest)), seen=seen, by=scene.by, now=now))


def _measured(person: Person, clip: str) -> Measurement:
    """Return the newest measurement of a film."""
    sent = recording_of(person, clip)
    found = sent.measurements.order_by("-measured_at").first() if sent is not None else None
    if found is None:
        raise Halt(f"the film {clip} was not measured")
    return found
