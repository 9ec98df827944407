"""``facialis video`` as it is called: exit codes, one line, whole files, no network."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, hopper: Any) -> Path:
    """Two seconds of a portrait whose left mouth corner twitches twice."""
    import cv2

    path = tmp_path_factory.mktemp("clips") / "face.mp4"
    height, width = hopper.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    weight = np.exp(-((x - 308) ** 2 + (y - 292) ** 2) / (2 * 22.0**2))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(75):
            pull = sum(9 * np.exp(-(((number - at) / 3.0) ** 2)) for at in (22, 52))
            sources = ((x - 0.8 * pull * weight).astype(np.float32), (y + 0.6 * pull * weight).astype(np.float32))
            moved = cv2.remap(hopper, *sources, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        output.mux(stream.encode())
    return path


def one_line(text: str) -> bool:
    return text.startswith("facialis: ") and text.count("\n") == 1 and "Traceback" not in text


def test_everything_is_written_and_the_answer_is_printed(run: Run, clip: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("r.json", "events.csv", "signals.csv")}
    code, out, err = run(
        clip, "--json", files["r.json"], "--events", files["events.csv"], "--signals", files["signals.csv"],
        "--report", tmp_path / "page",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out.strip()
    result = json.loads(files["r.json"].read_text())
    assert result["schema"] == "facialis.video/1"
    assert any(event["kind"] == "spasm" and event["side"] == "left" for event in result["events"])
    assert files["events.csv"].read_text().count("\n") == len(result["events"]) + 1
    assert files["signals.csv"].read_text().count("\n") == result["source"]["frames"] + 1
    assert "<html" in (tmp_path / "page" / "report.html").read_text()


def test_json_can_be_piped(run: Run, clip: Path) -> None:
    code, out, err = run(clip, "--json", "-", "--mirrored")
    assert (code, err) == (0, "")
    result = json.loads(out)
    assert result["quality"]["mirrored"] == "yes"
    assert {event["side"] for event in result["events"] if event["kind"] == "spasm"} == {"right"}


def test_a_report_without_faces_holds_no_picture_of_the_face(run: Run, clip: Path, tmp_path: Path) -> None:
    assert run(clip, "--report", tmp_path / "with")[0] == 0
    assert run(clip, "--report", tmp_path / "without", "--no-faces")[0] == 0
    pixels = re.compile(r"data:image/(jpeg|png|webp)|<img")
    assert pixels.search((tmp_path / "with" / "report.html").read_text())
    bare = tmp_path / "without"
    assert not pixels.search((bare / "report.html").read_text())
    for drawing in bare.rglob("*.svg"):
        assert "<image" not in drawing.read_text(), drawing.name
    names = {path.relative_to(bare).as_posix() for path in bare.rglob("*") if path.is_file()}
    assert not {name for name in names if "strip" in name or "face" in name.lower()}


def test_a_refused_recording_ends_with_three_and_is_still_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "room.mp4"
    grey(path)
    code, out, _ = run(path, "--json", tmp_path / "r.json", "--report", tmp_path / "page")
    assert code == 3
    result = json.loads((tmp_path / "r.json").read_text())
    assert result["quality"]["verdict"] == "refused"
    assert out.strip()
    assert (tmp_path / "page" / "report.html").is_file()


def grey(path: Path, frames: int = 10) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(frames):
            picture = np.full((120, 160, 3), 100 + number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())


def sound(path: Path) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        output.mux(stream.encode(frame))
        output.mux(stream.encode())


def text_file(path: Path) -> None:
    path.write_text("This is not a film.\n" * 40)


def half(path: Path) -> None:
    whole = path.with_name("whole.mp4")
    grey(whole, 90)
    path.write_bytes(whole.read_bytes()[:500])


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("missing.mp4", lambda path: None),
        ("folder.mp4", lambda path: path.mkdir()),
        ("empty.mp4", lambda path: path.touch()),
        ("letter.mp4", text_file),
        ("song.mp4", sound),
        ("half.mp4", half),
        ("noise.mp4", lambda path: path.write_bytes(os.urandom(5000))),
        ("naïve 'name' \n.mp4", text_file),
    ],
)
def test_a_file_that_is_no_film_ends_with_two_and_one_line(
    run: Run, name: str, make: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / name
    make(path)
    before = {p.name for p in tmp_path.iterdir()}
    words = ("--json", tmp_path / "r.json", "--events", tmp_path / "e.csv", "--report", tmp_path / "page")
    code, out, err = run(path, *words)
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert {p.name for p in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "nowhere/r.json"),
        ("--events", "nowhere/e.csv"),
        ("--signals", "nowhere/s.csv"),
        ("--json", "."),
        ("--report", "a_file"),
        ("--report", "a_file/inside"),
        ("--colour", "red"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(
    run: Run, words: tuple[str, str], clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a_file").write_text("mine")
    monkeypatch.setattr("facialis.face.study.measure", lambda *_: pytest.fail("measured in vain"))
    code, out, err = run(clip, *words)
    assert (code, out) == (2, "")
    assert one_line(err), err
    assert (tmp_path / "a_file").read_text() == "mine"
    assert {p.name for p in tmp_path.iterdir()} == {"a_file"}


def test_no_clip_at_all(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert one_line(err)


def test_nothing_goes_over_the_network(run: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: Any, **options: Any) -> Any:
        pytest.fail("asked for the network")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    code, _, err = run(clip, "--json", tmp_path / "r.json", "--report", tmp_path / "page")
    assert (code, err) == (0, "")


def test_missing_nets_are_one_line(run: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_MODELS", str(tmp_path))
    from facialis.face import nets

    clear = getattr(nets.check, "cache_clear", None)
    if clear:
        clear()
    code, out, err = run(clip)
    if clear:
        clear()
    assert (code, out) == (2, "")
    assert one_line(err)
    assert "facialis models fetch" in err


def test_a_full_disk_leaves_nothing_half_written(
    run: Run, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def full(self: Path, target: Any) -> Path:
        if str(target).endswith("r.json"):
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = run(clip, "--json", tmp_path / "r.json")
    assert code == 2
    assert one_line(err)
    assert list(tmp_path.iterdir()) == []
