"""Guided examinations of known strength: how well excursion, asymmetry and movement along are read from a clip.

Portraits perform the tasks of a protocol, each repeat with its own size; one side is weaker by a known share, and on
some faces the mouth pulls with every closure, or the eye closes with every smile. The truth is the simulator's own
displacement of each region's most mobile point.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from benchmarks import examined, kept, portraits
from facialis.findings import Side

SHARES = (0.0, 0.2, 0.35, 0.5, 0.8)
REST_S, GAP_S = 20.0, 2.0
REPEATS = {"closure_gentle": 5, "closure_forced": 3, "brow_raise": 3, "snarl": 3, "smile": 3, "pucker": 3}
LENGTH_S = {"closure_forced": 8.0}
MOVED_BY = {
    "closure_gentle": "closure",
    "closure_forced": "orbicularis_oculi",
    "brow_raise": "frontalis",
    "snarl": "nasalis",
    "smile": "zygomaticus",
    "pucker": "orbicularis_oris",
}
SIZES = {
    "closure_gentle": (1.0, 1.0),
    "closure_forced": (0.03, 0.06),
    "brow_raise": (0.05, 0.1),
    "snarl": (0.04, 0.07),
    "smile": (0.07, 0.13),
    "pucker": (0.05, 0.08),
}
ALONG_IOD = 0.04
ALONG_CLOSURE = 0.35


class Case(NamedTuple):
    """One guided examination to make."""

    face: str
    share: float
    along: bool
    seed: int


def cases(quick: bool) -> list[Case]:
    """Return what is measured: every face with every weakness, half of them with movement along."""
    drawn = [
        Case(face, share, bool((i + j) % 2), 100 * i + j)
        for (i, face), (j, share) in product(enumerate(sorted(portraits.free())), enumerate(SHARES))
    ]
    return drawn[2:4] if quick else drawn


def run(*, quick: bool = False) -> dict[str, Any]:
    """Measure guided examinations of portraits in the public domain."""
    made = cases(quick)
    names = [f"{case.face}, weaker by {100 * case.share:.0f} %" for case in made]
    rows = [row for _, rows in examined.over(measure, made, names) for row in rows]
    return {"examinations": len(made), **summed(rows)}


def summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Sum up tasks, a row each."""
    done = [row for row in rows if row["found"]]
    judged = [row for row in done if row["asymmetry"] is not None and row["true_asymmetry"] is not None]
    wide = [row for row in judged if abs(row["true_asymmetry"]) > 0.25]
    even = [row for row in judged if abs(row["true_asymmetry"]) < 0.1]
    bound = [row for row in rows if row["along"]]
    free = [row for row in rows if not row["along"]]
    return {
        "tasks": len(rows),
        "tasks_found": len(done),
        "repeats_right": _share(rows, lambda row: row["repeats"] == row["true_repeats"]),
        "excursion_ratio": _quantiles([row["ratio"] for row in done if row["ratio"] is not None]),
        "asymmetry_error": _quantiles([row["asymmetry"][0] - row["true_asymmetry"] for row in judged]),
        "asymmetry_covered": _share(
            judged, lambda row: row["asymmetry"][1] <= row["true_asymmetry"] <= row["asymmetry"][2]
        ),
        "weaker_named": {"of": len(wide), "right": sum(row["weaker"] == row["true_weaker"] for row in wide)},
        "weaker_wrong": {"of": len(even), "named": sum(row["weaker"] != "none" for row in even)},
        "synkinesis": {"of": len(bound), "named": sum(row["along_right"] for row in bound)},
        "synkinesis_wrong": {"of": len(free), "named": sum(row["along_found"] > 0 for row in free)},
        "by_task": {kind: _one(done, kind) for kind in REPEATS},
    }


