"""Whether a rule of treatment holds for a person, which fact that rests on, and what nobody knows yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from facialis.findings import State
from facialis.knowledge.treatment.option import Rule
from facialis.treatment.options.facts import AGE, Facts

EVERYBODY = "holds for everybody"


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds for a person.

    Attributes
    ----------
    rule : Rule
    because : str
        Which fact of the case it rests on.
    personal : bool
        It rests on a fact of this person; else it holds for everybody.
    """

    rule: Rule
    because: str
    personal: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a rule: it holds, it does not, or nobody knows.

    Attributes
    ----------
    held : Held or None
    unknown : tuple of str
        Keys that would settle it, also where it holds until something is known to be done.
    """

    held: Held | None
    unknown: tuple[str, ...] = ()


def judge(rule: Rule, facts: Facts, unless: Sequence[str] = ()) -> Judged:
    """Judge a rule.

    Parameters
    ----------
    rule : Rule
    facts : Facts
    unless : sequence of str
        Keys; where one of them is present, the rule does not hold.

    Returns
    -------
    Judged
        With an age and keys both must hold. Two ages that leave a span between them hold within it, else outside.
    """
    freed = [facts.told(key) for key in unless]
    lacking = {key: one for key in rule.done_by if (one := facts.told(key)).state is not State.PRESENT}
    if any(one.state is State.PRESENT for one in freed) or (rule.done_by and not lacking):
        return Judged(None)
    age = _years(rule, facts.case.age)
    told = {key: facts.told(key) for key in rule.when}
    present = [one.because for one in told.values() if one.state is State.PRESENT]
    open_keys = tuple(key for key, one in told.items() if one.state not in (State.PRESENT, State.ABSENT))
    if age is False or (rule.when and not present and not open_keys):
        return Judged(None)
    if rule.when and not present:
        return Judged(None, open_keys + ((AGE,) if age is None else ()))
    if age is None:
        return Judged(None, (AGE,))
    because = [*present, *([age] if age else []), *(one.because for one in (*freed, *lacking.values()))]
    unasked = tuple(key for key, one in lacking.items() if one.state is not State.ABSENT)
    return Judged(Held(rule, "; ".join(because) or EVERYBODY, bool(because)), unasked)


def _years(rule: Rule, age: float | None) -> str | Literal[False] | None:
    """Say which bound of age holds: empty where there is none, False where it does not hold, None where not known."""
    below, above = rule.age_below, rule.age_above
    if below is None and above is None:
        return ""
    if age is None:
        return None
    under = f"age {age:g}, below {below:g}" if below is not None and age < below else ""
    over = f"age {age:g}, above {above:g}" if above is not None and age > above else ""
    if below is not None and above is not None and above < below:
        return f"age {age:g}, between {above:g} and {below:g}" if under and over else False
    return under or over or False
