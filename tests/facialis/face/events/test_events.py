"""What is found in a face whose every movement is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from facialis.face.events import Asked, Event, find_events
from facialis.face.events.candidate import RECOVERED
from facialis.face.signals import swapped
from facialis.findings import Side

SIDED = (Side.LEFT, Side.RIGHT)
Make = Any


def kinds(events: list[Event]) -> dict[str, int]:
    return {kind: sum(event.kind == kind for event in events) for kind in {event.kind for event in events}}


def only(events: list[Event], kind: str) -> list[Event]:
    return [event for event in events if event.kind == kind]


@pytest.mark.parametrize("seed", range(4))
def test_a_face_at_rest_does_nothing(face: Make, seed: int) -> None:
    assert find_events(face(30, noise=0.001, seed=seed).signals()) == []


@pytest.mark.parametrize("side", SIDED)
def test_a_twitch_of_eye_and_mouth_is_a_spasm_of_that_side(face: Make, side: Side) -> None:
    (event,) = find_events(face().spasm(side, 4.0, 4.3).signals())
    assert (event.kind, event.side, event.form) == ("spasm", side, "clonic")
    assert {"zygomaticus", "orbicularis_oculi"} <= set(event.regions)
    assert event.probability > 0.5
    assert event.why


@pytest.mark.parametrize("fps", [25, 30, 60, 120, 240])
@pytest.mark.parametrize("seconds", [0.2, 0.4, 0.9])
def test_onset_and_offset_are_the_ten_per_cent_crossings(face: Make, fps: int, seconds: float) -> None:
    (event,) = find_events(face(fps=fps, noise=0.0001).spasm(Side.LEFT, 4.0, 4.0 + seconds).signals())
    assert event.onset_s == pytest.approx(4.0, abs=0.5 / min(fps, 80) + 0.01 * seconds)
    assert event.offset_s == pytest.approx(4.0 + seconds, abs=0.5 / min(fps, 80) + 0.01 * seconds)
    assert event.apex_s == pytest.approx(4.0 + seconds / 2, abs=1 / min(fps, 80))


@pytest.mark.parametrize("size", [0.03, 0.06, 0.12])
def test_amplitude_is_the_largest_displacement(face: Make, size: float) -> None:
    (event,) = find_events(face().spasm(Side.LEFT, 4.0, 4.4, size).signals())
    assert event.amplitude_iod * RECOVERED == pytest.approx(size, rel=0.12)


def test_the_same_on_both_sides_is_no_spasm(face: Make) -> None:
    course = face().course(4.0, 5.2, 0.5)
    smiling = face().pull(Side.BOTH, "zygomaticus corner", (0.06, -0.06), course)
    (event,) = find_events(smiling.signals())
    assert (event.kind, event.side) == ("expression", Side.BOTH)
    assert event.regions == ("zygomaticus",)


def test_speech_is_no_spasm_though_one_side_moves_more(face: Make) -> None:
    talking = face(12)
    for number, at in enumerate(np.arange(2, 9, 0.22)):
        course = talking.course(at, at + 0.2) * (0.5 + 0.5 * (number % 3) / 2)
        for part in ("orbicularis_oris lower", "orbicularis_oris upper", "mentalis", "zygomaticus corner"):
            talking.pull(Side.LEFT, part, (0.01, 0.05), course)
            talking.pull(Side.RIGHT, part, (0.01, 0.043), course)
    assert kinds(find_events(talking.signals())).keys() == {"expression"}


def test_a_blink_is_conjugate(face: Make) -> None:
    blinking = face()
    for at in (2.0, 5.0, 8.0):
        blinking.blink(at)
    events = find_events(blinking.signals())
    assert [(event.kind, event.side) for event in events] == [("blink", Side.BOTH)] * 3
    for event, at in zip(events, (2.0, 5.0, 8.0), strict=True):
        assert event.onset_s == pytest.approx(at, abs=0.03)
        assert event.offset_s == pytest.approx(at + 0.25, abs=0.03)


def test_a_blink_that_closes_one_eye_a_little_less_is_a_blink(face: Make) -> None:
    blinking = face()
    for at in (2.0, 4.0, 6.0, 8.0):
        course = blinking.course(at, at + 0.25)
        blinking.close(Side.LEFT, course, 0.13).close(Side.RIGHT, course, 0.11)
    assert kinds(find_events(blinking.signals())) == {"blink": 4}


@pytest.mark.parametrize("side", SIDED)
def test_a_lid_that_closes_alone_is_not_a_blink(face: Make, side: Side) -> None:
    winking = face()
    course = winking.course(4.0, 4.35)
    winking.close(side, course, 0.12).pull(side, "orbicularis_oculi lower", (-0.008, -0.02), course)
    (event,) = find_events(winking.signals())
    assert (event.kind, event.side) == ("spasm", side)
    assert event.regions == ("orbicularis_oculi",)


def test_a_spasm_beside_blinks_is_told_from_them(face: Make) -> None:
    both = face().blink(2.0).blink(7.0).spasm(Side.RIGHT, 4.0, 4.3)
    assert [(e.kind, e.side) for e in find_events(both.signals())] == [
        ("blink", Side.BOTH),
        ("spasm", Side.RIGHT),
        ("blink", Side.BOTH),
    ]


def test_twitches_less_than_a_tenth_of_a_second_apart_are_one_event(face: Make) -> None:
    (event,) = find_events(face(fps=60).spasm(Side.LEFT, 4.0, 4.2).spasm(Side.LEFT, 4.26, 4.46).signals())
    assert event.onset_s == pytest.approx(4.0, abs=0.02)
    assert event.offset_s == pytest.approx(4.46, abs=0.02)


@pytest.mark.parametrize("fps", [30, 60])
def test_each_twitch_of_a_slower_train_is_an_event(face: Make, fps: int) -> None:
    starts = 4.0 + 0.4 * np.arange(5)
    train = face(fps=fps)
    for at in starts:
        train.spasm(Side.LEFT, at, at + 0.22)
    events = find_events(train.signals())
    assert [event.kind for event in events] == ["spasm"] * 5
    assert [event.onset_s for event in events] == pytest.approx(list(starts), abs=0.03)


def test_a_hold_of_a_second_is_tonic(face: Make) -> None:
    (event,) = find_events(face(20).spasm(Side.LEFT, 4.0, 6.0, hold=1.6).signals())
    assert (event.kind, event.form) == ("spasm", "tonic")
    assert event.plateau_s == pytest.approx(1.7, abs=0.15)
    assert event.onset_s == pytest.approx(4.0, abs=0.04)
    assert event.offset_s == pytest.approx(6.0, abs=0.04)


def test_both_sides_may_have_spasms_in_turn(face: Make) -> None:
    events = find_events(face().spasm(Side.LEFT, 2.0, 2.3).spasm(Side.RIGHT, 6.0, 6.3).signals())
    assert [event.side for event in events] == [Side.LEFT, Side.RIGHT]


def test_a_mouth_that_pulls_at_every_blink_is_synkinesis(face: Make) -> None:
    pulled = face(20)
    for at in np.arange(2, 18, 2.5):
        pulled.blink(at)
        pulled.pull(Side.LEFT, "zygomaticus corner", (0.04, -0.04), pulled.course(at + 0.02, at + 0.24))
    found = kinds(find_events(pulled.signals()))
    assert found.get("synkinesis", 0) >= 5
    assert "spasm" not in found


def squeezing(face: Make, times: int) -> Any:
    eyes = face(20)
    for at in 3.0 + 4.0 * np.arange(times):
        course = eyes.course(at, at + 1.2, 0.8)
        eyes.close(Side.BOTH, course, 0.135).pull(Side.BOTH, "orbicularis_oculi lower", (-0.02, -0.05), course)
    return eyes


def test_three_squeezes_of_both_eyes_are_spasms_of_both_sides(face: Make) -> None:
    events = find_events(squeezing(face, 3).signals())
    assert [event.side for event in only(events, "spasm")] == [Side.BOTH] * 3


def test_one_squeeze_may_be_willed(face: Make) -> None:
    assert "spasm" not in kinds(find_events(squeezing(face, 1).signals()))


def test_a_long_closure_without_a_squeeze_is_rest(face: Make) -> None:
    closed = face().close(Side.BOTH, face().course(3.0, 5.0, 1.5), 0.13)
    assert kinds(find_events(closed.signals())).keys() == {"expression"}


def test_a_quick_turn_of_the_head_is_told(face: Make) -> None:
    turning = face()
    turning.head_speed += 1.2 * turning.course(4.0, 4.4)
    (event,) = find_events(turning.signals())
    assert event.kind == "head_motion"
    assert 4.0 < event.onset_s < event.apex_s < event.offset_s < 4.4


def test_nothing_is_found_where_the_face_was_not_seen(face: Make) -> None:
    lost = face().spasm(Side.LEFT, 4.0, 4.3).spasm(Side.LEFT, 8.0, 8.3)
    lost.usable[(lost.time_s > 3.5) & (lost.time_s < 5.0)] = False
    events = find_events(lost.signals())
    assert [event.onset_s for event in events] == [pytest.approx(8.0, abs=0.03)]


def test_a_gap_in_the_recording_is_no_event(face: Make) -> None:
    gap = face()
    after = gap.time_s >= 5.0
    for moved in gap.parts.values():
        moved[after] += [0.05, 0.02]
    gap.time_s[after] += 3.0
    assert find_events(gap.signals()) == []


def test_a_slow_pull_is_not_a_spasm(face: Make) -> None:
    slow = face(30).pull(Side.LEFT, "zygomaticus corner", (0.03, -0.03), face(30).course(5.0, 25.0))
    assert "spasm" not in kinds(find_events(slow.signals()))


def test_a_mirrored_face_gives_mirrored_events(face: Make) -> None:
    signals = face().spasm(Side.LEFT, 2.0, 2.3).spasm(Side.RIGHT, 5.0, 5.4, 0.05).blink(8.0).signals()
    straight, turned = find_events(signals), find_events(swapped(signals))
    assert [event.side.other for event in straight] == [event.side for event in turned]
    assert [(e.kind, e.onset_s, e.offset_s, e.regions) for e in straight] == [
        (e.kind, e.onset_s, e.offset_s, e.regions) for e in turned
    ]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_frames_hold_no_event(face: Make, count: int) -> None:
    assert find_events(face(count / 30).signals()) == []


def test_a_face_never_seen_does_nothing(face: Make) -> None:
    hidden = face().spasm(Side.LEFT, 4.0, 4.3)
    hidden.usable[:] = False
    assert find_events(hidden.signals()) == []


def test_events_are_in_order_and_inside_the_recording(face: Make) -> None:
    busy = face(30, noise=0.001, seed=3)
    for at in np.arange(0.0, 30.0, 1.7):
        busy.spasm(Side.LEFT if at < 15 else Side.RIGHT, at, at + 0.3, 0.05)
    busy.blink(5.9).blink(29.9)
    events = find_events(busy.signals())
    assert len(events) > 10
    assert [event.onset_s for event in events] == sorted(event.onset_s for event in events)
    for event in events:
        assert 0 <= event.onset_s <= event.apex_s <= event.offset_s <= busy.time_s[-1]
        assert 0 <= event.probability <= 1
        assert event.amplitude_iod >= 0


def test_a_weak_lid_that_follows_a_little_blinks_too(face: Make) -> None:
    weak = face(20)
    for at in np.arange(1.5, 18, 2.5):
        course = weak.course(at, at + 0.25)
        weak.close(Side.LEFT, course, 0.13).close(Side.RIGHT, course, 0.03)
    assert kinds(find_events(weak.signals())) == {"blink": 7}


def test_one_lid_that_blinks_beside_one_that_never_follows_is_a_blink(face: Make) -> None:
    stiff = face(24)
    for at in np.arange(1.5, 22, 3.0):
        stiff.close(Side.LEFT, stiff.course(at, at + 0.22), 0.12)
    found = find_events(stiff.signals())
    assert kinds(found) == {"blink": 7}
    assert "hardly ever follows" in found[0].why[1]


def test_one_lid_alone_is_a_spasm_where_both_blink_as_well(face: Make) -> None:
    eye = face(24, noise=0.0002)
    for at in np.arange(1.5, 22, 3.0):
        course = eye.course(at, at + 0.22)
        eye.close(Side.LEFT, course, 0.1).pull(Side.LEFT, "orbicularis_oculi lower", (-0.01, -0.03), course)
        eye.blink(at + 1.5)
    found = find_events(eye.signals())
    assert len(only(found, "blink")) == 7
    assert {event.side for event in only(found, "spasm")} == {Side.LEFT}


def test_many_spasms_of_one_lid_among_a_few_blinks_stay_spasms(face: Make) -> None:
    eye = face(24, noise=0.0002)
    for at in np.arange(0.9, 23, 1.0):
        course = eye.course(at, at + 0.22)
        eye.close(Side.LEFT, course, 0.1).pull(Side.LEFT, "orbicularis_oculi lower", (-0.01, -0.03), course)
    for at in (1.5, 7.5, 13.5, 19.5):
        eye.blink(at)
    found = find_events(eye.signals())
    assert len(only(found, "blink")) <= 5
    assert len(only(found, "spasm")) >= 15


def test_a_weak_side_that_smiles_less_has_no_spasms_beside_it(face: Make) -> None:
    weak = face(30)
    for at in np.arange(2.0, 28, 3.0):
        course = weak.course(at, at + 1.4, 0.6)
        for part in ("zygomaticus corner", "zygomaticus cheek", "orbicularis_oris upper"):
            weak.pull(Side.LEFT, part, (0.05, -0.05), course)
            weak.pull(Side.RIGHT, part, (0.02, -0.02), course)
    assert "spasm" not in kinds(find_events(weak.signals()))


def test_what_a_task_asked_for_is_no_spasm(face: Make) -> None:
    winking = face().spasm(Side.LEFT, 4.0, 4.3).spasm(Side.RIGHT, 7.0, 7.3)
    task = Asked(3.5, 5.0, Side.LEFT, lids=True, lower=True)
    events = find_events(winking.signals(), [task])
    assert [(e.kind, e.side) for e in events] == [("expression", Side.LEFT), ("spasm", Side.RIGHT)]
    assert "a task asked for it" in events[0].why


def test_an_eye_that_closes_while_a_smile_is_asked_for_is_still_a_spasm(face: Make) -> None:
    signals = face().spasm(Side.LEFT, 4.0, 4.3).signals()
    events = find_events(signals, [Asked(3.5, 5.0, Side.BOTH, lower=True)])
    assert [event.kind for event in events] == ["spasm"]


def test_squeezes_that_were_asked_for_are_no_spasms(face: Make) -> None:
    signals = squeezing(face, 4).signals()
    assert "spasm" not in kinds(find_events(signals, [Asked(0.0, 20.0, Side.BOTH, lids=True)]))


@pytest.mark.parametrize("seconds", [0.7, 1.5, 3.0])
def test_a_squeeze_is_seen_whole_however_long(face: Make, seconds: float) -> None:
    eyes = face(30)
    starts = 3.0 + 7.0 * np.arange(3)
    for at in starts:
        course = eyes.course(at, at + seconds, seconds - 0.3)
        eyes.close(Side.BOTH, course, 0.135).pull(Side.BOTH, "orbicularis_oculi lower", (-0.02, -0.05), course)
    squeezes = only(find_events(eyes.signals()), "spasm")
    assert [event.onset_s for event in squeezes] == pytest.approx(list(starts), abs=0.05)
    assert [event.offset_s for event in squeezes] == pytest.approx(list(starts + seconds), abs=0.05)
    assert all(event.plateau_s == pytest.approx(seconds - 0.2, abs=0.1) for event in squeezes)


def test_spasms_outside_blinks_are_not_made_synkinesis_by_a_few_within(face: Make) -> None:
    mixed = face(40)
    for number, at in enumerate(np.arange(2.0, 38, 5.0)):
        mixed.blink(at)
        if number % 2:
            mixed.spasm(Side.LEFT, at + 0.02, at + 0.3)
        mixed.spasm(Side.LEFT, at + 2.0, at + 2.3)
    assert "synkinesis" not in kinds(find_events(mixed.signals()))


def test_the_reasons_of_a_spasm_can_be_read(face: Make) -> None:
    (event,) = find_events(face().spasm(Side.LEFT, 4.0, 4.3).signals())
    (spoke,) = [why for why in event.why if why.startswith("for a spasm")]
    assert len(spoke) > len("for a spasm: ")
