"""Missing items: no score but a range, the published rule of PHQ-9, no word that an answer could undo."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.findings import State
from facialis.history.scales import Item, Scale, scales, score

KEYS = [key for key in scales() if key != "tunc"]


def answers_of(scale: Scale, *, complete: bool) -> st.SearchStrategy[dict[str, int | None]]:
    def one(item: Item) -> st.SearchStrategy[int | None]:
        answer = st.integers(item.low, item.high)
        return answer if complete else st.none() | answer

    return st.fixed_dictionaries({item.key: one(item) for item in scale.items})


@given(st.data())
def test_the_range_contains_every_completion(data: st.DataObject) -> None:
    scale = scales()[data.draw(st.sampled_from(KEYS))]
    part = data.draw(answers_of(scale, complete=False))
    whole = data.draw(answers_of(scale, complete=True))
    whole |= {key: answer for key, answer in part.items() if answer is not None}
    seen, then = score(scale.key, part), score(scale.key, whole)
    assert then.total is not None
    assert seen.low is not None
    assert seen.high is not None
    assert seen.low <= then.total <= seen.high
    assert seen.total is None or seen.low <= seen.total <= seen.high


@given(st.data())
def test_no_finding_is_undone_by_an_answer_that_was_missing(data: st.DataObject) -> None:
    scale = scales()[data.draw(st.sampled_from(["smc", "phq_2", "phq_9"]))]
    part = data.draw(answers_of(scale, complete=False))
    whole = data.draw(answers_of(scale, complete=True))
    whole |= {key: answer for key, answer in part.items() if answer is not None}
    later = {finding.code: finding.state for finding in score(scale.key, whole).findings()}
    for finding in score(scale.key, part).findings():
        assert finding.state in (State.NOT_ASSESSABLE, later[finding.code])


@pytest.mark.parametrize("key", ["jrs", "phq_2", "smc"])
def test_both_ends_of_the_range_can_be_reached(key: str) -> None:
    scale = scales()[key]
    first, *rest = scale.items
    partly = score(key, {first.key: first.high})
    totals = {
        score(key, {first.key: first.high} | dict(zip([i.key for i in rest], values, strict=True))).total
        for values in product(*(range(item.low, item.high + 1) for item in rest))
    }
    assert (partly.low, partly.high) == (min(t for t in totals if t is not None), max(t for t in totals if t))


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("phq_9", "smc", "pgic", "house_brackmann")])
def test_without_a_published_rule_one_missing_item_means_no_score(key: str) -> None:
    scale = scales()[key]
    answers = {item.key: item.high for item in scale.items[1:]}
    result = score(key, answers)
    assert result.total is None
    assert result.low is not None
    assert result.high is not None
    assert result.low < result.high
    assert result.missing == (scale.items[0].key,)
    assert any("possible the total is" in line for line in result.because)


def test_up_to_two_missing_answers_of_phq_9_are_estimated_by_the_mean_of_the_others() -> None:
    answers = {"1": 2, "2": 1, "3": 2, "4": 1, "5": 2, "6": 1, "9": 0}
    result = score("phq_9", answers)
    # Seven answers add to 9; 9 x 9 / 7 = 11.57. The missing two are 0 to 6 points.
    assert (result.total, result.low, result.high) == (11.6, 9, 15)
    assert result.estimated
    assert result.grade == "mild to moderately severe"


def test_three_missing_answers_of_phq_9_are_not_estimated() -> None:
    result = score("phq_9", dict.fromkeys("134569", 1))
    assert (result.total, result.low, result.high) == (None, 6, 15)


def test_the_ninth_answer_of_phq_9_is_never_estimated() -> None:
    result = score("phq_9", dict.fromkeys("12345678", 0))
    assert result.total is None
    assert not result.estimated
    (harm, _) = result.findings()
    assert (harm.code, harm.state) == ("self_harm", State.NOT_ASSESSABLE)


def test_nothing_answered_is_the_whole_range_and_no_estimate() -> None:
    result = score("phq_9", {})
    assert (result.total, result.low, result.high, result.estimated) == (None, 0, 27, False)
