"""The guided examination: which task the person was asked to do, and when. Read from a small TOML, checked in one line.

See ``docs/protocol.md`` for the format and for how to film it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facialis.document import Document, DocumentError
from facialis.face.guided.kinds import KINDS, Kind
from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.face.events import Asked

_SEE = "see docs/protocol.md"
_TOP = ("name", "offset_s", "days_since_toxin", "task")
_TASK = ("name", "kind", "start_s", "end_s", "duration_s", "repeats", "arrow")
UNTASKED = "none"
"""Name of a protocol without tasks."""
LATE_S = 0.5
"""Nobody stops on the second: a movement asked for may last this long into the next task."""


@dataclass(frozen=True)
class Task:
    """One task of a protocol.

    Attributes
    ----------
    name : str
        As printed.
    kind : str
        A key of :data:`facialis.face.guided.kinds.KINDS`.
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
        # Who only reads a protocol, as a page does, needs nothing that measures.
        from facialis.face.events import Asked

        return [
            Asked(task.start_s, task.end_s + LATE_S, task.asks.side, task.asks.lids, task.asks.lower, task.asks.brow)
            for task in self.tasks
            if task.asks.lids or task.asks.lower or task.asks.brow
        ]

    def later(self, seconds: float) -> Protocol:
        """Return the protocol of a recording in which it begins some seconds later; earlier if negative."""
        moved = (replace(task, start_s=task.start_s + seconds, end_s=task.end_s + seconds) for task in self.tasks)
        return replace(self, tasks=tuple(moved))

    def within(self, duration_s: float) -> Protocol:
        """Return the protocol without the tasks that a recording of this length holds nothing of."""
        return replace(self, tasks=tuple(task for task in self.tasks if task.start_s < duration_s and task.end_s > 0))

    def to_json(self) -> dict[str, Any]:
        """Return what a file of it holds: :func:`read` makes the same protocol of it."""
        early = min((task.start_s for task in self.tasks), default=0.0)
        told: dict[str, Any] = {
            "name": self.name,
            "task": [_to_json(task) for task in self.later(max(0.0, -early)).tasks],
        }
        if early < 0:
            told["offset_s"] = early
        if self.days_since_toxin is not None:
            told["days_since_toxin"] = self.days_since_toxin
        return told

    def fit(self, duration_s: float) -> None:
        """Check that the recording holds something of every task.

        Raises
        ------
        DocumentError
            If a task ends before the recording begins, or begins where it has ended.
        """
        for task in self.tasks:
            span = f'protocol {self.name}: "{task.name}" from {task.start_s:g} to {task.end_s:g} s'
            mend = "set offset_s to where in the recording the protocol begins, or take the task out"
            if task.start_s >= duration_s:
                raise DocumentError(f"{span} lies beyond the clip, which ends at {duration_s:.1f} s: {mend}")
            if task.end_s <= 0:
                raise DocumentError(f"{span} lies before the clip begins: {mend}")


def _to_json(task: Task) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": task.name,
        "kind": task.kind,
        "start_s": round(task.start_s, 3),
        "end_s": round(task.end_s, 3),
    }
    if task.repeats:
        told["repeats"] = task.repeats
    if task.kind == "arrow":
        told["arrow"] = task.arrow.value
    return told


def untasked(days_since_toxin: float | None) -> Protocol:
    """Return the protocol of a recording in which nothing was asked for, to say how long ago toxin was given."""
    return Protocol(UNTASKED, (), days_since_toxin)


def shipped() -> tuple[str, ...]:
    """Return the names of the protocols that come with Facialis."""
    folder = files("facialis.face.guided") / "protocols"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load(name: str | Path) -> Protocol:
    """Return a protocol that ships with Facialis, or one from a file.

    Parameters
    ----------
    name : str or path-like
        ``"clinic"``, ``"home"``, or a TOML file.

    Raises
    ------
    DocumentError
        If there is no such protocol, or if something in it is wrong.
    """
    if str(name) in shipped():
        text = (files("facialis.face.guided") / "protocols" / f"{name}.toml").read_text(encoding="utf-8")
        return parse(text, str(name))
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not a text file"
        raise DocumentError(f"--protocol {name}: {why}; give a TOML file or one of {', '.join(shipped())}") from error
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
    DocumentError
        Says what is wrong, where, and what to do.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"{file}: {error}; {_SEE}") from error
    return read(table, file)


def read(table: Mapping[str, Any], file: str) -> Protocol:
    """Read a protocol from what a file of it holds, such as :meth:`Protocol.to_json` returns.

    Parameters
    ----------
    table : mapping
    file : str
        How it is called in errors.

    Raises
    ------
    DocumentError
        Says what is wrong, where, and what to do.
    """
    top = Document(table, file)
    top.only(_TOP)
    name = top.text("name") if top.has("name") else Path(file).stem
    rows = top.take("task") if top.has("task") else []
    if not isinstance(rows, list) or not rows:
        raise top.error(f"has no task; begin each with [[task]], {_SEE}")
    toxin = top.number("days_since_toxin", 0) if top.has("days_since_toxin") else None
    tasks = _tasks([Document(row, file, f"task {number}") for number, row in enumerate(rows, 1)])
    return Protocol(name, tuple(tasks), toxin).later(top.number_or_none("offset_s") or 0.0)


def _tasks(rows: Sequence[Document]) -> Iterator[Task]:
    """Read the tasks one by one; without a start, a task begins where the one before it ended."""
    end, before = 0.0, ""
    for row in rows:
        task = _task(row, end)
        if task.start_s < end:
            raise row.error(
                f'"{task.name}" begins at {task.start_s:g} s, before "{before}" has ended at {end:g} s; '
                "tasks do not overlap and stand in order of time"
            )
        end, before = task.end_s, task.name
        yield task


def _task(row: Document, follows: float) -> Task:
    row.only(_TASK)
    kind = row.text("kind")
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, 1)
        raise row.error(f'kind "{kind}" is not known; ' + (f'did you mean "{near[0]}"?' if near else ", ".join(KINDS)))
    name = row.text("name") if row.has("name") else kind.replace("_", " ")
    if row.has("end_s") == row.has("duration_s"):
        raise row.error(f'"{name}" needs either end_s or duration_s')
    start = row.number("start_s") if row.has("start_s") else follows
    end = row.number("end_s") if row.has("end_s") else start + row.number("duration_s")
    if start < 0:
        raise row.error(f'"{name}" begins at {start:g} s; count from 0 and set offset_s for a late recording')
    if end <= start:
        raise row.error(f'"{name}" ends at {end:g} s, not after its beginning at {start:g} s')
    repeats = row.number("repeats", 0) if row.has("repeats") else 0.0
    if repeats != int(repeats):
        raise row.error(f'"{name}": repeats is {repeats:g}; give a whole number')
    if row.has("arrow") != (kind == "arrow"):
        raise row.error(f'"{name}": a task of kind arrow says on which edge of the screen it is, no other does')
    arrow = Side(row.word("arrow", ("left", "right"))) if kind == "arrow" else Side.NONE
    return Task(name, kind, start, end, int(repeats), arrow)
