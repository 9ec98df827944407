"""What was kept of a measurement is read once, stays in memory for a while, and is never another's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from facialis_clinic import home
from facialis_clinic.chart import room_kept
from facialis_clinic.chart.actions import verdicts
from facialis_clinic.chart.models import Review
from facialis_clinic.chart.room_kept import Memory, NotKept
from facialis_clinic.recordings.models import Measurement
from facialis_clinic.storage import recordings_storage
from tests.clinic.chart import examined
from tests.clinic.conftest import NOW, World

FRAMES = examined.SECONDS * examined.FPS


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    home.prepare(settings.HOME)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were read so far."""
    from facialis.face import kept

    found, read = [], kept.read

    def noted(path: Path) -> Any:
        found.append(path)
        return read(path)

    monkeypatch.setattr(kept, "read", noted)
    return found


def stored() -> Measurement:
    """Return a measurement, not in the database, whose signals lie in the store."""
    return Measurement(pk=uuid.uuid4(), signals=recordings_storage().keep("signals", BytesIO(examined.kept()[0])))


def test_what_was_read_is_not_read_again(reads: list[Path]) -> None:
    memory, one = Memory(), stored()
    assert memory.get(one) is memory.get(one)
    assert len(reads) == 1


def test_other_signals_of_the_same_measurement_are_read(reads: list[Path]) -> None:
    memory, one = Memory(), stored()
    first = memory.get(one)
    one.signals = stored().signals
    assert memory.get(one) is not first
    assert len(reads) == 2


def test_of_too_many_the_one_that_was_asked_for_longest_ago_goes(
    reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_kept, "MOST_FRAMES", 2 * FRAMES)
    memory, one, other, third = Memory(), stored(), stored(), stored()
    for each in (one, other, one, third):
        memory.get(each)
    assert len(memory) == 2
    memory.get(one)
    assert len(reads) == 3
    memory.get(other)
    assert len(reads) == 4


def test_a_single_one_stays_however_long_it_is(reads: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room_kept, "MOST_FRAMES", 1)
    memory, one = Memory(), stored()
    memory.get(one)
    memory.get(one)
    assert len(reads) == 1


def test_what_nobody_asked_for_of_late_is_let_go() -> None:
    at = iter([0.0, room_kept.LONGEST_S + 1])
    memory = Memory(clock=lambda: next(at))
    memory.get(stored())
    memory.get(stored())
    assert len(memory) == 1


def test_what_is_not_there_is_said_to_be_not_kept() -> None:
    gone = Measurement(pk=uuid.uuid4(), signals="signals/00/none")
    for none in (gone, Measurement(pk=uuid.uuid4(), signals="")):
        with pytest.raises(NotKept):
            Memory().get(none)


def drawn(events: list[Any], random: Random) -> Iterator[tuple[int, str]]:
    """Yield events in any order, each taken out, called something else, or left as it is."""
    for number in random.sample(range(len(events)), 6):
        yield number, random.choice([to for to in ("out", "blink", "spasm") if verdicts.allowed("spasm", to)])


def test_each_verdict_from_memory_gives_what_the_file_gives_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    measurement = examined.measured(world.record, now=NOW)
    for turn, (number, to) in enumerate(drawn(measurement.result["events"], Random(3))):
        now = NOW + timedelta(minutes=turn)
        given = {"measurement": measurement, "number": number, "to": to, "reason": "", "seen": ""}
        made = verdicts.judge(**given, by=world.eve, now=now)
        assert isinstance(made, Review)
        with monkeypatch.context() as patched:
            patched.setattr(verdicts, "MEMORY", Memory())
            said = list(measurement.verdicts.select_related("by").order_by("apex_s", "pk"))
            assert verdicts.reviewed(measurement, said) == made.reviewed
