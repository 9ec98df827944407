"""The tissue of one face: what its muscles can move, and how far an action really moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.signals import REGIONS, SIDES
from facialis.face.simulate.actions import CLOSURE, JAW, LID, Drive
from facialis.face.simulate.courses import Times
from facialis.face.simulate.locate import Face, Points
from facialis.face.simulate.muscles import FaceFrame, Field, fields, transform
from facialis.face.simulate.slits import Slit
from facialis.findings import Side

_UPPER_LIP = (61, 78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 291)
_LOWER_LIP = (61, 78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 291)
_BROW_LOWER = {Side.RIGHT: 52, Side.LEFT: 282}
_LOWER_LID_SHARE = 0.1  # of the way to a closed eye; the upper lid travels the rest
_LIP_FOLLOWS = 0.9  # of the jaw's way the lower lip goes down
_DARKER_THAN_SKIN = 0.75
_SEAM = 0.02  # IOD; lips closer than this are closed


class Openings(NamedTuple):
    """Closure of each eye (1 is shut) and travel of the jaw (IOD) at some times, each (T,)."""

    left: Times
    right: Times
    jaw: Times


@dataclass(frozen=True)
class Tissue:
    """Fields and slits of one face, in its face-fixed frame.

    Attributes
    ----------
    fields : dict of (part, side) to Field
    eyes : dict of side to Slit
    mouth : Slit
    skin : (N, 2) float64
        Points that stand for the face's skin when a largest displacement is looked for.
    """

    fields: Mapping[tuple[str, Side], Field]
    eyes: Mapping[Side, Slit]
    mouth: Slit
    skin: Points

    @classmethod
    def of(cls, face: Face, frame: FaceFrame, luma: npt.NDArray[np.uint8]) -> Tissue:
        """Build the tissue of a face located in a picture, of which ``luma`` (H, W) uint8 is the brightness."""
        mesh = transform(frame.to_face, face.mesh[:, :2])
        eyes = {}
        for side in SIDES:
            upper, lower = (transform(frame.to_face, lids[side.value]) for lids in (face.upper, face.lower))
            brow = float(upper[:, 1].min() - mesh[_BROW_LOWER[side], 1])
            slit = Slit.eye(upper, lower, max(0.8 * brow, 0.1))
            eyes[side] = replace(slit, reach_up=_lid_skin(slit, frame, luma))
        mouth = Slit.mouth(mesh[list(_UPPER_LIP)], mesh[list(_LOWER_LIP)])
        if mouth.height < _SEAM:
            seam = (mouth.upper + mouth.lower) / 2
            mouth = replace(mouth, upper=seam, lower=seam)
        every = fields(mesh)
        return cls(every, eyes, mouth, _skin_points(mesh, eyes, mouth, every))

    @property
    def lid_travel(self) -> Mapping[Side, float]:
        """Travel of the upper lid's margin from open to shut, IOD."""
        return {side: (1 - _LOWER_LID_SHARE) * slit.height for side, slit in self.eyes.items()}

    def openings(self, drives: Sequence[Drive], time_s: Times) -> Openings:
        """Add up what moves the slits; an eye closes at most once."""
        closure = {side: np.zeros(len(time_s)) for side in SIDES}
        jaw = np.zeros(len(time_s))
        for drive in drives:
            if drive.part == JAW:
                jaw += drive.gain * value(drive, time_s)
            elif drive.part in (LID, CLOSURE):
                full = self.lid_travel[drive.side] if drive.part == LID else 1.0
                closure[drive.side] += drive.gain / full * value(drive, time_s)
        return Openings(np.clip(closure[Side.LEFT], 0, 1), np.clip(closure[Side.RIGHT], 0, 1), jaw)

    def travels(self, openings: Openings) -> list[tuple[Slit, Times, Times]]:
        """Return each slit with the travel of its upper edge down and its lower edge up, in profiles, each (T,)."""
        share = _LOWER_LID_SHARE
        each = [
            (self.eyes[s], (1 - share) * c, share * c)
            for s, c in ((Side.LEFT, openings.left), (Side.RIGHT, openings.right))
        ]
        # The jaw's smooth field draws on both lips; the slit gives the upper lip back and lets the lower lip go.
        seam = np.array([float(self.mouth.x.mean()), float((self.mouth.upper + self.mouth.lower)[32] / 2)])
        drawn = float(self.fields[JAW, Side.BOTH](seam)[1])
        return [*each, (self.mouth, -0.9 * drawn * openings.jaw, -(_LIP_FOLLOWS - drawn) * openings.jaw)]

    def displacement(self, drives: Sequence[Drive], time_s: Times, points: Points) -> Points:
        """Return the displacement (T, N, 2) of skin at resting ``points`` (N, 2), fraction of IOD."""
        moved = np.broadcast_to(points, (len(time_s), *points.shape)).copy()
        for slit, down, up in self.travels(self.openings(drives, time_s)):
            moved[..., 1] += slit.forward(points, down, up) - points[:, 1]
        total = moved - points
        for drive in drives:
            field = self.fields.get((drive.part, drive.side))
            if field is not None:
                total += (drive.gain * value(drive, time_s))[:, None, None] * field(moved)
        return total

    def course(self, drives: Sequence[Drive], time_s: Times) -> Times:
        """Return the largest displacement (T,) of any skin point over time, fraction of IOD."""
        top = value_sum(drives, time_s).argmax()
        at_top = np.hypot(*np.moveaxis(self.displacement(drives, time_s[top : top + 1], self.skin)[0], -1, 0))
        # The points that move most at the top decide; the rest need no time course.
        leading = self.skin[np.argsort(at_top)[-24:]]
        moved = self.displacement(drives, time_s, leading)
        return np.asarray(np.hypot(moved[..., 0], moved[..., 1]).max(axis=1))

    def region_courses(self, drives: Sequence[Drive], time_s: Times) -> Mapping[tuple[str, Side], Times]:
        """Return the displacement of each region's most mobile point along its muscle's pull over time."""
        keys = [(region, side) for region in REGIONS for side in SIDES]
        anchors = np.array([self.fields[key].anchor for key in keys])
        moved = self.displacement(drives, time_s, anchors)
        return {key: moved[:, i] @ self.fields[key].pull for i, key in enumerate(keys)}


