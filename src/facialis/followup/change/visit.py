"""What was measured at one visit, read from a small file of its own, a measured video or a scored scale."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from facialis.document import Document, DocumentError, json_file, text_file
from facialis.findings import Estimate, Side
from facialis.followup.days import FIRST, LAST
from facialis.knowledge import treatment

VISIT, VIDEO, SCALE = "facialis.visit/1", "facialis.video/1", "facialis.scale/1"
_KEYS = ("schema", "date", "side", "days_since_injection", "never_injected", "product", "note", "measures")
_READING = ("value", "low", "high", "sd", "entries", "over_days", "day_sd", "expected")
_NORMAL = 1.959963984540054
_MOST_DAYS = 36_525.0
_MOST = 1e4
# A standard deviation of a logarithm: twentyfold.
_MOST_LOG = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure at one visit.

    Attributes
    ----------
    value : float
    low, high : float or None
        95 % interval of the measurement; None where it brings none.
    entries : int
        Days behind the value, of which it is the mean.
    over_days : float
        From the first of them to the last.
    day_sd : float or None
        This person's own standard deviation from day to day, in the unit (of a ratio that of the logarithm).
    expected : Estimate or None
        What was forecast for that day.
    open_low, open_high : float or None
        The lowest and the highest value that missing answers leave possible.
    """

    value: float
    low: float | None = None
    high: float | None = None
    entries: int = 1
    over_days: float = 0.0
    day_sd: float | None = None
    expected: Estimate | None = None
    open_low: float | None = None
    open_high: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit.

    Attributes
    ----------
    readings : mapping of str to Reading
        By measure.
    day : date or None
    side : Side
        NONE where nobody said.
    days_since_injection : float or None
        None where nobody said, or there never was one.
    never_injected : bool
    product : str
        Of the last injection; empty where nobody said.
    name, kind : str
        Of the file; its schema.
    limits : tuple of str
        What limits it.
    """

    readings: Mapping[str, Reading]
    day: date | None = None
    side: Side = Side.NONE
    days_since_injection: float | None = None
    never_injected: bool = False
    product: str = ""
    name: str = ""
    kind: str = VISIT
    limits: tuple[str, ...] = ()

    @property
    def cycle_known(self) -> bool:
        """Whether it is known where the toxin stood."""
        return self.never_injected or self.days_since_injection is not None

    def with_toxin(self, days: float | None, never: bool = False) -> Visit:
        """Return it with what somebody says of the last injection."""
        return replace(self, days_since_injection=None if never else days, never_injected=never)


def read(path: str | Path) -> Visit:
    """Read a visit (TOML or JSON), a measured video or a scored scale (JSON).

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest word.
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        try:
            value: Any = tomllib.loads(text_file(path))
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{path}: is not TOML: {error}") from error
    else:
        value = json_file(path)
    document = Document(value, str(path))
    readers = {VISIT: _visit, VIDEO: _video, SCALE: _scale}
    return readers[document.word("schema", tuple(readers))](document, path.name)


def _visit(told: Document, name: str) -> Visit:
    told.only(_KEYS)
    never = told.take("never_injected") if told.has("never_injected") else False
    if not isinstance(never, bool):
        raise told.error("must be true or false", "never_injected")
    since = told.number_or_none("days_since_injection", 0.0, _MOST_DAYS)
    if never and since is not None:
        raise told.error("stands beside days_since_injection: one of them is wrong", "never_injected")
    measures = told.inner("measures")
    known = treatment.changes()
    measures.only([*known.measures, *known.not_counted])
    readings = {key: _reading(measures.inner(key), key) for key, _ in measures.items()}
    if not readings:
        raise told.error("holds no measure", "measures")
    return Visit(
        readings,
        _day(told, "date") if told.has("date") else None,
        Side(told.word_or_none("side", ("left", "right")) or "none"),
        since,
        never,
        told.word("product", tuple(treatment.products())) if told.has("product") else "",
        name,
    )


