"""A recording of electrodes is sent, its electrodes are named, it is read apart, and what came of it is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from facialis_clinic.electrodes import actions
from facialis_clinic.electrodes.models import Reading, State
from facialis_clinic.electrodes.words import NOT_TAKEN
from facialis_clinic.storage import recordings_storage
from tests.clinic.conftest import NOW, World
from tests.clinic.electrodes.kept import as_labelled

pytestmark = pytest.mark.django_db


def test_free_running_emg_goes_from_the_file_to_findings_traces_and_bursts(read: Any, spasms: Path) -> None:
    from facialis_clinic.electrodes.samples import MEMORY

    study = read(spasms)
    assert (study.state, study.reason) == (State.READ, "")
    reading = study.readings.get()
    assert reading.result["schema"] == "facialis.emg/1"
    assert reading.result["source"]["name"] == str(study.pk)
    assert {row["code"]: row["state"] for row in reading.result["findings"]}["emg_bursts_150_400"] == "present"
    opened = MEMORY.get(reading)
    assert len(opened.every().sound()) == sum(one["bursts"] for one in reading.result["summary"]["muscles"])
    assert len(reading.files()) == 4


def test_a_lateral_spread_is_read_from_sweeps(read: Any, sweeps: Path) -> None:
    study = read(sweeps, "lateral-spread")
    assert study.state == State.READ
    reading = study.readings.get()
    assert reading.result["schema"] == "facialis.evoked/1"
    states = {row["code"]: (row["state"], row["side"]) for row in reading.result["findings"]}
    assert states["lateral_spread_response"] == ("present", "left")
    assert reading.files() == []
    assert list(recordings_storage().names("readings")) == []
    assert Reading.objects.count() == 1


def test_a_reading_that_was_overtaken_changes_nothing(send: Any, spasms: Path, world: World) -> None:
    from facialis_clinic.electrodes.actions.reading import Superseded

    study = send(spasms)
    actions.place(study=study, by=world.eve, places=as_labelled(study))

    def overtaken() -> None:
        raise Superseded

    with pytest.raises(Superseded):
        actions.read(study.pk, attempt=10_001, fence=overtaken)
    assert not study.readings.exists()
    assert list(recordings_storage().names("readings")) == []
    with pytest.raises(Superseded):
        actions.read(study.pk, attempt=10_000)


def test_another_side_has_the_recording_read_anew_and_what_was_wrong_goes(
    read: Any, sweeps: Path, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    from facialis_clinic.jobs import testing

    study = read(sweeps, "lateral-spread")
    places = {name: (muscle, "right") for name, (muscle, _) in as_labelled(study).items()}
    assert actions.place(study=study, by=world.eve, places=as_labelled(study)) == study
    study.refresh_from_db()
    assert study.state == State.READ
    with django_capture_on_commit_callbacks(execute=True):
        actions.place(study=study, by=world.eve, places=places)
        testing.run_waiting()
    study.refresh_from_db()
    reading = study.readings.get()
    assert {row["side"] for row in reading.result["source"]["channels"]} == {"right"}
    assert reading.montage == study.montage


def test_what_will_not_do_is_said_with_its_reason(read: Any, tmp_path: Path) -> None:
    from facialis.emg import simulate
    from facialis.findings import Side

    path = tmp_path / "slow.edf"
    simulate.write_edf(path, simulate.simulate("healthy", 1, 6.0, 250.0, Side.LEFT, 20.0, ["mentalis"]))
    study = read(path)
    assert study.state == State.REFUSED
    assert study.reason
    assert study.readings.get().result["quality"]["verdict"] == "refused"


def test_a_process_that_breaks_on_a_file_fails_the_study_in_words(
    send: Any, spasms: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facialis_clinic.electrodes.actions.reading import Failed
    from facialis_clinic.recordings.apart import run as apart

    study = send(spasms)
    actions.place(study=study, by=world.eve, places=as_labelled(study))
    monkeypatch.setattr(apart, "run", lambda *_args, **_more: apart.Broke("memory"))
    done = actions.read(study.pk, attempt=10_001)
    assert done == Failed(NOT_TAKEN["heavy"])
    study.refresh_from_db()
    assert (study.state, study.reason) == (State.FAILED, NOT_TAKEN["heavy"])


def test_an_answer_of_another_schema_is_not_believed(
    send: Any, spasms: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facialis_clinic.recordings.apart import run as apart

    study = send(spasms)
    actions.place(study=study, by=world.eve, places=as_labelled(study))
    told = {"schema": "facialis.video/1", "source": {}, "quality": {}, "findings": [], "software": {}}
    monkeypatch.setattr(apart, "run", lambda *_args, **_more: apart.Answered({"result": told, "asleep": []}))
    actions.read(study.pk, attempt=10_001)
    study.refresh_from_db()
    assert study.state == State.FAILED
    assert not study.readings.exists()


def test_toxin_that_was_given_shortly_before_is_told_to_the_reading(send: Any, spasms: Path, world: World) -> None:
    from facialis_clinic.care.models import Treatment
    from facialis_clinic.electrodes.actions.reading import _told

    study = send(spasms)
    day = study.recorded_on or study.created_at.date()
    Treatment.objects.create(
        person=world.record, kind="injection", day=day - timedelta(days=20), side="left", written_at=NOW
    )
    assert _told(study, NOW)["days_since_toxin"] == 20


def test_files_that_no_row_claims_are_swept_after_a_week_and_half_done_work_of_who_is_gone(
    send: Any, spasms: Path, own_store: Path
) -> None:
    import os
    from io import BytesIO

    from facialis_clinic.electrodes.actions.reading import half_done

    study = send(spasms)
    store = recordings_storage()
    forgotten = store.keep("readings", BytesIO(b"nobody's"))
    old = (NOW - timedelta(days=9)).timestamp()
    for name in (forgotten, study.original):
        os.utime(store.path(name), (old, old))
    mine, gone = half_done(study.pk), half_done(UUID(int=1))
    mine.mkdir(parents=True)
    gone.mkdir(parents=True)
    actions.sweep(now=NOW)
    assert store.exists(study.original)
    assert not store.exists(forgotten)
    assert mine.is_dir()
    assert not gone.exists()
