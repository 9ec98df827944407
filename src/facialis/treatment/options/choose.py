"""The options for one person: filtered by rules, ordered by standing, each with what it rests on. It decides nothing.

The order: by standing (established, limited, historical), then by state (open, care, first), then as the file has them.
What a rule excludes follows, and what has no evidence in hemifacial spasm comes last; neither is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from facialis.case import Case
from facialis.findings import Estimate, State
from facialis.flags import Raised
from facialis.knowledge.treatment.ground_rule import GroundRules
from facialis.knowledge.treatment.option import Circumstance, Option, Rule, Standing
from facialis.treatment.options.facts import AGE, Facts, SideKnown
from facialis.treatment.options.rules import Held, Judged, judge

_PARTS = ("never", "first", "caution")


class Standpoint(StrEnum):
    """How an option stands for this person; the order in which they are shown."""

    OPEN = "open"
    CARE = "care"
    FIRST = "first"
    EXCLUDED = "excluded"
    NO_PLACE = "no_place"

    @property
    def possible(self) -> bool:
        """Whether it can be chosen."""
        return self in (Standpoint.OPEN, Standpoint.CARE, Standpoint.FIRST)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the options are for, as the diagnosis tells it.

    Attributes
    ----------
    disorder, name : str
        The disorder that leads.
    probability : Estimate
        Of that disorder, 0 to 1.
    leads : bool
        Hemifacial spasm leads, and surely enough to be named.
    """

    disorder: str
    name: str
    probability: Estimate
    leads: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What nobody knows and a rule asks for.

    Attributes
    ----------
    key, name, question : str
        Its name for clinicians; the question in plain words.
    would : str
        The strongest that it could do: ``"exclude"``, ``"come_first"`` or ``"need_care"``.
    of_patient : bool
        The person can answer; else it is looked up or tested.
    """

    key: str
    name: str
    question: str
    would: str
    of_patient: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """An option and how it stands for this person.

    Attributes
    ----------
    option : Option
    state : Standpoint
    rank : int or None
        From 1 on; None for what is excluded or has no evidence.
    excluded, first, cautions : tuple of Held
        The rules that hold. A caution that holds for everybody does not change the state.
    questions : tuple of Question
        What its rules ask for and nobody knows.
    """

    option: Option
    state: Standpoint
    rank: int | None
    excluded: tuple[Held, ...]
    first: tuple[Held, ...]
    cautions: tuple[Held, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """All options for one person.

    Attributes
    ----------
    case : Case
    diagnosis : Diagnosis or None
        None where nothing told the disorders apart.
    side : SideKnown
    red_flags : tuple of Raised
        The most urgent first.
    ground : tuple of Held
        What stands above all single options and holds.
    options : tuple of Placed
        In the order in which they are shown.
    questions : tuple of Question
        What to ask before a decision, what could do most first.
    not_assessable : tuple of str
        What could not be looked at, and why.
    on : date or None
        The day of the answer.
    """

    case: Case
    diagnosis: Diagnosis | None
    side: SideKnown
    red_flags: tuple[Raised, ...]
    ground: tuple[Held, ...]
    options: tuple[Placed, ...]
    questions: tuple[Question, ...]
    not_assessable: tuple[str, ...]
    on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public result, see ``facialis.schemas.load("facialis.options/1")``."""
        from facialis.treatment.options.result import to_json

        return to_json(self)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of treatment, as far as the choice needs it.

    Attributes
    ----------
    options : mapping of str to Option
        In the order of the file.
    ground_rules : GroundRules
    circumstances : mapping of str to Circumstance
    """

    options: Mapping[str, Option]
    ground_rules: GroundRules
    circumstances: Mapping[str, Circumstance]


def choose(
    case: Case,
    *,
    diagnosis: Diagnosis | None = None,
    red_flags: Sequence[Raised] = (),
    side: SideKnown | None = None,
    on: date | None = None,
    known: Known | None = None,
) -> Chosen:
    """Filter and order the options for one person.

    Parameters
    ----------
    case : Case
        Half a case is a fine case: what is not known becomes a question.
    diagnosis : Diagnosis or None
    red_flags : sequence of Raised
        The most urgent first.
    side : SideKnown or None
        None: nobody has named one.
    on : date or None
        The day of the answer, as printed.
    known : Known or None
        What Facialis itself knows when None.

    Returns
    -------
    Chosen

    Raises
    ------
    facialis.knowledge.KnowledgeError
        If a knowledge file is wrong.
    """
    known = known or _ours()
    another = ""
    if diagnosis is not None and not diagnosis.leads:
        another = f"{diagnosis.name}: {diagnosis.probability.value:.0%} before all others".replace("%", " %")
    facts = Facts(case, side or SideKnown(), known.circumstances, known.ground_rules.spared, another)
    said = [judge(one.rule, facts, one.unless).held for one in known.ground_rules.rules.values() if one.said]
    placed = _ranked([_placed(option, facts, known.ground_rules) for option in known.options.values()])
    return Chosen(
        case,
        diagnosis,
        facts.side,
        tuple(red_flags),
        tuple(held for held in said if held is not None),
        placed,
        _together(placed),
        tuple(_gaps(case, facts)),
        on,
    )


def _ours() -> Known:
    from facialis.knowledge import treatment

    return Known(treatment.options(), treatment.ground_rules(), treatment.circumstances())


def _placed(option: Option, facts: Facts, ground: GroundRules) -> Placed:
    held: dict[str, list[Held]] = {part: [] for part in _PARTS}
    questions: dict[str, Question] = {}
    for part in _PARTS:
        for rule, told in _judged(option, part, facts, ground):
            if told.held is not None:
                held[part].append(told.held)
            if told.held is not None or rule.if_unknown or told.unknown == (AGE,):
                for key in told.unknown:
                    questions.setdefault(key, _question(key, part, facts))
    never, first, cautions = (tuple(held[part]) for part in _PARTS)
    return Placed(option, _state(option, held), None, never, first, cautions, tuple(questions.values()))


def _judged(option: Option, part: str, facts: Facts, ground: GroundRules) -> Iterator[tuple[Rule, Judged]]:
    """Judge the rules of one part: those above all options, then the option's own."""
    for one in ground.rules.values():
        if one.part == part and one.of(option):
            yield one.rule, judge(one.rule, facts, one.unless)
    own: tuple[Rule, ...] = getattr(option, part)
    for rule in own:
        yield rule, judge(rule, facts)


