"""What a user can build today from a peer's output: three detectors of one-sided events, honest and simple.

Each takes the record that ``run_mediapipe.py`` writes and returns events as Facialis does. They do what published
scripts do: a signal a side, the difference of the sides, a threshold. The thresholds are arguments, so that a benchmark
can give each baseline the best one it can have. None of them imports MediaPipe.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

Event = dict[str, Any]
Floats = npt.NDArray[np.float64]
Record = dict[str, Any]

JOIN_S = 0.1  # twitches nearer than this are one event, as in the public result
BASELINE_S = 3.0  # the resting face is the running median over this
EDGE = 0.1  # an event begins and ends at this share of its own peak

# Corners, then upper and lower lid points, of the six-point eye aspect ratio (Soukupova and Cech 2016) on the mesh.
EYE = {"right": (33, 133, (160, 158), (144, 153)), "left": (263, 362, (387, 385), (373, 380))}
CANTHI = {"right": (33, 133), "left": (263, 362)}
# Mouth corner, cheek, lower lid: (right, left).
MOVING = ((61, 291), (205, 425), (145, 374))
REGIONS = ("orbicularis_oris", "zygomaticus", "orbicularis_oculi")
# Points that a user would call rigid: canthi, nose bridge, forehead, temples.
STEADY = (33, 133, 362, 263, 168, 6, 197, 195, 10, 127, 356)
SHAPES = (
    "eyeBlink",
    "eyeSquint",
    "cheekSquint",
    "noseSneer",
    "mouthSmile",
    "mouthStretch",
    "mouthFrown",
    "mouthDimple",
)
SHAPE_REGIONS = {"eye": "orbicularis_oculi", "che": "orbicularis_oculi", "nos": "nasalis", "mou": "zygomaticus"}


def eye_aspect_ratio(record: Record, *, difference: float = 0.25, closed: float = 0.5) -> list[Event]:
    """Find one-sided and both-sided eye closures by the eye aspect ratio.

    Parameters
    ----------
    record : dict
        What ``run_mediapipe.py`` wrote.
    difference : float
        Closure of one eye above the other's, from which it is a spasm; closure is 1 minus the ratio over the person's
        own open level (95th percentile).
    closed : float
        Closure of both eyes from which it is a blink.

    Returns
    -------
    list of dict
        Events of kind ``spasm`` and ``blink``.
    """
    times, points = _points(record)
    closure = {side: 1 - _aspect(points, side) for side in ("left", "right")}
    apart = closure["left"] - closure["right"]
    spasms = _events(times, np.abs(apart), difference, kind="spasm", leaning=apart, regions=["orbicularis_oculi"])
    together = np.minimum(closure["left"], closure["right"])
    blinks = _events(times, together, closed, kind="blink", regions=["orbicularis_oculi"])
    return sorted(spasms + blinks, key=lambda event: float(event["onset_s"]))


def landmark_sides(record: Record, *, threshold: float = 0.03) -> list[Event]:
    """Find one-sided movement of mouth corner, cheek and lower lid, head motion taken out by a similarity.

    Parameters
    ----------
    record : dict
        What ``run_mediapipe.py`` wrote.
    threshold : float
        Difference of the sides, fraction of the inter-ocular distance, from which it is a spasm.

    Returns
    -------
    list of dict
        Events of kind ``spasm``.
    """
    times, points = _points(record)
    moved = _at_rest(times, _stabilised(points))
    pairs = []
    for right, left in MOVING:
        mirrored = moved[:, right] * [-1, 1]
        apart = np.hypot(*(moved[:, left] - mirrored).T)
        larger = np.hypot(*moved[:, left].T) - np.hypot(*mirrored.T)
        pairs.append((apart, larger))
    strength, leaning = (np.array(part) for part in zip(*pairs, strict=True))
    return _strongest(times, strength, leaning, threshold, REGIONS, amplitude=True)


def blendshape_sides(record: Record, *, threshold: float = 0.15, closed: float = 0.4) -> list[Event]:
    """Find one-sided events by the difference of left and right blendshape scores.

    Parameters
    ----------
    record : dict
        What ``run_mediapipe.py`` wrote, with blendshapes.
    threshold : float
        Difference of a pair of scores, beyond the one at rest, from which it is a spasm.
    closed : float
        Score of both ``eyeBlink`` from which it is a blink.

    Returns
    -------
    list of dict
        Events of kind ``spasm`` and ``blink``.
    """
    times = np.array(record["time_s"], dtype=np.float64)
    names: list[str] = record["blendshapes"]["names"]
    empty = [np.nan] * len(names)
    scores = np.array([row or empty for row in record["blendshapes"]["values"]], dtype=np.float64)
    if not names:
        return []
    left, right = (scores[:, [names.index(shape + side) for shape in SHAPES]] for side in ("Left", "Right"))
    apart = _at_rest(times, left - right).T
    regions = [SHAPE_REGIONS[shape[:3]] for shape in SHAPES]
    spasms = _strongest(times, np.abs(apart), apart, threshold, regions)
    blinks = _events(times, np.minimum(left[:, 0], right[:, 0]), closed, kind="blink", regions=["orbicularis_oculi"])
    return sorted(spasms + blinks, key=lambda event: float(event["onset_s"]))


BASELINES: dict[str, Callable[..., list[Event]]] = {
    "eye aspect ratio": eye_aspect_ratio,
    "landmark differences": landmark_sides,
    "blendshape differences": blendshape_sides,
}


def _points(record: Record) -> tuple[Floats, Floats]:
    """Return times (T,) and landmarks (T, 478, 2), NaN where there was no face."""
    frames = record["landmarks"]
    count = next((len(frame) for frame in frames if frame), 478)
    points = np.full((len(frames), count, 2), np.nan)
    for row, frame in zip(points, frames, strict=True):
        if frame:
            row[:] = frame
    return np.array(record["time_s"], dtype=np.float64), points


def _aspect(points: Floats, side: str) -> Floats:
    """Return the eye aspect ratio over the person's own open level."""
    outer, inner, upper, lower = EYE[side]
    height = np.linalg.norm(points[:, upper] - points[:, lower], axis=-1).mean(axis=1)
    ratio: Floats = height / np.linalg.norm(points[:, outer] - points[:, inner], axis=-1)
    if np.all(np.isnan(ratio)):
        return ratio
    return ratio / np.nanpercentile(ratio, 95)


