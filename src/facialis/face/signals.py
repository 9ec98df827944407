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
