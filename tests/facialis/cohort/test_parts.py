"""What is finished is kept whole, found again, and belongs to one run at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facialis.cohort import CohortError
from facialis.cohort.clips import Options, find
from facialis.cohort.parts import Parts, beside


def test_parts_lie_beside_their_table(tmp_path: Path) -> None:
    assert beside(tmp_path / "all.parquet") == tmp_path / "all.parts"


def test_a_result_is_kept_by_content_version_and_options(tmp_path: Path) -> None:
    parts = Parts(tmp_path / "parts")
    plain, other = parts.name("ab", Options()), parts.name("ab", Options("yes"))
    assert plain == "ab-0.1.0"
    assert other.startswith("ab-0.1.0-")
    assert not parts.has(plain)
    parts.keep(plain, {"schema": "facialis.video/1"})
    assert parts.has(plain)
    assert not parts.has(other)
    assert parts.read(plain) == {"schema": "facialis.video/1"}
    assert [path.name for path in parts.folder.iterdir()] == ["ab-0.1.0.json"]


def test_another_version_of_facialis_does_not_know_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Parts(tmp_path / "parts")
    parts.keep(parts.name("ab", Options()), {})
    monkeypatch.setattr("facialis.cohort.parts.version", lambda name: "9.9")
    assert not parts.has(parts.name("ab", Options()))


def test_the_content_of_a_file_is_remembered_until_it_changes(cohort: Callable[..., Path], tmp_path: Path) -> None:
    (clip,) = find(cohort("a.mp4")).clips
    parts = Parts(tmp_path)
    stat = clip.path.stat()
    parts.remember(clip, stat.st_size, stat.st_mtime_ns, "ab")
    with (tmp_path / "files.jsonl").open("a") as file:
        file.write('["a.mp4", 12, 99')  # cut off by a crash
    assert Parts(tmp_path).known_sha256(clip) == "ab"
    os.utime(clip.path, ns=(0, 1))
    assert Parts(tmp_path).known_sha256(clip) is None
    clip.path.unlink()
    assert Parts(tmp_path).known_sha256(clip) is None


HOLD = "import sys; from facialis.cohort.parts import Parts; from pathlib import Path\n"
HOLD += "with Parts(Path(sys.argv[1])).alone(): print('mine', flush=True); sys.stdin.read()"


def test_two_runs_cannot_work_on_one_table_and_a_killed_one_leaves_it_free(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLD, str(tmp_path / "parts")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        refused = pytest.raises(CohortError, match=f"another run works on it .process {other.pid} ")
        with refused, Parts(tmp_path / "parts").alone():
            pytest.fail("two runs at once")
        other.kill()
        other.wait()
        with Parts(tmp_path / "parts").alone():
            assert f"process {os.getpid()} " in (tmp_path / "parts" / "lock").read_text()


def test_a_lock_is_free_again_after_its_run(tmp_path: Path) -> None:
    with Parts(tmp_path).alone(), pytest.raises(CohortError), Parts(tmp_path).alone():
        pytest.fail("two runs at once")
    with Parts(tmp_path).alone():
        assert f"process {os.getpid()} " in (tmp_path / "lock").read_text()
