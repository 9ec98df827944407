from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest


def simulate(*words: str) -> subprocess.CompletedProcess[str]:
    code = f"from facialis.commands import main; main({['simulate', *words]!r})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.fixture(scope="module")
def photo(hopper: npt.NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "hopper.png"
    cv2.imwrite(str(path), hopper[..., ::-1])
    return path


def test_a_clip_and_its_truth_are_written(photo: Path, nets: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    words = ["--seconds", "3", "--side", "right", "--amplitude", "0.05", "0.06", "--size", "300x360", "--fps", "20"]
    words += ["--spasms-per-min", "60"]
    done = simulate(str(photo), "--out", str(out), *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 frames" in done.stdout
    told = json.loads((tmp_path / "clip.truth.json").read_text())
    spasms = [event for event in told["events"] if event["kind"] == "spasm"]
    assert spasms
    assert all(event["side"] == "right" and 0.049 < event["amplitude_iod"] < 0.061 for event in spasms)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "clip.truth.json"]


def test_hard_cases_are_asked_for_by_name(photo: Path, nets: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    words = ["--seconds", "4", "--size", "300x360", "--fps", "12", "--spasms-per-min", "0", "--blinks-per-min", "60"]
    words += ["--weak-side", "right", "--weakness", "0.6", "--synkinesis", "left", "--beard", "0.5", "--glasses", "1"]
    done = simulate(str(photo), "--out", str(out), *words)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads((tmp_path / "clip.truth.json").read_text())
    assert told["weakness"] == {"side": "right", "share": 0.6}
    assert {event["side"] for event in told["events"] if event["kind"] == "synkinesis"} == {"left"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("missing.png", []),
        ("missing.mp4", []),
        ("", ["--amplitude", "0.1", "0.05"]),
        ("", ["--amplitude", "0.1", "0.5"]),
        ("", ["--side", "both"]),
        ("", ["--size", "large"]),
        ("", ["--seconds", "-1"]),
        ("", ["--shadow", "0.5"]),
        ("", ["--synkinesis", "both"]),
        ("clip.mp4", ["--sway", "1"]),
        ("clip.mp4", ["--beard", "1"]),
        ("clip.mp4", ["--weak-side", "left"]),
        (".", []),
    ],
)
def test_a_bad_call_is_one_line_and_exit_2(
    photo: Path, nets: dict[str, Path], tmp_path: Path, source: str, words: list[str]
) -> None:
    (tmp_path / "out").mkdir()
    path = tmp_path / source if source else photo
    done = simulate(str(path), "--out", str(tmp_path / "out" / "clip.mp4"), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert not list((tmp_path / "out").iterdir())


def test_the_clip_needs_a_folder_that_exists(photo: Path, tmp_path: Path) -> None:
    done = simulate(str(photo), "--out", str(tmp_path / "nowhere" / "clip.mp4"))
    assert done.returncode == 2
    assert "--out" in done.stderr
