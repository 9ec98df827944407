"""Who is in the demonstration and what happened to them, as ``stories.toml`` tells it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from facialis_clinic.library.here import here, today

STORIES = Path(__file__).with_name("stories.toml")
_OWN = ("day", "at", "do", "by", "after")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done in a story.

    Attributes
    ----------
    do : str
        The verb, a key of ``verbs.VERBS``.
    by : str
        Who does it: the patient, or one of the staff.
    day : int
        Days from the day of the demonstration; -30 is a month before it.
    at : time
        The time of that day.
    after : str
        A film that must have been measured before; empty for none.
    told : mapping
        What else the verb is told.
    """

    do: str
    by: str
    day: int
    at: time
    after: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)

    def moment(self, first: datetime, now: datetime) -> datetime:
        """Return when it happened by the practice's clock, never later than now; ``first`` is when this was made."""
        there = datetime.combine(today(first) + timedelta(days=self.day), self.at, here().zone)
        return min(there, now)


@dataclass(frozen=True, slots=True)
class Story:
    """One invented patient.

    Attributes
    ----------
    key : str
        The first part of their e-mail address.
    name : str
        Theirs; each ends in "Example".
    born : date or int
        The day, or how many years before the demonstration for a child, who must stay one.
    since : int
        Days from the day of the demonstration on which the record was opened.
    team : tuple of str
        Which of the staff look after them.
    parent : str
        Who opens a child's record, as "key: name"; empty for a grown-up.
    where : str
        Where on the pathway they are, in a few words.
    steps : tuple of Step
        What happened, in order.
    """

    key: str
    name: str
    born: date | int
    since: int
    team: tuple[str, ...]
    parent: str
    where: str
    steps: tuple[Step, ...]

    def birthday(self, first: datetime) -> date:
        """Return the day on which they were born."""
        if isinstance(self.born, date):
            return self.born
        return first.date().replace(month=1, day=15) - timedelta(days=round(365.25 * self.born))


@dataclass(frozen=True, slots=True)
class Stories:
    """All of them, with the films that are made for them."""

    stories: tuple[Story, ...]
    clips: Mapping[str, Mapping[str, Any]]


@cache
def stories() -> Stories:
    """Read the file that is shipped."""
    told = tomllib.loads(STORIES.read_text(encoding="utf-8"))
    clips = {name: {**told["film"], **options} for name, options in told["clips"].items()}
    return Stories(tuple(_story(one, told["answers"]) for one in told["patient"]), clips)


def _story(told: dict[str, Any], answers: dict[str, dict[str, Any]]) -> Story:
    steps = tuple(_step(one, answers) for one in told.get("step", ()))
    return Story(
        key=told["key"], name=told["name"], born=told["born"], since=told["since"], team=tuple(told.get("team", ())),
        parent=told.get("parent", ""), where=told["where"], steps=steps,
    )  # fmt: skip


def _step(told: dict[str, Any], answers: dict[str, dict[str, Any]]) -> Step:
    rest = {key: value for key, value in told.items() if key not in _OWN}
    # Most histories are alike: a step names the one that it starts from.
    if like := rest.pop("like", ""):
        rest["answers"] = {**answers[like], **rest.get("answers", {})}
    return Step(
        do=told["do"], by=told.get("by", ""), day=told["day"], at=told["at"],
        after=told.get("after", ""), told=rest,
    )  # fmt: skip
