"""The practice that runs the site: ``practice.toml`` in the folder of its state, else the invented one."""

from __future__ import annotations

import logging
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils import timezone

from facialis_practice.practice import Practice, PracticeError, example, read_practice

FILE = "practice.toml"
_READ: dict[Path, tuple[tuple[int, int], Practice]] = {}
_log = logging.getLogger(__name__)


def here() -> Practice:
    """Return the practice; its file is read again when it has changed.

    A mistake that is made in the file while the site runs is written to the log, and the last good one stays.

    Raises
    ------
    PracticeError
        If the file is wrong and none was good before, in one line.
    """
    path = Path(settings.HOME) / FILE
    try:
        told = path.stat()
    except OSError:
        return example()
    mark = told.st_mtime_ns, told.st_size
    known = _READ.get(path)
    if known and known[0] == mark:
        return known[1]
    try:
        practice = read_practice(path)
    except PracticeError as error:
        if known is None:
            raise
        _log.error("%s; the site goes on with what stood there before", error)
        practice = known[1]
    _READ[path] = mark, practice
    return practice


def check(**_: Any) -> list[CheckMessage]:
    """Let nothing start with a practice's file that is wrong."""
    try:
        here()
    except PracticeError as error:
        return [Error(str(error), id="library.E001")]
    return []


def today(now: datetime | None = None) -> date:
    """Return the day on the practice's own calendar."""
    return (now or timezone.now()).astimezone(here().zone).date()
