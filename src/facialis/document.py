"""Files that people and programs hand in, read key by key: what is wrong is said in one line with file and place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from sys import float_info
from typing import Any

from facialis import knowledge
from facialis.findings import Estimate, Finding, Side, State

# With more of them the line that names the words that are allowed is no line any more.
_MOST_NAMED = 24


class DocumentError(Exception):
    """A file is not what it should be; the text is one line: file, place, what is wrong."""


def json_file(path: Path) -> Any:
    """Return what a JSON file holds, every number and text of it such that it can be written again.

    Raises
    ------
    DocumentError
        If the file cannot be read or is not JSON, in one line.
    """
    text = text_file(path)
    try:
        value = json.loads(text, parse_constant=_refuse)
        # Half a character, as "\\ud800" is, can be read and not be written.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path}: is not JSON: {error}") from error
    return value


def toml_file(path: Path, *, exact: bool = False) -> dict[str, Any]:
    """Return what a TOML file holds; `exact` reads broken numbers as ``Decimal``, as amounts of a medicine need.

    Raises
    ------
    DocumentError
        If the file cannot be read or is not TOML, in one line.
    """
    text = text_file(path)
    try:
        return tomllib.loads(text, parse_float=Decimal if exact else float)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DocumentError(f"{path}: is not TOML: {error}") from error


def text_file(path: Path) -> str:
    """Return the text of a file, UTF-8 with or without a byte order mark.

    Raises
    ------
    DocumentError
        If it cannot be read or is no text, in one line.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: is not text in UTF-8") from error
    except ValueError as error:
        raise DocumentError(f"{path}: is no name of a file") from error


