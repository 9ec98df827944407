"""Rating scales: what each is for, how it is scored, and what a change of it means.

A scale is one TOML file in this folder. What could not be verified is not shown; where the wording of items is
licensed they are numbered, and a practice enters its wording in a file of its own.

>>> from facialis.history.scales import change, score
>>> before = score("hfs_7", {str(n): 3 for n in range(1, 8)})
>>> before.total
21.0
>>> after = score("hfs_7", {str(n): 2 for n in range(1, 8)})
>>> change(before, after).verdict
'better'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from facialis import knowledge
from facialis.history.scales import read
from facialis.history.scales.answers import read as read_answers
from facialis.history.scales.changing import Change, changed
from facialis.history.scales.definitions import (
    AnswersError,
    Band,
    Basis,
    How,
    Item,
    Number,
    Part,
    Rule,
    Scale,
    SmallestChange,
    Wording,
)
from facialis.history.scales.form import Form, worded
from facialis.history.scales.form import read as read_form
from facialis.history.scales.scoring import Answer, Scored, Urgent, scored, taken_answer
from facialis.knowledge.read import sources as read_sources

__all__ = [
    "Answer",
    "AnswersError",
    "Band",
    "Basis",
    "Change",
    "Form",
    "How",
    "Item",
    "Number",
    "Part",
    "Rule",
    "Scale",
    "Scored",
    "SmallestChange",
    "Urgent",
    "Wording",
    "change",
    "find",
    "read_answers",
    "read_form",
    "scales",
    "score",
    "sources",
    "taken_answer",
    "worded",
]

_ORDER = ("hfs_7", "hfs_30", "tunc", "smc", "jrs", "pgic", "sunnybrook", "house_brackmann", "phq_2", "phq_9")
"""Made for hemifacial spasm first, then what goes beside it, palsy, and mood."""


@cache
def scales() -> Mapping[str, Scale]:
    """Return every scale by key.

    Raises
    ------
    KnowledgeError
        If a file is wrong; one line with file and key.
    """
    return MappingProxyType({key: read.scale(key, _text(f"{key}.toml"), sources()) for key in _ORDER})


@cache
def sources() -> Mapping[str, knowledge.Source]:
    """Return the sources that scales rest on by key: those of the knowledge, and those that only scales need."""
    own = read_sources(_text("sources.toml"), "history/scales/sources.toml")
    return MappingProxyType({**own, **knowledge.sources()})


def find(name: str) -> Scale:
    """Return a scale by its key, or by a name that differs in nothing but case and punctuation ("PHQ-9", "hfs7").

    Raises
    ------
    AnswersError
        If there is none; one line with the nearest name.
    """
    plain = {_plain(key): key for key in scales()}
    if _plain(name) in plain:
        return scales()[plain[_plain(name)]]
    near = get_close_matches(_plain(name), plain, 1, 0.5)
    hint = f'did you mean "{plain[near[0]]}"?' if near else f"there are {', '.join(scales())}"
    raise AnswersError(f'no scale "{name}"; {hint}')


def score(
    key: str, answers: Mapping[str, Answer], *, answered_on: date | None = None, form: Form | None = None
) -> Scored:
    """Score one filled-in scale.

    Parameters
    ----------
    key : str
        The scale, as :func:`find` takes it.
    answers : mapping of str to (int, str or None)
        By item: a whole number in its range or one of its words; None, or nothing at all, where it was not answered.
    answered_on : date or None
        When; kept, and checked by :func:`change`.
    form : Form or None
        The practice's own form, for scales whose items stand there.

    Returns
    -------
    Scored
        With the total, or the range of totals that the missing items leave possible, the findings, and what must be
        done now.

    Raises
    ------
    AnswersError
        If the scale or an item is not known, or an answer is out of range; one line.
    """
    return scored(worded(find(key), form), answers, answered_on)


def change(before: Scored, after: Scored) -> Change:
    """Say whether a score became better or worse by as much as people call important.

    Better and worse are said from the far end of the smallest important change's interval on, and only where no
    missing answer can undo it. Where none is published for the people in question, it cannot be told.

    Parameters
    ----------
    before, after : Scored
        Two of one scale.

    Raises
    ------
    AnswersError
        If they are of two scales or two forms, or `after` was answered first.
    """
    return changed(scales()[before.scale], before, after)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
