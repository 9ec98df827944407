"""From answers to a score: its total or the range that is possible, its band, and what it means for the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from facialis import knowledge
from facialis.findings import Finding, State
from facialis.history.scales.definitions import AnswersError, How, Item, Rule, Scale
from facialis.units import count

SCHEMA = "facialis.scale/1"
Answer = float | str | None


@dataclass(frozen=True, slots=True)
class Urgent:
    """What must be done now.

    Attributes
    ----------
    code : str
        Key of the findings.
    urgency : str
    action, plain_action : str
        For clinicians, and for patients.
    """

    code: str
    urgency: str
    action: str
    plain_action: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One filled-in scale.

    Attributes
    ----------
    scale : str
        Its key.
    answers : mapping of str to (int or None)
        By item, in the order of the form; None where it is missing.
    total : float or None
        None where it cannot be said; then `low` and `high` tell what is possible.
    low, high : float or None
        The lowest and the highest total that the missing items leave possible; None where nothing is added.
    grade : str or None
        Grade or band, or the span of them that is possible, for example ``"II to IV"``; None where there are none.
    estimated : bool
        Whether missing items were estimated by the scale's published rule.
    because : tuple of str
        The reasons in words, most important first.
    urgent : tuple of Urgent
        What must be done now. Never only a number.
    ask_next : tuple of str
        Scales to ask next.
    answered_on : date or None
    """

    scale: str
    answers: Mapping[str, int | None]
    total: float | None
    low: float | None
    high: float | None
    grade: str | None
    estimated: bool
    because: tuple[str, ...]
    urgent: tuple[Urgent, ...]
    ask_next: tuple[str, ...]
    answered_on: date | None
    _findings: tuple[Finding, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The items that have no answer."""
        return tuple(key for key, answer in self.answers.items() if answer is None)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings that the answers are, also where there is no total."""
        return self._findings

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form, ``facialis.scale/1``."""
        return {
            "schema": SCHEMA,
            "scale": self.scale,
            "answered_on": self.answered_on.isoformat() if self.answered_on else None,
            "answers": dict(self.answers),
            "missing": list(self.missing),
            "score": {"total": self.total, "low": self.low, "high": self.high, "estimated": self.estimated},
            "grade": self.grade,
            "because": list(self.because),
            "urgent": [
                {"code": u.code, "urgency": u.urgency, "action": u.action, "plain_action": u.plain_action}
                for u in self.urgent
            ],
            "ask_next": list(self.ask_next),
            "findings": [finding.to_json() for finding in self._findings],
        }


def scored(scale: Scale, answers: Mapping[str, Answer], answered_on: date | None) -> Scored:
    """Score a scale; :func:`facialis.history.scales.score` says how.

    Raises
    ------
    AnswersError
        If an item is not known or an answer out of range.
    """
    if scale.how is How.FORM and not scale.items[0].key:
        raise AnswersError(
            f"{scale.key}: its items stand in the practice's own form; give it with `--wording FILE` (docs/scales.md)"
        )
    taken = _taken(scale, answers)
    low, high = _span(scale, taken)
    total, estimated = _total(scale, taken, low, high)
    found = tuple(_finding(scale, rule, taken) for rule in scale.rules)
    present = [rule for rule, one in zip(scale.rules, found, strict=True) if one.state is State.PRESENT]
    grade = _grade(scale, low, high)
    return Scored(
        scale=scale.key,
        answers=taken,
        total=total,
        low=low,
        high=high,
        grade=grade,
        estimated=estimated,
        because=tuple(_because(scale, taken, (low, high), total, estimated)),
        urgent=tuple(_urgent(rule) for rule in present if rule.action),
        ask_next=tuple(rule.ask_next for rule in present if rule.ask_next),
        answered_on=answered_on,
        _findings=found,
    )


def taken_answer(scale: Scale, item: Item, answer: Answer) -> int | None:
    """Return an answer as a whole number in the item's range; None where there is none.

    Raises
    ------
    AnswersError
        If it is neither a number in range nor one of the item's words.
    """
    if answer is None:
        return None
    number = _in_words(item, answer) if isinstance(answer, str) else answer
    # True is an int to Python, but no answer; 2.0 out of a table is 2.
    if isinstance(number, bool) or number is None or number % 1 != 0 or not item.low <= number <= item.high:
        known = f" or {', '.join(item.words)}" if item.words else ""
        said = f'"{answer}"' if isinstance(answer, str) else str(answer)
        raise AnswersError(
            f"{scale.key}: item {item.key} is {said}; it must be a whole number from {item.low} to {item.high}{known}"
        )
    return int(number)


def _in_words(item: Item, answer: str) -> int | None:
    words = {word.casefold(): number for word, number in item.words.items()}
    said = answer.strip().casefold()
    return words.get(said, int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None)


def _taken(scale: Scale, answers: Mapping[str, Answer]) -> dict[str, int | None]:
    keys = [item.key for item in scale.items]
    for key in answers:
        if str(key) not in keys:
            near = get_close_matches(str(key), keys, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"it has {', '.join(keys)}"
            raise AnswersError(f'{scale.key}: item "{key}" is not known; {hint}')
    return {item.key: taken_answer(scale, item, answers.get(item.key)) for item in scale.items}


def _ends(item: Item, answer: int | None) -> tuple[int, int]:
    """Return the least and the largest that an item may be."""
    return (item.low, item.high) if answer is None else (answer, answer)


def _span(scale: Scale, taken: Mapping[str, int | None]) -> tuple[float | None, float | None]:
    """Return the lowest and the highest total that are possible."""
    if scale.low is None or scale.high is None:
        return None, None
    if scale.how is How.HIGHEST_STEP:
        reached = [[item.steps[a] for a in _possible(item, taken[item.key])] for item in scale.items]
        return float(max(map(min, reached))), float(max(map(max, reached)))
    low = high = 0.0
    for part in scale.parts:
        for item in part.items:
            points = sorted(part.weight * end for end in _ends(item, taken[item.key]))
            low, high = low + points[0], high + points[1]
    # Ratings that contradict each other can leave the published ends, as synkinesis of a face that does not move.
    return min(max(scale.low, low), scale.high), max(min(scale.high, high), scale.low)


def _possible(item: Item, answer: int | None) -> range:
    low, high = _ends(item, answer)
    return range(low, high + 1)


def _total(
    scale: Scale, taken: Mapping[str, int | None], low: float | None, high: float | None
) -> tuple[float | None, bool]:
    """Return the total, and whether it is estimated."""
    if low is None or low == high:
        return low, False
    there = [answer for answer in taken.values() if answer is not None]
    needed = any(taken[key] is None for key in scale.never_estimated)
    if needed or not there or len(taken) - len(there) > scale.most_missing:
        return None, False
    return round(len(taken) * sum(there) / len(there), 1), True


def _grade(scale: Scale, low: float | None, high: float | None) -> str | None:
    if low is None or high is None or not scale.bands:
        return None
    first, last = band_name(scale, low), band_name(scale, high)
    return first if first == last else f"{first} to {last}"


def band_name(scale: Scale, total: float) -> str:
    """Return what a total is called; the scale must have bands."""
    return [band.name for band in scale.bands if band.at <= total][-1]


def _finding(scale: Scale, rule: Rule, taken: Mapping[str, int | None]) -> Finding:
    """Say whether a finding is present: for certain, whatever the missing answers would be, or not assessable."""
    items = [item for item in scale.items if item.key in rule.items]
    ends = [_ends(item, taken[item.key]) for item in items]
    low, high = sum(end[0] for end in ends), sum(end[1] for end in ends)
    what = f"{scale.name}, {' and '.join(rule.items)}" if len(scale.items) > len(items) else scale.name
    if low >= rule.at_least:
        points = f"{low}" if low == high else f"at least {low}"
        return Finding(rule.code, State.PRESENT, source=rule.source, because=(_met(what, points, rule),))
    if high < rule.at_least:
        points = f"{high}" if low == high else f"at most {high}"
        return Finding(rule.code, State.ABSENT, source=rule.source, because=(_met(what, points, rule),))
    gap = " and ".join(item.key for item in items if taken[item.key] is None)
    return Finding(rule.code, State.NOT_ASSESSABLE, source=rule.source, because=(f"{what}: not answered: {gap}",))


def _met(what: str, points: str, rule: Rule) -> str:
    return f"{what}: {points}; present from {rule.at_least:g}"


def _urgent(rule: Rule) -> Urgent:
    """Take the words of the knowledge's red flag, and those of the scale only where it has none."""
    flag = knowledge.red_flags().get(rule.code)
    urgency = knowledge.finding(rule.code).urgency.value
    if flag is None:
        return Urgent(rule.code, urgency, rule.action, rule.plain_action)
    return Urgent(rule.code, urgency, flag.action, flag.plain_action)


def _because(
    scale: Scale,
    taken: Mapping[str, int | None],
    span: tuple[float | None, float | None],
    total: float | None,
    estimated: bool,
) -> list[str]:
    missing = [key for key, answer in taken.items() if answer is None]
    lines = [f"{len(taken) - len(missing)} of {count(len(taken), 'item')} answered"]
    if missing:
        lines.append(f"missing: {', '.join(missing)}")
    low, high = span
    if low is None or high is None:
        return [*lines, "the form does not say how its items are put together: no total", *_another(scale)]
    if total is None or estimated:
        ends = f"{_named(scale, low)} to {_named(scale, high)}"
        lines.append(f"with every answer that is possible the {_what(scale)} is {ends}")
    if missing and low == high:
        lines.append("what is missing cannot change it")
    elif missing:
        lines.append(scale.missing_text)
    return [*lines, *_another(scale)]


def _what(scale: Scale) -> str:
    return "grade" if scale.how in (How.CHOICE, How.HIGHEST_STEP) and scale.bands else "total"


def _named(scale: Scale, total: float) -> str:
    return band_name(scale, total) if _what(scale) == "grade" else f"{total:g}"


def _another(scale: Scale) -> list[str]:
    if not scale.other_disorder:
        return []
    return [f"made for {scale.other_disorder} and not validated for hemifacial spasm"]
