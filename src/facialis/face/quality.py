"""What a recording is good for: which frames count, what it could have missed, and what to do better.

A frame counts if the face was found in it, near enough to frontal, lit, and not in quick motion. What the clip can show
is decided by its own noise alone: the smallest twitch that would have been found in it, region by region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.face.events.channels import CHANNELS, MOST_FRAMES, channels
from facialis.face.measure import Track
from facialis.face.recording import Source
from facialis.face.regions import PARTS
from facialis.face.signals import REGIONS, Signals, slowed
from facialis.findings import Side
from facialis.units import count

Mask = npt.NDArray[np.bool_]

YAW_LIMIT = float(np.radians(30))
HEAD_SPEED_LIMIT = 2.5
_SHORTEST_STEP = 1 / 300
DARK, BRIGHT = 35.0, 225.0
BLURRED = 0.045
GLARE = 0.03
_COVERED = 0.5
_IOD_SMALL, _IOD_REFUSED = 60.0, 24.0
_RATE_LOW, _RATE_REFUSED = 24.0, 15.0
_USABLE_SHORT, _USABLE_REFUSED = 10.0, 1.0
_LIMIT_HIGH, _LIMIT_REFUSED = 0.04, 0.17
FOUND_OVER_EDGE = 3.0
"""Size from which spasms are found, as a multiple of the smallest edge that counts.

