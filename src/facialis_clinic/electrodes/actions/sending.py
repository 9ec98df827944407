"""A recording of electrodes comes in, by a form: it is looked into before it is kept, and nothing is taken twice."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes import bounds
from facialis_clinic.electrodes.models import Study
from facialis_clinic.electrodes.words import NOT_TAKEN, OURS, in_the_form, tidy_name
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.storage import Folder, keep_path, recordings_storage, workplace

MODULE = "facialis_clinic.electrodes.apart"
_ENDINGS = ("edf", "rec", "bdf", "csv", "tsv", "txt", "zip")


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender says with a file.

    Attributes
    ----------
    kind : str
        One of :class:`~facialis_clinic.electrodes.models.Kind`.
    recorded_on : date or None
        The day, if the file does not say it.
    more : mapping
        ``rate_hz``, ``unit`` and ``stimulated``, where the file does not say them.
    """

    kind: str
    recorded_on: date | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlreadyThere(Refused):
    """The very same file is in the record: as this study."""

    study: UUID


def send(*, person: Person, by: User, name: str, path: Path, told: Told, now: datetime) -> Study | Refused:
    """Take a file, if there are electrodes on muscles in it; it waits until somebody says where they lie.

    Parameters
    ----------
    person : Person
        From a gate.
    by : User
        Who sends it.
    name : str
        Of the file, as the browser tells it.
    path : Path
        Where the file lies on this machine; it stays as it is.
    told : Told
    now : datetime
        The moment.
    """
    with workplace() as folder:
        ending = _ending(name)
        # Some readers go by how a name ends; the rest of it says nothing here.
        sent = folder / f"sent.{ending}"
        sent.symlink_to(path.absolute())
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if why := _no_place(person, path.stat().st_size, sha256, told.kind):
            return why
        seen = _look(sent, ending, folder, told)
        if isinstance(seen, Refused):
            return seen
        return _keep(sent, seen, person=person, by=by, name=tidy_name(name), sha256=sha256, told=told, now=now)


def _ending(name: str) -> str:
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return ending if ending in _ENDINGS else "bin"


def _no_place(person: Person, size: int, sha256: str, kind: str) -> Refused | None:
    """Say why a file of this size is not wanted, if it is not."""
    if size <= 0:
        return Refused(NOT_TAKEN["empty"])
    if size > bounds.most_bytes():
        return Refused(NOT_TAKEN["too_big"])
    there = Study.objects.filter(person=person, sha256=sha256, kind=kind).first()
    if there is not None:
        day = f"{there.created_at:%-d %B %Y}"
        return AlreadyThere(f"This recording is in the record already, sent on {day}.", there.pk)
    store = recordings_storage()
    if isinstance(store, Folder):
        Path(store.location).mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(store.location).free < size + bounds.spare():
            return Refused(NOT_TAKEN["no_room"])
    return None


def _look(path: Path, ending: str, folder: Path, told: Told) -> dict[str, Any] | Refused:
    outcome = apart.run(
        "look",
        limits=bounds.looking(path.stat().st_size),
        paths={"source": path, "folder": folder / "set"},
        told={"kind": told.kind, "ending": ending, **told.more},
        module=MODULE,
    )
    match outcome:
        case apart.Answered(seen) if _is_seen(seen):
            return seen
        case apart.Refused("file", detail):
            return Refused(in_the_form(detail))
        case apart.Broke("error"):
            return Refused(NOT_TAKEN["broken"])
        case apart.Broke():
            return Refused(NOT_TAKEN["heavy"])
        case _:
            return Refused(OURS)


def _is_seen(seen: dict[str, Any]) -> bool:
    """Whether an answer is one: who reads files of unknown origin is not believed more than it must be."""
    rows = seen.get("channels")
    return (
        isinstance(rows, list)
        and all(isinstance(row, dict) and {"name", "muscle", "side", "rate_hz"} <= row.keys() for row in rows)
        and isinstance(seen.get("duration_s"), int | float)
    )


def _keep(
    path: Path, seen: dict[str, Any], *, person: Person, by: User, name: str, sha256: str, told: Told, now: datetime
) -> Study | Refused:
    store = recordings_storage()
    original = keep_path(store, "electrodes", path)
    try:
        with transaction.atomic():
            # Whoever else sends for this person waits here, so that the same file is not taken twice.
            Person.objects.select_for_update().get(pk=person.pk)
            if why := _no_place(person, path.stat().st_size, sha256, told.kind):
                store.delete(original)
                return why
            study = Study.objects.create(
                person=person,
                by=by,
                kind=told.kind,
                name=name,
                size=path.stat().st_size,
                sha256=sha256,
                ending=path.suffix.removeprefix("."),
                original=original,
                recorded_on=told.recorded_on or _day(seen.get("started"), now),
                duration_s=float(seen["duration_s"]),
                told=told.more,
                channels=seen["channels"],
                created_at=now,
            )
            record(subject=person.pk, actor=by, verb="sent", kind="study", thing=study.pk)
    except BaseException:
        store.delete(original)
        raise
    return study


def _day(started: object, now: datetime) -> date | None:
    """Return the day that the amplifier wrote down, unless it lies ahead or before there were any such files."""
    try:
        day = datetime.fromisoformat(str(started)).date()
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= today(now) else None