def _reading(told: Document, key: str) -> Reading:
    told.only(_READING)
    varying = treatment.changes().measures.get(key)
    top = _MOST if varying is None or varying.top is None else varying.top
    value = told.number("value", 0.0, top)
    low, high = told.number_or_none("low", 0.0, top), told.number_or_none("high", 0.0, top)
    if (low is None) is not (high is None):
        raise told.error("is missing: an interval has two ends", "low" if low is None else "high")
    if low is not None and high is not None and not low <= value <= high:
        raise told.error(f"{value:g} lies outside {low:g} to {high:g}", "value")
    if told.has("sd"):
        if low is not None:
            raise told.error("stands beside low and high: give one of them", "sd")
        wide = _NORMAL * told.number("sd", 0.0, top)
        low, high = max(value - wide, 0.0), value + wide
    entries = told.number("entries", 1.0, _MOST) if told.has("entries") else 1.0
    if entries != int(entries):
        raise told.error("must be a whole number", "entries")
    over = told.number("over_days", 0.0, _MOST_DAYS) if told.has("over_days") else 0.0
    expected = told.estimate("expected", _MOST)
    most = _MOST_LOG if varying is not None and varying.how == "ratio" else top
    return Reading(value, low, high, int(entries), over, told.number_or_none("day_sd", 0.0, most), expected)


def _video(told: Document, name: str) -> Visit:
    quality, summary = told.inner("quality"), told.inner("summary")
    if quality.take("verdict") == "refused":
        raise told.error("was refused by its quality: nothing in it can be compared", "quality.verdict")
    side = Side(summary.word("affected_side", tuple(Side)))
    rate = summary.inner("spasms_per_min")
    readings = {}
    if rate.has("value"):
        value, low, high = (rate.number(end, 0.0, _MOST) for end in ("value", "low", "high"))
        readings["spasms_per_min"] = Reading(value, low, high)
    share = summary.number_or_none("spasm_time_fraction", 0.0, 1.0)
    interval = summary.inner("spasm_time_interval") if summary.has("spasm_time_interval") else None
    if share is not None and interval is not None and interval.has("low") and interval.has("high"):
        low, high = interval.number("low", 0.0, 1.0), interval.number("high", 0.0, 1.0)
        readings["spasm_time_fraction"] = Reading(share, min(low, share), max(high, share))
    if not readings:
        raise told.error("counts no spasms: too little was seen", "summary")
    since = told.inner("protocol").number_or_none("days_since_toxin", 0.0) if told.has("protocol") else None
    limits = quality.words("reasons") if quality.take("verdict") == "limited" else ()
    if quality.word_or_none("mirrored", ("yes", "no", "unknown")) == "unknown" and side in (Side.LEFT, Side.RIGHT):
        # Nobody knows which side it is: the name would be a guess.
        side, limits = Side.NONE, (*limits, "it is not known whether the film is mirrored: no side is taken from it")
    return Visit(readings, None, side, since, name=name, kind=VIDEO, limits=limits)


def _scale(told: Document, name: str) -> Visit:
    known = treatment.changes()
    key = told.word("scale", (*(key for key in known.measures if key == "hfs_7"), *known.not_counted))
    score = told.inner("score")
    low, high = score.number_or_none("low", 0.0, _MOST), score.number_or_none("high", 0.0, _MOST)
    total = score.number_or_none("total", 0.0, _MOST)
    if total is None and (low is None or high is None):
        raise told.error("has no total, and missing items leave none possible", "score")
    limits: tuple[str, ...] = ()
    if total is None and low is not None and high is not None:
        total, limits = 0.5 * (low + high), (f"items are missing: between {low:g} and {high:g} points",)
    else:
        low = high = None
    assert total is not None  # said above
    day = _day(told, "answered_on") if told.has("answered_on") else None
    return Visit({key: Reading(total, open_low=low, open_high=high)}, day, name=name, kind=SCALE, limits=limits)


def _day(told: Document, key: str) -> date:
    value = told.take(key)
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise told.error("must be a date, as 2026-01-31", key) from error
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date) or not FIRST <= value < LAST:
        raise told.error("must be a date, as 2026-01-31", key)
    return value
