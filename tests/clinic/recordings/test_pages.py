"""What the pages show, to whom, and what can be done on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facialis_clinic.audit.models import Event
from facialis_clinic.people.wording import current
from facialis_clinic.recordings import bounds
from facialis_clinic.recordings.models import Measurement, Recording, State, Upload
from facialis_clinic.recordings.words import NOT_TAKEN
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import World
from tests.clinic.recordings.conftest import Send, sha256

SignIn = Callable[[Any], Client]
HEADLINE = "Spasms on the patient's left side: 3 in 40 usable seconds."


def about(**changed: str) -> dict[str, str]:
    """Return a form as a patient fills it in who says yes to care."""
    words = {f"{use}_words": current(use).id for use in ("care", "teaching", "research")}
    return {"mirrored": "no", "filmed_on": "", "care": "on", **words, **changed}


@pytest.fixture
def measured(world: World) -> Recording:
    """A recording in which spasms were found; nothing is released yet."""
    one = Recording.objects.create(
        person=world.record, name="<b>film</b>.mov", state=State.MEASURED, duration_s=41, sha256="ab" * 32
    )
    Recording.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(days=3))
    spasm = {"kind": "spasm", "side": "left"}
    Measurement.objects.create(
        recording=one,
        version="0.1",
        attempt=1,
        measured_at=timezone.now(),
        result={
            "schema": "facialis.video/1",
            "quality": {
                "verdict": "limited", "usable_s": 40.0, "mirrored": "unknown",
                "reasons": ["too dark or too bright: light from the front"],
            },
            "events": [spasm, spasm, spasm, {"kind": "blink", "side": "both"}],
            "findings": [{"code": "involuntary_movement", "state": "present"}],
            "summary": {"affected_side": "left", "spasms_per_min": {"value": 2.0, "low": 0.2, "high": 7.2}},
        },
        words={
            "headline": HEADLINE, "cautions": ["Left and right hold only if the recording is not mirrored."],
            "events": [{
                "number": 1, "kind": "Spasm", "side": "left", "side_word": "left", "at": "0:12.3", "length": "0.4 s",
                "form": "clonic", "regions": "orbicularis oculi", "amplitude": "4.2 %", "probability": "0.93",
            }],
            "events_in_all": 1, "set_aside": "1 blink",
            "signs": [{"state": "present", "name": "Present", "signs": [
                {"term": "Involuntary movement", "side": "left", "side_word": "left", "because": ["Seen."]},
            ]}],
            "facts": [["Usable time", "40.0 of 41.0 s"]],
            "limits": [{"region": "Zygomaticus", "percent": "1.2 %", "mm": "about 0.8 mm"}],
        },
    )  # fmt: skip
    one.refresh_from_db()
    return one


def page(browser: Client, name: str, *ids: Any) -> str:
    answer = browser.get(reverse(f"recordings:{name}", args=ids))
    assert answer.status_code == 200
    return str(answer.content.decode())


def main(shown: str) -> str:
    """Return what stands on a page between what stands on all."""
    return shown[shown.index("<main") : shown.index("</main>")]


# Sending.


def test_a_film_goes_in_by_the_plain_form(world: World, sign_in: SignIn, grey: Path) -> None:
    browser = sign_in(world.alice)
    film = SimpleUploadedFile("film.mp4", grey.read_bytes(), "application/x-whatever")

    answer = browser.post(reverse("recordings:send", args=[world.record.pk]), {**about(), "film": film})

    recording = Recording.objects.get()
    assert reverse("recordings:show", args=[recording.pk]) == answer["Location"]
    assert "Waiting to be measured" in page(browser, "show", recording.pk)


@pytest.mark.parametrize(
    ("form", "data", "said"),
    [
        ({}, b"\xff\xd8\xff\xe0 a picture", NOT_TAKEN["picture"]),
        ({}, None, "Choose a video."),
        ({"care": ""}, b"film", "Without a yes to your own care"),
        ({"filmed_on": "2999-01-01"}, b"film", "This day lies ahead."),
    ],
)
def test_what_will_not_do_is_said_in_the_form(
    world: World, sign_in: SignIn, form: dict[str, str], data: bytes | None, said: str
) -> None:
    film = {} if data is None else {"film": SimpleUploadedFile("selfie.mp4", data)}

    answer = sign_in(world.alice).post(reverse("recordings:send", args=[world.record.pk]), {**about(**form), **film})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not Recording.objects.exists()


def test_a_form_larger_than_a_film_may_be_is_not_even_read(world: World, sign_in: SignIn, settings: Any) -> None:
    settings.RECORDING_MOST_BYTES = 1000
    film = SimpleUploadedFile("film.mp4", bytes(200_000))

    answer = sign_in(world.alice).post(reverse("recordings:send", args=[world.record.pk]), {**about(), "film": film})

    assert answer.status_code == 413
    assert NOT_TAKEN["too_big"] in answer.content.decode()


def test_a_form_from_elsewhere_is_refused(world: World, sign_in: SignIn, grey: Path) -> None:
    browser = sign_in(world.alice)
    browser.handler.enforce_csrf_checks = True
    film = SimpleUploadedFile("film.mp4", grey.read_bytes())

    answer = browser.post(reverse("recordings:send", args=[world.record.pk]), {**about(), "film": film})

    assert answer.status_code == 403
    assert not Recording.objects.exists()


def test_a_film_goes_in_by_parts(world: World, sign_in: SignIn, grey: Path) -> None:
    browser, data = sign_in(world.alice), grey.read_bytes()
    told = {**about(), "name": "film.mp4", "size": len(data), "sha256": sha256(data)}
    begun = browser.post(reverse("recordings:begin", args=[world.record.pk]), told)
    assert begun.status_code == 201
    parts = begun.json()["parts"]

    def put(start: int, stop: int) -> Any:
        return browser.put(parts, data[start:stop], "application/octet-stream", headers={"Upload-Offset": str(start)})

    assert put(0, 2000).json() == {"received": 2000}
    assert put(0, 2000).json() == {"received": 2000}
    wrong = put(5000, 6000)
    assert (wrong.status_code, wrong.json()) == (409, {"received": 2000})
    assert {"received": 2000, "size": len(data), "done": False} == browser.get(parts).json()
    assert (lambda one: (one.status_code, one.json()))(browser.post(begun.json()["finish"])) == (
        409,
        {"received": 2000},
    )
    assert browser.post(reverse("recordings:begin", args=[world.record.pk]), told).json()["received"] == 2000
    put(2000, len(data))

    done = browser.post(begun.json()["finish"])

    assert {"page": reverse("recordings:show", args=[Recording.objects.get().pk])} == done.json()
    assert browser.get(parts).json()["done"]


@pytest.mark.parametrize("headers", [{}, {"Upload-Offset": "x"}, {"Upload-Offset": "-1"}, {"Upload-Offset": "9" * 20}])
def test_a_part_that_says_not_where_it_belongs_is_refused(
    world: World, sign_in: SignIn, headers: dict[str, str]
) -> None:
    browser = sign_in(world.alice)
    told = {**about(), "name": "film.mp4", "size": 10, "sha256": "a" * 64}
    parts = browser.post(reverse("recordings:begin", args=[world.record.pk]), told).json()["parts"]

    answer = browser.put(parts, b"x", "application/octet-stream", headers=headers)

    assert (422, NOT_TAKEN["part"]) == (answer.status_code, answer.json()["why"])


def test_a_part_that_is_too_large_is_refused_unread(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    told = {**about(), "name": "film.mp4", "size": 1 << 30, "sha256": "a" * 64}
    parts = browser.post(reverse("recordings:begin", args=[world.record.pk]), told).json()["parts"]

    answer = browser.put(parts, bytes(bounds.PART + 1), "application/octet-stream", headers={"Upload-Offset": "0"})

    assert answer.status_code == 422


def test_nobody_adds_to_what_another_sends(world: World, sign_in: SignIn) -> None:
    told = {**about(), "name": "film.mp4", "size": 10, "sha256": "a" * 64}
    begun = sign_in(world.alice).post(reverse("recordings:begin", args=[world.record.pk]), told).json()

    for user in (world.bob, world.eve, world.charlie, world.adam):
        browser = sign_in(user)
        assert browser.put(begun["parts"], b"x", headers={"Upload-Offset": "0"}).status_code == 404
        assert browser.get(begun["parts"]).status_code == 404
        assert browser.post(begun["finish"]).status_code == 404


def test_what_is_on_the_way_is_shown_and_can_be_given_up(world: World, sign_in: SignIn) -> None:
    browser = sign_in(world.alice)
    told = {**about(), "name": "<i>film</i>.mp4", "size": 10, "sha256": "a" * 64}
    browser.post(reverse("recordings:begin", args=[world.record.pk]), told)
    shown = page(browser, "of", world.record.pk)
    assert "On the way" in shown
    assert "<i>film" not in shown

    browser.post(reverse("recordings:give_up", args=[Upload.objects.get().pk]))

    assert not Upload.objects.exists()


def test_a_proxy_who_may_not_share_sends_once_the_patient_has_said_yes(world: World, sign_in: SignIn) -> None:
    from facialis_clinic.people.actions import give_consent

    browser = sign_in(world.bob)
    assert "has not yet said yes" in page(browser, "send", world.record.pk)

    give_consent(person=world.record, use="care", by=world.alice, words_version=current("care").id, now=timezone.now())

    shown = page(browser, "send", world.record.pk)
    assert 'name="film"' in shown
    assert 'name="care"' not in shown


# Reading.


def test_before_release_the_patient_reads_the_quality_and_the_next_step_alone(
    world: World, sign_in: SignIn, measured: Recording
) -> None:
    shown = main(page(sign_in(world.alice), "show", measured.pk))

    assert "It was too dark or too bright." in shown
    assert "A neurologist looks at what was measured" in shown
    assert "not an emergency" in shown
    for hidden in (HEADLINE, "left side", "spasm", "orbicularis", "0.93"):
        assert hidden not in shown, hidden


def test_after_release_the_patient_reads_the_answer_in_plain_words(
    world: World, sign_in: SignIn, measured: Recording, django_capture_on_commit_callbacks: Any
) -> None:
    kept = measured.measurements.get()
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(world.eve).post(reverse("recordings:release", args=[measured.pk, kept.pk]))

    shown = page(sign_in(world.alice), "show", measured.pk)

    assert "your face twitched 3 times on your left side" in shown
    assert "may be exchanged" in shown
    assert Event.objects.filter(verb="released", thing=kept.pk, actor=world.eve.pk).exists()
    assert [world.alice.email] == mail.outbox[0].to
    assert "spasm" not in mail.outbox[0].body
    assert reverse("recordings:show", args=[measured.pk]) in mail.outbox[0].body


def test_only_a_neurologist_releases(world: World, sign_in: SignIn, measured: Recording) -> None:
    kept = measured.measurements.get()

    sign_in(world.nora).post(reverse("recordings:release", args=[measured.pk, kept.pk]))

    kept.refresh_from_db()
    assert kept.released_at is None


def test_a_clinician_reads_the_answer_the_events_and_why(world: World, sign_in: SignIn, measured: Recording) -> None:
    shown = page(sign_in(world.eve), "show", measured.pk)

    for text in ("3 in 40 usable seconds", "Left and right hold only", "0:12.3", "orbicularis oculi", "0.93", "Seen.",
                 "Involuntary movement", "ab" * 32, "1 blink", "about 0.8 mm", "Release to the patient"):  # fmt: skip
        assert text in shown, text


def test_a_name_is_shown_as_text(world: World, sign_in: SignIn, measured: Recording) -> None:
    for user in (world.alice, world.eve):
        assert "<b>film" not in page(sign_in(user), "show", measured.pk)
        assert "&lt;b&gt;film" in page(sign_in(user), "show", measured.pk)


def test_each_reading_is_logged_and_asking_how_far_it_is_is_not(
    world: World, sign_in: SignIn, measured: Recording
) -> None:
    browser = sign_in(world.eve)
    read = Event.objects.filter(subject=world.record.pk, actor=world.eve.pk)
    page(browser, "show", measured.pk)
    assert read.filter(verb="read", thing=measured.pk).count() == 1
    before = read.count()

    browser.get(reverse("recordings:state", args=[measured.pk]))

    assert before == read.count()


def test_the_page_goes_on_asking_while_it_is_measured_and_loads_anew_at_the_end(
    world: World, sign_in: SignIn, measured: Recording
) -> None:
    browser = sign_in(world.alice)
    Recording.objects.update(state=State.MEASURING, progress=0.4)
    shown = page(browser, "show", measured.pk)
    assert 'value="40"' in shown
    assert "hx-get" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    asked = reverse("recordings:state", args=[measured.pk])
    assert f"{asked}?seen=measuring" in shown
    assert "HX-Refresh" not in browser.get(asked + "?seen=measuring")

    Recording.objects.update(state=State.MEASURED)

    assert browser.get(asked + "?seen=measuring")["HX-Refresh"] == "true"
    assert "being made" in page(browser, "show", measured.pk)
    assert "HX-Refresh" not in browser.get(asked + "?seen=copying")

    Recording.objects.update(copy="copies/aa/" + "a" * 32, poster="posters/aa/" + "a" * 32)

    assert browser.get(asked + "?seen=copying")["HX-Refresh"] == "true"
    assert "hx-get" not in page(browser, "show", measured.pk)


def test_the_result_is_handed_out_as_json(world: World, sign_in: SignIn, measured: Recording) -> None:
    kept = measured.measurements.get()

    answer = sign_in(world.eve).get(reverse("recordings:result", args=[measured.pk, kept.pk]))

    assert kept.result == answer.json()
    assert "attachment" in answer["Content-Disposition"]


def test_whoever_has_one_record_is_led_to_it(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.alice).get(reverse("recordings:list"))

    assert reverse("recordings:of", args=[world.record.pk]) == answer["Location"]
    assert "Alice Example" in page(sign_in(world.eve), "list")


def test_a_clinician_sees_whose_recordings_wait_to_be_read(world: World, sign_in: SignIn, measured: Recording) -> None:
    told = r'Alice Example</a></th><td role="cell" data-label="Born">[^<]*</td><td role="cell" data-label="To be read">'

    assert re.search(told + r'<span class="badge warn">1</span>', page(sign_in(world.eve), "list"))

    measured.measurements.update(released_at=timezone.now(), released_by=world.eve)

    assert re.search(told + "–", page(sign_in(world.eve), "list"))


# Changing.


def test_a_yes_to_one_use_of_one_film_is_given_and_taken_back(
    world: World, sign_in: SignIn, measured: Recording
) -> None:
    browser = sign_in(world.alice)
    asked = reverse("recordings:use", args=[measured.pk])
    from facialis_clinic.recordings.consent import stands

    def allowed() -> bool:
        return stands(world.record.pk, "teaching", now=timezone.now(), recording_id=measured.pk)

    browser.post(asked, {"use": "teaching", "answer": "yes", "words": current("teaching").id})
    assert allowed()
    browser.post(asked, {"use": "teaching", "answer": "no"})
    assert not allowed()


def test_a_film_can_be_deleted_within_a_day(
    world: World, sign_in: SignIn, send: Send, by_phone: Path, django_capture_on_commit_callbacks: Any
) -> None:
    recording = send(by_phone, now=timezone.now())
    browser = sign_in(world.alice)
    assert "Delete for good" in page(browser, "delete", recording.pk)

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("recordings:delete", args=[recording.pk]))

    assert not Recording.objects.exists()
    assert not recordings_storage().exists(recording.original)
    assert Event.objects.filter(verb="deleted", thing=recording.pk, actor=world.alice.pk).exists()
    from django.apps import apps

    assert not apps.get_model("recordings", "RecordingEvent").objects.filter(pgh_obj_id=recording.pk).exists()


def test_a_measured_film_stays_after_a_day(world: World, sign_in: SignIn, measured: Recording) -> None:
    browser = sign_in(world.alice)
    assert "It is too late" in page(browser, "delete", measured.pk)

    browser.post(reverse("recordings:delete", args=[measured.pk]))

    assert Recording.objects.exists()


def test_an_unmeasured_film_goes_when_the_yes_to_care_is_taken_back(
    world: World, send: Send, grey: Path, now: Any
) -> None:
    from facialis_clinic.people.actions import withdraw_consent
    from facialis_clinic.recordings import actions

    recording = send(grey, now=now)
    later = now + timedelta(days=2)
    assert not actions.deletable(recording, now=later)

    withdraw_consent(person=world.record, use="care", by=world.alice, now=later, recording_id=recording.pk)

    assert actions.deletable(recording, now=later)


# Size and speed.


@pytest.mark.parametrize("name", ["list", "of", "send", "show"])
def test_a_page_is_small_and_asks_little(
    world: World, sign_in: SignIn, measured: Recording, name: str, django_assert_max_num_queries: Any
) -> None:
    ids = {"list": [], "of": [world.record.pk], "send": [world.record.pk], "show": [measured.pk]}[name]
    for user in (world.alice, world.eve):
        browser = sign_in(user)
        browser.get(reverse(f"recordings:{name}", args=ids))
        with django_assert_max_num_queries(13):
            answer = browser.get(reverse(f"recordings:{name}", args=ids))
        assert len(answer.content) < 40_000
        assert b"style=" not in answer.content
        assert b"<script>" not in answer.content
