"""Who opened my record: in words, for the patient and whoever acts for them; integrity for the administrator."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from facialis_clinic.accounts.models import User
from facialis_clinic.audit import actions
from facialis_clinic.audit.models import Event
from facialis_clinic.jobs.models import Job
from tests.clinic.audit.conftest import below
from tests.clinic.conftest import World

SignIn = Callable[[User | None], Client]


def seen(world: World, actor: User | None, verb: str = "read", kind: str = "recording", note: str = "") -> None:
    """Record that somebody did something with Alice's record."""
    actions.record(subject=world.record.pk, actor=actor, verb=verb, kind=kind, note=note)


def own_page(world: World, **query: str) -> str:
    return reverse("audit:person", args=[world.record.pk], query=query or None)


def text(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_patient_sees_who_opened_what_and_why_in_plain_words(world: World, sign_in: SignIn) -> None:
    seen(world, world.eve)
    seen(world, world.frank, "broke_glass", "person", "She fell in the waiting room.")

    page = text(sign_in(world.alice), own_page(world))

    assert "Eve Example, neurologist" in page
    assert "opened a video" in page
    assert "opened the record in an emergency" in page
    assert "She fell in the waiting room." in page


def test_what_one_person_did_ten_times_on_a_day_is_one_line(world: World, sign_in: SignIn) -> None:
    for _ in range(10):
        seen(world, world.eve)

    page = text(sign_in(world.alice), own_page(world))

    assert page.count("Eve Example, neurologist") == 1
    assert "10 times" in page


def test_days_stand_one_after_the_other_the_latest_first(world: World, sign_in: SignIn) -> None:
    for day in (3, 4):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_event (subject, at, actor, role, verb, kind, seq, previous, hash)"
                " VALUES (%s, %s, %s, 'nurse', 'read', 'recording', 0, '', '')",
                [world.record.pk, datetime(2026, 3, day, 9, tzinfo=UTC), world.nora.pk],
            )

    page = text(sign_in(world.alice), own_page(world))

    assert 0 < page.index("Wednesday, 4 March 2026") < page.index("Tuesday, 3 March 2026")
    assert actions.verify().whole


def test_only_other_people_can_be_shown(world: World, sign_in: SignIn) -> None:
    seen(world, world.alice, "wrote", "contact")
    seen(world, None, "measured")
    seen(world, world.nora)

    page = text(sign_in(world.alice), own_page(world, who="others"))

    assert "Nora Example, nurse" in page
    assert "changed the contact details" not in page
    assert "The practice&#x27;s own system" not in page


def test_who_has_no_account_any_more_is_still_told_by_role(world: World, sign_in: SignIn) -> None:
    seen(world, world.frank)
    world.frank.delete()

    assert "Somebody whose account was deleted, neurologist" in text(sign_in(world.alice), own_page(world))


def test_looking_at_the_list_stands_in_the_list(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    text(browser, own_page(world))

    assert "looked at who opened the record" in text(browser, own_page(world))
    event = Event.objects.filter(kind="log").latest("pk")
    assert (event.subject, event.actor, event.verb) == (world.record.pk, world.alice.pk, "read")


def test_a_proxy_sees_it_until_they_no_longer_act_for_the_patient(world: World, sign_in: SignIn, now: datetime) -> None:
    browser = sign_in(world.bob)
    assert "Alice Example" in text(browser, own_page(world))

    world.record.proxies.update(withdrawn_at=now)

    assert browser.get(own_page(world)).status_code == 404


def test_those_who_treat_or_run_the_practice_do_not_see_it(world: World, sign_in: SignIn) -> None:
    for user in (world.eve, world.nora, world.dana, world.adam, world.frank, world.charlie):
        assert sign_in(user).get(own_page(world)).status_code == 404, user.name


def test_a_refused_look_leaves_no_event(world: World, sign_in: SignIn) -> None:
    sign_in(world.charlie).get(own_page(world))

    assert not Event.objects.filter(subject=world.record.pk).exists()


def test_a_patient_is_led_to_their_own_list(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.alice).get(reverse("audit:mine"))["Location"] == own_page(world)


def test_who_acts_for_two_chooses_and_who_has_no_record_is_told_so(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    world.other.proxies.create(user=world.bob, email=world.bob.email, given_at=now)

    page = text(sign_in(world.bob), reverse("audit:mine"))
    assert "Alice Example" in page
    assert "Charlie Example" in page
    world.record.delete()
    assert "There is no record yet" in text(sign_in(world.alice), reverse("audit:mine"))


@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "99999999999999999999"])
def test_a_page_that_is_no_number_is_missing(world: World, sign_in: SignIn, number: str) -> None:
    assert sign_in(world.alice).get(own_page(world, page=number)).status_code == 404


