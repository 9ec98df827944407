"""Where each site of each muscle lies on the drawing, one half; the other half is its mirror image."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from facialis.treatment.injection.page.curves import Point

# Drawing units: from the midline outwards, from the top downwards.
PLACES: Mapping[str, Mapping[str, Point]] = MappingProxyType(
    {
        "frontalis": {"medial": (28, 140), "lateral": (66, 142)},
        "corrugator": {"medial": (20, 180)},
        "procerus": {"midline": (5, 178)},
        "orbicularis_oculi": {
            "medial_upper_lid": (42, 190),
            "lateral_upper_lid": (82, 191),
            "lateral_lower_lid": (82, 227),
            "medial_lower_lid": (46, 229),
            "lateral_canthus": (104, 208),
        },
        "zygomaticus_major": {"belly": (82, 276)},
    }
)


def place(muscle: str, site: str) -> Point | None:
    """Return where a site lies on the patient's left half; None where the drawing has no place for it."""
    return PLACES.get(muscle, {}).get(site)
