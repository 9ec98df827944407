"""People after decompression and what they write down, with known truth. Shares nothing with what reads them.

>>> person = people(1, seed=3)[0]
>>> person.clinic, person.free_on is None or person.free_on >= 0
('li_2005', True)
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from facialis.findings import Side
from facialis.followup.diary import Entry

OPERATED = date(2026, 1, 12)
# How long a diary may go on, days.
_LONGEST = 1200
_MONTH = 30.44


@dataclass(frozen=True)
class Person:
    """One person and their diary.

    Attributes
    ----------
    clinic : str
        Whose published points their relief follows.
    free_on : int or None
        Day from which there are no spasms; None if that day never comes.
    relapse : tuple of (int, int or None) or None
        First day of spasms after freedom, and the day when they end again.
    entries : tuple of Entry
        Weekly scores with gaps.
    until : int
        The day of the last entry.
    """

    clinic: str
    free_on: int | None
    relapse: tuple[int, int | None] | None
    entries: tuple[Entry, ...]
    until: int

    def free(self, day: int) -> bool:
        """Say whether there are truly no spasms on a day, but for the silent first days of some."""
        if self.free_on is None or day < self.free_on:
            return False
        if self.relapse is None or day < self.relapse[0]:
            return True
        return self.relapse[1] is not None and day >= self.relapse[1]


def people(number: int, seed: int, clinic: str = "") -> list[Person]:
    """Make people of all clinics alike, or of one.

    Parameters
    ----------
    number : int
    seed : int
    clinic : str
        Key of the source; empty for all.
    """
    rng = np.random.default_rng(seed)
    clinics = [one for one in _settings()["clinics"] if clinic in ("", one["source"])]
    return [_person(clinics[int(rng.integers(len(clinics)))], rng) for _ in range(number)]


@cache
def _settings() -> Mapping[str, Any]:
    text = files("facialis.followup").joinpath("simulate_relief.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _person(clinic: Mapping[str, Any], rng: np.random.Generator) -> Person:
    settings = _settings()["people"]
    free_on = _day(clinic["points"], rng) if rng.random() < rng.choice(clinic["ever_free"]) else None
    late = free_on is not None and free_on > settings["silent_longest_days"]
    silent = int(rng.integers(1, settings["silent_longest_days"] + 1)) if late else 0
    silent = silent if rng.random() < settings["silent_share"] else 0
    relapse = None
    if free_on is not None and rng.random() < settings["relapse_share"]:
        month = rng.normal(settings["relapse_month"], settings["relapse_spread_months"])
        begin = max(round(month * _MONTH), free_on + 60)
        again = rng.random() < settings["second_remission_share"]
        wait = settings["second_remission_month"] - settings["relapse_month"]
        relapse = (begin, begin + round(wait * _MONTH * rng.uniform(0.6, 1.4)) if again else None)
    told = Person(clinic["source"], free_on, relapse, (), 0)
    entries = _diary(told, silent, rng)
    until = (entries[-1].day - OPERATED).days if entries else 0
    return Person(told.clinic, free_on, relapse, entries, until)


def _day(points: list[list[float]], rng: np.random.Generator) -> int:
    """Return the day on which somebody becomes free: straight lines over the logarithm of the day."""
    days, shares = np.array(points, dtype=float).T
    chance = rng.random()
    if chance <= shares[0]:
        return 0
    return int(np.ceil(np.expm1(np.interp(chance, shares, np.log1p(days)))))


def _diary(person: Person, silent: int, rng: np.random.Generator) -> tuple[Entry, ...]:
    """Return weekly scores: a burden that fades until freedom, or stays, with noise, gaps and an end."""
    settings = _settings()["diary"]
    before = rng.uniform(4.0, 9.0)
    left = before * rng.uniform(0.2, 1.0)
    last = min(rng.exponential(365.0 / -np.log1p(-settings["drop_out_a_year"])), _LONGEST)
    first = -settings["before_weeks"] * settings["every_days"] + int(rng.integers(settings["every_days"]))
    found = []
    for day in range(first, int(last) + 1, settings["every_days"]):
        if day == 0 or rng.random() < settings["missing"]:
            continue
        level = before if day < 0 else _level(person, day, silent, left)
        score = float(np.clip(np.round(level + rng.normal(0.0, settings["score_sd"])), 1.0, 10.0))
        if level == 0.0:
            score = float(rng.random() < settings["free_wrong"])
        elif level < 1.0:
            # Little is left: some weeks are written down as none.
            score = float(np.round(max(level + rng.normal(0.0, settings["score_sd"] / 2), 0.0)))
        found.append(Entry(OPERATED + timedelta(days=day), Side.LEFT, "score", score, "patient"))
    return tuple(found)


def _level(person: Person, day: int, silent: int, left: float) -> float:
    if person.free(day) or day <= silent:
        return 0.0
    if person.free_on is None:
        return left
    if day >= person.free_on:
        return 0.6 * left
    # It fades on the way to freedom, the last of it slowly.
    return left * (1.0 - 0.8 * day / person.free_on)
