"""Invented examinations: results and signals that agree with each other, without a camera and without a person.

Nothing here comes from a recording. The same arguments give the same examination.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields
from typing import Any

import numpy as np

from facialis.face.page import Strip
from facialis.face.regions import pull_direction
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
        "shift": {
            key: (values[:, None] * pull_direction(key[0], Side.LEFT)).astype(np.float32)
            for key, values in pull.items()
        },
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


def estimate(value, low, high):
    """An estimate as the public results write it."""
    return {"value": value, "low": low, "high": high}


def with_numbers(result):
    """Add the numbers that an examination with spasms also has."""
    spasms = [event for event in result["events"] if event["kind"] == "spasm"]
    tonic = sum(event["form"] == "tonic" for event in spasms) / max(len(spasms), 1)
    result["summary"] |= {
        "tonic_share": estimate(tonic, 0.5 * tonic, min(1.0, 2 * tonic + 0.05)),
        "clonic_share": estimate(1 - tonic, 0.9 * (1 - tonic), 1.0),
        "spread": [{"region": "orbicularis_oculi", "share": estimate(1.0, 0.77, 1.0)},
                   {"region": "zygomaticus", "share": estimate(0.64, 0.35, 0.87)}],
        "smc_grade": {"grade": "at least II", "because": ["9 of 14 spasms reach beyond the eye: zygomaticus"]},
        "rhythm": {"interval_s": estimate(1.4, 0.9, 2.2), "cv": estimate(0.62, 0.4, 0.85)},
        "spasm_time_interval": {"low": 0.04, "high": 0.22},
        "synchrony_chance": 0.03,
        "synchrony_interval": {"low": 0.64, "high": 0.98},
    }  # fmt: skip
    return result


def guided(result):
    """Add a guided examination: a weak left side, synkinesis at the mouth, and tasks that could not be assessed."""

    def task(name, kind, start, seconds, **more):
        empty = dict.fromkeys(("asymmetry", "excursion_iod", "spasms_per_min", "spasms_after_per_min", "spasms"))
        return {"name": name, "kind": kind, "start_s": start, "end_s": start + seconds, "usable_s": seconds,
                "repeats": 0, "assessable": True, "because": [], "weaker": "none",
                "synkinesis": [], **empty, **more}  # fmt: skip

    def moved(left, right):
        return {side: None if size is None else estimate(size, 0.8 * size, 1.2 * size)
                for side, size in (("left", left), ("right", right))}  # fmt: skip

    closing = [{"region": "zygomaticus", "side": "left", "excursion_iod": estimate(0.031, 0.02, 0.042)},
               {"region": "mentalis", "side": "left", "excursion_iod": estimate(0.012, 0.008, 0.016)}]  # fmt: skip
    result["protocol"] = {"name": "clinic", "mirrored_by_arrow": "no", "because": ["the head turned to its own left"]}
    result["tasks"] = [
        task("arrow turn", "arrow", 0, 5, assessable=False,
             because=["the turn shows the side; nothing is measured in it"]),
        task("rest", "rest", 5, 120, spasms=16, spasms_per_min=estimate(8.1, 4.6, 13.2)),
        task("gentle closure", "closure_gentle", 140, 20, repeats=5, excursion_iod=moved(0.14, 0.15),
             asymmetry=estimate(-0.03, -0.1, 0.04), spasms=3, spasms_per_min=estimate(9.0, 1.9, 26.3)),
        task("forced closure", "closure_forced", 160, 40, repeats=5, excursion_iod=moved(0.11, 0.16),
             asymmetry=estimate(-0.19, -0.27, -0.1), weaker="left", synkinesis=closing, spasms=9,
             spasms_per_min=estimate(13.5, 6.2, 25.6), spasms_after_per_min=estimate(24.0, 11.0, 45.6)),
        task("brow raise", "brow_raise", 200, 15, repeats=3, excursion_iod=moved(0.09, 0.1),
             asymmetry=estimate(-0.05, -0.13, 0.03), spasms=0, spasms_per_min=estimate(0.0, 0.0, 14.8)),
        task("smile", "smile", 215, 15, repeats=3, excursion_iod=moved(0.08, 0.17), weaker="left",
             asymmetry=estimate(-0.36, -0.45, -0.26), because=["one of three smiles was hidden by a hand"]),
        task("pucker", "pucker", 230, 15, repeats=2, excursion_iod=moved(0.06, None),
             because=["the right corner was not seen"]),
        task("cheek puff", "cheek_puff", 245, 15, assessable=False,
             because=["the cheeks move towards the camera, which sees no depth"]),
        task("count backwards <b>&", "distraction", 260, 20, spasms=1, spasms_per_min=estimate(3.0, 0.1, 16.7)),
    ]  # fmt: skip
    result["effects"] = [
        {"code": "provoked_by_movement", "task": "forced closure", "rest_per_min": estimate(8.1, 4.6, 13.2),
         "task_per_min": estimate(24.0, 11.0, 45.6), "ratio": estimate(3.0, 1.3, 6.7), "verdict": "more"},
        {"code": "distractible", "task": "count backwards <b>&", "rest_per_min": estimate(8.1, 4.6, 13.2),
         "task_per_min": estimate(3.0, 0.1, 16.7), "ratio": estimate(0.37, 0.01, 2.3), "verdict": "cannot tell"},
        {"code": "suppressible", "task": "hold it back", "rest_per_min": estimate(8.1, 4.6, 13.2), "task_per_min": None,
         "ratio": None, "verdict": "cannot tell"},
    ]  # fmt: skip
    result["stills"] = [
        {"name": "rest", "time_s": 7.2, "because": ["nothing moves"]},
        {"name": "smile", "time_s": 216.0, "because": []},
        {"name": "snarl", "time_s": None, "because": ["not performed"]},
    ]
    return result


def reviewed(result):
    """Add a review that took one spasm out, called one an expression, and did not find a third."""
    measured = deepcopy({key: result[key] for key in ("events", "summary", "findings")})
    spasms = [event for event in result["events"] if event["kind"] == "spasm"]
    gone, renamed = spasms[0], spasms[1]
    result["events"] = [event for event in result["events"] if event is not gone]
    renamed |= {"kind": "expression", "form": None}
    for finding in result["findings"]:
        if finding["code"] == "tonic_sustained":
            finding |= {"state": "not_assessable", "because": ["too few spasms are left"]}
    result["summary"]["spasms_per_min"] = estimate(25.1, 13.0, 44.0)

    def change(event, to, reason, applied=True):
        named = {"kind": "spasm", "side": event["side"], "apex_s": event["apex_s"]}
        return {**named, "to": to, "reason": reason, "applied": applied}

    result["review"] = {
        "reviewer": "Dr A. <i>Reader</i>",
        "changes": [
            change(gone, "out", "she is chewing"),
            change(renamed, "expression", "a one-sided smile"),
            change({"side": "right", "apex_s": 27.0}, "blink", "", applied=False),
        ],
        "measured": measured,
    }
    return result


def comparison(*, comparable=True, verdict="better"):
    """Make a comparison of two visits; returns (result, before, after)."""
    before, _ = examination(60, seed=1, spasms=20, name="visit 1.mp4")
    after, _ = examination(45, seed=2, spasms=6, name="visit 2 <b>.mp4")
    ratio = {"better": (0.3, 0.1, 0.6), "worse": (3.1, 1.6, 6.4), "cannot tell": (0.9, 0.4, 2.1)}[verdict]
    measures = [
        _measure("spasms_per_min", "1/min", (20.7, 12.6, 32.0), (6.3, 2.3, 13.7), ratio, verdict),
        _measure("spasm_time_fraction", "1", (0.09, 0.06, 0.13), (0.05, 0.02, 0.1), (0.55, 0.2, 1.3), "cannot tell"),
        _measure("amplitude_iod", "iod", (0.055, 0.045, 0.065), (0.04, 0.025, 0.056), (0.73, 0.5, 0.97), verdict),
        _measure("task:read:spasms_per_min", "1/min", (12.0, 4.0, 20.0), (3.0, 0.1, 16.0), (0.25, None, 2.0),
                 "cannot tell"),
        _measure("task:smile:excursion_left", "iod", (0.08, 0.06, 0.1), (0.11, 0.09, 0.13), (1.4, 1.1, 1.8), "better"),
        _measure("task:smile:asymmetry", "1", (-0.36, -0.45, -0.26), (-0.2, -0.3, -0.1), (0.16, 0.02, 0.3), "better",
                 "difference"),
    ]  # fmt: skip
    told = {"sha256": SHA, "verdict": "good", "mirrored": "no", "affected_side": "left", "protocol": "clinic"}
    word = {"better": "Better", "worse": "Worse", "cannot tell": "Cannot tell"}[verdict]
    refused = "one shows the patient's left, the other their right <b>"
    result = {
        "schema": "facialis.compare/1",
        "before": {"name": before["source"]["name"], "usable_s": 58.0, "spasms": 20, "reviewer": None, **told},
        "after": {"name": after["source"]["name"], "usable_s": 43.0, "spasms": 6, "reviewer": "Dr <i>B", **told},
        "comparable": comparable,
        "because": ["filmed at different frame rates <b>"] if comparable else [refused],
        "verdict": verdict if comparable else None,
        "headline": f"{word}: 6.3 spasms a minute after, 21 before." if comparable else f"Not compared: {refused}.",
        "measures": measures if comparable else [],
        "not_compared": [{"name": "task:pucker:excursion_left", "because": "not asked for in the first recording"},
                         {"name": "platysma", "because": "not seen in the second recording"}] if comparable else [],
    }  # fmt: skip
    return result, before, after


def _measure(name, unit, first, second, change, verdict, change_is="ratio"):
    value, low, high = change
    return {"name": name, "unit": unit, "before": estimate(*first), "after": estimate(*second),
            "change": {"value": value, "low": low, "high": high}, "change_is": change_is, "verdict": verdict,
            "because": ["the whole interval lies beyond the smallest change that matters"]}  # fmt: skip
