"""Better, worse or cannot tell, against the smallest change that people call important."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis.history.scales import AnswersError, Form, Scored, change, score


def hfs_7(total: int, *, missing: int = 0, on: date | None = None) -> Scored:
    """A HFS-7 of so many points in its answered items."""
    answers = [min(4, max(0, total - 4 * n)) for n in range(7 - missing)]
    assert sum(answers) == total
    return score("hfs_7", {str(n): a for n, a in enumerate(answers, 1)}, answered_on=on)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (16, 12, "better"),  # 4 points, beyond the interval's far end of 3.33
        (16, 13, "cannot tell"),  # 3 points, within 1.92 to 3.33
        (16, 14, "cannot tell"),
        (16, 15, "cannot tell"),  # 1 point, below the near end
        (16, 16, "cannot tell"),
        (12, 16, "worse"),
        (13, 16, "cannot tell"),
    ],
)
def test_better_and_worse_begin_at_the_far_end_of_the_interval(before: int, after: int, verdict: str) -> None:
    told = change(hfs_7(before), hfs_7(after))
    assert told.verdict == verdict
    assert told.smallest is not None
    assert (told.smallest.value, told.smallest.low, told.smallest.high) == (2.63, 1.92, 3.33)
    assert any("2.63 (1.92 to 3.33)" in line for line in told.because)
    assert any("S78" in line for line in told.because)


def test_it_says_whether_a_change_is_too_small_or_only_not_sure() -> None:
    assert any("less than the smallest" in line for line in change(hfs_7(16), hfs_7(15)).because)
    assert any("not surely as much" in line for line in change(hfs_7(16), hfs_7(13)).because)


def test_missing_items_leave_better_only_where_no_answer_could_undo_it() -> None:
    assert change(hfs_7(20), hfs_7(4, missing=1)).verdict == "better"  # 12 points at the least
    told = change(hfs_7(12), hfs_7(6, missing=1))  # between 2 and 6 points
    assert (told.verdict, told.low, told.high) == ("cannot tell", 2, 6)


@given(st.integers(0, 28), st.integers(0, 28))
def test_swapping_before_and_after_turns_the_verdict_round(one: int, two: int) -> None:
    turned = {"better": "worse", "worse": "better", "cannot tell": "cannot tell"}
    assert change(hfs_7(two), hfs_7(one)).verdict == turned[change(hfs_7(one), hfs_7(two)).verdict]


def test_hfs_30_is_held_against_its_own_smallest_change() -> None:
    def points(total: int) -> Scored:
        return score("hfs_30", {str(n): min(4, max(0, total - 4 * (n - 1))) for n in range(1, 31)})

    assert change(points(50), points(44)).verdict == "better"  # 6 points, beyond 5.41
    assert change(points(50), points(45)).verdict == "cannot tell"  # 5 points, within 3.65 to 5.41


def test_phq_9_has_five_points_and_no_interval() -> None:
    def points(total: int) -> Scored:
        return score("phq_9", {str(n): min(3, max(0, total - 3 * (n - 1))) for n in range(1, 10)})

    assert change(points(15), points(10)).verdict == "better"
    assert change(points(15), points(11)).verdict == "cannot tell"


def test_the_two_points_of_blepharospasm_tell_nothing_of_hemifacial_spasm() -> None:
    told = change(score("jrs", {"severity": 4, "frequency": 4}), score("jrs", {"severity": 1, "frequency": 1}))
    assert told.verdict == "cannot tell"
    assert told.smallest is None
    assert any("2 points mattered in 300 people with blepharospasm" in line for line in told.because)


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        (
            "smc",
            {"spread": "II", "vision": "yes", "asymmetry": "no"},
            {"spread": "I", "vision": "no", "asymmetry": "no"},
        ),
        ("house_brackmann", {"grade": "V"}, {"grade": "II"}),
        ("pgic", {"change": 6}, {"change": 1}),
        ("phq_2", {"1": 3, "2": 3}, {"1": 0, "2": 0}),
    ],
)
def test_where_nothing_is_published_it_cannot_be_told(key: str, before: dict[str, str], after: dict[str, str]) -> None:
    told = change(score(key, before), score(key, after))
    assert (told.verdict, told.smallest) == ("cannot tell", None)


def test_points_on_sunnybrook_count_the_other_way_round() -> None:
    worse, better = (
        score(
            "sunnybrook",
            {**dict.fromkeys(("rest_eye", "rest_cheek", "rest_mouth"), 0)}
            | {f"move_{w}": moves for w in ("brow", "eye", "smile", "snarl", "pucker")}
            | {f"synkinesis_{w}": 0 for w in ("brow", "eye", "smile", "snarl", "pucker")},
        )
        for moves in (3, 4)
    )
    told = change(worse, better)
    assert (told.verdict, told.low, told.high) == ("cannot tell", 20, 20)
    assert "20 points better" in told.because[0]


def test_two_scales_two_forms_and_a_turned_calendar_are_refused() -> None:
    with pytest.raises(AnswersError, match="two scales"):
        change(hfs_7(3), score("phq_2", {}))
    one, two = Form("tunc", "own", {"brow": "Brow"}), Form("tunc", "own", {"lid": "Lid"})
    with pytest.raises(AnswersError, match="different items"):
        change(score("tunc", {}, form=one), score("tunc", {}, form=two))
    with pytest.raises(AnswersError, match="swap them"):
        change(hfs_7(3, on=date(2025, 3, 2)), hfs_7(3, on=date(2025, 3, 1)))
