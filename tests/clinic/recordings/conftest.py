"""Films, people who may send them, and a store of each test's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

from facialis_clinic import home
from facialis_clinic.recordings.actions.told import Told
from tests.clinic.conftest import NOW, World
from tests.clinic.recordings.films import as_by_phone, write_film

Settings = Any


@pytest.fixture(scope="session")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds in which there is nothing to be seen."""
    return write_film(tmp_path_factory.mktemp("grey") / "grey.mp4")


@pytest.fixture(scope="session")
def by_phone(grey: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a phone sends it: with sound, the place and the phone's name, turned by a quarter."""
    return as_by_phone(grey, tmp_path_factory.mktemp("phone") / "IMG_0001.MOV")


@pytest.fixture(scope="session")
def face(hopper: npt.NDArray[Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of a face with spasms, made from a portrait: two and a half seconds, 640 x 480."""
    from dataclasses import replace

    from PIL import Image

    from facialis.face import simulate

    folder = tmp_path_factory.mktemp("face")
    Image.fromarray(hopper).save(folder / "hopper.png")
    plan = replace(simulate.Plan(), seconds=2.5, spasms_per_min=90.0, amplitude=(0.08, 0.12))
    simulate.simulate_photo(
        folder / "hopper.png", folder / "face.mp4", plan=plan, seed=3, video=simulate.Video(size=(640, 480))
    )
    return folder / "face.mp4"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Settings) -> Path:
    """Keep the files of each test in its own folder."""
    settings.HOME = tmp_path / "home"
    home.prepare(settings.HOME)
    settings.RECORDING_SPARE = 0
    return Path(settings.HOME)


@pytest.fixture
def told() -> Told:
    """What a patient says with a film who says yes to their care and to no more."""
    from facialis_clinic.people.wording import current

    return Told(mirrored="no", filmed_on=None, words={"care": current("care").id})


Send = Callable[..., Any]


@pytest.fixture
def send(world: World, told: Told) -> Send:
    """Send a file as Alice does by the plain form; return the recording or the refusal."""
    from facialis_clinic.recordings import actions

    def sent(path: Path, **changed: Any) -> Any:
        given = {"person": world.record, "by": world.alice, "name": path.name, "told": told, "now": NOW, **changed}
        return actions.send(pieces=[path.read_bytes()], **given)

    return sent


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
