"""The seven stills: each is the moment that shows its task best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.stills import STILLS, Still, View, choose, file_names
from facialis.face.guided.tasks import Filmed, perform
from facialis.findings import Side

Make = Any
ASKED = Protocol(
    "made",
    (
        Task("rest", "rest", 0, 20),
        Task("gentle closure", "closure_gentle", 20, 26, 3),
        Task("smile", "smile", 26, 32, 3),
        Task("snarl", "snarl", 32, 38, 3),
    ),
)


def filmed(face: Make) -> Make:
    """Three closures, three smiles of growing size, and nothing in place of the snarl."""
    made = face(38)
    for turn in range(3):
        made.close(Side.BOTH, made.course(20.3 + 2 * turn, 21.6 + 2 * turn, hold=0.8), 0.14)
        size = 0.10 + 0.02 * turn
        course = made.course(26.3 + 2 * turn, 27.6 + 2 * turn, hold=0.8)
        made.pull(Side.BOTH, "zygomaticus corner", (0.71 * size, -0.71 * size), course)
    return made


def chosen(made: Make, protocol: Protocol | None = ASKED, **view: Any) -> dict[str, Still]:
    signals = made.signals()
    count = len(signals.time_s)
    seen = View(np.zeros(count), np.full(count, 0.2, np.float32))._replace(**view)
    ground = Ground(signals)
    tasks = perform(Filmed(ground, [], protocol, seen.yaw)) if protocol else ()
    return {still.name: still for still in choose(ground, [], seen, tasks)}


def test_each_of_the_seven_is_there_with_a_time_or_a_reason(face: Make) -> None:
    stills = chosen(filmed(face))
    assert list(stills) == list(STILLS)
    assert {name for name, still in stills.items() if still.time_s is not None} == {"rest", "gentle closure", "smile"}
    assert all(still.because for still in stills.values())
    assert "not performed" in stills["snarl"].because[0]
    assert "no pucker" in stills["pucker"].because[0]


def test_a_smile_is_shown_at_its_widest(face: Make) -> None:
    assert chosen(filmed(face))["smile"].time_s == pytest.approx(30.95, abs=0.5)


def test_a_closure_is_shown_with_both_eyes_closed_and_the_rest_with_both_open(face: Make) -> None:
    made = filmed(face)
    stills, signals = chosen(made), made.signals()
    for name, closed in (("gentle closure", True), ("rest", False), ("smile", False)):
        at = int(np.searchsorted(signals.time_s, stills[name].time_s))
        for side in (Side.LEFT, Side.RIGHT):
            assert (signals.aperture[side][at] < 0.3) is np.bool_(closed)


def test_a_blurred_or_turned_moment_gives_way_to_a_lesser_smile(face: Make) -> None:
    made = filmed(face)
    widest = (made.time_s > 30) & (made.time_s < 32)
    blurred = np.where(widest, 0.05, 0.2).astype(np.float32)
    assert chosen(made, sharpness=blurred)["smile"].time_s == pytest.approx(28.95, abs=0.5)
    assert chosen(made, yaw=np.where(widest, 0.5, 0.0))["smile"].time_s == pytest.approx(28.95, abs=0.5)


def test_a_closure_that_never_shuts_one_eye_says_so(face: Make) -> None:
    made = filmed(face)
    made.closure[Side.RIGHT] *= 0.3
    still = chosen(made)["gentle closure"]
    assert still.time_s is not None
    assert any("never both closed" in reason for reason in still.because)


def test_without_a_protocol_only_the_rest_is_offered(face: Make) -> None:
    stills = chosen(filmed(face), None)
    assert stills["rest"].time_s is not None
    for name in list(STILLS)[1:]:
        assert stills[name].time_s is None
        assert "no protocol" in stills[name].because[0]


def test_a_face_that_is_never_usable_has_no_rest(face: Make) -> None:
    made = face(5)
    made.usable[:] = False
    assert chosen(made, None)["rest"].time_s is None


def test_every_still_has_a_file_of_its_own() -> None:
    names = file_names([Still(name, 0.0, ("made",)) for name in STILLS])
    assert len(set(names.values())) == 7
    assert names["brow raise"] == "brow_raise.png"
