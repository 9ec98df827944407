"""Events, qualities and examinations made by hand, for tests of what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from facialis.face.events import Event
from facialis.face.events.candidate import Measures
from facialis.face.quality import Quality
from facialis.face.recording import Source
from facialis.face.regions import PARTS
from facialis.face.signals import REGIONS, SIDES, Signals
from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.face import Examination

FPS = 30


def spasm(
    at: float, side: Side = Side.LEFT, *, seconds: float = 0.3, probability: float = 0.9, **changes: Any
) -> Event:
    """A twitch of the cheek and the eye."""
    regions = ("zygomaticus", "orbicularis_oculi")
    fields = {"kind": "spasm", "amplitude_iod": 0.06, "regions": regions, "form": "clonic"} | changes
    return Event(
        side=side, onset_s=at, apex_s=at + seconds / 2, offset_s=at + seconds, probability=probability, **fields
    )


def blink(at: float) -> Event:
    return spasm(at, Side.BOTH, kind="blink", form=None, regions=("orbicularis_oculi",))


def measures(**changes: Any) -> Measures:
    """The numbers behind a spasm that closes the eye a little after the cheek moves."""
    usual: dict[str, Any] = dict.fromkeys(Measures._fields, 0.0) | {"spread": 2, "upper_and_lower": True}
    return Measures(**(usual | {"lag_s": 0.01, "lid_down": 0.05} | changes))


def quality(usable_s: float = 60.0, verdict: str = "good", mirrored: str = "no", **limits: float | None) -> Quality:
    seen: dict[str, float | None] = dict.fromkeys(REGIONS, 0.02)
    return Quality(verdict, (), usable_s, 120.0, mirrored, seen | limits)


def signals(seconds: float = 1.0) -> Signals:
    """A face at rest, every frame usable."""
    frames = max(round(seconds * FPS), 1)
    still, moved = np.zeros(frames, np.float32), np.zeros((frames, 2), np.float32)
    return Signals(
        time_s=np.arange(frames) / FPS,
        pull={(region, side): still for region in REGIONS for side in SIDES},
        shift={(region, side): moved for region in REGIONS for side in SIDES},
        parts={(part, side): moved for part in PARTS for side in SIDES},
        closure=dict.fromkeys(SIDES, still),
        aperture=dict.fromkeys(SIDES, still + 1),
        usable=np.ones(frames, bool),
        head_speed=still,
        pose=np.zeros((frames, 6), np.float32),
        iod_px=still + 120,
        steps={(region, side): np.zeros((frames, 1, 2), np.float16) for region in REGIONS for side in SIDES},
    )


def source(name: str = "clip.mp4", seconds: float = 60.0, **changes: Any) -> Source:
    fields: dict[str, Any] = {
        "name": name,
        "sha256": (name.encode().hex() + 64 * "0")[:64],
        "duration_s": seconds,
        "frames": round(seconds * FPS),
        "fps_median": float(FPS),
        "variable_rate": False,
        "width": 720,
        "height": 1280,
        "rotation": 0,
    }
    return Source(**(fields | changes))


def examination(
    events: list[Event], judged: Quality | None = None, name: str = "clip.mp4", **changes: Any
) -> Examination:
    """What a recording of a minute showed."""
    from facialis.face import Examination

    judged = judged or quality()
    seconds = max(judged.usable_s, 1.0)
    ordered = tuple(sorted(events, key=lambda event: event.onset_s))
    return Examination(source(name, seconds, **changes), judged, ordered, signals(seconds))
