"""To be forgotten: nothing is left of a person but a number, in no table and in no file."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test import Client

from facialis_clinic.accounts.models import User
from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.people import actions
from facialis_clinic.people.actions.forgetting import LIST
from facialis_clinic.people.models import DeletionRequest, Person, Proxy, Tombstone
from facialis_clinic.people.wording import current
from facialis_clinic.postgres import binaries
from facialis_clinic.recordings.models import Measurement, Part, Recording, Upload
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import NOW, World

NAME, EMAIL, PHONE, BORN = "Quirina Examplewoman", "quirina@example.org", "+00 555 0199", date(1931, 7, 19)
MARKS = ("quirina", "examplewoman", "555 0199", "5550199", "1931-07-19", "19310719")
WEEK = timedelta(days=7)
REASON = "Quirina Examplewoman cannot speak, we must know what was given."

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Quirina:
    user: User
    person: Person
    files: list[str]

    @property
    def ids(self) -> tuple[UUID, UUID]:
        return self.person.pk, self.user.pk


@pytest.fixture
def clean_home() -> Any:
    """Leave nothing behind that the next test would find."""
    yield
    home = Path(settings.HOME)
    (home / LIST).unlink(missing_ok=True)
    for folder in ("files", "mail"):
        shutil.rmtree(home / folder, ignore_errors=True)
        (home / folder).mkdir(mode=0o700)


@pytest.fixture
def quirina(world: World, sign_in: Any, settings: Any, clean_home: None) -> Quirina:
    """A patient who has left a trace wherever one can be left."""
    settings.EMAIL_BACKEND = "facialis_clinic.mail.Folder"
    settings.EMAIL_FILE_PATH = Path(settings.HOME) / "mail"
    user = User.objects.create_user(EMAIL, name=NAME)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    registered = actions.register(by=world.dana, name="Quirina Examplewomann", born=BORN, phone=PHONE, now=NOW)
    person = registered.person  # type: ignore[union-attr]
    actions.change_contact(person=person, by=world.dana, name=NAME, phone=PHONE, born=None, now=NOW)
    actions.join(user=user, name=NAME, born=BORN, code=registered.code, now=NOW)  # type: ignore[union-attr]
    person.refresh_from_db()
    actions.join_team(person=person, staff=world.eve, by=world.dana, now=NOW)
    actions.find_person(staff=world.frank, name=NAME, born=BORN, now=NOW)
    actions.break_glass(staff=world.frank, person=person, reason=REASON, now=NOW)
    actions.give_consent(person=person, use="care", by=user, words_version=current("care").id, now=NOW)
    actions.invite_proxy(
        person=person, email="guest@example.org", may_share=True, by=user, words_version=current("proxy").id, now=NOW
    )
    actions.invite_proxy(
        person=world.record, email=EMAIL, may_share=False, by=world.alice, words_version=current("proxy").id, now=NOW
    )
    sign_in(user).get("/people/me/")
    _call_back()
    return Quirina(user, person, _films(person, user))


def _films(person: Person, user: User) -> list[str]:
    store = recordings_storage()
    names = [
        store.keep(kind, BytesIO(NAME.encode())) for kind in ("originals", "copies", "posters", "parts", "originals")
    ]
    film = Recording.objects.create(
        person=person, name="Quirina in the garden.mp4", original=names[0], copy=names[1], poster=names[2], by=user
    )
    Measurement.objects.create(recording=film, version="1", result={"who": NAME}, attempt=1, measured_at=NOW)
    upload = Upload.objects.create(
        person=person, by=user, name="quirina.mov", size=9, sha256="0" * 64, begun_at=NOW, touched_at=NOW
    )
    Part.objects.create(upload=upload, start=0, size=9, name=names[3])
    gone = Recording.objects.create(person=person, name="Quirina, deleted before", original=names[4])
    gone.delete()
    return names + _electrodes(person, user)


def _electrodes(person: Person, user: User) -> list[str]:
    store = recordings_storage()
    names = [store.keep(kind, BytesIO(NAME.encode())) for kind in ("electrodes", "readings", "readings")]
    study = Study.objects.create(
        person=person, by=user, kind="free", name="Quirina, left face.edf", sha256="0" * 64, ending="edf",
        original=names[0], created_at=NOW,
    )  # fmt: skip
    told = {"study": study, "attempt": 1, "read_at": NOW, "result": {"who": NAME}}
    Reading.objects.create(version="Quirina wrong", whole=names[1], **told).delete()
    Reading.objects.create(version="1", whole=names[2], **told)
    return names


def _call_back() -> None:
    from facialis_clinic.library.models import CallBack

    CallBack.objects.create(name="Somebody", phone="+00-555-01-99", topic="other", created_at=NOW)


def dumped() -> str:
    """Everything that the tables hold, as ``pg_dump`` writes it."""
    told = connection.settings_dict
    program = str(binaries.installed() / "pg_dump")
    place = ["--host", told["HOST"], "--port", str(told["PORT"] or 5432), "--username", told["USER"]]
    command = [program, "--data-only", *place, told["NAME"]]
    made = subprocess.run(
        command, env={**os.environ, "PGPASSWORD": told["PASSWORD"]}, capture_output=True, check=True, timeout=120
    )
    return made.stdout.decode().casefold()


def files() -> dict[str, str]:
    """Every file of the home but the database's own."""
    home = Path(settings.HOME)
    own = {"postgres", "database", "db"}
    return {
        path.relative_to(home).as_posix(): f"{path.name} {path.read_bytes().decode('utf-8', 'replace')}".casefold()
        for path in home.rglob("*")
        if path.is_file() and path.relative_to(home).parts[0] not in own
    }