def _one(done: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    own = [row for row in done if row["kind"] == kind]
    judged = [row for row in own if row["asymmetry"] is not None]
    return {
        "found": len(own),
        "excursion_ratio": _quantiles([row["ratio"] for row in own if row["ratio"] is not None]),
        "asymmetry_error": _quantiles([row["asymmetry"][0] - row["true_asymmetry"] for row in judged]),
    }


def _share(rows: Sequence[dict[str, Any]], holds: Callable[[dict[str, Any]], bool]) -> float | None:
    return sum(map(holds, rows)) / len(rows) if rows else None


def _quantiles(values: Sequence[float]) -> dict[str, float] | None:
    """Return median and 10th and 90th percentile."""
    if not values:
        return None
    low, middle, high = np.percentile(values, [10, 50, 90])
    return {"median": float(middle), "p10": float(low), "p90": float(high)}


def measure(case: Case) -> list[dict[str, Any]]:
    """Return a row for each task of one examination."""
    from facialis.face.study import concluded

    path, truth = made(case)
    track, source = examined.tracked(path)
    _, protocol = script(case)
    found = {task.task.kind: task for task in concluded(track, source, "no", protocol).tasks}
    return [_row(case, truth, found[task.kind], task) for task in protocol.tasks if task.kind in REPEATS]


def made(case: Case) -> tuple[Path, Any]:
    """Return a filmed examination and the truth of it; made now if the cache does not hold it."""
    from facialis.face.simulate import Plan, Video, photo

    path = kept.cache("guided") / f"{kept.digest(case, kept.simulator(), Path(__file__))}.mp4"
    told = path.with_suffix(".pickle")
    if not (path.is_file() and told.is_file()):
        actions, protocol = script(case)
        portrait = portraits.close(portraits.free()[case.face])
        plan = Plan(seconds=protocol.tasks[-1].end_s, quick_moves_per_min=0)
        # A guided examination is a script of its own; the plan says only how the head sways and for how long.
        with patch.object(photo, "write_script", lambda _plan, _rng: actions):
            truth = photo.simulate_photo(portrait, path, plan=plan, seed=case.seed, video=Video(size=(480, 600)))
        told.write_bytes(pickle.dumps(truth))
    return path, pickle.loads(told.read_bytes())


def script(case: Case) -> tuple[list[Any], Any]:
    """Return the movements of an examination, and the protocol that asks for them."""
    from facialis.face.guided.protocol import Protocol, Task
    from facialis.face.simulate import repertoire, uneven
    from facialis.face.simulate.cases import Weakness

    rng = np.random.default_rng(case.seed)
    tasks, actions, at = [Task("rest", "rest", 0.0, REST_S)], [], REST_S
    actions += [repertoire.blink(rng, start, 0.2) for start in np.arange(2.0, REST_S, 3.7)]
    for kind, repeats in REPEATS.items():
        every = LENGTH_S.get(kind, GAP_S)
        tasks.append(Task(kind.replace("_", " "), kind, at, at + every * repeats, repeats))
        uneven_by = float(rng.uniform(-0.1, 0.1))
        for turn in range(repeats):
            actions += _act(rng, kind, at + every * turn, every, uneven_by, case.along)
        at = tasks[-1].end_s
    tasks.append(Task("rest at the end", "rest", at, at + 5))
    if case.share:
        weak = Weakness(Side.RIGHT, case.share)
        actions = [uneven.weakened(action, weak) for action in actions]
    return sorted(actions, key=lambda action: action.start_s), Protocol("tasks", tuple(tasks))


def _act(rng: np.random.Generator, kind: str, at: float, every: float, uneven_by: float, along: bool) -> list[Any]:
    """Return one repeat, begun and held as people do, and what moves along with it on the left."""
    from facialis.face.simulate.actions import CLOSURE, Action, Drive
    from facialis.face.simulate.courses import Pulse

    hold = 2.4 if every > GAP_S else float(rng.uniform(0.4, 0.7))
    pulse = Pulse(
        at + float(rng.uniform(0.1, 0.35)), float(rng.uniform(0.15, 0.3)), hold, float(rng.uniform(0.2, 0.35))
    )
    size = float(rng.uniform(*SIZES[kind]))
    drives = []
    for side, gain in ((Side.LEFT, 1 + uneven_by), (Side.RIGHT, 1 - uneven_by)):
        if kind in ("closure_gentle", "closure_forced"):
            drives.append(Drive(CLOSURE, side, 1.0, (pulse,)))
        if kind != "closure_gentle":
            drives.append(Drive(MOVED_BY[kind], side, size * gain, (pulse,)))
        if kind == "smile":
            drives.append(Drive("orbicularis_oculi", side, 0.2 * size * gain, (pulse,)))
    made = [Action("expression", Side.BOTH, None, tuple(drives), pattern=kind)]
    if along and kind in ("closure_gentle", "closure_forced"):
        pull = Drive("zygomaticus", Side.LEFT, ALONG_IOD * float(rng.uniform(0.8, 1.2)), (pulse,))
        made.append(Action("synkinesis", Side.LEFT, None, (pull,)))
    if along and kind == "smile":
        made.append(Action("synkinesis", Side.LEFT, None, (Drive(CLOSURE, Side.LEFT, ALONG_CLOSURE, (pulse,)),)))
    return made


def _row(case: Case, truth: Any, found: Any, task: Any) -> dict[str, Any]:
    """Hold what was found in one task against the truth."""
    sizes = {side: _true(truth, task, side) for side in (Side.LEFT, Side.RIGHT)}
    left, right = (float(np.mean(sizes[side])) for side in (Side.LEFT, Side.RIGHT))
    # Lids are driven as a share of their opening: what that is in IOD depends on the eye, so only its ratio is known.
    size = None if task.kind == "closure_gentle" or not found.size else found.size[Side.LEFT].value / left
    along = case.along and task.kind in ("closure_gentle", "closure_forced", "smile")
    region = "orbicularis_oculi" if task.kind == "smile" else "zygomaticus"
    return {
        "kind": task.kind,
        "found": found.assessable,
        "because": list(found.because),
        "repeats": found.repeats,
        "true_repeats": task.repeats,
        "ratio": size,
        "asymmetry": (found.asymmetry.value, found.asymmetry.low, found.asymmetry.high) if found.asymmetry else None,
        "true_asymmetry": (left - right) / (left + right),
        "weaker": found.weaker.value,
        "true_weaker": "right" if left > right else "left",
        "along": along,
        "along_found": len(found.along),
        "along_right": any(a.region == region and a.side is Side.LEFT for a in found.along),
        "along_names": [(a.region, a.side.value, round(a.size.value, 4), round(a.size.low, 4)) for a in found.along],
    }


def _true(truth: Any, task: Any, side: Side) -> list[float]:
    """Return the true excursion of each repeat on one side."""
    region = MOVED_BY[task.kind]
    course = truth.closure[side] if region == "closure" else truth.course(region, side)
    edges = np.linspace(task.start_s, task.end_s, task.repeats + 1)
    return [float(course[(truth.time_s >= start) & (truth.time_s < end)].max()) for start, end in pairwise(edges)]
