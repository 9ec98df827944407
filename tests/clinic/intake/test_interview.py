"""The questions: saved at each step, stopped by what cannot wait, changed without losing what was said before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.models import Event
from facialis_clinic.intake import panels, shown
from facialis_clinic.intake.actions import answer, begin, change, finish
from facialis_clinic.intake.actions.interview import NO_NUMBER, TOO_EARLY
from facialis_clinic.intake.models import Interview
from facialis_clinic.intake.saved import kept_of
from facialis_clinic.intake.told import told_case
from facialis_clinic.people.answers import Refused
from tests.clinic.conftest import World
from tests.clinic.intake.conftest import Answers

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]


def ask(browser: Client, interview: Interview, **form: str) -> str:
    """Send an answer where one is given, and return the page that comes."""
    path = reverse("intake:question", args=[interview.pk])
    answered = browser.post(path, form, follow=True) if form else browser.get(path, follow=True)
    shown = answered.content.decode()
    return str(shown[shown.index("<main") : shown.index("</main>")])


def answers(interview: Interview, now: datetime) -> dict[str, object]:
    interview.refresh_from_db()
    return dict(kept_of(interview.saved, now=now).interview.answers)


def test_the_first_page_asks_for_the_first_warning_sign_and_says_how_many_are_left(
    world: World, interview: Interview, sign_in: SignIn
) -> None:
    shown = ask(sign_in(world.alice), interview)

    assert "has one side of your face suddenly gone weak and dropped?" in shown
    assert "65 questions left at most" in shown
    assert "What does it mean?" in shown


def test_an_answer_is_saved_at_once_and_another_person_goes_on_with_it(
    world: World, interview: Interview, sign_in: SignIn, now: datetime
) -> None:
    ask(sign_in(world.alice), interview, q="face_dropped", answer="no")

    shown = ask(sign_in(world.bob), interview)

    assert answers(interview, now) == {"age": 56, "face_dropped": "no"}
    assert "has an arm or a leg become weak" in shown
    assert "?q=face_dropped" in shown


def test_what_is_told_with_a_clinician_is_told_at_a_specialist(world: World, now: datetime) -> None:
    begin(person=world.record, by=world.nora, now=now)

    assert told_case(world.record.pk)["setting"] == "specialist"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"q": "face_dropped"}, "Choose an answer"),
        ({"q": "face_dropped", "answer": "perhaps"}, "Choose an answer"),
        ({"q": "face_dropped", "answer": "<b>"}, "Choose an answer"),
        ({"q": "nonsense", "answer": "yes"}, "not asked any more"),
        ({"q": "stiff_neck", "answer": "yes"}, "not asked any more"),
        ({}, ""),
    ],
)
def test_a_wrong_answer_is_met_with_one_line_and_loses_nothing(
    world: World, tell: Answers, sign_in: SignIn, now: datetime, form: dict[str, str], said: str
) -> None:
    row = tell(face_dropped="no")

    shown = ask(sign_in(world.alice), row, **form)

    assert said in shown
    assert answers(row, now) == {"age": 56, "face_dropped": "no"}


@pytest.mark.parametrize("typed", ["abc", "-4", "4.5", "1e9", "９９９９９９９９９９", "3000"])
def test_a_number_that_cannot_be_is_shown_again_as_it_was_typed(
    world: World, tell: Answers, sign_in: SignIn, typed: str
) -> None:
    row = tell(until="onset")

    shown = ask(sign_in(world.alice), row, q="onset", answer=typed)

    assert f'value="{typed}"' in shown
    assert NO_NUMBER.why in shown or "is neither an age up to 120" in shown


def test_an_emergency_stops_the_questions_until_somebody_chooses_to_go_on(
    world: World, interview: Interview, sign_in: SignIn
) -> None:
    browser = sign_in(world.alice)

    shown = ask(browser, interview, q="face_dropped", answer="yes")

    assert "Stop here and get help now" in shown
    assert 'href="tel:' in shown
    assert "?q=face_dropped" in shown
    assert "Stop here and get help now" in ask(browser, interview)
    browser.post(reverse("intake:stop", args=[interview.pk]))
    assert "has an arm or a leg become weak" in ask(browser, interview)
    assert "Stop here and get help now" in ask(browser, interview, q="arm_or_leg", answer="yes")


def test_what_cannot_wait_until_tomorrow_stops_them_too(world: World, tell: Answers, sign_in: SignIn) -> None:
    row = tell(red_eye="yes")

    assert "This should be looked at today" in ask(sign_in(world.alice), row)


def test_an_answer_given_by_mistake_is_taken_back_and_the_stop_with_it(
    world: World, tell: Answers, sign_in: SignIn, now: datetime
) -> None:
    browser, row = sign_in(world.alice), tell(face_dropped="yes")

    shown = ask(browser, row, q="face_dropped", answer="no", was="yes")

    assert "has an arm or a leg become weak" in shown
    assert [one[:2] for one in kept_of(answered(row).saved, now=now).changed] == [("face_dropped", "yes")]


def answered(row: Interview) -> Interview:
    return Interview.objects.get(pk=row.pk)


def test_a_flag_that_comes_back_stops_again(world: World, tell: Answers, sign_in: SignIn) -> None:
    browser, row = sign_in(world.alice), tell(face_dropped="yes")
    browser.post(reverse("intake:stop", args=[row.pk]))
    ask(browser, row, q="face_dropped", answer="no", was="yes")

    assert "Stop here" in ask(browser, row, q="face_dropped", answer="yes", was="no")


def test_clinicians_see_the_flag_on_the_panel_and_patients_do_not(world: World, tell: Answers, now: datetime) -> None:
    tell(face_dropped="yes")

    for_eve = panels.interview(world.record, user=world.eve, now=now)
    for_alice = panels.interview(world.record, user=world.alice, now=now)

    assert [(title, urgency) for title, urgency, _ in for_eve["flags"]] == [("Sudden facial weakness", "emergency")]
    assert for_alice["flags"] == []


def test_two_devices_lose_nothing_and_the_second_is_asked_which_is_right(
    world: World, tell: Answers, sign_in: SignIn, now: datetime
) -> None:
    row = tell(face_dropped="no", speech="no")

    shown = ask(sign_in(world.bob), row, q="face_dropped", answer="unknown", was="")

    assert "answered on another device meanwhile: “No”" in shown
    assert 'name="was" value="no"' in shown
    assert answers(row, now) == {"age": 56, "face_dropped": "no", "speech": "no"}
    assert "another device" not in ask(sign_in(world.bob), row, q="speech", answer="no", was="")


def test_a_change_drops_what_no_longer_applies_and_says_so(
    world: World, tell: Answers, sign_in: SignIn, now: datetime
) -> None:
    row = tell(until="onset")

    shown = ask(sign_in(world.alice), row, q="moves", answer="no", was="yes")

    assert "Not asked any more, so your answer was taken out: Which side of your face moves?" in shown
    assert {"side", "always_that_side"}.isdisjoint(answers(row, now))


def test_two_answers_that_do_not_fit_are_told_kindly(world: World, tell: Answers, sign_in: SignIn) -> None:
    row = tell(until="onset", moves="yes", side="left")
    browser = sign_in(world.alice)
    ask(browser, row, q="always_that_side", answer="yes", was="no")

    assert "You said that you are 56 and that it began at age 80." in ask(browser, row, q="onset", answer="80")


def test_the_questions_cannot_be_finished_before_the_warning_signs(
    world: World, interview: Interview, tell: Answers, now: datetime
) -> None:
    assert finish(interview=interview, by=world.alice, now=now) == TOO_EARLY

    row = tell(until="palsy")

    assert isinstance(finish(interview=row, by=world.alice, now=now), Interview)


def test_a_finished_one_says_in_plain_words_what_was_told_and_leads_to_a_video(
    world: World, tell: Answers, sign_in: SignIn, now: datetime
) -> None:
    row = tell(until="palsy")
    finish(interview=row, by=world.alice, now=now)

    shown = ask(sign_in(world.alice), row)

    assert "My left side" in shown
    assert "Answered with no: " in shown
    assert reverse("recordings:send", args=[world.record.pk]) in shown


def test_changing_a_finished_one_makes_another_and_leaves_the_old_as_it_was(
    world: World, tell: Answers, now: datetime
) -> None:
    old = tell(until="palsy")
    finish(interview=old, by=world.alice, now=now)
    before = answered(old).saved

    heard = change(interview=answered(old), key="jaw", typed="yes", was="no", by=world.alice, now=now)

    assert not isinstance(heard, Refused)
    assert (answered(old).saved, heard.interview.pk == old.pk) == (before, False)
    assert heard.interview.finished_at == now
    assert answers(heard.interview, now)["jaw"] == "yes"


def test_a_change_that_opens_questions_asks_them(world: World, tell: Answers, now: datetime) -> None:
    old = tell(until="palsy")
    finish(interview=old, by=world.alice, now=now)

    heard = change(interview=answered(old), key="operated", typed="yes", was="no", by=world.alice, now=now)

    assert not isinstance(heard, Refused)
    assert heard.interview.finished_at is None
    assert begin(person=world.record, by=world.alice, now=now).pk == heard.interview.pk


def test_what_was_left_out_can_be_answered_later(world: World, tell: Answers, now: datetime) -> None:
    old = tell(until="palsy")
    finish(interview=old, by=world.alice, now=now)

    again = begin(person=world.record, by=world.alice, now=now, further=True)

    assert again.pk != old.pk
    assert answers(again, now) == answers(old, now)


def test_each_answer_is_in_the_log_and_none_of_its_words(world: World, tell: Answers, now: datetime) -> None:
    row = tell(face_dropped="no")
    answer(interview=row, key="speech", typed="skipped", was="", by=world.bob, now=now)

    told = Event.objects.filter(thing=row.pk).values_list("verb", "actor")

    assert ("wrote", world.bob.pk) in told
    assert ("began", world.alice.pk) in told


def test_it_says_when_enough_was_told_and_not_before(tell: Answers, now: datetime) -> None:
    known = {"began_where": "eye", "where_now": "more", "spread": "yes", "worse_after_movement": "yes"}
    kept = kept_of(tell(until="palsy").saved, now=now)
    told, said = kept.interview.retell("always_that_side", "yes")[0], []

    while item := told.next(shown.rank_questions):
        said.append(shown.enough(replace(kept, interview=told)))
        told = told.tell(item.key, known.get(item.key, "no" if "no" in item.choices else "skipped"))

    assert not any(said[:5])
    assert said[-1]
