"""The turn to the arrow, which shows whether a recording is mirrored."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from facialis.face.guided.protocol import Task
from facialis.face.guided.turn import Turn, read_turn, settle
from facialis.findings import Side

TIME_S = np.arange(900) / 30
RIGHT = Task("turn to the arrow", "arrow", 0.0, 5.0, arrow=Side.RIGHT)


def turned(degrees: float, start: float = 1.0, end: float = 4.0, straight: float = 0.0) -> npt.NDArray[np.float64]:
    """The head straight, but for one turn."""
    yaw = np.full(len(TIME_S), straight)
    yaw[(start <= TIME_S) & (end > TIME_S)] += degrees
    return np.radians(yaw)


def test_the_right_of_who_faces_the_camera_is_the_left_of_the_picture() -> None:
    assert read_turn(TIME_S, turned(-30), [RIGHT]).mirrored == "no"
    assert read_turn(TIME_S, turned(30), [RIGHT]).mirrored == "yes"


def test_an_arrow_on_the_left_reads_the_other_way() -> None:
    left = Task("turn", "arrow", 0.0, 5.0, arrow=Side.LEFT)
    assert read_turn(TIME_S, turned(30), [left]).mirrored == "no"
    assert read_turn(TIME_S, turned(-30), [left]).mirrored == "yes"


def test_the_turn_counts_from_the_pose_of_the_rest() -> None:
    """Who sits askew by 20 degrees and turns by 25 to the other side passes straight on by five."""
    assert read_turn(TIME_S, turned(-25, straight=20), [RIGHT]).mirrored == "no"
    assert read_turn(TIME_S, turned(0, straight=-20), [RIGHT]).mirrored == "unknown"


@pytest.mark.parametrize(("degrees", "end"), [(-9, 4.0), (-40, 1.2)])
def test_a_slight_or_short_turn_says_nothing(degrees: float, end: float) -> None:
    turn = read_turn(TIME_S, turned(degrees, end=end), [RIGHT])
    assert turn.mirrored == "unknown"
    assert "15 degrees" in turn.because[0]


def test_a_turn_at_another_time_says_nothing() -> None:
    assert read_turn(TIME_S, turned(-30, 10, 13), [RIGHT]).mirrored == "unknown"


def test_a_head_that_turns_both_ways_says_nothing() -> None:
    yaw = turned(-30, 0.5, 2.0) + turned(30, 2.0, 4.0)
    turn = read_turn(TIME_S, yaw, [RIGHT])
    assert turn.mirrored == "unknown"
    assert "both ways" in turn.because[0]


def test_turns_that_contradict_each_other_say_nothing() -> None:
    again = Task("turn again", "arrow", 10.0, 15.0, arrow=Side.RIGHT)
    both = turned(-30) + turned(30, 11, 14)
    turn = read_turn(TIME_S, both, [RIGHT, again])
    assert turn.mirrored == "unknown"
    assert "contradict" in turn.because[-1]
    assert read_turn(TIME_S, turned(-30) + turned(-30, 11, 14), [RIGHT, again]).mirrored == "no"


def test_a_face_that_is_lost_while_it_is_turned_still_counts_where_it_was_seen() -> None:
    yaw = turned(-30)
    yaw[(TIME_S > 2) & (TIME_S < 3.5)] = np.nan
    assert read_turn(TIME_S, yaw, [RIGHT]).mirrored == "no"


def test_without_a_face_or_an_arrow_the_answer_is_unknown_and_says_why() -> None:
    for turn in (
        read_turn(TIME_S, np.full(len(TIME_S), np.nan), [RIGHT]),
        read_turn(TIME_S, turned(-30), [Task("rest", "rest", 0, 30)]),
        read_turn(np.zeros(0), np.zeros(0), [RIGHT]),
    ):
        assert turn.mirrored == "unknown"
        assert turn.because


@pytest.mark.parametrize(
    ("said", "shown", "settled"),
    [
        ("unknown", "yes", "yes"),
        ("unknown", "no", "no"),
        ("unknown", "unknown", "unknown"),
        ("yes", "unknown", "yes"),
        ("no", "no", "no"),
        ("yes", "yes", "yes"),
    ],
)
def test_the_arrow_settles_what_the_caller_left_open(said: str, shown: str, settled: str) -> None:
    assert settle(said, Turn(shown, ("made",))) == (settled, "")


@pytest.mark.parametrize(("said", "shown"), [("yes", "no"), ("no", "yes")])
def test_a_contradiction_leaves_the_side_unknown_and_says_so(said: str, shown: str) -> None:
    word, warning = settle(said, Turn(shown, ("made",)))
    assert word == "unknown"
    assert "contradict" in warning
