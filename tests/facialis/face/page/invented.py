"""Invented examinations: results and signals that agree with each other, without a camera and without a person.

Nothing here comes from a recording. The same arguments give the same examination.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from facialis.face.page import Strip
from facialis.face.signals import REGIONS, SIDES, Signals
from facialis.findings import Side

SHA = "3b5d5c3712955042212316173ccf37be" * 2
NOISE = {"frontalis": 0.0022, "orbicularis_oculi": 0.0015, "nasalis": 0.0014, "zygomaticus": 0.0019,
         "orbicularis_oris": 0.0024, "mentalis": 0.003, "platysma": 0.004}  # fmt: skip


def bump(time, onset, rise, hold, fall):
    """A raised cosine up, a plateau, a raised cosine down; 1 at the plateau."""
    up = np.clip((time - onset) / rise, 0, 1)
    down = np.clip((time - onset - rise - hold) / fall, 0, 1)
    return 0.5 * (1 - np.cos(np.pi * up)) * 0.5 * (1 + np.cos(np.pi * down))


def examination(
    seconds=30.0, fps=30.0, *, seed=0, side="left", spasms=14, tonic=2, synkineses=0, unseen=((21.5, 23.4),),
    hidden=("platysma",), name="visit 3, rest.mp4", mirrored="no", verdict="good",
):  # fmt: skip
    """Make an examination; returns (result, signals). `hidden` regions were not seen, `unseen` stretches neither."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * fps)) / fps
    pull = {(r, s): rng.normal(0, NOISE[r], len(time)) for r in REGIONS for s in (Side.LEFT, Side.RIGHT)}
    closing = {s: 0.03 * np.abs(rng.normal(0, 1, len(time))) for s in (Side.LEFT, Side.RIGHT)}
    head = 0.02 + 0.015 * np.abs(np.sin(0.7 * time)) + 0.01 * rng.random(len(time))
    events: list[dict[str, Any]] = []

    def put(kind, where, onset, rise, hold, fall, size, regions, why, chance=0.94):
        """Add an event and move what it moves."""
        course = bump(time, onset, rise, hold, fall)
        sides = (Side.LEFT, Side.RIGHT) if where == "both" else (Side(where),)
        for region in regions:
            for each in sides:
                pull[region, each] += size * rng.uniform(0.6, 1.0) * course
        for each in sides:
            if kind == "blink" or "orbicularis_oculi" in regions:
                closing[each] += (0.97 if kind == "blink" else min(1.0, 9 * size)) * course
        form = ("tonic" if hold >= 1 else "clonic") if kind in ("spasm", "synkinesis") else None
        events.append({
            "kind": kind, "side": where,
            "onset_s": round(onset + 0.2 * rise, 3),
            "apex_s": round(onset + rise + hold / 2, 3),
            "offset_s": round(onset + rise + hold + 0.8 * fall, 3),
            "amplitude_iod": round(size, 4) if regions else None,
            "regions": list(regions), "form": form, "probability": round(chance, 3), "why": why,
        })  # fmt: skip

    spread = [("orbicularis_oculi",), ("orbicularis_oculi", "zygomaticus"),
              ("orbicularis_oculi", "nasalis", "zygomaticus", "orbicularis_oris")]  # fmt: skip
    places = rng.uniform(0.5, seconds - 3.5, 4 * (spasms + synkineses))
    seen = [not any(start - 2 < place < end + 0.2 for start, end in unseen) for place in places]
    places = np.sort(places[seen][: spasms + synkineses])
    for number, onset in enumerate(places):
        regions = spread[number % 3]
        held = 1.3 if number in (3, 9)[:tonic] else rng.uniform(0, 0.05)
        if number >= spasms:
            put("synkinesis", side, onset, 0.12, 0.05, 0.15, 0.03, ("orbicularis_oris",),
                ["the mouth moves along with a blink, as it did with 5 of 6 blinks"], 0.81)  # fmt: skip
            continue
        why = [f"only the {side} side moved; the other stayed below its limit",
               f"slower than this person's blinks and {len(regions)} of 6 regions moved"]  # fmt: skip
        put("spasm", side, onset, 0.07, held, 0.13, rng.uniform(0.025, 0.085), regions, why, rng.uniform(0.7, 0.995))
    for onset in np.arange(1.7, seconds - 1, 4.6):
        put("blink", "both", onset, 0.08, 0.02, 0.14, 0.012, ("orbicularis_oculi",), ["both lids closed together"])
    if seconds > 18:
        put(
            "expression",
            "both",
            14.0,
            0.6,
            1.0,
            0.7,
            0.12,
            ("zygomaticus", "orbicularis_oris"),
            ["both corners rose together"],
        )
        put("head_motion", "both", 17.2, 0.2, 0.3, 0.3, 0, (), ["the whole head turned"])
        head += 0.9 * bump(time, 17.2, 0.2, 0.3, 0.3)
    events.sort(key=lambda event: event["onset_s"])

    usable = np.ones(len(time), dtype=bool)
    for start, end in unseen:
        usable &= ~((time >= start) & (time < end))
    for (region, _), values in pull.items():
        values[~usable if region not in hidden else slice(None)] = np.nan
    for values in (*closing.values(), head):
        values[~usable] = np.nan
    signals = _signals(time, pull, closing, usable, head)
    return _result(events, usable, time, fps, side, hidden, name, mirrored, verdict, seconds), signals


