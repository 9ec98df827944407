"""What an action answers, beside the thing that it made."""

from __future__ import annotations

from dataclasses import dataclass

from facialis_clinic.people.models import Person


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed; ``why`` is a sentence for the person who asked."""

    why: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The front desk made a record; ``code`` is handed to the patient and shown this once."""

    person: Person
    code: str


@dataclass(frozen=True, slots=True)
class Found:
    """A clinician's exact search found one person. It opens nothing."""

    person: Person
