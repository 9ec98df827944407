"""How a questionnaire is read and checked: what is wrong is said in one line, with the nearest valid word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from facialis import knowledge
from facialis.document import DocumentError
from facialis.findings import State
from facialis.history.questions import (
    FIELDS,
    SKIPPED,
    UNKNOWN,
    Choice,
    Conditions,
    Contradiction,
    Item,
    Kind,
    Questionnaire,
    Score,
    Sided,
    Stage,
)
from facialis.knowledge.definitions import KnowledgeError
from facialis.knowledge.read import Table
from facialis.knowledge.read import parse as table_of

_FIXED = {
    Kind.YES_NO: {"yes": "Yes", "no": "No"},
    Kind.SIDE: {"left": "My left side", "right": "My right side", "both": "Both sides"},
}
"""Answers that are always the same; a question only says what they set."""
_NAMED = re.compile(r"\{(\w+)\}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_STATES = tuple(State)
_KEYS = ("question", "help", "kind", "stage", "field", "ask_if", "ask_unless", "from_age", "source", "side")
_T = TypeVar("_T")


def questionnaire(path: Path | None = None) -> Questionnaire:
    """Read a questionnaire.

    Parameters
    ----------
    path : Path or None
        A file of one's own; None for the one that is shipped.

    Raises
    ------
    DocumentError
        If the file cannot be read or is wrong: one line with file and key, and the nearest valid word.
    """
    if path is None:
        return _shipped()
    try:
        return parse(path.read_bytes().decode("utf-8"), str(path))
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: is not text in UTF-8") from error
    except KnowledgeError as error:
        raise DocumentError(str(error)) from error


@cache
def _shipped() -> Questionnaire:
    name = "questionnaire.toml"
    return parse(files(__package__).joinpath(name).read_bytes().decode("utf-8"), name)


def parse(text: str, file: str) -> Questionnaire:
    """Read a questionnaire from its text.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = table_of(text, file)
    _only(top, ("opening", "headings", "side", "items", "scores", "contradictions", "not_asked"))
    scores = _scores(top)
    items = _items(top.table("items"), scores)
    for score, table in scores.values():
        _check_score(score, table, items)
    return Questionnaire(
        opening=_filled(top, "opening", top.text("opening"), ()),
        headings=_texts(top.table("headings"), tuple(Stage)),
        side_words=_texts(top.table("side"), ("left", "right", "both", "other")),
        items=MappingProxyType(items),
        scores=MappingProxyType({key: score for key, (score, _) in scores.items()}),
        contradictions=_contradictions(top),
        not_asked=_not_asked(top, items),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _items(table: Table, scores: Mapping[str, tuple[Score, Table]]) -> dict[str, Item]:
    """Read the questions; a condition may name what stands before it, so that no circle can arise."""
    before: dict[str, tuple[str, ...]] = {}
    items: dict[str, Item] = {}
    for key in table:
        if not _KEY.fullmatch(key):
            raise table.error("must be a word of small letters, digits and _", key)
        if key in scores:
            raise table.error("is the name of a score too", key)
        items[key] = item = _item(key, table.table(key), before)
        if item.choices:
            before[key] = (*item.choices, UNKNOWN, SKIPPED)
        for name, (score, _) in scores.items():
            if set(score.items) <= set(items):
                before[name] = _STATES
    if not items:
        raise table.error("holds no question")
    return items


def _item(key: str, table: Table, before: Mapping[str, tuple[str, ...]]) -> Item:
    kind = _word(table, "kind", tuple(Kind))
    numeric = kind in (Kind.NUMBER, Kind.AGE_OR_YEAR)
    own = ("least", "most") if numeric else tuple(_FIXED.get(kind, ("answers",)))
    _only(table, (*_KEYS, *own))
    item = Item(
        key=key,
        question=_filled(table, "question", table.text("question"), ("side",)),
        help=_filled(table, "help", table.text("help"), ("side",)),
        kind=kind,
        stage=_word(table, "stage", tuple(Stage)),
        choices=MappingProxyType({} if numeric else _choices(table, kind)),
        field=_word(table, "field", FIELDS, ""),
        least=_whole(table, "least") if numeric else 0,
        most=_whole(table, "most") if numeric else 0,
        ask_if=_conditions(table, "ask_if", before),
        ask_unless=_conditions(table, "ask_unless", before),
        from_age=_bound(table, "from_age") if "from_age" in table else 0.0,
        source=_word(table, "source", knowledge.ASSESSORS, "patient"),
        sided=_word(table, "side", tuple(Sided), Sided.NONE),
    )
    _check_item(item, table)
    return item


def _check_item(item: Item, table: Table) -> None:
    numeric = not item.choices
    if numeric and not item.field:
        raise table.error(f"is missing; a number fills one of {', '.join(FIELDS)}", "field")
    if item.least > item.most:
        raise table.error("must not lie above most", "least")
    if item.field and numeric == (item.field == "sex"):
        raise table.error(f'is "{item.field}", which a question of kind {item.kind} cannot fill', "field")
    if item.field == "sex":
        for choice in item.choices:
            _known(table, "answers", choice, knowledge.SEXES)
    for code in item.codes:
        who = knowledge.finding(code).assessed_by
        if item.source not in who:
            raise table.error(f'sets "{code}", which only {", ".join(who)} can tell, not {item.source}')


def _choices(table: Table, kind: Kind) -> dict[str, Choice]:
    if kind in _FIXED:
        return {key: Choice(key, text, _sets(table, key)) for key, text in _FIXED[kind].items()}
    answers = table.table("answers")
    found = {}
    for key in answers:
        if not _KEY.fullmatch(key) or key in (UNKNOWN, SKIPPED):
            raise answers.error("cannot be the name of an answer", key)
        row = answers.table(key)
        _only(row, ("text", "sets", "points"))
        points = _whole(row, "points") if "points" in row else None
        found[key] = Choice(key, _filled(row, "text", row.text("text"), ("side",)), _sets(row, "sets"), points)
    if len(found) < 2:
        raise answers.error("needs at least two answers")
    return found


def _sets(table: Table, key: str) -> Mapping[str, State]:
    if key not in table:
        return MappingProxyType({})
    row = table.table(key)
    found = {}
    for code in row:
        _known(row, code, code, knowledge.findings())
        found[code] = State(_word(row, code, _STATES))
    return MappingProxyType(found)


def _conditions(table: Table, key: str, before: Mapping[str, tuple[str, ...]]) -> Conditions:
    """Read one condition, or a list of which one must hold."""
    if key not in table:
        return ()
    value = table.take(key)
    rows = value if isinstance(value, list) else [value]
    found = []
    for row in rows:
        if not isinstance(row, dict) or not row:
            raise table.error('must name answers, for example { moves = ["yes"] }', key)
        for name, answers in row.items():
            _known(table, key, name, before, " before it")
            if not isinstance(answers, list) or not answers:
                raise table.error(f"must give a list of answers of {name}", key)
            for answer in answers:
                _known(table, key, answer, before[name])
        found.append(MappingProxyType({name: tuple(answers) for name, answers in row.items()}))
    return tuple(found)


def _scores(top: Table) -> dict[str, tuple[Score, Table]]:
    found: dict[str, tuple[Score, Table]] = {}
    if "scores" not in top:
        return found
    scores = top.table("scores")
    for key in scores:
        row = scores.table(key)
        _only(row, ("items", "at_least", "finding", "advice", "scale"))
        items = row.take("items")
        if not isinstance(items, list) or not items or not all(isinstance(name, str) for name in items):
            raise row.error("must be a list of questions", "items")
        bound = _bound(row, "at_least")
        code = _word(row, "finding", tuple(knowledge.findings()))
        advice = _filled(row, "advice", row.text("advice"), ())
        scale = row.text("scale") if "scale" in row else ""
        found[key] = (Score(key, tuple(items), bound, code, advice, scale), row)
    return found


def _check_score(score: Score, table: Table, items: Mapping[str, Item]) -> None:
    for name in score.items:
        _known(table, "items", name, items)
        if any(choice.points is None for choice in items[name].choices.values()) or not items[name].choices:
            raise table.error(f'counts "{name}", whose answers have no points', "items")


def _contradictions(top: Table) -> tuple[Contradiction, ...]:
    found = []
    for row in top.tables("contradictions"):
        _only(row, ("findings", "text"))
        told = _sets(row, "findings")
        if len(told) < 2:
            raise row.error("must name at least two findings", "findings")
        found.append(Contradiction(told, _filled(row, "text", row.text("text"), ())))
    return tuple(found)


def _not_asked(top: Table, items: Mapping[str, Item]) -> Mapping[str, str]:
    if "not_asked" not in top:
        return MappingProxyType({})
    table = top.table("not_asked")
    asked = {code for item in items.values() for code in item.codes}
    found = {}
    for code in table:
        _known(table, code, code, knowledge.findings())
        if code in asked:
            raise table.error("is asked all the same", code)
        found[code] = table.text(code)
    return MappingProxyType(found)


def _texts(table: Table, names: Collection[_T]) -> Mapping[_T, str]:
    _only(table, [str(name) for name in names])
    return MappingProxyType({name: table.text(str(name)) for name in names})


def _filled(table: Table, key: str, text: str, later: Collection[str]) -> str:
    """Put the numbers in whose names stand in braces; those of `later` are known only when the question is asked."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in later:
            return match[0]
        _known(table, key, name, (*knowledge.thresholds(), *later))
        return f"{knowledge.threshold(name):g}"

    return " ".join(_NAMED.sub(value, text).split())


def _only(table: Table, names: Collection[str]) -> None:
    for key in table:
        _known(table, key, key, names, what="is not a key of such a table")


def _word(table: Table, key: str, words: tuple[_T, ...], default: _T | None = None) -> _T:
    if default is not None and key not in table:
        return default
    value = table.take(key)
    _known(table, key, value, [str(word) for word in words])
    return next(word for word in words if str(word) == value)


def _bound(table: Table, key: str) -> float:
    """Take the name of a threshold and return its value."""
    return knowledge.threshold(_word(table, key, tuple(knowledge.thresholds())))


def _whole(table: Table, key: str) -> int:
    value = table.take(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise table.error("must be a whole number", key)
    return value


def _known(table: Table, key: str, word: Any, words: Collection[str], where: str = "", what: str = "") -> None:
    """Refuse a word that is none of some, and say which may be meant."""
    if isinstance(word, str) and word in words:
        return
    near = get_close_matches(str(word), list(words), 1)
    said = what or f'does not know "{word}"{where}'
    raise table.error(said + (f'; did you mean "{near[0]}"?' if near else ""), key)
