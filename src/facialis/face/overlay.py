"""The two sides of a face laid over each other: as courses around the onset of each spasm, and as pictures.

Signals are already written as if both were the left side, so equal movement of both sides lies on one line, and what
stays between the two lines is what one side did alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.landmarks import PRESENT, Crop, FaceNets, Mesh, eye_centres
from facialis.face.recording import Frame, frames_between
from facialis.face.signals import Signals
from facialis.findings import Side

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

BEFORE_S = 0.25
STEP_S = 1 / 60
PIXELS = 240
_QUIET_S = 0.05
_LONGEST_GAP_S = 0.12
_MARGIN_S = 0.1
# Beyond this yaw the half that is turned away is narrower, and doubling it makes another face.
_FRONTAL = float(np.radians(12))
_BRIDGE = (168, 6, 197, 8, 9)
_WIDE_IOD = 2.6
_BELOW_EYES = 0.16
_TRIES = 4
_NEAR_S = 0.1


@dataclass(frozen=True, eq=False)
class Courses:
    """The course of one region on both sides around the onsets of several events.

    Attributes
    ----------
    time_s : (T,) float64
        From the onset, seconds.
    moved : dict of Side to (E, T) float64
        How far the patient's left and right went since shortly before each onset, fraction of the inter-ocular
        distance; NaN where not seen.
    """

    time_s: Floats
    moved: Mapping[Side, Floats]

    def quartiles(self, side: Side) -> Floats:
        """Return the lower quartile, the median and the upper quartile of a side, (3, T); NaN where under half knew."""
        rows = self.moved[side]
        result = np.full((3, len(self.time_s)), np.nan)
        enough = np.isfinite(rows).sum(axis=0) >= max(1, (len(rows) + 1) // 2) if len(rows) else np.zeros(0, bool)
        if enough.any():
            result[:, enough] = np.nanpercentile(rows[:, enough], (25, 50, 75), axis=0)
        return result

    def other_share(self, side: Side) -> tuple[float, float, float] | None:
        """Return how far the other side moved when `side` was at its peak, as a share of it: median and quartiles."""
        own, other = self.moved[side], self.moved[side.other]
        seen = np.isfinite(own).any(axis=1) & np.isfinite(other).any(axis=1)
        if not seen.any():
            return None
        peak = np.nanargmax(own[seen], axis=1)
        row = np.arange(len(peak))
        shares = other[seen][row, peak] / own[seen][row, peak]
        shares = shares[np.isfinite(shares)]
        if not len(shares):
            return None
        low, middle, high = np.percentile(shares, (25, 50, 75))
        return float(middle), float(low), float(high)


def aligned(signals: Signals, region: str, spans: Sequence[tuple[float, float]], side: Side, after_s: float) -> Courses:
    """Lay a region's courses of both sides on top of each other, each onset at zero.

    Skin is followed along the way that the affected side takes in these events, which need not be the muscle's own
    pull; the ring muscle of the eye by its lids.

    Parameters
    ----------
    signals : Signals
        The recording's.
    region : str
        A muscle.
    spans : sequence of (float, float)
        Onset and offset of the events, seconds, in order; a course ends where the next event begins.
    side : Side
        The affected side, LEFT or RIGHT.
    after_s : float
        How long after the onset is shown.

    Returns
    -------
    Courses
        A sixtieth of a second apart, whatever the recording's own rate.
    """
    time: Floats = np.arange(round(-BEFORE_S / STEP_S), round(after_s / STEP_S) + 1, dtype=np.float64) * STEP_S
    until = [*(later - earlier for (earlier, _), (later, _) in pairwise(spans)), np.inf]
    moved = {}
    for each in (Side.LEFT, Side.RIGHT):
        rows = np.full((len(spans), len(time), 2), np.nan)
        for row, (onset, _), end in zip(rows, spans, until, strict=False):
            near = slice(*np.searchsorted(signals.time_s, [onset + time[0] - _MARGIN_S, onset + time[-1] + _MARGIN_S]))
            row[:] = _since(signals.time_s[near], _skin(signals, region, each, near), onset, time)
            row[time >= end] = np.nan
        moved[each] = rows
    way = _way(moved[side], time, [offset - onset for onset, offset in spans])
    return Courses(time, {each: rows @ way for each, rows in moved.items()})


def _skin(signals: Signals, region: str, side: Side, near: slice) -> Floats:
    """Return where a region is, (T, 2); the lids' closing stands for the ring muscle of the eye."""
    if region != "orbicularis_oculi":
        return np.asarray(signals.shift[region, side][near], dtype=np.float64)
    closing = np.asarray(signals.pull[region, side][near], dtype=np.float64)
    return np.stack([closing, 0 * closing], axis=-1)


def _way(rows: Floats, time: Floats, lengths: Sequence[float]) -> Floats:
    """Return the unit vector (2,) of the median movement in the middle halves of the events."""
    reached = []
    for row, length in zip(rows, lengths, strict=True):
        held = row[(time >= 0.25 * length) & (time <= 0.75 * length + STEP_S)]
        held = held[np.isfinite(held).all(axis=1)]
        if len(held):
            reached.append(held.mean(axis=0))
    way = np.median(reached, axis=0) if reached else np.zeros(2)
    size = float(np.hypot(*way))
    return np.asarray(way / size if size > 0 else np.array([1.0, 0.0]))


