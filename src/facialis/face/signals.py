"""What the measuring rooms of the face hand on to events, quality, study and page: one array a region and side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from facialis.findings import Side

REGIONS = (
    "frontalis",
    "orbicularis_oculi",
    "nasalis",
    "zygomaticus",
    "orbicularis_oris",
    "mentalis",
    "platysma",
)
SIDES = (Side.LEFT, Side.RIGHT)

Array = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Signals:
    """The face over time, a value a frame, head motion taken out.

    Attributes
    ----------
    time_s : (T,) float64
        Presentation time of each frame, seconds from the first.
    pull : dict of (region, side) to (T,) float32
        Displacement along the muscle's pull, fraction of the inter-ocular distance; NaN where not seen.
    shift : dict of (region, side) to (T, 2) float32
        The same displacement with its direction: x towards that side's ear, y towards the chin, so that equal motion of
        both sides gives equal numbers.
    parts : dict of (part, side) to (T, 2) float32
        The same for the parts of the regions, see :data:`facialis.face.regions.PARTS`.
    closure : dict of side to (T,) float32
        How far the lids have come together from the person's own open level, fraction of the inter-ocular distance.
    aperture : dict of side to (T,) float32
        Eyelid opening between the person's own closed (0) and open (1) level; NaN where not seen.
    usable : (T,) bool
        The frame shows enough of the face to be measured.
    head_speed : (T,) float32
        Speed of the head, inter-ocular distances a second.
    pose : (T, 6) float32
        The head's six small motions summed up, see :func:`facialis.face.motion.rigid_terms`.
    iod_px : (T,) float32
        Distance between the eye centres in pixels of the recording.
    steps : dict of (region, side) to (T, N, 2) float16
        Shift of each point over a muscle since the frame before, head motion taken out, axes of the face.
    """

    time_s: Times
    pull: Mapping[tuple[str, Side], Array]
    shift: Mapping[tuple[str, Side], Array]
    parts: Mapping[tuple[str, Side], Array]
    closure: Mapping[Side, Array]
    aperture: Mapping[Side, Array]
    usable: Mask
    head_speed: Array
    pose: Array
    iod_px: Array
    steps: Mapping[tuple[str, Side], npt.NDArray[np.float16]]


def swapped(signals: Signals) -> Signals:
    """Return the signals of a mirrored recording with the patient's sides put right."""

    def other(table: Mapping[tuple[str, Side], Array]) -> Mapping[tuple[str, Side], Array]:
        return {(region, side): table[region, side.other] for region, side in table}

    return replace(
        signals,
        pull=other(signals.pull),
        shift=other(signals.shift),
        parts=other(signals.parts),
        steps={(region, side): signals.steps[region, side.other] for region, side in signals.steps},
        closure={side: signals.closure[side.other] for side in signals.closure},
        aperture={side: signals.aperture[side.other] for side in signals.aperture},
    )


def slowed(signals: Signals, most: float) -> Signals:
    """Return the signals at no more than so many frames a second: means over neighbouring frames, steps added up.

    Events last a tenth of a second and more; above some 80 frames a second every further frame adds noise and no shape.
    """
    time_s = np.asarray(signals.time_s)
    if len(time_s) < 3:
        return signals
    each = int(np.ceil(1 / max(float(np.median(np.diff(time_s))), 1e-6) / most))
    count = len(time_s) // each
    if each < 2 or count < 3:
        return signals

    def mean(values: npt.NDArray[np.floating]) -> Array:
        groups = values[: count * each].reshape(count, each, *values.shape[1:])
        known = np.isfinite(groups)
        total = np.where(known, groups, 0).sum(axis=1)
        seen = known.sum(axis=1)
        return np.where(seen > 0, total / np.maximum(seen, 1), np.nan).astype(np.float32)

    def added(steps: npt.NDArray[np.float16]) -> npt.NDArray[np.float16]:
        groups = steps[: count * each].astype(np.float32).reshape(count, each, *steps.shape[1:])
        # A point that was lost in one frame of a group stood still in it, as far as anyone knows.
        total = np.where(np.isfinite(groups).any(axis=1), np.nansum(groups, axis=1), np.nan)
        return total.astype(np.float16)

    at = time_s[: count * each].reshape(count, each).mean(axis=1)
    pose = mean(signals.pose)
    speed = np.hypot(*np.diff(pose[:, :2], axis=0, prepend=pose[:1, :2]).T) / np.diff(at, prepend=2 * at[0] - at[1])
    return replace(
        signals,
        time_s=at,
        pull={key: mean(values) for key, values in signals.pull.items()},
        shift={key: mean(values) for key, values in signals.shift.items()},
        parts={key: mean(values) for key, values in signals.parts.items()},
        closure={side: mean(values) for side, values in signals.closure.items()},
        aperture={side: mean(values) for side, values in signals.aperture.items()},
        usable=np.asarray(signals.usable[: count * each].reshape(count, each).all(axis=1), dtype=np.bool_),
        head_speed=speed.astype(np.float32),
        pose=pose,
        iod_px=mean(signals.iod_px),
        steps={key: added(steps) for key, steps in signals.steps.items()},
    )
