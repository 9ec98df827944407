"""From answers to findings, fields of the case, and what does not fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from facialis import knowledge
from facialis.findings import Finding, Side, State
from facialis.history.questions import (
    SKIPPED,
    UNKNOWN,
    Conditions,
    Item,
    Kind,
    Questionnaire,
    Score,
    Sided,
)
from facialis.knowledge import OLDEST_AGE
from facialis.units import count

Answer = str | int
"""The key of a choice, a number, ``UNKNOWN`` or ``SKIPPED``."""
Answers = Mapping[str, Answer]
"""By the question's key, in the order in which they were given."""

"""A larger number is read as a year where an age or a year may be told."""


class AnswerError(ValueError):
    """An answer that the question does not have; the text is one line."""


def check(item: Item, value: object, year: int) -> Answer:
    """Return `value` if it is an answer of `item`.

    Parameters
    ----------
    item : Item
    value : object
        As it stands in a file.
    year : int
        The year in which it was given; a later one is none.

    Raises
    ------
    AnswerError
        If it is none, with the nearest valid word or the bounds.
    """
    if value in (UNKNOWN, SKIPPED) and isinstance(value, str):
        return value
    if item.choices:
        if isinstance(value, str) and value in item.choices:
            return value
        words = (*item.choices, UNKNOWN, SKIPPED)
        near = get_close_matches(str(value), words, 1)
        raise AnswerError(
            f'"{value}" is no answer' + (f'; did you mean "{near[0]}"?' if near else f": {', '.join(words)}")
        )
    if isinstance(value, bool) or not isinstance(value, int):
        raise AnswerError(f'"{value}" is no whole number')
    if item.kind is Kind.AGE_OR_YEAR and value > item.most:
        if not year - OLDEST_AGE <= value <= year:
            raise AnswerError(f"{value} is neither an age up to {item.most} nor a year up to {year}")
    elif not item.least <= value <= item.most:
        raise AnswerError(f"{value} is not between {item.least} and {item.most}")
    return value


def counted(questionnaire: Questionnaire, answers: Answers) -> dict[str, Answer]:
    """Return the answers of questions that are asked of this person, in the order of the file.

    An answer to a question that an earlier answer rules out stays stored and does not count.
    """
    told: dict[str, Answer] = {}
    for key, item in questionnaire.items.items():
        if key in answers and applies(questionnaire, item, told):
            told[key] = answers[key]
    return told


def applies(questionnaire: Questionnaire, item: Item, told: Answers) -> bool:
    """Say whether a question is asked, by the answers before it."""
    wanted = not item.ask_if or holds(questionnaire, item.ask_if, told)
    return wanted and not barred(questionnaire, item, told)


def barred(questionnaire: Questionnaire, item: Item, told: Answers) -> bool:
    """Say whether an answer before it, or the age, forbids a question for good."""
    if item.from_age:
        ages = (told.get(key) for key, other in questionnaire.items.items() if other.field == "age")
        if any(isinstance(age, int) and age < item.from_age for age in ages):
            return True
    return holds(questionnaire, item.ask_unless, told)


def holds(questionnaire: Questionnaire, conditions: Conditions, told: Answers) -> bool:
    """Say whether one of the conditions is met by the answers."""
    return any(
        all(value(questionnaire, name, told) in answers for name, answers in condition.items())
        for condition in conditions
    )


def value(questionnaire: Questionnaire, name: str, told: Answers) -> Answer | None:
    """Return what is known under a name of a condition: a question's answer or a score's state; None while open."""
    score = questionnaire.scores.get(name)
    return told.get(name) if score is None else score_state(questionnaire, score, told)


def score_state(questionnaire: Questionnaire, score: Score, told: Answers) -> State | None:
    """Return the state of a score's finding; None while it is open, or where a question of it was skipped."""
    points, unknown, missing = 0, False, False
    for name in score.items:
        answer = told.get(name, SKIPPED)
        if answer == UNKNOWN:
            unknown = True
        elif answer == SKIPPED:
            missing = True
        else:
            points += questionnaire.items[name].choices[str(answer)].points or 0
    if points >= score.at_least:
        return State.PRESENT
    if missing:
        return None
    return State.NOT_ASSESSABLE if unknown else State.ABSENT


