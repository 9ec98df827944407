"""What is kept of an examination makes the same result as the examination, before and after a review."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facialis.document import DocumentError
from facialis.face import Examination, kept, review
from facialis.face.guided import guide, protocol
from facialis.face.guided.stills import View
from facialis.face.regions import MUSCLES
from facialis.face.signals import SIDES
from facialis.findings import Side


@pytest.fixture
def seen(made: ModuleType) -> Examination:
    """A guided minute with eight spasms of the left side, four blinks and a grimace; the skin trembles."""
    spasms = [made.spasm(5.0 * t, measures=made.measures(), plateau_s=0.1) for t in range(8)]
    grimace = made.spasm(47, kind="expression", form=None, probability=0.7)
    whole = made.examination([*spasms, *(made.blink(5.0 * t + 2) for t in range(4)), grimace])
    rng, frames = np.random.default_rng(0), len(whole.signals.time_s)
    shaken = {key: rng.normal(0, 0.002, values.shape).astype(np.float32) for key, values in whole.signals.parts.items()}
    steps = {
        (region, side): np.zeros((frames, len(points.left), 2), np.float16)
        for region, points in MUSCLES.items()
        for side in SIDES
    }
    usable = np.arange(frames) % 50 > 2
    signals = replace(whole.signals, parts=shaken, steps=steps, usable=usable)
    yaw = np.zeros(frames)
    asked = protocol.read(
        {"name": "short", "task": [{"kind": "rest", "end_s": 30}, {"kind": "smile", "end_s": 50, "repeats": 3}]}, "t"
    )
    view = View(yaw, np.ones(frames, np.float32))
    return replace(whole, signals=signals, view=view, guided=guide(asked, signals.time_s, yaw, "no"))


@pytest.fixture
def file(seen: Examination, tmp_path: Path) -> Path:
    kept.write(seen, tmp_path / "kept.npz")
    return tmp_path / "kept.npz"


def veto(seen: Examination, *, to: str = "out", apex_s: float = 5.15) -> review.Review:
    change = review.Change("spasm", Side.LEFT, apex_s, to, "chewing", (5.0, 5.3))
    return review.Review(seen.source.sha256, "Dr Ochoa", (change,))


def test_the_result_of_what_was_kept_is_the_result_of_the_examination(seen: Examination, file: Path) -> None:
    assert seen.to_json() == kept.read(file).to_json()


@pytest.mark.parametrize("to", ["out", "synkinesis", "expression"])
def test_a_review_of_what_was_kept_is_the_review_of_the_examination(seen: Examination, file: Path, to: str) -> None:
    """The tasks of the guided examination and what they did to the rate follow too."""
    changes = veto(seen, to=to)
    whole = review.apply(seen, changes).to_json()
    assert whole["summary"] != seen.to_json()["summary"]
    assert whole["tasks"] != seen.to_json()["tasks"]

    assert whole == review.reviewed(kept.read(file), changes, seen.to_json())


def test_a_review_names_an_event_that_was_measured(seen: Examination, file: Path) -> None:
    other = review.Change("spasm", Side.LEFT, 33.0, "out", "chewing")
    with pytest.raises(DocumentError, match="no such event"):
        review.reviewed(kept.read(file), replace(veto(seen), changes=(other,)), seen.to_json())


def test_what_a_reviewer_changed_is_not_kept(seen: Examination, tmp_path: Path) -> None:
    kept.write(review.apply(seen, veto(seen)), tmp_path / "kept.npz")
    assert seen.to_json() == kept.read(tmp_path / "kept.npz").to_json()


def again(file: Path, **changed: Any) -> Path:
    """Write the file anew with other arrays."""
    with np.load(file) as old:
        arrays = {name: old[name] for name in old.files} | changed
    np.savez_compressed(file, **{name: values for name, values in arrays.items() if values is not None})
    return file


@pytest.mark.parametrize(
    "changed",
    [
        {"pull": None},
        {"time_s": np.zeros(3)},
        {"usable": np.zeros(1800)},
        {"about": np.frombuffer(b"{}", np.uint8)},
        {"about": np.frombuffer(b"not json", np.uint8)},
        {"about": np.frombuffer(json.dumps({"schema": kept.SCHEMA}).encode(), np.uint8)},
    ],
)
def test_a_file_that_holds_something_else_is_refused(file: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(kept.KeptError):
        kept.read(again(file, **changed))


def test_a_pickle_in_the_file_is_refused_and_not_run(file: Path) -> None:
    with pytest.raises(kept.KeptError, match="pickle"):
        kept.read(again(file, time_s=np.array([{"a": 1}], dtype=object)))


def test_no_file_and_a_torn_file_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(kept.KeptError):
        kept.read(tmp_path / "none.npz")
    file.write_bytes(file.read_bytes()[:4000])
    with pytest.raises(kept.KeptError):
        kept.read(file)


def test_what_unpacks_to_more_than_is_ever_kept_is_refused_unread(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(file) as packed:
        size = sum(one.file_size for one in packed.infolist())
    monkeypatch.setattr(kept, "MOST_BYTES", size - (1 << 20) - 1)
    with pytest.raises(kept.KeptError, match="unpacks to more"):
        kept.read(file)


def test_a_recording_that_is_too_long_is_not_written(
    seen: Examination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 1000)
    with pytest.raises(kept.KeptError, match="too many to be kept"):
        kept.write(seen, tmp_path / "kept.npz")
    assert not (tmp_path / "kept.npz").exists()
