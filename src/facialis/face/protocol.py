"""The guided examination: which task the person was asked to do, and when. Read from a small TOML, checked in one line.

See ``docs/protocol.md`` for the format and for how to film it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from facialis.face.events import Asked
from facialis.face.kinds import KINDS, Kind
from facialis.findings import Side

LATE_S = 0.5
"""Nobody stops on the second: a movement asked for may last this long into the next task."""


class ProtocolError(Exception):
    """The protocol is wrong; the text is one line: what, where, what to do."""


@dataclass(frozen=True)
class Task:
    """One task of a protocol.

    Attributes
    ----------
    name : str
        As printed.
    kind : str
        A key of :data:`facialis.face.kinds.KINDS`.
    start_s, end_s : float
        When it was asked for, seconds of the recording.
    repeats : int
        How often it was asked for; 0 where no number was said.
    arrow : Side
        On which edge of the screen the person sees the arrow; NONE for other kinds.
    """

    name: str
    kind: str
    start_s: float
    end_s: float
    repeats: int = 0
    arrow: Side = Side.NONE

    @property
    def asks(self) -> Kind:
        """What it asks of the face."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Protocol:
    """The tasks of a guided examination, in order of time.

    Attributes
    ----------
    name : str
    tasks : tuple of Task
    days_since_toxin : float or None
        Days since the last botulinum toxin at any site; None where nobody said.
    """

    name: str
    tasks: tuple[Task, ...]
    days_since_toxin: float | None = None

    def asked(self) -> list[Asked]:
        """Return what the tasks asked the face to do, and when: such a movement is no spasm."""
        return [
            Asked(task.start_s, task.end_s + LATE_S, task.asks.side, task.asks.lids, task.asks.lower, task.asks.brow)
            for task in self.tasks
            if task.asks.lids or task.asks.lower or task.asks.brow
        ]

    def later(self, seconds: float) -> Protocol:
        """Return the protocol of a recording in which it begins some seconds later; earlier if negative."""
        moved = (replace(task, start_s=task.start_s + seconds, end_s=task.end_s + seconds) for task in self.tasks)
        return replace(self, tasks=tuple(moved))

    def fit(self, duration_s: float) -> None:
        """Check that the recording holds something of every task.

        Raises
        ------
        ProtocolError
            If a task ends before the recording begins, or begins where it has ended.
        """
        for task in self.tasks:
            span = f'protocol {self.name}: "{task.name}" from {task.start_s:g} to {task.end_s:g} s'
            mend = "set offset_s to where in the recording the protocol begins, or take the task out"
            if task.start_s >= duration_s:
                raise ProtocolError(f"{span} lies beyond the clip, which ends at {duration_s:.1f} s: {mend}")
            if task.end_s <= 0:
                raise ProtocolError(f"{span} lies before the clip begins: {mend}")


def shipped() -> tuple[str, ...]:
    """Return the names of the protocols that come with Facialis."""
    folder = files("facialis.face") / "protocols"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load(name: str | Path) -> Protocol:
    """Return a protocol that ships with Facialis, or one from a file.

    Parameters
    ----------
    name : str or path-like
        ``"clinic"``, ``"home"``, or a TOML file.

    Raises
    ------
    ProtocolError
        If there is no such protocol, or if something in it is wrong.
    """
    if str(name) in shipped():
        text = (files("facialis.face") / "protocols" / f"{name}.toml").read_text(encoding="utf-8")
        return parse(text, str(name))
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not a text file"
        raise ProtocolError(f"protocol {name}: {why}; give a TOML file or one of {', '.join(shipped())}") from error
    return parse(text, Path(name).name)


def parse(text: str, file: str) -> Protocol:
    """Read a protocol from TOML.

    Parameters
    ----------
    text : str
    file : str
        How it is called in errors.

    Raises
    ------
    ProtocolError
        Says what is wrong, where, and what to do.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"protocol {file}: {error}; see docs/protocol.md") from error
    top = _Table(f"protocol {file}", table)
    name = top.text("name", Path(file).stem)
    offset = top.number("offset_s", 0.0)
    toxin = top.number("days_since_toxin", None)
    if toxin is not None and toxin < 0:
        raise top.error("days_since_toxin is negative; give the days since the last injection, or leave it out")
    rows = top.take("task", [])
    if not isinstance(rows, list) or not rows:
        raise top.error("there is no task; begin each with [[task]]")
    top.finish()
    tasks = list(_tasks(rows, f"protocol {file}"))
    return Protocol(name, tuple(tasks), toxin).later(offset or 0.0)


def _tasks(rows: list[Any], where: str) -> Iterator[Task]:
    """Read the tasks one by one; without a start, a task begins where the one before it ended."""
    end, before = 0.0, ""
    for number, row in enumerate(rows, 1):
        table = _Table(f"{where}: task {number}", row)
        task = _task(table, end)
        if task.start_s < end:
            raise table.error(
                f'"{task.name}" begins at {task.start_s:g} s, before "{before}" has ended at {end:g} s; '
                "tasks do not overlap and stand in order of time"
            )
        end, before = task.end_s, task.name
        yield task


def _task(table: _Table, follows: float) -> Task:
    kind = table.text("kind", None)
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, 1)
        raise table.error(f'kind "{kind}" is not known; ' + (f"{near[0]}?" if near else f"one of {', '.join(KINDS)}"))
    name = table.text("name", kind.replace("_", " "))
    start = table.number("start_s", follows) or 0.0
    end, duration = table.number("end_s", None), table.number("duration_s", None)
    if (end is None) == (duration is None):
        raise table.error(f'"{name}" needs either end_s or duration_s')
    last = end if end is not None else start + (duration or 0.0)
    if start < 0:
        raise table.error(f'"{name}" begins at {start:g} s; count from 0 and set offset_s for a late recording')
    if last <= start:
        raise table.error(f'"{name}" ends at {last:g} s, not after its beginning at {start:g} s')
    repeats = table.number("repeats", 0.0) or 0.0
    if repeats < 0 or repeats != int(repeats):
        raise table.error(f'"{name}": repeats is {repeats:g}; give a whole number')
    arrow = _arrow(table, name) if kind == "arrow" else Side.NONE
    table.finish()
    return Task(name, kind, start, last, int(repeats), arrow)


def _arrow(table: _Table, name: str) -> Side:
    word = table.text("arrow", None)
    if word not in ("left", "right"):
        raise table.error(f'"{name}": arrow is "{word}"; left or right, the edge of the screen as the person sees it')
    return Side(word)


class _Table:
    """One table of the file, taken key by key."""

    def __init__(self, where: str, table: object) -> None:
        self._where = where
        if not isinstance(table, dict):
            raise self.error("must be a table; begin each task with [[task]]")
        self._left: dict[str, Any] = dict(table)

    def error(self, what: str) -> ProtocolError:
        return ProtocolError(f"{self._where}: {what}")

    def take(self, key: str, default: Any) -> Any:
        return self._left.pop(key, default)

    def text(self, key: str, default: str | None) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{key} is missing or not a text; see docs/protocol.md")
        return value

    def number(self, key: str, default: float | None) -> float | None:
        value = self.take(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.error(f"{key} is not a number of seconds, days or times; see docs/protocol.md")
        return float(value)

    def finish(self) -> None:
        """Refuse keys that nobody took: a misspelt one would be a wrong protocol."""
        if self._left:
            raise self.error(f"{next(iter(self._left))} is not a key of it; see docs/protocol.md")
