"""Natural frequencies: whole people who add up, small harms that stay, and sessions that do not simply multiply."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.treatment.decision_aid.counts import PEOPLE, Count, at_least_once, repeated

SHARES = st.floats(0.0, 1.0, allow_subnormal=False)
STEADY = settings(deadline=None, derandomize=True, max_examples=200)


def within(share, ends):
    low, high = sorted(ends)
    return Count(share, min(low, share), max(high, share))


@STEADY
@given(share=SHARES)
def test_relieved_and_not_relieved_are_a_thousand_exactly(share):
    count = Count(share)
    assert count.people + count.rest.people == PEOPLE
    assert count.rest.rest.people == count.people


@STEADY
@given(share=SHARES, ends=st.tuples(SHARES, SHARES))
def test_the_rest_has_the_interval_turned_round(share, ends):
    count = within(share, ends)
    assert (count.rest.low, count.rest.high) == (1.0 - count.high, 1.0 - count.low)


@STEADY
@given(share=st.floats(1e-12, 1.0, exclude_min=True))
def test_what_happens_to_somebody_is_never_said_to_happen_to_nobody(share):
    said = Count(share).short
    assert not re.match(r"(0|none) ", said)


def test_a_small_harm_is_said_as_fewer_than_one():
    assert Count(0.0004, 0.0, 0.001).text == "fewer than 1 of 1,000 (up to 1)"


def test_a_relief_of_nearly_all_is_not_said_as_all():
    assert Count(0.9996).short == "more than 999 of 1,000"
    assert Count(0.9996).rest.short == "fewer than 1 of 1,000"


def test_where_nobody_had_it_the_interval_still_says_how_many_it_could_be():
    assert Count(0.0, 0.0, 0.044).text == "none of 1,000 (up to 44)"


def test_the_published_relief_reads_as_a_person_says_it():
    assert Count(0.911, 0.903, 0.918).text == "911 of 1,000 (903 to 918)"
    assert Count(0.911).text == "911 of 1,000 (no range was given)"


@pytest.mark.parametrize("numbers", [(1.2, None, None), (0.5, 0.6, 0.7), (0.5, 0.4, None), (-0.1, -0.2, 0.3)])
def test_what_is_no_share_with_its_interval_is_refused(numbers):
    with pytest.raises(ValueError, match="no share"):
        Count(*numbers)


@STEADY
@given(share=SHARES, times=st.integers(1, 80), likeness=SHARES)
def test_at_least_once_lies_between_the_same_people_and_chance_alone(share, times, likeness):
    found = at_least_once(share, times, likeness)
    assert share <= found <= max(share, 1.0 - (1.0 - share) ** times) + 1e-12


@STEADY
@given(share=st.floats(0.001, 0.5), times=st.integers(1, 60), likeness=st.floats(0.01, 0.99))
def test_more_sessions_never_mean_fewer_people(share, times, likeness):
    assert at_least_once(share, times + 1, likeness) >= at_least_once(share, times, likeness) - 1e-12


@STEADY
@given(share=st.floats(0.001, 0.5), times=st.integers(2, 60), low=st.floats(0.01, 0.5))
def test_the_more_alike_the_sessions_the_fewer_people(share, times, low):
    assert at_least_once(share, times, low + 0.3) <= at_least_once(share, times, low) + 1e-12


def test_two_sessions_follow_the_correlation_exactly():
    # P(neither) = (1 - p)^2 + rho p (1 - p), by the meaning of a correlation.
    assert at_least_once(0.2, 2, 0.3) == pytest.approx(1 - (0.64 + 0.3 * 0.16))


def test_a_tiny_likeness_is_chance_alone():
    assert at_least_once(0.1, 40, 1e-12) == pytest.approx(1 - 0.9**40)
    assert at_least_once(0.1, 40, 1e-6) == pytest.approx(1 - 0.9**40, abs=1e-4)


@pytest.mark.parametrize("call", [(1.1, 4, 0.2), (0.1, 0, 0.2), (0.1, 4, -0.1)])
def test_numbers_out_of_range_are_refused(call):
    with pytest.raises(ValueError, match="cannot be"):
        at_least_once(*call)


@STEADY
@given(share=SHARES, ends=st.tuples(SHARES, SHARES), times=st.integers(1, 60))
def test_bounds_and_middle_hold_the_interval_of_the_session(share, ends, times):
    once = within(share, ends)
    many = repeated(once, times, 0.3, 0.1, 0.6)
    assert many.same_people == once
    assert many.same_people.share <= many.middle.share <= many.chance_alone.share + 1e-12
    assert once.low - 1e-12 <= many.middle.low
    assert many.middle.high <= many.chance_alone.high + 1e-12


def test_without_an_interval_the_bounds_have_none_and_the_middle_has_that_of_the_guess():
    many = repeated(Count(0.12), 40, 0.3, 0.1, 0.6)
    assert many.chance_alone.low is None
    assert many.middle.low < many.middle.share < many.middle.high
