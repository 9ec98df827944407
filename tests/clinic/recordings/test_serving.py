"""A film reaches whoever may watch it, in the parts that they ask for, and nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facialis_clinic.audit.models import Event
from facialis_clinic.recordings import ranges
from facialis_clinic.recordings.models import Recording, Viewing
from facialis_clinic.storage import PIECE, recordings_storage
from tests.clinic.conftest import World

DATA = os.urandom(300_000)
SignIn = Callable[[Any], Client]


@pytest.fixture
def recording(world: World) -> Recording:
    store = recordings_storage()
    return Recording.objects.create(
        person=world.record,
        name="film.mov",
        state="measured",
        format="mov",
        original=store.keep("originals", BytesIO(b"the film itself")),
        copy=store.keep("copies", BytesIO(DATA)),
        poster=store.keep("posters", BytesIO(b"\xff\xd8\xffpicture")),
    )


@pytest.fixture
def ask(world: World, sign_in: SignIn, recording: Recording) -> Iterator[Any]:
    browser = sign_in(world.alice)

    answers = []

    def asked(method: str = "get", name: str = "film", **headers: str) -> Any:
        told = {key.replace("_", "-"): value for key, value in headers.items()}
        answers.append(getattr(browser, method)(reverse(f"recordings:{name}", args=[recording.pk]), headers=told))
        return answers[-1]

    yield asked
    for answer in answers:
        b"".join(answer)  # a film that nobody read to its end stays open


def test_the_whole_film_comes_when_nothing_is_said(ask: Any) -> None:
    answer = ask()

    assert (200, str(len(DATA)), "bytes") == (answer.status_code, answer["Content-Length"], answer["Accept-Ranges"])
    assert answer.getvalue() == DATA


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-", 0, 300_000),
        ("bytes=10-19", 10, 20),
        ("bytes=-5", 299_995, 300_000),
        ("bytes=299999-", 299_999, 300_000),
    ],
)
def test_a_part_comes_as_a_part(ask: Any, wanted: str, start: int, stop: int) -> None:
    answer = ask(Range=wanted)

    assert answer.status_code == 206
    assert f"bytes {start}-{stop - 1}/300000" == answer["Content-Range"]
    assert str(stop - start) == answer["Content-Length"]
    assert DATA[start:stop] == answer.getvalue()


def test_what_lies_beyond_the_end_is_said_to(ask: Any) -> None:
    answer = ask(Range="bytes=300000-")

    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */300000")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "frames=1-2", "bytes=9-5", "nonsense"])
def test_what_is_not_given_in_parts_comes_whole(ask: Any, wanted: str) -> None:
    assert ask(Range=wanted).status_code == 200


def test_a_part_of_what_has_changed_is_not_mixed_in(ask: Any) -> None:
    mark = ask()["ETag"]

    assert ask(Range="bytes=0-9", If_Range=mark).status_code == 206
    assert ask(Range="bytes=0-9", If_Range='"another"').status_code == 200
    assert ask(Range="bytes=0-9", If_Range="Mon, 01 Jun 2026 09:30:00 GMT").status_code == 200


def test_a_head_tells_the_length_and_sends_nothing(ask: Any) -> None:
    answer = ask("head")

    assert (200, str(len(DATA)), b"") == (answer.status_code, answer["Content-Length"], answer.content)


def test_a_large_film_comes_in_several_answers_and_small_pieces(
    ask: Any, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "MOST", 100_000)

    answer = ask(Range="bytes=0-")

    assert answer["Content-Range"] == "bytes 0-99999/300000"
    assert max(len(piece) for piece in answer.streaming_content) <= PIECE


@pytest.mark.parametrize(("name", "kind"), [("film", "video/mp4"), ("poster", "image/jpeg")])
def test_a_browser_may_show_it_and_keep_or_run_nothing(ask: Any, name: str, kind: str) -> None:
    answer = ask(name=name)

    assert kind == answer["Content-Type"]
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "inline"


def test_watching_is_logged_once_an_hour_and_not_once_a_part(
    ask: Any, world: World, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Event.objects.filter(verb="watched", thing=recording.pk, actor=world.alice.pk)
    for start in range(0, 100, 10):
        ask(Range=f"bytes={start}-{start + 9}").getvalue()
    assert watched.count() == 1

    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    ask(Range="bytes=0-1")

    assert watched.count() == 2
    assert Viewing.objects.count() == 2


def test_the_original_is_for_the_teams_neurologist(world: World, sign_in: SignIn, recording: Recording) -> None:
    address = reverse("recordings:original", args=[recording.pk])

    answer = sign_in(world.eve).get(address)

    assert answer.getvalue() == b"the film itself"
    assert f'attachment; filename="recording-{recording.pk}.mov"' == answer["Content-Disposition"]
    assert Event.objects.filter(verb="downloaded", thing=recording.pk, actor=world.eve.pk).exists()
    for user in (world.alice, world.bob, world.nora, world.frank, world.dana, world.adam, world.charlie):
        assert sign_in(user).get(address).status_code == 404, user


def test_an_emergency_opens_the_copy_and_not_the_original(world: World, sign_in: SignIn, recording: Recording) -> None:
    from facialis_clinic.people.models import BreakGlass

    browser = sign_in(world.frank)
    now = timezone.now()
    assert browser.get(reverse("recordings:film", args=[recording.pk])).status_code == 404
    BreakGlass.objects.create(
        person=world.record, staff=world.frank, reason="invented", begins_at=now, ends_at=now + timedelta(hours=1)
    )

    opened = browser.get(reverse("recordings:film", args=[recording.pk]))
    assert opened.status_code == 200
    assert opened.getvalue() == DATA
    assert browser.get(reverse("recordings:original", args=[recording.pk])).status_code == 404


def test_a_film_without_a_copy_is_missing(ask: Any, recording: Recording) -> None:
    Recording.objects.update(copy="")

    assert ask().status_code == 404
