"""From findings to evidence: one voice for each reader, what hides what, whose word counts, which side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess
from facialis.diagnosis.assessment import Assessment
from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.network import network
from facialis.diagnosis.readings import evidence, gaps, readings, side_told
from facialis.findings import Finding, Side, State

Make = Callable[..., Case]
PRESENT, ABSENT = State.PRESENT, State.ABSENT


def told(case: Case) -> Evidence:
    return evidence(readings(case, network(), side_told(case)), case, network())


def why_not(case: Case, code: str, source: str = "") -> str:
    reads = readings(case, network(), side_told(case))
    return next(r.why_not for r in reads if r.finding.code == code and source in ("", r.finding.source))


def chance(case: Case, disorder: str) -> float:
    ranked = assess(case, draws=200, steps=False).differential
    return next(one.probability.value for one in ranked if one.disorder == disorder)


@pytest.mark.parametrize("code", ["other_babinski_sign", "facial_weakness", "lateral_spread_response"])
def test_recent_toxin_makes_absent_not_assessable_and_leaves_present_alone(make: Make, code: str) -> None:
    source = "emg" if code == "lateral_spread_response" else "clinician"
    masked = make("recent_toxin", Finding(code, ABSENT, source=source))
    assert "toxin" in why_not(masked, code)
    assert "toxin" in gaps(readings(masked, network(), side_told(masked)))[code]
    assert told(make("recent_toxin", Finding(code, PRESENT, source=source))).readings
    assert told(make("-recent_toxin", Finding(code, ABSENT, source=source))).readings


def test_a_sign_of_spasms_is_not_absent_where_that_reader_saw_no_spasm(make: Make) -> None:
    case = make("-involuntary_movement", "-other_babinski_sign")
    assert "saw none" in why_not(case, "other_babinski_sign")
    assert why_not(make("involuntary_movement", "-other_babinski_sign"), "other_babinski_sign") == ""
    other = make("video:-involuntary_movement", "clinician:involuntary_movement", "clinician:-other_babinski_sign")
    assert why_not(other, "other_babinski_sign") == ""


def test_the_clinician_overrules_what_was_measured_and_both_are_kept(make: Make) -> None:
    case = make("video:other_babinski_sign", "clinician:-other_babinski_sign", "clinician:involuntary_movement")
    assert why_not(case, "other_babinski_sign", "video") == "overruled by the clinician"
    kept = [read.to_json() for read in readings(case, network(), side_told(case))]
    assert {(r["code"], r["source"], r["state"]) for r in kept} >= {
        ("other_babinski_sign", "video", "present"),
        ("other_babinski_sign", "clinician", "absent"),
    }
    alone = make("clinician:-other_babinski_sign", "clinician:involuntary_movement")
    assert chance(case, "hemifacial_spasm") == pytest.approx(chance(alone, "hemifacial_spasm"))


def test_a_clinician_who_could_not_tell_overrules_nothing(make: Make) -> None:
    case = make("video:other_babinski_sign", "clinician:?other_babinski_sign")
    assert why_not(case, "other_babinski_sign", "video") == ""


def test_the_patients_word_and_the_clinicians_both_count(make: Make) -> None:
    both = told(make("patient:sensory_trick", "clinician:-sensory_trick", "clinician:involuntary_movement"))
    assert {reading.who for reading in both.readings["sensory_trick"]} == {"patient", "clinician"}


def test_the_same_sign_from_four_readers_never_tells_more_than_the_sign_itself(make: Make) -> None:
    node = knowledge.nodes_of_the_network()["tonic_sustained"]
    best = node.shares["functional"].mean[0] / node.shares["hemifacial_spasm"].mean[0]
    readers = ["clinician:tonic_sustained", "patient:tonic_sustained", "emg:tonic_sustained"]
    before, after = make(), make(*readers)
    ratio = (chance(after, "functional") / chance(after, "hemifacial_spasm")) / (
        chance(before, "functional") / chance(before, "hemifacial_spasm")
    )
    assert ratio < best


def test_two_videos_are_one_voice(make: Make) -> None:
    once = make("video:other_babinski_sign")
    twice = make("video:other_babinski_sign", "video:other_babinski_sign")
    split = make("video:other_babinski_sign", "video:-other_babinski_sign", "video:involuntary_movement")
    assert chance(once, "hemifacial_spasm") == pytest.approx(chance(twice, "hemifacial_spasm"))
    (reading,) = told(split).readings["other_babinski_sign"]
    assert reading.probability == 0.5


@pytest.mark.parametrize("code", ["other_babinski_sign", "facial_weakness", "tonic_sustained"])
def test_a_sign_that_is_told_of_each_side_is_present_where_one_side_has_it(make: Make, code: str) -> None:
    left = [Finding("involuntary_movement", PRESENT, Side.LEFT, source="clinician")]
    left += [Finding(code, PRESENT, Side.LEFT, source="clinician")]
    right = [Finding("involuntary_movement", ABSENT, Side.RIGHT, source="clinician")]
    right += [Finding(code, ABSENT, Side.RIGHT, source="clinician")]
    for case in (make(*left, *right), make(*right, *left)):
        assert {reading.probability for reading in told(case).readings[code]} == {1.0}
    assert {reading.probability for reading in told(make(*right)).readings.get(code, ())} <= {0.0}


def test_a_reader_who_saw_one_side_move_can_tell_that_a_sign_is_absent(make: Make) -> None:
    moves = [Finding("involuntary_movement", PRESENT, Side.LEFT, source="clinician")]
    moves += [Finding("involuntary_movement", ABSENT, Side.RIGHT, source="clinician")]
    assert why_not(make(*moves, "-other_babinski_sign"), "other_babinski_sign") == ""


def test_a_sign_seen_with_probability_0_8_counts_as_that(make: Make) -> None:
    def seen(probability: float | None) -> float:
        sign = Finding("other_babinski_sign", PRESENT, source="video", probability=probability)
        return chance(make(sign), "hemifacial_spasm")

    nothing = chance(make(), "hemifacial_spasm")
    assert seen(0.5) == pytest.approx(nothing)
    assert nothing < seen(0.8) < seen(1.0) == seen(None)
    absent = Finding("other_babinski_sign", ABSENT, source="video", probability=0.2)
    assert chance(make(absent), "hemifacial_spasm") == pytest.approx(seen(0.8))


def test_a_camera_cannot_tell_what_it_cannot_see(make: Make) -> None:
    case = make(Finding("persists_in_sleep", PRESENT, source="video"))
    assert "video cannot tell this" in why_not(case, "persists_in_sleep")
    assert not told(case).readings


def test_what_is_no_evidence_for_a_disorder_is_kept_and_said_so(make: Make) -> None:
    assert "no evidence" in why_not(make("recent_toxin"), "recent_toxin")


def test_a_palsy_or_a_vessel_of_the_other_side_does_not_count(make: Make) -> None:
    moves = Finding("involuntary_movement", PRESENT, Side.LEFT, source="clinician")
    for code, source in (("prior_facial_palsy", "patient"), ("mri_deformity_proximal", "mri")):
        other = make(moves, Finding(code, PRESENT, Side.RIGHT, source=source))
        assert why_not(other, code) == "it is on the right, the movement on the left"
        assert why_not(make(moves, Finding(code, PRESENT, Side.LEFT, source=source)), code) == ""


def test_age_alone_tells_only_that_the_onset_was_not_later(make: Make) -> None:
    states = network().nodes["age_at_onset"].states
    young = told(make(age=25)).known["age_at_onset"]
    assert [bool(v) for v in young] == [int(state) <= 25 for state in states]
    assert told(make(age=80, age_at_onset=39)).known["age_at_onset"].sum() == 1
    assert chance(make(age=85), "tic") == pytest.approx(chance(make(), "tic"))


@pytest.mark.parametrize(("years", "band"), [(0.0, "0"), (29.9, "18"), (30.0, "30"), (70.0, "70"), (120.0, "70")])
def test_an_age_belongs_to_the_band_that_begins_at_it(years: float, band: str) -> None:
    states = network().nodes["age_at_onset"].states
    onset = told(Case(age_at_onset=years)).known["age_at_onset"]
    assert [states[place] for place in onset.nonzero()[0]] == [band]
    age = told(Case(age=years)).known["age_at_onset"]
    assert [states[place] for place in age.nonzero()[0]] == list(states[: states.index(band) + 1])


def test_a_short_course_speaks_for_the_eyelids_own_twitching_and_a_long_one_against_it(make: Make) -> None:
    def odds(**fields: Any) -> float:
        case = make("patient:eyelid_only", "patient:involuntary_movement", setting="primary_care", **fields)
        return chance(case, "eyelid_myokymia") / chance(case, "hemifacial_spasm")

    assert odds(duration_months=1) > 3 * odds() > 3 * odds(duration_months=24)
    assert odds(age=42, age_at_onset=40) < odds(age=40, age_at_onset=40)


@pytest.mark.parametrize(
    ("fields", "states"),
    [
        ({"duration_months": 2}, [1, 0, 0, 0]),
        ({"duration_months": 3}, [0, 1, 0, 0]),
        ({"age": 40, "age_at_onset": 40}, [1, 1, 0, 0]),
        ({"age": 41, "age_at_onset": 40}, [1, 1, 1, 0]),
        ({"age": 42, "age_at_onset": 40}, [0, 0, 1, 0]),
        ({"age": 47, "age_at_onset": 40}, [0, 0, 0, 1]),
    ],
)
def test_ages_in_whole_years_tell_the_duration_as_far_as_they_can(
    make: Make, fields: dict[str, float], states: list[int]
) -> None:
    assert [int(value) for value in told(make(**fields)).known["duration"]] == states
    assert "duration" not in told(make(age=40)).known


def test_the_side_is_settled_where_the_clinician_or_two_others_agree(make: Make) -> None:
    one = make("patient:involuntary_movement", side="left")
    assert (side_told(one).side, side_told(one).settled) == (Side.LEFT, False)
    two = make("patient:involuntary_movement", "video:involuntary_movement", side="left")
    assert side_told(two).settled
    assert side_told(make("clinician:involuntary_movement", side="right")).settled


def test_sources_that_name_different_sides_settle_none(make: Make) -> None:
    left = Finding("involuntary_movement", PRESENT, Side.LEFT, source="patient")
    right = Finding("involuntary_movement", PRESENT, Side.RIGHT, source="video")
    side = side_told(make(left, right))
    assert (side.side, side.settled) == (Side.NONE, False)
    assert "do not agree" in side.because[-1]
    result = assess(make(left, right), draws=200).to_json()
    assert result["differential"][0]["icd10cm"] in ("G51.39", "")


def test_a_video_that_may_be_mirrored_does_not_settle_the_side(make: Make) -> None:
    words = ("patient:involuntary_movement", "video:involuntary_movement")
    doubt = ("it is not known whether a.json is mirrored, so that its sides may be exchanged",)
    case = Case(make(*words, side="left").findings, doubts=doubt)
    assert not side_told(case).settled
    assert side_told(case).because[-1] == doubt[0]


@pytest.mark.parametrize(
    ("side", "code"), [("left", "G51.32"), ("right", "G51.31"), ("both", "G51.33"), ("none", "G51.39")]
)
def test_the_code_of_hemifacial_spasm_names_the_patients_own_side(make: Make, side: str, code: str) -> None:
    result: Assessment = assess(make("involuntary_movement", "onset_eye_first", "ear_click", side=side), draws=200)
    ranked = result.to_json()["differential"]
    assert next(one["icd10cm"] for one in ranked if one["disorder"] == "hemifacial_spasm") == code


def test_a_measurement_that_agrees_with_the_clinician_is_no_quarrel(make: Make) -> None:
    case = make("video:other_babinski_sign", "clinician:other_babinski_sign")
    assert why_not(case, "other_babinski_sign", "video") == "the clinician says the same"
