"""How the knowledge files are read and checked: what is wrong is said in one line with file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from sys import float_info
from typing import Any, TypeVar

from facialis.knowledge.definitions import (
    ASSESSORS,
    Code,
    FindingDefinition,
    Kind,
    KnowledgeError,
    Source,
    Term,
    Threshold,
    Urgency,
)

T = TypeVar("T")

# The terminologies that a finding or a disorder may have a code of.
SYSTEMS = ("icd10cm", "snomed", "hpo", "loinc")


class Table:
    """One table of a TOML file, taken key by key."""

    def __init__(self, file: str, name: str, table: object) -> None:
        self.file, self.name = file, name
        if not isinstance(table, dict):
            raise self.error("must be a table")
        self._left: dict[str, Any] = dict(table)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._left))

    def error(self, what: str, key: str = "") -> KnowledgeError:
        """Return the error for this table, or for one `key` of it."""
        where = ".".join(part for part in (self.name, key) if part)
        return KnowledgeError(f"{self.file}: {where} {what}")

    def take(self, key: str) -> Any:
        """Take a value as it is; it must be there."""
        if key not in self._left:
            raise self.error("is missing", key)
        return self._left.pop(key)

    def table(self, key: str) -> Table:
        """Take a table inside this one."""
        return Table(self.file, f"{self.name}.{key}".lstrip("."), self.take(key))

    def tables(self, key: str) -> list[Table]:
        """Take a list of tables; empty where it is missing."""
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            raise self.error("must be a list of tables", key)
        return [Table(self.file, f"{self.name}.{key}".lstrip("."), one) for one in value]

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; with a `default` it may be missing or empty."""
        value = self.take(key) if default is None else self._left.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.error("must be a text that is not empty", key)
        return value

    def number(self, key: str) -> float:
        """Take a finite number."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= float_info.max:
            raise self.error("must be a finite number", key)
        return float(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Take a truth value, the `default` where it is missing."""
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self.error("must be true or false", key)
        return value

    def word(self, key: str, word: Callable[[str], T], default: str | None = None) -> T:
        """Take a text and make a `word` of it, which may refuse with ValueError."""
        value = self.text(key, default)
        try:
            return word(value)
        except ValueError:
            raise self.error(f'does not know "{value}"', key) from None

    def one_of(self, key: str, known: Collection[str]) -> str:
        """Take one of the `known` names."""
        value = self.text(key)
        if value not in known:
            raise self.error(f'does not know "{value}"', key)
        return value

    def codes(self, key: str, known: Collection[str]) -> tuple[Code, ...]:
        """Take a list of codes of terminologies, each seen in one of the `known` sources; empty where it is missing."""
        found = []
        for table in self.tables(key):
            system, source = table.one_of("system", SYSTEMS), table.one_of("source", known)
            found.append(Code(system, table.text("code"), table.text("display"), source))
            table.done()
        return tuple(found)

    def names(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """Take a list of names out of `known`, none twice; empty where it is missing."""
        return self._checked(self._left.pop(key, []), key, known)

    def name_lists(self, key: str, known: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """Take a list of lists of names out of `known`, none of them empty; empty where it is missing."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(value):
            raise self.error("must be a list of lists that are not empty", key)
        return tuple(self._checked(names, key, known) for names in value)

    def _checked(self, value: object, key: str, known: Collection[str]) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.error("must be a list of texts", key)
        for name in value:
            if name not in known:
                raise self.error(f'does not know "{name}"', key)
        if len(set(value)) < len(value):
            raise self.error("names one twice", key)
        return tuple(value)

    def done(self) -> None:
        """Refuse keys that nobody asked for: a typing error must not be lost in silence."""
        for key in self._left:
            raise self.error("is not a key of such a table", key)


def sources(text: str, file: str = "sources.toml") -> dict[str, Source]:
    """Read the sources by key.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        table = top.table(key)
        found[key] = Source(
            key=key,
            cite=table.text("cite"),
            doi=table.text("doi", ""),
            pmid=table.text("pmid", ""),
            authors=table.text("authors", ""),
            title=table.text("title", ""),
            journal=table.text("journal", ""),
            year=_year(table),
            seen=table.flag("seen", default=True),
            kept_for=table.text("kept_for", ""),
        )
        table.done()
    return found


def thresholds(text: str, known: Mapping[str, Source], file: str = "thresholds.toml") -> dict[str, Threshold]:
    """Read the thresholds by name; each rests on one of the `known` sources.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for name in top:
        table = top.table(name)
        found[name] = Threshold(
            name=name,
            value=table.number("value"),
            unit=table.text("unit", ""),
            kind=table.word("kind", Kind),
            source=table.one_of("source", known),
            meaning=table.text("meaning"),
        )
        table.done()
    return found


def findings(
    text: str, numbers: Collection[str], known: Collection[str], file: str = "findings.toml"
) -> tuple[dict[str, FindingDefinition], dict[str, str]]:
    """Read the vocabulary: the definitions by code, and the hidden nodes by letter.

    Parameters
    ----------
    text : str
        The file.
    numbers, known : collection of str
        The names of the thresholds and the keys of the sources that a finding may refer to.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    letters = top.table("nodes")
    nodes = {letter: letters.text(letter) for letter in letters}
    codes = top.table("findings")
    top.done()
    found = {}
    for code in codes:
        table = codes.table(code)
        found[code] = FindingDefinition(
            code=code,
            term=table.text("term"),
            definition=table.text("definition"),
            question=table.text("question", "") or None,
            assessed_by=table.names("assessed_by", ASSESSORS),
            nodes=table.names("nodes", nodes),
            urgency=table.word("urgency", Urgency, "none"),
            needs_events=table.flag("needs_events"),
            masked_by_toxin=table.flag("masked_by_toxin"),
            thresholds=table.names("thresholds", numbers),
            sources=table.names("sources", known),
            same_side=table.flag("same_side"),
            codes=table.codes("codes", known),
        )
        if not found[code].assessed_by:
            raise table.error("must name who can tell", "assessed_by")
        table.done()
    return found, nodes


def glossary(text: str, file: str = "glossary.toml") -> dict[str, Term]:
    """Read the glossary by key.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        table = top.table(key)
        found[key] = Term(key, table.text("term"), table.text("text"))
        table.done()
    return found


def _year(table: Table) -> int | None:
    if "year" not in table:
        return None
    value = table.number("year")
    if not 1850 <= value <= 2100 or value != int(value):
        raise table.error("must be a year", "year")
    return int(value)


def parse(text: str, file: str) -> Table:
    """Read a file as one table.

    Raises
    ------
    KnowledgeError
        If it is not TOML.
    """
    try:
        return Table(file, "", tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise KnowledgeError(f"{file}: not TOML: {error}") from None
