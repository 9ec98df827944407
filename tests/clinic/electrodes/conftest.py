"""Recordings of electrodes of a face that nobody has, and a store of each test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facialis_clinic import home
from tests.clinic.conftest import NOW, World
from tests.clinic.electrodes.kept import as_labelled

Settings = Any


@pytest.fixture(scope="session")
def spasms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of hemifacial spasm of the left, of four muscles at 2 kHz."""
    from facialis.emg import simulate
    from facialis.findings import Side

    path = tmp_path_factory.mktemp("electrodes") / "spasms.edf"
    muscles = ["orbicularis_oculi", "orbicularis_oris"]
    simulate.write_edf(path, simulate.simulate("hemifacial_spasm", 7, 12.0, 2000.0, Side.LEFT, 20.0, muscles))
    return path


@pytest.fixture(scope="session")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sweeps with a lateral spread response on the left."""
    from facialis.emg import simulate
    from facialis.findings import Side

    path = tmp_path_factory.mktemp("sweeps") / "sweeps.csv"
    simulate.write_csv(path, simulate.sweeps("lateral_spread", 3, 8, 20_000.0, affected=Side.LEFT))
    return path


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Settings) -> Path:
    """Keep the files of each test in its own folder."""
    from facialis_clinic.electrodes.samples import MEMORY

    settings.HOME = tmp_path / "home"
    home.prepare(settings.HOME)
    settings.RECORDING_SPARE = 0
    MEMORY.clear()
    return Path(settings.HOME)


Send = Callable[..., Any]


@pytest.fixture
def send(world: World) -> Send:
    """Send a file as the neurologist does; return the study or the refusal."""
    from facialis_clinic.electrodes import actions
    from facialis_clinic.electrodes.actions.sending import Told

    def sent(path: Path, kind: str = "free", name: str = "", **more: Any) -> Any:
        return actions.send(
            person=world.record,
            by=world.eve,
            name=name or path.name,
            path=path,
            told=Told(kind, None, more),
            now=NOW,
        )

    return sent


@pytest.fixture
def read(send: Send, world: World) -> Send:
    """Send a file, take its labels for where the electrodes lay, and have it read; return the study."""
    from facialis_clinic.electrodes import actions
    from facialis_clinic.jobs import testing

    def done(path: Path, kind: str = "free", **more: Any) -> Any:
        study = send(path, kind, **more)
        actions.place(study=study, by=world.eve, places=as_labelled(study))
        testing.run_waiting()
        study.refresh_from_db()
        return study

    return done