def left() -> list[str]:
    """Where a mark of Quirina still stands."""
    tables = [f"table: {line[:200]}" for line in dumped().splitlines() if any(mark in line for mark in MARKS)]
    return tables + [f"file: {name}" for name, text in files().items() if any(mark in text for mark in MARKS)]


def test_after_the_week_no_table_and_no_file_knows_them(quirina: Quirina, world: World, sign_in: Any) -> None:
    from facialis_clinic.audit.actions import verify

    assert {kind.partition(":")[0] for kind in left()} == {"table", "file"}  # the search finds what is there
    actions.ask_to_be_forgotten(person=quirina.person, by=quirina.user, now=NOW)
    request = DeletionRequest.objects.get(person=quirina.person)
    actions.hold(request=request, reason="The law asks to keep Quirina's record until June.", by=world.adam, now=NOW)
    actions.lift_hold(request=request, by=world.adam, now=NOW)
    actions.decide(request=request, by=world.adam, now=NOW)
    assert actions.forget_due(now=NOW + WEEK - timedelta(seconds=1)) == 0
    assert Person.objects.filter(pk=quirina.person.pk).exists()

    assert actions.forget_due(now=NOW + WEEK) == 1

    assert left() == []
    assert not [name for name in quirina.files if recordings_storage().exists(name)]
    tombstone = Tombstone.objects.get()
    assert (tombstone.person_id, tombstone.by_role, tombstone.why) == (quirina.person.pk, "administrator", "asked")
    assert tombstone.done_at is not None
    assert list(verify().broken) == []


def test_the_log_of_the_forgotten_stays_whole_and_says_that_they_were(quirina: Quirina) -> None:
    from facialis_clinic.audit.models import Event, Note

    before = list(Event.objects.filter(subject=quirina.person.pk).order_by("seq").values_list("hash", flat=True))
    actions.forget(person=quirina.person, by=None, now=NOW)

    events = Event.objects.filter(subject=quirina.person.pk).order_by("seq")
    assert before == [one.hash for one in events][: len(before)]
    assert "forgot" in {one.verb for one in events}
    assert not Note.objects.filter(subject=quirina.person.pk).exists()


def test_the_others_are_still_there(quirina: Quirina, world: World) -> None:
    kept = Recording.objects.create(person=world.record, name="Alice", original="originals/ab/" + "a" * 32)
    actions.forget(person=quirina.person, by=None, now=NOW)

    assert Recording.objects.filter(pk=kept.pk).exists()
    assert Proxy.objects.filter(person=world.record, user=world.bob).exists()
    assert {world.alice, world.charlie} == {one.user for one in Person.objects.select_related("user")}


def test_whoever_was_signed_in_is_not_any_more(quirina: Quirina, sign_in: Any) -> None:
    browser: Client = sign_in(quirina.user)
    assert browser.get("/people/me/").status_code == 200

    actions.forget(person=quirina.person, by=None, now=NOW)

    assert browser.get("/people/me/").status_code == 302