Set on the clips of the fit: from there on 68 of 70 were found in quiet moments, 111 of 137 beside speech and head
motion; between two and three edges 7 of 11 in quiet moments.
"""


@dataclass(frozen=True)
class Quality:
    """What the recording could show.

    Attributes
    ----------
    verdict : str
        ``good``, ``limited`` or ``refused``.
    reasons : tuple of str
        What stood in the way, each with what to do better.
    usable_s : float
        Seconds that could be measured.
    iod_px_median : float or None
        Distance of the eye centres, pixels of the recording.
    mirrored : str
        ``yes``, ``no`` or ``unknown``.
    detection_limit_iod : mapping of region to float or None
        Smallest twitch that would have been found in a quiet moment, fraction of the inter-ocular distance.
    """

    verdict: str
    reasons: tuple[str, ...]
    usable_s: float
    iod_px_median: float | None
    mirrored: str
    detection_limit_iod: Mapping[str, float | None]

    def to_json(self) -> dict[str, object]:
        """Return the public JSON form."""
        limits = {name: None if v is None else round(v, 5) for name, v in self.detection_limit_iod.items()}
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "usable_s": round(self.usable_s, 3),
            "iod_px_median": None if self.iod_px_median is None else round(self.iod_px_median, 1),
            "mirrored": self.mirrored,
            "detection_limit_iod": limits,
        }


def usable_frames(track: Track) -> Mask:
    """Return which frames (T,) count: face found, turned by less than 30 degrees, lit, no quick motion, not covered."""
    step = np.diff(track.time_s, prepend=track.time_s[:1])
    with np.errstate(invalid="ignore", divide="ignore"):
        speed = np.hypot(track.head[:, 0], track.head[:, 1]) / np.maximum(step, _SHORTEST_STEP)
        fine = (np.abs(track.yaw) < YAW_LIMIT) & (speed < HEAD_SPEED_LIMIT) & (track.luma > DARK)
    return np.asarray(fine & (track.score > 0) & (track.luma < BRIGHT) & ~covered(track))


def covered(track: Track) -> Mask:
    """Return the frames (T,) in which something lies over the face: the run's small picture is unlike the usual one.

    The usual one is the median of all runs; likeness is the correlation over the lower and over the upper half.
    """
    if not len(track.thumbnail):
        return np.zeros(len(track.time_s), bool)
    seen = track.thumbnail.reshape(len(track.thumbnail), -1).any(axis=1)
    if seen.sum() < 3:
        return np.zeros(len(track.time_s), bool)
    faces = track.thumbnail.astype(np.float64)[:, 5:27, 4:20]
    usual = np.median(faces[seen], axis=0)
    like = np.ones(len(faces))
    for rows in (slice(0, 11), slice(11, 22)):
        a = faces[:, rows] - faces[:, rows].mean(axis=(1, 2), keepdims=True)
        b = usual[rows] - usual[rows].mean()
        norm = np.sqrt((a**2).sum(axis=(1, 2)) * (b**2).sum()) + 1e-9
        like = np.minimum(like, (a * b).sum(axis=(1, 2)) / norm)
    return np.asarray((like < _COVERED)[track.run_of])


def judge(track: Track, signals: Signals, source: Source, mirrored: str) -> Quality:
    """Judge a measured recording."""
    step = np.diff(track.time_s, append=track.time_s[-1:])
    usual = float(np.median(step[:-1])) if len(step) > 1 else 0.0
    step = np.minimum(step, 3 * usual) if usual else step
    if len(step):
        step[-1] = usual
    usable_s = float(step[signals.usable].sum())
    limits = detection_limits(signals)
    seen = np.isfinite(track.iod_px)
    iod = float(np.median(track.iod_px[seen])) if seen.any() else None
    fresh = source.fps_median * float(1 - track.duplicate.mean()) if len(track.duplicate) else 0.0
    refused = list(_refusals(fresh, iod, usable_s, limits))
    limited = list(_limits(track, source, iod, usable_s, limits, signals.usable))
    verdict = "refused" if refused else "limited" if limited else "good"
    return Quality(verdict, tuple(refused + limited), usable_s, iod, mirrored, limits)


def detection_limits(signals: Signals) -> dict[str, float | None]:
    """Return the smallest twitch of each region that would have been found; None where the region was not seen."""
    if signals.usable.sum() < 10:
        return dict.fromkeys(REGIONS)
    smallest = channels(slowed(signals, MOST_FRAMES)).smallest
    edge = dict(zip(CHANNELS, np.maximum(*smallest.values()), strict=True))
    limits: dict[str, float | None] = {}
    for region in REGIONS:
        best = min((edge[part] for part in PARTS if PARTS[part][0] == region), default=np.nan)
        seen = np.isfinite(signals.shift[region, Side.LEFT]).any() and np.isfinite(best)
        limits[region] = float(best * FOUND_OVER_EDGE) if seen else None
    return limits


def _refusals(rate: float, iod: float | None, usable_s: float, limits: Mapping[str, float | None]) -> list[str]:
    reasons = []
    if iod is None:
        return ["no face was found: film the face from the front, half the height of the picture"]
    if rate < _RATE_REFUSED:
        reasons.append(f"{rate:.0f} new pictures a second miss whole twitches: film at 30 or 60")
    if iod < _IOD_REFUSED:
        reasons.append(f"the eyes are {iod:.0f} pixels apart, too small to measure: film closer")
    if usable_s < _USABLE_REFUSED:
        reasons.append(f"only {usable_s:.1f} s could be measured: film a minute, face to the camera, hands away")
    worst = [v for name in ("orbicularis_oculi", "zygomaticus") if (v := limits[name]) is not None]
    if worst and min(worst) > _LIMIT_REFUSED:
        reasons.append(f"twitches below {100 * min(worst):.0f} % IOD drown in this clip: more light, a still camera")
    return reasons


def _limits(
    track: Track, source: Source, iod: float | None, usable_s: float, limits: Mapping[str, float | None], usable: Mask
) -> list[str]:
    if iod is None:
        return []
    reasons = []
    if _IOD_REFUSED <= iod < _IOD_SMALL:
        reasons.append(f"the face is small (eyes {iod:.0f} pixels apart): film closer")
    if _RATE_REFUSED <= source.fps_median < _RATE_LOW:
        reasons.append(f"{source.fps_median:.0f} frames a second blur short twitches: film at 30 or 60")
    if _USABLE_REFUSED <= usable_s < _USABLE_SHORT:
        reasons.append(f"only {usable_s:.1f} s could be measured: film a minute")
    missed = [name for name in ("orbicularis_oculi", "zygomaticus") if (limits[name] or 0) > _LIMIT_HIGH]
    if missed:
        reasons.append(
            f"small twitches of {' and '.join(missed).replace('_', ' ')} would be missed: more light, a still camera"
        )
    reasons += _looks(track, usable)
    if track.census.company():
        reasons.append(
            f"{count(track.census.company(), 'other face')} in the picture: the largest lasting one was measured"
        )
    if track.duplicate.mean() > 0.1:
        reasons.append(f"{100 * track.duplicate.mean():.0f} % of the frames repeat the one before")
    return reasons


def _looks(track: Track, usable: Mask) -> list[str]:
    """Return what light, focus, pose and hands took away, if it took a tenth or more of the frames."""
    seen = track.score > 0
    count = max(len(seen), 1)

    def often(mask: Mask, over: Mask) -> bool:
        return bool((mask & over).sum() > 0.1 * max(over.sum(), 1))

    reasons = []
    if (~seen).sum() > 0.1 * count:
        reasons.append(f"no face in {100 * (~seen).mean():.0f} % of the frames: keep it in the picture")
    with np.errstate(invalid="ignore"):
        if often(np.abs(track.yaw) >= YAW_LIMIT, seen):
            reasons.append("the head is turned away for a tenth of the time or more: look into the camera")
        if often((track.luma <= DARK) | (track.luma >= BRIGHT), seen):
            reasons.append("too dark or too bright: light from the front")
        if seen.any() and np.nanmedian(track.sharpness) < BLURRED:
            reasons.append("out of focus or blurred: hold the camera still, clean the lens")
        if often(track.glare > GLARE, seen):
            reasons.append("glare round the eyes: glasses off or light from the side")
    if often(covered(track), seen):
        reasons.append("something covers part of the face: hands and hair away")
    if not reasons and usable.mean() < 0.8:
        reasons.append(f"{100 * (1 - usable.mean()):.0f} % of the frames could not be used: keep the head still")
    return reasons
