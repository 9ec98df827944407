"""An interview as a file: a case for ``facialis assess``, from which the interview can go on another day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from facialis.document import Document, finding_of, json_file
from facialis.findings import Finding
from facialis.history.answers import Answer, AnswerError, check, fitting
from facialis.history.interview import Interview
from facialis.history.questions import FIELDS, Questionnaire
from facialis.knowledge import OLDEST_AGE, SETTINGS, SEXES

SCHEMA = "facialis.interview/1"
CASE = "facialis.case/1"


@dataclass(frozen=True, slots=True)
class Saved:
    """A case file that was read.

    Attributes
    ----------
    interview : Interview
        As far as it had come; with the findings and fields that did not come from it as known.
    rest : mapping of str to object
        What else the case holds, as it stood there.
    dropped : tuple of str
        Questions whose answers no longer fit, because the questionnaire has changed.
    """

    interview: Interview
    rest: Mapping[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


def to_json(interview: Interview, rest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the case: what the interview told and what else is known of the person.

    Parameters
    ----------
    interview : Interview
    rest : mapping of str to object
        What else belongs to the case, for example ``setting``; findings of other sources stay after the interview's.
    """
    found = interview.findings()
    own = [
        {"code": one.code, "state": one.state.value, "side": one.side.value, "source": one.source,
         "because": list(one.because)}
        for one in fitting(interview.questionnaire, found)
    ]  # fmt: skip
    others = {key: value for key, value in rest.items() if key not in ("findings", "interview")}
    return {
        **dict.fromkeys(FIELDS),
        **others,
        **interview.fields(),
        "findings": [*own, *rest.get("findings", [])],
        "interview": {
            "schema": SCHEMA,
            "questionnaire": interview.questionnaire.digest,
            "year": interview.year,
            "answers": dict(interview.answers),
            "told": [[finding.code, finding.source] for finding in found],
            "contradictions": list(interview.contradictions()),
        },
    }


def to_bytes(interview: Interview, rest: Mapping[str, Any]) -> bytes:
    """Return the case as the bytes of its file."""
    return (json.dumps(to_json(interview, rest), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(path: Path, questionnaire: Questionnaire, year: int) -> Saved:
    """Read a case from a file of JSON; otherwise as :func:`from_mapping`.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest valid word.
    """
    return _read(Document(json_file(path), str(path)), questionnaire, year)


def from_mapping(value: Mapping[str, Any], questionnaire: Questionnaire, year: int) -> Saved:
    """Read a case as :func:`to_json` returned it, to begin or to go on with its interview.

    Parameters
    ----------
    value : mapping
        Its answers are taken in the order in which they stand there.
    questionnaire : Questionnaire
    year : int
        The present one: where no interview was begun yet, it begins in this year.

    Raises
    ------
    DocumentError
        In one line: place, what is wrong, the nearest valid word.
    """
    return _read(Document(value, "case"), questionnaire, year)


def _read(case: Document, questionnaire: Questionnaire, year: int) -> Saved:
    if case.has("schema") and case.take("schema") != CASE:
        raise case.error("is no case; the interview goes on in a file that it wrote, or in a case", "schema")
    told: set[tuple[str, str]] = set()
    answers: dict[str, Answer] = {}
    dropped: list[str] = []
    if case.has("interview"):
        part = case.inner("interview")
        part.only(("schema", "questionnaire", "year", "answers", "told", "contradictions"))
        part.word("schema", (SCHEMA,))
        year = int(part.number("year", 1900, year))
        told = _pairs(part)
        answers, dropped = _answers(part.inner("answers"), questionnaire, year, part.text("questionnaire"))
    rows, known = _others(case, told)
    fields = _fields(case)
    rest = {key: value for key, value in case.items() if key not in ("findings", "interview")}
    if case.has("interview"):
        # What the interview filled is filled anew by its answers, or not at all.
        begun = Interview(questionnaire, year, answers)
        for key in begun.fields():
            rest.pop(key, None)
            fields.pop(key, None)
    return Saved(Interview(questionnaire, year, answers, known, fields), {**rest, "findings": rows}, tuple(dropped))


def _pairs(part: Document) -> set[tuple[str, str]]:
    rows = part.take("told") if part.has("told") else []
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and len(row) == 2 and all(isinstance(word, str) for word in row) for row in rows
    ):
        raise part.error("must be a list of pairs of finding and source", "told")
    return {(row[0], row[1]) for row in rows}


def _answers(
    part: Document, questionnaire: Questionnaire, year: int, digest: str
) -> tuple[dict[str, Answer], list[str]]:
    """Read the answers; those that a changed questionnaire no longer knows are dropped, otherwise they are errors."""
    changed = digest != questionnaire.digest
    found: dict[str, Answer] = {}
    dropped = []
    for key, value in part.items():
        if key not in questionnaire.items:
            if not changed:
                near = get_close_matches(key, list(questionnaire.items), 1)
                raise part.error("is no question" + (f'; did you mean "{near[0]}"?' if near else ""), key)
            dropped.append(key)
            continue
        try:
            found[key] = check(questionnaire.items[key], value, year)
        except AnswerError as error:
            if not changed:
                raise part.error(f"is wrong: {error}", key) from error
            dropped.append(key)
    return found, dropped


def _others(case: Document, told: set[tuple[str, str]]) -> tuple[list[Any], tuple[Finding, ...]]:
    """Return the findings that did not come from the interview: as they stand in the file, and as they are read."""
    rows, known = [], []
    for row in case.rows("findings") if case.has("findings") else []:
        finding = finding_of(row)
        if (finding.code, finding.source) not in told:
            rows.append(dict(row.items()))
            known.append(finding)
    return rows, tuple(known)


def _fields(case: Document) -> dict[str, Any]:
    fields: dict[str, Any] = {key: case.number(key, 0, OLDEST_AGE) for key in ("age", "age_at_onset") if case.has(key)}
    if case.has("duration_months"):
        fields["duration_months"] = case.number("duration_months", 0, 12 * OLDEST_AGE)
    for key, words in (("sex", SEXES), ("setting", SETTINGS)):
        if case.has(key):
            fields[key] = case.word(key, words)
    return fields
