"""Each content once, each failure a row, and nothing stops the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

from facialis.cohort.run import Run

Cohort = Callable[..., Path]
Go = Callable[..., Run]
Names = Callable[[], list[str]]


def outcomes(run: Run) -> dict[str, str]:
    """By file: kept, or the failure's outcome."""
    return {c.file: "kept" if run.part(c) else run.failures[c].outcome for c in run.clips}


def test_a_clip_that_fails_does_not_stop_the_rest(cohort: Cohort, go: Go) -> None:
    run = go(cohort("a.mp4", "broken.mp4", "crash.mp4", "slow.mp4", "z.mp4"), limit_s=2, workers=2)
    assert outcomes(run) == {
        "a.mp4": "kept",
        "broken.mp4": "unreadable",
        "crash.mp4": "worker_died",
        "slow.mp4": "too_long",
        "z.mp4": "kept",
    }
    assert (run.progress.done, run.progress.failed) == (5, 3)


def test_a_clip_that_killed_its_process_is_tried_once_more_after_the_others(
    cohort: Cohort, go: Go, measured: Names
) -> None:
    run = go(cohort("crash.mp4", "once.mp4", "y.mp4", "z.mp4"))
    assert outcomes(run) == {"crash.mp4": "worker_died", "once.mp4": "kept", "y.mp4": "kept", "z.mp4": "kept"}
    assert sorted(measured()[:4]) == ["crash.mp4", "once.mp4", "y.mp4", "z.mp4"]
    assert sorted(measured()[4:]) == ["crash.mp4", "once.mp4"]


def test_the_same_content_is_measured_once(cohort: Cohort, go: Go, measured: Names) -> None:
    run = go(cohort(a="same", b="same", c="other", broken="bad", broken2="bad"), workers=2)
    assert outcomes(run) == dict.fromkeys(("a.mp4", "b.mp4", "c.mp4"), "kept") | dict.fromkeys(
        ("broken.mp4", "broken2.mp4"), "unreadable"
    )
    assert len(measured()) == 3
    assert run.progress.done == 5
    a, b = (clip for clip in run.clips if clip.file in ("a.mp4", "b.mp4"))
    assert run.part(a) == run.part(b)


def test_a_second_run_measures_only_what_is_new_or_failed(cohort: Cohort, go: Go, measured: Names) -> None:
    folder = cohort("a.mp4", "refused.mp4", "broken.mp4")
    go(folder)
    (folder / "new.mp4").write_text("new")
    (folder / "a.mp4").rename(folder / "renamed.mp4")
    run = go(folder)
    assert measured()[3:] in (["broken.mp4", "new.mp4"], ["new.mp4", "broken.mp4"])
    assert run.progress.before == 2
    assert set(outcomes(run).values()) == {"kept", "unreadable"}


def test_a_file_that_changes_while_it_is_measured_is_no_result(cohort: Cohort, go: Go) -> None:
    run = go(cohort("changed.mp4"))
    assert run.failures[run.clips[0]].reason == "changed.mp4 changed while it was measured: run again"
    assert not list(run.parts.folder.glob("*.json"))


def test_what_is_kept_is_the_public_result(cohort: Cohort, go: Go) -> None:
    import jsonschema

    from facialis import schemas

    run = go(cohort("a.mp4"))
    (path,) = run.parts.folder.glob("*.json")
    jsonschema.validate(json.loads(path.read_text()), schemas.load("facialis.video/1"))


def test_nothing_listens(cohort: Cohort, go: Go) -> None:
    folder = cohort("a.mp4", "slow.mp4")
    before = _listening()
    heard: set[tuple[object, ...]] = set()
    timer = threading.Timer(1.0, lambda: heard.update(_listening()))
    timer.start()
    go(folder, limit_s=2)
    timer.join()
    assert heard <= before  # what other tests of this process left listening is not the run's


def _listening() -> set[tuple[object, ...]]:
    """Return (process, address) of every socket that this process or one of its children listens on."""
    here = psutil.Process()
    return {
        (process.pid, *connection.laddr)
        for process in (here, *here.children(recursive=True))
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
