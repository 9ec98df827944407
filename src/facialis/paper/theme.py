"""The colours of Facialis' pages and figures: one for the patient's left, one for the right, gray for both.

Blue and orange stay apart in every common form of colour blindness, and each reads as text on its ground
(WCAG 2.2 AA, contrast of at least 4.5); a test measures it. Colour never stands alone: a word says the side as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "ground": "#f4f6f8",
        "sheet": "#ffffff",
        "ink": "#17212d",
        "quiet": "#55616f",
        "rule": "#d8dee5",
        "left": "#0a62a9",
        "right": "#b1440b",
        "both": "#626d7a",
        "good": "#1a6e42",
        "limited": "#855700",
        "refused": "#a61f24",
    }
)
DARK: Mapping[str, str] = MappingProxyType(
    {
        "ground": "#0e141a",
        "sheet": "#161e27",
        "ink": "#e7ecf2",
        "quiet": "#a4b0be",
        "rule": "#303b48",
        "left": "#63b3f3",
        "right": "#ff9f61",
        "both": "#9ba7b5",
        "good": "#64c791",
        "limited": "#e2b458",
        "refused": "#ff918a",
    }
)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as WCAG 2.2 defines it, 0 to 1."""
    linear = []
    for place in (1, 3, 5):
        share = int(colour[place : place + 2], 16) / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two colours ``#rrggbb``, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
