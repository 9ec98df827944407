"""Exact amounts: units and millilitres as decimals that are never rounded, fractions where a division needs them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Any

from facialis.document import Document

# Whatever a slip of the pen adds to a number, it is none of these: more than any vial holds, finer than any scale.
MOST_UNITS, MOST_ML = Decimal(100_000), Decimal(1_000)
_MOST_PLACES = 6

# An operation that would have to round is an error and not a number.
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])


class InexactAmountError(ValueError):
    """An amount has no end as a decimal number, as a third has none."""


def exact(number: Fraction) -> Decimal:
    """Return a fraction as a decimal.

    Raises
    ------
    InexactAmountError
        If it has no end as a decimal number.
    """
    try:
        return _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize(_EXACT)
    except Inexact as error:
        raise InexactAmountError(f"{number} is no decimal number with an end") from error


def exact_or_none(number: Fraction) -> Decimal | None:
    """Return a fraction as a decimal, None where it has no end."""
    try:
        return exact(number)
    except InexactAmountError:
        return None


def added(numbers: Iterable[Decimal]) -> Decimal:
    """Return the sum, exactly."""
    return exact(sum((Fraction(number) for number in numbers), Fraction()))


def text(number: Decimal) -> str:
    """Print an amount as the results hold it: "2.5", "100"; no exponent and no needless nought."""
    return f"{number.normalize(_EXACT):f}" if number else "0"


def taken(row: Document, key: str, most: Decimal, *, zero: bool = False) -> Decimal:
    """Take an amount from a file whose numbers are exact, or from a result where it is a text.

    Parameters
    ----------
    row : Document
    key : str
    most : Decimal
        What it may be at most.
    zero : bool
        Whether it may be 0.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    told = _number(row, key)
    if not told.is_finite():
        raise row.error("must be a number", key)
    if told < 0:
        raise row.error(f"is {_shown(told)}; it cannot be less than 0", key)
    if told == 0 and not zero:
        raise row.error("is 0; it must be more than 0", key)
    if told > most:
        raise row.error(f"is {_shown(told)}; it must be at most {text(most)}", key)
    if _places(told) > _MOST_PLACES:
        raise row.error(f"is {_shown(told)}; give at most {_MOST_PLACES} places after the point", key)
    return told or Decimal(0)


def _number(row: Document, key: str) -> Decimal:
    value: Any = row.take(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise row.error("must be a number", key)
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise row.error('must be a number, for example 2.5 (in a result "2.5")', key) from error


def _places(number: Decimal) -> int:
    """Return the places after the point, as they are written: a context would round what is longer than itself."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int), "only a number that is finite has places"
    noughts = next((i for i, digit in enumerate(reversed(digits)) if digit), len(digits))
    return max(0, -exponent - noughts) if number else 0


def _shown(number: Decimal) -> str:
    """Print a number that a person got wrong, however long."""
    return f"{number:.6g}" if len(str(number)) > 12 else str(number)
