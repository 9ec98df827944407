"""The baselines on landmarks made here: what they are compared for must be what they find."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

FPS = 30
SECONDS = 8


@pytest.fixture(scope="module")
def baselines(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("benchmarks/peers/baselines.py")


def hump(centre_s: float, width_s: float = 0.15) -> npt.NDArray[np.float64]:
    times = np.arange(SECONDS * FPS) / FPS
    return np.exp(-((times - centre_s) ** 2) / (2 * width_s**2))


def record(baselines: ModuleType) -> dict[str, Any]:
    """A face at rest, 100 px between the eyes; the patient's left is at the right of the picture."""
    rng = np.random.default_rng(0)
    rest = rng.uniform(100, 400, (478, 2))
    places = {33: (170, 200), 133: (230, 200), 263: (330, 200), 362: (270, 200), 61: (210, 330), 291: (290, 330)}
    places |= {205: (190, 280), 425: (310, 280), 145: (200, 206), 374: (300, 206)}
    for side, middle in (("right", 200), ("left", 300)):
        _, _, upper, lower = baselines.EYE[side]
        for index, x in zip(upper, (-8, 8), strict=True):
            places[index] = (middle + x, 192)
        for index, x in zip(lower, (-8, 8), strict=True):
            places[index] = (middle + x, 208)
    for index, place in places.items():
        rest[index] = place
    points = np.repeat(rest[None], SECONDS * FPS, axis=0)
    return {"time_s": list(np.arange(SECONDS * FPS) / FPS), "landmarks": points}


def finish(face: dict[str, Any]) -> dict[str, Any]:
    """Add head motion and noise, and turn the points into the form that is written."""
    points = face["landmarks"] - 250
    turn = np.deg2rad(6) * np.sin(np.arange(len(points)) / 40)[:, None]
    x = points[..., 0] * np.cos(turn) - points[..., 1] * np.sin(turn)
    y = points[..., 0] * np.sin(turn) + points[..., 1] * np.cos(turn)
    noise = np.random.default_rng(1).normal(0, 0.1, points.shape)
    moved = np.stack([x, y], axis=-1) * 1.1 + 300 + 20 * np.sin(np.arange(len(points)) / 55)[:, None, None] + noise
    return {**face, "landmarks": moved.tolist()}


@pytest.mark.parametrize(("corner", "side"), [(291, "left"), (61, "right")])
def test_landmark_differences(baselines: ModuleType, corner: int, side: str) -> None:
    face = record(baselines)
    face["landmarks"][:, corner] += 8 * hump(4)[:, None] * [1 if side == "left" else -1, -1]
    found = baselines.landmark_sides(finish(face))
    assert [(event["kind"], event["side"], event["regions"]) for event in found] == [
        ("spasm", side, ["orbicularis_oris"])
    ]
    assert found[0]["apex_s"] == pytest.approx(4, abs=0.07)
    assert found[0]["amplitude_iod"] == pytest.approx(8 * np.sqrt(2) / 100, rel=0.1)
    assert found[0]["offset_s"] - found[0]["onset_s"] == pytest.approx(2 * 0.15 * np.sqrt(2 * np.log(10)), abs=0.1)


def test_a_smile_of_both_sides_is_not_found(baselines: ModuleType) -> None:
    face = record(baselines)
    face["landmarks"][:, 291] += 12 * hump(4)[:, None] * [1, -1]
    face["landmarks"][:, 61] += 12 * hump(4)[:, None] * [-1, -1]
    assert baselines.landmark_sides(finish(face)) == []


def close(face: dict[str, Any], baselines: ModuleType, side: str, amount: npt.NDArray[np.float64]) -> None:
    _, _, upper, lower = baselines.EYE[side]
    face["landmarks"][:, upper, 1] += 8 * amount[:, None]
    face["landmarks"][:, lower, 1] -= 8 * amount[:, None]


def test_eye_aspect_ratio(baselines: ModuleType) -> None:
    face = record(baselines)
    close(face, baselines, "left", 0.9 * hump(2) + 0.6 * hump(6))
    close(face, baselines, "right", 0.9 * hump(2))
    found = baselines.eye_aspect_ratio(finish(face))
    assert [(event["kind"], event["side"]) for event in found] == [("blink", "both"), ("spasm", "left")]
    assert [event["apex_s"] for event in found] == pytest.approx([2, 6], abs=0.07)


def test_blendshape_differences(baselines: ModuleType) -> None:
    names = [shape + side for shape in baselines.SHAPES for side in ("Left", "Right")]
    values = np.full((SECONDS * FPS, len(names)), 0.05)
    values[:, names.index("mouthSmileRight")] += 0.2  # a face that hangs at rest
    values[:, names.index("cheekSquintRight")] += 0.4 * hump(3)
    values[:, names.index("eyeBlinkLeft")] += 0.7 * hump(6)
    values[:, names.index("eyeBlinkRight")] += 0.7 * hump(6)
    face = {**record(baselines), "blendshapes": {"names": names, "values": values.tolist()}}
    found = baselines.blendshape_sides(face)
    assert [(event["kind"], event["side"]) for event in found] == [("spasm", "right"), ("blink", "both")]
    assert found[0]["regions"] == ["orbicularis_oculi"]


@pytest.mark.parametrize("seen", [0, 1, 40])
def test_frames_without_a_face(baselines: ModuleType, seen: int) -> None:
    face = finish(record(baselines))
    face["landmarks"][seen:] = [None] * (SECONDS * FPS - seen)
    face["blendshapes"] = {"names": [], "values": [None] * (SECONDS * FPS)}
    for find in baselines.BASELINES.values():
        assert find(face) == []


def test_events_never_overlap(baselines: ModuleType) -> None:
    face = record(baselines)
    face["landmarks"][:, 291] += 10 * (hump(3.8) + hump(4.4))[:, None] * [1, -1]
    first, second = baselines.landmark_sides(finish(face), threshold=0.08)
    assert first["offset_s"] <= second["onset_s"]
    assert second["apex_s"] == pytest.approx(4.4, abs=0.07)
