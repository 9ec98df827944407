"""What the processes say of themselves: a line each, with time and zone, and nothing of anybody's data."""

from __future__ import annotations

import errno
import logging
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.config import settings as site
from facialis_clinic.config.logs import Line
from tests.clinic.conftest import World

FORMAT = site.LOGGING["formatters"]["line"]


def line(message: str, *args: object, error: BaseException | None = None) -> str:
    raised = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("facialis", logging.WARNING, "", 0, message, args, raised)
    return Line(FORMAT["format"], FORMAT["datefmt"]).format(record)


def test_the_site_uses_it() -> None:
    assert FORMAT["()"] == "facialis_clinic.config.logs.Line"
    assert site.LOGGING["handlers"]["stderr"]["formatter"] == "line"


def test_a_line_of_the_log_bears_its_time_with_the_zone() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 WARNING facialis: said", line("said"))


@pytest.mark.parametrize("forged", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x00b", "a\x85b", "a\u202eb"])
def test_whatever_is_said_stays_on_its_line(forged: str) -> None:
    told = line("asked for %s", forged)

    assert len(told.splitlines()) == 1
    assert told.isprintable()
    assert "\\" in told


def test_of_an_error_only_kind_and_place_are_said(world: World) -> None:
    with pytest.raises(IntegrityError, match=r"alice@example\.org") as raised, transaction.atomic():
        User.objects.create_user(world.alice.email, "correct horse battery", name="Another Example")

    told = line("broke", error=raised.value)

    assert "alice" not in told
    assert "django.db.utils.IntegrityError" in told
    assert "psycopg.errors.UniqueViolation" in told
    assert re.search(r"test_logs\.py:\d+ in test_of_an_error", told)


def test_what_the_system_says_is_kept() -> None:
    try:
        raise OSError(errno.ENOSPC, "of Alice Example", "alice.mp4")
    except OSError as error:
        told = line("broke", error=error)

    assert "No space left on device" in told
    assert "lice" not in told


def test_who_asked_for_what_is_not_theirs_is_said_by_ids(
    world: World, sign_in: Any, caplog: pytest.LogCaptureFixture
) -> None:
    where = f"/people/{world.other.pk}/"

    sign_in(world.alice).get(where)

    told = [record.getMessage() for record in caplog.records if record.name == "facialis_clinic.config.logs"]
    assert told == [f"refused GET {where} to account {world.alice.pk}"]


def test_what_is_granted_is_not_called_a_refusal(world: World, sign_in: Any, caplog: pytest.LogCaptureFixture) -> None:
    sign_in(world.alice).get(f"/people/{world.record.pk}/")

    assert not [record for record in caplog.records if record.name == "facialis_clinic.config.logs"]
