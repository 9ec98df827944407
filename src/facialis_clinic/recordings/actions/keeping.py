"""What becomes of a recording that is kept: measured anew, released, deleted; and what nobody claims is swept up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from facialis_clinic import mail
from facialis_clinic.accounts.models import Role, User
from facialis_clinic.audit.actions import record
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import bounds, consent
from facialis_clinic.recordings.actions.sending import queue
from facialis_clinic.recordings.actions.told import removal
from facialis_clinic.recordings.models import Measurement, Part, Recording, State, Upload, Viewing
from facialis_clinic.storage import Folder, Kind, recordings_storage, sweep_kind

UNDER_WAY: Final = (State.QUEUED, State.MEASURING)
KINDS: Final[tuple[Kind, ...]] = ("parts", "originals", "copies", "posters", "signals")
TOO_LATE: Final = Refused(
    "A video can be deleted within 24 hours of sending it. After that, one that was measured stays in your record, as "
    "your treatment may be based on it. One that was not measured can be deleted once you take back the yes to its use "
    "for your own care."
)


@transaction.atomic
def remeasure(*, recording: Recording, by: User) -> Recording | Refused:
    """Queue a recording to be measured by the version that is installed; what was measured before stays.

    What this version has measured already is measured again only where its signals were not kept.
    """
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    if not by.is_clinician:
        return Refused("A neurologist or a nurse can have a video measured again.")
    if recording.state in UNDER_WAY:
        return Refused("The video is waiting to be measured already.")
    if recording.measurements.filter(version=version("facialis")).exclude(signals="").exists():
        return Refused(f"This version ({version('facialis')}) has measured the video already.")
    recording.round += 1
    recording.state, recording.progress, recording.reason = State.QUEUED, 0, ""
    recording.save(update_fields=["round", "state", "progress", "reason"])
    record(subject=recording.person_id, actor=by, verb="queued", kind="recording", thing=recording.pk)
    queue(recording)
    return recording


@transaction.atomic
def release(*, measurement: Measurement, by: User, now: datetime, quietly: bool = False) -> Measurement | Refused:
    """Let the patient see the answer. A mail tells them that there is something to see, and not what.

    Parameters
    ----------
    measurement : Measurement
        From a gate.
    by : User
        A neurologist.
    now : datetime
        The moment.
    quietly : bool
        Whether somebody else sends the mail: of one answer comes one.
    """
    if by.role != Role.NEUROLOGIST:
        return Refused("A neurologist releases an answer.")
    measurement = (
        Measurement.objects.select_for_update(of=("self",))
        .select_related("recording__person__user")
        .get(pk=measurement.pk)
    )
    if measurement.released_at is not None:
        return measurement
    measurement.released_at, measurement.released_by = now, by
    measurement.save(update_fields=["released_at", "released_by"])
    recording = measurement.recording
    record(subject=recording.person_id, actor=by, verb="released", kind="measurement", thing=measurement.pk)
    if recording.person.user is not None and not quietly:
        told = {"page": reverse("recordings:show", args=[recording.pk])}
        send = partial(mail.send, recording.person.user.email, template="recordings/mail/released.txt", context=told)
        transaction.on_commit(send, robust=True)
    return measurement


def deletable(recording: Recording, *, now: datetime) -> bool:
    """Whether the patient may delete a recording: soon after sending it, or unmeasured and without consent for care."""
    if now - recording.created_at < bounds.TAKE_BACK:
        return True
    measured = recording.measurements.exists()
    return not measured and not consent.stands(recording.person_id, "care", now=now, recording_id=recording.pk)


@transaction.atomic
def delete(*, recording: Recording, by: User, now: datetime) -> Refused | None:
    """Delete one recording, by the patient or who shares for them: rows, files and their history; the log says so."""
    found = Recording.objects.select_for_update().filter(pk=recording.pk).first()
    if found is None:
        return None
    if not deletable(found, now=now):
        return TOO_LATE
    record(subject=found.person_id, actor=by, verb="deleted", kind="recording", thing=found.pk)
    measured = dict(found.measurements.values_list("pk", "signals"))
    removal([*found.files(), *filter(None, measured.values())])
    found.delete()
    _forget_history([recording.pk], list(measured))
    return None


def _forget_history(recordings: list[UUID], measurements: list[UUID]) -> None:
    """Remove the history of rows that are gone for good: it holds the names of their files and what was wrong."""
    from django.apps import apps

    for name, ids in (("RecordingEvent", recordings), ("MeasurementEvent", measurements)):
        model = apps.get_model("recordings", name)
        with pgtrigger.ignore(f"recordings.{name}:append_only"):
            model._default_manager.filter(pgh_obj_id__in=ids).delete()


def sweep(*, now: datetime) -> int:
    """Remove uploads that nobody went on with, and files and notes that nothing belongs to; return how many uploads."""
    gone = 0
    for pk in Upload.objects.filter(touched_at__lt=now - bounds.ABANDONED).values_list("pk", flat=True):
        with transaction.atomic():
            old = Upload.objects.select_for_update(skip_locked=True).filter(
                pk=pk, touched_at__lt=now - bounds.ABANDONED
            )
            for upload in old:
                removal([part.name for part in upload.parts.all()])
                gone += upload.recording_id is None
                upload.delete()
    Viewing.objects.filter(hour__lt=now - timedelta(days=2)).delete()
    _sweep_files(now)
    return gone


def _sweep_files(now: datetime) -> None:
    store = recordings_storage()
    before = (now - bounds.UNCLAIMED).timestamp()
    for kind in KINDS:
        sweep_kind(kind, partial(_claimed, kind), before)
    passing = [Path(settings.HOME) / "work"]
    if isinstance(store, Folder):
        passing.append(Path(store.location) / "coming")
    for folder in passing:
        for path in folder.glob("*"):
            if path.stat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _claimed(kind: Kind) -> Iterator[str]:
    if kind == "parts":
        yield from Part.objects.values_list("name", flat=True)
    elif kind == "signals":
        yield from Measurement.objects.exclude(signals="").values_list("signals", flat=True)
    else:
        field = {"originals": "original", "copies": "copy", "posters": "poster"}[kind]
        yield from Recording.objects.exclude(**{field: ""}).values_list(field, flat=True)
