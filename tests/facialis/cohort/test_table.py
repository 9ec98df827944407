"""The tables: a row a recording and a row an event, the same columns whatever was found."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from facialis.cohort import CohortError, table
from facialis.cohort.run import Run
from facialis.cohort.table import Tables

Cohort = Callable[..., Path]
Go = Callable[..., Run]


@pytest.fixture
def tables(cohort: Cohort, go: Go) -> Tables:
    return Tables.of(go(cohort(a="same", b="same", broken="x", refused="y"), workers=2))


def test_a_row_a_recording(tables: Tables) -> None:
    rows = tables.recordings
    assert rows["file"] == ["a.mp4", "b.mp4", "broken.mp4", "refused.mp4"]
    assert rows["outcome"] == ["measured", "measured", "unreadable", "refused"]
    assert rows["reason"] == ["", "", "broken.mp4 is no video", "dark"]
    assert rows["duplicate_of"] == [None, "a.mp4", None, None]
    assert rows["spasms_per_min_low"] == [1.0, 1.0, None, None]
    assert rows["spread_zygomaticus_share_high"][0] == 0.75
    assert rows["spread_frontalis_share"][0] is None
    assert rows["spasm_count"] == [1, 1, None, None]
    assert rows["detection_limit_zygomaticus_iod"][0] == 0.01
    assert rows["finding_involuntary_movement"] == ["not_assessable", "not_assessable", None, "not_assessable"]
    assert rows["software_version"] == ["0.1.0"] * 4
    assert None not in rows["sha256"]


def test_a_row_an_event(tables: Tables) -> None:
    rows = tables.events
    assert rows["file"] == ["a.mp4", "b.mp4"]
    assert rows["duration_s"] == [0.25, 0.25]
    assert rows["regions"] == ["zygomaticus; nasalis"] * 2
    assert rows["why"] == ["one; two"] * 2


def test_columns_name_their_units_and_do_not_depend_on_the_data(tables: Tables) -> None:
    assert list(tables.recordings) == [column.name for column in table.recordings()]
    assert len(set(tables.recordings)) == len(table.recordings())
    pure = ("_share", "_share_low", "_share_high", "_fraction", "_probability", "_cv", "_cv_low", "_cv_high")
    units = ("_s", "_px", "_px_median", "_iod", "_per_min", "_per_min_low", "_per_min_high", "_s_low", "_s_high")
    for column in table.recordings():
        if column.kind == "number":
            assert column.name.endswith((*pure, *units)) or column.name == "fps_median", column.name


def test_csv_round_trip(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table.write(path, tables.recordings, table.recordings())
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == tables.recordings["file"]
    assert float(rows[0]["spasms_per_min"]) == 4.0
    assert rows[0]["variable_rate"] == "false"
    assert rows[2]["spasms_per_min"] == ""


def test_parquet_round_trip_keeps_the_kinds_also_of_empty_columns(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table.write(path, tables.recordings, table.recordings())
    frame = pd.read_parquet(path)
    assert list(frame.columns) == list(tables.recordings)
    for column in table.recordings():
        assert str(frame[column.name].dtype) == table.KINDS[column.kind], column.name
        assert [None if pd.isna(v) else v for v in frame[column.name]] == tables.recordings[column.name], column.name


def test_a_table_of_no_events_has_its_columns(tmp_path: Path) -> None:
    empty: dict[str, list[object]] = {column.name: [] for column in table.events()}
    for name in ("e.csv", "e.parquet"):
        table.write(tmp_path / name, empty, table.events())
    assert list(pd.read_parquet(tmp_path / "e.parquet").columns) == list(empty)
    assert (tmp_path / "e.csv").read_text().count("\n") == 1


def test_a_task_has_a_row() -> None:
    number = {"value": 0.1, "low": 0.05, "high": 0.2}
    task = {"name": "smile", "assessable": True, "because": ["one", "two"], "asymmetry": None, "spasms": 2}
    task["excursion_iod"] = {"left": number, "right": None}
    row = {column.name: column.of(task) for column in table.tasks()}
    assert (row["name"], row["assessable"], row["because"], row["spasm_count"]) == ("smile", True, "one; two", 2)
    assert (row["excursion_left_iod_low"], row["excursion_right_iod"], row["asymmetry_share"]) == (0.05, None, None)


@pytest.mark.parametrize("name", ["t.xlsx", "t", "nowhere/t.csv", "folder.csv"])
def test_what_cannot_be_written_is_said_before(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CohortError):
        table.can_write(tmp_path / name)


def test_parquet_without_its_libraries_is_a_line_and_csv_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    with pytest.raises(CohortError, match=r"facialis\[parquet\]"):
        table.can_write(tmp_path / "t.parquet")
    table.can_write(tmp_path / "t.csv")


def test_every_column_is_documented(root: Path) -> None:
    text = (root / "docs" / "cohort.md").read_text(encoding="utf-8")
    from facialis import knowledge
    from facialis.face.signals import REGIONS

    for column in (*table.recordings(), *table.events(), *table.tasks()):
        name = column.name
        for end in ("_low", "_high"):
            name = name.removesuffix(end)
        for region in REGIONS:
            name = name.replace(region, "REGION")
        code = name.removeprefix("finding_")
        name = "finding_CODE" if code in knowledge.findings() else name
        assert f"`{name}`" in text, name
