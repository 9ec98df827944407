"""What a typed line means: an answer, or a wish such as to go back."""

from __future__ import annotations

import re
from enum import Enum

from facialis.history.answers import Answer, AnswerError, check
from facialis.history.questions import SKIPPED, UNKNOWN, Item, Kind


class Wish(Enum):
    """What may be typed instead of an answer."""

    HELP = "help"
    BACK = "back"
    STOP = "stop"


_WISHES = {
    "?": Wish.HELP, "h": Wish.HELP, "help": Wish.HELP,
    "b": Wish.BACK, "back": Wish.BACK,
    "q": Wish.STOP, "quit": Wish.STOP, "stop": Wish.STOP, "exit": Wish.STOP,
}  # fmt: skip
_NO_ANSWER = {
    "s": SKIPPED, "skip": SKIPPED,
    "d": UNKNOWN, "don't know": UNKNOWN, "dont know": UNKNOWN, "i don't know": UNKNOWN, "unknown": UNKNOWN,
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]{1,9}")


def meaning(item: Item, line: str, year: int) -> Answer | Wish:
    """Return what a line means as the answer to a question.

    Parameters
    ----------
    item : Item
    line : str
        As it was typed. Answers may be given by number, by word, or by the beginning of a word.
    year : int
        The present one.

    Raises
    ------
    AnswerError
        If it means nothing; says what may be typed.
    """
    text = " ".join(line.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split()).rstrip(".!")
    if text in _WISHES:
        return _WISHES[text]
    if text in _NO_ANSWER:
        return _NO_ANSWER[text]
    if item.choices:
        return _choice(item, text)
    if not _NUMBER.fullmatch(text):
        raise AnswerError(f"Please type {prompt(item)}.")
    try:
        return check(item, int(text), year)
    except AnswerError as error:
        raise AnswerError(f"{error}. Please type it again.") from error


def _choice(item: Item, text: str) -> str:
    keys = list(item.choices)
    if item.kind is not Kind.YES_NO and _NUMBER.fullmatch(text) and 1 <= int(text) <= len(keys):
        return keys[int(text) - 1]
    like = [key for key in keys if text and _begins(item, key, text)]
    exact = [key for key in like if text in (key, item.choices[key].text.lower())]
    for found in (exact, like):
        if len(found) == 1:
            return found[0]
    raise AnswerError(f"Please type {prompt(item)}.")


def _begins(item: Item, key: str, text: str) -> bool:
    return key.startswith(text) or item.choices[key].text.lower().startswith(text)


def prompt(item: Item) -> str:
    """Return what may be typed, in words."""
    if item.kind is Kind.YES_NO:
        return "y for yes or n for no"
    if item.choices:
        return f"a number from 1 to {len(item.choices)}"
    if item.kind is Kind.AGE_OR_YEAR:
        return "an age or a year, in digits"
    return "a number, in digits"
