"""Spasms, winks and smirks added to what was measured in a recording: thousands of examples without a picture.

Fields of displacement over the muscle points, with their own drift of direction, extent and course, are added to the
steps of the tissue; the lids of that side close along. It is rougher than a rendered clip and serves the fit only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.face.measure import Track
from facialis.face.quality import usable_frames
from facialis.face.regions import SLOTS, TISSUE, pull_direction
from facialis.findings import Side

Floats = npt.NDArray[np.float64]

GROUPS = (
    ("orbicularis_oculi",),
    ("orbicularis_oculi",),
    ("zygomaticus",),
    ("zygomaticus", "orbicularis_oris"),
    ("orbicularis_oculi", "zygomaticus"),
    ("orbicularis_oculi", "zygomaticus", "orbicularis_oris"),
    ("orbicularis_oculi", "zygomaticus", "orbicularis_oris", "platysma"),
    ("zygomaticus", "nasalis"),
    ("orbicularis_oris", "mentalis"),
    ("orbicularis_oculi", "frontalis", "zygomaticus"),
    ("platysma", "orbicularis_oris"),
)
"""Which muscles take part together in a spasm."""

WILLED = (("orbicularis_oculi", "zygomaticus"), ("zygomaticus", "orbicularis_oris"), ("platysma", "orbicularis_oris"))
"""What people do with one side at will: a wink with the cheek, a smirk, a lip pulled down."""
_WILLED_SHARE = 0.2


def movements(
    track: Track, rng: np.random.Generator, sizes: tuple[float, float] = (0.015, 0.12)
) -> tuple[Track, list[dict[str, Any]]]:
    """Return a track with movements of one side added, and what was added in frames that count.

    Parameters
    ----------
    track : Track
    rng : Generator
    sizes : tuple of float
        Smallest and largest, inter-ocular distances; drawn evenly in their logarithm.
    """
    time_s, usable = track.time_s, usable_frames(track)
    place = np.nanmedian(track.rest, axis=0).astype(np.float64)
    tissue, aperture = track.tissue.astype(np.float64), track.aperture.astype(np.float64)
    side = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
    fine = np.linspace(time_s[0], time_s[-1], max(2, int((time_s[-1] - time_s[0]) * 500)))
    told: list[dict[str, Any]] = []
    at = float(rng.uniform(0.3, 1.2))
    while True:
        willed = bool(rng.random() < _WILLED_SHARE)
        tonic = not willed and bool(rng.random() < 0.15)
        low, high = (0.35, 2.5) if willed else (1.2, 3.5) if tonic else (0.1, 0.5)
        seconds = float(rng.uniform(low, high))
        if at + seconds > time_s[-1] - 0.3:
            break
        groups = WILLED if willed else GROUPS
        group = groups[int(rng.integers(len(groups)))]
        own = side if not willed or rng.random() < 0.5 else side.other
        size = float(np.exp(rng.uniform(*np.log(sizes))))
        course = _slow(rng, fine, at, seconds) if willed else _course(rng, fine, at, seconds, tonic)
        level = np.interp(time_s, fine, course)
        tissue += np.diff(level, prepend=level[:1])[:, None, None] * _field(rng, place, group, own) * size
        if "orbicularis_oculi" in group and (willed or rng.random() < 0.75):
            eye = 0 if own is Side.RIGHT else 1
            wide = float(np.nanmedian(aperture[:, eye]))
            way = wide * rng.uniform(0.6, 1.0) if willed else size * rng.uniform(0.4, 1.4)
            aperture[:, eye] = np.maximum(aperture[:, eye] - level * way, 0.12 * wide)
        above = fine[course >= 0.1 * course.max()]
        first, last = np.searchsorted(time_s, [above[0], above[-1]])
        if usable[max(first - 1, 0) : last + 2].mean() > 0.95:
            kind = "expression" if willed else "spasm"
            span = {"onset_s": float(above[0]), "offset_s": float(above[-1])}
            told.append({"kind": kind, "side": own.value, "amplitude_iod": size, **span})
        at += seconds + float(rng.uniform(0.15, 0.5) if rng.random() < 0.35 else rng.uniform(0.5, 3.6))
    return replace(track, tissue=tissue.astype(np.float16), aperture=aperture.astype(np.float32)), told


def _course(rng: np.random.Generator, time_s: Floats, at: float, seconds: float, tonic: bool) -> Floats:
    rise = min(seconds * float(rng.uniform(0.05, 0.15) if tonic else rng.uniform(0.25, 0.5)), 0.25)
    fall = min(float(rng.uniform(0.1, 0.35)), seconds / 3) if tonic else seconds - rise
    up = np.clip((time_s - at) / rise, 0, 1)
    down = np.clip((at + seconds - time_s) / fall, 0, 1)
    course = (1 - np.cos(np.pi * up)) / 2 * (1 - np.cos(np.pi * down)) / 2
    if tonic and rng.random() < 0.4:
        beat = 2 * np.pi * rng.uniform(4, 9) * (time_s - at)
        course = course * (1 - rng.uniform(0.1, 0.35) * (1 - np.cos(beat)) / 2)
    return np.asarray(course / max(course.max(), 1e-9))


def _slow(rng: np.random.Generator, time_s: Floats, at: float, seconds: float) -> Floats:
    """Return the course of a movement at will: no faster up or down than a seventh of a second."""
    rise, fall = (float(np.clip(seconds * rng.uniform(0.25, 0.45), 0.15, 0.6)) for _ in range(2))
    up, down = np.clip((time_s - at) / rise, 0, 1), np.clip((at + seconds - time_s) / fall, 0, 1)
    course = (1 - np.cos(np.pi * up)) / 2 * (1 - np.cos(np.pi * down)) / 2
    return np.asarray(course / max(course.max(), 1e-9))


def _field(rng: np.random.Generator, place: Floats, group: tuple[str, ...], side: Side) -> Floats:
    """Return the displacement of every muscle point (N, 2); the largest, as seen in pixels, is a little less than 1."""
    field = np.zeros((len(TISSUE), 2))
    for number, region in enumerate(group):
        points = place[SLOTS[region, side]]
        centre = points[rng.integers(len(points))] if rng.random() < 0.7 else points.mean(axis=0)
        pull = pull_direction(region, side)
        if region == "orbicularis_oculi" and rng.random() < 0.3:
            pull = np.array([0.0, 1.0 if rng.random() < 0.5 else -1.0])
        turn = rng.normal(0, 0.35)
        pull = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ pull
        hill = np.exp(-((place - centre) ** 2).sum(axis=1) / (2 * rng.uniform(0.14, 0.4) ** 2))
        field += (1.0 if number == 0 else rng.uniform(0.35, 1.0)) * hill[:, None] * pull
    return np.asarray(field / max(float(np.hypot(*field.T).max()), 1e-9) * rng.uniform(0.85, 1.0))
