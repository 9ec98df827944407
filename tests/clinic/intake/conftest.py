"""What the tests of the intake share: an interview of Alice's, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from facialis_clinic.intake.actions import answer, begin
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.saved import kept_of
from tests.clinic.conftest import World

Answers = Callable[..., Interview]
USUAL = {"moves": "yes", "side": "left", "onset": "50", "sex": "female", "pain": "none"}


@pytest.fixture
def interview(world: World, now: datetime) -> Interview:
    """Return an interview that Alice has just begun."""
    return begin(person=world.record, by=world.alice, now=now)


@pytest.fixture
def tell(world: World, interview: Interview, now: datetime) -> Answers:
    """Return a function that answers questions by name, and all before a question with no, or as is usual."""

    def told(*, until: str = "", **answers: str) -> Interview:
        for key, typed in answers.items():
            answer(interview=interview, key=key, typed=typed, was="", by=world.alice, now=now)
        while until and (item := kept_of(Interview.objects.get(pk=interview.pk).saved, now=now).interview.next()):
            if item.key == until:
                break
            typed = USUAL.get(item.key, "no" if "no" in item.choices else "skipped")
            answer(interview=interview, key=item.key, typed=typed, was="", by=world.alice, now=now)
        interview.refresh_from_db()
        return interview

    return told