def _question(key: str, part: str, facts: Facts) -> Question:
    would = {"never": "exclude", "first": "come_first", "caution": "need_care"}[part]
    return Question(key, facts.name(key), facts.question(key), would, facts.asked_of_the_patient(key))


def _state(option: Option, held: Mapping[str, Sequence[Held]]) -> Standpoint:
    if option.standing is Standing.NO_EVIDENCE:
        return Standpoint.NO_PLACE
    if held["never"]:
        return Standpoint.EXCLUDED
    if held["first"]:
        return Standpoint.FIRST
    return Standpoint.CARE if any(one.personal for one in held["caution"]) else Standpoint.OPEN


def _ranked(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    standings, states = tuple(Standing), tuple(Standpoint)

    def place(one: Placed) -> tuple[int, int, int]:
        after = 0 if one.state.possible else states.index(one.state)
        return after, standings.index(one.option.standing), states.index(one.state)

    ordered = sorted(placed, key=place)
    return tuple(replace(one, rank=i if one.state.possible else None) for i, one in enumerate(ordered, 1))


def _together(placed: Sequence[Placed]) -> tuple[Question, ...]:
    """Return the questions of all options that can be chosen, each once, what could do most first."""
    order = ("exclude", "come_first", "need_care")
    strongest: dict[str, Question] = {}
    for one in placed:
        for asked in one.questions if one.state.possible else ():
            before = strongest.get(asked.key)
            if before is None or order.index(asked.would) < order.index(before.would):
                strongest[asked.key] = asked
    return tuple(sorted(strongest.values(), key=lambda asked: (not asked.of_patient, order.index(asked.would))))


def _gaps(case: Case, facts: Facts) -> list[str]:
    gaps = []
    if case.age is None:
        gaps.append("The age is not given: rules by age could not be looked at.")
    gaps += [
        f"{facts.circumstances[key].term}: was asked and could not be told."
        for key, state in case.circumstances.items()
        if state is State.NOT_ASSESSABLE and key in facts.circumstances
    ]
    gaps += [
        f"{name}: no rule here names this medicine; its interactions were not looked at."
        for name in facts.unknown_medicines()
    ]
    return gaps
