"""How well the course forecasts a wear-off, and what its alarms find and miss, on made people with known truth.

Weekly whole scores with missing weeks and drop-outs, four cycles each; even seeds to tune on, odd ones to report. How
much of the spread of durations lies between people is not published: it is run at three shares. Intervals are over
people, since the cycles of one person are alike.

    python -m benchmarks.course --part tune --people 50
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks import followed, kept
from benchmarks.followed import MOMENTS, WORSENING, Doubled, Estimator, Forecast, Walk
from facialis.followup.simulate import Setting, on, person

BETWEEN = (0.65, 0.5, 0.8)
PEOPLE = 50
WORKERS = 2
COVERED = (0.90, 0.98)
_YEAR = 365.25
_Z = 1.959964
_STRATA = ((1.0, 2.0), (2.0, 3.5), (3.5, 5.0))


def run(
    part: str = "report",
    quick: bool = False,
    people: int = 0,
    estimator: Estimator = followed.course,
    workers: int = WORKERS,
) -> dict[str, Any]:
    """Follow made people and sum up.

    Parameters
    ----------
    part : str
        ``"tune"`` (even seeds) or ``"report"`` (odd ones).
    quick : bool
        A few people.
    people : int
        At the main share between people; the other parts take a share of so many. 0 for the usual number.
    estimator : callable
        What is asked: diary, treatments and day to the public result of a course.
    workers : int
        Processes; 0 asks in this one.
    """
    number = people or (8 if quick else PEOPLE)
    few = max(number // 2, 2)
    share = partial(_shared_out, workers)
    start = time.perf_counter()
    ahead = {}
    for between in BETWEEN:
        # Errors are of the day of the injection and need many people; coverage is seen at every moment.
        seeds = seeds_of(part, 2 * number if between == BETWEEN[0] else number)
        ask = partial(followed.forecasts, setting=Setting(between=between), estimator=estimator)
        told = share(ask, seeds[:few]) + share(partial(ask, moments=MOMENTS[:1]), seeds[few:])
        ahead[f"{between:g}"] = forecasts([one for person in told for one in person])
        kept.say(f"forecasts, {between:g} between people: {time.perf_counter() - start:.0f} s")
    watched = followed.watched if estimator is followed.course else estimator
    alarms = _alarms(part, number, few, watched, share)
    kept.say(f"alarms: {time.perf_counter() - start:.0f} s")
    return {
        "part": part,
        "people": number,
        "shows": "how it does on people who are made, not on patients",
        "forecast": ahead,
        "alarms": alarms,
        "speed_s": speed(3 if quick else 30) if estimator is followed.course else None,
        "taken_s": time.perf_counter() - start,
    }


def seeds_of(part: str, number: int) -> list[int]:
    """Return the seeds of a part: even ones to tune on, odd ones to report."""
    return [2 * i + (part == "report") for i in range(1, number + 1)]


def _shared_out(workers: int, task: Callable[[int], Any], seeds: Sequence[int]) -> list[Any]:
    if workers < 1:
        return [task(seed) for seed in seeds]
    # One thread each: the processes would else fight for the cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(task, seeds, chunksize=2))


def forecasts(told: Sequence[Forecast]) -> dict[str, Any]:
    """Sum up coverage at each moment, and errors on the day of the injection beside simpler ways."""
    given = [one for one in told if one.told is not None]
    found: dict[str, Any] = {"forecasts": len(told), "without": len(told) - len(given), "coverage": {}, "error": {}}
    for moment in MOMENTS:
        at = [one for one in given if one.moment == moment]
        found["coverage"][f"day {moment}"] = {
            "all": _covered(at),
            "still ahead": _covered([one for one in at if one.true > moment]),
            "width_days": _median([one.told[2] - one.told[1] for one in at if one.told]),
            "error_days": _median([abs(one.told[0] - one.true) for one in at if one.told]),
        }
    at_once = [one for one in given if one.moment == 0]
    for before in sorted({one.before for one in at_once}):
        found["error"][f"after {before}"] = _errors([one for one in at_once if one.before == before])
    return found


def _covered(told: Iterable[Forecast]) -> dict[str, Any]:
    return clustered([(one.seed, one.told is not None and one.told[1] <= one.true <= one.told[2]) for one in told])


def _errors(told: Sequence[Forecast]) -> dict[str, Any]:
    """Return the mean absolute error in days of each way, and how much smaller than that of the mean of all people."""
    true = np.array([one.true for one in told])
    ways = {"Facialis": np.array([one.told[0] for one in told if one.told])}
    ways |= {name: np.array([one.beside[name] for one in told]) for name in told[0].beside}
    base = np.abs(ways["mean of all people"] - true)
    # One forecast a person, so that people are drawn again.
    again = np.random.default_rng(1).integers(0, len(true), (2000, len(true)))
    found = {}
    for name, days in ways.items():
        off = np.abs(days - true)
        less = 1.0 - off.mean() / base.mean()
        ends = np.quantile(1.0 - off[again].mean(axis=1) / base[again].mean(axis=1), (0.025, 0.975))
        found[name] = {
            "mean_absolute_days": float(off.mean()),
            "less_than_mean_of_all": {"value": float(less), "low": float(ends[0]), "high": float(ends[1])},
            "people": len(true),
        }
    return found


def _alarms(part: str, number: int, few: int, estimator: Estimator, share: Any) -> dict[str, Any]:
    weekly = share(partial(followed.doubled, setting=Setting(), estimator=estimator), seeds_of(part, number + few))
    daily = share(partial(followed.doubled, setting=Setting(every=1), estimator=estimator), seeds_of(part, few))
    calm = partial(followed.walk, setting=Setting(), first=1, last=3, estimator=estimator)
    early = partial(followed.walk, first=2, last=2, estimator=estimator)
    short = Setting(early=2, chance_failures=False, drop_out=0.0)
    return {
        "doubled_weekly": doubled([one for one in weekly if one]),
        "doubled_daily": doubled([one for one in daily if one]),
        "false": false(share(calm, seeds_of(part, few))),
        "early_wear_off": early_wear_off(share(partial(early, setting=short), seeds_of(part, few))),
        "without_effect_told": clustered(
            enumerate(share(partial(followed.without_effect, estimator=estimator), seeds_of(part, few)))
        ),
        "new_side_told": clustered(
            enumerate(share(partial(followed.other_side, estimator=estimator), seeds_of(part, few)))
        ),
    }


def doubled(told: Sequence[Doubled]) -> dict[str, Any]:
    """Sum up how many doubled burdens were found in time, by how large the burden was."""
    found = [one.found for one in told if one.found is not None]
    return {
        "found": clustered([(one.seed, one.found is not None) for one in told]),
        "days": _median(found),
        "could_be_found": clustered([(one.seed, one.could) for one in told]),
        "alarm_before": clustered([(one.seed, one.before) for one in told]),
        "by_burden": {
            f"{low:g} to {high:g}": clustered([(o.seed, o.found is not None) for o in told if low <= o.burden < high])
            for low, high in _STRATA
        },
        "entries": _median([one.entries for one in told]),
    }


def false(walks: Sequence[Walk]) -> dict[str, Any]:
    """Sum up the alarms of people to whom nothing happens, a person-year."""
    years = sum(walk.days for walk in walks) / _YEAR
    worse = [(walk.seed, one) for walk in walks for one in walk.raised if one.kind == WORSENING]
    wrong = [(seed, one) for seed, one in worse if not one.failed]
    per_person = [(walk.days / _YEAR, sum(seed == walk.seed for seed, _ in wrong)) for walk in walks]
    codes = sorted({one.code for walk in walks for one in walk.raised})
    return {
        "people": len(walks),
        "person_years": years,
        "looks": sum(walk.looks for walk in walks),
        "worsening_a_year": _rate(per_person),
        "in_cycles_without_effect": len(worse) - len(wrong),
        "round_a_wear_off": sum(one.near_wear_off for _, one in wrong),
        "a_year_by_code": {
            code: sum(one.code == code for walk in walks for one in walk.raised) / years if years else None
            for code in codes
        },
    }


def early_wear_off(walks: Sequence[Walk]) -> dict[str, Any]:
    """Sum up the alarms of cycles that wear off early: a worsening would be wrong, a short effect is right."""
    return {
        "worsening": clustered([(w.seed, any(one.kind == WORSENING for one in w.raised)) for w in walks]),
        "short_effect": clustered([(w.seed, any(one.kind == "short_effect" for one in w.raised)) for w in walks]),
    }


def clustered(rows: Iterable[tuple[int, bool]]) -> dict[str, Any]:
    """Return a share with its 95 % interval over people: Wilson's, with as many as the clusters are worth."""
    told = list(rows)
    if not told:
        return {"value": None, "low": None, "high": None, "count": 0, "of": 0, "people": 0}
    right, of = sum(bool(hit) for _, hit in told), len(told)
    value = right / of
    off: dict[int, float] = {}
    for seed, hit in told:
        off[seed] = off.get(seed, 0.0) + (bool(hit) - value)
    plain = value * (1.0 - value) / of
    variance = sum(one**2 for one in off.values()) / of**2 * len(off) / max(len(off) - 1, 1)
    worth = of / max(variance / plain, 1.0) if plain > 0 else float(len(off))
    middle, half = value + _Z**2 / (2 * worth), _Z * np.sqrt(value * (1 - value) / worth + _Z**2 / (4 * worth**2))
    low, high = ((middle + sign * half) / (1 + _Z**2 / worth) for sign in (-1, 1))
    ends = {"low": min(max(float(low), 0.0), value), "high": max(min(float(high), 1.0), value)}
    return {"value": value, **ends, "count": right, "of": of, "people": len(off)}


