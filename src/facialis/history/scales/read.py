"""How the files of the scales are read and checked: what is wrong is said in one line with file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from facialis import knowledge
from facialis.history.scales.definitions import (
    Band,
    Basis,
    How,
    Item,
    Number,
    Part,
    Rule,
    Scale,
    SmallestChange,
    Wording,
)
from facialis.knowledge.read import Table

_WHO = ("patient", "clinician")


def scale(key: str, text: str, sources: Mapping[str, object]) -> Scale:
    """Read one scale.

    Parameters
    ----------
    key : str
        Its name in calls.
    text : str
        The file.
    sources : mapping
        The keys of sources that it may refer to.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    file = f"{key}.toml"
    try:
        top = Table(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise knowledge.KnowledgeError(f"{file}: not TOML: {error}") from None
    known = _one_of(sources)
    scoring, missing = top.table("scoring"), top.table("missing")
    how = scoring.word("how", How)
    least, most = _pair(scoring) if how is not How.FORM else (None, None)
    parts = tuple(_part(table, how) for table in _tables(top, "parts"))
    items = {item.key for part in parts for item in part.items}
    change = _smallest_change(top.table("smallest_change"), known) if "smallest_change" in top else None
    shown = change if change is not None and change.basis is not Basis.TO_VERIFY else None
    found = Scale(
        key=key,
        name=top.text("name"),
        about=top.text("about"),
        made_for=top.text("made_for"),
        not_for=top.text("not_for"),
        who=top.word("who", _one_of(_WHO)),
        instruction=top.text("instruction", ""),
        higher_is_worse=top.flag("higher_is_worse"),
        other_disorder=top.text("other_disorder", ""),
        licence=top.text("licence"),
        how=how,
        low=least,
        high=most,
        rule=scoring.text("rule"),
        basis=scoring.word("basis", Basis),
        parts=parts,
        most_missing=int(missing.number("most")),
        never_estimated=missing.names("never", items),
        missing_text=missing.text("text"),
        bands=tuple(_band(table, known) for table in _tables(top, "bands")),
        reliability=tuple(_shown(top, known)),
        smallest_change=shown,
        no_change_because="" if shown else _why_not(top),
        rules=tuple(_rule(table, items) for table in _tables(top, "findings")),
        unverified=tuple(str(line) for line in (top.take("unverified") if "unverified" in top else ())),
        sources=top.names("sources", sources),
    )
    for table in (scoring, missing):
        table.names("sources", sources)
    missing.word("basis", Basis)
    for table in (scoring, missing, top):
        table.done()
    return found


def _one_of(words: Mapping[str, object] | tuple[str, ...]) -> Callable[[str], str]:
    def check(word: str) -> str:
        if word not in words:
            raise ValueError(word)
        return word

    return check


def _tables(table: Table, key: str) -> list[Table]:
    rows = table.take(key) if key in table else []
    if not isinstance(rows, list):
        raise table.error("must be a list of tables", key)
    return [Table(table.file, f"{table.name}.{key}[{i}]".lstrip("."), row) for i, row in enumerate(rows)]


def _pair(table: Table, key: str = "range") -> tuple[int, int]:
    pair = table.take(key)
    if not (isinstance(pair, list) and len(pair) == 2 and all(type(end) is int for end in pair) and pair[0] < pair[1]):
        raise table.error("must be two whole numbers, the smaller first", key)
    return pair[0], pair[1]


def _by_number(table: Table, key: str, value: Callable[[Any], Any]) -> dict[int, Any]:
    """Read a table whose keys are answers."""
    inner = table.table(key) if key in table else None
    try:
        return {int(number): value(inner.take(number)) for number in inner} if inner is not None else {}
    except ValueError:
        raise table.error("must name answers by whole numbers", key) from None


def _part(table: Table, how: How) -> Part:
    """Read items that count alike: written out, or only numbered where their wording is licensed."""
    name = table.text("name", "")
    weight = int(table.number("weight")) if "weight" in table else 1
    levels = _by_number(table, "levels", str)
    if how is How.FORM:
        table.flag("from_form")
        low, high = _pair(table)
        # A pattern: the practice's form says how many there are, and what they are.
        items: tuple[Item, ...] = (Item("", low, high, "", Wording.LICENSED, levels),)
    elif "numbered" in table:
        low, high = _pair(table)
        count = int(table.number("numbered"))
        items = tuple(
            Item(str(n), low, high, f"item {n} of the licensed form", Wording.LICENSED, levels)
            for n in range(1, count + 1)
        )
    else:
        items = tuple(_item(row, how, levels) for row in _tables(table, "items"))
    table.done()
    return Part(name, weight, items)


def _item(table: Table, how: How, levels: dict[int, str]) -> Item:
    low, high = _pair(table)
    words = table.table("words") if "words" in table else None
    item = Item(
        key=table.text("key"),
        low=low,
        high=high,
        topic=table.text("topic"),
        wording=table.word("wording", Wording),
        levels=_by_number(table, "levels", str) or levels,
        words={word: int(words.number(word)) for word in words} if words is not None else {},
        steps=_by_number(table, "steps", int),
        who=table.text("who", ""),
    )
    answers = set(range(low, high + 1))
    if how is How.HIGHEST_STEP and set(item.steps) != answers:
        raise table.error("must say the step of every answer", "steps")
    if not (set(item.levels) | set(item.words.values())) <= answers:
        raise table.error("names an answer out of range", "levels")
    table.done()
    return item


def _maybe(table: Table, key: str) -> float | None:
    return table.number(key) if key in table else None


def _smallest_change(table: Table, known: Callable[[str], str]) -> SmallestChange:
    change = SmallestChange(
        value=table.number("value"),
        low=_maybe(table, "low"),
        high=_maybe(table, "high"),
        basis=table.word("basis", Basis),
        source=table.word("source", known),
        measured_in=table.text("measured_in"),
        carries_over=table.flag("carries_over"),
        note=table.text("note", ""),
    )
    table.done()
    return change


def _why_not(top: Table) -> str:
    if "no_smallest_change" not in top:
        return "No smallest important change is verified for it."
    table = top.table("no_smallest_change")
    text = table.text("text")
    table.done()
    return text


def _band(table: Table, known: Callable[[str], str]) -> Band:
    band = Band(int(table.number("from")), table.text("name"), table.text("text"), table.word("source", known))
    table.done()
    return band


def _shown(top: Table, known: Callable[[str], str]) -> list[Number]:
    """Read what is known of reliability, and leave out what nobody has verified."""
    numbers = []
    for table in _tables(top, "reliability"):
        number = Number(
            name=table.text("name"),
            value=_maybe(table, "value"),
            low=_maybe(table, "low"),
            high=_maybe(table, "high"),
            basis=table.word("basis", Basis),
            source=table.word("source", known),
        )
        if number.value is None and None in (number.low, number.high):
            raise table.error("must have a value, or a low and a high", "value")
        table.done()
        if number.basis is not Basis.TO_VERIFY:
            numbers.append(number)
    return numbers


def _threshold(name: str) -> float:
    try:
        return knowledge.threshold(name)
    except LookupError:
        raise ValueError(name) from None


def _rule(table: Table, items: set[str]) -> Rule:
    at_least = table.word("threshold", _threshold) if "threshold" in table else table.number("at_least")
    rule = Rule(
        code=table.word("code", _one_of(knowledge.findings())),
        items=table.names("items", items),
        at_least=at_least,
        source=table.word("source", _one_of(knowledge.ASSESSORS)),
        ask_next=table.text("ask_next", ""),
        action=table.text("action", ""),
        plain_action=table.text("plain_action", ""),
    )
    table.done()
    return rule
