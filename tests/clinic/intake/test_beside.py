"""Diary, scales and medicines: taken as they are told, with what must be said at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from facialis_clinic.accounts.models import User
from facialis_clinic.intake import panels, shown_beside
from facialis_clinic.intake.actions import add_medicine, answer_scale, reconcile, take_back, write
from facialis_clinic.intake.models import Circumstance, Entry, Medicine, Scale
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from tests.clinic.conftest import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[User | None], Client]


def sent(browser: Client, page: str, /, *ids: object, **form: object) -> str:
    path = reverse(f"intake:{page}", args=ids)
    answer = browser.post(path, form, follow=True) if form else browser.get(path)
    shown = answer.content.decode()
    return str(shown[shown.index("<main") : shown.index("</main>")])


def a_day(**told: object) -> dict[str, object]:
    return {"day": today().isoformat(), "side": "left"} | told


# The diary.


def test_a_day_is_written_by_a_side_and_a_number(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "diary", world.record.pk, **a_day(severity="7"))

    row = Entry.objects.get()
    assert (row.side, row.severity, row.symptoms) == ("left", 7, [])
    assert "Written: " in shown
    assert 'value="left" id="id_side_0" checked' in shown or "checked" in shown


def test_the_same_day_and_side_is_written_anew_and_not_twice(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    for severity in ("7", "2"):
        sent(browser, "diary", world.record.pk, **a_day(severity=severity))

    assert [row.severity for row in Entry.objects.all()] == [2]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Choose a number from 0 to 10"),
        ({"severity": "11"}, "not one of the available choices"),
        ({"severity": "3", "side": ""}, "Which side?"),
        ({"severity": "3", "day": "31.02.2026"}, "Enter a valid date."),
        ({"severity": "3", "day": "2999-01-01"}, "This day lies ahead."),
        ({"severity": "3", "day": "1999-01-01"}, "more than a year ago"),
        ({"severity": "3", "symptoms": "hiccups"}, "not one of the available choices"),
        ({"note": "x" * 501, "severity": "3"}, "500"),
    ],
)
def test_a_day_that_cannot_be_is_shown_again(world: World, sign_in: SignIn, told: dict[str, object], said: str) -> None:
    shown = sent(sign_in(world.alice), "diary", world.record.pk, **a_day(**told))

    assert said in shown
    assert not Entry.objects.exists()


def test_a_sign_that_cannot_wait_is_answered_at_once(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "diary", world.record.pk, **a_day(symptoms="limb_speech_deficit"))

    assert "Call the emergency number now" in shown
    assert 'href="tel:' in shown
    assert Entry.objects.get().symptoms == ["limb_speech_deficit"]


def test_a_bruise_is_answered_without_alarm(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "diary", world.record.pk, **a_day(symptoms="bruise"))

    assert "Do not stop your medicines for it." in shown
    assert 'role="alert"' not in shown


def test_a_line_is_taken_back_within_a_day_and_not_later(world: World, now: datetime) -> None:
    row = Entry.objects.create(person=world.record, day=now.date(), side="left", severity=1, written_at=now)

    assert isinstance(take_back(entry=row, by=world.alice, now=now + timedelta(hours=25)), Refused)
    assert take_back(entry=row, by=world.alice, now=now) is None
    assert not Entry.objects.exists()


def test_a_line_moved_onto_another_is_refused(world: World, now: datetime) -> None:
    rows = [
        Entry.objects.create(person=world.record, day=now.date(), side=side, severity=1, written_at=now)
        for side in ("left", "right")
    ]
    told = {"day": now.date(), "side": "left", "severity": 2, "symptoms": [], "note": ""}

    answer = write(person=world.record, by=world.alice, today=now.date(), now=now, entry=rows[1], **told)

    assert isinstance(answer, Refused)


def test_the_picture_shows_a_line_a_side_and_nothing_of_one_day() -> None:
    day = date(2026, 5, 1)
    rows = [Entry(day=day + timedelta(days=n), side="both" if n else "left", severity=n) for n in range(3)]

    drawn = shown_beside.picture(rows, day + timedelta(days=3))

    assert drawn is not None
    assert {mark.look for mark in drawn.marks} >= {"line-left", "line-right"}
    assert "3 days from 1 May 2026" in drawn.summary
    assert shown_beside.picture(rows[:1], day) is None


# The scales.


def test_thoughts_of_self_harm_are_met_at_once_and_seen_by_clinicians(
    world: World, sign_in: SignIn, now: datetime
) -> None:
    given = {f"item_{n}": "0" for n in range(1, 9)} | {"item_9": "1"}

    shown = sent(sign_in(world.alice), "scale", world.record.pk, "phq_9", **given)

    assert "You are not alone" in shown
    assert 'href="tel:' in shown
    assert panels.interview(world.record, user=world.eve, now=now)["unsafe"] == Scale.objects.get()


def test_low_mood_in_two_questions_leads_to_nine(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "scale", world.record.pk, "phq_2", item_1="3", item_2="2")

    assert reverse("intake:scale", args=[world.record.pk, "phq_9"]) in shown


def test_a_band_of_mood_is_for_clinicians_to_say(world: World, sign_in: SignIn, now: datetime) -> None:
    given = {str(n): "2" for n in range(1, 9)} | {"9": "0"}
    row = answer_scale(person=world.record, name="phq_9", answers=given, by=world.alice, today=now.date(), now=now)
    assert isinstance(row, Scale)

    assert "severe" not in sent(sign_in(world.alice), "scored", row.pk)
    assert "moderately severe" in sent(sign_in(world.nora), "scored", row.pk)


def test_a_change_is_told_in_the_words_of_the_library(world: World, sign_in: SignIn, now: datetime) -> None:
    for days, points in ((30, "2"), (0, "0")):
        given = {str(n): points for n in range(1, 9)} | {"9": "0"}
        at = now - timedelta(days=days)
        row = answer_scale(person=world.record, name="phq_9", answers=given, by=world.alice, today=at.date(), now=at)
    assert isinstance(row, Scale)

    assert "16 points better" in sent(sign_in(world.alice), "scored", row.pk)


@pytest.mark.parametrize("given", [{}, {"item_1": "9"}, {"item_1": "x"}])
def test_a_wrong_scale_is_shown_again_and_nothing_is_kept(world: World, sign_in: SignIn, given: dict[str, str]) -> None:
    shown = sent(sign_in(world.alice), "scale", world.record.pk, "phq_2", **{"item_2": "", **given})

    assert "There is a problem" in shown
    assert not Scale.objects.exists()


def test_licensed_words_are_shown_only_where_the_practice_has_them(
    world: World, sign_in: SignIn, settings: LazySettings, tmp_path: Path
) -> None:
    browser, path = sign_in(world.alice), reverse("intake:scale", args=[world.record.pk, "hfs_7"])
    assert browser.get(path).status_code == 404
    assert sign_in(world.nora).get(path).status_code == 200
    settings.HOME = tmp_path
    (tmp_path / "scales").mkdir()
    items = "\n".join(f'{n} = "An invented question {n}?"' for n in range(1, 8))
    form = f'scale = "hfs_7"\npermission = "Invented, 2026"\n[items]\n{items}\n'
    (tmp_path / "scales" / "hfs_7.toml").write_text(form, encoding="utf-8")

    assert "An invented question 7?" in browser.get(path).content.decode()


# Medicines and allergies.


def test_a_medicine_is_told_ended_and_told_anew(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    sent(browser, "medicines", world.record.pk, kind="medicine", name="  Bisoprolol ", detail="5 mg")
    again = sent(browser, "medicines", world.record.pk, kind="medicine", name="bisoprolol", detail="")
    assert "stands on the list already" in again
    row = Medicine.objects.get()
    browser.post(reverse("intake:end_medicine", args=[row.pk]))
    sent(browser, "medicines", world.record.pk, kind="medicine", name="Bisoprolol", detail="2.5 mg")

    assert [(one.detail, one.ended_at is None) for one in Medicine.objects.order_by("told_at")] == [
        ("5 mg", False),
        ("2.5 mg", True),
    ]


def test_blood_thinners_are_asked_by_name_and_never_told_to_be_stopped(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "asked", world.record.pk, anticoagulant="yes", other_toxin_recent="unknown")

    assert dict(Circumstance.objects.values_list("code", "state")) == {
        "anticoagulant": "present",
        "other_toxin_recent": "not_assessable",
    }
    assert "They are not stopped for the injections" in shown


def test_a_blood_thinner_on_the_list_and_a_no_to_the_question_do_not_fit(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    sent(browser, "medicines", world.record.pk, kind="medicine", name="Eliquis", detail="")

    assert "Eliquis is on the list" in sent(browser, "asked", world.record.pk, anticoagulant="no")
    assert "Eliquis is on the list" not in sent(browser, "asked", world.record.pk, anticoagulant="yes")


def test_an_answer_out_of_range_keeps_what_was_ticked(world: World, sign_in: SignIn) -> None:
    shown = sent(sign_in(world.alice), "asked", world.record.pk, anticoagulant="maybe", dry_eye="yes")

    assert "One of the answers is not known here." in shown
    assert 'id="dry_eye_yes" value="yes" checked' in shown
    assert not Circumstance.objects.exists()


def test_a_nurse_goes_through_the_list_and_a_patient_cannot(world: World, now: datetime) -> None:
    row = add_medicine(person=world.record, kind="allergy", name="Penicillin", detail="rash", by=world.alice, now=now)
    assert isinstance(row, Medicine)

    assert isinstance(reconcile(person=world.record, medicines=[row.pk], by=world.alice, now=now), Refused)
    assert isinstance(reconcile(person=world.other, medicines=[row.pk], by=world.nora, now=now), Refused)
    assert reconcile(person=world.record, medicines=[row.pk], by=world.nora, now=now) == 1
    row.refresh_from_db()
    assert (row.reconciled_by, row.reconciled_at) == (world.nora, now)
    assert panels.medicines(world.record, user=world.nora, now=now)["unread"] == 0
