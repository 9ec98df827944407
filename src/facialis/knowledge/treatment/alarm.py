"""What the follow-up watches for, in which words and how urgent: ``alarms.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.course import Number

# Most urgent first.
URGENCIES = ("emergency", "same_day", "soon", "routine")
KINDS = ("red_flag", "worsening", "loss_of_effect", "short_effect", "new_side", "side_effect", "overdue")


@dataclass(frozen=True, slots=True)
class AlarmWords:
    """An alarm as it is told.

    Attributes
    ----------
    key : str
    kind : str
        One of ``KINDS``.
    urgency : str
        One of ``URGENCIES``.
    title, action : str
        For clinicians.
    plain, plain_action : str
        For patients at reading age 12.
    basis : Basis
    sources : tuple of str
    """

    key: str
    kind: str
    urgency: str
    title: str
    action: str
    plain: str
    plain_action: str
    basis: Basis
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """All of ``alarms.toml``.

    Attributes
    ----------
    numbers : mapping of str to Number
        When a deviation is told; elicited.
    alarms, side_effects : mapping of str to AlarmWords
    """

    numbers: Mapping[str, Number]
    alarms: Mapping[str, AlarmWords]
    side_effects: Mapping[str, AlarmWords]

    def number(self, name: str) -> float:
        """Return one elicited number."""
        return self.numbers[name].value


def alarms(text: str, sources: Collection[str], file: str = "alarms.toml") -> Alarms:
    """Read the alarms.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    numbers = {}
    table = whole.table("numbers")
    for name in table:
        row = table.table(name)
        numbers[name] = Number(name, row.number("value"), row.text("meaning"))
        row.done()
    told = {}
    for part, kind in (("alarms", ""), ("side_effects", "side_effect")):
        table = whole.table(part)
        told[part] = {name: _words(table.table(name), name, kind, sources) for name in table}
    whole.done()
    return Alarms(numbers, told["alarms"], told["side_effects"])


def _words(row: Table, key: str, kind: str, sources: Collection[str]) -> AlarmWords:
    words = AlarmWords(
        key,
        kind or row.one_of("kind", KINDS),
        row.one_of("urgency", URGENCIES),
        row.text("title"),
        row.text("action"),
        row.text("plain"),
        row.text("plain_action"),
        row.word("basis", Basis),
        row.names("sources", sources),
    )
    row.done()
    return words
