"""What a rating scale is: its items, how they are put together, and how well its numbers are founded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from facialis.document import DocumentError


class AnswersError(DocumentError):
    """Answers, or the name of a scale, are not what they should be; the text is one line."""


class How(StrEnum):
    """How answers become a score."""

    SUM = "sum"
    WEIGHTED = "weighted"
    CHOICE = "choice"
    HIGHEST_STEP = "highest_step"
    FORM = "form"


class Basis(StrEnum):
    """How well a number is founded; a ``to_verify`` one is never shown."""

    PUBLISHED = "published"
    CALCULATED = "calculated"
    ELICITED = "elicited"
    TO_VERIFY = "to_verify"


class Wording(StrEnum):
    """Whose words an item has: the scale's own and free to use, ours, or only those of the practice's licence."""

    FREE = "free"
    OWN = "own"
    LICENSED = "licensed"


@dataclass(frozen=True, slots=True)
class Item:
    """One question or one thing to rate.

    Attributes
    ----------
    key : str
        As answers name it.
    low, high : int
        The least and the largest answer.
    topic : str
        The question; for a licensed item that no practice has worded, its number alone.
    wording : Wording
    levels : mapping of int to str
        What an answer means; may name only some.
    words : mapping of str to int
        Answers in words, for example ``"at least II"``.
    steps : mapping of int to int
        Which step of the scale an answer reaches, 0 for none; empty where answers are added.
    who : str
        Who tells, where it is somebody else than for the scale.
    """

    key: str
    low: int
    high: int
    topic: str
    wording: Wording
    levels: Mapping[int, str]
    words: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[int, int] = field(default_factory=dict)
    who: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Items that count alike.

    Attributes
    ----------
    name : str
        Empty where the scale has one part.
    weight : int
        What each point counts in the total; negative where it is subtracted.
    items : tuple of Item
    """

    name: str
    weight: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A published property of the scale, for example its reliability.

    Attributes
    ----------
    name : str
    value : float or None
        None where only a span is published.
    low, high : float or None
        The span or the 95 % interval, as `name` says.
    basis : Basis
    source : str
        Key of the sources.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True)
class SmallestChange:
    """The smallest change that people call important, in points.

    Attributes
    ----------
    value : float
    low, high : float or None
        Its 95 % interval, where one is published.
    basis : Basis
    source : str
    measured_in : str
        In whom.
    carries_over : bool
        Whether it may be used for the people whom this software is for.
    note : str
        What must be known with it.
    """

    value: float
    low: float | None
    high: float | None
    basis: Basis
    source: str
    measured_in: str
    carries_over: bool
    note: str


@dataclass(frozen=True, slots=True)
class Band:
    """What totals from `at` on are called, up to the next band."""

    at: int
    name: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """When answers are a finding of the vocabulary.

    Attributes
    ----------
    code : str
        Key of the findings.
    items : tuple of str
        Whose answers are added.
    at_least : float
        From this sum on it is present.
    source : str
        Who says so, as in :attr:`facialis.findings.Finding.source`.
    ask_next : str
        The scale to ask next where it is present; empty for none.
    action, plain_action : str
        What to do where it is present, for clinicians and for patients; empty where nothing is urgent.
    """

    code: str
    items: tuple[str, ...]
    at_least: float
    source: str
    ask_next: str
    action: str
    plain_action: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating scale.

    Attributes
    ----------
    key, name, about : str
    made_for, not_for : str
        What it was made for, and what it does not tell.
    who : str
        ``"patient"`` or ``"clinician"``.
    instruction : str
        What stands over its items; may be empty.
    higher_is_worse : bool
    other_disorder : str
        The disorder that it was made for, where that is not hemifacial spasm and it rates the face; else empty.
    licence : str
    how : How
    low, high : float or None
        The ends of the total; None where the practice's form says them.
    rule : str
        How the total and its ends came about.
    basis : Basis
        Of the way of scoring.
    parts : tuple of Part
    most_missing : int
        How many items may be missing and the total still be estimated.
    never_estimated : tuple of str
        Items without which nothing is estimated.
    missing_text : str
    bands : tuple of Band
    reliability : tuple of Number
        Only what may be shown.
    smallest_change : SmallestChange or None
    no_change_because : str
        Why there is none.
    rules : tuple of Rule
    unverified : tuple of str
        What could not be verified, in words without numbers.
    sources : tuple of str
    """

    key: str
    name: str
    about: str
    made_for: str
    not_for: str
    who: str
    instruction: str
    higher_is_worse: bool
    other_disorder: str
    licence: str
    how: How
    low: float | None
    high: float | None
    rule: str
    basis: Basis
    parts: tuple[Part, ...]
    most_missing: int
    never_estimated: tuple[str, ...]
    missing_text: str
    bands: tuple[Band, ...]
    reliability: tuple[Number, ...]
    smallest_change: SmallestChange | None
    no_change_because: str
    rules: tuple[Rule, ...]
    unverified: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of the form."""
        return tuple(item for part in self.parts for item in part.items)

    def teller(self, item: Item) -> str:
        """Say who tells an item."""
        return item.who or self.who
