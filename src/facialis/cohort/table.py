"""The tables of a cohort: a row a recording, a row an event, a row a task; tidy, with the units in the names.

Columns do not depend on the data, so that tables of different days can be put below one another. Nothing known is an
empty cell, never a zero.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from facialis import knowledge
from facialis.cohort import CohortError
from facialis.cohort.run import Run
from facialis.face.signals import REGIONS
from facialis.paper.files import write_whole

Row = dict[str, Any]
KINDS = {"text": "string", "number": "float64", "count": "Int64", "flag": "boolean"}
"""What a column holds, and its type in pandas."""
FILES = (".csv", ".parquet")


class Column(NamedTuple):
    """A column of a table.

    Attributes
    ----------
    name : str
        With its unit.
    kind : str
        A key of :data:`KINDS`.
    path : tuple of str
        Where its value stands in a row's keys, which are those of the public JSON.
    """

    name: str
    kind: str
    path: tuple[str, ...]

    def of(self, row: Row) -> Any:
        """Return the value in a row; None where something on the way to it is missing."""
        value: Any = row
        for key in self.path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return "; ".join(value) if isinstance(value, list) else value


@cache
def recordings() -> tuple[Column, ...]:
    """Return the columns of the table with a row a recording."""
    found = [code for code, definition in knowledge.findings().items() if "video" in definition.assessed_by]
    return (
        *_WHOSE,
        *(Column(name, "text", (name,)) for name in ("duplicate_of", "outcome", "reason")),
        Column("verdict", "text", ("quality", "verdict")),
        Column("mirrored", "text", ("quality", "mirrored")),
        Column("protocol", "text", ("protocol", "name")),
        *_SOURCE,
        Column("usable_s", "number", ("quality", "usable_s")),
        Column("iod_px_median", "number", ("quality", "iod_px_median")),
        *(
            Column(f"detection_limit_{region}_iod", "number", ("quality", "detection_limit_iod", region))
            for region in REGIONS
        ),
        *(Column(f"{kind}_count", "count", ("counts", kind)) for kind in _EVENTS),
        *_SUMMARY,
        *(c for region in REGIONS for c in _estimate(f"spread_{region}_share", "spread", region)),
        *(Column(f"finding_{code}", "text", ("states", code)) for code in found),
        Column("software_version", "text", ("software", "version")),
    )


@cache
def events() -> tuple[Column, ...]:
    """Return the columns of the table with a row an event."""
    numbers = ("onset_s", "apex_s", "offset_s", "duration_s", "amplitude_iod", "probability")
    return (
        *_WHOSE,
        *(Column(name, "text", (name,)) for name in ("kind", "side")),
        *(Column(name, "number", (name,)) for name in numbers),
        *(Column(name, "text", (name,)) for name in ("form", "regions", "why")),
    )


@cache
def tasks() -> tuple[Column, ...]:
    """Return the columns of the table with a row a task of the protocol."""
    return (
        *_WHOSE,
        *(Column(name, "text", (name,)) for name in ("name", "kind")),
        *(Column(name, "number", (name,)) for name in ("start_s", "end_s", "usable_s")),
        *(Column(name, "count", (name,)) for name in ("repeats", "repeats_asked")),
        Column("assessable", "flag", ("assessable",)),
        Column("because", "text", ("because",)),
        *_estimate("excursion_left_iod", "excursion_iod", "left"),
        *_estimate("excursion_right_iod", "excursion_iod", "right"),
        *_estimate("asymmetry_share", "asymmetry"),
        Column("weaker", "text", ("weaker",)),
        Column("spasm_count", "count", ("spasms",)),
        *_estimate("spasms_per_min", "spasms_per_min"),
        *_estimate("spasms_after_per_min", "spasms_after_per_min"),
    )


def _estimate(name: str, *path: str) -> tuple[Column, ...]:
    """Return the columns of a number and of its 95 % interval."""
    ends = {"": "value", "_low": "low", "_high": "high"}
    return tuple(Column(name + end, "number", (*path, key)) for end, key in ends.items())


_WHOSE = tuple(Column(name, "text", (name,)) for name in ("file", "subject", "visit", "sha256"))
_EVENTS = ("spasm", "synkinesis", "blink", "expression", "head_motion")
_SOURCE = (
    Column("duration_s", "number", ("source", "duration_s")),
    Column("frame_count", "count", ("source", "frames")),
    Column("fps_median", "number", ("source", "fps_median")),
    Column("variable_rate", "flag", ("source", "variable_rate")),
    Column("width_px", "count", ("source", "width")),
    Column("height_px", "count", ("source", "height")),
    Column("rotation_deg", "count", ("source", "rotation")),
)
_SUMMARY = (
    Column("affected_side", "text", ("summary", "affected_side")),
    Column("side_probability", "number", ("summary", "side_probability")),
    *_estimate("spasms_per_min", "summary", "spasms_per_min"),
    Column("spasm_time_fraction", "number", ("summary", "spasm_time_fraction")),
    Column("synchrony_share", "number", ("summary", "synchrony")),
    Column("synchrony_share_low", "number", ("summary", "synchrony_interval", "low")),
    Column("synchrony_share_high", "number", ("summary", "synchrony_interval", "high")),
    Column("synchrony_chance_share", "number", ("summary", "synchrony_chance")),
    *_estimate("tonic_share", "summary", "tonic_share"),
    *_estimate("clonic_share", "summary", "clonic_share"),
    Column("smc_grade", "text", ("summary", "smc_grade", "grade")),
    *_estimate("rhythm_interval_s", "summary", "rhythm", "interval_s"),
    *_estimate("rhythm_cv", "summary", "rhythm", "cv"),
)


@dataclass
class Tables:
    """What a run found out, as tables; a clip that was not finished has no row.

    Attributes
    ----------
    recordings, events, tasks : dict of str to list
        Values by column.
    """

    recordings: dict[str, list[Any]]
    events: dict[str, list[Any]]
    tasks: dict[str, list[Any]]

    @classmethod
    def of(cls, run: Run) -> Tables:
        """Gather the results of a run from where they are kept."""
        kept = cls(*({column.name: [] for column in columns()} for columns in (recordings, events, tasks)))
        first: dict[str, str] = {}
        for clip in run.clips:
            name, failure = run.part(clip), run.failures.get(clip)
            whose: Row = {"file": clip.file, "subject": clip.subject or None, "visit": clip.visit or None}
            whose["sha256"] = run.sha256(clip)
            if name is not None:
                result = run.parts.read(name)
                original = first.setdefault(name, clip.file)
                whose["duplicate_of"] = None if original == clip.file else original
                kept._add(whose, result)
            elif failure is not None:
                told = {"outcome": failure.outcome, "reason": failure.reason}
                _append(kept.recordings, recordings(), whose | told | {"software": {"version": version("facialis")}})
        return kept

    def _add(self, whose: Row, result: Row) -> None:
        """Add a finished clip with its events and tasks."""
        refused = result["quality"]["verdict"] == "refused"
        told = {"outcome": "refused" if refused else "measured", "reason": result["quality"]["reasons"]}
        _append(self.recordings, recordings(), whose | told | result | _gathered(result))
        for event in result["events"]:
            lasted = round(event["offset_s"] - event["onset_s"], 4)
            _append(self.events, events(), whose | event | {"duration_s": lasted})
        for task in result.get("tasks", ()):
            _append(self.tasks, tasks(), whose | task)


def _gathered(result: Row) -> Row:
    """Return what the public JSON lists, by its name."""
    counted = Counter(event["kind"] for event in result["events"])
    spread = result["summary"].get("spread", ())
    return {
        "counts": {kind: counted[kind] for kind in _EVENTS} if result["quality"]["verdict"] != "refused" else {},
        "spread": {entry["region"]: entry["share"] for entry in spread},
        "states": {finding["code"]: finding["state"] for finding in result["findings"]},
    }


def _append(table: dict[str, list[Any]], columns: Iterable[Column], row: Row) -> None:
    for column in columns:
        table[column.name].append(column.of(row))


def can_write(path: Path) -> None:
    """Say before the work what could not be written after it.

    Raises
    ------
    CohortError
        If the file's name, its folder or the libraries do not allow it.
    """
    if path.suffix.lower() not in FILES:
        raise CohortError(f"{path}: a table is a .csv or a .parquet file; give such a name")
    if path.is_dir() or not path.parent.is_dir():
        raise CohortError(f"{path}: give a file in a folder that exists")
    if path.suffix.lower() == ".parquet" and not (find_spec("pandas") and find_spec("pyarrow")):
        raise CohortError(f"{path}: Parquet needs pandas and pyarrow: pip install 'facialis[parquet]', or write .csv")


def write(path: Path, table: dict[str, list[Any]], columns: Sequence[Column]) -> None:
    """Write a table, whole or not at all; CSV or Parquet by the name of the file.

    Parameters
    ----------
    path : Path
        Ends in ``.csv`` or ``.parquet``.
    table : dict of str to list
        Values by column.
    columns : sequence of Column
        Their kinds.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    write_whole(path, _csv(table) if path.suffix.lower() == ".csv" else _parquet(table, columns))


def _csv(table: dict[str, list[Any]]) -> bytes:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        writer.writerow(["" if v is None else str(v).lower() if isinstance(v, bool) else v for v in row])
    return sheet.getvalue().encode("utf-8", "backslashreplace")


def _parquet(table: dict[str, list[Any]], columns: Sequence[Column]) -> bytes:
    import pandas as pd

    series = {column.name: pd.Series(table[column.name], dtype=KINDS[column.kind]) for column in columns}
    sheet = io.BytesIO()
    pd.DataFrame(series).to_parquet(sheet, engine="pyarrow", index=False)
    return sheet.getvalue()
