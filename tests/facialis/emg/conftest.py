"""Recordings of electrodes for the tests, made once: a file with known truth and what was found in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from facialis.emg.simulate import Simulated, simulate, write_edf
from facialis.emg.study import Study, examine


@pytest.fixture(scope="session")
def spasms() -> Simulated:
    """A minute of hemifacial spasm of the left side, six muscles."""
    return simulate("hemifacial_spasm", seed=1001, seconds=60.0, rate_hz=2000.0, snr_db=15.0)


@pytest.fixture(scope="session")
def spasms_file(spasms: Simulated, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as EDF+."""
    path = tmp_path_factory.mktemp("emg") / "invented.edf"
    write_edf(path, spasms)
    return path


@pytest.fixture(scope="session")
def spasms_study(spasms_file: Path) -> Study:
    """What is found in it."""
    return examine(spasms_file)
