"""Amounts of a medicine as they stand in the files: exact decimals, each with its basis."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from facialis.knowledge.definitions import KnowledgeError
from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table


@dataclass(frozen=True, slots=True)
class Proof:
    """Where something comes from.

    Attributes
    ----------
    basis : Basis
        An elicited one is never shown as a published one.
    sources : tuple of str
        Keys of ``sources.toml``.
    rule : str
        How it was calculated, why it was elicited so, or how the source was read.
    """

    basis: Basis
    sources: tuple[str, ...]
    rule: str = ""

    @property
    def first(self) -> str:
        """Return the first source, or that it is elicited."""
        return "elicited" if self.basis is Basis.ELICITED or not self.sources else self.sources[0]

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {"basis": self.basis.value, "sources": list(self.sources), "rule": self.rule}


def parse(text: str, file: str) -> Table:
    """Read a file as one table whose broken numbers are exact.

    Raises
    ------
    KnowledgeError
        If it is not TOML.
    """
    try:
        return Table(file, "", tomllib.loads(text, parse_float=Decimal))
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise KnowledgeError(f"{file}: not TOML: {error}") from None


def amount(table: Table, key: str) -> Decimal:
    """Take an amount above 0.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise table.error("must be a number", key)
    told = Decimal(value)
    if not told.is_finite() or told <= 0:
        raise table.error("must be a number above 0", key)
    return told


def whole(table: Table, key: str) -> int:
    """Take a whole number above 0.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise table.error("must be a whole number above 0", key)
    return value


def proof(table: Table, sources: Collection[str]) -> Proof:
    """Take ``basis`` (missing: published), ``sources`` and ``rule``; a number without a source says how it came to be.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    told = Proof(
        table.word("basis", Basis, "published"),
        table.names("sources", sources),
        table.text("rule", ""),
    )
    if told.basis is Basis.PUBLISHED and not told.sources:
        raise table.error("needs a source unless it is elicited", "sources")
    if told.basis is Basis.CALCULATED and not (told.sources and told.rule):
        raise table.error("needs a rule and a source: it is calculated", "rule")
    if told.basis is Basis.ELICITED and not (told.rule or told.sources):
        raise table.error("needs a rule: it is elicited", "rule")
    return told
