"""What a sender says with a film, and what is said back to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.people.actions import give_consent
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.models import Recording
from facialis_clinic.recordings.words import NOT_TAKEN
from facialis_clinic.storage import recordings_storage


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender says with a film.

    Attributes
    ----------
    mirrored : str
        ``yes``, ``no`` or ``unknown``.
    filmed_on : date or None
        The day, if they know it.
    words : mapping of str to str
        For each use that they say yes to, the version of the words that they read.
    protocol : mapping
        The tasks as they were asked for while it was filmed, as a file of a protocol holds them; empty without any.
    """

    mirrored: str
    filmed_on: date | None
    words: dict[str, str]
    protocol: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what lies with an upload until it is whole."""
        day = self.filmed_on.isoformat() if self.filmed_on else None
        return {"mirrored": self.mirrored, "filmed_on": day, "words": self.words, "protocol": self.protocol}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Told:
        """Return what lay with an upload."""
        day = date.fromisoformat(told["filmed_on"]) if told["filmed_on"] else None
        return cls(told["mirrored"], day, dict(told["words"]), dict(told.get("protocol", {})))


@dataclass(frozen=True, slots=True)
class AlreadyThere(Refused):
    """The very same file is in the record: as this recording."""

    recording: UUID


class Undo(Exception):
    """Roll back and answer so."""

    def __init__(self, answer: Refused) -> None:
        super().__init__(answer.why)
        self.answer = answer


def refused(code: str) -> Refused:
    """Return a refusal in words."""
    return Refused(NOT_TAKEN[code])


def say_yes(recording: Recording, told: Told, by: User, now: datetime) -> None:
    """Write down each yes; one that cannot be given undoes the whole."""
    for use, words in sorted(told.words.items()):
        answer = give_consent(
            person=recording.person, use=use, by=by, words_version=words, now=now, recording_id=recording.pk
        )
        if isinstance(answer, Refused):
            raise Undo(answer)


def _remove(names: Iterable[str]) -> None:
    store = recordings_storage()
    for name in names:
        store.delete(name)


def removal(names: Iterable[str]) -> None:
    """Remove files once the transaction that forgets them is committed; what fails is swept up later."""
    transaction.on_commit(partial(_remove, list(names)), robust=True)
