"""A clip is measured by a process of its own: whatever happens to that is an answer."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facialis.cohort import worker
from facialis.cohort.child import Job, answer
from facialis.cohort.clips import Options

Names = Callable[[], list[str]]


@pytest.fixture
def child(measured: Names) -> Iterator[worker.Child]:
    made = worker.Child()
    yield made
    made.stop()


def job(tmp_path: Path, name: str) -> Job:
    path = tmp_path / name
    path.write_text(name)
    return Job(path, Options())


def test_one_process_measures_clip_after_clip(child: worker.Child, tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        assert child.ask(job(tmp_path, name), 30)["result"]["source"]["name"] == name
        process = child._process
        assert process is not None
    assert child.ask(job(tmp_path, "broken.mp4"), 30) == {"failed": "unreadable", "reason": "broken.mp4 is no video"}
    assert child._process is process


def test_a_death_is_told_from_a_failure_and_the_next_clip_has_a_new_process(
    child: worker.Child, tmp_path: Path
) -> None:
    told = child.ask(job(tmp_path, "crash.mp4"), 30)
    assert told == {"failed": "worker_died", "reason": "the process that measured it was ended by SIGSEGV"}
    assert "result" in child.ask(job(tmp_path, "a.mp4"), 30)


def test_a_clip_that_takes_too_long_is_ended(child: worker.Child, tmp_path: Path) -> None:
    began = time.monotonic()
    told = child.ask(job(tmp_path, "slow.mp4"), 0.6)
    assert told == {"failed": "too_long", "reason": "not measured after 0.01 min (--limit-minutes)"}
    assert time.monotonic() - began < 10
    assert "result" in child.ask(job(tmp_path, "a.mp4"), 30)


def test_a_process_that_left_for_idleness_is_replaced_unseen(child: worker.Child, tmp_path: Path) -> None:
    child.ask(job(tmp_path, "idle.mp4"), 30)  # it leaves at once when nobody asks
    assert child._process is not None
    assert child._process.wait(timeout=10) == 0
    assert "result" in child.ask(job(tmp_path, "b.mp4"), 30)


def test_memory_is_named_where_the_kernel_ended_it(child: worker.Child, tmp_path: Path) -> None:
    child.ask(job(tmp_path, "a.mp4"), 30)
    assert child._process is not None
    child._process.send_signal(signal.SIGKILL)
    child._process.wait()
    assert child.ask(job(tmp_path, "b.mp4"), 30)["reason"].endswith("SIGKILL (out of memory?)")


def test_what_goes_wrong_in_an_examination_is_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = answer(job(tmp_path, "letter.mp4"))
    assert told["failed"] == "unreadable"
    assert "letter.mp4" in told["reason"]

    def fail(*words: object, **options: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr("facialis.face.study.examine", fail)
    assert answer(job(tmp_path, "letter.mp4")) == {"failed": "error", "reason": "ZeroDivisionError: by zero"}


def test_a_file_that_cannot_be_read_has_a_reason(tmp_path: Path) -> None:
    assert worker.sha256(tmp_path / "gone.mp4")["reason"] == "the file cannot be read: No such file or directory"
    (tmp_path / "a.mp4").write_bytes(b"abc")
    told = worker.sha256(tmp_path / "a.mp4")
    assert told["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert told["size"] == 3


def test_the_worker_says_what_it_lacks(nets: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker.ready() == ("0.1.0", "")
    monkeypatch.setenv("FACIALIS_MODELS", str(tmp_path))
    assert "facialis models fetch" in worker.ready()[1]
