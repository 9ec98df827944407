"""Made people who are treated with botulinum toxin, and what they write down, with the truth behind it.

They test the course: they share no code, no constants and no file of numbers with it, and their effect has other
shapes.

Published, and used: onset 5.4 (SD 5.3) and 4.9 (4.6) days, duration 85.4 (41.6) and 105.9 (54.2) days, treatments
without effect 6.5 and 4.6 %, for onabotulinumtoxinA and abobotulinumtoxinA, over 665 treatments of 108 people
(Bentivoglio 2009, Eur J Neurol 16:392); improvement by 73.7 % on average over 470 treatments of 68 people (Sorgun 2015,
J Clin Neurosci). Durations are taken from the day of the injection, and as gamma numbers.

Not published, and therefore assumed: the spreads above are over treatments. How much of them lies between people and
how much between the treatments of one person was looked for and not found. That the means of the first and the tenth
year (Defazio 2002, Arch Neurol 59:418) and of the first and the last ten treatments (Can J Neurol Sci 2010;37:631) are
the same says that durations do not drift; it does not say how much they scatter within a person. So the share between
people is a choice (`Setting.between`), and what is measured on these people is measured for several. The shape of the
effect from week to week, the day-to-day variation, and how people miss weeks are not published either.

>>> one = person(7)
>>> one.cycles[0].failed, round(one.cycles[0].wear_off_day), len(one.entries)
(False, 103, 69)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from facialis.findings import Side
from facialis.followup.diary import Diary, Entry
from facialis.followup.treatments import Treatment, Treatments

Values = NDArray[np.float64]

# Day 0: the first injection.
BEGIN = date(2024, 1, 8)
FAMILIES = ("cosine", "stretched", "straight")
# Moments of onset and duration in days, and the share of treatments without effect (Bentivoglio 2009).
_PRODUCTS: Mapping[str, tuple[tuple[float, float], tuple[float, float], float]] = {
    "onabotulinumtoxinA": ((5.4, 5.3), (85.4, 41.6), 0.065),
    "abobotulinumtoxinA": ((4.9, 4.6), (105.9, 54.2), 0.046),
}
_UNITS = {"onabotulinumtoxinA": (15.0, 30.0, 2.5), "abobotulinumtoxinA": (40.0, 120.0, 10.0)}
# Each measure: its top, the smallest step that is written down, and the range of untreated burdens. All assumed.
_MEASURES: Mapping[str, tuple[float, float, tuple[float, float]]] = {
    "score": (10.0, 1.0, (3.5, 9.0)),
    "hfs_7": (28.0, 1.0, (8.0, 24.0)),
    "spasm_time_fraction": (1.0, 0.01, (0.1, 0.6)),
    "spasms_per_min": (200.0, 1.0, (6.0, 40.0)),
}
_RELIEF, _RELIEF_PEOPLE, _RELIEF_CYCLES = 0.737, 0.12, 0.06  # mean: Sorgun 2015; spreads assumed
_NOISE, _NOISE_KEPT = 0.1, 0.6  # share of the scale; share of it that lasts for days
_SHORTEST, _LONGEST = 14.0, 330.0
# Nobody is injected before twelve weeks, and appointments are not put off beyond twenty.
_EARLIEST, _LATEST, _WAIT = 84, 140, 12.0
_AFTER = 168
_EARLY = 0.55
_YEAR = 365.25


@dataclass(frozen=True)
class Setting:
    """What is asked of a person.

    Attributes
    ----------
    cycles : int
        Injections.
    between : float
        Share of the variance of durations (of their normal scores) that lies between people.
    product, measure : str
    every : int
        Days between entries: 7 or 1.
    missing, runs : float
        Chance that an entry is missing; chance a week that a run of 2 to 6 missing weeks begins.
    drop_out : float
        Share that stops writing, a year.
    worsening : float
        Growth of the untreated burden, a year.
    doubled : int or None
        Day from which the burden is twice what it would have been.
    early : int or None
        Cycle (from 0) that wears off early.
    fails : int or None
        Cycle (from 0) without effect, beside those that fail by chance.
    chance_failures : bool
        Whether cycles fail by chance, as often as published.
    new_side : int or None
        Day from which the other side moves too.
    """

    cycles: int = 4
    between: float = 0.65
    product: str = "onabotulinumtoxinA"
    measure: str = "score"
    every: int = 7
    missing: float = 0.12
    runs: float = 0.02
    drop_out: float = 0.1
    worsening: float = 0.0
    doubled: int | None = None
    early: int | None = None
    fails: int | None = None
    chance_failures: bool = True
    new_side: int | None = None


@dataclass(frozen=True)
class Cycle:
    """The truth of one injection; days are from the injection.

    Attributes
    ----------
    day : int
        Of the injection, from the first one.
    units : str
    failed : bool
    onset_day, peak_day, wear_off_day : float
        First effect; best effect; half of the best effect gone. Of a failed one what would have been.
    relief : float
        Share of the untreated burden that is gone at its best.
    family : str
        Shape of the effect, one of ``FAMILIES``.
    width : float
        How gradual the fall is: share of the days from peak to wear-off that half of it takes.
    """

    day: int
    units: str
    failed: bool
    onset_day: float
    peak_day: float
    wear_off_day: float
    relief: float
    family: str
    width: float

    def effect(self, days: Values) -> Values:
        """Return the share of the best effect at so many days from the injection."""
        rise = np.clip((days - self.onset_day) / (self.peak_day - self.onset_day), 0.0, 1.0)
        # How far it is from the peak (0) over the wear-off (1).
        way = (days - self.peak_day) / (self.wear_off_day - self.peak_day)
        if self.family == "stretched":
            fall = 0.5 ** (np.maximum(way, 0.0) ** (1.0 / self.width))
        else:
            along = np.clip((way - 1.0 + self.width) / (2.0 * self.width), 0.0, 1.0)
            fall = 1.0 - along if self.family == "straight" else 0.5 + 0.5 * np.cos(np.pi * along)
        return np.asarray(rise**2 * (3.0 - 2.0 * rise) * fall)


@dataclass(frozen=True)
class Person:
    """One made person: the truth, and what they wrote down.

    Attributes
    ----------
    seed : int
    setting : Setting
    side : str
    untreated : float
        Burden without treatment on day 0, in the measure.
    noise : float
        Day-to-day standard deviation at the untreated burden, in the measure.
    cycles : tuple of Cycle
    entries : tuple of (int, str, float)
        Day, side, value.
    last : int
        The last day that is simulated.
    """

    seed: int
    setting: Setting
    side: str
    untreated: float
    noise: float
    cycles: tuple[Cycle, ...]
    entries: tuple[tuple[int, str, float], ...]
    last: int

    def burden(self, days: Sequence[float] | Values) -> Values:
        """Return the true burden at some days, without the variation of single days, in the measure."""
        at = np.asarray(days, dtype=float)
        gone = np.zeros_like(at)
        for cycle in self.cycles:
            share = 0.0 if cycle.failed else cycle.relief
            # A new injection does not undo what is left of the last one.
            gone = np.maximum(gone, share * cycle.effect(at - cycle.day))
        grown = (1.0 + self.setting.worsening) ** (np.maximum(at, 0.0) / _YEAR)
        burden = np.asarray(self.untreated * grown * (1.0 - gone))
        if self.setting.doubled is not None:
            burden = np.where(at >= self.setting.doubled, 2.0 * burden, burden)
        return np.asarray(np.minimum(burden, _MEASURES[self.setting.measure][0]))

    def diary(self, until: float = np.inf) -> Diary:
        """Return what was written down until a day, that day included."""
        rows = [Entry(on(day), Side(side), self.setting.measure, value, "patient")
                for day, side, value in self.entries if day <= until]  # fmt: skip
        return Diary(tuple(rows), (), (), rows=len(rows))

    def treatments(self, until: float = np.inf) -> Treatments:
        """Return the injections given until a day, that day included."""
        return Treatments(
            tuple(
                Treatment("injection", on(cycle.day), Side(self.side), self.setting.product, Decimal(cycle.units))
                for cycle in self.cycles
                if cycle.day <= until
            )
        )

    def to_json(self) -> dict[str, Any]:
        """Return the truth, without what was written down."""
        told = asdict(self)
        del told["entries"]
        return {"begin": BEGIN.isoformat(), **told}


def on(day: int) -> date:
    """Return the date of a day."""
    return BEGIN + timedelta(days=day)


def person(seed: int, setting: Setting = Setting()) -> Person:
    """Make one person.

    The same seed is the same person whatever is asked of them: with and without a doubled burden they write down the
    same but for it.
    """
    rng = np.random.default_rng([20_261, seed])
    top, _, (least, most) = _MEASURES[setting.measure]
    side = str(rng.choice(["left", "right"]))
    untreated = float(rng.uniform(least, most))
    noise = float(np.clip(_NOISE * rng.lognormal(0.0, 0.35), 0.03, 0.16)) * top
    if setting.measure == "spasms_per_min":
        noise = 0.3 * untreated
    cycles = tuple(_cycles(setting, rng))
    last = cycles[-1].day + _AFTER if cycles else _AFTER
    told = Person(seed, setting, side, untreated, noise, cycles, (), last)
    return replace(told, entries=tuple(_written(told)))


def people(number: int, seed: int, setting: Setting = Setting()) -> list[Person]:
    """Make several people, the same ones for the same seed."""
    return [person(1000 * seed + i, setting) for i in range(number)]


def _cycles(setting: Setting, rng: np.random.Generator) -> list[Cycle]:
    onset, duration, failure = _PRODUCTS[setting.product]
    low, high, step = _UNITS[setting.product]
    usual, usual_onset = rng.normal(size=2)
    relief = rng.normal(_RELIEF, _RELIEF_PEOPLE)
    family = str(rng.choice(FAMILIES))
    units = low + step * int(rng.integers(round((high - low) / step) + 1))
    day, found = 0, []
    for k in range(setting.cycles):
        scatter, onset_scatter, of_relief = rng.normal(size=3)
        chance, width, rise, wait = rng.random(), rng.uniform(0.15, 0.6), rng.uniform(4.0, 12.0), rng.gamma(2.0) / 2.0
        share = setting.between
        days = _gamma(duration, np.sqrt(share) * usual + np.sqrt(1.0 - share) * scatter)
        days = float(np.clip(days * (_EARLY if k == setting.early else 1.0), _SHORTEST, _LONGEST))
        begun = _gamma(onset, np.sqrt(0.4) * usual_onset + np.sqrt(0.6) * onset_scatter)
        begun = float(np.clip(begun, 0.5, 0.3 * days))
        peak = begun + min(rise, 0.5 * (days - begun))
        failed = k == setting.fails or (setting.chance_failures and k != setting.early and chance < failure)
        gone = float(np.clip(relief + _RELIEF_CYCLES * of_relief, 0.35, 0.98))
        # One who has sudden wear-offs may have a gradual one: the shape may change from cycle to cycle.
        shape = family if rng.random() < 0.7 else str(rng.choice(FAMILIES))
        found.append(Cycle(day, f"{units:g}", bool(failed), begun, peak, days, gone, shape, float(width)))
        gap = _EARLIEST + _WAIT * wait if failed else days + _WAIT * wait
        day += round(float(np.clip(gap, _EARLIEST, _LATEST)))
    return found


def _gamma(moments: tuple[float, float], normal: float) -> float:
    """Return the gamma number of these moments at a place told as a normal score."""
    mean, spread = moments
    shape = (mean / spread) ** 2
    return float(special.gammaincinv(shape, float(special.ndtr(normal))) * spread**2 / mean)


def _written(one: Person) -> list[tuple[int, str, float]]:
    """Return what the person wrote down: with variation, whole steps, gaps, and an end."""
    setting = one.setting
    # Streams of their own: another setting leaves the chances of each day as they were.
    variation, gaps = (np.random.default_rng([20_261, one.seed, stream]) for stream in (1, 2))
    first = -int(gaps.choice([0, 2, 4, 8])) * 7
    days = np.arange(first, one.last + 1)
    apart = _variation(len(days), variation)
    burden = one.burden(days.astype(float))
    other = _other_side(one, days, variation)
    end = gaps.exponential(-_YEAR / np.log1p(-setting.drop_out)) if setting.drop_out else np.inf
    found: list[tuple[int, str, float]] = []
    for i in _when(len(days), setting, gaps):
        if days[i] > end:
            break
        found.append((int(days[i]), one.side, _value(one, float(burden[i]), float(apart[i]), variation)))
        if setting.new_side is not None and days[i] >= setting.new_side:
            value = _value(one, float(other[i]), float(apart[-1 - i]), variation)
            found.append((int(days[i]), Side(one.side).other.value, value))
    return found


def _variation(number: int, rng: np.random.Generator) -> Values:
    """Return standard variation of single days: a part that lasts for a week or so, and a part that does not."""
    kept = rng.uniform(0.3, 0.7) ** (1.0 / 7.0)
    fresh, alone = rng.normal(size=(2, number))
    lasting = np.empty(number)
    lasting[0] = fresh[0]
    for i in range(1, number):
        lasting[i] = kept * lasting[i - 1] + np.sqrt(1.0 - kept**2) * fresh[i]
    return np.asarray(np.sqrt(_NOISE_KEPT) * lasting + np.sqrt(1.0 - _NOISE_KEPT) * alone)


def _other_side(one: Person, days: NDArray[np.int_], rng: np.random.Generator) -> Values:
    level = rng.uniform(0.3, 0.6) * one.untreated
    return np.where(days >= (one.setting.new_side or 0), level, 0.0)


def _when(number: int, setting: Setting, rng: np.random.Generator) -> list[int]:
    """Return which days have an entry."""
    found, away = [], 0
    for week in range(0, number, 7):
        starts, length, shift = (
            rng.random() < setting.runs,
            int(rng.integers(2, 7)),
            int(rng.choice([0, 0, 0, 0, 1, 2])),
        )
        missed = rng.random(7) < setting.missing
        away = max(away - 1, 0) or (length if starts else 0)
        if away:
            continue
        places = range(7) if setting.every == 1 else [shift]
        found += [week + i for i in places if week + i < number and not missed[i]]
    return found


def _value(one: Person, burden: float, apart: float, rng: np.random.Generator) -> float:
    top, step, _ = _MEASURES[one.setting.measure]
    if one.setting.measure == "spasms_per_min":
        # Counted in a minute of film, on a day that is better or worse than others.
        return float(min(rng.poisson(burden * np.exp(0.3 * apart)), top))
    # Days without spasms are alike; the worse it is, the more it varies.
    spread = one.noise * (0.5 + 0.5 * min(burden / one.untreated, 1.0))
    value = np.clip(burden + spread * apart, 0.0, top)
    return float(round(round(value / step) * step, 6))


def to_files(one: Person, folder: Path) -> tuple[Path, Path]:
    """Write DIARY.csv and TREATMENTS.toml as people hand them in, and truth.json.

    Returns
    -------
    tuple of Path
        The diary and the treatments.
    """
    folder.mkdir(parents=True, exist_ok=True)
    diary, treatments = folder / "DIARY.csv", folder / "TREATMENTS.toml"
    rows = [f"{on(day).isoformat()},{value:g},{side}" for day, side, value in one.entries]
    diary.write_text("\n".join([f"date,{one.setting.measure},side", *rows, ""]), encoding="utf-8")
    given = [
        f'\n[[treatments]]\nkind = "injection"\ndate = {on(cycle.day).isoformat()}\n'
        f'product = "{one.setting.product}"\nunits = {cycle.units}\n'
        for cycle in one.cycles
    ]
    treatments.write_text("".join([f'side = "{one.side}"\n', *given]), encoding="utf-8")
    (folder / "truth.json").write_text(json.dumps(one.to_json(), indent=1) + "\n", encoding="utf-8")
    return diary, treatments
