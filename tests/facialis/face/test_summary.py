"""From events to numbers, each with its interval."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from facialis import knowledge
from facialis.face import summary, watched
from facialis.findings import Side


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_the_side_of_the_spasms_is_the_affected_one(side: Side, made: ModuleType) -> None:
    affected, sure, because = summary.affected_side([made.spasm(t, side) for t in range(8)], made.quality())
    assert affected is side
    assert sure is not None
    assert sure > 0.99
    assert because


def test_few_or_contrary_spasms_make_a_side_less_sure(made: ModuleType) -> None:
    _, two, _ = summary.affected_side([made.spasm(t) for t in range(2)], made.quality())
    _, ten, _ = summary.affected_side([made.spasm(t) for t in range(10)], made.quality())
    _, mixed, _ = summary.affected_side(
        [*(made.spasm(t) for t in range(10)), made.spasm(11, Side.RIGHT)], made.quality()
    )
    assert two is not None
    assert ten is not None
    assert mixed is not None
    assert two < ten
    assert mixed < ten


def test_not_knowing_whether_it_is_a_mirror_image_caps_the_side(made: ModuleType) -> None:
    events = [made.spasm(t) for t in range(20)]
    _, known, _ = summary.affected_side(events, made.quality())
    side, unknown, because = summary.affected_side(events, made.quality(mirrored="unknown"))
    assert side is Side.LEFT
    assert known is not None
    assert unknown is not None
    assert unknown <= knowledge.threshold("unmirrored_prior") < known
    assert any("mirror" in reason for reason in because)


def test_one_spasm_has_no_side(made: ModuleType) -> None:
    assert summary.affected_side([made.spasm(1)], made.quality())[:2] == (Side.NONE, None)


def test_both_sides_may_be_affected(made: ModuleType) -> None:
    turns = [made.spasm(t, Side.LEFT if t % 2 else Side.RIGHT) for t in range(10)]
    assert summary.affected_side(turns, made.quality())[0] is Side.BOTH
    assert summary.affected_side([made.spasm(t, Side.BOTH) for t in range(5)], made.quality())[0] is Side.BOTH


def test_both_sides_are_affected_only_if_the_lesser_side_is_surely_above_false_alarms(made: ModuleType) -> None:
    few = [*(made.spasm(t) for t in range(4)), *(made.spasm(10 + t, Side.RIGHT) for t in range(2))]
    side, _, because = summary.affected_side(few, made.quality())
    assert side is not Side.BOTH
    assert "2 spasms on the other side may be false alarms" in because
    many = [*(made.spasm(t) for t in range(5)), *(made.spasm(10 + t, Side.RIGHT) for t in range(4))]
    assert summary.affected_side(many, made.quality(60.0))[0] is Side.BOTH
    assert summary.affected_side(many, made.quality(120.0))[0] is Side.NONE


def test_a_clip_without_spasms_has_a_rate_of_nought_with_its_upper_bound(made: ModuleType) -> None:
    summed = summary.summarise([made.blink(3)], made.quality(30.0))
    assert summed.spasms_per_min is not None
    assert (summed.spasms_per_min.value, summed.spasms_per_min.low) == (0, 0)
    assert summed.spasms_per_min.high == pytest.approx(7.38, abs=0.01)
    assert summed.spasm_time_fraction == 0


def test_time_in_spasm_has_an_interval_from_two_spasms_on(made: ModuleType) -> None:
    many = summary.summarise([made.spasm(5.0 * t, seconds=0.5) for t in range(10)], made.quality(60.0))
    assert many.spasm_time_fraction == pytest.approx(5 / 60)
    assert many.spasm_time_interval is not None
    assert many.spasm_time_interval.value == pytest.approx(5 / 60)
    assert 0.03 < many.spasm_time_interval.low < 0.05
    assert 0.12 < many.spasm_time_interval.high < 0.17
    one = summary.summarise([made.spasm(5.0)], made.quality(60.0))
    assert one.spasm_time_interval is None
    assert one.to_json()["spasm_time_interval"] is None


def test_volleys_widen_the_interval_of_the_time_in_spasm(made: ModuleType) -> None:
    even = [made.spasm(2.5 + 5.0 * t, seconds=0.3) for t in range(12)]
    volley = [made.spasm(20.0 + 0.5 * t, seconds=0.3) for t in range(12)]
    calm, burst = (summary.time_in_spasm(spasms, 60.0) for spasms in (even, volley))
    assert calm is not None
    assert burst is not None
    assert burst.high - burst.low > 2 * (calm.high - calm.low)


def test_overlapping_events_cover_their_time_once(made: ModuleType) -> None:
    events = [
        made.spasm(1.0, seconds=2.0),
        made.spasm(2.0, seconds=2.0),
        made.spasm(2.5, seconds=0.5),
        made.spasm(10.0, seconds=1.0),
    ]
    assert watched.covered_seconds(events) == pytest.approx(4.0)
    assert watched.covered_seconds([]) == 0


def test_the_forms_share_the_spasms_between_them_with_exact_intervals(made: ModuleType) -> None:
    events = [made.spasm(3.0 * t) for t in range(9)] + [made.spasm(40, form="tonic", seconds=2.0)]
    summed = summary.summarise(events, made.quality())
    assert summed.tonic_share is not None
    assert summed.clonic_share is not None
    assert (summed.tonic_share.value, summed.clonic_share.value) == (0.1, 0.9)
    exact = stats.binomtest(1, 10).proportion_ci(0.95, "exact")
    assert (summed.tonic_share.low, summed.tonic_share.high) == pytest.approx((exact.low, exact.high))


def test_the_spread_counts_each_region_that_was_seen(made: ModuleType) -> None:
    eye, cheek = {"regions": ("orbicularis_oculi",)}, {"regions": ("zygomaticus", "orbicularis_oculi")}
    events = [made.spasm(1, **eye), made.spasm(2, **cheek), made.spasm(3, **eye), made.spasm(4, **cheek)]
    shares = summary.summarise(events, made.quality(platysma=None)).spread
    assert "platysma" not in shares
    assert (shares["orbicularis_oculi"].value, shares["zygomaticus"].value, shares["mentalis"].value) == (1, 0.5, 0)
    assert shares["mentalis"].high == pytest.approx(0.602, abs=0.001)


def test_a_brow_drawn_down_by_the_eye_is_no_spread_to_the_frontalis(made: ModuleType) -> None:
    eye = ("orbicularis_oculi", "frontalis")
    down = [made.spasm(t, regions=eye, measures=made.measures(brow_up=-0.01)) for t in range(6)]
    up = [made.spasm(10 + t, regions=eye, measures=made.measures(brow_up=0.02)) for t in range(2)]
    shares = summary.spread([*down, *up], made.quality())
    assert shares["frontalis"].value == pytest.approx(2 / 8)
    assert shares["orbicularis_oculi"].value == 1


def test_where_no_spasm_was_seen_nothing_is_said_of_spasms(made: ModuleType) -> None:
    summed = summary.summarise([made.blink(3.0 * t) for t in range(10)], made.quality(300.0)).to_json()
    for key in ("synchrony", "synchrony_interval", "synchrony_chance", "tonic_share", "clonic_share"):
        assert summed[key] is None, key
    assert summed["spread"] == []
    assert summed["rhythm"] == {"interval_s": None, "cv": None}
    assert summed["smc_grade"] == {"grade": None, "because": ["no spasm seen"]}


def test_synchrony_has_the_interval_of_the_spasms_that_were_measured(made: ModuleType) -> None:
    together, apart = made.measures(lag_s=0.02), made.measures(lag_s=0.3)
    events = [made.spasm(5.0 * t, measures=together if t < 6 else apart) for t in range(8)] + [made.spasm(50)]
    summed = summary.summarise(events, made.quality())
    exact = stats.binomtest(6, 8).proportion_ci(0.95, "exact")
    told = summed.to_json()
    assert told["synchrony"] == 0.75
    assert told["synchrony_interval"] == {"low": round(exact.low, 4), "high": round(exact.high, 4)}
    assert summed.synchrony_chance is not None
    assert summed.synchrony_chance < 0.1


def test_the_rhythm_is_the_median_from_onset_to_onset(made: ModuleType) -> None:
    rng = np.random.default_rng(3)
    onsets = np.cumsum(rng.gamma(4, 0.5, 30))
    beat = summary.rhythm([made.spasm(float(at), seconds=0.1) for at in onsets])
    assert beat.interval_s is not None
    assert beat.cv is not None
    assert beat.interval_s.value == pytest.approx(np.median(np.diff(onsets)))
    assert beat.interval_s.low < beat.interval_s.value < beat.interval_s.high
    assert beat.cv.low < 0.5 < beat.cv.high


def test_few_spasms_have_no_rhythm(made: ModuleType) -> None:
    six, nine = ([made.spasm(2.0 * t) for t in range(count)] for count in (6, 9))
    assert summary.rhythm(six).interval_s is None
    assert summary.rhythm(nine).interval_s is not None
    assert summary.rhythm(nine).cv is None


def test_an_interval_across_unwatched_time_is_none(made: ModuleType) -> None:
    events = [made.spasm(2.0 * t) for t in range(12)]
    assert summary.rhythm(events, [(6.5, 7.0)]).intervals == 10
    assert summary.rhythm(events).intervals == 11


def test_a_single_frame_hides_no_twitch_but_a_fifth_of_a_second_does(made: ModuleType) -> None:
    signals = made.signals(3.0)
    assert watched.unseen(signals) == []
    usable = signals.usable.copy()
    usable[10], usable[30:36] = False, False
    assert watched.unseen(replace(signals, usable=usable)) == [pytest.approx((29 / 30, 36 / 30))]
    assert watched.unseen(replace(signals, usable=~signals.usable)) == [pytest.approx((0, 89 / 30))]


def test_one_spasm_on_each_side_names_none(made: ModuleType) -> None:
    side, sure, because = summary.affected_side([made.spasm(1), made.spasm(5, Side.RIGHT)], made.quality())
    assert (side, sure) == (Side.NONE, None)
    assert "too even" in because[-1]
