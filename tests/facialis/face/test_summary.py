"""From events to numbers and findings, and when nothing may be said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from facialis import knowledge
from facialis.face import summary
from facialis.face.events import Event
from facialis.face.quality import Quality
from facialis.face.signals import REGIONS
from facialis.findings import Finding, Side, State

Make = Any


def spasm(
    at: float, side: Side = Side.LEFT, *, seconds: float = 0.3, probability: float = 0.9, **changes: Any
) -> Event:
    regions = ("zygomaticus", "orbicularis_oculi")
    fields = {"kind": "spasm", "amplitude_iod": 0.06, "regions": regions, "form": "clonic"} | changes
    return Event(
        side=side, onset_s=at, apex_s=at + seconds / 2, offset_s=at + seconds, probability=probability, **fields
    )


def blink(at: float) -> Event:
    return spasm(at, Side.BOTH, kind="blink", form=None, regions=("orbicularis_oculi",))


def quality(usable_s: float = 60.0, verdict: str = "good", mirrored: str = "no", **limits: float | None) -> Quality:
    seen: dict[str, float | None] = dict.fromkeys(REGIONS, 0.02)
    return Quality(verdict, (), usable_s, 120.0, mirrored, seen | limits)


def found(events: list[Event], judged: Quality, face: Make) -> dict[str, Finding]:
    signals = face(1).signals()
    summed = summary.summarise(events, judged)
    return {finding.code: finding for finding in summary.findings(events, judged, summed, signals)}


@pytest.mark.parametrize("count", [0, 1, 4, 37, 400])
@pytest.mark.parametrize("seconds", [12.5, 60.0, 1200.0])
def test_the_rate_has_the_exact_poisson_interval(count: int, seconds: float) -> None:
    rate = summary.rate(count, seconds)
    assert rate is not None
    assert rate.value == pytest.approx(60 * count / seconds)
    # At its ends the count that was seen has a probability of one in forty.
    assert stats.poisson.cdf(count, rate.high * seconds / 60) == pytest.approx(0.025)
    if count:
        assert stats.poisson.sf(count - 1, rate.low * seconds / 60) == pytest.approx(0.025)
    else:
        assert rate.low == 0


def test_where_nothing_was_watched_there_is_no_rate() -> None:
    assert summary.rate(0, 0.0) is None


def test_overlapping_events_cover_their_time_once() -> None:
    events = [spasm(1.0, seconds=2.0), spasm(2.0, seconds=2.0), spasm(2.5, seconds=0.5), spasm(10.0, seconds=1.0)]
    assert summary.covered_seconds(events) == pytest.approx(4.0)
    assert summary.covered_seconds([]) == 0


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_the_side_of_the_spasms_is_the_affected_one(side: Side) -> None:
    affected, sure, because = summary.affected_side([spasm(t, side) for t in range(8)], "no")
    assert affected is side
    assert sure is not None
    assert sure > 0.99
    assert because


def test_few_or_contrary_spasms_make_a_side_less_sure() -> None:
    _, two, _ = summary.affected_side([spasm(t) for t in range(2)], "no")
    _, ten, _ = summary.affected_side([spasm(t) for t in range(10)], "no")
    _, mixed, _ = summary.affected_side([*(spasm(t) for t in range(10)), spasm(11, Side.RIGHT)], "no")
    assert two is not None
    assert ten is not None
    assert mixed is not None
    assert two < ten
    assert mixed < ten


def test_not_knowing_whether_it_is_a_mirror_image_caps_the_side() -> None:
    events = [spasm(t) for t in range(20)]
    _, known, _ = summary.affected_side(events, "no")
    side, unknown, because = summary.affected_side(events, "unknown")
    assert side is Side.LEFT
    assert known is not None
    assert unknown is not None
    assert unknown <= knowledge.threshold("unmirrored_prior") < known
    assert any("mirror" in reason for reason in because)


def test_one_spasm_has_no_side() -> None:
    assert summary.affected_side([spasm(1)], "no")[:2] == (Side.NONE, None)


def test_both_sides_may_be_affected() -> None:
    turns = [spasm(t, Side.LEFT if t % 2 else Side.RIGHT) for t in range(10)]
    assert summary.affected_side(turns, "no")[0] is Side.BOTH
    assert summary.affected_side([spasm(t, Side.BOTH) for t in range(5)], "no")[0] is Side.BOTH


def test_a_refused_recording_has_no_numbers(face: Make) -> None:
    summed = summary.summarise([], quality(0.0, "refused")).to_json()
    assert summed["affected_side"] == "none"
    assert summed["spasms_per_min"] == {"value": None, "low": None, "high": None}
    assert summed["spasm_time_fraction"] is None
    for finding in found([], quality(0.0, "refused"), face).values():
        assert finding.state is State.NOT_ASSESSABLE
        assert finding.because


def test_a_clip_without_spasms_has_a_rate_of_nought_with_its_upper_bound(face: Make) -> None:
    summed = summary.summarise([blink(3)], quality(30.0))
    assert summed.spasms_per_min is not None
    assert (summed.spasms_per_min.value, summed.spasms_per_min.low) == (0, 0)
    assert summed.spasms_per_min.high == pytest.approx(7.38, abs=0.01)
    assert summed.spasm_time_fraction == 0


def test_spasms_are_present_from_two_on_if_their_rate_is_above_that_of_false_ones(face: Make) -> None:
    assert found([spasm(1)], quality(), face)["involuntary_movement"].state is State.NOT_ASSESSABLE
    slow = found([spasm(1), spasm(100)], quality(120.0), face)["involuntary_movement"]
    assert slow.state is State.NOT_ASSESSABLE
    many = found([spasm(float(t)) for t in range(8)], quality(), face)["involuntary_movement"]
    assert (many.state, many.side) == (State.PRESENT, Side.LEFT)
    assert many.estimate is not None
    assert many.estimate.value == pytest.approx(8)


def test_spasms_are_absent_only_after_a_minute_of_rest_with_five_opportunities(face: Make) -> None:
    blinks = [blink(float(t)) for t in range(0, 50, 10)]
    code = "involuntary_movement"
    assert found(blinks, quality(61.0), face)[code].state is State.ABSENT
    assert found(blinks, quality(59.0), face)[code].state is State.NOT_ASSESSABLE
    assert found(blinks[:4], quality(61.0), face)[code].state is State.NOT_ASSESSABLE
    assert found([*blinks, spasm(30)], quality(61.0), face)[code].state is State.NOT_ASSESSABLE


def test_time_that_was_spent_talking_is_no_rest(face: Make) -> None:
    blinks = [blink(float(t)) for t in range(0, 50, 10)]
    talking = spasm(5, Side.BOTH, seconds=20.0, kind="expression", form=None)
    assert found([*blinks, talking], quality(70.0), face)["involuntary_movement"].state is State.NOT_ASSESSABLE
    assert found([*blinks, talking], quality(90.0), face)["involuntary_movement"].state is State.ABSENT


def test_without_spasms_no_sign_of_a_spasm_is_absent(face: Make) -> None:
    result = found([blink(float(t)) for t in range(10)], quality(300.0), face)
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


def test_spasms_of_one_side_alone(face: Make) -> None:
    left = [spasm(3.0 * t) for t in range(9)]
    assert found(left, quality(), face)["strictly_unilateral"].state is State.PRESENT
    assert found([*left, spasm(40, Side.RIGHT)], quality(), face)["strictly_unilateral"].state is State.ABSENT


def test_a_sign_that_was_not_seen_needs_five_spasms_and_a_minute_of_rest_to_be_absent(face: Make) -> None:
    few, enough = [spasm(2.0 * place) for place in range(4)], [spasm(2.0 * place) for place in range(5)]
    assert found(few, quality(90.0), face)["tonic_sustained"].state is State.NOT_ASSESSABLE
    assert found(enough, quality(20.0), face)["tonic_sustained"].state is State.NOT_ASSESSABLE
    assert found(enough, quality(90.0), face)["tonic_sustained"].state is State.ABSENT


def test_two_spasms_against_a_sign_are_enough_to_call_it_absent(face: Make) -> None:
    mixed = [spasm(0.0), spasm(2.0), spasm(4.0, Side.RIGHT), spasm(6.0)]
    assert found(mixed, quality(20.0), face)["strictly_unilateral"].state is State.NOT_ASSESSABLE
    both = [*mixed, spasm(8.0, Side.RIGHT), spasm(10.0)]
    assert found(both, quality(20.0), face)["strictly_unilateral"].state is State.ABSENT


def test_where_the_spasms_are(face: Make) -> None:
    eye = [spasm(3.0 * t, regions=("orbicularis_oculi",)) for t in range(8)]
    result = found(eye, quality(), face)
    assert result["eyelid_only"].state is State.PRESENT
    assert result["lower_face_only"].state is State.ABSENT
    mouth = [spasm(3.0 * t, regions=("zygomaticus", "mentalis")) for t in range(8)]
    result = found(mouth, quality(), face)
    assert result["eyelid_only"].state is State.ABSENT
    assert result["lower_face_only"].state is State.PRESENT


def test_holds_of_three_seconds_that_fill_most_of_the_time_in_spasm(face: Make) -> None:
    holds = [spasm(8.0 * t, seconds=4.0, form="tonic") for t in range(6)]
    twitches = [spasm(8.0 * t + 5) for t in range(6)]
    assert found([*holds, *twitches], quality(), face)["tonic_sustained"].state is State.PRESENT
    assert found(twitches, quality(), face)["tonic_sustained"].state is State.ABSENT


def test_a_beat_is_regular_or_not(face: Make) -> None:
    beat = [spasm(2.0 * t) for t in range(12)]
    rng = np.random.default_rng(0)
    loose = [spasm(float(at)) for at in np.sort(rng.uniform(0, 60, 12))]
    assert found(beat, quality(), face)["regular_rhythm"].state is State.PRESENT
    assert found(loose, quality(), face)["regular_rhythm"].state is State.ABSENT
    assert found(beat[:9], quality(), face)["regular_rhythm"].state is State.NOT_ASSESSABLE


def test_synkinesis_needs_blinks_to_be_absent(face: Make) -> None:
    blinks = [blink(4.0 * t) for t in range(6)]
    pulls = [spasm(4.0 * t, Side.RIGHT, kind="synkinesis") for t in range(4)]
    assert found(blinks, quality(), face)["synkinesis"].state is State.ABSENT
    assert found(blinks[:4], quality(), face)["synkinesis"].state is State.NOT_ASSESSABLE
    present = found([*blinks, *pulls], quality(), face)["synkinesis"]
    assert (present.state, present.side) == (State.PRESENT, Side.RIGHT)


def test_blinking_is_increased_only_if_the_lower_bound_says_so(face: Make) -> None:
    code = "increased_blinking"
    assert found([blink(0.5 * t) for t in range(100)], quality(120.0), face)[code].state is State.PRESENT
    assert found([blink(float(t)) for t in range(60)], quality(120.0), face)[code].state is State.NOT_ASSESSABLE
    assert found([blink(float(t)) for t in range(20)], quality(120.0), face)[code].state is State.ABSENT
    assert found([blink(0.2 * t) for t in range(50)], quality(50.0), face)[code].state is State.NOT_ASSESSABLE


def test_the_forehead_that_was_not_seen_cannot_show_the_brow(face: Make) -> None:
    result = found([spasm(3.0 * t) for t in range(8)], quality(frontalis=None), face)["other_babinski_sign"]
    assert result.state is State.NOT_ASSESSABLE


def test_every_finding_that_a_camera_assesses_is_told_with_its_reasons(face: Make) -> None:
    codes = [code for code, known in knowledge.findings().items() if "video" in known.assessed_by]
    result = found([spasm(3.0 * t) for t in range(8)], quality(), face)
    assert list(result) == codes
    for finding in result.values():
        assert finding.source == "video"
        assert finding.because
        assert all(finding.because)
