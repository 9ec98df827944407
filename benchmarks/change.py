"""How often a change is called better or worse, where there is none, and where there is one of a known size.

Made people; the mean of the entries of some weeks is a visit. "Nothing changed" means that nothing but the cycle moved.
A change of once or twice the smallest important one is added to the entries of the later visit, towards where the scale
has room.

    python -m benchmarks.change --part tune
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import kept
from benchmarks.course import clustered, seeds_of
from facialis.findings import Side
from facialis.followup.change import CANNOT_TELL, Reading, Visit, change
from facialis.followup.change.forecast import with_course
from facialis.followup.course import course
from facialis.followup.simulate import Person, Setting, on, person

PEOPLE = 400
SIZES = (0.0, 1.0, 2.0)
SMALLEST = {"score": 2.0, "hfs_7": 2.63}
TOP = {"score": 10.0, "hfs_7": 28.0}
# Two visits: which cycle and which day of it they begin on (None: of people who are never injected), how many days of
# entries.
Window = tuple[int | None, int]
PAIRS: dict[str, tuple[Window, Window, int]] = {
    "never injected, one entry each": ((None, 0), (None, 56), 7),
    "never injected, four weeks each": ((None, 0), (None, 56), 28),
    "day 30 of two cycles, four weeks each": ((1, 21), (2, 21), 28),
    "day 30 and day 84 of one cycle, two weeks each": ((1, 23), (1, 70), 14),
}
FORECASTS = 4
"""Every so manieth person is asked for a course of their own."""


def run(part: str = "report", quick: bool = False, people: int = 0) -> dict[str, Any]:
    """Compare visits of made people and count the verdicts."""
    number = people or (40 if quick else PEOPLE)
    start, found = time.perf_counter(), {}
    for measure in SMALLEST:
        setting = Setting(measure=measure, drop_out=0.0, runs=0.0, chance_failures=False)
        crowd = [person(seed, setting) for seed in seeds_of(part, number)]
        # An injection without effect is none: so people are watched who have no toxin.
        without = [person(seed, replace(setting, cycles=1, fails=0)) for seed in seeds_of(part, number)]
        for name, (before, after, days) in PAIRS.items():
            found[f"{measure}: {name}"] = _sizes(
                [(one, before, after, days, False) for one in (without if before[0] is None else crowd)]
            )
        for name in list(PAIRS)[2:]:
            before, after, days = PAIRS[name]
            some = crowd[::FORECASTS]
            found[f"{measure}: {name}, with the person's own course"] = _sizes(
                [(one, before, after, days, True) for one in some]
            )
    kept.say(f"changes: {time.perf_counter() - start:.0f} s")
    return {"part": part, "people": number, "verdicts": found}


Pair = tuple[Person, Window, Window, int, bool]


def _sizes(pairs: Sequence[Pair]) -> dict[str, Any]:
    return {
        f"{size:g}": clustered([(p[0].seed, hit) for p in pairs if (hit := _told(p, size)) is not None])
        for size in SIZES
    }


def _told(pair: Pair, size: float) -> bool | None:
    """Say whether a change was called, where there is one the right way; None without entries."""
    one, before, after, days, forecast = pair
    measure, top = one.setting.measure, TOP[one.setting.measure]
    way = -1.0 if _level(one, after, days) > 0.5 * top else 1.0
    first = _visit(one, before, days, 0.0)
    second = _visit(one, after, days, way * size * SMALLEST[measure])
    if first is None or second is None:
        return None
    if forecast:
        first, second = _with_course(one, first, second, _begin(one, after))
    beyond_cycle = change(first, second).beyond_cycle
    return beyond_cycle != CANNOT_TELL if size == 0.0 else beyond_cycle == ("better" if way < 0 else "worse")


def _begin(one: Person, window: Window) -> int:
    cycle, day = window
    return day + (0 if cycle is None else one.cycles[cycle].day)


def _level(one: Person, window: Window, days: int) -> float:
    begin = _begin(one, window)
    return float(one.burden(np.arange(begin, begin + days)).mean())


def _with_course(one: Person, first: Visit, second: Visit, day: int) -> tuple[Visit, Visit]:
    """Return both visits with what the person's own course, made before the later one, expects of their days."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "course.json"
        path.write_text(_course(one.seed, one.setting, day - 1), encoding="utf-8")
        return with_course(replace(first, side=Side(one.side)), replace(second, side=Side(one.side)), path)


@cache
def _course(seed: int, setting: Setting, day: int) -> str:
    one = person(seed, setting)
    return json.dumps(course(one.diary(day), one.treatments(day), on(day)).to_json())


def _visit(one: Person, window: Window, days: int, shift: float) -> Visit | None:
    begin, top = _begin(one, window), TOP[one.setting.measure]
    end = begin + days
    if window[0] is not None and window[0] + 1 < len(one.cycles):
        end = min(end, one.cycles[window[0] + 1].day)
    own = [(day, float(np.clip(value + shift, 0.0, top))) for day, _, value in one.entries if begin <= day < end]
    if not own or (days > 7 and len(own) < 2):
        return None
    entry = own[:1] if days <= 7 else own
    at = [day for day, _ in entry]
    middle = float(np.mean(at))
    value = float(np.mean([value for _, value in entry]))
    reading = Reading(value, entries=len(entry), over_days=float(at[-1] - at[0]))
    since = None if window[0] is None else middle - one.cycles[window[0]].day
    readings = {one.setting.measure: reading}
    return Visit(readings, on(round(middle)), days_since_injection=since, never_injected=since is None)


def lines(f: dict[str, Any]) -> list[str]:
    """Return the figures as Markdown, for docs/figures.md and the terminal."""
    return [
        f"{f['people']} made people (part `{f['part']}`); better or worse is counted beyond what the cycle explains.",
        "",
        "| visits | nothing changed: a verdict (asked: at most 5 %) | changed by the smallest important: found "
        "| by twice it: found |",
        "|---|---|---|---|",
        *(
            f"| {name} | " + " | ".join(_share(one[f"{size:g}"]) for size in SIZES) + " |"
            for name, one in f["verdicts"].items()
        ),
    ]


def _share(share: dict[str, Any]) -> str:
    if share["value"] is None:
        return "nobody counted"
    value, low, high = (100 * share[end] for end in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f} to {high:.1f}), {share['count']} of {share['of']}"


def main() -> None:
    """Run it, print the table, and write the figures of the part to report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=["report", "tune"], default="report")
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    figures = run(options.part, options.quick, options.people)
    if options.part == "report" and not options.quick and not options.people:
        kept.write("change", figures)
    print("\n".join(lines(kept.rounded(figures))))


if __name__ == "__main__":
    main()