def _lid_skin(slit: Slit, frame: FaceFrame, luma: npt.NDArray[np.uint8]) -> float:
    """Return how far the skin above the eye reaches before a brow or a rim of glasses, which do not come down."""
    away = np.arange(0.02, slit.reach_up, 0.005)
    columns = np.column_stack([slit.x, slit.upper])[16:49:4]
    lines = columns[:, None, :] - np.array([0.0, 1.0]) * away[:, None]
    pixels = np.rint(transform(frame.to_image, lines)).astype(int)
    rows, across = (np.clip(pixels[..., axis], 0, luma.shape[1 - axis] - 1) for axis in (1, 0))
    shade = luma[rows, across].astype(np.float64)
    skin = np.median(shade[:, : max(3, len(away) // 3)], axis=1, keepdims=True)
    dark = shade < _DARKER_THAN_SKIN * skin
    found = away[dark.argmax(axis=1)][dark.any(axis=1)]
    # A slanting rim is met at another height in each column: the low end of those heights counts.
    seen = float(np.percentile(found, 20)) if len(found) > 0.6 * len(shade) else slit.reach_up
    return max(seen, 0.2 * slit.height)


def value(drive: Drive, time_s: Times) -> Times:
    """Return the sum of a drive's pulses at each time."""
    total = np.zeros(len(time_s))
    for pulse in drive.pulses:
        inside = slice(*np.searchsorted(time_s, (pulse.start_s, pulse.end_s)))
        total[inside] += pulse(time_s[inside])
    return total


def value_sum(drives: Sequence[Drive], time_s: Times) -> Times:
    """Return the sum of the drives weighted by their gains."""
    return np.asarray(np.sum([drive.gain * value(drive, time_s) for drive in drives], axis=0))


def _skin_points(
    mesh: Points, eyes: Mapping[Side, Slit], mouth: Slit, every: Mapping[tuple[str, Side], Field]
) -> Points:
    """Return a grid over the face, the edges of the slits with a fringe of skin, and every field's anchor."""
    low, high = mesh.min(axis=0), mesh.max(axis=0)
    grid = np.stack(np.meshgrid(np.arange(low[0], high[0], 0.04), np.arange(low[1], high[1], 0.04)), axis=-1).reshape(
        -1, 2
    )
    open_here = np.zeros(len(grid), dtype=bool)
    fringe = [np.array([field.anchor for field in every.values()])]
    for slit in (*eyes.values(), mouth):
        inside = (grid[:, 0] > slit.x[0]) & (grid[:, 0] < slit.x[-1])
        inside &= (grid[:, 1] > np.interp(grid[:, 0], slit.x, slit.upper)) & (
            grid[:, 1] < np.interp(grid[:, 0], slit.x, slit.lower)
        )
        open_here |= inside
        for away in (1e-6, 0.03, 0.07):
            fringe += [np.subtract(slit.edge("upper")[::4], (0.0, away)), np.add(slit.edge("lower")[::4], (0.0, away))]
    return np.concatenate([grid[~open_here], *fringe])
