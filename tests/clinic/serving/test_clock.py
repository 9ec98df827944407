"""Pages and mails tell the time of the clock at the practice."""

from __future__ import annotations

from django.core import mail as sent
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from facialis_clinic import mail
from facialis_clinic.config.clock import Clock
from facialis_clinic.library.here import here
from tests.clinic.conftest import NOW


def test_a_page_is_made_in_the_practices_zone_and_nothing_stays_of_it() -> None:
    """The next request of another practice in the same thread would inherit it."""
    before = timezone.get_current_timezone_name()
    assert before != here().zone.key

    answer = Clock(_told)(RequestFactory().get("/"))

    assert answer.content.decode() == here().zone.key
    assert timezone.get_current_timezone_name() == before


def test_a_mail_names_the_hour_as_the_practices_clock_shows_it() -> None:
    """Half past nine UTC on the first of June is half past five in New York."""
    mail.send("erin@example.org", template="accounts/mail/locked.txt", context={"until": NOW})

    assert "05:30 EDT" in sent.outbox[-1].subject


def _told(request: HttpRequest) -> HttpResponse:
    return HttpResponse(timezone.get_current_timezone_name())
