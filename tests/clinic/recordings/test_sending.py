"""A film on its way: nothing that arrived is lost, nothing is taken twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from facialis_clinic.audit.models import Event
from facialis_clinic.people.answers import Refused
from facialis_clinic.people.models import Consent
from facialis_clinic.recordings import actions, bounds
from facialis_clinic.recordings.actions.sending import Received
from facialis_clinic.recordings.actions.told import Told
from facialis_clinic.recordings.models import Part, Recording, Upload
from facialis_clinic.recordings.words import NOT_TAKEN
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import NOW, World
from tests.clinic.recordings.conftest import Send, sha256

Settings = Any
Begin = Callable[..., Any]


@pytest.fixture
def begin(world: World, told: Told) -> Begin:
    def begun(data: bytes, **changed: Any) -> Any:
        given = {"person": world.record, "by": world.alice, "name": "film.mov", "told": told, "now": NOW}
        return actions.begin(**{**given, "size": len(data), "sha256": sha256(data), **changed})

    return begun


def put(upload: Upload, data: bytes, part: int, start: int = 0) -> Received:
    """Send all parts from ``start`` on."""
    answer = Received(start)
    while answer.bytes < len(data):
        piece = data[answer.bytes : answer.bytes + part]
        answer = actions.add_part(upload=upload, start=answer.bytes, content=piece, now=NOW)
        assert isinstance(answer, Received)
    return answer


def stored(kind: Any) -> list[str]:
    return [name for name, _ in recordings_storage().names(kind)]


def test_a_film_that_came_in_parts_is_the_film(
    begin: Begin, grey: Path, django_capture_on_commit_callbacks: Any
) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    put(upload, data, part=3000)

    with django_capture_on_commit_callbacks(execute=True):
        recording = actions.finish(upload=upload, now=NOW)

    assert isinstance(recording, Recording)
    assert sha256(data) == recording.sent_sha256
    with recordings_storage().fetch(recording.original) as film:
        assert sha256(film.read_bytes()) == recording.sha256
        assert film.stat().st_size == recording.size
    assert stored("parts") == []


def test_a_part_that_comes_twice_counts_once(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)
    actions.add_part(upload=upload, start=1000, content=data[1000:2000], now=NOW)

    again = actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    assert Received(2000) == again
    assert list(Part.objects.order_by("start").values_list("start", flat=True)) == [0, 1000]


@pytest.mark.parametrize("start", [999, 1001, 5000])
def test_a_part_that_does_not_follow_is_told_where_to_go_on(begin: Begin, grey: Path, start: int) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    answer = actions.add_part(upload=upload, start=start, content=data[start : start + 1000], now=NOW)

    assert Received(1000, went_on=False) == answer
    assert Part.objects.count() == 1


def test_parts_that_cannot_be_are_refused(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()
    upload = begin(data)

    for start, content in ((0, b""), (0, bytes(bounds.PART + 1)), (-1, b"x"), (len(data), b"x"), (0, data + b"x")):
        answer = actions.add_part(upload=upload, start=start, content=content[: bounds.PART + 1], now=NOW)
        assert isinstance(answer, Refused), (start, len(content))
    assert Part.objects.count() == 0


def test_the_same_file_chosen_again_goes_on_where_it_was(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()
    first = begin(data)
    actions.add_part(upload=first, start=0, content=data[:1000], now=NOW)

    second = begin(data)

    assert first.pk == second.pk
    assert second.received == 1000


def test_another_file_of_the_same_size_begins_anew(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()

    assert begin(data).pk != begin(data[:-1] + b"x").pk


def test_what_changed_on_the_way_is_found(begin: Begin, grey: Path, django_capture_on_commit_callbacks: Any) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    put(upload, data[:-1] + bytes([data[-1] ^ 1]), part=bounds.PART)

    with django_capture_on_commit_callbacks(execute=True):
        answer = actions.finish(upload=upload, now=NOW)

    assert Refused(NOT_TAKEN["changed"]) == answer
    assert stored("parts") + stored("originals") == []
    assert not Upload.objects.exists()


def test_a_file_that_is_not_whole_yet_is_told_so(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    assert Received(1000, went_on=False) == actions.finish(upload=upload, now=NOW)


def test_finishing_twice_makes_one_recording(begin: Begin, grey: Path) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    put(upload, data, part=bounds.PART)

    first, second = (actions.finish(upload=upload, now=NOW) for _ in range(2))

    assert first == second
    assert Recording.objects.count() == 1
    assert Received(len(data)) == actions.add_part(upload=upload, start=0, content=data[:10], now=NOW)


def test_a_server_that_dies_while_it_finishes_loses_nothing(
    begin: Begin, grey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    put(upload, data, part=1000)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("facialis_clinic.recordings.actions.sending.queue", dies)
        with pytest.raises(KeyboardInterrupt):
            actions.finish(upload=upload, now=NOW)
    assert stored("originals") == []
    assert Recording.objects.count() == 0

    assert isinstance(actions.finish(upload=upload, now=NOW), Recording)


def test_a_part_whose_transaction_failed_can_be_sent_again(
    begin: Begin, grey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = grey.read_bytes()
    upload = begin(data)

    def dies(*_: Any, **__: Any) -> None:
        raise OSError("no database")

    with monkeypatch.context() as patch:
        patch.setattr(Part.objects, "create", dies)
        with pytest.raises(OSError, match="no database"):
            actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    assert Received(1000) == actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_film(begin: Begin, grey: Path) -> None:
    """Each tab sends all of it, with its parts in its own size; both finish."""
    data = grey.read_bytes()
    upload = begin(data)
    found: list[Any] = []

    def tab(part: int) -> None:
        try:
            put(upload, data, part)
            found.append(actions.finish(upload=upload, now=NOW))
        except BaseException as error:
            found.append(error)
        finally:
            connections.close_all()

    tabs = [threading.Thread(target=tab, args=(part,)) for part in (1500, 1500)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()

    assert [Recording, Recording] == [type(one) for one in found], found
    assert found[0].pk == found[1].pk
    assert Recording.objects.count() == 1
    assert len(stored("originals")) == 1


def test_a_film_is_taken_once(send: Send, begin: Begin, by_phone: Path) -> None:
    assert isinstance(send(by_phone), Recording)

    for answer in (send(by_phone), begin(by_phone.read_bytes())):
        assert isinstance(answer, Refused)
        assert "in the record already" in answer.why


def test_too_large_too_many_and_too_much_are_refused(begin: Begin, world: World, settings: Settings) -> None:
    settings.RECORDING_MOST_BYTES = 10_000
    settings.RECORDING_QUOTA = 25_000

    assert Refused(NOT_TAKEN["too_big"]) == begin(b"", size=10_001, sha256="a" * 64)
    assert Refused(NOT_TAKEN["empty"]) == begin(b"", size=0, sha256="a" * 64)
    assert isinstance(begin(b"", size=10_000, sha256="a" * 64), Upload)
    assert isinstance(begin(b"", size=10_000, sha256="b" * 64), Upload)
    assert Refused(NOT_TAKEN["quota"]) == begin(b"", size=10_000, sha256="c" * 64)
    assert isinstance(begin(b"", size=1_000, sha256="c" * 64), Upload)
    assert Refused(NOT_TAKEN["many_open"]) == begin(b"", size=1_000, sha256="d" * 64)


def test_a_full_disk_is_told_before_anything_is_sent(begin: Begin, settings: Settings) -> None:
    settings.RECORDING_SPARE = 1 << 60

    assert Refused(NOT_TAKEN["no_room"]) == begin(b"x" * 100)


def test_what_was_told_goes_with_the_film(begin: Begin, by_phone: Path, world: World, told: Told) -> None:
    from facialis_clinic.people.wording import current

    data = by_phone.read_bytes()
    words = {**told.words, "research": current("research").id}
    upload = begin(data, told=Told(mirrored="yes", filmed_on=None, words=words), name="../../etc/IMG_0001.MOV")
    put(upload, data, bounds.PART)

    recording = actions.finish(upload=upload, now=NOW)

    assert isinstance(recording, Recording)
    assert (recording.name, recording.mirrored) == ("IMG_0001.MOV", "yes")
    assert str(recording.filmed_on) == "2026-05-04"
    assert {"care", "research"} == set(Consent.objects.filter(recording_id=recording.pk).values_list("use", flat=True))
    assert Event.objects.filter(
        verb="sent", thing=recording.pk, subject=recording.person_id, actor=world.alice.pk
    ).exists()


def test_without_a_yes_to_care_nothing_is_kept(send: Send, grey: Path) -> None:
    answer = send(grey, told=Told("no", None, {}))

    assert Refused(NOT_TAKEN["no_care"]) == answer
    assert stored("originals") == []


def test_words_that_have_changed_since_keep_nothing(send: Send, grey: Path) -> None:
    answer = send(grey, told=Told("no", None, {"care": "care-0"}))

    assert isinstance(answer, Refused)
    assert "words" in answer.why
    assert stored("originals") == []
    assert Recording.objects.count() == 0


def test_a_nurse_sends_a_film_once_the_patient_said_yes_to_all(send: Send, grey: Path, world: World) -> None:
    from facialis_clinic.people.actions import give_consent
    from facialis_clinic.people.wording import current

    by_nurse = {"by": world.nora, "told": Told("no", None, {})}
    assert Refused(NOT_TAKEN["no_care"]) == send(grey, **by_nurse)

    give_consent(person=world.record, use="care", by=world.alice, words_version=current("care").id, now=NOW)

    assert isinstance(send(grey, **by_nurse), Recording)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Alice\\film.mov", "film.mov"),
        ("<script>alert(1)</script>.mp4", "script>.mp4"),
        ("\u202egpj.film\u0000\n", "gpj.film"),
        ("a" * 500, "a" * 100),
        ("", "video"),
        ("..", ".."),
    ],
)
def test_a_name_is_a_text_and_leads_nowhere(name: str, shown: str) -> None:
    from facialis_clinic.recordings.words import tidy_name

    assert shown == tidy_name(name)


def test_what_nobody_went_on_with_is_swept_after_a_week(
    begin: Begin, grey: Path, django_capture_on_commit_callbacks: Any
) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(now=NOW + timedelta(days=6)) == 0
    assert len(stored("parts")) == 1

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(now=NOW + timedelta(days=8)) == 1
    assert stored("parts") == []


def test_a_file_that_nothing_belongs_to_is_swept_and_no_other(send: Send, grey: Path, own_store: Path) -> None:
    from io import BytesIO

    recording = send(grey)
    files = recordings_storage()
    stray = files.keep("copies", BytesIO(b"stray"))
    for name in (stray, recording.original):
        os.utime(files.path(name), (NOW.timestamp(), NOW.timestamp()))

    actions.sweep(now=NOW + timedelta(days=8))

    assert not files.exists(stray)
    assert files.exists(recording.original)


def test_giving_up_removes_what_arrived(begin: Begin, grey: Path, django_capture_on_commit_callbacks: Any) -> None:
    data = grey.read_bytes()
    upload = begin(data)
    actions.add_part(upload=upload, start=0, content=data[:1000], now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        actions.give_up(upload=upload)

    assert stored("parts") == []
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_what_keeps_two_tabs_apart(begin: Begin, grey: Path) -> None:
    """The control: without the row's lock both would finish at once; a second transaction finds the row locked."""
    from django.db import OperationalError, transaction

    upload = begin(grey.read_bytes())
    seen: list[str] = []

    def other() -> None:
        try:
            with transaction.atomic():
                Upload.objects.select_for_update(nowait=True).get(pk=upload.pk)
            seen.append("free")
        except OperationalError:
            seen.append("locked")
        finally:
            connection.close()

    with transaction.atomic():
        Upload.objects.select_for_update().get(pk=upload.pk)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    assert seen == ["locked"]
