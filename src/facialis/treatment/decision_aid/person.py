"""Which options a person must not be given, and what holds for this person: the rules of an option and a case."""

from __future__ import annotations

from facialis import knowledge
from facialis.case import Case
from facialis.findings import State
from facialis.knowledge import treatment
from facialis.knowledge.treatment.option import Option, Rule
from facialis.units import in_text


def why(rule: Rule, case: Case) -> str:
    """Say why a rule holds for a person.

    Parameters
    ----------
    rule : Rule
    case : Case

    Returns
    -------
    str
        For example ``"myasthenia gravis: present"``; empty where it does not hold, or nobody knows.
    """
    years = _years(rule, case.age)
    if years is None:
        return ""
    if not rule.when:
        return years or "holds for everybody"
    named = next((said for said in (_present(key, case) for key in rule.when) if said), "")
    return "; ".join(part for part in (named, years) if part) if named else ""


def barred(option: Option, case: Case) -> str:
    """Say in one line why an option must not be given to a person; empty where nothing known speaks against it."""
    for rule in option.never:
        because = why(rule, case)
        if because:
            return f"{rule.text} ({because})"
    return ""


def told(option: Option, case: Case) -> tuple[list[str], list[str]]:
    """Return, in plain words, what holds for this person and what nobody has asked.

    Returns
    -------
    holds, unasked : list of str
        Rules that hold; rules that would matter and of which nobody knows.
    """
    holds, unasked = [], []
    for rule in (*option.never, *option.first, *option.caution):
        if for_everybody(rule):
            continue
        if why(rule, case):
            holds.append(rule.plain)
        elif rule.if_unknown and not _answered(rule, case):
            unasked.append(rule.plain)
    return holds, unasked


def for_everybody(rule: Rule) -> bool:
    """Say whether a rule asks nothing of the person: it holds for everybody."""
    return not rule.when and rule.age_below is None and rule.age_above is None


def _years(rule: Rule, age: float | None) -> str | None:
    """Say which bound of age holds, empty where there is none; None where one does not hold or the age is not known."""
    if rule.age_below is None and rule.age_above is None:
        return ""
    below = rule.age_below is not None and age is not None and age < rule.age_below
    above = rule.age_above is not None and age is not None and age > rule.age_above
    if below:
        return f"the person is {age:g} years, below {rule.age_below:g}"
    return f"the person is {age:g} years, above {rule.age_above:g}" if above else None


def _present(key: str, case: Case) -> str:
    circumstance = treatment.circumstances().get(key)
    if circumstance is not None:
        taken = [name for name in case.medicines if name.lower() in circumstance.medicines]
        if taken:
            return f"{in_text(circumstance.term)}: takes {taken[0]}"
        return f"{in_text(circumstance.term)}: present" if case.circumstances.get(key) is State.PRESENT else ""
    found = any(finding.code == key and finding.state is State.PRESENT for finding in case.findings)
    return f"{in_text(knowledge.finding(key).term)}: present" if found else ""


def _answered(rule: Rule, case: Case) -> bool:
    """Say whether somebody has answered for all that a rule asks."""
    return all(key in case.circumstances or any(finding.code == key for finding in case.findings) for key in rule.when)
