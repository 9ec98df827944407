"""What is shown of an option: never a number for longer than somebody looked."""

import pytest

from facialis.treatment.decision_aid import shown
from facialis.treatment.decision_aid.counts import Count


@pytest.mark.parametrize(
    ("at", "years"),
    [
        ("10 years", 10),
        ("mean 2.9 years", 2.9),
        ("6 months", 0.5),
        ("1 to 5 years", 5),
        ("last follow-up", None),
        ("", None),
    ],
)
def test_the_time_of_a_look_is_read_in_years(at, years):
    assert shown.in_years(at) == (None if years is None else pytest.approx(years))


def test_ten_years_are_about_forty_sessions_and_the_shortest_horizon_has_some():
    assert shown.sessions(10) == 40
    assert shown.sessions(1) == 4


def test_the_number_that_stands_first_is_the_latest_look_within_the_horizon(made):
    outcomes = {one.key: shown.outcome(one, None) for one in made.OPERATION.outcomes}
    assert shown.main(outcomes, 10).key == "lasting"
    assert shown.main(outcomes, 10).count.share == 0.84


def test_without_any_number_nothing_stands_first(made):
    assert shown.main({}, 10) is None


def test_a_number_of_three_years_does_not_hold_over_ten(made):
    relief = shown.outcome(made.SHORT.outcomes[0], None)
    assert not shown.holds_over(relief, 10)
    assert shown.holds_over(relief, 2)


def test_only_what_comes_with_every_session_is_reckoned_over_all_of_them(made):
    assert shown.harm(made.LID, None, 10).over.times == 40
    assert all(shown.harm(one, None, 10).over is None for one in made.OPERATION.harms)


def test_an_interval_from_a_mean_is_kept_within_0_and_1(made):
    from facialis.knowledge.treatment.option import Outcome

    wide = Outcome("relief", "Relief", "relief", made.share(0.98, 0.9, 1.04))
    assert shown.outcome(wide, None).count == Count(0.98, 0.9, 1.0)


def test_a_rate_a_year_is_reckoned_over_the_years(made):
    from facialis.knowledge.treatment.option import Harm

    yearly = Harm("rash", "Rash", "a rash", "minor", False, "days", made.share(0.03, per="year"))
    assert shown.harm(yearly, None, 7).over.times == 7
