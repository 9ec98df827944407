"""What is taken, what is not, and what is said then."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic.electrodes import actions, bounds
from facialis_clinic.electrodes.actions.sending import AlreadyThere
from facialis_clinic.electrodes.apart.archive import NoSet, header_of
from facialis_clinic.electrodes.models import State, Study
from facialis_clinic.electrodes.words import NOT_TAKEN, in_the_form
from facialis_clinic.people.answers import Refused
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db


def test_a_recording_waits_until_its_electrodes_are_named_with_what_its_labels_say(send: Any, spasms: Path) -> None:
    study = send(spasms)
    assert study.state == State.UNPLACED
    assert study.duration_s == pytest.approx(12, abs=0.1)
    assert {(row["muscle"], row["side"]) for row in study.channels} == {
        (muscle, side) for muscle in ("orbicularis_oculi", "orbicularis_oris") for side in ("left", "right")
    }
    assert list(recordings_storage().names("electrodes"))


def test_the_same_file_is_taken_once_for_each_examination(send: Any, spasms: Path) -> None:
    study = send(spasms)
    again = send(spasms, name="renamed.edf")
    assert isinstance(again, AlreadyThere)
    assert again.study == study.pk
    assert Study.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.edf", "empty"),
        (b"%PDF-1.7 nothing", "report.edf", "PDF"),
        (b"0       X" * 3, "short.edf", ""),
        (b"PK\x03\x04 no archive", "set.zip", "damaged or locked"),
        (b"a,b\n1,2\n3,4\n", "table.csv", "samples a second below"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence_and_nothing_is_kept(
    send: Any, tmp_path: Path, content: bytes, name: str, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    answer = send(tmp_path / name)
    assert isinstance(answer, Refused)
    assert said in answer.why
    assert "\n" not in answer.why
    assert "--" not in answer.why
    assert "/" not in answer.why.replace("and/or", "")
    assert not Study.objects.exists()
    assert list(recordings_storage().names("electrodes")) == []


def test_a_file_larger_than_the_practice_takes_is_not_looked_into(send: Any, spasms: Path, settings: Any) -> None:
    settings.ELECTRODES_MOST_BYTES = 1000
    assert send(spasms) == Refused(NOT_TAKEN["too_big"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "sent.csv: states no sampling rate; give --rate-hz in samples a second",
            "This file states no sampling rate; fill in the samples a second below.",
        ),
        ("somewhere/sent.edf: is empty", "This file is empty."),
    ],
)
def test_a_readers_line_becomes_a_sentence_of_the_form(line: str, said: str) -> None:
    assert in_the_form(line) == said


def _archive(path: Path, *names: str, content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, content)
    return path


def test_an_archive_is_laid_out_flat_and_its_one_header_found(tmp_path: Path) -> None:
    archive = _archive(
        tmp_path / "set.zip", "deep/er/a.vhdr", "deep/er/a.eeg", "../../a.vmrk", "__MACOSX/deep/._a.vhdr"
    )
    header = header_of(archive, tmp_path / "set")
    assert header == tmp_path / "set" / "a.vhdr"
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["a.eeg", "a.vhdr", "a.vmrk"]
    assert not (tmp_path.parent / "a.vmrk").exists()


@pytest.mark.parametrize("names", [("a.eeg",), ("a.vhdr", "b.vhdr"), ("x/a.vhdr", "y/a.vhdr")])
def test_an_archive_without_one_recording_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(NoSet):
        header_of(_archive(tmp_path / "set.zip", *names), tmp_path / "set")


def test_an_archive_that_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.vhdr", b"\0" * (80 << 20))
    with pytest.raises(NoSet, match="too large"):
        header_of(archive, tmp_path / "set")
    assert list((tmp_path / "set").iterdir()) == []


def test_a_montage_that_names_other_channels_or_no_muscle_is_refused(send: Any, spasms: Path, world: World) -> None:
    study = send(spasms)
    places = {row["name"]: ("", "none") for row in study.channels}
    assert isinstance(actions.place(study=study, by=world.eve, places=places), Refused)
    assert isinstance(actions.place(study=study, by=world.eve, places={"other": ("mentalis", "left")}), Refused)
    study.refresh_from_db()
    assert (study.state, study.montage) == (State.UNPLACED, {})


def test_a_wrong_file_is_taken_back_within_a_day_and_leaves_nothing(
    send: Any, spasms: Path, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    from django.apps import apps

    study = send(spasms)
    late = NOW + bounds.TAKE_BACK + timedelta(seconds=1)
    assert isinstance(actions.delete(study=study, by=world.eve, now=late), Refused)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete(study=study, by=world.eve, now=NOW + timedelta(hours=1)) is None
    assert not Study.objects.exists()
    assert list(recordings_storage().names("electrodes")) == []
    assert not apps.get_model("electrodes", "StudyEvent").objects.exists()
