"""The mimic muscles on the mesh: which points lie over which muscle, and which way it pulls.

Axes of the face: x towards the patient's left, y towards the chin, in inter-ocular distances. Pulls are written for the
patient's left side; on the right x is mirrored. Directions follow the muscles' course from the mobile to the fixed end
(Gray's Anatomy, facial muscles); the ring muscles draw their skin towards the middle of the ring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.face.signals import REGIONS, SIDES
from facialis.findings import Side

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Muscle:
    """One muscle on both sides.

    Attributes
    ----------
    right, left : tuple of int
        Mesh points over the muscle, mirrored pair by pair.
    pull : tuple of float
        Direction of the pull on the left side, unit length is not needed.
    """

    right: tuple[int, ...]
    left: tuple[int, ...]
    pull: tuple[float, float]


MUSCLES = {
    "frontalis": Muscle(
        right=(63, 105, 66, 107, 104, 69, 52, 65), left=(293, 334, 296, 336, 333, 299, 282, 295), pull=(0.0, -1.0)
    ),
    "orbicularis_oculi": Muscle(
        right=(230, 229, 228, 118, 119, 31, 226, 35, 222, 224),
        left=(450, 449, 448, 347, 348, 261, 446, 265, 442, 444),
        pull=(-0.5, -0.87),
    ),
    "nasalis": Muscle(right=(49, 131, 198, 129, 102, 64), left=(279, 360, 420, 358, 331, 294), pull=(0.26, -0.97)),
    "zygomaticus": Muscle(
        right=(61, 57, 186, 216, 206, 205, 207, 50, 212, 92),
        left=(291, 287, 410, 436, 426, 425, 427, 280, 432, 322),
        pull=(0.71, -0.71),
    ),
    "orbicularis_oris": Muscle(
        right=(40, 39, 185, 91, 181, 146, 106, 165), left=(270, 269, 409, 321, 405, 375, 335, 391), pull=(0.94, -0.34)
    ),
    "mentalis": Muscle(right=(194, 32, 182, 208, 140, 171), left=(418, 262, 406, 428, 369, 396), pull=(0.0, -1.0)),
    "platysma": Muscle(right=(210, 169, 135, 211, 170, 202), left=(430, 394, 364, 431, 395, 422), pull=(0.5, 0.87)),
}

RIGID = (
    *(168, 6, 197, 195, 5, 122, 351, 196, 419, 3, 248, 51, 281, 188, 412, 174, 399),
    *(34, 264, 227, 447, 116, 345, 123, 352, 151, 10, 109, 338),
)
"""Points where skin lies on bone: nose bridge and sides, temples, zygomatic arches, forehead. They show head motion."""

TISSUE = tuple(
    index
    for region in REGIONS
    for side in SIDES
    for index in (MUSCLES[region].left if side is Side.LEFT else MUSCLES[region].right)
)
"""All muscle points in one row, region by region, left before right."""


def _slots() -> dict[tuple[str, Side], slice]:
    slots, start = {}, 0
    for region in REGIONS:
        for side in SIDES:
            count = len(MUSCLES[region].left)
            slots[region, side] = slice(start, start + count)
            start += count
    return slots


SLOTS = _slots()
"""Where each region's points stand in :data:`TISSUE`."""


PARTS = {
    "frontalis lateral": ("frontalis", (0, 1, 4, 6)),
    "frontalis medial": ("frontalis", (2, 3, 5, 7)),
    "orbicularis_oculi lower": ("orbicularis_oculi", (0, 1, 2, 3, 4)),
    "orbicularis_oculi lateral": ("orbicularis_oculi", (5, 6, 7)),
    "orbicularis_oculi upper": ("orbicularis_oculi", (8, 9)),
    "nasalis": ("nasalis", (0, 1, 2, 3, 4, 5)),
    "zygomaticus corner": ("zygomaticus", (0, 1, 2, 8, 9)),
    "zygomaticus cheek": ("zygomaticus", (3, 4, 5, 6, 7)),
    "orbicularis_oris upper": ("orbicularis_oris", (0, 1, 2, 7)),
    "orbicularis_oris lower": ("orbicularis_oris", (3, 4, 5, 6)),
    "mentalis": ("mentalis", (0, 1, 2, 3, 4, 5)),
    "platysma": ("platysma", (0, 1, 2, 3, 4, 5)),
}
"""Where events are looked for: parts of a region small enough that a twitch moves all of their points alike.

Name: (region, positions among the region's points).
"""


def pull_direction(region: str, side: Side) -> Floats:
    """Return the unit vector (2,) of a muscle's pull on one side, axes of the face."""
    x, y = MUSCLES[region].pull
    vector = np.array([x if side is Side.LEFT else -x, y])
    return np.asarray(vector / np.hypot(*vector))


def mirrored(displacement: Floats, side: Side) -> Floats:
    """Return displacements (..., 2) as if they were on the left side, so that the two sides can be compared."""
    return displacement if side is Side.LEFT else displacement * np.array([-1.0, 1.0])
