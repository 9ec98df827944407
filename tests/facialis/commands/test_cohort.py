"""``facialis cohort`` as it is called: whole tables, going on after any stop, one line for every refusal."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pandas as pd
import psutil
import pytest

from facialis import commands
from facialis.cohort.parts import Parts

Run = Callable[..., tuple[int, str, str]]
Row = dict[str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], nets: dict[str, Path]) -> Run:
    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["cohort", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, hopper: Any) -> Path:
    """Three films of a portrait, a grey one that shows no face, and a file that is no film."""
    folder = tmp_path_factory.mktemp("cohort") / "clips"
    (folder / "later").mkdir(parents=True)
    # The last one lasts long enough to be caught in the middle of it.
    for number, (name, frames) in enumerate({"a.mp4": 36, "b.mp4": 36, "later/c.mp4": 240}.items()):
        film(folder / name, [np.roll(hopper[::2, ::2], number + at % 3, axis=1) for at in range(frames)])
    film(folder / "grey.mp4", [np.full((96, 128, 3), 90 + at, np.uint8) for at in range(12)])
    (folder / "letter.mp4").write_text("This is not a film.\n" * 40)
    (folder / "notes.txt").write_text("mine")
    return folder


def film(path: Path, pictures: list[Any]) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.height, stream.width, stream.pix_fmt = *pictures[0].shape[:2], "yuv420p"
        for picture in pictures:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())


def rows(table: Path) -> list[Row]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def one_line(text: str) -> bool:
    return text.startswith("facialis: ") and text.count("\n") == 1 and "Traceback" not in text


def until(process: subprocess.Popen[str], parts: Path, count: int) -> None:
    """Wait until so many clips are finished."""
    for _ in range(6000):
        if len(list(parts.glob("*.json"))) >= count or process.poll() is not None:
            return
        time.sleep(0.01)


def test_a_folder_becomes_a_table_also_after_ctrl_c_and_after_a_kill(run: Run, folder: Path, tmp_path: Path) -> None:
    table, events = tmp_path / "t.csv", tmp_path / "e.parquet"
    words = ("cohort", str(folder), "--out", str(table), "--events", str(events), "--workers", "1")
    command = [sys.executable, "-c", "from facialis.commands import main; main()", *words]

    # Where the tests run in the background, Ctrl-C is ignored, and a child would ignore it too.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    ) as stopped:
        until(stopped, tmp_path / "t.parts", 1)
        stopped.send_signal(signal.SIGINT)
        out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130, (out, err)
    assert err == "facialis: stopped\n"
    assert "The same call goes on from there." in out
    assert "not yet" in out
    assert 1 <= len(rows(table)) < 5

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as killed:
        until(killed, tmp_path / "t.parts", 2)
        measuring = psutil.Process(killed.pid).children(recursive=True)
        killed.kill()
        killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    assert psutil.wait_procs(measuring, timeout=10)[1] == []

    kept = len(list((tmp_path / "t.parts").glob("*.json")))
    code, out, err = run(*words[1:])
    assert (code, err) == (0, "")
    assert f"{kept} finished before" in out
    assert "1 other file left out" in out
    found = {row["file"]: row for row in rows(table)}
    assert {name: row["outcome"] for name, row in found.items()} == {
        "a.mp4": "measured",
        "b.mp4": "measured",
        "grey.mp4": "refused",
        "later/c.mp4": "measured",
        "letter.mp4": "unreadable",
    }
    assert all(row["reason"] for row in found.values() if row["outcome"] != "measured")
    assert found["a.mp4"]["frame_count"] == "36"
    assert set(pd.read_parquet(events)["file"]) <= {"a.mp4", "b.mp4", "later/c.mp4"}
    assert not [path.name for path in tmp_path.rglob(".*")]


def test_a_manifest_and_options_reach_the_examination(run: Run, folder: Path, tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.mkdir()
    for name in ("a.mp4", "b.mp4"):
        os.link(folder / name, one / name)
    (tmp_path / "m.csv").write_text("file,mirrored,subject,visit\nb.mp4,yes,S7,3\n")
    table = tmp_path / "t.parquet"
    code, out, err = run(one, "--out", table, "--not-mirrored", "--manifest", tmp_path / "m.csv")
    assert (code, err) == (0, "")
    assert out == "2 recordings: 2 measured\n"
    frame = pd.read_parquet(table)
    assert list(frame["mirrored"]) == ["no", "yes"]
    assert frame["subject"].isna().tolist() == [True, False]
    assert list(frame["visit"])[1] == "3"
    assert frame["spasms_per_min_high"].notna().all()
    code, out, _ = run(one, "--out", table, "--not-mirrored", "--again", "--limit-minutes", "0.011")
    assert code == 0
    assert "2 too long" in out
    assert "finished before" not in out


def test_a_second_run_on_the_same_table_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    with Parts(tmp_path / "t.parts").alone():
        code, out, err = run(folder, "--out", tmp_path / "t.csv")
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert f"process {os.getpid()} " in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere", "--out", "t.csv"), "no such folder"),
        (("a_file", "--out", "t.csv"), "not a folder"),
        (("empty", "--out", "t.csv"), "no video (1 other file)"),
        (("clips",), "--out"),
        (("clips", "--out", "t.xlsx"), ".csv or a .parquet"),
        (("clips", "--out", "nowhere/t.csv"), "folder that exists"),
        (("clips", "--out", "t.csv", "--events", "./t.csv"), "another name"),
        (("clips", "--out", "t.csv", "--events", "e.json"), ".csv or a .parquet"),
        (("clips", "--out", "t.csv", "--manifest", "m.csv"), "No such file"),
        (("clips", "--out", "t.csv", "--protocol", "nothing.toml"), "nothing.toml"),
        (("clips", "--out", "t.csv", "--limit-minutes", "0"), "--limit-minutes"),
        (("clips", "--out", "t.csv", "--workers", "0"), "--workers"),
        (("clips", "--out", "t.csv", "--scheduler", "tcp://127.0.0.1:9"), "--insecure"),
        (("clips", "--out", "t.csv", "--scheduler", "tls://127.0.0.1:9"), "--tls-ca"),
        (("clips", "--out", "a_file/t.csv"), "folder that exists"),
    ],
)
def test_a_wrong_call_is_one_line_and_measures_nothing(
    run: Run, words: tuple[str, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("facialis.cohort.worker._start", lambda: pytest.fail("measured in vain"))
    for name in ("clips/a.mp4", "empty/notes.txt", "a_file"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert says in err
    assert not list(tmp_path.glob("*.csv"))


def test_a_table_that_cannot_be_written_is_one_line(run: Run, folder: Path) -> None:
    code, out, err = run(folder, "--out", "/proc/t.csv")
    assert (code, out) == (2, "")
    assert one_line(err), err


def test_missing_nets_are_one_line(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_MODELS", str(tmp_path))
    code, out, err = run(folder, "--out", tmp_path / "t.csv")
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert "facialis models fetch" in err


def test_help_does_not_wait_for_the_engine() -> None:
    code = "import sys\nfrom facialis.commands import main\ntry: main(['cohort', '--help'])\nexcept SystemExit: pass\n"
    code += "print(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"distributed", "dask", "pandas", "numpy"} & set(done.stdout.splitlines()[-1].split())
