"""Red flags: before and beside the network, never suppressed by a probability."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess, red_flags
from facialis.findings import Finding, State
from facialis.flags import of_case

Make = Callable[..., Case]
EMERGENCIES = [c for c, d in knowledge.findings().items() if d.urgency == "emergency"]
SAME_DAY = [c for c, d in knowledge.findings().items() if d.urgency == "same_day"]
SOON = [c for c, d in knowledge.findings().items() if d.urgency == "soon"]
TYPICAL = ("involuntary_movement", "strictly_unilateral", "onset_eye_first", "upper_lower_synchronous")


def urgencies(case: Case) -> list[str]:
    return [raised.urgency.value for raised in of_case(case)]


@pytest.mark.parametrize("code", EMERGENCIES)
def test_every_emergency_of_the_vocabulary_is_raised(make: Make, code: str) -> None:
    assert "emergency" in urgencies(make(code))


@pytest.mark.parametrize("code", SAME_DAY)
def test_what_is_of_the_same_day_is_an_emergency_beside_limb_or_speech(make: Make, code: str) -> None:
    assert urgencies(make(code)) == ["same_day"]
    raised = {one.flag.key: one for one in of_case(make(code, "limb_speech_deficit"))}
    assert {one.urgency for one in raised.values()} == {"emergency"}
    assert len(raised) >= 2
    assert all("emergency number" in one.flag.plain_action for one in raised.values())


@pytest.mark.parametrize("code", SOON)
def test_what_can_wait_a_little_is_raised_as_soon(make: Make, code: str) -> None:
    assert "soon" in urgencies(make(code))


def test_twitching_alone_is_no_flag_however_long_and_a_click_in_time_is_none(make: Make) -> None:
    held = (*TYPICAL, "tonic_sustained", "persists_in_sleep", "ear_click", "vision_blocked", "fixed_asymmetry")
    assert of_case(make(*held, age=70, age_at_onset=45)) == []


def test_regular_jerks_for_an_hour_a_march_or_lost_awareness_are_emergencies(make: Make) -> None:
    for code in ("jerks_every_10s", "march", "impaired_awareness"):
        assert urgencies(make(*TYPICAL, code))[0] == "emergency"


@pytest.mark.parametrize("state", ["", "-"])
def test_no_probability_suppresses_a_flag(make: Make, state: str) -> None:
    flag = Finding("sudden_weakness", State.PRESENT, source="patient", probability=0.05)
    told = assess(make(*TYPICAL, flag, f"clinician:{state}hemifacial_atrophy"), draws=200, steps=False)
    assert told.red_flags[0].urgency == "emergency"
    assert "probability 0.05" in told.red_flags[0].because[0]


def test_whoever_says_so_is_heard_and_whoever_denies_is_named(make: Make) -> None:
    (raised,) = of_case(make("patient:diplopia_or_pupil", "clinician:-diplopia_or_pupil"))
    assert raised.because == ("diplopia or unequal pupils (patient: present, clinician: absent)",)


def test_what_is_absent_or_not_assessable_raises_nothing(make: Make) -> None:
    words = [f"{mark}{code}" for mark in "-?" for code in EMERGENCIES[:1]]
    assert of_case(make(words[0])) == of_case(make(words[1])) == []


def test_weakness_after_toxin_and_palsy_after_decompression_have_words_of_their_own(make: Make) -> None:
    keys = {}
    for cause in ("recent_toxin", "prior_decompression"):
        (raised,) = of_case(make("sudden_weakness", cause))
        assert raised.urgency == "same_day"
        keys[cause] = raised.flag.key
    assert len({*keys.values(), "sudden_weakness"}) == 3
    (plain,) = of_case(make("sudden_weakness"))
    assert plain.urgency == "emergency"


@pytest.mark.parametrize("cause", ["recent_toxin", "prior_decompression"])
@pytest.mark.parametrize("more", ["limb_speech_deficit", "bulbar_breathing"])
def test_with_arm_speech_swallowing_or_breathing_it_is_always_the_ambulance(make: Make, cause: str, more: str) -> None:
    raised = of_case(make("sudden_weakness", cause, more))
    assert raised[0].urgency == "emergency"


def test_after_toxin_and_decompression_the_ambulance_is_named_before_the_clinic() -> None:
    for key, clinic in (("weakness_after_toxin", "the clinic"), ("weakness_after_decompression", "the team")):
        flag = knowledge.red_flags()[key]
        assert 0 < flag.plain_action.index("emergency number") < flag.plain_action.index(clinic)
        assert flag.action.index("emergency") < flag.action.index("see today")


def test_a_young_eyelid_twitch_and_a_child_s_tic_are_not_sent_to_a_scan() -> None:
    young, child = (knowledge.red_flags()[key] for key in ("onset_below_40", "child"))
    assert "eyelid alone" in young.plain_action
    assert "more than one eyelid" in young.plain_action
    assert "no scan" in child.action
    assert "one side" in child.plain_action


def test_an_onset_below_forty_a_child_and_both_sides_want_to_be_seen_soon(make: Make) -> None:
    keys = {one.flag.key for one in of_case(make(*TYPICAL, age=45, age_at_onset=39))}
    assert len(keys) == 1
    assert of_case(make(*TYPICAL, age=45, age_at_onset=40)) == []
    child = {one.flag.key for one in of_case(make(*TYPICAL, age=9))}
    assert keys < child
    assert "child" not in {one.flag.key for one in of_case(make(*TYPICAL, age=18))}
    assert urgencies(make("bilateral_synchronous")) == ["soon"]


def test_both_sides_are_flagged_however_they_are_told(make: Make) -> None:
    for case in (make("involuntary_movement", side="both"), make("-strictly_unilateral"), make("bilateral_lid_spasm")):
        assert urgencies(case) == ["soon"]
    assert of_case(make("facial_weakness", side="both")) == []


def test_a_face_that_moves_on_one_side_with_an_arm_or_the_tongue_is_seen_the_same_day(make: Make) -> None:
    assert urgencies(make("strictly_unilateral", "other_body_parts")) == ["same_day"]
    assert of_case(make("other_body_parts")) == []


def test_the_most_urgent_comes_first(make: Make) -> None:
    raised = urgencies(make("neuralgic_pain", "painful_red_eye", "self_harm", age=30))
    assert raised == sorted(raised, key=["emergency", "same_day", "soon"].index)
    assert raised[0] == "emergency"


def test_flags_are_raised_from_findings_and_fields_alone() -> None:
    assert red_flags([], {"age_at_onset": 20})[0].urgency == "soon"
    assert red_flags([]) == []


def test_an_age_is_no_flag_where_the_face_does_not_move(make: Make) -> None:
    assert of_case(make("patient:-involuntary_movement", "clinician:-involuntary_movement", age=30)) == []
    assert urgencies(make("patient:involuntary_movement", "clinician:-involuntary_movement", age=30)) == ["soon"]


def test_the_test_that_a_flag_asks_for_comes_first_whatever_it_tells(make: Make) -> None:
    told = assess(make("march", "strictly_unilateral", age=60, setting="specialist"), draws=200)
    assert told.next_steps[0].step.key == "eeg_video"
    assert "red flag" in told.next_steps[0].because()
    steps = told.to_json()["next_steps"]
    assert [step["ask_or_test"] for step in steps[:2]] == ["red_flag_questions", "eeg_video"]
    assert "what comes first: " in told.to_json()["answer"]["sentences"][1]
