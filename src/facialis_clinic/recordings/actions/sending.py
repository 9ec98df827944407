"""A film comes in, in parts or at once: what arrived is never lost, and nothing is taken twice."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Sum

from facialis.face.guided import protocol
from facialis_clinic import jobs
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person
from facialis_clinic.recordings import bounds, consent
from facialis_clinic.recordings.actions.told import AlreadyThere, Told, Undo, refused, removal, say_yes
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.models import Part, Recording, Upload
from facialis_clinic.recordings.words import NOT_TAKEN, OURS, tidy_name
from facialis_clinic.storage import PIECE, Folder, keep_path, recordings_storage, workplace

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Received:
    """So many bytes from the beginning are here; ``went_on`` says whether this call's part is among them."""

    bytes: int
    went_on: bool = True


@transaction.atomic
def begin(
    *, person: Person, by: User, name: str, size: int, sha256: str, told: Told, now: datetime
) -> Upload | Refused:
    """Begin to send a file in parts, or go on with the one that was begun before and is the same to the last bit."""
    if not SHA256.fullmatch(sha256):
        return refused("part")
    # Whoever else begins for this person waits here, so that nothing is counted twice.
    Person.objects.select_for_update().get(pk=person.pk)
    open_one = Upload.objects.select_for_update().filter(person=person, by=by, sha256=sha256, recording=None).first()
    if open_one is not None and open_one.size == size:
        open_one.told, open_one.touched_at = told.to_json(), now
        open_one.save(update_fields=["told", "touched_at"])
        return open_one
    if why := _no_place(person, by, size, sha256):
        return why
    return Upload.objects.create(
        person=person,
        by=by,
        name=tidy_name(name),
        size=size,
        sha256=sha256,
        told=told.to_json(),
        begun_at=now,
        touched_at=now,
    )


