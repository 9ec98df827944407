"""What becomes of a recording of electrodes that is kept: read anew, deleted; and what nobody claims is swept up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final
from uuid import UUID

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes import bounds
from facialis_clinic.electrodes.actions.placing import UNDER_WAY, queue
from facialis_clinic.electrodes.actions.reading import half_done
from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.actions.told import removal
from facialis_clinic.storage import Kind, sweep_kind

KINDS: Final[tuple[Kind, ...]] = ("electrodes", "readings")
TOO_LATE: Final = Refused(
    "A recording of electrodes can be deleted within 24 hours of sending it. After that it stays in the record, as the "
    "treatment may be based on it."
)


@transaction.atomic
def read_again(*, study: Study, by: User) -> Study | Refused:
    """Queue a study to be read by the version that is installed; what was read by others stays."""
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state in UNDER_WAY:
        return Refused("The recording waits to be read already.")
    if not study.montage:
        return Refused("Say first where the electrodes lie.")
    if study.readings.filter(version=version("facialis"), montage=study.montage).exists():
        return Refused(f"This version ({version('facialis')}) has read the recording already.")
    record(subject=study.person_id, actor=by, verb="queued", kind="study", thing=study.pk)
    queue(study)
    return study


def deletable(study: Study, *, now: datetime) -> bool:
    """Whether a study may be deleted: soon after it was sent, for the wrong file or the wrong patient."""
    return now - study.created_at < bounds.TAKE_BACK


@transaction.atomic
def delete(*, study: Study, by: User, now: datetime) -> Refused | None:
    """Delete one study: rows, files and their history; the log says so."""
    found = Study.objects.select_for_update().filter(pk=study.pk).first()
    if found is None:
        return None
    if not deletable(found, now=now):
        return TOO_LATE
    record(subject=found.person_id, actor=by, verb="deleted", kind="study", thing=found.pk)
    readings = list(found.readings.all())
    removal([found.original, *(name for one in readings for name in one.files())])
    ids = [one.pk for one in readings]
    found.delete()
    _forget_history([study.pk], ids)
    transaction.on_commit(partial(shutil.rmtree, half_done(study.pk), ignore_errors=True), robust=True)
    return None


def _forget_history(studies: list[UUID], readings: list[UUID]) -> None:
    """Remove the history of rows that are gone for good: it holds the names of their files and what was wrong."""
    for name, ids in (("StudyEvent", studies), ("ReadingEvent", readings)):
        model = apps.get_model("electrodes", name)
        with pgtrigger.ignore(f"electrodes.{name}:append_only"):
            model._default_manager.filter(pgh_obj_id__in=ids).delete()


def sweep(*, now: datetime) -> None:
    """Remove files that no row claims, and what was half done of a study that is gone."""
    before = (now - bounds.UNCLAIMED).timestamp()
    for kind in KINDS:
        sweep_kind(kind, partial(_claimed, kind), before)
    there = {str(half_done(pk)) for pk in Study.objects.values_list("pk", flat=True)}
    for folder in (Path(settings.HOME) / "work").glob("study-*"):
        if str(folder) not in there:
            shutil.rmtree(folder, ignore_errors=True)


def _claimed(kind: Kind) -> Iterator[str]:
    if kind == "electrodes":
        yield from Study.objects.values_list("original", flat=True)
    else:
        for row in Reading.objects.values_list(*Reading.FILES):
            yield from filter(None, row)
