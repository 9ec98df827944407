"""A recording of electrodes is sent, its electrodes are named, it is read apart, and what came of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facialis_clinic.electrodes.models import Reading, State
from facialis_clinic.storage import recordings_storage

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