@transaction.atomic
def add_part(*, upload: Upload, start: int, content: bytes, now: datetime) -> Received | Refused:
    """Add the part that begins at byte ``start``; one that is here already is answered as if it had just come."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    stop = start + len(content)
    if upload.recording_id is not None:
        return Received(upload.size)
    if not content or len(content) > bounds.PART or start < 0 or stop > upload.size:
        return refused("part")
    if stop <= upload.received:
        return Received(upload.received)
    if start != upload.received:
        return Received(upload.received, went_on=False)
    name = recordings_storage().keep("parts", BytesIO(content))
    Part.objects.create(upload=upload, start=start, size=len(content), name=name)
    upload.received, upload.touched_at = stop, now
    upload.save(update_fields=["received", "touched_at"])
    return Received(stop)


def finish(*, upload: Upload, now: datetime) -> Recording | Received | Refused:
    """Make a recording of a file that has arrived; a second call answers as the first."""
    try:
        with transaction.atomic():
            return _finish(upload, now)
    except Undo as undo:
        return undo.answer


def _finish(upload: Upload, now: datetime) -> Recording | Received | Refused:
    # Two tabs that finish at once: the second waits for the lock and finds the recording. It is read after the lock and
    # not joined to it: a join would still see the moment before the wait.
    held = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if held is None:
        return refused("gone")
    if held.recording is not None:
        return held.recording
    if held.received < held.size:
        return Received(held.received, went_on=False)
    names = [part.name for part in held.parts.order_by("start")]
    with workplace() as folder:
        path = folder / "sent"
        if _join(names, path) != held.sha256:
            answer: Recording | Refused = refused("changed")
        else:
            told = Told.from_json(held.told)
            answer = _take(path, person=held.person, by=held.by, name=held.name, sha256=held.sha256, told=told, now=now)
    removal(names)
    if isinstance(answer, Refused):
        held.delete()
    else:
        held.recording = answer
        held.save(update_fields=["recording"])
        held.parts.all().delete()
    return answer


@transaction.atomic
def give_up(*, upload: Upload) -> None:
    """Remove what has arrived of a file."""
    held = Upload.objects.select_for_update().filter(pk=upload.pk, recording=None).first()
    if held is not None:
        removal([part.name for part in held.parts.all()])
        held.delete()


def send(
    *, person: Person, by: User, name: str, pieces: Iterable[bytes], told: Told, now: datetime
) -> Recording | Refused:
    """Take a file that came all at once, by a plain form."""
    try:
        with workplace() as folder, transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            path = folder / "sent"
            sha256 = _write(pieces, path)
            if why := _no_place(person, by, path.stat().st_size, sha256, open_too=False):
                return why
            return _take(path, person=person, by=by, name=tidy_name(name), sha256=sha256, told=told, now=now)
    except Undo as undo:
        return undo.answer


def _no_place(person: Person, by: User, size: int, sha256: str, *, open_too: bool = True) -> Refused | None:
    """Say why a file of this size is not wanted, if it is not."""
    if size <= 0:
        return refused("empty")
    if size > bounds.most_bytes():
        return refused("too_big")
    sent = Recording.objects.filter(person=person, sent_sha256=sha256).first()
    if sent is not None:
        return AlreadyThere(f"This video is in the record already, sent on {sent.created_at:%-d %B %Y}.", sent.pk)
    if open_too and Upload.objects.filter(by=by, recording=None).count() >= bounds.MOST_OPEN:
        return refused("many_open")
    kept = Recording.objects.filter(person=person).aggregate(sum=Sum("size"))["sum"] or 0
    coming = Upload.objects.filter(person=person, recording=None).aggregate(sum=Sum("size"))["sum"] or 0
    if kept + coming + size > bounds.quota():
        return refused("quota")
    store = recordings_storage()
    if isinstance(store, Folder):
        Path(store.location).mkdir(mode=0o700, parents=True, exist_ok=True)
        # The parts, the joined file and the film kept of it lie there at once for a moment.
        if shutil.disk_usage(store.location).free < 3 * size + bounds.spare():
            return refused("no_room")
    return None


def _join(names: list[str], path: Path) -> str:
    store = recordings_storage()

    def pieces() -> Iterator[bytes]:
        for name in names:
            with store.fetch(name) as part, part.open("rb") as file:
                yield from iter(partial(file.read, PIECE), b"")

    return _write(pieces(), path)


def _write(pieces: Iterable[bytes], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _take(
    path: Path, *, person: Person, by: User, name: str, sha256: str, told: Told, now: datetime
) -> Recording | Refused:
    """Keep the film alone of a file, queue it, and write down who sent it and what it may be used for."""
    may_keep = "care" in told.words or consent.stands(person.pk, "care", now=now)
    if not may_keep:
        return refused("no_care")
    with workplace() as folder:
        film = folder / "film"
        size = path.stat().st_size
        limits = bounds.keeping(size)
        outcome = apart.run(
            "keep", limits=limits, paths={"source": path, "target": film}, told={"longest_s": bounds.LONGEST_S}
        )
        match outcome:
            case apart.Answered(seen):
                return _keep(film, seen, person=person, by=by, name=name, sha256=sha256, told=told, now=now)
            case apart.Refused(code):
                return refused(code) if code in NOT_TAKEN else refused("unreadable")
            case apart.Broke(how):
                return refused("unreadable" if how == "error" else "too_heavy")
            case apart.Lost():
                raise Undo(Refused(OURS))


def _keep(
    film: Path, seen: dict[str, Any], *, person: Person, by: User, name: str, sha256: str, told: Told, now: datetime
) -> Recording:
    store = recordings_storage()
    original = keep_path(store, "originals", film)
    try:
        with transaction.atomic():
            recording = Recording.objects.create(
                person=person,
                by=by,
                name=name,
                original=original,
                size=film.stat().st_size,
                sha256=_sha256(film),
                sent_sha256=sha256,
                format=str(seen["format"]),
                duration_s=float(seen["duration_s"]),
                mirrored=told.mirrored,
                filmed_on=told.filmed_on or _day(seen.get("filmed_on"), now),
                protocol=_asked(told.protocol, float(seen["duration_s"])),
            )
            Recording.objects.filter(pk=recording.pk).update(created_at=now)
            recording.created_at = now
            record(subject=person.pk, actor=by, verb="sent", kind="recording", thing=recording.pk)
            say_yes(recording, told, by, now)
            queue(recording)
    except BaseException:
        store.delete(original)
        raise
    return recording


def _asked(table: dict[str, Any], duration_s: float) -> dict[str, Any]:
    """Return the tasks that lie within the film; of one that was broken off there are fewer than were planned."""
    if not table:
        return {}
    within = protocol.read(table, "protocol").within(duration_s)
    return within.to_json() if within.tasks else {}


def queue(recording: Recording) -> None:
    """Queue a recording to be measured, in the caller's transaction."""
    from facialis_clinic.recordings.tasks import measure_recording

    recording.job = jobs.enqueue(measure_recording, recording.pk, recording.round, whose=recording.person_id)
    recording.save(update_fields=["job"])


def _day(text: object, now: datetime) -> date | None:
    """Return the day that the camera wrote down, unless it lies ahead."""
    day = date.fromisoformat(text) if isinstance(text, str) else None
    return day if day is not None and day <= today(now) else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
