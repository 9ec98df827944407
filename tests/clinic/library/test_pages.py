"""The public pages as somebody opens them, and the pages of those who see to them."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from facialis.treatment.decision_aid.reading import grade, read_aloud
from facialis_clinic.library import access, actions, here
from facialis_clinic.library.models import Article, CallBack, Revision
from facialis_clinic.library.reading import MOST
from facialis_practice.practice import EXAMPLE, PracticeError
from tests.clinic.conftest import NOW

PAGES = ("/", "/patients/", "/clinicians/", "/insurers/", "/offices/", "/contact/", "/contact/sent/", "/condition/",
         "/condition/causes/", "/questions/", "/clinicians/referring/", "/insurers/packet/", "/references/",
         "/accessibility/", "/privacy/", "/versions/causes/")  # fmt: skip
# Addresses and hours are no sentences.
FOR_PATIENTS = ("/", "/patients/", "/contact/", "/contact/sent/", "/condition/", "/questions/",
                "/accessibility/", "/privacy/")  # fmt: skip
GOOD = {"name": "Erin Example", "phone": "+1 202 555 0142", "when": "any", "topic": "other", "website": ""}


@pytest.fixture
def library(articles: None) -> None:
    """The library as it comes."""


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the site's clock."""

    def set_clock(when: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: when)

    set_clock(NOW)
    return set_clock


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.content.decode()


