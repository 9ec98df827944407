"""The interview: which question comes next, how to go back, how many are left, how to go on another day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from facialis.findings import Finding, State
from facialis.history import answers as told
from facialis.history.answers import Answer
from facialis.history.questions import Conditions, Item, Questionnaire, Score, Stage

Rank = Callable[[Sequence[Finding], Mapping[str, Any], Sequence[str]], Sequence[str]]
"""Findings so far, fields of the case, codes that could be asked for: the codes, the one that tells most first."""

_STAGES = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview as far as it has come; every step is a new one.

    Attributes
    ----------
    questionnaire : Questionnaire
    year : int
        In which it was begun.
    answers : mapping of str to Answer
        In the order in which they were given.
    known : tuple of Finding
        What is known from elsewhere. Only the order of the questions heeds it.
    known_fields : mapping of str to object
        Fields of the case that are known from elsewhere, likewise.
    """

    questionnaire: Questionnaire
    year: int
    answers: Mapping[str, Answer] = field(default_factory=dict)
    known: tuple[Finding, ...] = ()
    known_fields: Mapping[str, Any] = field(default_factory=dict)

    def open(self) -> list[Item]:
        """Return the questions that can be asked now, in the order of the file."""
        counted = told.counted(self.questionnaire, self.answers)
        return [
            item
            for key, item in self.questionnaire.items.items()
            if key not in self.answers and told.applies(self.questionnaire, item, counted)
        ]

    def next(self, rank: Rank | None = None) -> Item | None:
        """Return the next question; None at the end.

        Parameters
        ----------
        rank : callable or None
            Orders the questions of the last stage by what they tell; without it the order of the file holds.
        """
        items = self.open()
        if not items:
            return None
        stage = min(_STAGES.index(item.stage) for item in items)
        items = [item for item in items if _STAGES.index(item.stage) == stage]
        if _STAGES[stage] is not Stage.RANKED or rank is None or len(items) == 1:
            return items[0]
        asks = {item.key: self._asks_for(item) for item in items}
        codes = list(dict.fromkeys(code for asked in asks.values() for code in asked))
        order = {code: place for place, code in enumerate(rank(self.all_findings(), self.all_fields(), codes))}
        return min(
            items, key=lambda item: min((order.get(code, len(order)) for code in asks[item.key]), default=len(order))
        )

    def _asks_for(self, item: Item) -> list[str]:
        """Return the findings that a question may set, or that those may set which it opens the way to."""
        later = (
            other
            for other in self.questionnaire.items.values()
            if any(item.key in condition for condition in other.ask_if)
        )
        scores = (score.finding for score in self.questionnaire.scores.values() if item.key in score.items)
        return list(dict.fromkeys([*item.codes, *(code for other in later for code in other.codes), *scores]))

    def tell(self, key: str, answer: object) -> Interview:
        """Return the interview with one more answer.

        Raises
        ------
        AnswerError
            If that is no answer of this question.
        LookupError
            If there is no such question, or it is answered already.
        """
        if key in self.answers or key not in self.questionnaire.items:
            raise LookupError(key)
        checked = told.check(self.questionnaire.items[key], answer, self.year)
        return self._with({**self.answers, key: checked})

    def back(self) -> Interview:
        """Return the interview without its last answer; as it is where there is none."""
        return self._with(dict(list(self.answers.items())[:-1]))

    def retell(self, key: str, answer: object) -> tuple[Interview, tuple[str, ...]]:
        """Return the interview with an answer changed where it stood, and whose answers do not apply any more.

        Those are dropped: a question that comes up again is asked again.

        Parameters
        ----------
        key : str
        answer : object

        Raises
        ------
        AnswerError
            If that is no answer of this question.
        LookupError
            If there is no such question, or it has no answer yet.
        """
        if key not in self.answers:
            raise LookupError(key)
        answers = {**self.answers, key: told.check(self.questionnaire.items[key], answer, self.year)}
        stays = told.counted(self.questionnaire, answers)
        dropped = tuple(one for one in answers if one not in stays)
        return self._with({one: said for one, said in answers.items() if one in stays}), dropped

    def _with(self, answers: Mapping[str, Answer]) -> Interview:
        return Interview(self.questionnaire, self.year, answers, self.known, self.known_fields)

    def left(self) -> int:
        """Return how many questions can still come, at most. Every answer makes it smaller."""
        counted = told.counted(self.questionnaire, self.answers)
        possible: set[str] = set()
        for key, item in self.questionnaire.items.items():
            if key not in self.answers and self._may_apply(item, counted, possible):
                possible.add(key)
        return len(possible)

    def _may_apply(self, item: Item, counted: Mapping[str, Answer], possible: set[str]) -> bool:
        """Say whether a question is asked now, or may be asked after an answer to one that is still possible."""
        if told.barred(self.questionnaire, item, counted):
            return False
        return not item.ask_if or self._may_hold(item.ask_if, counted, possible)

    def _may_hold(self, conditions: Conditions, counted: Mapping[str, Answer], possible: set[str]) -> bool:
        def may(name: str, wanted: tuple[str, ...]) -> bool:
            known = told.value(self.questionnaire, name, counted)
            if known is not None:
                return known in wanted
            score = self.questionnaire.scores.get(name)
            return bool(possible.intersection(score.items if score else (name,)))

        return any(all(may(name, wanted) for name, wanted in condition.items()) for condition in conditions)

    def findings(self) -> tuple[Finding, ...]:
        """Return what the answers say."""
        return told.findings(self.questionnaire, self.answers)

    def fields(self) -> dict[str, int | str]:
        """Return the fields of the case that the answers fill."""
        return told.fields(self.questionnaire, self.answers, self.year)

    def contradictions(self) -> tuple[str, ...]:
        """Return what does not fit together, a plain line each."""
        return told.contradictions(self.questionnaire, self.answers, self.year)

    def advice(self) -> tuple[str, ...]:
        """Return what is said because of a score."""
        return tuple(score.advice for score in self._reached())

    def scales(self) -> tuple[str, ...]:
        """Return the scales that are worth answering because of a score."""
        return tuple(score.scale for score in self._reached() if score.scale)

    def _reached(self) -> list[Score]:
        counted = told.counted(self.questionnaire, self.answers)
        scores = self.questionnaire.scores.values()
        return [one for one in scores if told.score_state(self.questionnaire, one, counted) is State.PRESENT]

    def all_findings(self) -> tuple[Finding, ...]:
        """Return what is known from the answers and from elsewhere."""
        return (*self.findings(), *self.known)

    def all_fields(self) -> dict[str, Any]:
        """Return the fields of the case that are known from the answers and from elsewhere."""
        return {**self.known_fields, **self.fields()}