def _signals(time, pull, closing, usable, head):
    """Hand on the signals that a page looks at; what else they carry stays empty."""
    shown = {
        "time_s": time,
        "pull": {key: values.astype(np.float32) for key, values in pull.items()},
        "aperture": {key: (1 - values).astype(np.float32) for key, values in closing.items()},
        "usable": usable,
        "head_speed": head.astype(np.float32),
        "iod_px": np.full(len(time), 142, dtype=np.float32),
    }
    return Signals(**{field.name: shown.get(field.name, {}) for field in fields(Signals)})


def _result(events, usable, time, fps, side, hidden, name, mirrored, verdict, seconds):
    watched = max(float(usable.sum() / fps), 1e-9)
    spasms = [event for event in events if event["kind"] == "spasm"]
    number = len(spasms)
    rate = {"value": 60 * number / watched, "low": max(0.0, 60 * (number - 1.9 * number**0.5) / watched),
            "high": 60 * (number + 2.2 * (number + 1) ** 0.5 + 1.5) / watched}  # fmt: skip
    held = sum(event["offset_s"] - event["onset_s"] for event in spasms)
    limits = {region: None if region in hidden else round(4 * noise, 4) for region, noise in NOISE.items()}
    reasons = {"good": [], "limited": ["a hand covers the chin for 1.9 s", "30 frames a second; 60 would show more"],
               "refused": ["the face is too small: 29 pixels between the eyes, 60 are needed"]}[verdict]  # fmt: skip
    return {
        "schema": "facialis.video/1",
        "source": {"name": name, "sha256": SHA, "duration_s": seconds, "frames": len(time), "fps_median": fps,
                   "variable_rate": False, "width": 1080, "height": 1920, "rotation": 90},
        "quality": {"verdict": verdict, "reasons": reasons, "usable_s": watched, "iod_px_median": 142.0,
                    "mirrored": mirrored, "detection_limit_iod": limits},
        "events": events,
        "summary": {"affected_side": side if spasms else "none", "side_probability": 0.993 if spasms else None,
                    "side_because": [f"{number} of {number} spasms are on the {side}"] if spasms else [],
                    "spasm_time_fraction": held / watched, "synchrony": 0.89 if spasms else None,
                    "spasms_per_min": rate, "usable_s": watched},
        "findings": _findings(number, side, watched),
        "software": {"version": "0.1.0", "models": {"face_landmark.tflite": SHA, "iris_landmark.tflite": SHA}},
    }  # fmt: skip


def _findings(number, side, watched):
    def finding(code, state, because, where="none", estimate=None):
        return {
            "code": code,
            "state": state,
            "side": where,
            "estimate": estimate,
            "source": "video",
            "because": [because],
        }

    if not number:
        short = f"{watched:.0f} s of usable rest; 60 s are needed"
        return [finding("involuntary_movement", "not_assessable" if watched < 60 else "absent",
                        short if watched < 60 else f"no spasm in {watched:.0f} s of usable rest"),
                finding("strictly_unilateral", "not_assessable", "no spasm was seen"),
                finding("increased_blinking", "absent", "13 blinks a minute")]  # fmt: skip
    return [
        finding("involuntary_movement", "present", f"{number} spasms, and the rate is above the false rate", side,
                {"value": 2.0 * number, "low": 1.1 * number, "high": 3.4 * number, "unit": "1/min"}),
        finding("strictly_unilateral", "present", f"all {number} spasms are on the {side}", side),
        finding("upper_lower_synchronous", "present", "8 of 9 spasms began in eye and mouth within 40 ms", side),
        finding("tonic_sustained", "absent", "the longest hold is 1.5 s; 3 s are asked for"),
        finding("increased_blinking", "absent", "13 blinks a minute; the norm ends at 30"),
        finding("other_babinski_sign", "not_assessable", "the forehead moved below its detection limit"),
        finding("suppressible", "not_assessable", "nobody asked the patient to hold it back"),
    ]  # fmt: skip


def refused(name="from afar.gif"):
    """Make an examination that quality refused: nothing was measured."""
    result, signals = examination(4, 12.5, spasms=0, unseen=((0, 4),), hidden=REGIONS, verdict="refused", name=name)
    result["events"] = []
    result["findings"] = []
    result["quality"] |= {"usable_s": 0.0, "iod_px_median": None}
    result["summary"] |= {
        "spasms_per_min": dict.fromkeys(("value", "low", "high")),
        "spasm_time_fraction": None,
        "usable_s": 0.0,
    }
    dark = {key: np.full_like(values, np.nan) for key, values in signals.pull.items()}
    time = signals.time_s
    return result, _signals(
        time, dark, {side: dark["mentalis", side] for side in SIDES}, signals.usable, 0 * time + np.nan
    )


def strips(result, portrait, kinds=("spasm", "synkinesis")):
    """Cut a strip for each event out of a still portrait: the pictures move a little, the face does not."""
    high, wide = portrait.shape[0] // 2, portrait.shape[1] // 2
    made = []
    for number, event in enumerate(result["events"]):
        if event["kind"] in kinds:
            times = (event["onset_s"] - 0.2, event["onset_s"], event["apex_s"], event["offset_s"])
            cut = [
                portrait[high // 5 : high // 5 + high, wide // 2 + 4 * i : wide // 2 + 4 * i + wide] for i in range(4)
            ]
            made.append(Strip(number, list(zip(times, cut, strict=True))))
    return made
