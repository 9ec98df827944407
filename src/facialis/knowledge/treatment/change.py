"""What a difference between two visits is held against: ``change.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facialis.knowledge.read import parse
from facialis.knowledge.treatment.course import Number
from facialis.knowledge.treatment.rates import Rate, rate

HOW = ("difference", "ratio")


@dataclass(frozen=True, slots=True)
class Varying:
    """How a measure varies though nothing changed, and what change is important.

    Attributes
    ----------
    key, name, unit : str
    how : str
        ``"difference"`` (after less before) or ``"ratio"`` (after over before).
    least : float
        Added to both sides of a ratio, so that none can be compared; 0 of a difference.
    top : float or None
        The highest value that is possible.
    measured, day : Rate
        Standard error of one measurement; standard deviation from day to day. Of a ratio those of the logarithm.
    smallest : Rate
        The smallest important change; of a ratio the share that is left.
    """

    key: str
    name: str
    unit: str
    how: str
    least: float
    top: float | None
    measured: Rate
    day: Rate
    smallest: Rate


@dataclass(frozen=True, slots=True)
class Changes:
    """What a difference is held against.

    Attributes
    ----------
    measures : mapping of str to Varying
        In the order of the file.
    not_counted : mapping of str to str
        Measures that are shown and not judged, with the reason.
    numbers : mapping of str to Number
    """

    measures: Mapping[str, Varying]
    not_counted: Mapping[str, str]
    numbers: Mapping[str, Number]

    def number(self, name: str) -> float:
        """Return one elicited number."""
        return self.numbers[name].value


def changes(text: str, sources: Collection[str], file: str = "change.toml") -> Changes:
    """Read what a difference is held against.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    measures, numbers = {}, {}
    table = whole.table("measures")
    for key in table:
        row = table.table(key)
        how = row.text("how")
        if how not in HOW:
            raise row.error(f'is "{how}"; it must be one of {", ".join(HOW)}', "how")
        measures[key] = Varying(
            key,
            row.text("name"),
            row.text("unit"),
            how,
            row.number("least") if how == "ratio" else 0.0,
            row.number("top") if "top" in row else None,
            *(rate(row.table(name), sources) for name in ("measured", "day", "smallest")),
        )
        if how == "ratio" and not 0.0 < measures[key].smallest.value < 1.0:
            raise row.error("of a ratio is the share that is left, between 0 and 1", "smallest")
        row.done()
    told = whole.table("not_counted")
    not_counted = {key: told.text(key) for key in told}
    table = whole.table("numbers")
    for name in table:
        row = table.table(name)
        numbers[name] = Number(name, row.number("value"), row.text("meaning"))
        row.done()
    whole.done()
    return Changes(measures, not_counted, numbers)
