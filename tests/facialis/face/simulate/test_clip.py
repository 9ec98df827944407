"""A real clip keeps all that is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from facialis.face import simulate
from facialis.face.simulate import Plan, Video

Picture = npt.NDArray[np.uint8]
Frames = Callable[[Path], list[tuple[float, Picture]]]
Nearest = Callable[[Path, float], Picture]
STILL = {"smiles_per_min": 0.0, "speech_per_min": 0.0, "brows_per_min": 0.0, "quick_moves_per_min": 0.0, "sway": 0.0}


@pytest.fixture(scope="module")
def filmed(portrait: Path, nets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A swaying person who does nothing, at a varying rate: it stands for a real clip."""
    out = tmp_path_factory.mktemp("filmed") / "filmed.mp4"
    plan = replace(Plan(seconds=4, spasms_per_min=0, blinks_per_min=0), **{**STILL, "sway": 1.0})
    simulate.simulate_photo(portrait, out, plan=plan, video=Video(size=(360, 420), jitter=0.3))
    return out


def test_a_clip_keeps_its_times_and_its_quiet_frames(filmed: Path, tmp_path: Path, frames: Frames) -> None:
    out = tmp_path / "out.mp4"
    plan = replace(simulate.only_spasms(), amplitude=(0.1, 0.1), spasms_per_min=45)
    told = simulate.simulate_clip(filmed, out, plan=plan, seed=2, video=Video(crf=0))
    before, after = frames(filmed), frames(out)
    assert [time_s for time_s, _ in after] == pytest.approx([time_s for time_s, _ in before], abs=1e-4)
    assert told.to_json()["natural"] == "unknown"
    assert {event.kind for event in told.events} == {"spasm"}
    changed = np.array([bool((a[1] != b[1]).any()) for a, b in zip(before, after, strict=True)])
    during = np.zeros(len(changed), dtype=bool)
    for event in told.events:
        during |= (told.time_s > event.onset_s - 0.2) & (told.time_s < event.offset_s + 0.2)
    assert during.any()
    assert not changed[~during].any()
    for event in told.events:
        i = int(np.abs(told.time_s - event.apex_s).argmin())
        change = (np.abs(after[i][1].astype(float) - before[i][1]).sum(axis=2) > 40).sum(axis=0)
        assert change[180:].sum() > 10 * change[:180].sum()


def test_a_clip_can_lose_frames_and_pixels(filmed: Path, tmp_path: Path, frames: Frames) -> None:
    out = tmp_path / "out.mp4"
    told = simulate.simulate_clip(filmed, out, video=Video(fps=15, size=(180, 210)))
    written = frames(out)
    assert written[0][1].shape == (210, 180, 3)
    assert 1 / np.median(np.diff([time_s for time_s, _ in written])) == pytest.approx(15, rel=0.2)
    assert set(np.round(told.time_s, 4)) <= {round(time_s, 4) for time_s, _ in frames(filmed)}
