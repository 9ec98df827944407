"""One examination reviewed many times over says each time what it would say if it were measured anew."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facialis.face import Examination, review
from facialis.face.guided import guide
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.stills import View
from facialis.findings import Side

REST_S = 40.0
ASKED = Protocol(
    "made",
    (
        Task("rest", "rest", 0, REST_S),
        Task("gentle closure", "closure_gentle", REST_S, REST_S + 6, 3),
        Task("smile", "smile", REST_S + 6, REST_S + 12, 3),
    ),
)


@pytest.fixture
def seen(made: ModuleType, face: Any) -> Examination:
    """Three closures and three smiles, one of them in a spasm; spasms and blinks at rest; the left goes half as far."""
    moving = face(REST_S + 14)
    for turn in range(3):
        moving.close(Side.BOTH, moving.course(REST_S + 0.3 + 2 * turn, REST_S + 1.6 + 2 * turn, hold=0.8), 0.14)
        course = moving.course(REST_S + 6.3 + 2 * turn, REST_S + 7.6 + 2 * turn, hold=0.8)
        for side, size in ((Side.LEFT, 0.05), (Side.RIGHT, 0.1)):
            moving.pull(side, "zygomaticus corner", (0.71 * size, -0.71 * size), course)
    for at in range(4, 40, 6):
        moving.spasm(Side.LEFT, at, at + 0.4)
    spasms = [made.spasm(float(at), seconds=0.4, measures=made.measures()) for at in range(4, 40, 6)]
    events = [
        *spasms,
        made.spasm(REST_S + 8.5),
        made.spasm(REST_S + 12.5),
        *(made.blink(5.0 * n + 1) for n in range(9)),
    ]
    signals = moving.signals()
    yaw = np.zeros(len(signals.time_s))
    view, guided = View(yaw, np.full(len(yaw), 0.2, np.float32)), guide(ASKED, signals.time_s, yaw, "no")
    plain: Examination = made.examination(events, made.quality(REST_S + 12))
    return replace(plain, signals=signals, guided=guided, view=view)


def drawn(seen: Examination, random: Random) -> review.Review:
    """Say something of a few events, each taken out or called by another name."""
    changes = []
    for event in random.sample(seen.events, random.choice([1, 1, 3, 8])):
        to = random.choice([kind for kind in (review.OUT, "spasm", "blink", "expression") if kind != event.kind])
        span = event.onset_s, event.offset_s
        changes.append(review.Change(event.kind, event.side, event.apex_s, to, "chewing", span))
    return review.Review(seen.source.sha256, "Dr Ochoa", tuple(changes))


def test_random_verdicts_in_a_row_say_what_each_says_alone(seen: Examination) -> None:
    measured = seen.to_json()
    assert [task["repeats"] for task in measured["tasks"]] == [0, 3, 3]
    random, said = Random(1), []
    for _ in range(12):
        told = drawn(seen, random)
        said.append(review.reviewed(seen, told, measured))
        # A copy remembers nothing of what was found before.
        assert review.apply(replace(seen), told).to_json() == said[-1]
    assert len({str(one["tasks"]) for one in said}) > 1


def test_a_reviewed_examination_of_other_signals_forgets_those_that_were_measured(seen: Examination, face: Any) -> None:
    told = review.apply(seen, review.Review(seen.source.sha256, "Dr Ochoa", ()))
    assert told.tasks[2].assessable
    assert not replace(told, signals=face(REST_S + 14).signals()).tasks[2].assessable
