"""A portrait, what it is made of, and a way to look at the frames of a clip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.simulate.camera import planes
from facialis.face.simulate.locate import Face, locate
from facialis.face.simulate.muscles import FaceFrame
from facialis.face.simulate.tissue import Tissue

Picture = npt.NDArray[np.uint8]


@pytest.fixture(scope="session")
def portrait(hopper: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "hopper.png"
    cv2.imwrite(str(path), hopper[..., ::-1])
    return path


@pytest.fixture(scope="session")
def face(hopper: Picture, nets: dict[str, Path]) -> Face:
    """Where the portrait's face is."""
    found = locate(hopper)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def frame(face: Face) -> FaceFrame:
    """The face-fixed frame of the portrait."""
    return FaceFrame.of(face.mesh)


@pytest.fixture(scope="session")
def tissue(face: Face, frame: FaceFrame, hopper: Picture) -> Tissue:
    """What the portrait is made of."""
    return Tissue.of(face, frame, planes(hopper).luma)


@pytest.fixture(scope="session")
def frames() -> Callable[[Path], list[tuple[float, Picture]]]:
    """Read a clip as times and RGB pictures."""

    def read(path: Path) -> list[tuple[float, Picture]]:
        with av.open(str(path)) as container:
            return [(float(frame.time or 0), frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]

    return read


@pytest.fixture(scope="session")
def nearest(frames: Callable[[Path], list[tuple[float, Picture]]]) -> Callable[[Path, float], Picture]:
    """Read the picture of a clip that is nearest to a time."""
    return lambda path, time_s: min(frames(path), key=lambda frame: abs(frame[0] - time_s))[1]
