"""The frame of every page, the page of the kit, and the pages that say what went wrong."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import connections
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from facialis_clinic.kit import views
from facialis_clinic.kit.context import WAYS, navigation
from tests.clinic.conftest import World


@pytest.fixture
def page(db: None) -> str:
    with override_settings(DEMO=True):
        return Client().get("/kit/").content.decode()


def test_the_kit_is_shown_in_a_demonstration(page: str) -> None:
    assert "<h1>The kit</h1>" in page
    assert "The practice and every person here are invented." in page


def test_the_kit_is_hidden_from_visitors_of_a_real_practice(db: None) -> None:
    assert Client().get("/kit/").status_code == 404


def test_a_page_begins_with_the_way_past_its_head(page: str) -> None:
    body = page[page.index("<body>") :]

    assert re.search(r"<a [^>]*>", body)[0] == '<a class="skip" href="#main">'  # type: ignore[index]
    assert 'id="main"' in body


def test_the_emergency_sentence_stands_before_everything_else(page: str) -> None:
    assert page.index("emergency") < page.index("masthead") < page.index("<h1>")


def test_the_page_says_what_the_software_is_not(page: str) -> None:
    assert "not a certified medical device" in page


def test_a_form_with_mistakes_says_so_in_the_title(page: str) -> None:
    assert "<title>Error: The kit" in page


def test_htmx_may_neither_write_styles_nor_evaluate_code(page: str) -> None:
    assert """content='{"includeIndicatorStyles": false, "allowEval": false}\'""" in page


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.to)
def test_every_way_of_the_navigation_leads_somewhere(way: object) -> None:
    assert reverse(way.to)  # type: ignore[attr-defined]


def test_everybody_is_shown_the_ways_of_their_role(world: World) -> None:
    request = RequestFactory().get("/")
    shown = {}
    for role, user in world.by_role().items():
        request.user = user
        shown[role] = {entry.name for entry in navigation(request)}

    assert shown == {role: {way.name for way in WAYS if role in way.roles} for role in world.by_role()}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (views.bad_request, 400),
        (views.denied, 403),
        (views.missing, 404),
        (views.too_many, 429),
    ],
)
def test_an_error_page_answers_with_its_status_and_a_way_on(answer: object, status: int, db: None) -> None:
    told = answer(RequestFactory().get("/x/"), PermissionDenied())  # type: ignore[operator]

    assert told.status_code == status
    assert 'href="/"' in told.content.decode()


def test_what_is_too_large_is_told_from_what_cannot_be_read(db: None) -> None:
    assert views.bad_request(RequestFactory().get("/x/"), RequestDataTooBig()).status_code == 413


def test_a_failure_of_our_own_is_answered_without_a_database() -> None:
    # Neither `db` nor `world`: any question to the database would fail this test.
    request = RequestFactory().get("/x/")
    connections.close_all()

    told = views.broken(request)

    assert told.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Something broke on our side" in told.content.decode()


def test_a_form_that_is_not_ours_is_refused_calmly(db: None) -> None:
    told = Client(enforce_csrf_checks=True).post("/account/login/", {})

    assert told.status_code == 403
    assert "Nothing was sent." in told.content.decode()


def test_a_missing_page_tells_nothing_of_what_was_asked(db: None) -> None:
    told = Client().get("/no/such/<b>page</b>/")

    assert told.status_code == 404
    assert "such" not in re.sub(r"(?s).*<main", "", told.content.decode()).replace("no such page", "")


def test_an_error_page_can_be_looked_at_in_a_demonstration(db: None) -> None:
    with override_settings(DEMO=True):
        assert Client().get("/kit/error/500/").status_code == 200
        assert Client().get("/kit/error/999/").status_code == 404


def test_whoever_comes_without_a_session_costs_no_question(db: None, django_assert_num_queries: object) -> None:
    request = HttpRequest()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert navigation(request)
