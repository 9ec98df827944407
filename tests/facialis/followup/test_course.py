"""The course: what each injection did, when the next session is best, what needs attention and what does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from facialis.findings import Side
from facialis.followup import Diary, Entry, Symptom, Treatment, Treatments
from facialis.followup.course import Course, course

START = date(2025, 1, 6)
ONA = "onabotulinumtoxinA"
LEFT, RIGHT = Side.LEFT, Side.RIGHT


def score(day: int, held: float, *, untreated: float = 6.0, relief: float = 0.8) -> float:
    """Return the score on a day of a cycle of which half is gone at `held`."""
    shape = np.interp(day, [4.0, 14.0, 0.8 * held, 1.2 * held], [0.0, 1.0, 1.0, 0.0])
    return float(untreated * (1.0 - relief * shape))


def person(
    cycles: Sequence[float],
    until: int,
    *,
    every: int = 7,
    apart: int = 112,
    times: Callable[[int], float] = lambda _day: 1.0,
    relief: Sequence[float] = (),
    seed: int = 0,
) -> tuple[Diary, Treatments, date]:
    """Return a diary of weekly scores; the cycles hold so long, the last is seen until a day; `times` worsens a day."""
    rng = np.random.default_rng(seed)
    entries, rows = [Entry(START - timedelta(days=7), LEFT, "score", 6.0, "patient")], []
    for k, held in enumerate(cycles):
        begin = START + timedelta(days=apart * k)
        rows.append(Treatment("injection", begin, LEFT, ONA, Decimal("22.5")))
        for day in range(3, until if k == len(cycles) - 1 else apart, every):
            total = apart * k + day
            mean = score(day, held, relief=relief[k] if relief else 0.8) * times(total)
            value = float(np.clip(round(mean + rng.normal(0.0, 0.5)), 0.0, 10.0))
            entries.append(Entry(START + timedelta(days=total), LEFT, "score", value, "patient"))
    on = START + timedelta(days=apart * (len(cycles) - 1) + until)
    return Diary(tuple(entries), (), (), "diary.csv", "", len(entries)), Treatments(tuple(rows)), on


def codes(told: Course) -> list[str]:
    return [alarm.words.key for alarm in told.alarms]


def test_each_injection_is_told_with_its_onset_peak_relief_and_wear_off() -> None:
    told = course(*person([80.0, 84.0, 88.0], 50))
    first = told.sides[LEFT].cycles[0]
    assert first.state == "worn_off"
    assert first.wear_off_day is not None
    assert first.wear_off_day.low < 80.0 < first.wear_off_day.high
    assert first.wear_off is not None
    assert first.wear_off.day == START + timedelta(days=round(first.wear_off_day.value))
    assert first.relief is not None
    assert first.relief.low < 0.8 < first.relief.high
    assert first.onset_day is not None
    assert first.onset_day.value < 10.0
    assert first.peak_day is not None
    assert first.onset_day.value < first.peak_day.value < 30.0
    assert told.sides[LEFT].cycles[-1].state == "working"


def test_the_forecast_learns_from_the_persons_own_cycles() -> None:
    told = course(*person([60.0, 60.0, 62.0], 30)).sides[LEFT].forecast
    assert told is not None
    assert told.learned_from_cycles == 2
    assert told.wear_off_day.value < told.population.value
    assert told.wear_off.low < told.wear_off.day < told.wear_off.high
    assert told.worn_off_probability < 0.1


def test_the_next_session_waits_for_the_longest_of_the_rules_and_says_which() -> None:
    diary, treatments, on = person([60.0, 60.0], 30)
    rows = treatments.rows
    told = course(diary, Treatments(rows, payer_days=84, clinic_days=100), on).sides[LEFT].forecast
    assert told is not None
    last = rows[-1].day
    assert told.next_session.best == last + timedelta(days=100)
    assert told.next_session.bound_by == "clinic"
    assert {one.rule: one.day for one in told.next_session.earliest if one.rule != "label"} == {
        "payer": last + timedelta(days=84),
        "clinic": last + timedelta(days=100),
    }
    assert told.next_session.days_without.value > 0.0


def test_the_next_session_is_bound_by_the_wear_off_where_no_rule_is_later() -> None:
    told = course(*person([130.0, 130.0, 132.0], 30, apart=180)).sides[LEFT].forecast
    assert told is not None
    assert told.next_session.bound_by == "wear_off"
    assert told.next_session.best < told.wear_off.day


def test_an_ordinary_wear_off_is_no_alarm() -> None:
    for until in (75, 85, 95, 105, 112):
        assert codes(course(*person([85.0, 85.0, 85.0], until))) == []


def test_a_wear_off_somewhat_earlier_than_usual_is_no_alarm() -> None:
    for until in (60, 75, 90, 105):
        assert "worse_than_forecast" not in codes(course(*person([85.0, 85.0, 65.0], until)))


def test_a_burden_twice_the_forecast_is_an_alarm_within_three_weeks() -> None:
    worse = 112 * 2 + 84
    told = course(*person([70.0, 70.0, 70.0], 105, times=lambda day: 2.0 if day >= worse else 1.0))
    assert "worse_than_forecast" in codes(told)
    against = told.sides[LEFT].against
    assert against is not None
    assert against.times.low > 1.0
    assert against.since >= START + timedelta(days=worse)


def test_one_bad_day_is_no_alarm() -> None:
    assert "worse_than_forecast" not in codes(
        course(*person([85.0, 85.0, 85.0], 60, times=lambda day: 4.0 if 112 * 2 + 50 <= day < 112 * 2 + 57 else 1.0))
    )


def test_two_sessions_without_effect_ask_for_the_reasons_before_antibodies() -> None:
    told = course(*person([85.0, 85.0, 85.0], 60, relief=[0.8, 0.0, 0.0]))
    assert [cycle.state for cycle in told.sides[LEFT].cycles] == ["worn_off", "no_response", "no_response"]
    assert "no_effect_twice" in codes(told)
    assert "antibodies" in next(alarm.words.action for alarm in told.alarms)


def test_in_the_first_weeks_nothing_is_called_without_effect() -> None:
    told = course(*person([85.0, 85.0], 8))
    assert told.sides[LEFT].cycles[-1].state in ("not_yet", "working")
    assert codes(told) == []


def test_a_side_that_was_never_treated_and_moves_is_an_alarm() -> None:
    diary, treatments, on = person([85.0, 85.0], 60)
    moved = tuple(Entry(on - timedelta(days=days), RIGHT, "score", 3.0, "patient") for days in (20, 13, 6))
    told = course(Diary(diary.entries + moved, (), ()), treatments, on)
    assert "new_side" in codes(told)
    assert RIGHT in told.sides


def test_a_side_effect_is_told_once_with_its_own_words() -> None:
    diary, treatments, on = person([85.0], 30)
    symptoms = tuple(Symptom(START + timedelta(days=days), LEFT, "ptosis", "patient") for days in (10, 17, 24))
    told = course(Diary(diary.entries, symptoms, ()), treatments, on)
    assert codes(told) == ["ptosis"]
    assert told.alarms[0].since == START + timedelta(days=10)
    assert "10 days after" in told.alarms[0].because[0]


def test_a_side_effect_of_long_ago_is_no_alarm() -> None:
    diary, treatments, on = person([85.0], 100)
    symptoms = (Symptom(START + timedelta(days=10), LEFT, "ptosis", "patient"),)
    assert codes(course(Diary(diary.entries, symptoms, ()), treatments, on)) == []


def test_without_an_entry_for_long_it_says_that_nothing_is_watched() -> None:
    diary, treatments, on = person([85.0], 60)
    assert "not_watched" in codes(course(diary, treatments, on + timedelta(days=90)))


def test_what_comes_later_is_not_known_yet() -> None:
    diary, treatments, on = person([85.0, 85.0], 60)
    early = START + timedelta(days=40)
    known = Diary(tuple(one for one in diary.entries if one.day <= early), (), ())
    kept = Treatments(treatments.rows[:1])
    assert course(diary, treatments, early).to_json()["sides"] == course(known, kept, early).to_json()["sides"]
    assert on > early


def test_a_second_measure_is_laid_beside_the_first_and_makes_the_forecast_surer() -> None:
    diary, treatments, on = person([85.0, 85.0, 85.0], 60, every=14)
    beside = tuple(
        Entry(one.day + timedelta(days=7), LEFT, "hfs_7", round(2.4 * one.value), "patient") for one in diary.entries
    )
    alone = course(diary, treatments, on)
    both = course(Diary(diary.entries + beside, (), ()), treatments, on)
    assert [used.key for used in both.sides[LEFT].one.used] == ["score", "hfs_7"]  # type: ignore[union-attr]
    widths = [
        cycle.wear_off_day.high - cycle.wear_off_day.low
        for told in (alone, both)
        if (cycle := told.sides[LEFT].cycles[0]).wear_off_day
    ]
    assert widths[1] < widths[0]


def test_counts_of_spasms_are_fitted_too() -> None:
    diary, treatments, on = person([85.0, 85.0], 60)
    entries = tuple(Entry(one.day, LEFT, "spasms_per_min", one.value**2 / 3.0, "video") for one in diary.entries)
    told = course(Diary(entries, (), ()), treatments, on).sides[LEFT]
    first = told.cycles[0].wear_off_day
    assert first is not None
    assert first.low < 85.0 < first.high + 8.0
    assert told.untreated is not None
    assert told.untreated.low < 12.0 < told.untreated.high + 3.0


def test_each_side_has_its_own_course() -> None:
    diary, treatments, on = person([60.0, 60.0], 60)
    right = tuple(Entry(one.day, RIGHT, one.measure, one.value, one.source) for one in diary.entries)
    rows = treatments.rows + tuple(Treatment("injection", row.day, RIGHT, ONA, row.units) for row in treatments.rows)
    told = course(Diary(diary.entries + right, (), ()), Treatments(rows), on)
    assert set(told.sides) == {LEFT, RIGHT}
    assert told.sides[LEFT].cycles[0].wear_off_day == told.sides[RIGHT].cycles[0].wear_off_day


def test_nothing_at_all_is_a_course_too() -> None:
    told = course(Diary((), (), ()), Treatments(()), START)
    assert told.to_json()["sides"] == {}
    assert told.alarms == ()


def test_entries_without_a_treatment_have_no_forecast_and_say_so() -> None:
    entries = tuple(Entry(START + timedelta(days=7 * k), LEFT, "score", 6.0, "patient") for k in range(8))
    told = course(Diary(entries, (), ()), Treatments(()), START + timedelta(days=60)).sides[LEFT]
    assert told.forecast is None
    assert any("no injection" in gap for gap in told.not_assessable)


def test_the_same_seed_gives_the_same_result_and_another_one_nearly() -> None:
    given = person([85.0, 85.0], 60)
    first, second, other = (course(*given, seed=seed).to_json() for seed in (1, 1, 2))
    assert first["sides"] == second["sides"]
    days = [one["sides"]["left"]["forecast"]["wear_off_day"]["value"] for one in (first, other)]
    assert days[0] == pytest.approx(days[1], rel=0.1)


def test_entries_after_an_operation_are_shown_and_not_held_against_injections() -> None:
    diary, treatments, on = person([85.0, 85.0], 60)
    operated = on - timedelta(days=30)
    rows = (*treatments.rows, Treatment("decompression", operated, LEFT))
    told = course(diary, Treatments(rows), on).to_json()["sides"]["left"]
    later = [point for point in told["points"] if point["date"] >= operated.isoformat()]
    assert later
    assert all(point["expected"] is None for point in later)
    assert all(point["expected"] for point in told["points"] if point not in later)
    assert told["forecast"] is None
    assert told["fitted"][-1]["date"] <= operated.isoformat()
    assert told["decompression"] is not None


def test_a_diary_that_begins_after_the_operation_is_shown_with_its_measure() -> None:
    entries = tuple(Entry(START + timedelta(days=7 * k), LEFT, "score", 3.0, "patient") for k in range(1, 6))
    rows = (Treatment("decompression", START, LEFT),)
    told = course(Diary(entries, (), ()), Treatments(rows), START + timedelta(days=50)).to_json()["sides"]["left"]
    assert told["measure"]["key"] == "score"
    assert len(told["points"]) == 5


def test_an_effect_beyond_all_that_is_known_asks_for_the_injection_that_is_missing() -> None:
    """Five injections twelve weeks apart, of which only the first was written down."""
    diary, treatments, on = person([85.0] * 5, 60)
    told = course(diary, Treatments(treatments.rows[:1]), on)
    assert told.sides[LEFT].cycles[0].state == "not_assessable"
    assert told.sides[LEFT].forecast is None
    assert "injection_missing" in codes(told)


def test_a_side_effect_that_begins_weeks_later_is_looked_at_as_new() -> None:
    diary, treatments, on = person([85.0], 50)
    symptoms = (Symptom(START + timedelta(days=40), LEFT, "ptosis", "patient"),)
    told = course(Diary(diary.entries, symptoms, ()), treatments, on)
    assert codes(told) == ["late_side_effect"]
    assert "40 days after a treatment: drooping lid" in told.alarms[0].because[0]


def test_entries_of_one_side_and_treatments_of_the_other_ask_for_a_slip_of_the_side() -> None:
    diary, treatments, on = person([85.0], 50)
    rows = tuple(Treatment("injection", row.day, RIGHT, ONA, row.units) for row in treatments.rows)
    told = course(diary, Treatments(rows), on)
    assert "new_side" not in codes(told)
    assert any("mistyped" in gap for gap in told.sides[RIGHT].not_assessable)


def test_cycles_that_were_cut_short_by_the_next_injection_count_as_learnt() -> None:
    told = course(*person([120.0, 120.0, 120.0], 30, apart=100)).sides[LEFT]
    assert told.forecast is not None
    assert told.forecast.learned_from_cycles == 2


def test_a_cycle_that_nobody_watched_is_not_told_as_worn_off() -> None:
    """One entry on day 3 says nothing of day 100: what would be told is what is known of people at large."""
    entries = (Entry(START + timedelta(days=3), LEFT, "score", 5.0, "patient"),)
    rows = (Treatment("injection", START, LEFT, ONA, Decimal("22.5")),)
    told = course(Diary(entries, (), ()), Treatments(rows), START + timedelta(days=100)).sides[LEFT]
    assert told.cycles[0].state == "not_assessable"
    assert told.cycles[0].wear_off is None
    assert told.forecast is not None
    assert told.forecast.learned_from_cycles == 0


def test_the_interval_counts_from_the_last_injection_of_either_side() -> None:
    diary, treatments, on = person([85.0], 60)
    right = Treatment("injection", START + timedelta(days=40), RIGHT, ONA, Decimal("10"))
    told = course(diary, Treatments((*treatments.rows, right), clinic_days=90), on).sides[LEFT].forecast
    assert told is not None
    assert {one.day for one in told.next_session.earliest if one.rule == "clinic"} == {START + timedelta(days=130)}


def test_years_of_entries_without_an_injection_are_not_fitted() -> None:
    entries = tuple(Entry(START + timedelta(days=k), LEFT, "score", 5.0, "patient") for k in range(2000))
    told = course(Diary(entries, (), ()), Treatments(()), START + timedelta(days=2001)).sides[LEFT]
    assert told.untreated is None
    assert len(told.entries) == 2000


def test_where_there_was_nothing_to_relieve_no_treatment_is_called_without_effect() -> None:
    entries = tuple(Entry(START + timedelta(days=7 * k), LEFT, "score", 0.0, "patient") for k in range(-3, 10))
    rows = (Treatment("injection", START, LEFT, ONA, Decimal("22.5")),)
    told = course(Diary(entries, (), ()), Treatments(rows), START + timedelta(days=65))
    assert told.sides[LEFT].cycles[0].state == "not_assessable"
    assert codes(told) == []
