"""Every event that the site writes is told in plain words."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import facialis_clinic
from facialis_clinic.audit.words import KINDS, SENTENCES, VERBS, what, who


def recorded() -> Iterator[tuple[str, str]]:
    """Yield each verb and kind that stands in a call of ``record``."""
    for path in Path(facialis_clinic.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "record":
                told = {key.arg: key.value for key in node.keywords}
                verb, kind = told.get("verb"), told.get("kind")
                if isinstance(verb, ast.Constant) and isinstance(kind, ast.Constant):
                    yield str(verb.value), str(kind.value)


@pytest.mark.parametrize(("verb", "kind"), sorted(set(recorded())))
def test_what_is_recorded_has_words(verb: str, kind: str) -> None:
    assert (verb, kind) in SENTENCES or (verb in VERBS and kind in KINDS)


def test_there_is_something_recorded_to_look_at() -> None:
    assert len(set(recorded())) > 30


def test_a_verb_and_a_thing_make_a_sentence() -> None:
    assert what("read", "recording") == "opened a video"
    assert what("watched", "film") == "watched a video"


def test_what_nobody_has_put_into_words_is_told_all_the_same() -> None:
    assert what("sealed_up", "odd_thing") == "sealed up: odd thing"


def test_whoever_did_it_is_told_by_name_and_the_role_of_then() -> None:
    eve = uuid.uuid4()

    assert who(eve, "front_desk", {eve: "Eve Example"}) == "Eve Example, front desk"
    assert who(eve, "nurse", {}) == "Somebody whose account was deleted, nurse"
    assert who(None, "nobody", {}) == "The practice's own system"
