"""Spasms put into real recordings the plainest way: Gaussian bumps of skin, raised cosines in time.

A second source of truth beside :mod:`facialis.face.simulate`, written apart from it, so that what is fitted does not
learn the manners of one simulator. Short recordings are played forth and back to last longer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from benchmarks import kept
from facialis.face.landmarks import PRESENT, FaceNets, eye_centres
from facialis.face.person import Follower
from facialis.face.recording import Recording

Floats = npt.NDArray[np.float64]

BUMPS = {
    "mouth": ((291, 61, (0.8, -0.6), 0.25, 1.0), (425, 205, (0.3, -0.95), 0.22, 0.5)),
    "eye": ((450, 230, (-0.2, -0.98), 0.16, 1.0), (446, 226, (-1.0, 0.0), 0.14, 0.5)),
}
"""Mesh point on the left and on the right, direction on the left, width in inter-ocular distances, share."""

REGIONS = {"mouth": ("zygomaticus", "orbicularis_oris"), "eye": ("orbicularis_oculi",)}
RISE_S = 0.12
TENTH = float(np.arccos(0.8) / np.pi)
"""Where a raised cosine crosses a tenth of its height, as a share of its rise."""


@dataclass(frozen=True)
class Plain:
    """A recording, how often it is played, and what decides the rest."""

    recording: Path
    seed: int
    crf: int
    rounds: int

    @property
    def name(self) -> str:
        """A name for people."""
        return f"{self.recording.stem} plain seed {self.seed}"


@dataclass(frozen=True)
class Spasm:
    """One spasm: begin and length of its whole course, seconds; parts of the face; size, inter-ocular distances."""

    begin: float
    length: float
    tonic: bool
    parts: tuple[str, ...]
    size: float

    def level(self, at: float) -> float:
        """Return the height of the course at a time, 0 to 1."""
        into = at - self.begin
        if not 0 < into < self.length:
            return 0.0
        rise = RISE_S if self.tonic else self.length / 2
        share = min(into / rise, (self.length - into) / rise, 1.0)
        return float(0.5 - 0.5 * np.cos(np.pi * share))

    def event(self, side: str) -> dict[str, Any]:
        """Return the truth in the public form."""
        edge = TENTH * (RISE_S if self.tonic else self.length / 2)
        return {
            "kind": "spasm",
            "side": side,
            "onset_s": self.begin + edge,
            "apex_s": self.begin + self.length / 2,
            "offset_s": self.begin + self.length - edge,
            "amplitude_iod": self.size,
            "regions": [region for part in self.parts for region in REGIONS[part]],
            "form": "tonic" if self.tonic else "clonic",
        }


def made(clip: Plain) -> tuple[Path, list[dict[str, Any]]]:
    """Return a clip and its spasms, from the cache if it is there."""
    path = kept.cache("plain") / f"{kept.digest(clip.recording, clip.seed, clip.crf, clip.rounds, Path(__file__))}.mp4"
    truth = path.with_suffix(".json")
    if not truth.is_file():
        events = _make(clip, path)
        truth.write_text(json.dumps(events), encoding="utf-8")
    return path, json.loads(truth.read_text(encoding="utf-8"))


def _make(clip: Plain, path: Path) -> list[dict[str, Any]]:
    rng = np.random.default_rng(clip.seed)
    pictures, time_s, points = _read(clip.recording)
    count = len(pictures)
    order = np.concatenate([np.arange(count)[:: 1 if turn % 2 == 0 else -1] for turn in range(clip.rounds)])
    step = float(np.median(np.diff(time_s)))
    times = time_s if clip.rounds == 1 else np.arange(len(order)) * step
    side = str(rng.choice(["left", "right"]))
    spasms = _schedule(rng, float(times[-1]))
    with av.open(str(path), "w") as out:
        height, width = (size // 2 * 2 for size in pictures[0].shape[:2])
        stream = out.add_stream("libx264", rate=Fraction(round(1000 / step), 1000))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(clip.crf), "g": "30"}
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90000)
        for at, index in zip(times, order, strict=True):
            moved = _warped(pictures[index][:height, :width], points[index], spasms, float(at), side)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(moved), "rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709"
            )
            frame.pts, frame.time_base = round(at * 90000), Fraction(1, 90000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return [spasm.event(side) for spasm in spasms]


def _read(recording: Path) -> tuple[list[npt.NDArray[np.uint8]], Floats, Floats]:
    """Return pictures, times and the mesh of each picture, smooth over time."""
    follower, nets = Follower(), FaceNets()
    pictures, time_s, points, crop = [], [], [], None
    with Recording(recording) as film:
        for frame in film:
            if frame.index % 6 == 0 or crop is None:
                crop = follower.follow(frame)
            mesh = nets.mesh(frame, crop) if crop is not None else None
            seen = mesh is not None and mesh.score >= PRESENT
            points.append(mesh.points[:, :2] if mesh is not None and seen else np.full((468, 2), np.nan))
            pictures.append(frame.rgb())
            time_s.append(frame.time_s)
    known = np.isfinite(np.array(points)).all(axis=(1, 2))
    last = np.maximum.accumulate(np.where(known, np.arange(len(points)), int(known.argmax())))
    return pictures, np.array(time_s), gaussian_filter1d(np.array(points, dtype=np.float64)[last], 2.5, axis=0)


def _schedule(rng: np.random.Generator, seconds: float) -> list[Spasm]:
    """Draw spasms until the end: most of them short, now and then a hold, some in trains."""
    spasms, at = [], 1.0
    while at < seconds - 1:
        tonic = bool(rng.random() < 0.12)
        length = float(rng.uniform(1.3, 3) if tonic else rng.uniform(0.1, 0.4))
        if at + length > seconds - 0.6:
            break
        parts = [("mouth", "eye"), ("mouth", "eye"), ("mouth",), ("eye",)][int(rng.integers(4))]
        spasms.append(Spasm(at, length, tonic, parts, float(rng.uniform(0.02, 0.12))))
        at += length + float(rng.uniform(0.15, 0.4) if rng.random() < 0.3 else rng.uniform(0.6, 2.5))
    return spasms


def _warped(
    picture: npt.NDArray[np.uint8], points: Floats, spasms: list[Spasm], at: float, side: str
) -> npt.NDArray[np.uint8]:
    """Return a picture with the spasms of one moment in it."""
    now = [(spasm, level) for spasm in spasms if (level := spasm.level(at)) > 0]
    if not now:
        return picture
    right, left = eye_centres(points)
    iod = float(np.hypot(*(left - right)))
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    shift = np.zeros((2, *x.shape), np.float32)
    for spasm, level in now:
        own = np.zeros_like(shift)
        for on_left, on_right, (dx, dy), spread, share in (bump for part in spasm.parts for bump in BUMPS[part]):
            cx, cy = points[on_left if side == "left" else on_right]
            hill = share * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (spread * iod) ** 2))
            own += np.stack([hill * (dx if side == "left" else -dx), hill * dy])
        shift += own * (spasm.size * level * iod / float(np.hypot(*own).max()))
    return np.asarray(
        cv2.remap(np.ascontiguousarray(picture), x - shift[0], y - shift[1], cv2.INTER_CUBIC, None, cv2.BORDER_REFLECT),
        dtype=np.uint8,
    )
