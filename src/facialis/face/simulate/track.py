"""Follows the face through a real clip: where it lies in each picture, and when nothing can be added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from facialis.face.recording import Frame, Recording
from facialis.face.signals import SIDES
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Face, Points, locate
from facialis.face.simulate.muscles import FaceFrame, transform
from facialis.face.simulate.picture import Place
from facialis.face.simulate.video import Progress, SimulationError
from facialis.findings import Side

# Where the mesh follows the skull: brow line, temples, nose bridge, canthi; no lids, no mouth, no chin.
_SKULL = (10, 338, 297, 332, 284, 251, 389, 356, 109, 67, 103, 54, 21, 162, 127, 6, 168, 197, 195, 5, 33, 263, 133, 362)
_HEAD_S, _LID_S = 0.08, 0.03  # widths of the zero-phase smoothing of head and lids
_NEAR_LOSS_S, _NEAR_BLINK_S = 0.3, 0.15
_SHUT = 0.6  # of the usual opening; below it the person blinks
_FEWEST = 12  # frames with a face
_X, _Y = 1, 1j

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Track:
    """Where the face is in each frame of a clip.

    Attributes
    ----------
    time_s : (T,) float64
    kept : (T,) bool
        Frames that are written.
    found : (T,) bool
        Frames with a face.
    places : list of Place
        Smoothed over time without delay.
    usual : (468, 2) float64
        Median mesh in frame coordinates.
    upper, lower : dict of side to (T, 9, 2) float64
        Lid margins in frame coordinates, lightly smoothed.
    size : (int, int)
        Even width and height of the source.
    matrix : {"bt601", "bt709"}
        Colour matrix of the source.
    """

    time_s: Times
    kept: Mask
    found: Mask
    places: list[Place]
    usual: Points
    upper: dict[Side, Points]
    lower: dict[Side, Points]
    size: tuple[int, int]
    matrix: Literal["bt601", "bt709"]

    def opening(self, side: Side) -> Times:
        """Return how far an eye is open in each frame (T,), as a share of its usual opening."""
        height = (self.lower[side] - self.upper[side])[:, 2:7, 1].mean(axis=1)
        return np.asarray(height / np.median(height[self.found]))

    def blinking(self) -> Mask:
        """Return the frames (T,) in which the person has an eye shut."""
        return self.found & (np.minimum(*(self.opening(side) for side in SIDES)) < _SHUT)

    def blocked(self) -> list[tuple[float, float]]:
        """Return the times at which nothing can be placed: near frames without a face and near the person's blinks."""
        near = ((~self.found, _NEAR_LOSS_S), (self.blinking(), _NEAR_BLINK_S))
        return [(float(t) - pad, float(t) + pad) for frames, pad in near for t in self.time_s[frames]]


def follow(clip: Path, seconds: float, fps: float | None, progress: Progress | None) -> Track:
    """Look for the face in every frame of a clip.

    Parameters
    ----------
    clip : Path
    seconds : float
        How much of it; 0 is all.
    fps : float or None
        A lower rate marks frames as left out; those that stay keep their own times.
    progress : callable or None
        Called with frames done and twice the frames in all, since each is read again to be changed.

    Raises
    ------
    SimulationError
        If hardly a frame shows a face.
    """
    recording = Recording(clip)
    guess = recording.estimated_duration_s or 0.0
    times: list[float] = []
    faces: list[Face | None] = []
    frame: Frame | None = None
    for frame in recording:
        if seconds and frame.time_s > seconds:
            break
        before = faces[-1] if faces else None
        faces.append(before if frame.duplicate else locate(frame.rgb(), before.mesh if before else None))
        times.append(frame.time_s)
        if progress is not None:
            total = max(round(guess * len(times) / max(frame.time_s, 0.1)), len(times))
            progress(len(times), 2 * total)
    if frame is None or sum(face is not None for face in faces) < _FEWEST:
        raise SimulationError(f"no face was found in {clip.name}: give a clip of one face, seen from the front")
    height, width = frame.luma.shape
    time_s = np.array(times)
    return _track(time_s, _kept(time_s, fps), faces, (width // 2 * 2, height // 2 * 2), frame.matrix)


def _kept(time_s: Times, fps: float | None) -> Mask:
    """Mark the frames that a camera of a lower rate would have taken."""
    kept = np.ones(len(time_s), dtype=bool)
    due = 0.0
    for i, now in enumerate(time_s if fps else ()):
        step = 1 / (fps or 1)
        kept[i] = now >= due - 0.25 * step
        if kept[i]:
            due = max(due, now - step) + step
    return kept


def _track(
    time_s: Times,
    kept: Mask,
    faces: Sequence[Face | None],
    size: tuple[int, int],
    matrix: Literal["bt601", "bt709"],
) -> Track:
    found = np.array([face is not None for face in faces])
    seen = [face for face in faces if face is not None]
    usual = np.median([transform(FaceFrame.of(face.mesh).to_face, face.mesh[:, :2]) for face in seen], axis=0)
    skull = usual[list(_SKULL)] @ np.array([_X, _Y])
    arm = skull - skull.mean()
    # The least-squares similarity of each frame, in complex numbers: turn with scale, and shift.
    lies = np.array([face.mesh[list(_SKULL), :2] @ np.array([_X, _Y]) for face in seen])
    turn = (lies - lies.mean(axis=1, keepdims=True)) @ arm.conj() / (np.abs(arm) ** 2).sum()
    moves = np.column_stack([turn, lies.mean(axis=1) - turn * skull.mean()])
    places = [_place(*move) for move in _smooth(time_s, found, moves, _HEAD_S)]
    upper: dict[Side, Points] = {}
    lower: dict[Side, Points] = {}
    for side in SIDES:
        for margins, lines in ((upper, [face.upper for face in seen]), (lower, [face.lower for face in seen])):
            there = [place for place, here in zip(places, found, strict=True) if here]
            inside = [transform(place.to_face, line[side.value]) for place, line in zip(there, lines, strict=True)]
            flat = np.array(inside).reshape(len(seen), -1).astype(np.complex128)
            margins[side] = np.asarray(_smooth(time_s, found, flat, _LID_S).real.reshape(len(time_s), -1, 2))
    return Track(time_s, kept, found, places, usual, upper, lower, size, matrix)


def _place(turn: complex, shift: complex) -> Place:
    to_image = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    return Place(np.asarray(cv2.invertAffineTransform(to_image), dtype=np.float64), to_image)


def _smooth(
    time_s: Times, found: Mask, values: npt.NDArray[np.complex128], width_s: float
) -> npt.NDArray[np.complex128]:
    """Smooth the values (N, K) of the N frames with a face by a Gaussian of real time; return them for all (T, K)."""
    smooth = np.empty((len(time_s), values.shape[1]), dtype=np.complex128)
    seen = time_s[found]
    for i, now in enumerate(time_s):
        near = np.flatnonzero(np.abs(seen - now) <= 3 * width_s)
        if len(near):
            weight = np.exp(-(((seen[near] - now) / width_s) ** 2) / 2)
            smooth[i] = weight @ values[near] / weight.sum()
        else:
            smooth[i] = values[np.abs(seen - now).argmin()]
    return smooth