def findings(questionnaire: Questionnaire, answers: Answers) -> tuple[Finding, ...]:
    """Return what the answers say, in the order of the file.

    Where several questions ask for one finding, it is present if one of them says so, and absent only if every one
    that could have said so was answered with no.

    Parameters
    ----------
    questionnaire : Questionnaire
    answers : Answers

    Returns
    -------
    tuple of Finding
        Each code once a source, with the question and its answer as reason.
    """
    told = counted(questionnaire, answers)
    side = _side(questionnaire, told)
    found: dict[tuple[str, str], Finding | None] = {}
    for item in questionnaire.items.values():
        for code in item.codes:
            if (code, item.source) not in found:
                found[code, item.source] = _finding(questionnaire, told, code, item.source, side)
    for score in questionnaire.scores.values():
        state = score_state(questionnaire, score, told)
        if state is not None:
            reason = f"questions {' and '.join(score.items)}: {state.replace('_', ' ')}"
            found[score.finding, "patient"] = Finding(score.finding, state, source="patient", because=(reason,))
    return _on_both_sides([finding for finding in found.values() if finding is not None])


def _on_both_sides(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, the movement on both sides where an answer shows that both move, whichever was named."""
    both = any(one.side is Side.BOTH and one.state is State.PRESENT for one in found)
    return tuple(replace(one, side=Side.BOTH) if both and one.code == "involuntary_movement" else one for one in found)


def _finding(questionnaire: Questionnaire, told: Answers, code: str, source: str, side: Side) -> Finding | None:
    """Return one finding from every question that may set it; None where nothing is known, or not everything yet."""
    said: dict[State | None, Item] = {}
    still_open = False
    for item in questionnaire.items.values():
        if item.source != source or code not in item.codes:
            continue
        answer = told.get(item.key)
        can_show = code in item.shows
        if answer is None or answer == SKIPPED:
            still_open |= can_show and (answer == SKIPPED or applies(questionnaire, item, told))
        elif answer == UNKNOWN:
            said.setdefault(State.NOT_ASSESSABLE if can_show else None, item)
        elif code in (sets := item.choices[str(answer)].sets):
            said.setdefault(sets[code], item)
    order = (State.PRESENT,) if still_open else (State.PRESENT, State.NOT_ASSESSABLE, State.ABSENT, None)
    for state in order:
        if state in said:
            item = said[state]
            reason = f"{shown(questionnaire, item, item.question, told)} {worded(item, told[item.key])}"
            return Finding(
                code, state or State.NOT_ASSESSABLE, _sided(item, code, side), source=source, because=(reason,)
            )
    return None


def _sided(item: Item, code: str, side: Side) -> Side:
    """Return the side of a finding. Where both sides move, only a sign of the spasms is known to be on both."""
    if item.sided is Sided.BOTH:
        return Side.BOTH
    if item.sided is Sided.NONE:
        return Side.NONE
    of_spasms = code == "involuntary_movement" or knowledge.finding(code).needs_events
    return Side.NONE if side is Side.BOTH and not of_spasms else side


def _side(questionnaire: Questionnaire, told: Answers) -> Side:
    for key, answer in told.items():
        if questionnaire.items[key].kind is Kind.SIDE and answer in questionnaire.items[key].choices:
            return Side(str(answer))
    return Side.NONE


def shown(questionnaire: Questionnaire, item: Item, text: str, told: Answers) -> str:
    """Return a text of a question as it is shown: with the side that moves, where that is known by then."""
    words = questionnaire.side_words
    side = _side(questionnaire, {key: answer for key, answer in told.items() if key != item.key})
    return text.replace("{side}", words.get(side.value, words["other"]))


def worded(item: Item, answer: Answer) -> str:
    """Return an answer in words."""
    if answer in (UNKNOWN, SKIPPED):
        return "Don't know" if answer == UNKNOWN else "Skipped"
    return item.choices[str(answer)].text if item.choices else str(answer)


def fitting(questionnaire: Questionnaire, found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings of which none contradicts another: those that do are not assessable until it is mended.

    Parameters
    ----------
    questionnaire : Questionnaire
    found : sequence of Finding
        What the answers say.
    """
    told = {finding.code: finding.state for finding in found}
    open_codes: dict[str, str] = {}
    for one in questionnaire.contradictions:
        if all(told.get(code) is state for code, state in one.findings.items()):
            open_codes.update(dict.fromkeys(one.findings, one.text))
    if told.get("involuntary_movement") is State.ABSENT:
        moves = [
            code for code, state in told.items() if state is State.PRESENT and knowledge.finding(code).needs_events
        ]
        if moves:
            open_codes["involuntary_movement"] = "Another answer tells of a movement of the face."
    return tuple(
        replace(finding, state=State.NOT_ASSESSABLE, because=(*finding.because, open_codes[finding.code]))
        if finding.code in open_codes
        else finding
        for finding in found
    )


def fields(questionnaire: Questionnaire, answers: Answers, year: int) -> dict[str, int | str]:
    """Return the fields of the case that are known; what cannot be true is left out.

    Parameters
    ----------
    questionnaire : Questionnaire
    answers : Answers
    year : int
        The year in which the questions were answered: an onset told as a year is an age by it.
    """
    told = _raw_fields(questionnaire, answers, year)
    if _impossible(told):
        del told["age_at_onset"]
    if _too_long(told):
        del told["duration_months"]
    return told


def _raw_fields(questionnaire: Questionnaire, answers: Answers, year: int) -> dict[str, int | str]:
    told: dict[str, int | str] = {}
    since: int | None = None
    for key, answer in counted(questionnaire, answers).items():
        item = questionnaire.items[key]
        if not item.field or answer in (UNKNOWN, SKIPPED):
            continue
        if item.kind is Kind.AGE_OR_YEAR and isinstance(answer, int) and answer > item.most:
            since = year - answer
        else:
            told[item.field] = answer
    if since is not None and isinstance(age := told.get("age"), int):
        told["age_at_onset"] = age - since
    return told


def _impossible(told: Mapping[str, int | str]) -> bool:
    age, onset = told.get("age"), told.get("age_at_onset")
    return isinstance(onset, int) and (onset < 0 or (isinstance(age, int) and onset > age))


def _too_long(told: Mapping[str, int | str]) -> bool:
    """Say whether the months since it began and the two ages cannot both be right; whole years leave one either way."""
    months, age, onset = (told.get(key) for key in ("duration_months", "age", "age_at_onset"))
    if not isinstance(months, int) or not isinstance(age, int):
        return False
    if not isinstance(onset, int):
        return months > 12 * (age + 1)
    return not 12 * (age - onset - 1) <= months <= 12 * (age - onset + 1)


def contradictions(questionnaire: Questionnaire, answers: Answers, year: int) -> tuple[str, ...]:
    """Return what does not fit together, a plain line each."""
    told = {finding.code: finding.state for finding in findings(questionnaire, answers)}
    lines = [
        one.text
        for one in questionnaire.contradictions
        if all(told.get(code) is state for code, state in one.findings.items())
    ]
    ages = _raw_fields(questionnaire, answers, year)
    if _impossible(ages):
        onset, age = int(ages["age_at_onset"]), ages["age"]
        when = f"at age {onset}" if onset >= 0 else f"{-onset} years before you were born"
        lines.append(f"You said that you are {age} and that it began {when}. One of the two cannot be right.")
    elif _too_long(ages):
        lines.append(
            f"You said that it began {count(int(ages['duration_months']), 'month')} ago, which does not fit your age "
            "and the age at which it began. The months are left out."
        )
    return tuple(lines)
