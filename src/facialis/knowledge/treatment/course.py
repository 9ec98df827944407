"""How an injection works over time in people at large: ``courses.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facialis.knowledge.read import parse
from facialis.knowledge.treatment.rates import Rate, rate

# What is taken where a product was not counted by itself.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a product does over time, over treatments.

    Attributes
    ----------
    onset, duration : Rate
        Days, with their spread over treatments.
    failure : Rate
        Share of treatments without effect.
    """

    onset: Rate
    duration: Rate
    failure: Rate


@dataclass(frozen=True, slots=True)
class Number:
    """An elicited number of the shape or the spread of a course."""

    name: str
    value: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Courses:
    """What is known of courses before anything is known of the person.

    Attributes
    ----------
    products : mapping of str to Expected
        By product; ``OTHER`` for those that nobody counted.
    relief : Rate
        Share of the burden that is gone at its best, with its spread over people.
    numbers : mapping of str to Number
        Elicited shapes and spreads.
    """

    products: Mapping[str, Expected]
    relief: Rate
    numbers: Mapping[str, Number]

    def of(self, product: str) -> Expected:
        """Return what is expected of a product."""
        return self.products.get(product, self.products[OTHER])

    def number(self, name: str) -> float:
        """Return one elicited number."""
        return self.numbers[name].value


def courses(text: str, sources: Collection[str], file: str = "courses.toml") -> Courses:
    """Read the courses.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    products = {}
    table = whole.table("products")
    for name in table:
        row = table.table(name)
        found = (rate(row.table(key), sources) for key in ("onset", "duration", "failure"))
        products[name] = Expected(*found)
        row.done()
    if OTHER not in products:
        raise table.error("is missing", OTHER)
    for name, expected in products.items():
        if expected.onset.sd is None or expected.duration.sd is None:
            raise table.error("needs the spread over treatments (sd)", name)
    relief = rate(whole.table("relief"), sources)
    numbers = {}
    table = whole.table("numbers")
    for name in table:
        row = table.table(name)
        numbers[name] = Number(name, row.number("value"), row.text("meaning"))
        row.done()
    whole.done()
    return Courses(products, relief, numbers)
