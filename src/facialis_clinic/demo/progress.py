"""How far the demonstration is, told by whoever plays it to whoever shows a page: a small file in the home."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FILE = "demo.json"


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to come.

    Attributes
    ----------
    steps : int
        Steps of stories.
    films : int
        Films that wait to be measured.
    """

    steps: int
    films: int


def write(steps: int, films: int) -> None:
    """Note what is still to come."""
    path = Path(settings.HOME) / FILE
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"steps": steps, "films": films}), encoding="utf-8")
    part.replace(path)


def read() -> Left | None:
    """Return what is still to come; None where the demonstration stands, or nobody plays one."""
    try:
        told = json.loads((Path(settings.HOME) / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    left = Left(int(told["steps"]), int(told["films"]))
    return left if left.steps or left.films else None
