"""A copy of everything: each table that hangs on a person, and nothing that waits for its release."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facialis_clinic.accounts.limits import METHODS
from facialis_clinic.audit.models import Event
from facialis_clinic.care.models import Document, Order, Plan
from facialis_clinic.chart import mine_copy
from facialis_clinic.chart.mine_copy import EXEMPT, SECTIONS, _zipped
from facialis_clinic.chart.models import Remark
from facialis_clinic.intake.models import Entry
from facialis_clinic.people.models import Person
from facialis_clinic.storage import PIECE, recordings_storage
from tests.clinic.chart.answers import answer_to, measured, released_answer
from tests.clinic.conftest import World

SignIn = Callable[[Any], Client]


def hanging_on(model: type[models.Model]) -> set[type[models.Model]]:
    """Return every model that points to this one, at any remove, but for the history of changes."""
    found: set[type[models.Model]] = set()
    waiting = [model]
    while waiting:
        one = waiting.pop()
        for other in apps.get_models():
            points = any(field.related_model is one for field in other._meta.concrete_fields if field.is_relation)
            # What a row once was is kept for the practice; the copy holds what it is, and the log who changed it.
            if points and other not in found and not issubclass(other, pghistory.models.Event):
                found.add(other)
                waiting.append(other)
    return found


def copy_for(browser: Client, person: Person) -> dict[str, Any]:
    answer = browser.get(reverse("chart:download_json", args=[person.pk]))
    assert answer.status_code == 200
    return dict(json.loads(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def test_every_table_that_hangs_on_a_person_is_in_the_copy_or_let_off_with_a_reason() -> None:
    held = {section.model for section in SECTIONS}
    let_off = {apps.get_model(label) for label in EXEMPT}

    assert hanging_on(Person) - held - let_off == set()
    assert held | let_off <= hanging_on(Person)
    assert not held & let_off
    assert all(len(reason) > 20 for reason in EXEMPT.values())


def test_what_hangs_on_a_person_is_found_at_any_remove() -> None:
    """The control: an empty walk would pass."""
    names = {model.__name__ for model in hanging_on(Person)}

    assert {"Recording", "Measurement", "Verdict", "Entry", "Document"} <= names
    assert "User" not in names


def test_a_table_made_tomorrow_would_be_missed_aloud() -> None:
    fewer = {section.model for section in SECTIONS if section.model is not Entry}

    assert hanging_on(Person) - fewer - {apps.get_model(label) for label in EXEMPT} == {Entry}


def test_the_copy_holds_the_own_rows_and_nobody_elses(world: World, sign_in: SignIn) -> None:
    now = timezone.now()
    for person, note in ((world.record, "mine"), (world.other, "theirs")):
        Entry.objects.create(person=person, day=now.date(), side="left", severity=4, note=note, written_at=now)
        released_answer(person, by=world.eve, now=now)

    copy = copy_for(sign_in(world.alice), world.record)

    assert copy["schema"] == "facialis.record/1"
    assert copy["person"]["account"]["email"] == "alice@example.org"
    assert [row["note"] for row in copy["diary"]] == ["mine"]
    assert len(copy["assessments"]) == len(copy["recordings"]) == len(copy["measurements"]) == 1
    assert copy["assessments"][0]["result"]["schema"] == "facialis.assessment/1"
    assert copy["assessments"][0]["measurements"] == [copy["measurements"][0]["id"]]
    assert copy["not_yet_released"] == {}
    assert str(world.other.pk) not in json.dumps(copy)


def test_what_waits_for_its_release_is_named_and_left_out(world: World, sign_in: SignIn) -> None:
    now = timezone.now()
    answer_to(world.record, by=world.eve, now=now, words="It is a spasm.")
    by = {"person": world.record, "by": world.eve}
    Remark.objects.create(**by, code="post_palsy", state="present", side="left", reason="Seen.", at=now)
    Order.objects.create(**by, kind="emg", indication="Hemifacial spasm?", answer="Spread.", ordered_at=now)
    Plan.objects.create(**by, day=now.date(), asked={"for": "spasm"}, plan={"for": "spasm"}, made_at=now)
    Document.objects.create(**by, kind="letter", title="Hemifacial spasm", body="A spasm.", made_at=now)

    copy = copy_for(sign_in(world.alice), world.record)
    log = copy.pop("access_log")

    assert log
    assert "spasm" not in json.dumps(copy).lower()
    assert "post_palsy" not in json.dumps(copy)
    assert copy["not_yet_released"] == {
        "measurements": 1, "findings_by_hand": 1, "assessments": 1, "orders": 1, "plans": 1, "documents": 1,
    }  # fmt: skip
    assert copy["measurements"][0]["quality"]["verdict"] == "limited"
    assert copy["measurements"][0]["not_yet_released"] == ["result", "words"]


def test_a_finding_is_opened_by_the_release_of_an_answer_that_was_weighed_after_it(
    world: World, sign_in: SignIn
) -> None:
    now = timezone.now()
    before = {"person": world.record, "by": world.eve, "code": "post_palsy", "state": "present", "side": "left"}
    Remark.objects.create(**before, at=now - timedelta(hours=2))
    released_answer(world.record, by=world.eve, now=now)
    Remark.objects.create(**before | {"code": "other_babinski"}, at=now)

    rows = copy_for(sign_in(world.alice), world.record)["findings_by_hand"]

    assert {row["code"] for row in rows} == {"post_palsy", None}


def test_names_of_stored_files_stay_the_sites_own(world: World, sign_in: SignIn) -> None:
    film = measured(world.record, now=timezone.now()).recording
    film.original = "originals/ab/" + "c" * 32
    film.save()

    assert "originals/" not in json.dumps(copy_for(sign_in(world.alice), world.record))


@pytest.mark.parametrize("name", ["download_json", "download_pdf", "download_films"])
def test_a_copy_asks_who_one_is_once_more(world: World, sign_in: SignIn, name: str) -> None:
    alice = sign_in(world.alice)
    session = alice.session
    session[METHODS] = [{"method": "password", "at": time.time() - 3600, "email": world.alice.email}]
    session.save()

    answer = alice.get(reverse(f"chart:{name}", args=[world.record.pk]))

    assert answer.status_code == 302
    assert "/reauthenticate/" in answer["Location"]


def test_a_copy_is_logged_in_words_that_the_patient_reads(world: World, sign_in: SignIn) -> None:
    alice = sign_in(world.alice)
    copy_for(alice, world.record)

    assert Event.objects.filter(subject=world.record.pk, verb="downloaded", kind="record_copy").count() == 1
    page = alice.get(reverse("audit:person", args=[world.record.pk])).content.decode()
    assert "downloaded a copy of the whole record" in page


def test_nothing_of_a_copy_is_left_on_the_disk(world: World, sign_in: SignIn) -> None:
    copy_for(sign_in(world.alice), world.record)

    assert list((Path(settings.HOME) / "work").glob("*")) == []


def test_the_record_on_paper_says_what_is_not_yet_released(world: World) -> None:
    from facialis_clinic.chart.mine_tables import tables

    now = timezone.now()
    answer_to(world.record, by=world.eve, now=now, words="It is a spasm.")
    Entry.objects.create(person=world.record, day=now.date(), side="left", severity=4, note="a bad day", written_at=now)
    copy = {
        key: value if isinstance(value, str | dict) else list(value)
        for key, value in mine_copy.copy_of(world.record, now=now)
    }

    found = {table.title: table.rows for table in tables(copy)}

    assert "a bad day" in found["Diary"][0][3]
    assert found["Your answers"][0][1] == "Not yet released."
    assert found["Videos"][0][2].endswith("What was seen is not yet released.")


def test_the_record_comes_on_paper(world: World, sign_in: SignIn) -> None:
    released_answer(world.record, by=world.eve, now=timezone.now())

    paper = sign_in(world.alice).get(reverse("chart:download_pdf", args=[world.record.pk]))

    assert paper.content.startswith(b"%PDF")


def test_the_videos_come_whole_in_one_file_whose_size_is_said_before(world: World, sign_in: SignIn) -> None:
    film = measured(world.record, now=timezone.now()).recording
    film.original = recordings_storage().keep("originals", io.BytesIO(b"film" * 1000))
    film.size = 4000
    film.save()
    alice = sign_in(world.alice)

    page = alice.get(reverse("chart:download", args=[world.record.pk])).content.decode()
    answer = alice.get(reverse("chart:download_films", args=[world.record.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]

    assert "3.9\xa0KB" in page
    assert [name.rsplit(".", 1)[1] for name in archive.namelist()] == ["mov"]
    assert archive.read(archive.namelist()[0]) == b"film" * 1000
    recordings_storage().delete(film.original)


def test_a_large_video_passes_through_in_pieces() -> None:
    store = recordings_storage()
    kept = store.keep("originals", io.BytesIO(bytes(8 * PIECE)))

    pieces = [len(piece) for piece in _zipped([("video.mov", kept)])]

    assert max(pieces) < 2 * PIECE
    assert len(pieces) >= 8
    store.delete(kept)
