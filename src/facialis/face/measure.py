"""One pass over a recording: frames in, a few numbers a frame out. Memory grows by less than a kilobyte a frame.

Frames go in short runs. The main thread decodes, follows the person from run to run and cuts the crops; two workers
do the rest of a run on their own nets: mesh, eyelids, pixel motion.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face import motion, regions
from facialis.face.landmarks import PRESENT, Crop, FaceNets, Mesh, between, eye_centres
from facialis.face.person import Census, Follower
from facialis.face.recording import Frame, Recording

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.floating[Any]]
Arrays = dict[str, npt.NDArray[Any]]
Progress = Callable[[float, float | None], None]

_WORKERS = 2
_RUN_SECONDS = 0.27
_RUN_FRAMES = 16
_RUN_BYTES = 24_000_000
_BONY = np.array(regions.RIGID)
_TISSUE = np.array(regions.TISSUE)
_POINTS = np.concatenate([_TISSUE, _BONY])
THUMBNAIL = (24, 30)
"""Width and height of the small picture of the face that is kept of each run, to see what covers it."""


@dataclass(eq=False)
class Track:
    """What one pass measured, an entry a frame (T) or a run of frames (R).

    Attributes
    ----------
    time_s, iod_px, score, yaw : (T,) float64
        Angles in radians; NaN where no face was found (score 0).
    aperture : (T, 2) float32
        Opening of the right and of the left eye, inter-ocular distances.
    tissue : (T, N, 2) float16
        Shift of each muscle point since the frame before, head motion taken out, inter-ocular distances.
    head : (T, 6) float32
        The head's motion since the frame before, see :func:`facialis.face.motion.rigid_terms`.
    duplicate : (T,) bool
        The frame repeats the one before.
    luma, sharpness, glare : (T,) float32
        Mean grey of the face, its edge energy, and the share of burnt-out pixels round the eyes.
    run_of : (T,) int32
        Which run a frame belongs to.
    rest : (R, N, 2) float32
        Place of each muscle point in the run, from frames with open eyes, mesh, head pose taken out; NaN where none.
    thumbnail : (R, h, w) uint8
        A small grey face of each run.
    crops : list of Crop
        Where the face was at the end of each run; empty crop (size 0) where it was not.
    """

    time_s: Floats
    iod_px: Floats
    score: Floats
    yaw: Floats
    aperture: npt.NDArray[np.float32]
    tissue: npt.NDArray[np.float16]
    head: npt.NDArray[np.float32]
    duplicate: npt.NDArray[np.bool_]
    luma: npt.NDArray[np.float32]
    sharpness: npt.NDArray[np.float32]
    glare: npt.NDArray[np.float32]
    run_of: npt.NDArray[np.int32]
    rest: npt.NDArray[np.float32]
    thumbnail: npt.NDArray[np.uint8]
    crops: list[Crop]
    census: Census


@dataclass(eq=False)
class _Run:
    """Frames that are measured together; ``before`` is the last frame of the run in front."""

    frames: list[Frame]
    before: Frame | None
    first: Crop | None
    last: Crop | None
    results: Arrays = field(default_factory=dict)

    def crop(self, index: int) -> Crop | None:
        if self.last is None or self.first is None:
            return self.last or self.first
        return between(self.first, self.last, (index + 1) / len(self.frames))


def measure(recording: Recording, progress: Progress | None = None, start: Crop | None = None) -> Track:
    """Measure one person through a recording.

    Parameters
    ----------
    recording : Recording
        Opened, not yet read.
    progress : callable, optional
        Called with the seconds done and the seconds in all (``None`` if not known).
    start : Crop, optional
        The face to begin with; without it the largest one.

    Returns
    -------
    Track
        With no frames at all if the recording holds none.
    """
    cv2.setNumThreads(1)
    follower = Follower(start)
    waiting: deque[Future[_Run]] = deque()
    gathered = _Gathered()
    local = threading.local()
    with ThreadPoolExecutor(_WORKERS) as pool:
        for run in _runs(recording, follower):
            reached_s = run.frames[-1].time_s  # a run that has been measured holds no frames any more
            waiting.append(pool.submit(_measure_run, run, local))
            while len(waiting) > _WORKERS:
                gathered.add(waiting.popleft().result())
            if progress:
                progress(reached_s, recording.estimated_duration_s)
        while waiting:
            gathered.add(waiting.popleft().result())
    return gathered.track(follower.census)


def _runs(recording: Recording, follower: Follower) -> Iterator[_Run]:
    """Cut the recording into runs and find the face at the end of each."""
    frames: list[Frame] = []
    before: Frame | None = None
    crop: Crop | None = None

    def close() -> _Run:
        nonlocal crop, before
        reached = follower.follow(frames[-1])
        run = _Run(list(frames), before, crop, reached)
        crop, before = reached, frames[-1]
        frames.clear()
        return run

    for frame in recording:
        if before is None and not frames:
            crop = follower.follow(frame)
        frames.append(frame)
        limit = min(_RUN_FRAMES, max(2, _RUN_BYTES // (frame.luma.nbytes * 3 // 2)))
        if len(frames) >= limit or frame.time_s - frames[0].time_s >= _RUN_SECONDS:
            yield close()
    if frames:
        yield close()


def _measure_run(run: _Run, local: threading.local) -> _Run:
    """Fill ``run.results``; pixels are dropped here, so that a measured run holds numbers only."""
    if not hasattr(local, "nets"):
        local.nets = FaceNets()
    count = len(run.frames)
    meshes = [_mesh(local.nets, frame, run.crop(i)) for i, frame in enumerate(run.frames)]
    seen = np.array([mesh is not None for mesh in meshes])
    points = np.stack([m.points if m else np.full((468, 3), np.nan, np.float32) for m in meshes])
    right, left = eye_centres(points)
    depth = points[:, 263, 2] + points[:, 362, 2] - points[:, 33, 2] - points[:, 133, 2]
    flat = np.hypot(*(left - right).T)
    iod = np.hypot(flat, depth / 2)
    out: Arrays = {
        "time_s": np.array([f.time_s for f in run.frames]),
        "duplicate": np.array([f.duplicate for f in run.frames]),
        "score": np.array([m.score if m else 0.0 for m in meshes]),
        "iod_px": flat,
        "yaw": np.arctan2(depth / 2, flat),
        "aperture": np.full((count, 2), np.nan, np.float32),
    }
    for i in np.flatnonzero(seen):
        out["aperture"][i] = np.array(local.nets.apertures(run.frames[i], points[i])) / iod[i]
    run.results = out | _pixels(run, points, seen, iod)
    run.results |= _rest(points, seen, np.asarray(out["aperture"], dtype=np.float64))
    run.frames, run.before = [], None
    return run


def _mesh(face_nets: FaceNets, frame: Frame, crop: Crop | None) -> Mesh | None:
    if crop is None:
        return None
    mesh = face_nets.mesh(frame, crop)
    return mesh if mesh.score >= PRESENT and mesh.iod_px > 4 else None


def _pixels(run: _Run, points: Places, seen: npt.NDArray[np.bool_], iod: Floats) -> Arrays:
    """Read motion and picture quality in one patch that stands still over the run."""
    count = len(run.frames)
    shift = np.full((count, len(_POINTS), 2), np.nan)
    out: Arrays = {key: np.full(count, np.nan, np.float32) for key in ("luma", "sharpness", "glare")}
    out["thumbnail"] = np.zeros((1, THUMBNAIL[1], THUMBNAIL[0]), np.uint8)
    out["head"] = np.full((count, 6), np.nan, np.float32)
    out["tissue"] = np.full((count, len(_TISSUE), 2), np.nan, np.float16)
    if not seen.any():
        return out
    middle = np.nanmedian(points[seen], axis=0).astype(np.float64)
    right, left = eye_centres(middle)
    matrix = motion.patch_matrix(right, left, float(np.median(iod[seen])))
    places = motion.to_patch(matrix, middle[_POINTS, :2])
    patches = [frame.sample_luma(matrix, motion.PATCH_SIZE) for frame in run.frames]
    start = run.before.sample_luma(matrix, motion.PATCH_SIZE) if run.before is not None else None
    for i, (before, after) in enumerate(zip([start, *patches[:-1]], patches, strict=True)):
        if before is not None and seen[i]:
            shift[i] = motion.shifts(before, after, places)
    shift /= motion.PATCH_IOD
    terms = motion.rigid_terms(_on_face(places, middle))
    bony = slice(len(_TISSUE), None)
    head = motion.head_motion(shift[:, bony], terms[bony])
    out["head"][:] = head
    out["tissue"][:] = motion.without_head(shift[:, : len(_TISSUE)], terms[: len(_TISSUE)], head)
    for i in map(int, np.flatnonzero(seen)):
        out["luma"][i], out["sharpness"][i], out["glare"][i] = look_of(patches[i])
    out["thumbnail"][0] = cv2.resize(patches[-1], THUMBNAIL, interpolation=cv2.INTER_AREA)
    return out


def _on_face(places: Floats, middle: Places) -> Floats:
    """Return points (N, 3) in inter-ocular distances from the nose bridge, z from the mesh."""
    x, y = ((places - np.array(motion.PATCH_CENTRE)) / motion.PATCH_IOD).T
    right, left = eye_centres(middle)
    depth = (middle[_POINTS, 2] - middle[168, 2]) / np.hypot(*(left - right))
    return np.column_stack([x, y, depth])


def look_of(patch: motion.Luma) -> tuple[float, float, float]:
    """Return mean grey of the face, its edge energy relative to contrast, and the burnt-out share round the eyes."""
    face = patch[60:280, 40:224]
    edges = cv2.Laplacian(cv2.GaussianBlur(face, (3, 3), 0), cv2.CV_32F)
    eyes = patch[84:132, 60:204]
    spread = float(face.std())
    return float(face.mean()), float(edges.std()) / max(spread, 1.0), float((eyes >= 250).mean())


def _rest(points: Places, seen: npt.NDArray[np.bool_], aperture: Floats) -> Arrays:
    """Return the median place of the muscle points, head pose taken out, over the frames with the eyes most open.

    Closed eyes are left out: a blink drags the whole mesh. The pose is a similarity over bony points.
    """
    rest = np.full((1, len(_TISSUE), 2), np.nan, np.float32)
    opening = np.nanmin(np.where(np.isfinite(aperture), aperture, np.inf), axis=1)
    if seen.any():
        limit = np.nanmedian(opening[seen])
        use = np.flatnonzero(seen & (opening >= limit))
        right, left = eye_centres(points[use])
        axis = left - right
        scale = np.sum(axis**2, axis=-1)[:, None, None]
        moved = points[use][:, _TISSUE, :2] - ((right + left) / 2)[:, None]
        along = np.sum(moved * axis[:, None], axis=-1, keepdims=True)
        across = (moved[..., 1:] * axis[:, None, :1]) - (moved[..., :1] * axis[:, None, 1:])
        rest[0] = np.median(np.concatenate([along, across], axis=-1) / scale, axis=0)
    return {"rest": rest}


class _Gathered:
    """Runs put together in order."""

    def __init__(self) -> None:
        self._parts: dict[str, list[npt.NDArray[Any]]] = {}
        self._crops: list[Crop] = []

    def add(self, run: _Run) -> None:
        for key, value in run.results.items():
            self._parts.setdefault(key, []).append(value)
        run_of = np.full(len(run.results["time_s"]), len(self._crops), np.int32)
        self._parts.setdefault("run_of", []).append(run_of)
        self._crops.append(run.last or Crop(0, 0, 0, 0))

    def track(self, census: Census) -> Track:
        # Each list is let go as soon as it is one array, so that a long recording is never held twice.
        arrays = {key: np.concatenate(self._parts.pop(key)) for key in list(self._parts)}
        return Track(crops=self._crops, census=census, **arrays)
