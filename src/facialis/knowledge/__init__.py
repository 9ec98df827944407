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
from typing import TYPE_CHECKING, TypeVar

from facialis.knowledge import read, read_disorders, read_network, read_settings
from facialis.knowledge.definitions import (
    ASSESSORS,
    OLDEST_AGE,
    SETTINGS,
    SEXES,
    Code,
    FindingDefinition,
    Kind,
    KnowledgeError,
    Source,
    Term,
    Threshold,
    Urgency,
)
from facialis.knowledge.differential import Basis, Disorder, Flag, Node, Reader, Share, Step, Study, Trait
from facialis.units import DAYS_PER_MONTH

if TYPE_CHECKING:
    from facialis.knowledge.order_sheet import Orders

__all__ = [
    "ASSESSORS",
    "OLDEST_AGE",
    "SETTINGS",
    "SEXES",
    "Basis",
    "Code",
    "Disorder",
    "FindingDefinition",
    "Flag",
    "Kind",
    "KnowledgeError",
    "Node",
    "Reader",
    "Share",
    "Source",
    "Step",
    "Study",
    "Term",
    "Threshold",
    "Trait",
    "UnknownNameError",
    "Urgency",
    "digest",
    "disorders",
    "finding",
    "findings",
    "glossary",
    "leaves",
    "nodes",
    "nodes_of_the_network",
    "orders",
    "reader",
    "red_flags",
    "setting",
    "settings",
    "sources",
    "steps",
    "threshold",
    "thresholds",
    "toxin_is_recent",
    "traits",
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
    return MappingProxyType(read_disorders.flags(_text("red_flags.toml"), findings(), thresholds(), sources(), steps()))


@cache
def steps() -> Mapping[str, Step]:
    """Return what can be asked, looked for or tested next: by ``question:CODE``, ``sign:CODE`` or the test's name."""
    return MappingProxyType(read_disorders.steps(_text("steps.toml"), findings(), disorders()))


@cache
def orders() -> Orders:
    """Return what is known of ordering tests: parts, indications, the safety form, cautions."""
    # It reads as the files on treatment are read, whose package stands on this one.
    from facialis.knowledge import order_sheet

    return order_sheet.orders(_text("orders.toml"), findings(), steps(), sources())


def traits() -> Mapping[str, Trait]:
    """Return the hidden causes that make nodes go together, by letter."""
    return _network()[0]


def nodes_of_the_network() -> Mapping[str, Node]:
    """Return what the differential diagnosis weighs by name, with how often each state occurs in each disorder.

    Raises
    ------
    KnowledgeError
        If a knowledge file is wrong; one line with file and key.
    """
    return _network()[1]


def leaves() -> tuple[str, ...]:
    """Return the hypotheses: every disorder, or ``disorder:cause`` where its causes are told apart."""
    return _settings().leaves


def settings() -> Mapping[str, Share]:
    """Return how common each of the :func:`leaves` is, by setting."""
    return MappingProxyType(dict(_settings().shares))


def setting(name: str | None) -> Share:
    """Return how common each of the :func:`leaves` is in a setting; None: in one that is not known.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    return _settings().mixture if name is None else _look_up(name, _settings().shares, "setting")


def reader(code: str, who: str) -> Reader:
    """Return how well `who`, one of ``ASSESSORS``, reads the finding `code`.

    Raises
    ------
    UnknownNameError
        If there is no such finding or assessor, or if it is a machine that cannot read it.
    """
    definition = finding(code)
    if who not in ASSESSORS:
        near = get_close_matches(who, ASSESSORS, n=1)
        raise UnknownNameError(f'no assessor "{who}"' + (f'; did you mean "{near[0]}"?' if near else ""))
    found = _readers().find(definition, who)
    if found is None:
        raise UnknownNameError(f'"{code}" cannot be read by {who}, only by {", ".join(definition.assessed_by)}')
    return found


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


def toxin_is_recent(days: float | None) -> bool:
    """Say whether botulinum toxin is known to have been given so many days ago that it may still work."""
    return days is not None and days < threshold("recent_toxin_months") * DAYS_PER_MONTH


def _look_up(name: str, known: Mapping[str, Entry], what: str) -> Entry:
    try:
        return known[name]
    except KeyError:
        near = get_close_matches(name, known, n=1) or [key for key in known if name and name in key]
        raise UnknownNameError(f'no {what} "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")) from None


@cache
def _vocabulary() -> tuple[Mapping[str, FindingDefinition], Mapping[str, str]]:
    definitions, letters = read.findings(_text("findings.toml"), thresholds(), sources())
    return MappingProxyType(definitions), MappingProxyType(letters)


@cache
def _settings() -> read_settings.Settings:
    causes = {key: tuple(disorder.causes) for key, disorder in disorders().items()}
    return read_settings.settings(_text("settings.toml"), causes, sources())


@cache
def _readers() -> read_settings.Readers:
    return read_settings.readers(_text("readers.toml"), findings())


@cache
def _network() -> tuple[Mapping[str, Trait], Mapping[str, Node]]:
    letters, outlines = read_network.network(_text("network.toml"), findings())
    complete = read_network.frequencies(_text("frequencies.toml"), outlines, leaves(), sources())
    return MappingProxyType(letters), MappingProxyType(complete)


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
