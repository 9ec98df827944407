"""What a verb finds and how it ends: whose story, who acts, when, and an action's refusal as the end of the story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from facialis_clinic.accounts.models import User
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Person

T = TypeVar("T")


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
