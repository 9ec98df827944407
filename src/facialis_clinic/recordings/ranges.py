"""Which bytes of a film a browser asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# One answer holds a place in the server for as long as it is read; a browser asks again for the rest (section 15.3.7).
MOST: Final = 4 << 20
_ONE: Final = re.compile(r"([0-9]*)-([0-9]*)")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` (included) to ``stop`` (not) of a file."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """None of the bytes that were asked for are there."""


def asked(header: str, size: int) -> Span | Unsatisfiable | None:
    """Return the part that a ``Range`` header asks for; None where the whole is to be sent.

    Several parts in one answer are not given: such a header is passed over, as the standard allows, and so is one that
    is malformed or in other units.

    Parameters
    ----------
    header : str
        Its value; empty where there is none.
    size : int
        Of the file, bytes.
    """
    unit, _, rest = header.partition("=")
    ranges = [one.strip() for one in rest.split(",") if one.strip()]
    if unit.strip().lower() != "bytes" or len(ranges) != 1:
        return None
    found = _ONE.fullmatch(ranges[0])
    if found is None or ranges[0] == "-" or max(len(digits) for digits in found.groups()) > 18:
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        span = Span(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        span = Span(int(first), min(size, int(last) + 1) if last else size)
    if span.start >= span.stop:
        return Unsatisfiable()
    return Span(span.start, min(span.stop, span.start + MOST))
