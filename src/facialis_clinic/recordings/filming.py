"""What the page that films shows: the protocols with their words, for reading and for the browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from facialis.face.guided import protocol
from facialis.face.guided.prompts import prompts

# The pause before each task, in which it is read; the film goes on.
READ_S: Final = 4.0
NAMES: Final = {
    "home": ("At home, the short one", "Rest, closing the eyes, a smile, raised eyebrows."),
    "clinic": ("As in the practice, the long one", "All movements, reading aloud and counting."),
}

# What the page checks before it films. The first three are seen in a still, the light in both, the rest by the browser.
CHECKS: Final = (
    ("face", "Face"), ("distance", "Distance"), ("straight", "Straight"), ("light", "Light"), ("steady", "Steady"),
    ("rate", "Pictures a second"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One protocol to choose: ``minutes`` with the pauses for reading, in words."""

    name: str
    title: str
    about: str
    minutes: str
    tasks: tuple[dict[str, Any], ...]


@cache
def choices() -> tuple[Choice, ...]:
    """Return the protocols, the short one first."""
    return tuple(_choice(name, *words) for name, words in NAMES.items())


def _choice(name: str, title: str, about: str) -> Choice:
    tasks = tuple(prompts(protocol.load(name)))
    minutes = sum(one["seconds"] + READ_S for one in tasks) / 60
    return Choice(name, title, about, f"about {minutes:.0f} minutes", tasks)


def for_browser() -> dict[str, Any]:
    """Return what the browser needs to film: each protocol's tasks, and the pause before each."""
    return {"read_s": READ_S, "protocols": {one.name: list(one.tasks) for one in choices()}}
