"""Which way of reading pixel motion finds a small twitch: pyramidal Lucas-Kanade or dense inverse search (DIS).

A twitch of five frames pulls one mouth corner of a portrait by a known part of the inter-ocular distance; the clip is
encoded as a phone does. Each way gives the shift of the same points between frames; what is scored is how much of the
twitch comes back, against the noise in the quiet frames.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from benchmarks import kept, portraits
from facialis.face import motion, regions
from facialis.face.landmarks import Detector, FaceNets, eye_centres
from facialis.face.recording import Recording

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]

FRAMES, TWITCH, EVERY = 120, 5, 15
SIGMA = 0.25
DIRECTION = np.array([0.8, -0.6])
IOD_PX = 117
SWAY_PX = 2.0
CORNER = 291
CASES = [(size, crf) for crf in (23, 28) for size in (0.02, 0.04, 0.08)]
PRESETS = {"DIS ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST, "DIS fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
           "DIS medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM}  # fmt: skip
Shift = Callable[[Picture, Picture, Floats], Floats]


def run(*, quick: bool = False) -> dict[str, Any]:
    """Score every way on every size of twitch and compression."""
    cv2.setNumThreads(1)
    rows: list[dict[str, Any]] = []
    for size, crf in CASES[:2] if quick else CASES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "twitch.mp4"
            course = write(path, size, crf)
            for name, way in ways().items():
                rows.append({"way": name, "size_iod": size, "crf": crf} | score(path, course, way, size))
        kept.say(f"{100 * size:.0f} % IOD at CRF {crf}")
    return {"rows": rows, "frames": FRAMES}


def ways() -> dict[str, Shift]:
    """Return the ways to be compared: each gives the shift (N, 2) of points between two patches."""

    def dense(preset: int) -> Shift:
        flow = cv2.DISOpticalFlow_create(preset)

        def shift(before: Picture, after: Picture, places: Floats) -> Floats:
            # The mean over a window, so that a point of the dense field sees no fewer pixels than one of the sparse.
            field = cv2.blur(flow.calc(before, after, None), (9, 9))  # type: ignore[call-overload]
            x, y = np.round(places).astype(int).T
            return np.asarray(field[y, x], dtype=np.float64)

        return shift

    sparse: Shift = motion.shifts
    return {"Lucas-Kanade": sparse} | {name: dense(preset) for name, preset in PRESETS.items()}


def write(path: Path, size: float, crf: int) -> Floats:
    """Write the clip and return the course of the twitch, 0 to 1 a frame."""
    image, corner, iod = _portrait()
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    weight = np.exp(-((x - corner[0]) ** 2 + (y - corner[1]) ** 2) / (2 * (SIGMA * iod) ** 2))
    course = np.zeros(FRAMES)
    for start in range(EVERY, FRAMES - TWITCH, EVERY):
        course[start : start + TWITCH] = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(TWITCH) + 1) / (TWITCH + 1))
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"crf": str(crf), "preset": "medium"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, share in enumerate(course):
            pull = size * iod * share * DIRECTION
            sway = SWAY_PX * np.sin(number / 20)
            sources = ((x - weight * pull[0] - sway).astype(np.float32), (y - weight * pull[1]).astype(np.float32))
            moved = cv2.remap(image, *sources, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
            noisy = np.clip(moved + rng.normal(0, 2, moved.shape), 0, 255).astype(np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(noisy, format="rgb24")))
        output.mux(stream.encode())
    return course


def score(path: Path, course: Floats, way: Shift, size: float) -> dict[str, float]:
    """Return how much of the twitch comes back at the mouth corner, the noise, their ratio, and what a frame costs."""
    patches, matrix = _patches(path)
    _, corner, iod = _portrait()
    mesh = _mesh()
    members = [CORNER, *(regions.MUSCLES["zygomaticus"].left[i] for i in regions.PARTS["zygomaticus corner"][1])]
    places = motion.to_patch(matrix, mesh[members, :2].astype(np.float64))
    began = time.perf_counter()
    steps = [np.nan_to_num(way(a, b, places)) for a, b in pairwise(patches)]
    cost = (time.perf_counter() - began) / len(steps)
    path_iod = np.cumsum([np.zeros((len(places), 2)), *steps], axis=0) / motion.PATCH_IOD
    path_iod[..., 0] -= SWAY_PX / iod * np.sin(np.arange(len(course)) / 20)[:, None]
    quiet = course == 0
    along = _at_rest(path_iod @ DIRECTION, quiet, TWITCH + 4)
    pooled = along[:, 1:].mean(axis=1)
    weight = np.exp(-((mesh[members[1:], :2] - corner) ** 2).sum(axis=1) / (2 * (SIGMA * iod) ** 2)).mean()
    tops = course > 0.99
    # Over two to three seconds: a path that does not come back to where it was is noise too.
    noise = float(_at_rest(path_iod @ DIRECTION, quiet, 61)[quiet, 1:].mean(axis=1).std())
    return {
        "recovered": float(along[tops, 0].mean() / size),
        "recovered_pooled": float(pooled[tops].mean() / (size * weight)),
        "noise_iod": noise,
        "snr": float(pooled[tops].mean() / noise),
        "ms_a_frame": 1000 * cost,
    }


def _at_rest(along: Floats, quiet: npt.NDArray[np.bool_], width: int) -> Floats:
    """Return displacements (T, N) less the resting level: the median over so many quiet frames."""
    known = np.flatnonzero(quiet)
    level = median_filter(along[known], size=(width, 1), mode="nearest")
    return along - np.column_stack([np.interp(np.arange(len(along)), known, column) for column in level.T])


_kept: dict[str, Any] = {}


def _portrait() -> tuple[Picture, Floats, float]:
    """Return the portrait at its size, the mouth corner, and the inter-ocular distance in pixels."""
    if "portrait" not in _kept:
        image = cv2.imread(str(portraits.free()["hopper"]))
        assert image is not None
        scale = IOD_PX / 87
        large = cv2.resize(image[..., ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        height, width = (side // 2 * 2 for side in large.shape[:2])
        picture = np.ascontiguousarray(large[:height, :width])
        _kept["mesh"] = mesh = _meshed(picture)
        right, left = eye_centres(mesh)
        _kept["portrait"] = (picture, mesh[CORNER, :2].astype(np.float64), float(np.hypot(*(left - right))))
    return _kept["portrait"]  # type: ignore[no-any-return]


def _mesh() -> npt.NDArray[np.float32]:
    _portrait()
    return _kept["mesh"]  # type: ignore[no-any-return]


def _meshed(picture: Picture) -> npt.NDArray[np.float32]:
    """Return the mesh of a picture, by way of a film of one frame without loss."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still.mp4"
        with av.open(str(path), "w") as output:
            stream = output.add_stream("libx264", rate=30, options={"qp": "0"})
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "yuv420p"
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            output.mux(stream.encode())
        with Recording(path) as recording:
            frame = next(iter(recording))
    nets = FaceNets()
    mesh = nets.mesh(frame, Detector().whole(frame)[0].crop())
    return nets.mesh(frame, mesh.crop()).points


def _patches(path: Path) -> tuple[list[Picture], Floats]:
    """Return the patch of every frame, and the matrix from patch to frame."""
    right, left = (np.asarray(eye, dtype=np.float64) for eye in eye_centres(_mesh()))
    matrix = motion.patch_matrix(right, left, float(np.hypot(*(left - right))))

    def read() -> Iterator[Picture]:
        with Recording(path) as recording:
            for frame in recording:
                yield frame.sample_luma(matrix, motion.PATCH_SIZE)

    return list(read()), matrix