def main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def data(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(found[1]) if found else {}


@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_opens_and_says_first_what_is_an_emergency(client, library, path):
    html = page(client, path)

    assert html.index("Emergency?") < html.index("<main")
    assert 'href="tel:911"' in html
    for words in ("face drops", "arm or a leg", "tongue or speech", "awareness", "swallow or breathe"):
        assert words in html[: html.index("<main")]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_inline_code_or_asks_another_site_for_anything(client, library, path):
    html = page(client, path)

    assert " style=" not in html
    assert "<style" not in html
    assert not re.search(r"\son[a-z]+=", html)
    assert all("ld+json" in tag or "src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r'(?:src|rel="(?:stylesheet|icon|preconnect)"[^>]*href)="https?:', html)


@pytest.mark.parametrize("path", ["/", "/condition/", "/questions/", "/offices/"])
def test_who_only_reads_gets_no_cookie(client, library, path):
    assert client.get(path).cookies == {}


@pytest.mark.parametrize("path", FOR_PATIENTS)
def test_children_of_twelve_could_read_what_stands_on_it(client, library, path):
    texts = read_aloud(main(page(client, path)), leave_out=("sources",))

    assert grade(texts) <= MOST


def test_every_link_of_the_public_pages_leads_somewhere(client, library):
    links = {link for path in PAGES for link in re.findall(r'href="(/[^"#]*)', page(client, path))}
    broken = [link for link in links if "/static/" not in link and client.get(link).status_code not in (200, 302)]

    assert len(links) > 25
    assert broken == []


def test_every_place_in_a_page_that_is_linked_to_is_there(client, library):
    for path in PAGES:
        html = page(client, path)
        for target in re.findall(r'href="#([^"]+)"', html):
            assert f'id="{target}"' in html, (path, target)
    assert 'id="when-to-get-help-at-once"' in page(client, "/condition/")


def test_an_article_stands_at_one_address(client, library):
    assert client.get("/condition/hemifacial-spasm/")["Location"] == "/condition/"
    assert client.get("/condition/questions/")["Location"] == "/questions/"
    assert client.get("/condition/referring/").status_code == 404
    assert client.get("/clinicians/causes/").status_code == 404


def test_the_badge_stands_while_the_review_does_and_is_gone_the_day_it_falls_due(client, library, world, at):
    article = Article.objects.get(slug="causes")
    assert "Not yet reviewed by a physician" in page(client, "/condition/causes/")
    assert "lastReviewed" not in data(page(client, "/condition/causes/"))

    today = here.today(NOW)
    actions.review(article=article, number=1, reviewer=world.eve, today=today, due=today + timedelta(days=30), now=NOW)
    html = page(client, "/condition/causes/")
    assert "Medically reviewed by Eve Example on 1 June 2026, next review 1 July 2026" in html
    assert data(html)["lastReviewed"] == "2026-06-01"
    assert data(html)["reviewedBy"]["name"] == "Eve Example"

    at(NOW + timedelta(days=29))
    assert "Medically reviewed by" in page(client, "/condition/causes/")

    at(NOW + timedelta(days=30))
    html = page(client, "/condition/causes/")
    assert "Medically reviewed" not in html
    assert "Review overdue since 1 July 2026" in html
    assert "lastReviewed" not in data(html)
    assert "reviewedBy" not in data(html)
    assert "Review overdue" in page(client, "/patients/")


def test_the_day_is_that_of_the_practices_own_calendar(client, library, world, at):
    # 3:00 UTC on 1 July is still 30 June in New York.
    today = here.today(NOW)
    actions.review(
        article=Article.objects.get(slug="causes"), number=1, reviewer=world.eve, today=today,
        due=today + timedelta(days=30), now=NOW,
    )  # fmt: skip
    at(NOW.replace(month=7, day=1, hour=3))

    assert "Medically reviewed by" in page(client, "/condition/causes/")


def test_a_new_version_bears_no_badge_and_the_one_before_is_kept(client, library, world):
    article = Article.objects.get(slug="causes")
    today = here.today()
    actions.review(article=article, number=1, reviewer=world.eve, today=today, due=today + timedelta(days=9), now=NOW)
    before = Revision.objects.get(article=article)
    actions.revise(
        article=article, based_on=1, title="Causes", summary="Why.", text=before.text + "\nA last line.\n",
        why="One line more.", by=world.adam, now=NOW,
    )  # fmt: skip

    html = page(client, "/condition/causes/")
    assert "A last line." in html
    assert "Not yet reviewed by a physician" in html

    listed = page(client, "/versions/causes/")
    assert "One line more." in listed
    assert "Eve Example" in listed
    old = page(client, reverse("library:version", args=[before.pk]))
    assert "An earlier version" in old
    assert "A last line." not in old
    new = page(client, reverse("library:version", args=[Revision.objects.get(article=article, number=2).pk]))
    assert re.search(r"<ins><span class=\"unseen\">added: </span>\s*A last line.", new)


def test_machines_are_told_what_the_page_is(client, library):
    told = data(page(client, "/condition/"))

    assert told["@type"] == "MedicalWebPage"
    assert told["about"]["code"]["codeValue"] == "G51.39"
    assert told["url"] == "http://testserver/condition/"
    assert told["author"]["name"] == "The Facialis developers"


def test_machines_are_told_the_questions_with_the_answers_that_the_page_shows(client, library):
    html = page(client, "/questions/")
    told = data(html)

    assert told["@type"] == ["MedicalWebPage", "FAQPage"]
    assert len(told["mainEntity"]) == html.count("<h2 id=")
    assert told["mainEntity"][1]["name"] == "Does ice help?"
    assert told["mainEntity"][1]["acceptedAnswer"]["text"].startswith("Nobody has tested it.")


def test_an_invented_practice_is_not_told_to_machines_as_one(client, library):
    html = page(client, "/")

    assert data(html) == {}
    assert "This practice is invented" in html


def test_the_offices_say_whether_they_are_open(client, library, at):
    # Monday 1 June 2026: 9:30 UTC is 5:30 in New York, 14:00 UTC is 10:00.
    assert "Not yet open today. Opens at 8:00 today." in page(client, "/offices/")
    at(NOW.replace(hour=14))
    assert "Open until 17:00 today." in page(client, "/offices/")
    at(NOW.replace(month=5, day=30, hour=14))
    html = page(client, "/offices/")
    assert html.count("Open now") == 1  # MRI alone on a Saturday
    assert "Closed on Saturdays. Opens at 8:00 on Monday." in html


def test_days_when_it_is_closed_are_told_ahead(client, library, at):
    at(NOW.replace(month=11, day=20))

    assert "Thursday 26 November 2026 to Friday 27 November 2026" in page(client, "/offices/")


def test_a_practices_own_file_takes_the_place_of_the_example(client, library, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    path = Path(tmp_path) / here.FILE
    text = EXAMPLE.read_text().replace("Example Neurology Practice", "Other Practice").replace("invented = true", "")
    path.write_text(text)
    html = page(client, "/")
    assert "Other Practice" in html
    assert "This practice is invented" not in html
    assert data(html)["@type"] == "MedicalClinic"

    # A mistake while the site runs loses nothing.
    path.write_text(text.replace("America/New_York", "Nowhere/Land"))
    assert "Other Practice" in page(client, "/")
    assert "must be a zone" in caplog.text


def test_nothing_starts_with_a_practices_file_that_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    (tmp_path / here.FILE).write_text("name = 3")

    with pytest.raises(PracticeError):
        here.here()
    assert [message.id for message in here.check()] == ["library.E001"]


def test_a_wish_to_be_called_comes_in(client, library):
    answer = client.post("/contact/", GOOD, REMOTE_ADDR="192.0.2.1")

    assert answer["Location"] == "/contact/sent/"
    assert CallBack.objects.get().name == "Erin Example"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Enter your name"),
        ("phone", "", "Enter a telephone number"),
        ("phone", "call me maybe", "Enter a telephone number with digits only"),
        ("phone", "12", "Enter a telephone number with digits only"),
        ("phone", "1" * 30, "Enter a telephone number with digits only"),
        ("topic", "", "Choose what it is about"),
        ("topic", "my_spasms", "Select a valid choice"),
    ],
)
def test_a_mistake_in_the_form_is_told_and_loses_nothing(client, library, field, value, told):
    html = client.post("/contact/", GOOD | {field: value}).content.decode()

    assert told in html
    assert "There is a problem" in html
    assert not CallBack.objects.exists()
    if field != "name":
        assert 'value="Erin Example"' in html


def test_the_form_has_no_room_for_anything_of_anybodys_health(client, library):
    html = main(page(client, "/contact/"))

    assert "<textarea" not in html
    assert html.index("Not by this form") < html.index("<form")


def test_a_machine_that_fills_in_everything_is_told_the_same_and_nothing_is_kept(client, library):
    assert client.post("/contact/", GOOD | {"website": "https://example.org"})["Location"] == "/contact/sent/"
    assert not CallBack.objects.exists()


def test_who_asks_too_often_is_asked_to_telephone(client, library):
    for _ in range(actions.CALLS_AN_HOUR):
        client.post("/contact/", GOOD, REMOTE_ADDR="192.0.2.1")
    answer = client.post("/contact/", GOOD, REMOTE_ADDR="192.0.2.1")

    assert answer.status_code == 429
    assert "Please telephone, or try again later." in answer.content.decode()
    assert CallBack.objects.count() == actions.CALLS_AN_HOUR


def test_the_form_of_another_site_is_refused(library):
    assert Client(enforce_csrf_checks=True).post("/contact/", GOOD).status_code == 403


def test_the_map_of_the_site_names_every_article(client, library):
    text = page(client, "/sitemap.xml")

    for article in Article.objects.all():
        assert f"{article.url}</loc>" in text
    assert "<lastmod>2026-06-01</lastmod>" in text


def test_robots_are_kept_from_what_is_not_theirs(client, library, settings):
    assert "Disallow: /people/\n" in page(client, "/robots.txt")
    settings.DEMO = True
    assert page(client, "/robots.txt") == "User-agent: *\nDisallow: /\n"


def test_references_say_which_page_cites_them(client, library):
    html = page(client, "/references/")

    assert 'href="https://doi.org/10.1002/mds.25947"' in html
    assert 'id="source-S134"' in html
    assert html.count('<a href="/condition/decompression/">') > 5


def test_a_neurologist_reviews_on_the_site(library, world, sign_in):
    browser = sign_in(world.eve)
    article = Article.objects.get(slug="causes")
    url = reverse("library:review", args=[article.pk])
    due = here.today() + timedelta(days=365)

    assert "Confirm that you have read it" in browser.post(url, {"number": 1, "due": due}).content.decode()
    assert browser.post(url, {"number": 1, "due": due, "read": "on"})["Location"] == "/articles/"
    assert "until" in main(page(browser, "/articles/"))
    assert "Medically reviewed by Eve Example" in page(Client(), "/condition/causes/")


def test_an_administrator_revises_and_is_told_when_it_reads_hard(library, world, sign_in):
    browser = sign_in(world.adam)
    article = Article.objects.get(slug="causes")
    url = reverse("library:revise", args=[article.pk])
    hard = "Neurovascular decompression necessitates comprehensive interdisciplinary deliberation beforehand.\n"
    told = {"based_on": 1, "title": "Causes", "summary": "Why.", "text": hard, "why": "Harder."}

    assert browser.get(url).status_code == 200
    answer = browser.post(url, told, follow=True)
    assert "No physician has reviewed it yet." in answer.content.decode()
    assert "It reads at school grade" in answer.content.decode()
    # The second, who began from the version before, keeps their words on the page.
    again = browser.post(url, told | {"text": "Mine."}).content.decode()
    assert "Somebody else has revised it meanwhile" in again
    assert "Mine." in again


def test_the_desk_calls_and_the_list_grows_shorter(library, world, sign_in):
    Client().post("/contact/", GOOD)
    browser = sign_in(world.dana)
    assert "Erin Example" in page(browser, "/call-backs/")

    url = reverse("library:called", args=[CallBack.objects.get().pk])
    assert "is off the list" in browser.post(url, follow=True).content.decode()
    assert "Nobody is waiting for a call" in page(browser, "/call-backs/")
    assert "A colleague has already called" in browser.post(url, follow=True).content.decode()


def test_nobody_else_sees_who_wants_a_call(library, world, sign_in):
    for user in (world.alice, world.bob, world.eve, world.adam):
        assert sign_in(user).get("/call-backs/").status_code == 404


def test_a_list_of_articles_takes_two_queries(library, django_assert_num_queries):
    with django_assert_num_queries(2):
        access.public_articles(here.today())
