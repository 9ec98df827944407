"""What is known: the vocabulary of findings and the numbers that decide, each with its source.

>>> from facialis import knowledge
>>> knowledge.finding("other_babinski_sign").term
'Other Babinski sign'
>>> knowledge.threshold("tonic_plateau_s")
1.0
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from facialis.knowledge import read, read_disorders
from facialis.knowledge.definitions import (
    ASSESSORS,
    FindingDefinition,
    Kind,
    KnowledgeError,
    Source,
    Term,
    Threshold,
    Urgency,
)
from facialis.knowledge.differential import Basis, Code, Disorder, Flag, Step

__all__ = [
    "ASSESSORS",
    "Basis",
    "Code",
    "Disorder",
    "FindingDefinition",
    "Flag",
    "Kind",
    "KnowledgeError",
    "Source",
    "Step",
    "Term",
    "Threshold",
    "UnknownNameError",
    "Urgency",
    "digest",
    "disorders",
    "finding",
    "findings",
    "glossary",
    "nodes",
    "red_flags",
    "sources",
    "steps",
    "threshold",
    "thresholds",
]

Entry = TypeVar("Entry")


class UnknownNameError(LookupError):
    """A code or a name that the knowledge does not hold; the message is one line."""


def findings() -> Mapping[str, FindingDefinition]:
    """Return every finding of the vocabulary by code, in the order of the file.

    Raises
    ------
    KnowledgeError
        If a knowledge file is wrong; one line with file and key.
    """
    return _vocabulary()[0]


def nodes() -> Mapping[str, str]:
    """Return what the letters of the hidden nodes stand for."""
    return _vocabulary()[1]


@cache
def thresholds() -> Mapping[str, Threshold]:
    """Return every threshold by name, with unit, kind and source."""
    return MappingProxyType(read.thresholds(_text("thresholds.toml"), sources()))


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by key."""
    return MappingProxyType(read.sources(_text("sources.toml")))


@cache
def glossary() -> Mapping[str, Term]:
    """Return the terms of the field in plain words, by key."""
    return MappingProxyType(read.glossary(_text("glossary.toml")))


@cache
def disorders() -> Mapping[str, Disorder]:
    """Return the disorders that are told apart by key, in the order of the differential."""
    return MappingProxyType(read_disorders.disorders(_text("disorders.toml"), sources()))


@cache
def red_flags() -> Mapping[str, Flag]:
    """Return the red flags by key, in the order in which they are shown."""
    return MappingProxyType(read_disorders.flags(_text("red_flags.toml"), findings(), thresholds(), sources()))


@cache
def steps() -> Mapping[str, Step]:
    """Return what can be asked, looked for or tested next: by ``question:CODE``, ``sign:CODE`` or the test's name."""
    return MappingProxyType(read_disorders.steps(_text("steps.toml"), findings()))


@cache
def digest() -> str:
    """Return the SHA-256 over the names and contents of all knowledge files: which knowledge a result rests on."""
    total = sha256()
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            text = file.read_bytes()
            total.update(f"{file.name} {len(text)}\n".encode() + text)
    return total.hexdigest()


def finding(code: str) -> FindingDefinition:
    """Return what `code` means.

    Raises
    ------
    UnknownNameError
        If the vocabulary does not hold it.
    """
    return _look_up(code, findings(), "finding")


def threshold(name: str) -> float:
    """Return the value of a threshold; :func:`thresholds` has its unit, kind and source.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return _look_up(name, thresholds(), "threshold").value


def _look_up(name: str, known: Mapping[str, Entry], what: str) -> Entry:
    try:
        return known[name]
    except KeyError:
        near = get_close_matches(name, known, n=1)
        raise UnknownNameError(f'no {what} "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")) from None


@cache
def _vocabulary() -> tuple[Mapping[str, FindingDefinition], Mapping[str, str]]:
    definitions, letters = read.findings(_text("findings.toml"), thresholds(), sources())
    return MappingProxyType(definitions), MappingProxyType(letters)


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
