"""From events to findings, and when nothing may be said."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from facialis import knowledge
from facialis.face import signs, summary
from facialis.face.events import Asked, Event
from facialis.face.mouth import held_down_s
from facialis.face.quality import Quality
from facialis.findings import Finding, Side, State


def found(made: ModuleType, events: list[Event], judged: Quality) -> dict[str, Finding]:
    signals = made.signals(judged.usable_s)
    summed = summary.summarise(events, judged)
    return {finding.code: finding for finding in signs.findings(events, judged, summed, signals)}


def test_a_refused_recording_has_no_numbers(made: ModuleType) -> None:
    summed = summary.summarise([], made.quality(0.0, "refused")).to_json()
    assert summed["affected_side"] == "none"
    assert summed["spasms_per_min"] == {"value": None, "low": None, "high": None}
    assert summed["spasm_time_fraction"] is None
    for finding in found(made, [], made.quality(0.0, "refused")).values():
        assert finding.state is State.NOT_ASSESSABLE
        assert finding.because


def test_spasms_are_present_from_two_on_if_their_rate_is_above_that_of_false_ones(made: ModuleType) -> None:
    assert found(made, [made.spasm(1)], made.quality())["involuntary_movement"].state is State.NOT_ASSESSABLE
    slow = found(made, [made.spasm(1), made.spasm(100)], made.quality(120.0))["involuntary_movement"]
    assert slow.state is State.NOT_ASSESSABLE
    many = found(made, [made.spasm(float(t)) for t in range(8)], made.quality())["involuntary_movement"]
    assert (many.state, many.side) == (State.PRESENT, Side.LEFT)
    assert many.estimate is not None
    assert many.estimate.value == pytest.approx(8)


def test_spasms_are_absent_only_after_a_minute_of_rest_with_five_opportunities(made: ModuleType) -> None:
    blinks = [made.blink(float(t)) for t in range(0, 50, 10)]
    code = "involuntary_movement"
    assert found(made, blinks, made.quality(61.0))[code].state is State.ABSENT
    assert found(made, blinks, made.quality(59.0))[code].state is State.NOT_ASSESSABLE
    assert found(made, blinks[:4], made.quality(61.0))[code].state is State.NOT_ASSESSABLE
    assert found(made, [*blinks, made.spasm(30)], made.quality(61.0))[code].state is State.NOT_ASSESSABLE


def test_time_that_was_spent_talking_is_no_rest(made: ModuleType) -> None:
    blinks = [made.blink(float(t)) for t in range(0, 50, 10)]
    talking = made.spasm(5, Side.BOTH, seconds=20.0, kind="expression", form=None)
    assert found(made, [*blinks, talking], made.quality(70.0))["involuntary_movement"].state is State.NOT_ASSESSABLE
    assert found(made, [*blinks, talking], made.quality(90.0))["involuntary_movement"].state is State.ABSENT


def test_without_spasms_no_sign_of_a_spasm_is_absent(made: ModuleType) -> None:
    result = found(made, [made.blink(float(t)) for t in range(10)], made.quality(300.0))
    for code in (
        "strictly_unilateral",
        "bilateral_synchronous",
        "upper_lower_synchronous",
        "other_babinski_sign",
        "eyelid_only",
        "lower_face_only",
        "tonic_sustained",
        "regular_rhythm",
    ):
        assert result[code].state is State.NOT_ASSESSABLE, code


def test_spasms_of_one_side_alone(made: ModuleType) -> None:
    left = [made.spasm(3.0 * t) for t in range(9)]
    assert found(made, left, made.quality())["strictly_unilateral"].state is State.PRESENT
    one, two = [*left, made.spasm(40, Side.RIGHT)], [*left, made.spasm(40, Side.RIGHT), made.spasm(45, Side.RIGHT)]
    assert found(made, one, made.quality())["strictly_unilateral"].state is State.NOT_ASSESSABLE
    assert found(made, one, made.quality())["bilateral_synchronous"].state is State.NOT_ASSESSABLE
    assert found(made, two, made.quality())["strictly_unilateral"].state is State.ABSENT
    assert found(made, two, made.quality())["bilateral_synchronous"].state is State.ABSENT


def test_a_sign_of_both_sides_is_on_both_sides(made: ModuleType) -> None:
    events = [made.spasm(3.0 * t) for t in range(9)] + [made.spasm(40.0 + 3 * t, Side.BOTH) for t in range(3)]
    finding = found(made, events, made.quality())["bilateral_lid_spasm"]
    assert (finding.state, finding.side) == (State.PRESENT, Side.BOTH)


def test_a_sign_that_was_not_seen_needs_five_spasms_and_a_minute_of_rest_to_be_absent(made: ModuleType) -> None:
    few, enough = [made.spasm(2.0 * place) for place in range(4)], [made.spasm(2.0 * place) for place in range(5)]
    assert found(made, few, made.quality(90.0))["tonic_sustained"].state is State.NOT_ASSESSABLE
    assert found(made, enough, made.quality(20.0))["tonic_sustained"].state is State.NOT_ASSESSABLE
    assert found(made, enough, made.quality(90.0))["tonic_sustained"].state is State.ABSENT


def test_two_spasms_against_a_sign_are_enough_to_call_it_absent(made: ModuleType) -> None:
    mixed = [made.spasm(0.0), made.spasm(2.0), made.spasm(4.0, Side.RIGHT), made.spasm(6.0)]
    assert found(made, mixed, made.quality(20.0))["strictly_unilateral"].state is State.NOT_ASSESSABLE
    both = [*mixed, made.spasm(8.0, Side.RIGHT), made.spasm(10.0)]
    assert found(made, both, made.quality(20.0))["strictly_unilateral"].state is State.ABSENT


def test_where_the_spasms_are(made: ModuleType) -> None:
    eye = [made.spasm(3.0 * t, regions=("orbicularis_oculi",)) for t in range(8)]
    result = found(made, eye, made.quality())
    assert result["eyelid_only"].state is State.PRESENT
    assert result["lower_face_only"].state is State.ABSENT
    mouth = [made.spasm(3.0 * t, regions=("zygomaticus", "mentalis")) for t in range(8)]
    result = found(made, mouth, made.quality())
    assert result["eyelid_only"].state is State.ABSENT
    assert result["lower_face_only"].state is State.PRESENT


def test_one_part_alone_needs_the_rest_of_the_face_and_a_long_look(made: ModuleType) -> None:
    eye = [made.spasm(3.0 * t, regions=("orbicularis_oculi",)) for t in range(8)]
    unknown = State.NOT_ASSESSABLE
    assert found(made, eye, made.quality(40.0))["eyelid_only"].state is unknown
    hidden = found(made, eye, made.quality(mentalis=None))["eyelid_only"]
    assert hidden.state is unknown
    assert "mentalis" in hidden.because[0]
    mouth = [made.spasm(3.0 * t, regions=("zygomaticus",)) for t in range(8)]
    assert found(made, mouth, made.quality(frontalis=None))["lower_face_only"].state is unknown
    assert found(made, mouth, made.quality(mentalis=None))["lower_face_only"].state is State.PRESENT


@pytest.mark.parametrize(("brow", "state"), [(-0.01, State.PRESENT), (0.02, State.ABSENT)])
def test_a_brow_that_is_drawn_down_by_the_closing_eye_is_the_eye(made: ModuleType, brow: float, state: State) -> None:
    moved = made.measures(brow_up=brow)
    events = [made.spasm(3.0 * t, regions=("orbicularis_oculi", "frontalis"), measures=moved) for t in range(8)]
    assert found(made, events, made.quality())["eyelid_only"].state is state


def test_holds_of_three_seconds_that_fill_most_of_the_time_in_spasm(made: ModuleType) -> None:
    holds = [made.spasm(8.0 * t, seconds=4.0, form="tonic", plateau_s=3.2) for t in range(6)]
    twitches = [made.spasm(8.0 * t + 5) for t in range(6)]
    assert found(made, [*holds, *twitches], made.quality())["tonic_sustained"].state is State.PRESENT
    assert found(made, twitches, made.quality())["tonic_sustained"].state is State.ABSENT


def test_a_hold_is_as_long_as_its_plateau_and_not_as_its_event(made: ModuleType) -> None:
    slow = [made.spasm(8.0 * t, seconds=4.0, form="tonic", plateau_s=1.5) for t in range(6)]
    assert found(made, slow, made.quality())["tonic_sustained"].state is State.ABSENT


def test_where_unmeasured_plateaus_decide_sustained_holds_are_not_assessable(made: ModuleType) -> None:
    code = "tonic_sustained"
    named = [made.spasm(8.0 * t, seconds=4.0, form=None) for t in range(6)]
    finding = found(made, named, made.quality())[code]
    assert finding.state is State.NOT_ASSESSABLE
    assert finding.because[0].endswith("how long 6 others held was not measured")
    holds = [made.spasm(8.0 * t + 4, seconds=4.0, form="tonic", plateau_s=3.5) for t in range(6)]
    assert found(made, [*holds, *named[:1]], made.quality())[code].state is State.PRESENT


def test_a_beat_is_regular_or_not(made: ModuleType) -> None:
    beat = [made.spasm(2.0 * t) for t in range(12)]
    rng = np.random.default_rng(0)
    loose = [made.spasm(float(at)) for at in np.sort(rng.uniform(0, 60, 12))]
    assert found(made, beat, made.quality())["regular_rhythm"].state is State.PRESENT
    assert found(made, loose, made.quality())["regular_rhythm"].state is State.ABSENT
    assert found(made, beat[:9], made.quality())["regular_rhythm"].state is State.NOT_ASSESSABLE
    uneven = [made.spasm(2.0 * t + (0.5 if t % 2 else 0.0)) for t in range(12)]
    finding = found(made, uneven, made.quality())["regular_rhythm"]
    assert finding.state is State.NOT_ASSESSABLE
    assert finding.because[0].endswith("a regular beat varies by less than 20 %")


def test_blinks_alone_never_call_synkinesis_absent(made: ModuleType) -> None:
    blinks = [made.blink(4.0 * t) for t in range(6)]
    pulls = [made.spasm(4.0 * t, Side.RIGHT, kind="synkinesis") for t in range(4)]
    assert found(made, blinks, made.quality())["synkinesis"].state is State.NOT_ASSESSABLE
    present = found(made, [*blinks, *pulls], made.quality())["synkinesis"]
    assert (present.state, present.side) == (State.PRESENT, Side.RIGHT)


def test_blinking_is_increased_only_if_the_lower_bound_says_so(made: ModuleType) -> None:
    code = "increased_blinking"
    assert found(made, [made.blink(0.5 * t) for t in range(100)], made.quality(120.0))[code].state is State.PRESENT
    assert (
        found(made, [made.blink(float(t)) for t in range(60)], made.quality(120.0))[code].state is State.NOT_ASSESSABLE
    )
    assert found(made, [made.blink(float(t)) for t in range(20)], made.quality(120.0))[code].state is State.ABSENT
    assert found(made, [made.blink(0.2 * t) for t in range(50)], made.quality(50.0))[code].state is State.NOT_ASSESSABLE


def test_blinks_while_talking_say_nothing_of_blinking_at_rest(made: ModuleType) -> None:
    talking = made.spasm(0, Side.BOTH, seconds=50.0, kind="expression", form=None)
    blinks = [made.blink(0.5 * t) for t in range(100)]
    finding = found(made, [talking, *blinks], made.quality(150.0))["increased_blinking"]
    assert finding.state is State.ABSENT


def test_what_was_not_seen_is_not_among_what_is_absent(made: ModuleType) -> None:
    blinks = [made.blink(float(t)) for t in range(0, 50, 10)]
    finding = found(made, blinks, made.quality(90.0, mentalis=None))["involuntary_movement"]
    assert finding.state is State.ABSENT
    assert "mm" in finding.because[0]
    assert finding.because[1] == "nothing is said of mentalis: not seen"


def test_the_forehead_that_was_not_seen_cannot_show_the_brow(made: ModuleType) -> None:
    result = found(made, [made.spasm(3.0 * t) for t in range(8)], made.quality(frontalis=None))["other_babinski_sign"]
    assert result.state is State.NOT_ASSESSABLE


def test_the_brow_that_rises_with_the_closing_eye_is_counted(made: ModuleType) -> None:
    up, flat = made.measures(brow_up=0.02), made.measures(brow_up=0.0)
    events = [made.spasm(5.0 * t, measures=up if t < 3 else flat) for t in range(8)]
    finding = found(made, events, made.quality(90.0))["other_babinski_sign"]
    assert finding.state is State.PRESENT
    assert finding.because == ("brow up in 3 of 8 spasms that close the eye",)
    assert finding.estimate is not None
    assert finding.estimate.value == pytest.approx(3 / 8)
    assert finding.estimate.low == pytest.approx(0.085, abs=0.001)


def test_a_brow_that_could_have_risen_unseen_is_not_absent(made: ModuleType) -> None:
    flat = [made.spasm(5.0 * t, measures=made.measures(brow_up=0.0)) for t in range(8)]
    code, most = "other_babinski_sign", knowledge.threshold("brow_limit_iod_max")
    assert found(made, flat, made.quality(90.0, frontalis=most))[code].state is State.ABSENT
    noisy = found(made, flat, made.quality(90.0, frontalis=1.5 * most))[code]
    assert noisy.state is State.NOT_ASSESSABLE
    assert noisy.because[0].endswith("the forehead shows nothing below 3.8 % IOD, absent needs 2.5 % IOD")
    up = [made.spasm(5.0 * t, measures=made.measures(brow_up=0.04)) for t in range(8)]
    assert found(made, up, made.quality(90.0, frontalis=1.5 * most))[code].state is State.PRESENT


def test_the_brow_is_not_judged_where_the_eye_stays_open(made: ModuleType) -> None:
    open_ = made.measures(brow_up=0.02, lid_down=0.0)
    result = found(made, [made.spasm(5.0 * t, measures=open_) for t in range(8)], made.quality(90.0))
    assert result["other_babinski_sign"].state is State.NOT_ASSESSABLE


def test_eye_and_mouth_are_not_held_together_where_one_was_not_seen_or_both_sides_move(made: ModuleType) -> None:
    code, spasms = "upper_lower_synchronous", [made.spasm(5.0 * t) for t in range(8)]
    hidden = made.quality(90.0, orbicularis_oculi=None)
    assert found(made, spasms, hidden)[code].because == ("eye and lower face were not both seen",)
    both = [made.spasm(5.0 * t, Side.BOTH) for t in range(8)]
    assert found(made, both, made.quality(90.0))[code].state is State.NOT_ASSESSABLE


def test_eye_and_mouth_together_need_two_spasms_above_chance(made: ModuleType) -> None:
    code, together = "upper_lower_synchronous", made.measures(lag_s=0.01)
    both = [made.spasm(5.0 * t, measures=together) for t in range(8)]
    apart = [made.spasm(5.0 * t, measures=made.measures(lag_s=0.2)) for t in range(8)]
    present = found(made, both, made.quality(90.0))[code]
    assert present.state is State.PRESENT
    assert present.estimate is not None
    assert present.estimate.low == pytest.approx(0.631, abs=0.001)
    assert found(made, apart, made.quality(90.0))[code].state is State.ABSENT
    one = [*apart, made.spasm(60.0, measures=together)]
    assert found(made, one, made.quality(90.0))[code].state is State.ABSENT


def test_a_share_of_eye_and_mouth_together_that_may_be_chance_or_more_is_neither(made: ModuleType) -> None:
    code, apart = "upper_lower_synchronous", made.measures(lag_s=0.2)
    few = [made.spasm(5.0 * t, measures=apart) for t in range(5)]
    finding = found(made, few, made.quality(90.0))[code]
    assert finding.state is State.NOT_ASSESSABLE
    assert "0 % to 52 %" in finding.because[0]


class TestTheCornerOfTheMouth:
    """Pulled down and held."""

    seconds = 90.0

    def told(
        self,
        face: Any,
        made: ModuleType,
        vector: tuple[float, float],
        *,
        hold: float,
        asked: Sequence[Asked] = (),
        **limits: Any,
    ) -> Finding:
        drawn = face(self.seconds)
        events = []
        for onset in range(5, 75, 8):
            end = onset + hold + 0.4
            drawn.pull(Side.LEFT, "zygomaticus corner", vector, drawn.course(onset, end, hold))
            events.append(made.spasm(float(onset), kind="expression", form=None, seconds=hold + 0.4))
        judged = made.quality(self.seconds, **limits)
        signals, summed = drawn.signals(), summary.summarise(events, judged)
        told = signs.findings(events, judged, summed, signals, asked)
        return next(finding for finding in told if finding.code == "mouth_pulled_down")

    def test_is_present_whatever_the_pulls_are_called(self, face: Any, made: ModuleType) -> None:
        finding = self.told(face, made, (0.02, 0.06), hold=2.0)
        assert (finding.state, finding.side) == (State.PRESENT, Side.LEFT)
        assert finding.because == ("9 pulls down, held for 1 s or more",)

    def test_is_not_looked_for_in_what_a_task_asked_for(self, face: Any, made: ModuleType) -> None:
        whole = Asked(0.0, self.seconds, Side.BOTH, lower=True)
        assert self.told(face, made, (0.02, 0.06), hold=2.0, asked=[whole]).state is State.NOT_ASSESSABLE
        brows = Asked(0.0, self.seconds, Side.BOTH, brow=True)
        assert self.told(face, made, (0.02, 0.06), hold=2.0, asked=[brows]).state is State.PRESENT
        other = Asked(0.0, self.seconds, Side.RIGHT, lower=True)
        assert self.told(face, made, (0.02, 0.06), hold=2.0, asked=[other]).state is State.PRESENT

    def test_is_not_present_where_it_is_drawn_up_or_aside(self, face: Any, made: ModuleType) -> None:
        for vector in ((0.05, -0.05), (0.06, 0.02), (0.01, 0.015)):
            assert self.told(face, made, vector, hold=2.0).state is State.NOT_ASSESSABLE

    def test_is_not_present_in_twitches(self, face: Any, made: ModuleType) -> None:
        assert self.told(face, made, (0.02, 0.06), hold=0.3).state is State.NOT_ASSESSABLE

    def test_is_not_judged_where_it_was_not_seen(self, face: Any, made: ModuleType) -> None:
        finding = self.told(face, made, (0.02, 0.06), hold=2.0, zygomaticus=None)
        assert finding.because == ("the corner of the mouth was not seen",)

    def test_that_goes_down_with_the_jaw_is_not_pulled(self, face: Any, made: ModuleType) -> None:
        drawn = face(20.0)
        drawn.pull(Side.BOTH, "zygomaticus corner", (0.0, 0.08), drawn.course(5, 8, 2.5))
        assert held_down_s(drawn.signals(), made.spasm(5.0, seconds=3.0), 0.02) == 0

    def test_is_absent_after_five_spasms_and_a_minute_of_rest(self, made: ModuleType) -> None:
        spasms = [made.spasm(5.0 * t) for t in range(8)]
        code = "mouth_pulled_down"
        assert found(made, spasms, made.quality(90.0))[code].state is State.ABSENT
        assert found(made, spasms, made.quality(50.0))[code].state is State.NOT_ASSESSABLE


def test_every_finding_that_a_camera_assesses_is_told_with_its_reasons(made: ModuleType) -> None:
    codes = [code for code, known in knowledge.findings().items() if "video" in known.assessed_by]
    result = found(made, [made.spasm(3.0 * t) for t in range(8)], made.quality())
    assert list(result) == codes
    assert result["facial_weakness"].because == ("needs a guided examination",)
    assert "guided" not in result["continuous_rippling"].because[0]
    for finding in result.values():
        assert finding.source == "video"
        assert finding.because
        assert all(finding.because)
