"""What the recording can carry: facts of the file, usable time, and the smallest movement it shows in each region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis.face.page.words import UNKNOWN, about_mm, listed, of_kind, region, span
from facialis.face.signals import REGIONS
from facialis.units import clock, percent_iod

MIRRORED = {"yes": "yes, turned back here", "no": "no", "unknown": UNKNOWN}


@dataclass(frozen=True)
class Limit:
    """The detection limit of a region in words."""

    key: str
    region: str
    percent: str
    mm: str
    seen: str


def facts(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what was measured of the recording as (name, value, key of the glossary or empty)."""
    quality, source = result["quality"], result["source"]
    rate = source["fps_median"]
    frames = UNKNOWN if rate is None else f"{rate:.4g} a second" + (", uneven" if source["variable_rate"] else "")
    iod = quality["iod_px_median"]
    days = (result.get("protocol") or {}).get("days_since_toxin")
    toxin = [] if days is None else [("Botulinum toxin", f"{days:.0f} days before", "")]
    return [
        ("Usable time", f"{quality['usable_s']:.1f} of {source['duration_s']:.1f} s", "usable_time"),
        ("Distance between the eyes", UNKNOWN if iod is None else f"{iod:.0f} pixels", "iod"),
        ("Frames", frames, ""),
        ("Mirrored", MIRRORED[quality["mirrored"]], "mirrored"),
        *toxin,
    ]


def limits(result: Mapping[str, Any]) -> list[Limit]:
    """Return the detection limit of every region, in the order of the face from top to bottom."""
    known = result["quality"]["detection_limit_iod"]
    events = of_kind(result, "spasm", "synkinesis")
    rows = []
    for name in REGIONS:
        value = known.get(name)
        number = sum(name in event["regions"] for event in events)
        if value is None:
            rows.append(Limit(name, region(name).capitalize(), "not seen", "", "cannot tell"))
        else:
            seen = (
                f"{number} of {len(events)} events"
                if number
                else f"none above {about_mm(value).removeprefix('about ')}"
            )
            rows.append(Limit(name, region(name).capitalize(), percent_iod(value), about_mm(value), seen))
    return rows


def none_above(result: Mapping[str, Any]) -> str:
    """Say in one sentence which regions showed nothing above which size in how much time; empty if none can say so."""
    known = result["quality"]["detection_limit_iod"]
    moved = {name for event in of_kind(result, "spasm", "synkinesis") for name in event["regions"]}
    still = [name for name in REGIONS if known.get(name) is not None and name not in moved]
    if not still or result["quality"]["verdict"] == "refused":
        return ""
    worst = max(known[name] for name in still)
    seconds = span(result["quality"]["usable_s"])
    names = listed([region(name) for name in still]).capitalize()
    return (
        f"{names}: no spasm or synkinesis above {percent_iod(worst)} ({about_mm(worst)}) in {seconds} of usable time."
    )


def source_facts(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is known of the file as (name, value)."""
    source = result["source"]
    turned = f", turned by {source['rotation']}°" if source["rotation"] else ""
    return [
        ("File", source["name"]),
        ("SHA-256", source["sha256"]),
        ("Length", f"{clock(source['duration_s'])} ({source['frames']} frames)"),
        ("Picture", f"{source['width']} × {source['height']} pixels{turned}"),
    ]


def nets(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the nets that were used as (file, SHA-256)."""
    return sorted(result["software"]["models"].items())
