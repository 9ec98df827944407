"""The questionnaire as data: what is asked, when, and which findings each answer sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from facialis.findings import State

UNKNOWN = "unknown"
"""Answer "I don't know": the findings that the question could have shown are not assessable."""
SKIPPED = "skipped"
"""The question was passed over: nothing is known, not even that it cannot be known."""
FIELDS = ("age", "age_at_onset", "duration_months", "sex")
"""What of a case is no finding and may be asked."""


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    SIDE = "side"
    NUMBER = "number"
    AGE_OR_YEAR = "age_or_year"


class Stage(StrEnum):
    """When a question is asked: the stages in this order, and within all but the last in the order of the file.

    Warning signs come first whatever they tell; those of the third stage name the side, which the second asks for. In
    the last the question that tells most comes first.
    """

    RED_FLAG = "red_flag"
    BASICS = "basics"
    SOON = "soon"
    RANKED = "ranked"


class Sided(StrEnum):
    """Which side the findings of a question have: none, the side that moves, or always both."""

    NONE = "none"
    MOVING = "moving"
    BOTH = "both"


Conditions = tuple[Mapping[str, tuple[str, ...]], ...]
"""Conditions of which one must hold; each asks for one of some answers of every question that it names."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a question.

    Attributes
    ----------
    key, text : str
        As stored, and as shown.
    sets : mapping of str to State
        Findings that it sets.
    points : int or None
        What it counts in a score.
    """

    key: str
    text: str
    sets: Mapping[str, State]
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes
    ----------
    key : str
        Under which its answer is stored.
    question, help : str
        In plain words; ``{side}`` stands for the side that moves.
    kind : Kind
    stage : Stage
    choices : mapping of str to Choice
        Its answers; empty for numbers.
    field : str
        The field of the case that it fills, one of ``FIELDS``; or empty.
    least, most : int
        Bounds of a number.
    ask_if, ask_unless : Conditions
        Empty where it is always asked, and where nothing forbids it.
    from_age : float
        In years: it is not asked of somebody who is known to be younger.
    source : str
        Who says so: the source of its findings.
    sided : Sided
    """

    key: str
    question: str
    help: str
    kind: Kind
    stage: Stage
    choices: Mapping[str, Choice] = field(default_factory=lambda: MappingProxyType({}))
    field: str = ""
    least: int = 0
    most: int = 0
    ask_if: Conditions = ()
    ask_unless: Conditions = ()
    from_age: float = 0.0
    source: str = "patient"
    sided: Sided = Sided.NONE

    @property
    def codes(self) -> tuple[str, ...]:
        """The findings that its answers may set."""
        return tuple(dict.fromkeys(code for choice in self.choices.values() for code in choice.sets))

    @property
    def shows(self) -> frozenset[str]:
        """The findings that one of its answers sets present."""
        said = (pair for choice in self.choices.values() for pair in choice.sets.items())
        return frozenset(code for code, state in said if state is State.PRESENT)


@dataclass(frozen=True, slots=True)
class Score:
    """A sum of points that sets a finding.

    Attributes
    ----------
    key : str
    items : tuple of str
        Questions whose points are added.
    at_least : float
        From which sum the finding is present.
    finding : str
    advice : str
        What is said then.
    scale : str
        Key of the scale that is worth answering then; empty for none.
    """

    key: str
    items: tuple[str, ...]
    at_least: float
    finding: str
    advice: str
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Findings that do not go together, and the line that says so."""

    findings: Mapping[str, State]
    text: str


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A questionnaire as it was read.

    Attributes
    ----------
    opening : str
        What is said before the first question.
    headings : mapping of Stage to str
        What is said before a stage.
    side_words : mapping of str to str
        What ``{side}`` becomes: for ``left``, ``right``, ``both`` and, while it is not known, ``other``.
    items : mapping of str to Item
        In the order of the file.
    scores : mapping of str to Score
    contradictions : tuple of Contradiction
    not_asked : mapping of str to str
        Findings that are left out on purpose, with the reason.
    digest : str
        SHA-256 of the file.
    """

    opening: str
    headings: Mapping[Stage, str]
    side_words: Mapping[str, str]
    items: Mapping[str, Item]
    scores: Mapping[str, Score]
    contradictions: tuple[Contradiction, ...]
    not_asked: Mapping[str, str]
    digest: str

    @property
    def sets(self) -> frozenset[tuple[str, str]]:
        """Every finding that an answer may set, with its source."""
        told = {(code, item.source) for item in self.items.values() for code in item.codes}
        return frozenset(told | {(score.finding, "patient") for score in self.scores.values()})