def _stabilised(points: Floats) -> Floats:
    """Return landmarks in inter-ocular distances, each frame laid on the median face by its steady points."""
    seen = ~np.isnan(points[:, 0, 0])
    result = np.full_like(points, np.nan)
    if not seen.any():
        return result
    # As complex numbers a similarity is one factor and one shift, and least squares has a closed form.
    plane = points[seen, :, 0] + 1j * points[seen, :, 1]
    median = np.median(plane.real, axis=0) + 1j * np.median(plane.imag, axis=0)
    eyes = [median[list(CANTHI[side])].mean() for side in ("left", "right")]
    reference = (median - sum(eyes) / 2) / abs(eyes[0] - eyes[1])
    steady = list(STEADY)
    target = reference[steady] - reference[steady].mean()
    middle = plane[:, steady].mean(axis=1, keepdims=True)
    source = plane[:, steady] - middle
    factor = (source.conj() @ target / (np.abs(source) ** 2).sum(axis=1))[:, None]
    laid = (plane - middle) * factor + reference[steady].mean()
    result[seen] = np.stack([laid.real, laid.imag], axis=-1)
    return result


def _at_rest(times: Floats, signal: Floats) -> Floats:
    """Return a signal (T, ...) less its running median; frames without a face stay NaN."""
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    width = max(3, round(BASELINE_S / step) | 1)
    flat = signal.reshape(len(signal), -1)
    filled = np.where(np.isnan(flat), np.nan_to_num(_medians(flat)), flat)
    return (flat - median_filter(filled, size=(width, 1), mode="nearest")).reshape(signal.shape)


def _medians(flat: Floats) -> Floats:
    """Return the median of each column, NaN for one that was never seen."""
    medians = np.full(flat.shape[1], np.nan)
    seen = ~np.isnan(flat).all(axis=0)
    medians[seen] = np.nanmedian(flat[:, seen], axis=0)
    return medians


def _strongest(
    times: Floats,
    strength: Floats,
    leaning: Floats,
    threshold: float,
    regions: tuple[str, ...] | list[str],
    *,
    amplitude: bool = False,
) -> list[Event]:
    """Return the events of the strongest of several signals (N, T) at each moment, with all that took part."""
    best = np.argmax(np.nan_to_num(strength), axis=0)
    at = np.arange(strength.shape[1])
    events = _events(times, strength[best, at], threshold, kind="spasm", leaning=leaning[best, at], amplitude=amplitude)
    for event in events:
        inside = (times >= event["onset_s"]) & (times <= event["offset_s"])
        peaks = np.nan_to_num(strength[:, inside]).max(axis=1)
        event["regions"] = sorted({region for region, peak in zip(regions, peaks, strict=True) if peak >= threshold})
    return events


def _events(
    times: Floats,
    strength: Floats,
    threshold: float,
    *,
    kind: str,
    leaning: Floats | None = None,
    regions: list[str] | None = None,
    amplitude: bool = False,
) -> list[Event]:
    """Return the stretches above a threshold, joined over short gaps and widened to a share of their own peak.

    Two events never overlap: each ends at the latest at the lowest point before the next.
    ``leaning`` is positive where the left side is the stronger one; without it the event is on both sides.
    """
    level = np.nan_to_num(strength)
    events = []
    stretches = _stretches(times, level >= threshold)
    valleys = [a + int(np.argmin(level[a : b + 1])) for (_, a), (b, _) in pairwise(stretches)]
    bounds = pairwise([0, *valleys, len(level) - 1])
    for (first, last), (start, end) in zip(stretches, bounds, strict=False):
        apex = first + int(np.argmax(level[first : last + 1]))
        while first > start and level[first - 1] > EDGE * level[apex]:
            first -= 1
        while last < end and level[last + 1] > EDGE * level[apex]:
            last += 1
        side = "both" if leaning is None else "left" if leaning[apex] > 0 else "right"
        events.append(
            {
                "kind": kind,
                "side": side,
                "onset_s": float(times[first]),
                "apex_s": float(times[apex]),
                "offset_s": float(times[last]),
                "amplitude_iod": float(level[apex]) if amplitude else None,
                "regions": list(regions or []),
            }
        )
    return events


def _stretches(times: Floats, above: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and last frame of each run of true values; runs less than ``JOIN_S`` apart are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(np.int8), [0]])))
    joined: list[tuple[int, int]] = []
    for first, after in edges.reshape(-1, 2):
        if joined and times[first] - times[joined[-1][1]] < JOIN_S:
            joined[-1] = (joined[-1][0], int(after) - 1)
        else:
            joined.append((int(first), int(after) - 1))
    return joined