def test_who_dies_among_the_files_finishes_later(quirina: Quirina, monkeypatch: pytest.MonkeyPatch) -> None:
    removed: list[str] = []
    store = type(recordings_storage())
    really = store.delete

    def dies(self: Any, name: str) -> None:
        if len(removed) == 2:
            raise OSError("the disk is gone")
        removed.append(name)
        really(self, name)

    with monkeypatch.context() as broken:
        broken.setattr(store, "delete", dies)
        actions.forget(person=quirina.person, by=None, now=NOW)
    waiting = Tombstone.objects.get()
    assert waiting.done_at is None
    assert set(quirina.files) <= set(waiting.files)
    assert not Person.objects.filter(pk=quirina.person.pk).exists()

    assert [actions.finish_forgetting(now=NOW) for _ in range(2)] == [1, 0]
    assert left() == []


def test_a_failure_among_the_rows_changes_nothing(quirina: Quirina, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("facialis_clinic.people.traces.remove_history", fails)
    with pytest.raises(RuntimeError):
        actions.forget(person=quirina.person, by=None, now=NOW)

    assert Person.objects.filter(pk=quirina.person.pk).exists()
    assert all(recordings_storage().exists(name) for name in quirina.files)


def test_who_comes_back_with_a_backup_is_forgotten_again(quirina: Quirina) -> None:
    person_id, user_id = quirina.ids
    actions.forget(person=quirina.person, by=None, now=NOW)
    Tombstone.objects.all().delete()  # the backup is older than the tombstone; the home's list is not
    user = User.objects.create_user(EMAIL, name=NAME, id=user_id)
    Person.objects.create(pk=person_id, name=NAME, born=BORN)

    assert [actions.forget_again(now=NOW + WEEK) for _ in range(2)] == [1, 0]

    assert not User.objects.filter(pk=user.pk).exists()
    assert left() == []
    assert Tombstone.objects.get().why == "restored"


def test_the_daily_job_forgets_whose_week_has_passed(quirina: Quirina) -> None:
    from facialis_clinic.jobs.periodic import table
    from facialis_clinic.people import tasks

    request = asked(quirina)
    DeletionRequest.objects.filter(pk=request.pk).update(due_at=NOW)
    tasks.forget_those_due.func()
    tasks.tell_people.func()

    assert not Person.objects.filter(pk=quirina.person.pk).exists()
    assert {tasks.forget_those_due.module_path, tasks.tell_people.module_path} <= set(table)


def asked(quirina: Quirina, now: datetime = NOW) -> DeletionRequest:
    request = actions.ask_to_be_forgotten(person=quirina.person, by=quirina.user, now=now)
    assert isinstance(request, DeletionRequest)
    return request


def test_within_the_week_it_can_be_taken_back(quirina: Quirina, world: World) -> None:
    request = actions.decide(request=asked(quirina), by=world.adam, now=NOW)
    assert isinstance(request, DeletionRequest)
    actions.take_back(request=request, by=quirina.user, now=NOW)

    assert actions.forget_due(now=NOW + WEEK) == 0


def test_a_hold_stands_against_a_deletion_that_was_ordered(quirina: Quirina, world: World) -> None:
    request = asked(quirina)
    actions.decide(request=request, by=world.adam, now=NOW)
    actions.hold(request=request, reason="A court has asked for this record.", by=world.adam, now=NOW)

    assert actions.forget_due(now=NOW + WEEK) == 0
    assert not isinstance(actions.decide(request=request, by=world.adam, now=NOW), DeletionRequest)


def test_a_record_in_which_the_practice_has_a_part_waits_for_an_administrator(quirina: Quirina, world: World) -> None:
    request = asked(quirina)

    assert request.due_at is None
    for by in (quirina.user, world.eve, world.dana):
        assert not isinstance(actions.decide(request=request, by=by, now=NOW), DeletionRequest)


def test_a_record_of_the_patients_own_making_needs_nobodys_leave_but_the_week(world: World) -> None:
    request = actions.ask_to_be_forgotten(person=world.other, by=world.charlie, now=NOW)

    assert isinstance(request, DeletionRequest)
    assert request.due_at == NOW + WEEK


def test_nobody_asks_for_another(world: World, quirina: Quirina) -> None:
    for by in (world.alice, world.bob, world.eve, world.dana, world.adam):
        assert not isinstance(actions.ask_to_be_forgotten(person=quirina.person, by=by, now=NOW), DeletionRequest)


def test_an_administrator_says_again_who_they_are_before_a_deletion(
    world: World, quirina: Quirina, sign_in: Any
) -> None:
    request = asked(quirina)
    browser: Client = sign_in(world.adam)
    session = browser.session
    for method in session["account_authentication_methods"]:
        method["at"] = 0
    session.save()

    answer = browser.post(f"/people/deletions/{request.pk}/", {"say": "delete"})

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert DeletionRequest.objects.get().due_at is None
