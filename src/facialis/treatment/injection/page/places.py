"""Where each site of each muscle lies on the drawing, one half; the other half is its mirror image."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from facialis.treatment.injection.page.curves import Point

# Drawing units: from the midline outwards, from the top downwards.
PLACES: Mapping[str, Mapping[str, Point]] = MappingProxyType(
    {
        "frontalis": {"medial": (27, 138), "lateral": (66, 140)},
        "corrugator": {"medial": (20, 178), "lateral": (45, 165)},
        "procerus": {"midline": (7, 186)},
        "orbicularis_oculi": {
            "medial_upper_lid": (42, 193),
            "central_upper_lid": (61, 186),
            "lateral_upper_lid": (81, 194),
            "lateral_canthus": (104, 209),
            "lateral_lower_lid": (81, 226),
            "medial_lower_lid": (45, 228),
            "lateral_brow": (97, 181),
        },
        "nasalis": {"transverse": (15, 253)},
        "levator_labii": {"beside_nose": (26, 262)},
        "zygomaticus_minor": {"belly": (61, 276)},
        "zygomaticus_major": {"belly": (85, 277)},
        "risorius": {"belly": (82, 320)},
        "buccinator": {"belly": (86, 303)},
        "orbicularis_oris": {"upper_lip": (24, 303), "lower_lip": (22, 341)},
        "depressor_anguli_oris": {"belly": (59, 353)},
        "depressor_labii": {"belly": (32, 360)},
        "mentalis": {"belly": (10, 372)},
        "platysma": {"upper_band": (62, 388), "lower_band": (66, 420)},
    }
)


def place(muscle: str, site: str) -> Point | None:
    """Return where a site lies on the patient's left half; None where the drawing has no place for it."""
    return PLACES.get(muscle, {}).get(site)
