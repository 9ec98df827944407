"""How an article comes, is revised, is reviewed and falls due; how somebody is called back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, transaction

from facialis_clinic.library import actions
from facialis_clinic.library.actions import Refused, import_articles
from facialis_clinic.library.files import HERE
from facialis_clinic.library.models import Article, CallBack, Review, Revision
from facialis_clinic.library.standing import standing
from tests.clinic.conftest import NOW, World

TODAY = NOW.date()
YEAR = timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two of the articles, where a test may write."""
    for name in ("causes", "filming"):
        text = (HERE / f"{name}.md").read_text(encoding="utf-8")
        head, _, rest = text.partition("related = [")
        (tmp_path / f"{name}.md").write_text(head + "related = []" + rest.partition("]")[2], encoding="utf-8")
    return tmp_path


@pytest.fixture
def causes(articles: None) -> Article:
    return Article.objects.get(slug="causes")


def newest(article: Article) -> Revision:
    return Revision.objects.filter(article=article).order_by("-number")[0]


def review(article: Article, world: World, *, number: int = 1, due: date | None = None, who: str = "eve") -> object:
    return actions.review(
        article=article, number=number, reviewer=getattr(world, who), today=TODAY, due=due or TODAY + YEAR, now=NOW
    )


def revise(
    article: Article, world: World, *, based_on: int = 1, text: str = "It is a vessel.", who: str = "adam"
) -> object:
    return actions.revise(
        article=article, based_on=based_on, title="Causes", summary="Why.", text=text, why="Shorter.",
        by=getattr(world, who), now=NOW,
    )  # fmt: skip


def test_articles_are_read_in_once_and_again_only_when_they_changed(db, folder):
    assert import_articles(now=NOW, folder=folder).made == ("causes", "filming")
    assert import_articles(now=NOW, folder=folder).unchanged == ("causes", "filming")

    (folder / "causes.md").write_text((folder / "causes.md").read_text() + "\nOne more line here.\n")
    again = import_articles(now=NOW, folder=folder)

    assert (again.made, again.unchanged) == (("causes",), ("filming",))
    assert list(Revision.objects.filter(article__slug="causes").values_list("number", flat=True)) == [2, 1]


def test_a_wrong_file_changes_nothing(db, folder):
    (folder / "filming.md").write_text("no head")

    with pytest.raises(Exception, match=r"filming\.md: must begin"):
        import_articles(now=NOW, folder=folder)
    assert not Article.objects.exists()


def test_what_the_practice_wrote_itself_is_not_written_over(world, folder):
    import_articles(now=NOW, folder=folder)
    article = Article.objects.get(slug="causes")
    revise(article, world)

    (folder / "causes.md").write_text((folder / "causes.md").read_text() + "\nOne more line here.\n")

    assert import_articles(now=NOW, folder=folder).kept == ("causes",)
    assert newest(article).text == "It is a vessel.\n"


def test_a_revision_is_never_changed_and_never_removed(causes):
    for attempt in (
        lambda: Revision.objects.update(text="other"),
        lambda: Revision.objects.all().delete(),
        lambda: Revision.objects.filter(article=causes).update(number=9),
    ):
        with pytest.raises(ProgrammingError, match="from library_revision table"), transaction.atomic():
            attempt()


def test_a_review_is_never_changed_and_never_removed(causes, world):
    review(causes, world)

    for attempt in (lambda: Review.objects.update(due_on=TODAY + 9 * YEAR), lambda: Review.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="from library_review table"), transaction.atomic():
            attempt()


def test_a_review_stands_until_the_day_before_it_falls_due(causes, world):
    made = review(causes, world, due=date(2027, 6, 1))

    assert standing(made, date(2027, 5, 31)).state == "reviewed"
    assert standing(made, date(2027, 6, 1)).state == "overdue"
    assert standing(made, date(2027, 5, 31)).text == (
        "Medically reviewed by Eve Example on 1 June 2026, next review 1 June 2027"
    )
    assert standing(made, date(2027, 6, 1)).text == "Review overdue since 1 June 2027"
    assert standing(None, TODAY).text == "Not yet reviewed by a physician"


@pytest.mark.parametrize("who", ["alice", "bob", "dana", "nora", "adam"])
def test_only_a_neurologist_reviews(causes, world, who):
    assert review(causes, world, who=who) == Refused("Only a neurologist reviews an article.")
    assert not Review.objects.exists()


@pytest.mark.parametrize("due", [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=731)])
def test_the_next_review_is_due_within_two_years(causes, world, due):
    assert isinstance(review(causes, world, due=due), Refused)


def test_only_the_version_that_was_read_is_reviewed(causes, world):
    revise(causes, world)

    assert review(causes, world, number=1) == Refused("There is a newer version now. Read that one.")
    assert isinstance(review(causes, world, number=2), Review)


def test_a_reviewer_without_a_name_is_refused(causes, world):
    world.eve.name = " "

    assert isinstance(review(causes, world), Refused)


