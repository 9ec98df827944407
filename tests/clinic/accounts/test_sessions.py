"""How long a session lasts, and where one is signed in."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts import devices
from facialis_clinic.accounts.testing import sign_in
from tests.clinic.accounts.conftest import done, is_in, try_password
from tests.clinic.conftest import World

MINUTE = 60
HOUR = 3600


def signed_in(world: World, who: str, *, began: float, seen: float) -> Client:
    """Return a browser that signed in and was last used so many seconds ago."""
    client = Client()
    sign_in(client, getattr(world, who))
    session = client.session
    session["began"], session["seen"] = time.time() - began, time.time() - seen
    session.save()
    return client


@pytest.mark.parametrize(
    ("who", "began", "seen", "stays"),
    [
        ("eve", HOUR, 14 * MINUTE, True),
        ("eve", HOUR, 16 * MINUTE, False),
        ("alice", HOUR, 29 * MINUTE, True),
        ("alice", HOUR, 31 * MINUTE, False),
        ("bob", HOUR, 31 * MINUTE, False),
        ("eve", 11.9 * HOUR, MINUTE, True),
        ("eve", 12.1 * HOUR, MINUTE, False),
        ("alice", 12.1 * HOUR, MINUTE, False),
    ],
)
def test_a_session_ends_when_it_lies_idle_or_is_twelve_hours_old(
    world: World, who: str, began: float, seen: float, stays: bool
) -> None:
    client = signed_in(world, who, began=began, seen=seen)

    answer = client.get(reverse("accounts:places"))

    assert (answer.status_code == 200) is stays


@pytest.mark.parametrize(
    ("began", "seen", "why"), [(HOUR, HOUR, b"nothing happened for a while"), (13 * HOUR, MINUTE, b"12 hours")]
)
def test_whoever_was_signed_out_is_told_why_and_comes_back_to_where_they_were(
    world: World, began: float, seen: float, why: bytes
) -> None:
    client = signed_in(world, "alice", began=began, seen=seen)

    answer = client.get("/account/sessions/?a=b")
    page = client.get(answer["Location"])

    assert answer["Location"] == "/account/login/?next=%2Faccount%2Fsessions%2F%3Fa%3Db"
    assert why in page.content
    assert ("signed_out", "account") in done()


def test_what_was_sent_after_the_end_is_not_done(world: World) -> None:
    client = signed_in(world, "adam", began=HOUR, seen=HOUR)

    answer = client.post(reverse("accounts:member", args=[world.eve.pk]), {"do": "deactivate"})

    world.eve.refresh_from_db()
    assert world.eve.is_active
    assert answer["Location"] == "/account/login/?next=%2Fpeople%2F"


def test_a_piece_of_a_page_sends_the_whole_page_to_sign_in(world: World) -> None:
    client = signed_in(world, "alice", began=HOUR, seen=HOUR)

    answer = client.get("/account/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="https://evil.example/people/1/")

    assert answer["HX-Redirect"] == "/account/login/?next=%2Fpeople%2F1%2F"


def test_using_a_page_keeps_the_session_and_a_page_that_renews_itself_does_not(world: World) -> None:
    used, left = (signed_in(world, "eve", began=HOUR, seen=10 * MINUTE) for _ in range(2))

    used.get("/account/")
    left.get("/account/", HTTP_HX_REQUEST="true")

    assert time.time() - used.session["seen"] < MINUTE
    assert time.time() - left.session["seen"] > 9 * MINUTE


def test_a_session_is_not_written_on_every_page(world: World, django_assert_num_queries: object) -> None:
    client = signed_in(world, "alice", began=HOUR, seen=10)

    before = client.session["seen"]
    client.get("/account/")

    assert client.session["seen"] == before


def test_a_session_that_no_sign_in_of_ours_made_is_over(world: World) -> None:
    client = Client()
    client.force_login(world.alice)
    session = client.session
    del session["began"]
    session.save()

    assert not is_in(client)


def test_a_clock_that_went_back_ends_no_session(world: World) -> None:
    assert is_in(signed_in(world, "eve", began=-30, seen=-30))


def test_one_sees_where_one_is_signed_in_and_nobody_elses(world: World, sign_in: object) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    try_password(Client(headers={"User-Agent": firefox}, REMOTE_ADDR="192.0.2.7"), world.alice.email)
    try_password(Client(REMOTE_ADDR="192.0.2.9"), world.charlie.email)

    page = sign_in(world.alice).get(reverse("accounts:places")).content.decode()

    assert "Firefox on Windows" in page
    assert "192.0.2.7" in page
    assert "192.0.2.9" not in page


def test_signing_out_there_ends_that_session_alone(world: World, sign_in: object) -> None:
    here, there = sign_in(world.alice), sign_in(world.alice)
    other = next(place for place in here.get(reverse("accounts:places")).context["places"] if not place.here)

    here.post(reverse("accounts:places"), {"place": other.id})

    assert is_in(here)
    assert not is_in(there)
    assert ("ended", "session") in done()


def test_nobody_ends_the_session_of_somebody_else(world: World, sign_in: object) -> None:
    alice, charlie = sign_in(world.alice), sign_in(world.charlie)
    his = charlie.get(reverse("accounts:places")).context["places"][0]

    answer = alice.post(reverse("accounts:places"), {"place": his.id})

    assert answer.status_code == 404
    assert is_in(charlie)


def test_the_page_holds_no_key_of_a_session(world: World, sign_in: object) -> None:
    here, there = sign_in(world.alice), sign_in(world.alice)

    page = here.get(reverse("accounts:places")).content.decode()

    assert here.session.session_key not in page
    assert there.session.session_key not in page


def test_signing_out_everywhere_means_here_too(world: World, sign_in: object) -> None:
    here, there = sign_in(world.alice), sign_in(world.alice)

    here.post(reverse("accounts:places"), {"do": "everywhere"})

    assert not is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on an Android device"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert devices.name(agent) == name
