"""Cases said in few words."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from facialis import knowledge
from facialis.diagnosis import Case
from facialis.findings import Finding, Side, State

Make = Callable[..., Case]


def finding(word: str, **changes: Any) -> Finding:
    """Return a finding from words like "other_babinski_sign", "-ear_click" (absent) or "video:?synkinesis"."""
    source, _, code = word.rpartition(":")
    state = {"-": State.ABSENT, "?": State.NOT_ASSESSABLE}.get(code[:1], State.PRESENT)
    code = code.lstrip("-?")
    able = knowledge.finding(code).assessed_by
    usual = "clinician" if "clinician" in able else able[0]
    return Finding(code, state, source=source or usual, **changes)


@pytest.fixture
def make() -> Make:
    def case(*words: str | Finding, side: str = "none", **fields: Any) -> Case:
        told = [word if isinstance(word, Finding) else finding(word, side=Side(side)) for word in words]
        return Case(tuple(told), **fields)

    return case


@pytest.fixture(scope="session")
def made(script: Callable[[str], ModuleType]) -> ModuleType:
    """A small network whose every number is known, and random cases."""
    return script("tests/facialis/diagnosis/made.py")
