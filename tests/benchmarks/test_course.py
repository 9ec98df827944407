"""The benchmark of the course: it counts what it says, whatever it is that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from facialis.followup import Diary, Treatments
from facialis.followup.simulate import Setting, person


class StandIn:
    """Says the same number of days of everybody; raises an alarm where the last entry is above a score."""

    def __init__(self, days: float = 85.0, half: float = 1000.0, above: float = 99.0) -> None:
        self.days, self.half, self.above = days, half, above

    def __call__(self, diary: Diary, treatments: Treatments, on: date) -> Mapping[str, Any]:
        assert all(entry.day <= on for entry in diary.entries), "it saw the future"
        assert all(row.day <= on for row in treatments.rows), "it saw the future"
        told = {"value": self.days, "low": self.days - self.half, "high": self.days + self.half, "unit": "days"}
        side = treatments.rows[0].side.value
        up = bool(diary.entries) and diary.entries[-1].value > self.above
        return {
            "sides": {side: {"forecast": {"wear_off_day": told}}},
            "alarms": [{"kind": "worsening", "code": "worse_than_forecast"}] if up else [],
        }


@pytest.fixture(scope="module")
def course(bench: Any) -> Any:
    return bench("course")


@pytest.fixture(scope="module")
def followed(bench: Any) -> Any:
    return bench("followed")


def test_one_that_says_everything_is_possible_covers_all_and_one_that_is_sure_covers_none(course: Any) -> None:
    wide = course.run("tune", people=4, estimator=StandIn(), workers=0)
    sure = course.run("tune", people=4, estimator=StandIn(half=0.0), workers=0)
    for moment in ("day 0", "day 42", "day 70"):
        assert wide["forecast"]["0.65"]["coverage"][moment]["all"]["value"] == 1.0
        assert sure["forecast"]["0.65"]["coverage"][moment]["all"]["value"] == 0.0
    assert wide["forecast"]["0.65"]["coverage"]["day 0"]["width_days"] == 2000.0


def test_it_prints_what_it_found(course: Any) -> None:
    text = "\n".join(course.lines(course.run("tune", people=3, estimator=StandIn(above=8.0), workers=0)))
    assert "0.65 between people, day 42" in text
    assert "mean of own cycles, plainly read" in text
    assert "false alarms of a worsening" in text
    assert "nan" not in text


def test_one_that_says_the_mean_of_all_people_is_no_better_than_it(course: Any, followed: Any) -> None:
    told = [one for seed in range(2, 40, 2) for one in followed.forecasts(seed, Setting(), StandIn(85.4))]
    errors = course.forecasts(told)["error"]["after 2"]
    assert errors["Facialis"] == errors["mean of all people"]
    assert errors["Facialis"]["less_than_mean_of_all"]["value"] == 0.0


@pytest.mark.slow
def test_the_best_that_could_be_is_better_the_more_is_known_and_the_more_alike_a_persons_cycles_are(
    course: Any, followed: Any
) -> None:
    def less(between: float, before: int) -> float:
        people = [person(seed, Setting(between=between, chance_failures=False)) for seed in range(600)]
        true = np.array([one.cycles[before].wear_off_day for one in people])
        best = np.array([followed.known(one.cycles[:before], between) for one in people])
        return float(1.0 - np.abs(best - true).mean() / np.abs(followed.POPULATION[0] - true).mean())

    assert less(0.65, 0) < less(0.65, 1) < less(0.65, 3)
    assert less(0.5, 2) < less(0.65, 2) < less(0.8, 2)


def test_a_wear_off_is_plainly_read_near_its_day_where_a_diary_shows_it(followed: Any) -> None:
    whole = Setting(missing=0.0, runs=0.0, drop_out=0.0, chance_failures=False)
    off = []
    for seed in range(150):
        one = person(seed, whole)
        cycle, following = one.cycles[1], one.cycles[2]
        read = followed.plainly_read(one, 1)
        if read is not None and cycle.wear_off_day < following.day - cycle.day - 21 and cycle.wear_off_day > 50:
            off.append(read - cycle.wear_off_day)
    assert len(off) > 15
    assert abs(float(np.median(off))) < 10


def test_an_alarm_after_the_doubling_is_found_and_one_before_it_is_none(followed: Any) -> None:
    setting = Setting()
    told = [followed.doubled(seed, setting, StandIn(above=-1.0)) for seed in range(2, 20, 2)]
    always = [one for one in told if one is not None]
    assert always
    assert all(one.before and one.found is None for one in always)
    never = [followed.doubled(seed, setting, StandIn()) for seed in range(2, 20, 2)]
    assert all(one.found is None and not one.before for one in never if one)
    some = [followed.doubled(seed, setting, StandIn(above=5.0)) for seed in range(2, 60, 2)]
    found = [one.found for one in some if one and one.found is not None]
    assert found
    assert all(0 <= days <= 21 for days in found)


def test_a_burden_is_doubled_only_where_the_scale_has_room(followed: Any) -> None:
    for seed in range(40):
        plain = person(seed, Setting(drop_out=0.0, chance_failures=False))
        day = followed._day_to_double(plain)
        if day is None:
            continue
        twice = person(seed, replace(plain.setting, doubled=day)).burden(np.arange(day, day + 21))
        assert twice.tolist() == pytest.approx((2.0 * plain.burden(np.arange(day, day + 21))).tolist())


def test_an_alarm_that_stays_up_counts_once(followed: Any) -> None:
    walk = followed.walk(4, Setting(), 1, 3, StandIn(above=-1.0))
    assert len(walk.raised) == 1
    assert walk.days > 200
    assert walk.looks > 20


def test_the_parts_share_nobody(course: Any) -> None:
    assert not set(course.seeds_of("tune", 50)) & set(course.seeds_of("report", 50))
    assert all(seed % 2 == 0 for seed in course.seeds_of("tune", 50))


def test_the_interval_of_a_share_knows_that_one_persons_cycles_are_alike(course: Any) -> None:
    alone = course.clustered([(i, i % 5 > 0) for i in range(100)])
    alike = course.clustered([(i // 10, i // 10 % 5 > 0) for i in range(100)])
    assert alone["value"] == alike["value"] == 0.8
    assert alike["low"] < alone["low"] < 0.8 < alone["high"] < alike["high"]
    sure = course.clustered([(i // 10, True) for i in range(100)])
    assert sure["high"] == 1.0
    assert sure["low"] < 0.8
    assert course.clustered([])["value"] is None


def test_a_rate_of_none_in_many_years_has_an_upper_end(course: Any) -> None:
    rate = course._rate([(1.0, 0)] * 30)
    assert rate["value"] == 0.0
    assert rate["high"] == pytest.approx(3.69 / 30, rel=0.01)
    uneven = course._rate([(1.0, 10), *[(1.0, 0)] * 9])
    even = course._rate([(1.0, 1)] * 10)
    assert uneven["high"] > even["high"]


def test_facialis_answers_in_the_shape_that_is_counted(followed: Any) -> None:
    told = followed.forecasts(2, Setting(cycles=1, chance_failures=False))
    assert [one.moment for one in told] == [0, 42, 70]
    assert all(one.told is None or one.told[1] <= one.told[0] <= one.told[2] for one in told)
