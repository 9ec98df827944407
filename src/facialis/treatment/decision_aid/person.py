"""What holds for one person: which options they must not be given, and what matters for the others.

The rules are judged where the options are chosen, so that the two pages never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping

from facialis.case import Case
from facialis.knowledge.treatment.option import Rule
from facialis.treatment.options import Placed, SideKnown, choose


def placed(case: Case | None, side: SideKnown | None = None) -> Mapping[str, Placed]:
    """Return how each option stands for a person, by key; empty where nobody is named."""
    return {} if case is None else {one.option.key: one for one in choose(case, side=side).options}


def barred(one: Placed) -> str:
    """Say in one line why an option must not be given to a person; empty where nothing known speaks against it."""
    return "; ".join(f"{held.rule.text} ({held.because})" for held in one.excluded[:1])


def told(one: Placed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what holds for this person, in plain words, and the questions that nobody has asked.

    Returns
    -------
    holds, unasked : tuple of str
    """
    holds = tuple(held.rule.plain for held in (*one.first, *one.cautions) if held.personal)
    return tuple(dict.fromkeys(holds)), tuple(asked.question for asked in one.questions if asked.of_patient)


def for_everybody(rule: Rule) -> bool:
    """Say whether a rule asks nothing of the person: it holds for everybody."""
    return not rule.when and rule.age_below is None and rule.age_above is None
