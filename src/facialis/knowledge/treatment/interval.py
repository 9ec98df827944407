"""From when an injection may be repeated by the label, as ``intervals.toml`` holds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from facialis.knowledge.treatment.exact import Proof, parse, proof, whole


@dataclass(frozen=True, slots=True)
class Interval:
    """The rule of one label.

    Attributes
    ----------
    product : str
    countries : tuple of str
        Where it holds.
    days : int
        From one session to the next.
    text : str
        As the label says it, shortened.
    proof : Proof
    """

    product: str
    countries: tuple[str, ...]
    days: int
    text: str
    proof: Proof


def intervals(
    text: str, products: Collection[str], sources: Collection[str], file: str = "intervals.toml"
) -> tuple[Interval, ...]:
    """Read the rules of the labels.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    found: list[Interval] = []
    for row in top.tables("label"):
        countries = row.take("countries")
        if not isinstance(countries, list) or not countries or not all(isinstance(name, str) for name in countries):
            raise row.error("must be a list of texts", "countries")
        told = Interval(
            row.one_of("product", products), tuple(countries), whole(row, "days"), row.text("text"), proof(row, sources)
        )
        row.done()
        if any(one.product == told.product and set(one.countries) & set(told.countries) for one in found):
            raise row.error("has a rule already for one of these countries", "product")
        found.append(told)
    top.done()
    return tuple(found)


def countries(text: str, known: Collection[str], file: str = "countries.toml") -> dict[str, str]:
    """Read whose label holds in a country that goes by another name; `known` are the names in the labels.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    return {key: top.one_of(key, known) for key in top}


def of_label(known: Collection[Interval], product: str, country: str) -> Interval | None:
    """Return the rule of a product in a country; without a country the longest of all; None where none is known.

    Parameters
    ----------
    known : collection of Interval
        As :func:`facialis.knowledge.treatment.intervals` returns them.
    product : str
        Generic name.
    country : str
        ``"US"``, ``"EU"``; empty where nobody said.
    """
    rows = [row for row in known if row.product == product and (not country or country in row.countries)]
    return max(rows, key=lambda row: row.days, default=None)
