"""``facialis video --protocol`` as it is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

Run = Callable[..., tuple[int, str, str]]
REST = '[[task]]\nkind = "rest"\nduration_s = 2\n'


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, hopper: Any) -> Path:
    """Three seconds of a portrait that moves as a whole, as one does who sits still."""
    path = tmp_path_factory.mktemp("clips") / "still.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 480, 560, "yuv420p"
        for number in range(90):
            x, y = round(8 + 4 * np.sin(number / 9)), round(10 + 4 * np.cos(number / 13))
            picture = np.ascontiguousarray(hopper[y : y + 560, x : x + 480])
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


@pytest.fixture
def short(tmp_path: Path) -> Path:
    path = tmp_path / "short.toml"
    path.write_text(f'name = "short"\n{REST}[[task]]\nkind = "smile"\nduration_s = 1\nrepeats = 3\n')
    return path


def test_tasks_and_stills_are_written(run: Run, clip: Path, short: Path, tmp_path: Path) -> None:
    result, stills = tmp_path / "r.json", tmp_path / "stills"
    code, _, err = run(clip, "--protocol", short, "--json", result, "--stills", stills)
    assert (code, err) == (0, "")
    told = json.loads(result.read_text())
    assert told["protocol"]["name"] == "short"
    assert [task["name"] for task in told["tasks"]] == ["rest", "smile"]
    assert [path.name for path in stills.iterdir()] == ["rest.png"]
    assert (stills / "rest.png").read_bytes().startswith(b"\x89PNG")


def test_an_offset_moves_the_tasks(run: Run, clip: Path, short: Path) -> None:
    code, out, _ = run(clip, "--protocol", short, "--protocol-offset", "0.5", "--json", "-")
    assert code == 0
    assert [task["start_s"] for task in json.loads(out)["tasks"]] == [0.5, 2.5]


def test_days_since_toxin_stand_in_the_result_with_or_without_tasks(run: Run, clip: Path, short: Path) -> None:
    code, out, _ = run(clip, "--days-since-toxin", "30", "--json", "-")
    told = json.loads(out)
    assert code == 0
    assert (told["protocol"]["name"], told["protocol"]["days_since_toxin"]) == ("none", 30)
    assert "tasks" not in told
    _, out, _ = run(clip, "--protocol", short, "--days-since-toxin", "90", "--json", "-")
    assert json.loads(out)["protocol"]["days_since_toxin"] == 90


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--protocol", "clinik"), "one of clinic, home"),
        (("--protocol", "clinic"), "lies beyond the clip"),
        (("--protocol-offset", "3"), "--protocol-offset goes with --protocol"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, clip: Path, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(clip, *words)
    assert (code, out) == (2, "")
    assert err.startswith("facialis: ")
    assert err.count("\n") == 1
    assert said in err


def test_a_wrong_protocol_is_one_line_with_file_and_task(run: Run, clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(REST + '[[task]]\nkind = "smirk"\nduration_s = 1\n')
    code, _, err = run(clip, "--protocol", path)
    assert code == 2
    assert "wrong.toml: task 2" in err
    assert err.count("\n") == 1


def test_a_folder_that_is_a_file_is_refused_before_the_work(run: Run, clip: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    code, _, err = run(clip, "--stills", taken)
    assert code == 2
    assert "--stills" in err
