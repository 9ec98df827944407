"""The patient's own first page: one thing to do, and nothing of an answer before a neurologist has released it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facialis.treatment.decision_aid.reading import grade, read_aloud
from facialis_clinic.audit.models import Event
from facialis_clinic.care.models import Choice, Document, Order
from facialis_clinic.intake.models import Entry, Interview
from facialis_clinic.library.here import today
from facialis_clinic.library.reading import MOST
from facialis_clinic.people.models import CareTeam, Person, Proxy
from facialis_clinic.recordings.models import Recording, State
from tests.clinic.chart.answers import CASE, answer_to, measured, released_answer
from tests.clinic.conftest import World

pypdf = pytest.importorskip("pypdf")

SignIn = Callable[[Any], Client]
NAMES = ("spasm", "Hemifacial", "twitched")


def text(browser: Client, name: str, *ids: Any) -> str:
    answer = browser.get(reverse(f"chart:{name}", args=ids))
    assert answer.status_code == 200
    return answer.content.decode()


def main(html: str) -> str:
    return html.split('id="main"')[1].split("</main>")[0]


def what_is_next(html: str) -> str:
    found = re.search(r'<h2 id="next">([^<]*)</h2>', html)
    assert found
    return found[1]


def told(person: Person, *, finished: bool = True, saved: dict[str, Any] | None = None) -> Interview:
    now = timezone.now()
    return Interview.objects.create(
        person=person, saved=saved or {}, begun_at=now, touched_at=now, finished_at=now if finished else None
    )


def handed(world: World) -> Choice:
    return Choice.objects.create(person=world.record, aid={}, by=world.eve, handed_at=timezone.now())


def test_the_way_goes_on_with_what_was_done(world: World, sign_in: SignIn) -> None:
    alice, record, now = sign_in(world.alice), world.record, timezone.now()
    seen = [what_is_next(text(alice, "mine", record.pk))]
    story = told(record, finished=False)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    Interview.objects.filter(pk=story.pk).update(finished_at=now)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    film = Recording.objects.create(person=record, name="film.mov", state=State.QUEUED, sha256="1" * 64)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    Recording.objects.filter(pk=film.pk).update(state=State.MEASURED)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    answer = released_answer(record, by=world.eve, now=now)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    text(alice, "result", record.pk, answer.pk)
    choice = handed(world)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    Choice.objects.filter(pk=choice.pk).update(answered_at=now)
    seen.append(what_is_next(text(alice, "mine", record.pk)))
    Entry.objects.create(person=record, day=today(now), side="left", severity=3, written_at=now)
    seen.append(what_is_next(text(alice, "mine", record.pk)))

    assert seen == [
        "Tell your story",
        "Go on with your story",
        "Send a video of your face",
        "Your video is being measured",
        "Now it is our turn",
        "Your answer is here",
        "Weigh what can be done",
        "Write in your diary",
        "All done for today",
    ]


def test_that_a_proxy_has_read_the_answer_does_not_take_the_patients_news_away(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())
    text(sign_in(world.bob), "result", world.record.pk, answer.pk)

    assert what_is_next(text(sign_in(world.alice), "mine", world.record.pk)) == "Your answer is here"


def test_a_video_that_cannot_be_used_is_asked_for_again_with_what_to_do_better(world: World, sign_in: SignIn) -> None:
    told(world.record)
    one = measured(world.record, now=timezone.now())
    one.result["quality"] |= {"verdict": "refused", "reasons": ["the face is too small to measure: closer"]}
    one.save()
    Recording.objects.update(state=State.REFUSED)

    page = text(sign_in(world.alice), "mine", world.record.pk)

    assert what_is_next(page) == "Please film your face once more"
    assert page.count("Bring the camera closer") == 2  # what is next, and the newest video


def test_whoever_has_nobody_on_the_team_is_led_to_a_first_visit(world: World, sign_in: SignIn) -> None:
    told(world.record)
    measured(world.record, now=timezone.now())
    CareTeam.objects.all().delete()

    assert what_is_next(text(sign_in(world.alice), "mine", world.record.pk)) == "Ask for your first visit"


def test_red_flags_stand_first_with_what_to_do_now_and_go_once_they_were_weighed(world: World, sign_in: SignIn) -> None:
    alice = sign_in(world.alice)
    told(world.record, saved={"findings": [{"code": "sudden_weakness", "state": "present", "source": "patient"}]})

    page = main(text(alice, "mine", world.record.pk))
    assert page.index("Call your local emergency number now") < page.index("What is next")
    assert what_is_next(page) == "Get help first"
    released_answer(world.record, by=world.eve, now=timezone.now() + timedelta(minutes=1))
    assert "Call your local emergency number now" not in main(text(alice, "mine", world.record.pk))


@pytest.mark.parametrize("page", ["mine", "shared", "download"])
def test_nothing_of_an_answer_is_on_a_page_before_its_release(world: World, sign_in: SignIn, page: str) -> None:
    told(world.record, saved=CASE)
    answer_to(world.record, by=world.eve, now=timezone.now(), words="It is a spasm.")
    Document.objects.create(
        person=world.record, kind="letter", title="Hemifacial spasm", by=world.eve, made_at=timezone.now()
    )

    shown = main(text(sign_in(world.alice), page, world.record.pk))

    assert [word for word in NAMES if word in shown] == []


@pytest.mark.parametrize("field", ["released_at", "withdrawn_at"])
def test_an_answer_that_is_not_open_is_as_if_it_were_not_there(world: World, sign_in: SignIn, field: str) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())
    setattr(answer, field, None if field == "released_at" else timezone.now())
    answer.save()

    for name in ("result", "result_pdf"):
        path = reverse(f"chart:{name}", args=[world.record.pk, answer.pk])
        assert sign_in(world.alice).get(path).status_code == 404


def test_an_answer_is_not_to_be_had_under_another_persons_name(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())

    path = reverse("chart:result", args=[world.other.pk, answer.pk])

    assert sign_in(world.charlie).get(path).status_code == 404


def test_the_answer_begins_with_the_neurologists_own_words_marked_as_theirs(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now(), words="We <b>talk</b> about it.\n\nSoon.")

    page = main(text(sign_in(world.alice), "result", world.record.pk, answer.pk))

    assert "We &lt;b&gt;talk&lt;/b&gt; about it." in page
    assert page.index("What your neurologist says") < page.index("What it most likely is")
    assert "Written by Eve Example" in page


def test_the_answer_says_how_sure_it_is_and_what_was_not_seen(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())
    share = answer.result["differential"][0]["probability"]

    page = main(text(sign_in(world.alice), "result", world.record.pk, answer.pk))

    assert f"About {100 * share['value']:.0f} of them would have hemifacial spasm." in page
    assert f"between {100 * share['low']:.0f} and {100 * share['high']:.0f}" in page
    assert "your face twitched twice on your left side" in page
    assert "It was too dark or too bright." in page[page.index("What could not be seen") :]


def test_the_trace_shows_each_twitch_on_its_side_and_says_it_in_words(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())

    page = main(text(sign_in(world.alice), "result", world.record.pk, answer.pk))

    assert page.count('class="fill-left"') == 2
    assert 'class="fill-right"' not in page
    assert page.count('class="trace-blink"') == 1
    assert "Twitches over the 60 seconds of the video: 2 on the left." in page


def test_a_measurement_that_is_not_released_stays_out_of_a_released_answer(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())
    answer.measurements.update(released_at=None)

    page = main(text(sign_in(world.alice), "result", world.record.pk, answer.pk))

    assert "No video is part of this answer." in page
    assert "twitched" not in page


def test_the_answer_on_paper_is_a_tagged_pdf_and_is_logged_as_taken(world: World, sign_in: SignIn) -> None:
    answer = released_answer(world.record, by=world.eve, now=timezone.now())

    paper = sign_in(world.alice).get(reverse("chart:result_pdf", args=[world.record.pk, answer.pk]))

    assert paper["Content-Type"] == "application/pdf"
    root: Any = pypdf.PdfReader(io.BytesIO(paper.content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert Event.objects.filter(verb="downloaded", kind="answer", thing=answer.pk).count() == 1


def test_who_works_here_has_other_pages(world: World, sign_in: SignIn) -> None:
    for user in (world.eve, world.nora, world.dana, world.adam):
        assert sign_in(user).get(reverse("chart:start")).status_code == 404
        assert sign_in(user).get(reverse("chart:mine", args=[world.record.pk])).status_code == 404


def test_whoever_has_one_page_lands_on_it_and_whoever_has_several_chooses(world: World, sign_in: SignIn) -> None:
    bob = sign_in(world.bob)
    there = reverse("chart:mine", args=[world.record.pk])
    assert bob.get(reverse("chart:start"))["Location"] == there

    Proxy.objects.create(person=world.other, user=world.bob, email=world.bob.email, given_at=timezone.now())
    page = text(bob, "start")

    assert there in page
    assert reverse("chart:mine", args=[world.other.pk]) in page


def test_a_patient_without_a_record_is_led_to_one(world: World, sign_in: SignIn) -> None:
    world.record.delete()

    assert sign_in(world.alice).get(reverse("chart:start"))["Location"] == reverse("people:mine")


def test_a_proxy_reads_and_is_offered_neither_a_copy_nor_the_end(world: World, sign_in: SignIn) -> None:
    page = main(text(sign_in(world.bob), "mine", world.record.pk))

    assert "You act for Alice Example." in page
    assert reverse("chart:download", args=[world.record.pk]) not in page
    assert reverse("people:forget", args=[world.record.pk]) not in page


def test_tests_to_come_are_told_without_what_they_are_to_show(world: World, sign_in: SignIn) -> None:
    Order.objects.create(
        person=world.record, kind="mri", indication="Hemifacial spasm, vessel?", by=world.eve, ordered_at=timezone.now()
    )

    page = main(text(sign_in(world.alice), "mine", world.record.pk))

    assert "Scan of your head (MRI)" in page
    assert "vessel?" not in page


def test_the_page_of_who_saw_what_names_the_last_and_ends_a_proxy(world: World, sign_in: SignIn) -> None:
    alice = sign_in(world.alice)
    sign_in(world.eve).get(reverse("recordings:of", args=[world.record.pk]))
    one = world.record.proxies.get()

    page = main(text(alice, "shared", world.record.pk))

    assert "<strong>Eve Example, neurologist</strong> opened the record" in page
    assert reverse("people:end_proxy", args=[world.record.pk, one.pk]) in page


def test_a_yes_to_one_video_is_no_no(world: World, sign_in: SignIn) -> None:
    from facialis_clinic.people import actions
    from facialis_clinic.people.wording import current

    film = measured(world.record, now=timezone.now()).recording
    actions.give_consent(
        person=world.record, use="care", by=world.alice, words_version=current("care").id, now=timezone.now(),
        recording_id=film.pk,
    )  # fmt: skip
    alice = sign_in(world.alice)

    for path in (reverse("people:person", args=[world.record.pk]), reverse("chart:shared", args=[world.record.pk])):
        page = main(alice.get(path).content.decode())
        assert "yes, in part" in page
        assert "for 1 video" in page


def test_every_page_reads_at_twelve(world: World, sign_in: SignIn) -> None:
    """The means are those of the library's own pages for patients."""
    alice, record = sign_in(world.alice), world.record
    told(record, saved={"findings": [{"code": "limb_speech_deficit", "state": "present", "source": "patient"}]})
    Order.objects.create(person=record, kind="mri", indication="-", by=world.eve, ordered_at=timezone.now())
    Order.objects.create(person=record, kind="emg", indication="-", by=world.eve, ordered_at=timezone.now())
    pages = {name: main(text(alice, name, record.pk)) for name in ("mine", "shared", "download")}
    answer = released_answer(record, by=world.eve, now=timezone.now())
    pages["mine, answered"] = main(text(alice, "mine", record.pk))
    pages["result"] = main(text(alice, "result", record.pk, answer.pk))

    grades = {name: round(grade(read_aloud(page)), 1) for name, page in pages.items()}

    assert {name: found for name, found in grades.items() if found > MOST} == {}
