"""The made people are what they say they are: else the course would be tested against a wrong truth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facialis.followup import diary as diaries
from facialis.followup import treatments as given
from facialis.followup.simulate import FAMILIES, Person, Setting, people, person, to_files


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return people(600, 3)


def test_durations_and_onsets_are_the_published_ones(crowd: list[Person]) -> None:
    held = np.array([cycle.wear_off_day for one in crowd for cycle in one.cycles])
    assert held.mean() == pytest.approx(85.4, abs=4.5)
    assert held.std() == pytest.approx(41.6, rel=0.1)
    begun = np.array([cycle.onset_day for one in crowd for cycle in one.cycles])
    assert begun.mean() == pytest.approx(5.4, abs=0.6)
    assert np.mean([cycle.failed for one in crowd for cycle in one.cycles]) == pytest.approx(0.065, abs=0.015)


@pytest.mark.parametrize("between", [0.5, 0.65, 0.8])
def test_the_share_between_people_is_the_one_asked_for(between: float) -> None:
    logs = np.log([[c.wear_off_day for c in one.cycles] for one in people(500, 5, Setting(between=between))])
    within = logs.var(axis=1, ddof=1).mean()
    assert 1.0 - within / logs.var() == pytest.approx(between, abs=0.07)


def test_half_of_the_best_effect_is_left_on_the_day_of_wear_off(crowd: list[Person]) -> None:
    families = set()
    for cycle in (cycle for one in crowd[:100] for cycle in one.cycles):
        families.add(cycle.family)
        before, at, after = cycle.effect(cycle.wear_off_day + np.array([-0.5, 0.0, 0.5]))
        assert at == pytest.approx(0.5)
        assert before > 0.5 > after
        assert cycle.effect(np.array([cycle.peak_day]))[0] == pytest.approx(1.0)
        assert cycle.effect(np.array([-1.0, cycle.onset_day])).tolist() == [0.0, 0.0]
    assert families == set(FAMILIES)


def test_the_best_day_of_a_burden_shows_the_relief_that_is_told() -> None:
    one = person(4, Setting(cycles=1, chance_failures=False))
    cycle = one.cycles[0]
    assert one.burden([cycle.peak_day])[0] == pytest.approx(one.untreated * (1.0 - cycle.relief))
    assert one.burden([cycle.wear_off_day])[0] == pytest.approx(one.untreated * (1.0 - 0.5 * cycle.relief))


def test_a_cycle_that_failed_leaves_the_burden_as_it_was() -> None:
    one = person(4, Setting(cycles=1, fails=0))
    assert one.burden(np.arange(150.0)).tolist() == pytest.approx([one.untreated] * 150)


def test_injections_come_in_twelve_to_twenty_weeks(crowd: list[Person]) -> None:
    gaps = np.diff([[cycle.day for cycle in one.cycles] for one in crowd])
    assert gaps.min() >= 84
    assert gaps.max() <= 140
    assert len(np.unique(gaps)) > 40


def test_a_doubled_burden_changes_nothing_before_its_day() -> None:
    plain = person(11, Setting(drop_out=0.0))
    day = plain.cycles[2].day + 40
    twice = person(11, Setting(drop_out=0.0, doubled=day))
    assert twice.cycles == plain.cycles
    assert [row for row in twice.entries if row[0] < day] == [row for row in plain.entries if row[0] < day]
    days = np.arange(day, day + 60.0)
    assert twice.burden(days).tolist() == np.minimum(2.0 * plain.burden(days), 10.0).tolist()
    assert twice.burden([day - 1]) == plain.burden([day - 1])


def test_an_early_wear_off_is_shorter_than_the_persons_own(crowd: list[Person]) -> None:
    for seed in range(20):
        plain, early = person(seed), person(seed, Setting(early=2))
        assert early.cycles[2].wear_off_day <= plain.cycles[2].wear_off_day
        assert not early.cycles[2].failed
        assert early.cycles[:2] == plain.cycles[:2]


def test_scores_are_whole_and_on_their_scale(crowd: list[Person]) -> None:
    values = {value for one in crowd for _, _, value in one.entries}
    assert values == set(range(11))


@pytest.mark.parametrize("measure", ["hfs_7", "spasm_time_fraction", "spasms_per_min"])
def test_other_measures_vary_round_the_true_burden(measure: str) -> None:
    off, at = [], []
    for one in people(60, 9, Setting(measure=measure, drop_out=0.0)):
        days, values = np.array([row[0] for row in one.entries]), np.array([row[2] for row in one.entries])
        off.append((values - one.burden(days)).mean() / one.untreated)
        at.append(np.corrcoef(values, one.burden(days))[0, 1])
    assert np.mean(off) == pytest.approx(0.0, abs=0.06)
    assert np.mean(at) > 0.6


def test_what_is_left_of_single_days_lasts_for_a_week_or_so() -> None:
    near, far = [], []
    for one in people(80, 2, Setting(every=1, missing=0.0, runs=0.0, drop_out=0.0, fails=0, cycles=1)):
        days = np.array([row[0] for row in one.entries])
        off = np.array([row[2] for row in one.entries]) - one.burden(days)
        near.append(np.corrcoef(off[:-7], off[7:])[0, 1])
        far.append(np.corrcoef(off[:-42], off[42:])[0, 1])
    assert 0.1 < np.mean(near) < 0.45
    assert abs(np.mean(far)) < 0.1


def test_people_miss_weeks_one_by_one_and_in_runs_and_some_stop() -> None:
    whole = people(100, 6, Setting(missing=0.0, runs=0.0, drop_out=0.0))
    some = people(100, 6)
    assert sum(len(one.entries) for one in some) < 0.9 * sum(len(one.entries) for one in whole)
    longest = [max(np.diff([row[0] for row in one.entries])) for one in some if len(one.entries) > 2]
    assert np.mean(np.array(longest) > 20) > 0.3
    assert np.mean([one.entries[-1][0] < one.last - 60 for one in some if one.entries]) > 0.05
    assert all(max(np.diff([row[0] for row in one.entries])) <= 9 for one in whole)


def test_a_new_side_is_the_other_one_and_begins_on_its_day() -> None:
    one = person(8, Setting(new_side=200, drop_out=0.0))
    other = [day for day, side, _ in one.entries if side != one.side]
    assert min(other) >= 200
    assert len(other) > 10


def test_the_same_seed_is_the_same_person() -> None:
    assert person(21) == person(21)
    assert person(21) != person(22)


def test_a_slow_worsening_grows_by_the_year() -> None:
    one = person(5, Setting(worsening=0.3, fails=0, cycles=1))
    assert one.burden([365.25])[0] == pytest.approx(min(1.3 * one.untreated, 10.0))


def test_the_files_are_read_as_they_were_meant(tmp_path: Path) -> None:
    one = person(13, Setting(new_side=150))
    diary, treatments = to_files(one, tmp_path)
    read = diaries.read(diary)
    assert {(e.day, e.side, e.value) for e in read.entries} == {(e.day, e.side, e.value) for e in one.diary().entries}
    assert given.read(treatments).rows == one.treatments().rows
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert truth["cycles"][1]["wear_off_day"] == one.cycles[1].wear_off_day
    assert "entries" not in truth


def test_a_diary_can_be_cut_at_a_day() -> None:
    one = person(13)
    cut = one.cycles[1].day
    assert len(one.treatments(cut).rows) == 2
    assert len(one.treatments(cut - 1).rows) == 1
    assert all(entry.day <= one.treatments(cut).rows[-1].day for entry in one.diary(cut).entries)
    assert replace(one).diary().rows == len(one.entries)
