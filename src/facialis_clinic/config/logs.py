"""What the processes say of themselves: one line each, and nothing of anybody's data."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType
from typing import Final

from django.http import HttpRequest, HttpResponse

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
REFUSALS: Final = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
_log = logging.getLogger(__name__)


class Line(logging.Formatter):
    """A message on one line; of an error its kind and where it arose, never its message: that may cite a value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it where an error arose."""
        # What another formatter made of the same error would bear its message.
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        """Return the line; whatever would break it, or move the cursor of a terminal, is written out."""
        line = super().formatMessage(record)
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - as logging calls it
        """Return the kinds of an error and of those behind it, with the places in the code."""
        told, error = [], ei[1]
        while error is not None:
            told += [f"  {at.filename}:{at.lineno} in {at.name}" for at in traceback.extract_tb(error.__traceback__)]
            told.append(f"  {type(error).__module__}.{type(error).__qualname__}{_of_the_system(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(told)


def _of_the_system(error: BaseException) -> str:
    """Return what the operating system says, such as that a disk is full; it cites no value."""
    return f": {os.strerror(error.errno)}" if isinstance(error, OSError) and error.errno else ""


class Refusals:
    """Say who, signed in, asked for what is not there for them; by opaque ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say so where it was a refusal."""
        response = self.get_response(request)
        if response.status_code in REFUSALS and request.user.is_authenticated:
            _log.warning("refused %s %s to account %s", request.method, request.path, request.user.pk)
        return response