class Document:
    """One object of a JSON file, taken key by key.

    Parameters
    ----------
    value : object
        As it was parsed.
    file : str
        How the file is called in errors.
    where : str
        Place in the file, for example ``changes[3]``; empty for the whole.
    """

    def __init__(self, value: object, file: str, where: str = "") -> None:
        self.file, self.where = file, where
        if not isinstance(value, Mapping):
            toml = file.lower().endswith(".toml")
            raise self.error(f"must be a table, as [{where}]" if toml else "must be an object in braces")
        self._left: Mapping[str, Any] = value

    @classmethod
    def read(cls, path: Path, schema: str) -> Document:
        """Read a JSON file whose ``schema`` key is this one.

        Raises
        ------
        DocumentError
            If the file cannot be read, is no JSON, or says another schema.
        """
        return cls.of(json_file(path), str(path), schema)

    @classmethod
    def of(cls, value: object, name: str, schema: str) -> Document:
        """Take a result that is at hand, whose ``schema`` key is this one; `name` is how it is called in errors.

        Raises
        ------
        DocumentError
            If it is no object, or says another schema.
        """
        document = cls(value, name)
        told = document.take("schema") if document.has("schema") else None
        if told != schema:
            raise document.error(f'is {json.dumps(told)}, not "{schema}"', "schema")
        return document

    def error(self, what: str, key: str = "") -> DocumentError:
        """Return the error for this object, or for one key of it."""
        place = ".".join(part for part in (self.where, key) if part)
        return DocumentError(f"{self.file}: {place} {what}" if place else f"{self.file}: {what}")

    def take(self, key: str) -> Any:
        """Return a value as it is; it must be there."""
        if key not in self._left:
            raise self.error("is missing", key)
        return self._left[key]

    def has(self, key: str) -> bool:
        """Say whether a key is there and not null."""
        return self._left.get(key) is not None

    def items(self) -> list[tuple[str, Any]]:
        """Return every key with its value."""
        return [(str(key), value) for key, value in self._left.items()]

    def only(self, names: Collection[str]) -> None:
        """Refuse keys that nobody reads: most are typing errors."""
        for key in self._left:
            if key not in names:
                like = get_close_matches(str(key), list(names), 1)
                raise self.error(f'"{key}" is not known' + (f'; did you mean "{like[0]}"?' if like else _of(names)))

    def inner(self, key: str) -> Document:
        """Return an object inside this one."""
        return Document(self.take(key), self.file, f"{self.where}.{key}".lstrip("."))

    def rows(self, key: str) -> list[Document]:
        """Return a list of objects."""
        rows = self.take(key)
        if not isinstance(rows, list):
            raise self.error("must be a list", key)
        return [Document(row, self.file, f"{self.where}.{key}[{i}]".lstrip(".")) for i, row in enumerate(rows)]

    def text(self, key: str, *, empty: bool = False) -> str:
        """Return a text; an empty one only where that is allowed."""
        value = self.take(key)
        if not isinstance(value, str) or (not empty and not value.strip()):
            raise self.error("must be a text" if empty else "must be a text that is not empty", key)
        return value.strip()

    def word(self, key: str, words: Collection[str]) -> str:
        """Return one of some words; a wrong one is told its nearest."""
        value = self.take(key)
        if not isinstance(value, str) or value not in words:
            near = get_close_matches(str(value).lower(), list(words), 1)
            hint = f'did you mean "{near[0]}"? ' if near else ""
            raise self.error(f"is {json.dumps(value, default=str)}; {hint}it must be one of {', '.join(words)}", key)
        return value

    def word_or_none(self, key: str, words: Collection[str]) -> str | None:
        """Return one of some words, None where it is null or missing."""
        return self.word(key, words) if self.has(key) else None

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self.error("must be a list of texts", key)
        return tuple(value)

    def number(self, key: str, least: float | None = None, most: float | None = None) -> float:
        """Return a finite number, not below `least` and not above `most`."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= float_info.max:
            raise self.error("must be a number", key)
        if least is not None and value < least:
            raise self.error(f"must be at least {least:g}", key)
        if most is not None and value > most:
            raise self.error(f"must be at most {most:g}", key)
        return float(value)

    def number_or_none(self, key: str, least: float | None = None, most: float | None = None) -> float | None:
        """Return a finite number, None where it is null or missing."""
        return self.number(key, least, most) if self.has(key) else None

    def estimate(self, key: str, most: float) -> Estimate | None:
        """Return a number with its interval, within `most` of nought; None where it is null, missing or empty."""
        if not self.has(key) or not self.inner(key).has("value"):
            return None
        inner = self.inner(key)
        try:
            value, low, high = (inner.number(end, -most, most) for end in ("value", "low", "high"))
            return Estimate(value, low, high)
        except ValueError as error:
            raise self.error(str(error), key) from error


def finding_of(row: Document, source: str = "") -> Finding:
    """Return the finding that an object holds.

    Parameters
    ----------
    row : Document
    source : str
        Who tells it where the object does not say so; when empty the clinician, or who else can tell it.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest valid word.
    """
    row.only(("code", "state", "side", "source", "estimate", "because", "probability"))
    code = row.text("code")
    try:
        definition = knowledge.finding(code)
    except knowledge.UnknownNameError as error:
        raise row.error(_no_finding(code, error, row.file), "code") from error
    able = definition.assessed_by
    return Finding(
        code,
        State(row.word("state", tuple(State))),
        Side(row.word_or_none("side", tuple(Side)) or "none"),
        row.estimate("estimate", 1e12) if row.has("estimate") else None,
        row.word_or_none("source", knowledge.ASSESSORS) or source or ("clinician" if "clinician" in able else able[0]),
        row.words("because") if row.has("because") else (),
        row.number_or_none("probability", 0.0, 1.0),
    )


def _no_finding(code: str, error: Exception, file: str) -> str:
    """Say what a code is that is no finding, or which one was meant."""
    from facialis.knowledge import treatment

    if code not in treatment.circumstances():
        return f"is not known: {error}"
    place = "[circumstances]" if file.lower().endswith(".toml") else '"circumstances"'
    return f'is "{code}", which is a circumstance and no finding: write it under {place}'


def _of(names: Collection[str]) -> str:
    """Name the words that are allowed, where they still make one line."""
    return f"; it must be one of {', '.join(names)}" if 0 < len(names) <= _MOST_NAMED else ""


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