def _rate(per_person: Sequence[tuple[float, int]]) -> dict[str, Any]:
    """Return events a year, with the interval of a count made smaller by how unevenly people have them."""
    from scipy import stats

    years, events = sum(time for time, _ in per_person), sum(number for _, number in per_person)
    if not years:
        return {"value": None, "low": None, "high": None, "events": 0}
    expected = np.array([events / years * time for time, _ in per_person])
    off = np.array([number for _, number in per_person]) - expected
    uneven = max(float((off**2).sum() / events), 1.0) if events else 1.0
    low = stats.chi2.ppf(0.025, 2 * events / uneven) / 2 * uneven if events else 0.0
    high = stats.chi2.ppf(0.975, 2 * events / uneven + 2) / 2 * uneven
    return {"value": events / years, "low": float(low / years), "high": float(high / years), "events": events}


def _median(values: Iterable[float]) -> float | None:
    told = list(values)
    return float(np.median(told)) if told else None


def speed(repeats: int) -> dict[str, float]:
    """Time one course of four cycles: in a process that is at work, and in one that has just begun."""
    one = person(3)
    day = one.cycles[3].day + 42
    told = one.diary(day), one.treatments(day), on(day)
    taken = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        followed.course(*told)
        taken.append(time.perf_counter() - start)
    text = (
        "from facialis.followup.simulate import on, person; from benchmarks.followed import course; one = person(3); "
        "day = one.cycles[3].day + 42; told = one.diary(day), one.treatments(day), on(day); import time; "
        "start = time.perf_counter(); course(*told); print(time.perf_counter() - start)"
    )
    fresh = [_fresh(text) for _ in range(max(repeats // 6, 1))]
    return {
        "warm_median": float(np.median(taken[1:])),
        "cold_median": float(np.median(fresh)),
        "entries": len(told[0].entries),
    }


def _fresh(text: str) -> float:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=kept.ROOT)
    return float(done.stdout)


def lines(f: dict[str, Any]) -> list[str]:
    """Return the figures as Markdown, for docs/figures.md and the terminal."""
    main = f"{BETWEEN[0]:g}"
    return [
        f"{f['people']} made people of four cycles with weekly whole scores, missing weeks and drop-outs (part "
        f"`{f['part']}`). **It shows {f['shows']}.** How much of the spread of durations lies between people is not "
        f"published; {float(main):.0%} is assumed unless said. Intervals are over people.".replace("%", " %"),
        "",
        "| 95 % interval of the wear-off holds the truth (asked: 90 to 98 %) | all | those still ahead | width, days | "
        "error, days |",
        "|---|---|---|---|---|",
        *(
            f"| {share} between people, {moment} | {_told(one['all'])} | {_told(one['still ahead'])} "
            f"| {_days(one['width_days'])} | {_days(one['error_days'])} |"
            for share, ahead in f["forecast"].items()
            for moment, one in ahead["coverage"].items()
        ),
        "",
        "Mean error on the day of the injection, days, and how much less than that of the mean of all people (asked of "
        "Facialis: 30 % after two cycles). To know the days of the earlier cycles exactly would be the best there is.",
        "",
        *_error_table(f["forecast"]),
        "",
        "| alarms | |",
        "|---|---|",
        *_alarm_rows(f["alarms"]),
        *_speed_rows(f["speed_s"]),
    ]


def _error_table(ahead: dict[str, Any]) -> list[str]:
    afters = list(next(iter(ahead.values()))["error"])
    rows = ["| | " + " | ".join(f"{after} cycles" for after in afters) + " |", "|---" * (len(afters) + 1) + "|"]
    for share, one in ahead.items():
        for way in next(iter(one["error"].values()), {}):
            cells = [one["error"][after][way] for after in afters if after in one["error"]]
            told = (f"{c['mean_absolute_days']:.1f} ({_less(c['less_than_mean_of_all'])})" for c in cells)
            rows.append(f"| {share} between people: {way} | " + " | ".join(told) + " |")
    return rows


def _less(share: dict[str, float]) -> str:
    value, low, high = (100 * share[end] for end in ("value", "low", "high"))
    return f"{value:.0f} % less, {low:.0f} to {high:.0f}"


def _alarm_rows(alarms: dict[str, Any]) -> list[str]:
    rows = []
    for key, name in (("doubled_weekly", "weekly entries"), ("doubled_daily", "daily entries")):
        one = alarms[key]
        rows.append(
            f"| doubled burden found within {followed.FOUND_WITHIN} days, {name} (asked: 90 %) "
            f"| {_told(one['found'])}, after {_days(one['days'])} days |"
        )
        rows.append(
            f"| could be found if the true course and its variation were known | {_told(one['could_be_found'])} |"
        )
        rows += [f"| of a burden of {band} | {_told(found)} |" for band, found in one["by_burden"].items()]
    calm, rate = alarms["false"], alarms["false"]["worsening_a_year"]
    rate_told = "nobody followed" if rate["value"] is None else "{value:.2f} ({low:.2f} to {high:.2f})".format(**rate)
    return [
        *rows,
        f"| false alarms of a worsening, a person-year (asked: at most 1) | {rate_told}, {rate['events']} in "
        f"{calm['person_years']:.0f} years |",
        f"| of them within {followed.ROUND_WEAR_OFF} days of an ordinary wear-off (asked: none) "
        f"| {calm['round_a_wear_off']} |",
        f"| early wear-off called a worsening (asked: none) | {_told(alarms['early_wear_off']['worsening'])} |",
        f"| early wear-off told as a short effect | {_told(alarms['early_wear_off']['short_effect'])} |",
        f"| injection without effect told by day 42 | {_told(alarms['without_effect_told'])} |",
        f"| new side told within 28 days | {_told(alarms['new_side_told'])} |",
    ]


def _speed_rows(speed_s: dict[str, float] | None) -> list[str]:
    if speed_s is None:
        return []
    warm, cold = speed_s["warm_median"], speed_s["cold_median"]
    return [
        f"| one course of four cycles ({speed_s['entries']} entries), median | {warm:.2f} s; the first of a process "
        f"{cold:.2f} s |"
    ]


def _told(share: dict[str, Any]) -> str:
    if share["value"] is None:
        return "nobody counted"
    value, low, high = (100 * share[end] for end in ("value", "low", "high"))
    return f"{value:.1f} % ({low:.1f} to {high:.1f}), {share['count']} of {share['of']}"


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def main() -> None:
    """Run it, print the table, and write the figures of the part to report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.course", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=["report", "tune"], default="report")
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    figures = run(options.part, options.quick, options.people)
    if options.part == "report" and not options.quick and not options.people:
        kept.write("course", figures)
    print("\n".join(lines(kept.rounded(figures))))


if __name__ == "__main__":
    main()