@pytest.mark.parametrize("who", ["alice", "dana", "nora"])
def test_only_a_neurologist_or_an_administrator_revises(causes, world, who):
    assert isinstance(revise(causes, world, who=who), Refused)


def test_two_who_revise_at_once_do_not_write_over_each_other(causes, world):
    assert isinstance(revise(causes, world, text="The first.", who="eve"), Revision)

    second = revise(causes, world, text="The second.")

    assert isinstance(second, Refused)
    assert second.because.startswith("Somebody else has revised it meanwhile")
    assert newest(causes).text == "The first.\n"


def test_a_revision_places_numbers_and_knows_its_sources(causes, world):
    made = revise(causes, world, text="It helps {{ outcome.onabotulinumtoxinA.relief : in_100 }}.[^S999]\r\n")

    assert isinstance(made, Refused)  # S999 is no source
    made = revise(causes, world, text="It helps {{ outcome.onabotulinumtoxinA.relief : in_100 }}.[^S98]\r\n")
    assert made.text == "It helps about 95 of 100.[^S1][^S98]\n"
    assert made.references[:2] == ["S1", "S98"]


def test_a_mistake_in_a_revision_is_told_in_one_sentence(causes, world):
    made = revise(causes, world, text="It helps {{ outcome.snake_oil.relief : in_100 }}.")

    assert made == Refused("line 1: {{ outcome.snake_oil.relief : in_100 }}: the knowledge has no 'snake_oil'.")


def test_to_change_nothing_makes_no_version(causes, world):
    first = newest(causes)
    made = actions.revise(
        article=causes, based_on=1, title=first.title, summary=first.summary, text=first.text, why="-",
        by=world.adam, now=NOW,
    )  # fmt: skip

    assert made == Refused("Nothing was changed.")


def test_who_revised_and_who_reviewed_stands_in_the_log(causes, world):
    from django.db import connection

    revise(causes, world)
    review(causes, world, number=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT verb, kind, actor FROM audit_pending UNION ALL SELECT verb, kind, actor FROM audit_event"
        )
        told = {(verb, kind, str(actor)) for verb, kind, actor in cursor.fetchall()}

    assert ("wrote", "article", str(world.adam.pk)) in told
    assert ("reviewed", "article", str(world.eve.pk)) in told


def ask(now: datetime = NOW, address: str = "192.0.2.1", trap: str = "") -> object:
    return actions.ask_call_back(
        name=" Erin Example ", phone="+1 202 555 0142", when="any", topic="other", address=address, trap=trap, now=now
    )


def test_a_wish_to_be_called_is_kept_without_where_it_came_from(db):
    made = ask()

    assert (made.name, made.phone) == ("Erin Example", "+1 202 555 0142")
    assert "192.0.2.1" not in made.came_from
    assert len(made.came_from) == 64


def test_nothing_is_kept_of_a_machine_in_the_trap(db):
    assert ask(trap="https://example.org") is None
    assert not CallBack.objects.exists()


def test_one_address_cannot_flood_the_desk(db):
    kept = [ask(NOW + timedelta(minutes=minute)) for minute in range(actions.CALLS_AN_HOUR)]

    assert all(isinstance(one, CallBack) for one in kept)
    assert isinstance(ask(NOW + timedelta(minutes=30)), Refused)
    assert isinstance(ask(NOW + timedelta(minutes=30), address="192.0.2.2"), CallBack)
    assert isinstance(ask(NOW + timedelta(minutes=61)), CallBack)


def test_many_addresses_of_one_network_count_as_one(db):
    for last in range(actions.CALLS_AN_HOUR):
        ask(address=f"2001:db8:1:2::{last + 1}")

    assert isinstance(ask(address="2001:db8:1:2:ffff::9"), Refused)
    assert isinstance(ask(address="2001:db8:1:3::1"), CallBack)
    # An IPv4 address that is written as an IPv6 one is still an address of its own.
    assert isinstance(ask(address="::ffff:192.0.2.7"), CallBack)


def test_all_addresses_together_cannot_flood_it_either(db):
    for number in range(actions.ALL_CALLS_AN_HOUR):
        assert isinstance(ask(address=f"192.0.2.{number}"), CallBack)

    assert isinstance(ask(address="198.51.100.1"), Refused)


def test_who_was_called_is_off_the_list_and_gone_after_a_month(world):
    wish = ask()

    assert actions.mark_called(call_back=wish, by=world.dana, now=NOW)
    assert not actions.mark_called(call_back=wish, by=world.nora, now=NOW)
    wish.refresh_from_db()
    assert (wish.done_by, wish.came_from) == (world.dana, "")
    assert actions.forget_call_backs(now=NOW + timedelta(days=29, hours=23)) == 0
    assert actions.forget_call_backs(now=NOW + timedelta(days=30)) == 1


def test_who_was_not_called_stays_and_where_they_came_from_goes(db):
    wish = ask()
    actions.forget_call_backs(now=NOW + timedelta(days=400))

    wish.refresh_from_db()
    assert wish.came_from == ""
