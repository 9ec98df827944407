"""What a new weighing says differently is said in words, the urgent first."""

from __future__ import annotations

from typing import Any

from facialis.diagnosis import assess, from_mapping
from facialis.diagnosis.moved import moved


def weighed(*findings: tuple[str, str, str, str]) -> dict[str, Any]:
    rows = [{"code": code, "state": state, "side": side, "source": who} for code, state, side, who in findings]
    return assess(from_mapping({"age": 52, "findings": rows}), draws=200).to_json()


EYE = ("onset_eye_first", "present", "left", "patient")


def test_the_same_twice_is_one_line_that_says_so() -> None:
    assert moved(weighed(EYE), weighed(EYE)) == ["Nothing that is worth a word has changed."]


def test_a_new_red_flag_comes_first_and_one_that_is_gone_is_said() -> None:
    flagged = weighed(EYE, ("limb_speech_deficit", "present", "none", "patient"))

    assert moved(weighed(EYE), flagged)[0] == "New red flag: new deficit of limb, tongue or speech."
    assert moved(flagged, weighed(EYE))[0] == "No red flag any more: new deficit of limb, tongue or speech."


def test_sides_that_come_to_disagree_are_said() -> None:
    right = ("involuntary_movement", "present", "right", "video")
    assert "Side: left before, not settled now." in moved(weighed(EYE), weighed(EYE, right))


def test_another_leader_and_the_shares_that_moved_are_said() -> None:
    palsy = ("prior_facial_palsy", "present", "left", "patient")
    signs = [
        palsy,
        ("synkinesis", "present", "left", "clinician"),
        ("facial_weakness", "present", "left", "clinician"),
        ("onset_eye_first", "absent", "none", "clinician"),
    ]
    said = moved(weighed(EYE), weighed(EYE, *signs))

    assert "Post-paralytic facial synkinesis comes first now, hemifacial spasm did before." in said
    assert any(line.startswith("Post-paralytic facial synkinesis: ") and "before" in line for line in said)
