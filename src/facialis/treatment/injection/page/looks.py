"""How each part of the face map looks, in colours of the theme, so that they follow light, dark and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of the theme; empty for none. `fill` may also be the address of a pattern."""

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opaque: float = 1.0


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "skin": Look("sheet", "both", 1.3),
        "outline": Look("", "both", 1.2),
        "feature": Look("", "both", 1.0),
        "eye": Look("sheet", "both", 1.0),
        "pupil": Look("both", "", 1.0),
        "brow": Look("both", "", 1.0, 0.55),
        "muscle": Look("both", "", 1.0, 0.13),
        "muscle left": Look("left", "", 1.0, 0.2),
        "muscle right": Look("right", "", 1.0, 0.2),
        "fibres": Look("", "rule", 0.8),
        "closed": Look("url(#hatch)", "", 1.0),
        "closed-line": Look("", "both", 1.3),
        "note": Look("sheet", "refused", 1.6),
        "note-word": Look("refused"),
        "stamp": Look("sheet", "refused", 3.0),
        "stamp-word": Look("refused"),
        "leader": Look("", "quiet", 0.9),
        "ground": Look("sheet", "", 1.0, 0.78),
        "left-word": Look("left"),
        "right-word": Look("right"),
        "planned left": Look("sheet", "left", 2.0),
        "planned right": Look("sheet", "right", 2.0),
        "given left": Look("left", "left", 1.0),
        "given right": Look("right", "right", 1.0),
        "left-out left": Look("", "refused", 2.2),
        "left-out right": Look("", "refused", 2.2),
    }
)