def _since(clock: Floats, values: Floats, onset: float, time: Floats) -> Floats:
    """Return places (T, 2) at `onset` + `time`, less those shortly before; NaN in gaps and where no level is known."""
    unknown = np.full((len(time), 2), np.nan)
    at = onset + time
    near = np.isfinite(values).all(axis=1)
    quiet = near & (clock >= at[0] - 1e-6) & (clock <= onset - _QUIET_S)
    if not quiet.any() or near.sum() < 2:
        return unknown
    moments = clock[near]
    course = np.stack([np.interp(at, moments, values[near, axis]) for axis in (0, 1)], axis=-1)
    after = np.clip(np.searchsorted(moments, at), 1, len(moments) - 1)
    usual = float(np.median(np.diff(moments)))
    hole = (moments[after] - moments[after - 1]) > max(_LONGEST_GAP_S, 2.5 * usual)
    outside = (at < moments[0] - 1e-6) | (at > moments[-1] + usual)
    return np.where((hole | outside)[:, None], unknown, course - np.median(values[quiet], axis=0))


@dataclass(frozen=True, eq=False)
class Halves:
    """A face shortly before an event and at its apex, upright on its own middle line.

    Attributes
    ----------
    event : int
        Its place among the events.
    rest, apex : (P, P, 3) uint8
        Red, green, blue; the patient's right at the left, as one sits opposite.
    """

    event: int
    rest: Picture
    apex: Picture


def twice(picture: Picture, side: Side) -> Picture:
    """Return a face made of one half and its mirror image.

    Parameters
    ----------
    picture : (P, P, 3) uint8
        A face on its middle line, the patient's right at the left.
    side : {Side.LEFT, Side.RIGHT}
        The patient's half that is shown twice.
    """
    half = picture.shape[1] // 2
    result = picture.copy()
    if side is Side.RIGHT:
        result[:, -half:] = picture[:, :half][:, ::-1]
    else:
        result[:, :half] = picture[:, -half:][:, ::-1]
    return result


def halves(
    path: Path, events: Mapping[int, Event], places: Sequence[tuple[float, Crop]], *, mirrored: bool
) -> Halves | None:
    """Return the pictures of the largest event that was filmed from the front; None if there is none.

    Parameters
    ----------
    path : Path
        The recording.
    events : mapping of int to Event
        Those to choose from, by their place among all events.
    places : sequence of (float, Crop)
        Where the face was, in order of time.
    mirrored : bool
        Whether the recording shows the face as a mirror does.

    Raises
    ------
    RecordingError
        If the recording can no longer be read.
    NetsMissing
        If the nets are not there.
    """
    known = [(at, crop) for at, crop in places if crop.size > 0]
    if not known or not events:
        return None
    nets = FaceNets()
    for place in sorted(events, key=lambda i: -events[i].amplitude_iod)[:_TRIES]:
        event = events[place]
        rest = _upright(path, max(event.onset_s - _NEAR_S, 0.0), known, nets, mirrored)
        apex = None if rest is None else _upright(path, event.apex_s, known, nets, mirrored)
        if rest is not None and apex is not None:
            return Halves(place, rest, apex)
    return None


def _upright(
    path: Path, at: float, places: Sequence[tuple[float, Crop]], nets: FaceNets, mirrored: bool
) -> Picture | None:
    frames = list(frames_between(path, max(at - _NEAR_S, 0.0), at + _NEAR_S))
    if not frames:
        return None
    frame = min(frames, key=lambda frame: abs(frame.time_s - at))
    mesh = nets.mesh(frame, min(places, key=lambda place: abs(place[0] - at))[1])
    return None if mesh.score < PRESENT or abs(_yaw(mesh)) > _FRONTAL else _cut(frame, mesh, mirrored)


def _yaw(mesh: Mesh) -> float:
    points = mesh.points
    depth = float(points[263, 2] + points[362, 2] - points[33, 2] - points[133, 2])
    return float(np.arctan2(depth / 2, mesh.iod_px))


def _cut(frame: Frame, mesh: Mesh, mirrored: bool) -> Picture:
    """Cut the face out with its middle line upright in the middle.

    The line goes through the bridge of the nose, at a right angle to the line of the eyes: the mouth and the tip of the
    nose are pulled along by a spasm and would take the line with them.
    """
    right, left = (np.asarray(eye, dtype=np.float64) for eye in eye_centres(mesh.points))
    across = (left - right) / mesh.iod_px
    down = np.array([-across[1], across[0]])
    middle, bridge = (left + right) / 2, mesh.points[list(_BRIDGE), :2].astype(np.float64).mean(axis=0)
    centre = middle + across * float((bridge - middle) @ across) + down * (_BELOW_EYES * _WIDE_IOD * mesh.iod_px)
    scale = mesh.iod_px * _WIDE_IOD / PIXELS
    corner = centre - (across + down) * scale * (PIXELS - 1) / 2
    picture = frame.sample(np.column_stack([across * scale, down * scale, corner]), (PIXELS, PIXELS))
    return np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture
