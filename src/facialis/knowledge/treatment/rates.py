"""A number about a treatment as a source gives it: how often, how soon, how long, how much; with its interval."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from typing import Any

from facialis.knowledge.differential import Basis, Study
from facialis.knowledge.read import Table

SHARE = "share"
# What a number is counted over.
PER = ("person", "session", "operation", "cycle", "year", "")
_TWO_SIDED = 1.959963984540054
_MOST_SHARE = 1.0


@dataclass(frozen=True, slots=True)
class Rate:
    """A number about a treatment.

    Attributes
    ----------
    value : float
        In `unit`.
    low, high : float or None
        95 % interval of `value`; both None where no source gives it or what it could be reckoned from.
    unit : str
        ``"share"`` (0 to 1), ``"days"``, ``"months"``, ``"U"`` and so on.
    per : str
        One of ``PER``: what it is counted over.
    at : str
        When it was looked at, as printed, for example ``"10 years"``; empty where that does not matter.
    basis : Basis
        An elicited one is never shown as a published one.
    sources : tuple of str
        Keys of ``sources.toml``.
    studies : tuple of Study
        With it and without it, where people were counted.
    sd : float or None
        How far single people or sessions lie apart, in `unit`.
    rule : str
        How it was calculated, or what differs between the sources.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    per: str
    at: str
    basis: Basis
    sources: tuple[str, ...]
    studies: tuple[Study, ...] = ()
    sd: float | None = None
    rule: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the public form, without the single studies."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "per": self.per,
            "at": self.at,
            "basis": self.basis.value,
            "sources": list(self.sources),
            "sd": self.sd,
            "rule": self.rule,
        }


def rate(table: Table, sources: Collection[str]) -> Rate:
    """Read a rate.

    Four shapes: ``studies = [{present = 48, of = 53, source = "S152"}]`` (added up, Jeffreys interval, `published`);
    ``value`` with ``low`` and ``high`` as published; ``value`` with ``sd`` and ``of`` (interval of the mean);
    ``value`` alone. With each: ``unit`` (missing: share), ``per``, ``at``, ``basis`` (missing: published),
    ``source`` or ``sources``, ``rule``.

    Parameters
    ----------
    table : Table
    sources : collection of str
        Keys that are known.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    basis = table.word("basis", Basis, "published")
    unit = table.text("unit", SHARE)
    per, at, rule = table.text("per", ""), table.text("at", ""), table.text("rule", "")
    if per not in PER:
        raise table.error(f'is "{per}"; it must be one of {", ".join(PER[:-1])}', "per")
    studies = _studies(table, sources) if "studies" in table else ()
    low: float | None
    high: float | None
    sd: float | None = None
    if studies:
        value, low, high = _pooled(studies)
        named = tuple(dict.fromkeys(study.source for study in studies))
    else:
        value, low, high, sd = _given(table)
        named = _named(table, sources)
    if unit == SHARE and not 0.0 <= value <= _MOST_SHARE:
        raise table.error(f"is {value:g}; a share lies between 0 and 1", "value")
    if basis is not Basis.ELICITED and not named:
        raise table.error("needs a source unless it is elicited", "source")
    if basis is Basis.CALCULATED and not rule:
        raise table.error("is missing: a calculated number says how", "rule")
    table.done()
    return Rate(value, low, high, unit, per, at, basis, named, studies, sd, rule)


def _studies(table: Table, sources: Collection[str]) -> tuple[Study, ...]:
    found = []
    for row in table.tables("studies"):
        present, of = row.number("present"), row.number("of")
        if not 0 <= present <= of or of <= 0:
            raise row.error(f"{present:g} of {of:g} cannot be", "present")
        found.append(Study((present, of - present), row.one_of("source", sources)))
        row.done()
    return tuple(found)


def _pooled(studies: tuple[Study, ...]) -> tuple[float, float, float]:
    from scipy.special import betaincinv

    present = sum(study.counts[0] for study in studies)
    absent = sum(study.counts[1] for study in studies)
    low, high = (float(betaincinv(present + 0.5, absent + 0.5, end)) for end in (0.025, 0.975))
    share = present / (present + absent)
    return share, min(low, share), max(high, share)


def _given(table: Table) -> tuple[float, float | None, float | None, float | None]:
    value = table.number("value")
    low = table.number("low") if "low" in table else None
    high = table.number("high") if "high" in table else None
    sd = table.number("sd") if "sd" in table else None
    if "of" in table:
        of = table.number("of")
        if sd is None:
            raise table.error("needs sd beside it; counts of people stand in studies", "of")
        low, high = value - _TWO_SIDED * sd / sqrt(of), value + _TWO_SIDED * sd / sqrt(of)
    if (low is None) is not (high is None):
        raise table.error("has one end of an interval only", "low")
    if low is not None and high is not None and not low <= value <= high:
        raise table.error(f"{value:g} lies outside {low:g} to {high:g}", "value")
    return value, low, high, sd


def _named(table: Table, sources: Collection[str]) -> tuple[str, ...]:
    if "source" in table:
        return (table.one_of("source", sources),)
    return table.names("sources", sources) if "sources" in table else ()
