"""Is late relief after decompression read rightly: who is given up too early, and are the chances that are told true.

People are made by ``facialis.followup.simulate_relief``, which follows the published points from one to the next and
shares no code with what reads their diaries. Beside it stands what is done today: calling the operation a failure where
somebody is not free after 3 or after 12 months.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from scipy import stats

from benchmarks import kept
from facialis.followup.relief import Relief, relief
from facialis.followup.simulate_relief import OPERATED, Person, people

PEOPLE = 3000
SEED = 20_261
VISITS = (30, 61, 91, 122, 183, 274, 365, 457, 548, 639, 731, 738, 745, 759, 780, 822, 850, 880, 913, 1004, 1095)
"""Days on which the diary is read: often where a date has just passed."""
TODAY = {"not free at 3 months": 91, "not free at 12 months": 365}
TOLD_AT = (30, 91, 183, 365)
EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
LATE_DAYS = 7
"""Who becomes free after this day becomes free late."""
LAST_DAY = 913
"""From here on somebody who never becomes free should be told to ask."""
FOLLOWED_DAYS = 35
"""A diary that ended longer ago is not read at a visit."""
SURE_DAYS = 60
"""Who has been free for so long should be called free."""


@dataclass(frozen=True)
class Read:
    """One person, and what was said of them at each visit that they still wrote for."""

    person: Person
    said: dict[int, Relief]


def run(quick: bool = False) -> dict[str, Any]:
    """Make people, read their diaries at each visit, and compare with what became of them."""
    read = [_read(person) for person in people(200 if quick else PEOPLE, SEED)]
    return {
        "shows": "people follow the published points; whether those hold for a clinic of today is not shown",
        "people": len(read),
        "free_late": sum(_late(one.person) for one in read),
        "never_free": sum(one.person.free_on is None for one in read),
        "given_up_early": given_up_early(read),
        "given_up_in_the_end": given_up_in_the_end(read),
        "chance_still": {f"day {day}": chances(read, [day]) for day in TOLD_AT} | {"all": chances(read, TOLD_AT)},
        "by_clinic": {f"day {day}": by_clinic(read, day) for day in (91, 183)},
        "states": states(read),
        "speed_ms": speed(read[:50]),
    }


def _read(person: Person) -> Read:
    visits = [day for day in VISITS if day <= person.until + FOLLOWED_DAYS]
    return Read(person, {day: relief(OPERATED, OPERATED + timedelta(days=day), person.entries) for day in visits})


def _late(person: Person) -> bool:
    return person.free_on is not None and person.free_on > LATE_DAYS


def given_up_early(read: Sequence[Read]) -> dict[str, Any]:
    """Say how many who become free late are given up before they are, by Facialis and by what is done today.

    Today's rule is given the truth of who is free on the day; Facialis reads the diary. Only who still wrote when they
    became free is counted: who stopped before can be given up by nobody.
    """
    late = [one for one in read if _late(one.person) and one.person.until >= (one.person.free_on or 0) - FOLLOWED_DAYS]
    found = {
        "facialis": _share(_early(one, [d for d, said in one.said.items() if said.state == "late"]) for one in late)
    }
    for name, day in TODAY.items():
        found[name] = _share(_early(one, [day] if day in one.said else []) for one in late)
    names = sorted({one.person.clinic for one in late})
    found["facialis by clinic"] = {
        name: _share(
            _early(one, [d for d, said in one.said.items() if said.state == "late"])
            for one in late
            if one.person.clinic == name
        )
        for name in names
    }
    return found


def _early(one: Read, given_up: Sequence[int]) -> bool:
    return one.person.free_on is not None and any(day < one.person.free_on for day in given_up)


def given_up_in_the_end(read: Sequence[Read]) -> dict[str, Any]:
    """Say how many who never become free, and still write at the last visits, are told to speak with the surgeon."""
    last = [day for day in VISITS if day >= LAST_DAY]
    never = [one for one in read if one.person.free_on is None and last[0] in one.said]
    return _share(any(one.said[day].state == "late" for day in last if day in one.said) for one in never)


def chances(read: Sequence[Read], days: Sequence[int]) -> dict[str, Any]:
    """Hold the chance of still becoming free against who did, beside other ways to guess it."""
    said, true = [], []
    for one in read:
        for day in days:
            told = one.said.get(day)
            if told is not None and told.chance_still is not None and told.state != "relapse":
                said.append(told.chance_still.value)
                true.append(one.person.free_on is not None)
    shown, happened = np.array(said), np.array(true, dtype=float)
    return {
        "told": len(shown),
        "said": float(shown.mean()),
        "happened": _share(bool(value) for value in happened),
        "brier": float(np.mean((shown - happened) ** 2)),
        "brier_always_the_mean": float(np.mean((happened.mean() - happened) ** 2)),
        "brier_never": float(np.mean(happened)),
        "brier_always": float(np.mean(1.0 - happened)),
        "bins": _bins(shown, happened),
    }


def _bins(said: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    place = np.clip(np.searchsorted(EDGES, said, side="right") - 1, 0, len(EDGES) - 2)
    return [
        {
            "from": EDGES[i],
            "to": EDGES[i + 1],
            "said": float(said[place == i].mean()),
            "happened": _share(bool(value) for value in true[place == i]),
        }
        for i in np.unique(place)
    ]


def by_clinic(read: Sequence[Read], day: int) -> dict[str, Any]:
    """Say whether the interval of the chance holds what happened in each clinic: they differ widely."""
    found = {}
    for name in sorted({one.person.clinic for one in read}):
        told = [
            (one.said[day].chance_still, one.person.free_on is not None)
            for one in read
            if one.person.clinic == name and day in one.said and one.said[day].state in ("improving", "not_yet")
        ]
        if not told:
            continue
        happened = _share(free for _, free in told)
        held = [chance.low <= happened["value"] <= chance.high for chance, _ in told if chance is not None]
        found[name] = {"happened": happened, "held": _share(held)}
    return found


def states(read: Sequence[Read]) -> dict[str, Any]:
    """Say how often freedom, its loss and its lack are seen."""
    free, spasms, lost = [], [], []
    for one in read:
        for day, said in one.said.items():
            now, before = one.person.free(day), one.person.free(day - SURE_DAYS)
            if now and before and all(one.person.free(day - back) for back in range(0, SURE_DAYS, 7)):
                free.append(said.state == "free")
            elif not now and not before and not any(one.person.free(day - back) for back in range(0, SURE_DAYS, 7)):
                spasms.append(said.state == "free")
                if one.person.relapse is not None and day >= one.person.relapse[0]:
                    lost.append(said.state == "relapse")
    return {
        "free_called_free": _share(free),
        "spasms_called_free": _share(spasms),
        "relapse_called_relapse": _share(lost),
    }


def speed(read: Sequence[Read]) -> dict[str, float]:
    """Time one reading, ms, after the first."""
    taken = []
    for one in read:
        start = time.perf_counter()
        relief(OPERATED, OPERATED + timedelta(days=365), one.person.entries)
        taken.append(1e3 * (time.perf_counter() - start))
    return {"median": float(np.median(taken)), "p90": float(np.quantile(taken, 0.9))}


def _share(happened: Iterable[bool]) -> dict[str, Any]:
    """Return a share with its exact binomial interval; null where nobody was counted."""
    values = list(happened)
    if not values:
        return {"value": None, "low": None, "high": None, "count": 0, "of": 0}
    low, high = stats.binomtest(sum(values), len(values)).proportion_ci(0.95, "exact")
    return {
        "value": sum(values) / len(values),
        "low": float(low),
        "high": float(high),
        "count": int(sum(values)),
        "of": len(values),
    }


def lines(figures: dict[str, Any]) -> list[str]:
    """Return the figures as Markdown, for docs/figures.md and the terminal."""
    early, chance = figures["given_up_early"], figures["chance_still"]
    return [
        f"{figures['people']} simulated people, {figures['free_late']} free late, {figures['never_free']} never. "
        f"Shown: {figures['shows']}.",
        "",
        "| given up before they became free | of those who became free late and still wrote |",
        "|---|---|",
        f'| Facialis says "late" (asked: at most 5 %) | {_told(early["facialis"])} |',
        *(f"| {name}: failed | {_told(early[name])} |" for name in TODAY),
        "",
        f"Never free and still writing after 30 months: {_told(figures['given_up_in_the_end'])}, told to ask.",
        "",
        "| chance of still becoming free, told at | said | happened | Brier | always the mean | never |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {100 * one['said']:.0f} % | {_told(one['happened'])} | {one['brier']:.3f} "
            f"| {one['brier_always_the_mean']:.3f} | {one['brier_never']:.3f} |"
            for name, one in chance.items()
        ),
        "",
        "| clinic, day 91 | became free of those not yet free | interval holds it |",
        "|---|---|---|",
        *(
            f"| {name} | {_told(one['happened'])} | {_told(one['held'])} |"
            for name, one in figures["by_clinic"]["day 91"].items()
        ),
        "",
        "| state | share |",
        "|---|---|",
        *(f"| {name.replace('_', ' ')} | {_told(one)} |" for name, one in figures["states"].items()),
        "",
        f"One reading takes {figures['speed_ms']['median']:.1f} ms (90 % below {figures['speed_ms']['p90']:.1f} ms).",
    ]


def _told(share: dict[str, Any]) -> str:
    if share["value"] is None:
        return "nobody counted"
    value, low, high = (100 * share[end] for end in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f} to {high:.1f}), {share['count']} of {share['of']}"


if __name__ == "__main__":
    FIGURES = run()
    kept.write("relief", FIGURES)
    print("\n".join(lines(FIGURES)))
