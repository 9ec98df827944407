"""A demonstration of two invented patients, with a cache and a home of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic import home
from facialis_clinic.accounts.demo import demo_people
from facialis_clinic.demo import clips, kept
from facialis_clinic.demo.play import Play
from facialis_clinic.demo.stories import Step, Stories, Story, stories
from facialis_clinic.demo.verbs.filmed import told_of
from tests.clinic.recordings.films import write_film

CLIP = {"seed": 1}
RESULT = {
    "schema": "facialis.video/1", "source": {"name": "a"}, "events": [], "summary": {}, "findings": [], "software": {},
    "quality": {"verdict": "limited", "reasons": ["short"]},
}  # fmt: skip


def step(do: str, day: int, after: str = "", by: str = "", **told: Any) -> Step:
    return Step(do=do, by=by, day=day, at=time(9, 30), after=after, told=told)


@pytest.fixture
def film(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Path:
    """A film of nothing, which stands for what the simulator would make."""
    settings.HOME = tmp_path / "home"
    home.prepare(settings.HOME)
    settings.RECORDING_SPARE = 0
    monkeypatch.setenv("FACIALIS_DEMO_CACHE", str(tmp_path / "cache"))
    path = clips.path_of(CLIP)
    path.parent.mkdir(parents=True)
    return write_film(path)


@pytest.fixture
def measured(film: Path) -> Path:
    """A result of it that was kept."""
    place = kept.place_of(film, told_of("no"))
    place.mkdir(parents=True)
    (place / kept.RESULT).write_text(json.dumps({"video": RESULT, "words": {"sentence": "seen"}}), encoding="utf-8")
    return place


@pytest.fixture
def played(db: None) -> Callable[..., Play]:
    """Return a function that makes the people and a play in which these steps are those of Alice and of Charlie."""
    demo_people()

    def of(alice: list[Step], charlie: list[Step] | None = None) -> Play:
        from dataclasses import replace

        found = {story.key: story for story in stories().stories}
        told: list[Story] = [replace(found["alice"], steps=tuple(alice))]
        told.append(replace(found["charlie"], steps=tuple(charlie or ())))
        return Play.of(Stories(tuple(told), {"one": CLIP}))

    return of
