"""Forget a person: rows, history, jobs, sessions and files go; a tombstone and the chain of the log stay.

The rows go in one transaction, which leaves a tombstone with the names of the files. The files go after it has
committed, one by one; whoever dies in between leaves a tombstone that says what is still to do.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit import actions as audit
from facialis_clinic.people import traces
from facialis_clinic.people.actions.after import once_committed
from facialis_clinic.people.models import DeletionRequest, Person, Tombstone

LIST: Final = "forgotten.jsonl"
MAIL: Final = "mail:"


@transaction.atomic
def forget(
    *, person: Person, by: User | None, now: datetime, role: str = "", why: str = Tombstone.Why.ASKED
) -> Tombstone:
    """Delete a person and their account at once and for good; the tombstone that stays bears no name.

    Parameters
    ----------
    person : Person
        Who is forgotten. Whether they may be is decided before (``leaving``).
    by : User or None
        Who ordered it; None for the site itself, when a week has passed.
    now : datetime
        The moment.
    role : str
        Whose decision it was, by role; that of ``by`` where nothing is said.
    why : str
        One of ``Tombstone.Why``.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    found = traces.of(person)
    tombstone, _ = Tombstone.objects.update_or_create(
        person_id=person.pk,
        defaults={
            "user_id": person.user_id,
            "forgotten_at": now,
            "by_role": role or (by.role if by is not None else "nobody"),
            "why": why,
            "files": [*found.files, *(MAIL + name for name in traces.mails(person))],
            "done_at": None,
        },
    )
    traces.remove_from_other_tables(person, found)
    audit.forget(subject=person.pk, actor=by)
    if person.user is not None:
        person.user.delete()
    person.delete()
    traces.remove_history(found)
    once_committed(finish_forgetting, now=now)
    return tombstone


def forget_due(*, now: datetime) -> int:
    """Forget everybody whose week has passed; return how many."""
    done = 0
    for pk in DeletionRequest.objects.filter(due_at__lte=now, hold_reason="").values_list("pk", flat=True):
        with transaction.atomic():
            due = DeletionRequest.objects.select_for_update().filter(pk=pk, due_at__lte=now, hold_reason="").first()
            if due is not None:
                forget(person=due.person, by=None, now=now, role=due.decided_role)
                done += 1
    return done


def finish_forgetting(*, now: datetime) -> int:
    """Remove the files that the forgotten have left, and note each in the home's list; return how many are done.

    It can die at any point and be called again: a file that is gone already is no error.
    """
    done = 0
    for pk in Tombstone.objects.filter(done_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            tombstone = Tombstone.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None).first()
            if tombstone is None:
                continue
            for name in tombstone.files:
                _remove(name)
            _list(tombstone)
            tombstone.files, tombstone.done_at = [], now
            tombstone.save(update_fields=["files", "done_at"])
            done += 1
    return done


def forget_again(*, now: datetime, listed: Path | None = None) -> int:
    """Forget those whom a restored backup has brought back; return how many.

    Parameters
    ----------
    now : datetime
        The moment.
    listed : Path or None
        The list of the home that was lost or left; this home's own where nothing is said.
    """
    ids = _ids(listed or Path(settings.HOME) / LIST)
    for tombstone in Tombstone.objects.all():
        ids[tombstone.person_id] = tombstone.user_id
    done = 0
    for person_id, user_id in ids.items():
        with transaction.atomic():
            person = Person.objects.filter(pk=person_id).first()
            if person is not None:
                forget(person=person, by=None, now=now, why=Tombstone.Why.RESTORED)
            gone, _ = User.objects.filter(pk=user_id).delete() if user_id else (0, {})
            done += bool(person is not None or gone)
    finish_forgetting(now=now)
    return done


def _remove(name: str) -> None:
    from facialis_clinic.storage import recordings_storage

    if name.startswith(MAIL):
        (Path(settings.HOME) / "mail" / Path(name.removeprefix(MAIL)).name).unlink(missing_ok=True)
    else:
        recordings_storage().delete(name)


def _list(tombstone: Tombstone) -> None:
    """Write the opaque ids down beside the database: a backup that is restored does not know them."""
    line = {"person": str(tombstone.person_id), "user": str(tombstone.user_id) if tombstone.user_id else None}
    path = Path(settings.HOME) / LIST
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.write(json.dumps(line | {"at": tombstone.forgotten_at.isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _ids(path: Path) -> dict[UUID, UUID | None]:
    try:
        lines: Iterable[str] = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[UUID, UUID | None] = {}
    for line in lines:
        told: dict[str, Any] = json.loads(line)
        found[UUID(told["person"])] = UUID(told["user"]) if told["user"] else None
    return found