def test_a_long_log_comes_in_light_pages_with_as_few_queries_as_a_short_one(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    text(browser, own_page(world))
    with CaptureQueriesContext(connection) as short:
        text(browser, own_page(world))
    for place in range(120):
        seen(world, [world.eve, world.nora, world.frank][place % 3], note=f"Invented reason {place}. " + "x" * 200)

    with CaptureQueriesContext(connection) as long:
        page = text(browser, own_page(world))

    assert "Page 1" in page
    assert "?page=2" in page
    assert len(page) < 60_000
    # One more: there are notes now.
    assert len(long) <= len(short) + 1
    assert "Invented reason 3." in text(browser, own_page(world, page="3"))


def test_writing_to_the_log_adds_one_query_to_a_page(world: World) -> None:
    record = world.record.pk
    with CaptureQueriesContext(connection) as asked:
        actions.record(subject=record, actor=world.eve, verb="read", kind="recording")

    assert len(asked) == 1


def test_the_administrator_sees_whether_the_log_is_whole_and_nothing_of_anybody(
    world: World, sign_in: SignIn, now: datetime, home: object
) -> None:
    browser = sign_in(world.adam)
    url = reverse("audit:integrity")
    assert "Not looked through yet" in text(browser, url)
    seen(world, world.eve, note="A clinical reason.")
    actions.keep(actions.verify(), seconds=0.1, now=now)
    actions.checkpoint(now=now)
    page = text(browser, url)
    assert "The log is whole" in page
    assert "1 June 2026" in page

    with below() as write:
        write("UPDATE audit_event SET verb = 'wrote' WHERE subject = %s", world.record.pk)
    actions.keep(actions.verify(), seconds=0.1, now=now)

    page = text(browser, url)
    assert "The log is broken" in page
    assert "it was changed" in page
    assert "Alice" not in page
    assert "A clinical reason." not in page


def test_the_administrator_can_have_the_log_looked_through(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.adam).post(reverse("audit:look_through"))

    assert answer["Location"] == reverse("audit:integrity")
    assert Job.objects.filter(result__task_path__endswith="look_through_the_log").count() == 1


def test_the_administrator_sees_emergencies_with_their_reason_but_not_whose_record(
    world: World, sign_in: SignIn
) -> None:
    seen(world, world.frank, "broke_glass", "person", "A fall in the waiting room.")

    page = text(sign_in(world.adam), reverse("audit:broken_glass"))

    assert "Frank Example, neurologist" in page
    assert "A fall in the waiting room." in page
    assert str(world.record.pk) in page
    assert "Alice" not in page


def test_the_practices_own_log_holds_nothing_of_a_patient(world: World, sign_in: SignIn) -> None:
    seen(world, world.eve, note="A clinical reason.")
    actions.record(subject=None, actor=world.adam, verb="locked", kind="account", thing=uuid.UUID(int=5))

    page = text(sign_in(world.adam), reverse("audit:practice"))

    assert "locked an account" in page
    assert "A clinical reason." not in page


def test_every_administrators_look_is_logged_in_the_practices_chain(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.adam)
    for name in ("integrity", "practice", "broken_glass"):
        browser.get(reverse(f"audit:{name}"))

    kinds = Event.objects.filter(subject=None, actor=world.adam.pk, verb="read").values_list("kind", flat=True)
    assert {"integrity", "practice", "glass"} <= set(kinds)


@pytest.mark.django_db(transaction=True)
def test_a_page_whose_log_entry_cannot_be_written_is_not_answered(
    transactional_db: None, world: World, sign_in: SignIn
) -> None:
    browser = sign_in(world.alice)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT never CHECK (kind <> 'log') NOT VALID")
    try:
        with pytest.raises(IntegrityError, match="never"):
            browser.get(own_page(world))
        browser.raise_request_exception = False
        assert browser.get(own_page(world)).status_code == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_event DROP CONSTRAINT never")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_fails_after_its_gate_leaves_no_event(transactional_db: None, world: World) -> None:
    def page() -> None:
        with transaction.atomic():
            seen(world, world.eve)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page()

    assert not Event.objects.filter(subject=world.record.pk).exists()
