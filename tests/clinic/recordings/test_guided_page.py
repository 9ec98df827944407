"""The page that films: what it hands to the browser, what it asks, and what stands there without JavaScript."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from facialis.face.guided import protocol
from facialis_clinic.accounts.models import User
from facialis_clinic.accounts.testing import sign_in
from facialis_clinic.people.actions import give_consent
from facialis_clinic.people.models import Consent
from facialis_clinic.people.wording import current
from facialis_clinic.recordings import filming
from facialis_clinic.recordings.models import Measurement, Recording
from tests.clinic.conftest import NOW, World
from tests.clinic.recordings.conftest import Send, sha256


def client(user: User) -> Client:
    one = Client()
    sign_in(one, user)
    return one


def page(world: World, user: User) -> str:
    answer = client(user).get(f"/recordings/of/{world.record.pk}/film/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_browser_is_given_every_task_of_both_protocols(world: World) -> None:
    found = re.search(r'<script id="tasks" type="application/json">(.*?)</script>', page(world, world.alice), re.DOTALL)
    assert found is not None
    given = json.loads(found.group(1))

    assert given["read_s"] == filming.READ_S
    for name in ("home", "clinic"):
        wanted = [(task.kind, task.end_s - task.start_s, task.repeats) for task in protocol.load(name).tasks]
        assert [(task["kind"], task["seconds"], task["repeats"]) for task in given["protocols"][name]] == wanted
        assert all(task["title"] and task["how"] for task in given["protocols"][name])


def test_the_short_film_is_chosen_first(world: World) -> None:
    assert re.search(r'name="which" value="home" checked', page(world, world.alice))


def test_nobody_is_asked_about_a_mirror_before_there_is_a_film(world: World) -> None:
    text = page(world, world.alice)
    form = text[text.index('id="about"') : text.index('data-step="check"')]

    assert 'type="hidden" name="mirrored" value="unknown"' in form
    assert "as a mirror does" not in form


def test_who_may_share_is_asked_for_each_use_and_others_are_not(world: World) -> None:
    mine = page(world, world.alice)
    assert mine.count('name="care"') == 2  # once to film, once in the form without JavaScript

    text = page(world, world.eve)
    assert "has not yet said yes" in text
    assert 'id="about"' not in text

    given = give_consent(person=world.record, use="care", by=world.alice, words_version=current("care").id, now=NOW)
    assert isinstance(given, Consent)
    text = page(world, world.eve)
    assert 'id="about"' in text
    assert 'name="care"' not in text


def test_without_javascript_the_page_holds_the_form_that_sends_a_file(world: World) -> None:
    text = page(world, world.alice)
    plain = text[text.index("<noscript>") : text.index("</noscript>")]

    assert f'action="/recordings/of/{world.record.pk}/send/"' in plain
    assert 'type="file"' in plain


def test_the_page_may_use_the_camera_and_nothing_of_others(world: World) -> None:
    answer = client(world.alice).get(f"/recordings/of/{world.record.pk}/film/")

    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "media-src 'self' blob:" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/recordings/of/{}/", "/recordings/of/{}/send/"])
def test_the_list_and_the_form_lead_to_the_page_that_films(world: World, path: str) -> None:
    text = client(world.alice).get(path.format(world.record.pk)).content.decode()

    assert f'href="/recordings/of/{world.record.pk}/film/"' in text
    assert "Film yourself now" in text


def about(data: bytes, **more: Any) -> dict[str, Any]:
    words = {f"{use}_words": current(use).id for use in ("care", "teaching", "research")}
    told = {"name": "film.mp4", "size": len(data), "sha256": sha256(data), "mirrored": "unknown", "care": "on"}
    return {**told, **words, **more}


def test_the_same_film_in_parts_again_is_led_to_the_first(world: World, send: Send, grey: Path) -> None:
    first = send(grey)

    answer = client(world.alice).post(f"/recordings/of/{world.record.pk}/begin/", about(grey.read_bytes()))

    assert answer.status_code == 422
    assert answer.json()["page"] == f"/recordings/{first.pk}/"


def test_the_same_film_by_the_form_again_links_to_the_first(world: World, send: Send, grey: Path) -> None:
    first = send(grey)

    with grey.open("rb") as film:
        told = {key: value for key, value in about(grey.read_bytes()).items() if key not in ("name", "size", "sha256")}
        answer = client(world.alice).post(f"/recordings/of/{world.record.pk}/send/", {**told, "film": film})

    assert f'href="/recordings/{first.pk}/"' in answer.content.decode()
    assert Recording.objects.count() == 1


def test_tasks_that_cannot_be_read_are_told_before_a_byte_is_sent(world: World, grey: Path) -> None:
    told = about(grey.read_bytes(), protocol='{"task": 3}')

    answer = client(world.alice).post(f"/recordings/of/{world.record.pk}/begin/", told)

    assert answer.status_code == 422
    assert "The times of the tasks cannot be read" in answer.json()["why"]


def measured(recording: Recording, verdict: str, *reasons: str) -> None:
    quality = {"verdict": verdict, "reasons": list(reasons), "usable_s": 50.0, "mirrored": "no"}
    Measurement.objects.create(
        recording=recording, version="0", attempt=1, measured_at=NOW, words={},
        result={"quality": quality, "events": [], "findings": [], "summary": {"affected_side": "none"}},
    )  # fmt: skip
    state = "refused" if verdict == "refused" else "measured"
    Recording.objects.filter(pk=recording.pk).update(state=state, reason=reasons[0] if verdict == "refused" else "")


def test_a_film_that_will_not_do_says_how_to_do_better_and_leads_back_to_the_camera(
    world: World, send: Send, grey: Path
) -> None:
    recording = send(grey)
    measured(recording, "refused", "no face was found: film the face from the front, half the height of the picture")

    text = client(world.alice).get(f"/recordings/{recording.pk}/").content.decode()

    assert "We could not find your face" in text
    assert f'href="/recordings/of/{world.record.pk}/film/"' in text


def test_a_film_that_could_be_better_says_so_and_leads_back_to_the_camera(world: World, send: Send, grey: Path) -> None:
    recording = send(grey)
    measured(recording, "limited", "too dark or too bright: light from the front")

    text = client(world.alice).get(f"/recordings/{recording.pk}/").content.decode()

    assert "It was too dark or too bright" in text
    assert f'href="/recordings/of/{world.record.pk}/film/"' in text


def test_a_good_film_asks_for_no_other(world: World, send: Send, grey: Path) -> None:
    recording = send(grey)
    measured(recording, "good")

    text = client(world.alice).get(f"/recordings/{recording.pk}/").content.decode()

    assert f'href="/recordings/of/{world.record.pk}/film/"' not in text
