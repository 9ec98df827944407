"""One made person followed: what was forecast and what came true, when alarms were raised, and what simpler ways say.

Everything here is told of one person, so that people can be shared out to processes and counted one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from scipy import stats

from facialis.followup.diary import Diary
from facialis.followup.simulate import Cycle, Person, Setting, on, person
from facialis.followup.treatments import Treatments

Estimator = Callable[[Diary, Treatments, date], Mapping[str, Any]]

MOMENTS = (0, 42, 70)
TWELVE_WEEKS = 84.0
# Mean and spread of durations over treatments, days (Bentivoglio 2009, onabotulinumtoxinA): what is known of nobody.
POPULATION = (85.4, 41.6)
FOUND_WITHIN = 21
# A wear-off is under way so many days before and after the day when half is gone.
ROUND_WEAR_OFF = 21
# So much burden, as a share of the untreated one's scale, is there to be doubled, and no more than half of the scale.
LEAST, MOST = 1.0, 5.0
WORSENING = "worsening"


@dataclass(frozen=True)
class Forecast:
    """One forecast and what came true, days from the injection.

    Attributes
    ----------
    seed : int
    before : int
        Injections before this one.
    moment : int
        Days from the injection to the forecast.
    true : float
    told : (float, float, float) or None
        Middle and ends of the 95 % interval; None where none was given.
    beside : mapping of str to float
        What simpler ways say on the day of the injection.
    """

    seed: int
    before: int
    moment: int
    true: float
    told: tuple[float, float, float] | None
    beside: Mapping[str, float]


@dataclass(frozen=True)
class Raised:
    """A new alarm: its day, kind and code; where in which cycle it was; whether the cycle had failed."""

    day: int
    kind: str
    code: str
    cycle: int
    near_wear_off: bool
    failed: bool


@dataclass(frozen=True)
class Walk:
    """A person followed from entry to entry: the alarms that were new, and how long they were watched."""

    seed: int
    raised: tuple[Raised, ...]
    days: int
    looks: int


def course(diary: Diary, treatments: Treatments, day: date) -> Mapping[str, Any]:
    """Ask Facialis."""
    from facialis.followup.course import course as ask

    return ask(diary, treatments, day).to_json()


def watched(diary: Diary, treatments: Treatments, day: date) -> Mapping[str, Any]:
    """Ask Facialis for the alarms, with fewer draws: a person is asked at every entry."""
    from facialis.followup.course import course as ask

    return ask(diary, treatments, day, draws=400).to_json()


def ask(estimator: Estimator, one: Person, day: int) -> Mapping[str, Any]:
    """Return what an estimator says on a day of what was written and given until then."""
    return estimator(one.diary(day), one.treatments(day), on(day))


def forecasts(
    seed: int, setting: Setting, estimator: Estimator = course, moments: Sequence[int] = MOMENTS
) -> list[Forecast]:
    """Forecast each wear-off at each moment; cycles without effect have none to forecast."""
    one, found = person(seed, setting), []
    for k, cycle in enumerate(one.cycles):
        if cycle.failed:
            continue
        simple = beside(one, k)
        for moment in moments:
            side = ask(estimator, one, cycle.day + moment)["sides"].get(one.side)
            told = side and side["forecast"]
            days = told and tuple(told["wear_off_day"][end] for end in ("value", "low", "high"))
            found.append(Forecast(seed, k, moment, cycle.wear_off_day, days, simple))
    return found


def beside(one: Person, k: int) -> dict[str, float]:
    """Return what simpler ways say of a wear-off on the day of the injection, and the best that anybody could."""
    read = [days for cycle in range(k) if (days := plainly_read(one, cycle)) is not None]
    mean, _ = POPULATION
    return {
        "mean of all people": mean,
        "12 weeks for all": TWELVE_WEEKS,
        "mean of own cycles, plainly read": float(np.mean(read)) if read else mean,
        "last cycle, plainly read": read[-1] if read else mean,
        "own days known exactly": known(one.cycles[:k], one.setting.between),
    }


def plainly_read(one: Person, k: int) -> float | None:
    """Read a wear-off from the diary by eye: the middle of three entries is above half way from best back to before.

    A cycle in which that never happens is read as lasting until the next injection. None where there is too little.
    """
    begin = one.cycles[k].day
    end = one.cycles[k + 1].day if k + 1 < len(one.cycles) else one.last + 1
    own = [(day, value) for day, side, value in one.entries if side == one.side]
    # The worst weeks so far: just before an injection the last one may still be at work.
    before = sorted(value for day, value in own if day < end)
    cycle = [(day - begin, value) for day, value in own if begin < day < end]
    lowest = sorted((value, day) for day, value in cycle if 7 <= day <= 56)[:3]
    if len(lowest) < 3 or len(cycle) < 5:
        return None
    half = 0.5 * (before[int(0.8 * len(before))] + lowest[1][0])
    first = min(day for _, day in lowest)
    for i in range(1, len(cycle) - 1):
        day, middle = cycle[i][0], sorted(value for _, value in cycle[i - 1 : i + 2])[1]
        if day > first and middle >= half:
            return float(day)
    return float(end - begin)


def known(before: Sequence[Cycle], between: float) -> float:
    """Return the middle of what is to come if the days of all earlier cycles and all spreads were known exactly.

    Nobody who reads a diary can do better on average: it is how predictable these people are.
    """
    mean, spread = POPULATION
    gamma = stats.gamma((mean / spread) ** 2, scale=spread**2 / mean)
    scores = [float(stats.norm.ppf(gamma.cdf(cycle.wear_off_day))) for cycle in before if not cycle.failed]
    middle = between * sum(scores) / (between * len(scores) + 1.0 - between)
    return float(gamma.ppf(stats.norm.cdf(middle)))


def walk(seed: int, setting: Setting, first: int, last: int, estimator: Estimator = watched) -> Walk:
    """Ask at every entry from the injection `first` until 14 weeks after the injection `last`, and note new alarms."""
    one = person(seed, setting)
    begin, end = one.cycles[first].day, one.cycles[last].day + 98
    if last + 1 < len(one.cycles):
        end = min(end, one.cycles[last + 1].day - 1)
    days = sorted({day for day, *_ in one.entries if begin < day <= end})
    up: set[tuple[str, str]] = set()
    raised: list[Raised] = []
    for day in days:
        now = {(alarm["kind"], alarm["code"]) for alarm in ask(estimator, one, day)["alarms"]}
        raised += [_raised(one, day, kind, code) for kind, code in sorted(now - up)]
        up = now
    return Walk(seed, tuple(raised), (days[-1] - begin) if days else 0, len(days))


def _raised(one: Person, day: int, kind: str, code: str) -> Raised:
    k = max(k for k, cycle in enumerate(one.cycles) if cycle.day <= day)
    cycle = one.cycles[k]
    near = not cycle.failed and abs(day - cycle.day - cycle.wear_off_day) <= ROUND_WEAR_OFF
    return Raised(day, kind, code, k, near, cycle.failed)


@dataclass(frozen=True)
class Doubled:
    """A burden that doubled: how large it was, after how many days it was found, whether an alarm stood before it.

    `could` says whether it could be found by one who knows the true course and how much this person's days vary.
    """

    seed: int
    burden: float
    found: int | None
    before: bool
    entries: int
    could: bool


def doubled(seed: int, setting: Setting, estimator: Estimator = watched) -> Doubled | None:
    """Double the burden on a day of a late cycle and look when it is found; None where there is no such day."""
    plain = person(seed, replace(setting, drop_out=0.0, chance_failures=False))
    day = _day_to_double(plain)
    if day is None:
        return None
    one = person(seed, replace(plain.setting, doubled=day))
    written = sorted({d for d, *_ in one.entries})
    earlier = [d for d in written if d < day][-1]
    before = _worse(ask(estimator, one, earlier))
    now = [d for d in written if day <= d <= day + FOUND_WITHIN]
    found = (
        None if before else next((d - day for d in _looks(now, setting.every) if _worse(ask(estimator, one, d))), None)
    )
    return Doubled(
        seed,
        float(plain.burden(np.arange(day, day + FOUND_WITHIN)).mean()),
        found,
        before,
        len(now),
        _could(plain, one, day),
    )


def _could(plain: Person, twice: Person, day: int) -> bool:
    """Say whether the entries speak ten to one for twice the true burden, to one who knows all but their chance."""
    own = np.array([(d, v) for d, side, v in twice.entries if side == twice.side and day <= d <= day + FOUND_WITHIN])
    if not len(own):
        return False
    days, values = own.T
    # Half of the variation is left without spasms; three fifths of its variance last, halved in a week; whole scores.
    alike = 0.6 * 0.5 ** (np.abs(days[:, None] - days) / 7.0) + 0.4 * np.eye(len(days))

    def likelihood(burden: np.ndarray) -> float:
        spread = plain.noise * (0.5 + 0.5 * np.minimum(burden / plain.untreated, 1.0))
        cover = alike * spread[:, None] * spread + np.eye(len(days)) / 12.0
        return float(stats.multivariate_normal.logpdf(values, burden, cover))

    return likelihood(twice.burden(days)) - likelihood(plain.burden(days)) > np.log(10.0)


def _looks(days: Sequence[int], every: int) -> list[int]:
    """Return the days on which somebody looks: at each entry, but once a week where entries are daily."""
    return [day for i, day in enumerate(reversed(days)) if every > 1 or i % 7 == 0][::-1]


def _worse(told: Mapping[str, Any]) -> bool:
    return any(alarm["kind"] == WORSENING for alarm in told["alarms"])


def _day_to_double(one: Person) -> int | None:
    """Draw a day of the third or fourth cycle when there is a burden that can be doubled on its scale."""
    able = []
    for k in (2, 3):
        begin = one.cycles[k].day
        end = one.cycles[k + 1].day if k + 1 < len(one.cycles) else begin + 112
        for day in range(begin + 14, end - FOUND_WITHIN):
            burden = one.burden(np.arange(day, day + FOUND_WITHIN))
            if burden.min() >= LEAST and burden.max() <= MOST:
                able.append(day)
    return int(np.random.default_rng([77, one.seed]).choice(able)) if able else None


def without_effect(seed: int, estimator: Estimator = watched) -> bool:
    """Say whether a third injection without effect is told by day 42."""
    one = person(seed, Setting(fails=2, chance_failures=False, drop_out=0.0))
    alarms = ask(estimator, one, one.cycles[2].day + 42)["alarms"]
    return any(alarm["kind"] == "loss_of_effect" for alarm in alarms)


def other_side(seed: int, estimator: Estimator = watched) -> bool:
    """Say whether a new side is told within four weeks."""
    day = person(seed).cycles[2].day + 20
    one = person(seed, Setting(new_side=day, drop_out=0.0))
    return any(alarm["kind"] == "new_side" for alarm in ask(estimator, one, day + 28)["alarms"])
