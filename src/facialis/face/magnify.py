"""A short film of an event beside itself with its movement enlarged, for the eye only.

The measured way of the skin is laid out as a smooth field over the face, and every frame is warped further along it.
Nothing is detected or measured in such a film, and none is ever handed back to the detection.

The movement is followed with the skin (Lagrangian), as in Liu et al. 2005, Motion Magnification (SIGGRAPH). Changing
the grey levels of each pixel over time instead (Eulerian) enlarges noise with the movement and tears larger ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.fusion import trusted
from facialis.face.landmarks import PRESENT, Crop, FaceNets, Mesh
from facialis.face.recording import Frame, frames_between
from facialis.face.regions import RIGID, TISSUE
from facialis.face.signals import REGIONS, SIDES, Signals, swapped
from facialis.paper.film import few, mp4

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

MOST_CLIPS = 12
PIXELS = 240
"""Width and height of each of the two pictures, side by side."""
FACTOR = 4.0
_LEAST_FACTOR = 1.5
# Skin that has been moved further than this by the film no longer looks like a face.
_FURTHEST_IOD = 0.3
_AROUND_S = 0.2
_LONGEST_S = 3.0
# A twitch is over before the eye has found it; a hold is long enough as it is.
_SLOWED, _SLOW_BELOW_S = 4, 1.2
_SHRINK = 0.78
# How far the skin moves together, and how much of a point's step is noise.
_TOGETHER_IOD = 0.24
_NOISE = 0.05
_GRID = 12
_ROUNDS = 12


@dataclass(frozen=True, eq=False)
class Clip:
    """The film of one event.

    Attributes
    ----------
    event : int
        Its place among the events.
    film : bytes
        MP4, H.264, without sound: the recording at the left, enlarged movement at the right.
    poster : (h, w, 3) uint8
        The frame of the apex, red, green, blue.
    factor : float
        How many times the movement is enlarged.
    slowed : int
        How many times slower than life it runs.
    seconds : float
        Length of what is shown, in the recording's time.
    whole : bool
        Whether the event is shown to its end.
    """

    event: int
    film: bytes
    poster: Picture
    factor: float
    slowed: int
    seconds: float
    whole: bool


def chosen(events: Sequence[Event], most: int = MOST_CLIPS) -> list[int]:
    """Return which events get a film: the largest and surest spasms and synkineses, in order of time."""
    looked_for = [i for i, event in enumerate(events) if event.kind in ("spasm", "synkinesis")]
    looked_for.sort(key=lambda i: -events[i].probability * events[i].amplitude_iod)
    return sorted(looked_for[:most])


def clips(
    path: Path,
    events: Mapping[int, Event],
    signals: Signals,
    places: Sequence[tuple[float, Crop]],
    *,
    mirrored: bool = False,
) -> Iterator[Clip | None]:
    """Yield the film of each event; None where the face was not seen at its onset.

    Parameters
    ----------
    path : Path
        The recording.
    events : mapping of int to Event
        By their place among all events.
    signals : Signals
        The movement that was measured.
    places : sequence of (float, Crop)
        Where the face was, in order of time.
    mirrored : bool
        Whether the signals were turned because the recording shows the face as a mirror does.

    Raises
    ------
    RecordingError
        If the recording can no longer be read.
    NetsMissing
        If the nets are not there.
    """
    on_picture = swapped(signals) if mirrored else signals
    nets = FaceNets()
    for place, event in events.items():
        yield _clip(place, path, event, on_picture, places, nets)


def _clip(
    place: int, path: Path, event: Event, signals: Signals, places: Sequence[tuple[float, Crop]], nets: FaceNets
) -> Clip | None:
    known = [(at, crop) for at, crop in places if crop.size > 0]
    stop = min(event.offset_s, event.onset_s + _LONGEST_S) + _AROUND_S
    frames = list(frames_between(path, max(event.onset_s - _AROUND_S, 0.0), stop))
    if not known or len(frames) < 3:
        return None
    wide = min(known, key=lambda known_at: abs(known_at[0] - event.apex_s))[1]
    first = min(frames, key=lambda frame: abs(frame.time_s - event.onset_s))
    mesh = nets.mesh(first, wide)
    if mesh.score < PRESENT:
        return None
    crop = wide._replace(size=wide.size * _SHRINK)
    slowed = _SLOWED if event.offset_s - event.onset_s < _SLOW_BELOW_S else 1
    frames = [frames[i] for i in few(np.array([frame.time_s * slowed for frame in frames]))]
    times = np.array([frame.time_s for frame in frames])
    shift = path_of_skin(signals, times, event.onset_s)
    factor = _factor(shift)
    pictures = list(_pairs(frames, crop, mesh, shift, factor))
    apex = int(np.argmin(np.abs(times - event.apex_s)))
    return Clip(
        event=place,
        film=mp4(pictures, (times - times[0]) * slowed),
        poster=pictures[apex],
        factor=factor,
        slowed=slowed,
        seconds=float(times[-1] - times[0]),
        whole=event.offset_s - event.onset_s <= _LONGEST_S,
    )


def path_of_skin(signals: Signals, times: Floats, onset_s: float) -> Floats:
    """Return how far each point over a muscle has moved since the onset.

    Parameters
    ----------
    signals : Signals
        With the steps of each point from frame to frame.
    times : (K,) float64
        Times of the frames that are shown, seconds.
    onset_s : float
        When the movement is nil.

    Returns
    -------
    (K, N, 2) float64
        Inter-ocular distances, axes of the picture, in the order of :data:`facialis.face.regions.TISSUE`.
    """
    here = np.clip(np.searchsorted(signals.time_s, times - 1e-4), 0, len(signals.time_s) - 1)
    start = int(np.argmin(np.abs(signals.time_s - onset_s)))
    low, high = min(int(here.min()), start), max(int(here.max()), start)
    window = slice(low, high + 1)
    steps = np.concatenate([trusted(signals.steps[r, side][window]) for r in REGIONS for side in SIDES], axis=1)
    path = np.cumsum(steps, axis=0)
    return np.asarray(path[here - low] - path[start - low])


def _factor(shift: Floats) -> float:
    """Return how much to enlarge: four times, less where the skin would be torn."""
    furthest = float(np.percentile(np.hypot(shift[..., 0], shift[..., 1]).max(axis=0), 95))
    return float(np.clip(_FURTHEST_IOD / max(furthest, 1e-9), _LEAST_FACTOR, FACTOR))


def _pairs(frames: Sequence[Frame], crop: Crop, mesh: Mesh, shift: Floats, factor: float) -> Iterator[Picture]:
    """Yield each frame's crop beside its enlarged self."""
    scale = PIXELS / crop.size
    matrix = crop.matrix(PIXELS)
    points = (mesh.points[:, :2].astype(np.float64) - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    spread = Field(points[list(TISSUE)], points[list(RIGID)], mesh.iod_px * scale, PIXELS)
    for frame, moved in zip(frames, shift, strict=True):
        picture = frame.sample(matrix, (PIXELS, PIXELS))
        enlarged = warped(picture, spread(moved * mesh.iod_px * scale), factor)
        yield np.concatenate([picture, enlarged], axis=1)


class Field:
    """From the shifts of single points to a smooth field over a square picture.

    Simple kriging with a Gaussian covariance (Matheron 1963): near the points it follows them, skin on bone keeps
    still, and far from all of them nothing moves.

    Parameters
    ----------
    moving, still : (N, 2), (M, 2) float64
        Points that move and points that do not, pixels.
    iod : float
        Inter-ocular distance, pixels.
    pixels : int
        Width and height of the picture.
    """

    def __init__(self, moving: Floats, still: Floats, iod: float, pixels: int) -> None:
        points = np.concatenate([moving, still])
        self._pixels, self._count = pixels, len(moving)
        self._cells = -(-pixels // _GRID) + 1
        along = np.arange(self._cells) * float(_GRID)
        grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        width = _TOGETHER_IOD * iod
        own = _alike(points, points, width) + _NOISE * np.eye(len(points))
        self._weights = np.linalg.solve(own, _alike(points, grid, width)).T[:, : self._count]

    def __call__(self, shift: Floats) -> npt.NDArray[np.float32]:
        """Return the field (pixels, pixels, 2) of the moving points' shifts (N, 2), pixels."""
        coarse = (self._weights @ shift).reshape(self._cells, self._cells, 2).astype(np.float32)
        at = np.arange(self._pixels, dtype=np.float32) / _GRID
        x, y = np.meshgrid(at, at)
        return np.asarray(cv2.remap(coarse, x, y, cv2.INTER_LINEAR), dtype=np.float32)


def _alike(one: Floats, other: Floats, width: float) -> Floats:
    square = ((one[:, None] - other[None]) ** 2).sum(axis=-1)
    return np.asarray(np.exp(-0.5 * square / width**2))


def warped(picture: Picture, field: npt.NDArray[np.float32], factor: float) -> Picture:
    """Return a picture in which what has moved by `field` has moved `factor` times as far.

    Parameters
    ----------
    picture : (H, W, 3) uint8
        As recorded.
    field : (H, W, 2) float32
        How far the skin that was at each pixel at the onset has moved, pixels.
    factor : float
        1 leaves the picture as it is.

    Returns
    -------
    (H, W, 3) uint8
        The same picture where nothing moved.
    """
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    target: npt.NDArray[Any] = np.stack([x, y], axis=-1)
    # Which skin ends up at each pixel: found by going back along the field, halfway each time so that it settles.
    rest = target.copy()
    for _ in range(_ROUNDS):
        there = cv2.remap(field, rest[..., 0], rest[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rest = 0.5 * rest + 0.5 * (target - np.float32(factor) * there)
    there = cv2.remap(field, rest[..., 0], rest[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    source = rest + there
    result = cv2.remap(picture, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(result, dtype=np.uint8)
