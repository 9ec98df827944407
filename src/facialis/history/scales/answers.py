"""Answers in a file: those that ``facialis scale ask`` wrote, or a plain object of items."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from facialis.document import Document, json_file
from facialis.history.scales.definitions import Scale
from facialis.history.scales.scoring import SCHEMA, Answer, taken_answer


def read(path: Path, scale: Scale) -> tuple[dict[str, Answer], date | None]:
    """Read the answers to a scale, JSON.

    Parameters
    ----------
    path : Path
        A plain object of items (``{"1": 2, "2": null}``), or one with ``answers`` and, where known, ``scale`` and
        ``answered_on``, as ``facialis.scale/1`` is.
    scale : Scale

    Returns
    -------
    answers : dict of str to (int, str or None)
    answered_on : date or None

    Raises
    ------
    DocumentError
        If the file cannot be read, is of another scale, or answers what is not asked.
    """
    whole = Document(json_file(path), str(path))
    if not whole.has("answers"):
        return _checked(whole, scale), None
    if whole.has("schema"):
        whole.word("schema", (SCHEMA,))
    if whole.has("scale"):
        whole.word("scale", (scale.key,))
    return _checked(whole.inner("answers"), scale), _day(whole)


def _checked(answers: Document, scale: Scale) -> dict[str, Answer]:
    items = {item.key: item for item in scale.items if item.key}
    # A form of the practice's own that was not given is said when the answers are scored.
    if items:
        answers.only(list(items))
    found: dict[str, Answer] = {}
    for key, value in answers.items():
        if value is not None and not isinstance(value, int | float | str):
            raise answers.error("must be a number, a word or null", key)
        found[key] = taken_answer(scale, items[key], value) if key in items else value
    return found


def _day(whole: Document) -> date | None:
    if not whole.has("answered_on"):
        return None
    text = whole.text("answered_on")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise whole.error(f'is "{text}"; it must be a day as 2025-03-31', "answered_on") from None
