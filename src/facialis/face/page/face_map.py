"""The face as a drawing, its muscle regions filled by how many of the spasms moved them.

It shows no person: the same outline for everybody, seen from the front, so the patient's right is at the left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from facialis.face.page.words import of_kind, region
from facialis.paper.charts import Values
from facialis.paper.shapes import Look, Schema, Shape, smooth
from facialis.units import count

WIDTH, HEIGHT = 240.0, 268.0
MIDDLE = 120.0

Corners = list[tuple[float, float]]

# The patient's left half, as drawing units from the middle of the face; the right half is its mirror image.
REGIONS: dict[str, Corners] = {
    "frontalis": [(6, 40), (34, 38), (60, 52), (68, 74), (62, 80), (38, 72), (8, 78)],
    "orbicularis_oculi": [(8, 104), (18, 84), (40, 80), (62, 88), (70, 104), (60, 122), (38, 128), (16, 120)],
    "nasalis": [(9, 118), (16, 124), (25, 146), (24, 158), (15, 156), (11, 140)],
    "zygomaticus": [(60, 130), (76, 128), (78, 142), (50, 178), (36, 188), (34, 176)],
    "orbicularis_oris": [(0, 170), (16, 168), (34, 178), (40, 188), (30, 200), (14, 206), (0, 206)],
    "mentalis": [(3, 214), (18, 212), (24, 224), (16, 236), (3, 238)],
    "platysma": [(30, 236), (54, 216), (56, 240), (70, 262), (28, 264)],
}
HEAD: Corners = [(0, 10), (40, 12), (74, 34), (88, 74), (86, 124), (76, 170), (56, 212), (30, 238), (12, 244), (0, 244)]
EYE: Corners = [(20, 105), (30, 97), (42, 96), (57, 104), (42, 111), (30, 111)]
IRIS = [
    (39 + 5.5 * x, 103.5 + 5.5 * y)
    for x, y in ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))
]
MOUTH: Corners = [(0, 186), (8, 184), (30, 188), (14, 194), (0, 194)]
LINES: dict[str, Corners] = {
    "brow": [(14, 88), (36, 78), (66, 90)],
    "nose": [(13, 148), (17, 156), (10, 162), (4, 159), (0, 162)],
    "neck": [(62, 206), (60, 236), (78, 268)],
}


def face_map(result: Mapping[str, Any]) -> Schema:
    """Draw which regions the spasms and synkineses of each side moved.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``.

    Returns
    -------
    Schema
        Regions filled by their share of the side's events, hatched where they were not seen.
    """
    events = of_kind(result, "spasm", "synkinesis")
    limits = result["quality"]["detection_limit_iod"]
    shapes = [Shape(_both_halves(HEAD), Look.GROUND), *_lines("neck")]
    for name, half in REGIONS.items():
        seen = limits.get(name) is not None
        shapes += [_region(name, half, side, events, seen, _share(result, name, side)) for side in ("right", "left")]
    shapes += [Shape(_half(EYE, side), Look.GROUND) for side in ("right", "left")]
    shapes += [Shape(_half(IRIS, side), Look.GROUND) for side in ("right", "left")]
    shapes += [Shape(_both_halves(MOUTH), Look.GROUND), *_lines("brow"), *_lines("nose")]
    words = ((28.0, 22.0, "right", "right"), (WIDTH - 28, 22.0, "left", "left"))
    return Schema("Regions that moved", _summary(events), WIDTH, HEIGHT, tuple(shapes), words)


def _share(result: Mapping[str, Any], name: str, side: str) -> float | None:
    """Return the share of the affected side's spasms that moved a region, as the summary has it; None elsewhere.

    A brow that the eye draws down is in an event's regions, and not in this share.
    """
    if result["summary"]["affected_side"] != side:
        return None
    shares = {row["region"]: row["share"] for row in result["summary"].get("spread") or []}
    return shares[name]["value"] if shares.get(name) else None


def _region(
    name: str, half: Corners, side: str, events: list[dict[str, Any]], seen: bool, share: float | None
) -> Shape:
    own = [event for event in events if event["side"] in (side, "both")]
    moved = sum(name in event["regions"] for event in own)
    if share is not None and all(event["kind"] == "spasm" for event in own):
        moved = min(moved, round(share * len(own)))
    where = f"{region(name)}, patient's {side}"
    if not seen and not moved:
        return Shape(_half(half, side), Look.UNSEEN, side, 0.0, f"{where}: not seen well enough")
    label = f"{where}: {moved} of {count(len(own), 'event')}"
    if not moved:
        return Shape(_half(half, side), Look.STILL, side, 0.0, label)
    # Even one event is visible, and all of them are not quite full, so that eye and mouth stay visible on top.
    return Shape(_half(half, side), Look.REGION, side, 0.2 + 0.65 * moved / len(own), label)


def _summary(events: list[dict[str, Any]]) -> str:
    parts = []
    for side in ("left", "right"):
        names = {name for event in events if event["side"] in (side, "both") for name in event["regions"]}
        moved = [region(name) for name in REGIONS if name in names]
        parts.append(f"patient's {side}: {', '.join(moved) or 'none'}")
    return "Drawing of a face with the regions that moved; " + "; ".join(parts)


def _half(half: Corners, side: str) -> Values:
    return _placed(smooth(np.array(half, dtype=np.float64)), side)


def _both_halves(half: Corners) -> Values:
    """Close a half that begins and ends in the middle with its mirror image."""
    whole = np.array(half + [(-x, y) for x, y in reversed(half)], dtype=np.float64)
    return _placed(smooth(whole), "left")


def _lines(name: str) -> list[Shape]:
    line = smooth(np.array(LINES[name], dtype=np.float64), closed=False)
    return [Shape(_placed(line, side), Look.LINE) for side in ("right", "left")]


def _placed(points: Values, side: str) -> Values:
    return points * (1.0 if side == "left" else -1.0, 1.0) + (MIDDLE, 0.0)
