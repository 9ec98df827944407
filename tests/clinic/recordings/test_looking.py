"""A still of somebody who is about to film: looked at in the process apart, answered in plain words, kept nowhere."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image

from facialis_clinic.audit.models import Event
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings import actions, bounds
from facialis_clinic.recordings.actions import looking
from facialis_clinic.recordings.actions.looking import Busy, Looked
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.apart.still import NoPicture, look
from facialis_clinic.recordings.words import FRAMING, OURS
from tests.clinic.conftest import World

Picture = npt.NDArray[Any]
MATTERS = set(FRAMING)


def jpeg(picture: Picture | Image.Image, **options: Any) -> bytes:
    out = BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(out, "JPEG", quality=80, **options)
    return out.getvalue()


def in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the process apart answer so; return how often it was asked."""

    def given(outcome: Any) -> list[str]:
        asked: list[str] = []

        def run(task: str, **_: Any) -> Any:
            asked.append(task)
            return outcome

        monkeypatch.setattr(looking.apart, "run", run)
        return asked

    return given


def test_a_good_still_is_good_seen_by_the_process_apart(hopper: Picture) -> None:
    answer = actions.look(still=jpeg(hopper))

    assert answer == Looked({"face": "", "distance": "", "straight": "", "light": ""})


def test_what_is_no_picture_is_refused_by_the_process_apart() -> None:
    answer = actions.look(still=b"\xff\xd8\xff no picture \xff\xd9")

    assert answer == Refused("This is no picture that we can look at.")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        jpeg(Image.new("RGB", (1281, 64))),
        jpeg(Image.new("RGB", (63, 64))),
        jpeg(Image.new("RGB", (320, 240)))[:500],
    ],
    ids=["nothing", "gif", "begin", "empty", "too wide", "too small", "cut off"],
)
def test_what_is_no_still_is_not_looked_at(data: bytes) -> None:
    with pytest.raises(NoPicture):
        look(in_base64(data))


def test_a_picture_that_claims_to_be_huge_is_not_decoded() -> None:
    data = bytearray(jpeg(Image.new("RGB", (320, 240))))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = b"\xff\xdc\xff\xdc"

    with pytest.raises(NoPicture):
        look(in_base64(bytes(data)))


def test_an_empty_wall_is_told_that_no_face_was_found_and_nothing_else(answers: Any) -> None:
    answers(apart.Answered(look(in_base64(jpeg(Image.new("RGB", (320, 240), "grey"))))))

    assert actions.look(still=b"x") == Looked({"face": FRAMING["no_face"]})


def test_each_check_tells_the_first_of_its_faults(answers: Any) -> None:
    answers(apart.Answered({"faults": ["far", "turned", "tilted", "behind"]}))

    answer = actions.look(still=b"x")

    assert isinstance(answer, Looked)
    assert answer.checks == {
        "face": "",
        "distance": FRAMING["far"],
        "straight": FRAMING["turned"],
        "light": FRAMING["behind"],
    }


def test_every_fault_has_words_and_a_check() -> None:
    from facialis.face.framing import FAULTS

    assert set(FRAMING) == {name for of in looking.CHECKS.values() for name in of} == set(FAULTS)


@pytest.mark.parametrize("outcome", [apart.Lost("killed"), apart.Refused("no_nets"), apart.Answered({"faults": 3})])
def test_what_went_wrong_here_is_said_to_be_ours(answers: Any, outcome: Any) -> None:
    answers(outcome)

    assert actions.look(still=b"x") == Refused(OURS)


def test_one_at_a_time_is_looked_at(answers: Any) -> None:
    asked = answers(apart.Answered({"faults": []}))

    with looking._AT_ONCE:
        assert actions.look(still=b"x") == Busy()
    assert asked == []
    assert isinstance(actions.look(still=b"x"), Looked)


@pytest.fixture
def post(world: World) -> Any:
    from facialis_clinic.accounts.testing import sign_in

    cache.clear()
    client = Client()
    sign_in(client, world.alice)

    def sent(data: bytes) -> Any:
        return client.post(f"/recordings/of/{world.record.pk}/look/", data, content_type="image/jpeg")

    return sent


def test_a_page_is_answered_and_nothing_is_kept_or_logged(post: Any, answers: Any, own_store: Path) -> None:
    answers(apart.Answered({"faults": ["dim"]}))
    logged, files = Event.objects.count(), sorted(own_store.rglob("*"))

    answer = post(b"x")

    assert answer.status_code == 200
    assert answer.json()["checks"]["light"] == FRAMING["dim"]
    assert Event.objects.count() == logged
    assert sorted(own_store.rglob("*")) == files


def test_a_still_that_comes_too_soon_after_the_last_waits(post: Any, answers: Any) -> None:
    asked = answers(apart.Answered({"faults": []}))

    assert [post(b"x").status_code, post(b"x").status_code] == [200, 429]
    assert len(asked) == 1


def test_a_still_that_is_too_large_is_not_read(post: Any, answers: Any) -> None:
    asked = answers(apart.Answered({"faults": []}))

    assert post(bytes(bounds.STILL + 1)).status_code == 413
    assert asked == []


def test_what_is_no_picture_is_answered_with_a_sentence(post: Any, answers: Any) -> None:
    answers(apart.Broke("time"))

    answer = post(b"x")

    assert answer.status_code == 422
    assert answer.json() == {"why": "This is no picture that we can look at."}
