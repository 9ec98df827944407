"""What the tasks of a guided examination show, on faces whose every movement is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from facialis.face.events import Event
from facialis.face.events.candidate import RECOVERED
from facialis.face.guided.ground import Ground
from facialis.face.guided.protocol import Protocol, Task
from facialis.face.guided.tasks import Filmed, Performed, perform
from facialis.findings import Side
from facialis.knowledge import threshold

Make = Any
CORNER = (0.71, -0.71)
REST_S = 60.0


def protocol(*tasks: tuple[str, float, int], **words: Any) -> Protocol:
    """A minute of rest, then tasks of (kind, seconds, repeats) one after the other."""
    made, at = [Task("rest", "rest", 0.0, REST_S)], REST_S
    for kind, seconds, repeats in tasks:
        made.append(Task(kind.replace("_", " "), kind, at, at + seconds, repeats))
        at += seconds
    return Protocol("made", tuple(made), **words)


def smile(made: Make, at: float, left: float, right: float, *, times: int = 3) -> Make:
    """Smile some times, two seconds each, the corners of the mouth going up by a fraction of the IOD."""
    for turn in range(times):
        course = made.course(at + 2 * turn + 0.3, at + 2 * turn + 1.6, hold=0.8)
        for side, size in ((Side.LEFT, left), (Side.RIGHT, right)):
            made.pull(side, "zygomaticus corner", (size * CORNER[0], size * CORNER[1]), course)
            made.pull(side, "zygomaticus cheek", (0.5 * size * CORNER[0], 0.5 * size * CORNER[1]), course)
    return made


def shut(made: Make, at: float, *, times: int = 5, every: float = 2.0, left: float = 0.12, right: float = 0.12) -> Make:
    for turn in range(times):
        course = made.course(at + every * turn + 0.3, at + every * turn + 1.5, hold=0.9)
        made.close(Side.LEFT, course, left).close(Side.RIGHT, course, right)
    return made


def shown(made: Make, asked: Protocol, events: list[Event] | None = None, yaw: float = 0.0) -> dict[str, Performed]:
    ground = Ground(made.signals())
    tasks = perform(Filmed(ground, events or [], asked, np.full(len(ground.ch.time_s), np.radians(yaw))))
    return {one.task.kind: one for one in tasks}


def spasm(at: float, seconds: float = 0.3, side: Side = Side.LEFT) -> Event:
    return Event("spasm", side, at, at + seconds / 2, at + seconds, 0.06, ("zygomaticus",), "clonic", 0.9)


def test_an_even_smile_is_as_far_as_it_is_on_both_sides(face: Make) -> None:
    task = shown(smile(face(70), REST_S, 0.12, 0.12), protocol(("smile", 6, 3)))["smile"]
    assert task.assessable
    assert task.repeats == 3
    for side in (Side.LEFT, Side.RIGHT):
        # What the pixels give back is less than what moved; the made signals are what moved.
        assert task.size[side].value * RECOVERED == pytest.approx(0.12, rel=0.03)
        assert task.size[side].low < task.size[side].value < task.size[side].high
    assert task.asymmetry is not None
    assert task.asymmetry.low < 0 < task.asymmetry.high
    assert task.weaker is Side.NONE


@pytest.mark.parametrize(("left", "right", "weak"), [(0.12, 0.06, Side.RIGHT), (0.05, 0.12, Side.LEFT)])
def test_the_weaker_side_is_named_with_the_true_asymmetry(face: Make, left: float, right: float, weak: Side) -> None:
    task = shown(smile(face(70), REST_S, left, right), protocol(("smile", 6, 3)))["smile"]
    assert task.asymmetry is not None
    assert task.asymmetry.value == pytest.approx((left - right) / (left + right), abs=0.02)
    assert task.weaker is weak


def test_a_side_that_cannot_move_is_nought_not_missing(face: Make) -> None:
    task = shown(smile(face(70), REST_S, 0.1, 0.0), protocol(("smile", 6, 3)))["smile"]
    assert task.size[Side.RIGHT].value == pytest.approx(0, abs=0.003)
    assert task.weaker is Side.RIGHT


def test_a_side_that_is_dragged_along_has_a_negative_excursion(face: Make) -> None:
    task = shown(smile(face(70), REST_S, 0.1, -0.03), protocol(("smile", 6, 3)))["smile"]
    assert task.size[Side.RIGHT].value * RECOVERED == pytest.approx(-0.03, abs=0.004)
    assert task.asymmetry is not None
    assert task.asymmetry.value == 1


def test_a_small_difference_names_no_weaker_side(face: Make) -> None:
    limit = threshold("weakness_asymmetry_min")
    left = 0.1
    right = left * (1 - 0.8 * limit) / (1 + 0.8 * limit)
    task = shown(smile(face(70), REST_S, left, right), protocol(("smile", 6, 3)))["smile"]
    assert task.asymmetry is not None
    assert task.asymmetry.low > 0
    assert task.weaker is Side.NONE


def test_two_repeats_are_too_few_to_name_a_weaker_side(face: Make) -> None:
    task = shown(smile(face(70), REST_S, 0.12, 0.04, times=2), protocol(("smile", 6, 3)))["smile"]
    assert task.repeats == 2
    assert task.weaker is Side.NONE
    assert any("2 of 3" in reason for reason in task.because)
    assert any("need 3 repeats" in reason for reason in task.because)


def test_the_interval_covers_the_mean_of_uneven_repeats(face: Make) -> None:
    made = face(72)
    for turn, size in enumerate((0.08, 0.10, 0.12, 0.10)):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.6, hold=0.8)
        made.pull(Side.BOTH, "zygomaticus corner", (0.71 * size, -0.71 * size), course)
    task = shown(made, protocol(("smile", 8, 4)))["smile"]
    left = task.size[Side.LEFT]
    # Student's t of four values: mean 0.1, deviation 0.0163.
    assert left.value * RECOVERED == pytest.approx(0.1, rel=0.03)
    assert (left.high - left.value) * RECOVERED == pytest.approx(3.182 * 0.0163 / 2, rel=0.1)


def test_what_was_not_done_is_not_assessable(face: Make) -> None:
    task = shown(face(70), protocol(("smile", 6, 3)))["smile"]
    assert not task.assessable
    assert "not performed" in task.because[-1]
    result = task.to_json()
    assert result["excursion_iod"] is None
    assert result["asymmetry"] is None
    assert result["spasms_per_min"] is None


def test_a_face_that_was_not_seen_is_not_assessable(face: Make) -> None:
    made = smile(face(70), REST_S, 0.1, 0.1)
    made.usable[(made.time_s > REST_S + 1) & (made.time_s < REST_S + 5)] = False
    task = shown(made, protocol(("smile", 6, 3)))["smile"]
    assert not task.assessable
    assert "of 6.0 s" in task.because[-1]


def test_without_rest_the_noise_is_not_known(face: Make) -> None:
    asked = Protocol("made", (Task("smile", "smile", 10, 16, 3),))
    task = shown(smile(face(20), 10, 0.1, 0.1), asked)["smile"]
    assert not task.assessable
    assert "rest" in task.because[-1]


def test_a_turned_head_gives_excursions_but_no_comparison(face: Make) -> None:
    task = shown(smile(face(70), REST_S, 0.12, 0.04), protocol(("smile", 6, 3)), yaw=18)["smile"]
    assert task.size
    assert task.asymmetry is None
    assert task.weaker is Side.NONE
    assert "18 degrees" in task.because[-1]


def test_a_repeat_inside_a_spasm_says_nothing_of_strength(face: Make) -> None:
    made = smile(face(72), REST_S, 0.1, 0.1, times=4)
    course = made.course(REST_S + 2.2, REST_S + 3.8, hold=1.0)
    made.pull(Side.LEFT, "zygomaticus corner", (0.05, -0.05), course)
    asked = protocol(("smile", 8, 4))
    told = shown(made, asked, [spasm(REST_S + 2.2, 1.6)])["smile"]
    untold = shown(made, asked)["smile"]
    assert told.size[Side.LEFT].value < untold.size[Side.LEFT].value
    assert told.size[Side.LEFT].value * RECOVERED == pytest.approx(0.1, rel=0.03)
    assert any("1 of 4 repeats fell into a spasm" in reason for reason in told.because)


def test_a_mouth_that_pulls_at_every_closure_is_movement_along(face: Make) -> None:
    made = shut(face(72), REST_S)
    for turn in range(5):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.5, hold=0.9)
        made.pull(Side.RIGHT, "zygomaticus corner", (0.03, -0.03), course)
    task = shown(made, protocol(("closure_gentle", 10, 5)))["closure_gentle"]
    assert task.repeats == 5
    assert [(along.region, along.side) for along in task.along] == [("zygomaticus", Side.RIGHT)]
    assert task.along[0].size.value * RECOVERED == pytest.approx(0.03 * np.sqrt(2), rel=0.1)


def test_what_moves_along_each_time_is_no_spasm_though_each_was_taken_for_one(face: Make) -> None:
    made = shut(face(72), REST_S)
    for turn in range(5):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.5, hold=0.9)
        made.pull(Side.RIGHT, "zygomaticus corner", (0.03, -0.03), course)
    events = [spasm(REST_S + 2 * turn + 0.3, 1.2, Side.RIGHT) for turn in range(5)]
    task = shown(made, protocol(("closure_gentle", 10, 5)), events)["closure_gentle"]
    assert task.along
    assert task.size[Side.LEFT].value == pytest.approx(0.12, rel=0.03)
    assert "same movement along" in task.because[-1]


def test_spasms_in_every_repeat_leave_nothing_to_measure(face: Make) -> None:
    made = shut(face(72), REST_S)
    events = [spasm(REST_S + 2 * turn + 0.3, 1.2, Side.RIGHT) for turn in range(5)]
    task = shown(made, protocol(("closure_gentle", 10, 5)), events)["closure_gentle"]
    assert not task.size
    assert task.asymmetry is None
    assert "no repeat without a spasm" in task.because[-1]


def test_an_eye_that_closes_at_every_smile_is_movement_along(face: Make) -> None:
    made = smile(face(70), REST_S, 0.1, 0.1)
    for turn in range(3):
        made.close(Side.LEFT, made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.6, hold=0.8), 0.05)
    task = shown(made, protocol(("smile", 6, 3)))["smile"]
    assert [(along.region, along.side) for along in task.along] == [("orbicularis_oculi", Side.LEFT)]


def test_a_mouth_that_is_drawn_on_both_sides_is_no_movement_along(face: Make) -> None:
    made = shut(face(72), REST_S)
    for turn in range(5):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.5, hold=0.9)
        made.pull(Side.BOTH, "zygomaticus corner", (0.03, -0.03), course)
    assert shown(made, protocol(("closure_gentle", 10, 5)))["closure_gentle"].along == ()


def test_a_mouth_drawn_to_one_side_does_not_name_the_other(face: Make) -> None:
    """The left corner is drawn aside and takes the right one with it, across the middle."""
    made = shut(face(72), REST_S)
    for turn in range(5):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.5, hold=0.9)
        made.pull(Side.LEFT, "zygomaticus corner", (0.04, -0.03), course)
        made.pull(Side.RIGHT, "zygomaticus corner", (-0.025, -0.005), course)
    task = shown(made, protocol(("closure_gentle", 10, 5)))["closure_gentle"]
    assert {along.side for along in task.along} == {Side.LEFT}
    assert task.along[0].size.value * RECOVERED == pytest.approx(0.05, rel=0.1)


def test_an_eye_that_opens_wider_under_a_raised_brow_is_no_movement_along(face: Make) -> None:
    made = face(70)
    for turn in range(3):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.6, hold=0.8)
        for part in ("frontalis lateral", "frontalis medial"):
            made.pull(Side.BOTH, part, (0, -0.07), course)
        made.close(Side.LEFT, course, -0.04)
    assert shown(made, protocol(("brow_raise", 6, 3)))["brow_raise"].along == ()


def test_a_stronger_side_that_drags_its_brow_further_is_no_movement_along(face: Make) -> None:
    """A smile twice as wide on the left moves all its neighbours twice as far."""
    made = smile(face(70), REST_S, 0.12, 0.06)
    for turn in range(3):
        course = made.course(REST_S + 2 * turn + 0.3, REST_S + 2 * turn + 1.6, hold=0.8)
        made.pull(Side.LEFT, "frontalis lateral", (0, -0.03), course)
        made.pull(Side.RIGHT, "frontalis lateral", (0, -0.015), course)
    task = shown(made, protocol(("smile", 6, 3)))["smile"]
    assert task.weaker is Side.RIGHT
    assert task.along == ()


def test_blinks_are_no_closures_and_do_not_disturb_a_smile(face: Make) -> None:
    made = smile(shut(face(84), REST_S), REST_S + 10, 0.1, 0.1)
    blinks = [REST_S + 1.75, REST_S + 3.75, REST_S + 10.9, REST_S + 13.0]
    for at in blinks:
        made.blink(at, 0.22)
    events = [Event("blink", Side.BOTH, at, at + 0.1, at + 0.22, 0.13, (), None, 0.9) for at in blinks]
    tasks = shown(made, protocol(("closure_gentle", 10, 0), ("smile", 6, 3)), events)
    assert tasks["closure_gentle"].repeats == 5
    assert tasks["smile"].repeats == 3
    assert tasks["smile"].along == ()


def test_of_more_closures_than_were_asked_for_the_longest_count(face: Make) -> None:
    made = shut(face(72), REST_S, times=4, every=2.5)
    made.close(Side.BOTH, made.course(REST_S + 2.0, REST_S + 2.45, hold=0.3), 0.12)
    task = shown(made, protocol(("closure_gentle", 10, 4)))["closure_gentle"]
    assert task.repeats == 4
    assert min(end - start for start, end in task.acts) > 0.7


def test_a_wink_is_measured_on_its_side_alone(face: Make) -> None:
    made = shut(face(70), REST_S, times=3, right=0.02)
    task = shown(made, protocol(("wink_left", 6, 3)))["wink_left"]
    assert task.size[Side.LEFT].value == pytest.approx(0.12, rel=0.03)
    assert list(task.size) == [Side.LEFT]
    assert task.asymmetry is None
    assert task.to_json()["excursion_iod"]["right"] is None


def test_a_pucker_right_after_a_smile_is_found_though_the_mouth_goes_the_other_way(face: Make) -> None:
    made = smile(face(76), REST_S, 0.1, 0.1)
    for turn in range(3):
        course = made.course(REST_S + 6.3 + 2 * turn, REST_S + 7.6 + 2 * turn, hold=0.8)
        for part in ("zygomaticus corner", "orbicularis_oris lower"):
            made.pull(Side.BOTH, part, (-0.06, 0), course)
    tasks = shown(made, protocol(("smile", 6, 3), ("pucker", 6, 3)))
    assert [tasks[kind].repeats for kind in ("smile", "pucker")] == [3, 3]
    assert tasks["pucker"].size[Side.LEFT].value * RECOVERED == pytest.approx(0.06, rel=0.05)


def test_a_forced_closure_is_measured_by_the_skin_that_it_draws_in(face: Make) -> None:
    made = shut(face(110), REST_S, every=8.0)
    for turn in range(5):
        course = made.course(REST_S + 8 * turn + 0.3, REST_S + 8 * turn + 1.5, hold=0.9)
        for part in ("orbicularis_oculi lateral", "orbicularis_oculi lower"):
            made.pull(Side.LEFT, part, (-0.03, 0), course)
            made.pull(Side.RIGHT, part, (-0.012, 0), course)
    task = shown(made, protocol(("closure_forced", 40, 5)))["closure_forced"]
    assert task.repeats == 5
    assert task.size[Side.LEFT].value * RECOVERED == pytest.approx(0.03, rel=0.1)
    assert task.weaker is Side.RIGHT


@pytest.mark.parametrize("fps", [25, 60, 120])
def test_the_frame_rate_does_not_change_what_a_task_shows(face: Make, fps: float) -> None:
    task = shown(smile(face(70, fps), REST_S, 0.12, 0.06), protocol(("smile", 6, 3)))["smile"]
    assert task.repeats == 3
    assert task.asymmetry is not None
    assert task.asymmetry.value == pytest.approx(1 / 3, abs=0.02)


def test_spasms_are_counted_in_the_task_and_after_it(face: Make) -> None:
    made = smile(face(90), REST_S, 0.1, 0.1)
    events = [spasm(at) for at in (20.0, REST_S + 1.75, REST_S + 7, REST_S + 9, REST_S + 20)]
    task = shown(made, protocol(("smile", 6, 3)), events)["smile"]
    assert task.spasms == 1
    assert task.spasms_per_min is not None
    assert task.spasms_per_min.value == pytest.approx(10)
    assert task.after_per_min is not None
    assert task.after_per_min.value == pytest.approx(12)


def test_a_recording_that_ends_early_says_so(face: Make) -> None:
    task = shown(smile(face(65), REST_S, 0.1, 0.1, times=2), protocol(("smile", 6, 3)))["smile"]
    assert any("ends 1.0 s before" in reason for reason in task.because)


def test_of_a_refused_recording_no_task_is_assessable(face: Make) -> None:
    ground = Ground(face(70).signals())
    asked = protocol(("smile", 6, 3))
    tasks = perform(Filmed(ground, [], asked, np.zeros(len(ground.ch.time_s))), refused=True)
    assert all(not one.assessable and one.because for one in tasks)
