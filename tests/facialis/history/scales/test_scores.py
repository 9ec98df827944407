"""What each scale scores, against examples added by hand, and which answers it refuses."""

from __future__ import annotations

import pytest

from facialis.findings import State
from facialis.history.scales import AnswersError, Scored, find, scales, score


def states(result: Scored) -> dict[str, str]:
    return {finding.code: finding.state.value for finding in result.findings()}


def numbered(*answers: int | None) -> dict[str, int | None]:
    return {str(n): answer for n, answer in enumerate(answers, 1)}


SUNNYBROOK_NORMAL = {
    **dict.fromkeys(("rest_eye", "rest_cheek", "rest_mouth"), 0),
    **dict.fromkeys((f"move_{what}" for what in ("brow", "eye", "smile", "snarl", "pucker")), 5),
    **dict.fromkeys((f"synkinesis_{what}" for what in ("brow", "eye", "smile", "snarl", "pucker")), 0),
}


@pytest.mark.parametrize(
    ("key", "answers", "total"),
    [
        ("hfs_7", numbered(4, 3, 2, 1, 0, 4, 2), 16),
        ("hfs_30", numbered(*[1] * 10, *[2] * 10, *[4] * 10), 70),
        ("jrs", {"severity": 3, "frequency": 2}, 5),
        ("pgic", {"change": 2}, 2),
        ("phq_2", numbered(1, 2), 3),
        ("phq_9", numbered(1, 2, 3, 0, 1, 2, 3, 0, 0), 12),
        ("house_brackmann", {"grade": 4}, 4),
        ("sunnybrook", SUNNYBROOK_NORMAL, 100),
    ],
)
def test_a_scale_scores_what_is_added_by_hand(key: str, answers: dict[str, int | None], total: int) -> None:
    result = score(key, answers)
    assert (result.total, result.low, result.high) == (total, total, total)
    assert not result.missing
    assert not result.estimated


def test_sunnybrook_takes_rest_five_times_and_synkinesis_once_from_four_times_movement() -> None:
    # Movement 3+3+2+4+3 = 15, x 4 = 60; rest 1+1+0 = 2, x 5 = 10; synkinesis 0+2+1+0+3 = 6: 60 - 10 - 6 = 44.
    answers = {"rest_eye": 1, "rest_cheek": 1, "rest_mouth": 0}
    for what, moves, along in (("brow", 3, 0), ("eye", 3, 2), ("smile", 2, 1), ("snarl", 4, 0), ("pucker", 3, 3)):
        answers |= {f"move_{what}": moves, f"synkinesis_{what}": along}
    assert score("sunnybrook", answers).total == 44


def test_a_flaccid_palsy_scores_nought_on_sunnybrook_and_nothing_scores_below() -> None:
    flaccid = {key: 1 if key.startswith("move") else 0 for key in SUNNYBROOK_NORMAL}
    flaccid |= {"rest_eye": 1, "rest_cheek": 2, "rest_mouth": 1}
    assert score("sunnybrook", flaccid).total == 0
    assert score("sunnybrook", flaccid | {"synkinesis_eye": 3}).total == 0


@pytest.mark.parametrize(
    ("total", "band"),
    [
        *[(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate")],
        *[(15, "moderately severe"), (19, "moderately severe"), (20, "severe"), (27, "severe")],
    ],
)
def test_the_bands_of_phq_9_begin_at_5_10_15_and_20(total: int, band: str) -> None:
    answers = [min(3, max(0, total - 3 * n)) for n in range(9)]
    result = score("phq_9", numbered(*answers))
    assert (result.total, result.grade) == (total, band)


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ({"spread": "I", "vision": "no", "asymmetry": "no"}, "I"),
        ({"spread": "at least II", "vision": "no", "asymmetry": "no"}, "II"),
        ({"spread": "II", "vision": "yes", "asymmetry": "no"}, "III"),
        ({"spread": "I", "vision": "yes", "asymmetry": "no"}, "III"),
        ({"spread": "II", "vision": "no", "asymmetry": "yes"}, "IV"),
        ({"spread": "at least II"}, "II to IV"),
        ({"spread": "at least II", "vision": "yes"}, "III to IV"),
        ({"spread": "I"}, "I to IV"),
        ({"spread": "I", "asymmetry": "no"}, "I to III"),
        ({"vision": "yes", "asymmetry": "no"}, "III"),
        ({"asymmetry": "yes"}, "IV"),
        ({}, "I to IV"),
    ],
)
def test_smc_takes_the_camera_as_a_lower_bound_and_asks_patient_and_clinician(
    answers: dict[str, str], grade: str
) -> None:
    assert score("smc", answers).grade == grade


def test_smc_says_who_must_tell_sight_and_asymmetry() -> None:
    scale = find("smc")
    assert {item.key: scale.teller(item) for item in scale.items} == {
        "spread": "video or clinician",
        "vision": "patient",
        "asymmetry": "clinician",
    }
    result = score("smc", {"spread": "II", "vision": "yes"})
    told = {finding.code: (finding.state, finding.source) for finding in result.findings()}
    assert told == {
        "vision_blocked": (State.PRESENT, "patient"),
        "fixed_asymmetry": (State.NOT_ASSESSABLE, "clinician"),
    }


def test_no_disturbed_sight_and_no_asymmetry_are_absent_findings() -> None:
    result = score("smc", {"spread": "I", "vision": "no", "asymmetry": "no"})
    assert states(result) == {"vision_blocked": "absent", "fixed_asymmetry": "absent"}


@pytest.mark.parametrize("key", ["jrs", "sunnybrook", "house_brackmann"])
def test_a_scale_made_for_another_disorder_says_so_with_every_score(key: str) -> None:
    assert "NOT validated for hemifacial spasm" in scales()[key].not_for
    assert any("not validated for hemifacial spasm" in line for line in score(key, {}).because)


@pytest.mark.parametrize("answer", [-1, 5, 2.5, True, "two", "", "2.0", float("nan"), float("inf"), "²"])
def test_an_answer_out_of_range_is_refused_in_one_line(answer: float | str) -> None:
    with pytest.raises(AnswersError, match=r"hfs_7: item 3 is .*whole number from 0 to 4") as refused:
        score("hfs_7", {"3": answer})
    assert "\n" not in str(refused.value)


def test_an_item_that_is_not_on_the_form_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(AnswersError, match='item "freqency" is not known; did you mean "frequency"'):
        score("jrs", {"freqency": 1})


@pytest.mark.parametrize("name", ["phq_9", "PHQ-9", "phq9", "Phq 9"])
def test_a_scale_is_found_whatever_its_punctuation(name: str) -> None:
    assert find(name).key == "phq_9"


def test_a_scale_that_is_not_there_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(AnswersError, match='no scale "sunybrook"; did you mean "sunnybrook"'):
        find("sunybrook")


def test_numbers_written_as_text_and_whole_floats_are_answers() -> None:
    assert score("jrs", {"severity": " 3 ", "frequency": 2.0}).answers == {"severity": 3, "frequency": 2}
