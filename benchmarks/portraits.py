"""Faces to bring to life: two in the public domain, and a still cut out of each shared recording, kept in the cache."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import matplotlib
import numpy as np
import numpy.typing as npt

from benchmarks import kept
from facialis.face.recording import Recording
from facialis.face.simulate.locate import Face, locate
from facialis.face.simulate.muscles import FaceFrame, transform

EVERY = 3
"""Frames from one that is looked at to the next."""
AROUND = ((-2.3, -2.3), (2.3, 3.8))
"""What is cut out: left and top, right and bottom, in inter-ocular distances from between the eyes."""


def free() -> dict[str, Path]:
    """Return the two portraits in the public domain that come with libraries."""
    scikit = importlib.util.find_spec("skimage")
    assert scikit is not None
    assert scikit.origin is not None
    return {
        "hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
        "astronaut": Path(scikit.origin).parent / "data" / "astronaut.png",
    }


def close(picture: Path) -> Path:
    """Return a portrait cut out around its face."""
    path = kept.cache("portraits") / f"{picture.stem}-{kept.digest(picture, Path(__file__))}.png"
    if not path.is_file():
        image = np.asarray(cv2.imread(str(picture), cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1]
        face = locate(np.ascontiguousarray(image))
        assert face is not None
        _write(path, _cut(image, face))
    return path


def still(recording: Path) -> Path:
    """Return the sharpest picture of a recording in which the face looks ahead with open eyes, cut out around it."""
    path = kept.cache("portraits") / f"{recording.stem}-{kept.digest(recording, Path(__file__))}.png"
    if not path.is_file():
        _write(path, _best(recording))
    return path


def _write(path: Path, image: npt.NDArray[np.uint8]) -> None:
    scratch = path.with_suffix(".part.png")
    cv2.imwrite(str(scratch), image[..., ::-1])
    scratch.replace(path)


def _best(recording: Path) -> npt.NDArray[np.uint8]:
    seen: list[tuple[npt.NDArray[np.uint8], Face, list[float]]] = []
    before = None
    with Recording(recording) as film:
        for frame in film:
            if frame.index % EVERY:
                continue
            image = frame.rgb()
            face = locate(image, before)
            before = None if face is None else face.mesh
            if face is not None:
                seen.append((_cut(image, face), face, _merits(image, face)))
    merits = np.array([each for _, _, each in seen])
    # Only pictures that are in the better half in everything are good enough to be the sharpest of.
    ranks = merits.argsort(axis=0).argsort(axis=0) / max(len(merits) - 1, 1)
    worst = ranks[:, 1:].min(axis=1)
    good = worst >= np.quantile(worst, 0.9)
    return seen[int(np.where(good, ranks[:, 0], -1).argmax())][0]


def _merits(image: npt.NDArray[np.uint8], face: Face) -> list[float]:
    """Return sharpness, openness of the eyes, how straight the face looks, and how calm its mouth is."""
    frame = FaceFrame.of(face.mesh)
    mesh = transform(frame.to_face, face.mesh[:, :2])
    left, top, right, bottom = (int(v) for v in (*face.mesh[:, :2].min(axis=0), *face.mesh[:, :2].max(axis=0)))
    grey = np.asarray(cv2.cvtColor(image[max(top, 0) : bottom, max(left, 0) : right], cv2.COLOR_RGB2GRAY))
    sharp = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    height = min(float((face.lower[side] - face.upper[side])[2:7, 1].mean()) for side in ("left", "right"))
    turned = abs(float(mesh[234, 0] + mesh[454, 0])) + abs(float(mesh[4, 0]))
    mouth = abs(float(mesh[14, 1] - mesh[13, 1]))
    return [sharp, height / frame.iod_px, -turned, -mouth]


def _cut(image: npt.NDArray[np.uint8], face: Face) -> npt.NDArray[np.uint8]:
    frame = FaceFrame.of(face.mesh)
    (left, top), (right, bottom) = (frame.origin + frame.iod_px * np.array(corner) for corner in AROUND)
    rows = slice(max(round(top), 0), min(round(bottom), image.shape[0]))
    columns = slice(max(round(left), 0), min(round(right), image.shape[1]))
    return np.ascontiguousarray(image[rows, columns])
