"""The answer as a whole: what is said when little is known, when sources disagree, and how sure one may sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess, sentences
from facialis.diagnosis.network import network
from facialis.findings import Estimate, Finding, Side, State

Make = Callable[..., Case]


def test_age_sex_and_a_warning_sign_alone_are_no_answer(make: Make) -> None:
    told = assess(make("sudden_weakness", age=60, sex="female"), draws=200)
    assert told.red_flags
    assert sentences.answer(told)[0].startswith("Nothing is known yet")
    assert sentences.plain(told)[0] == "Too little is known yet for an answer."


def test_a_mean_over_numbers_that_nobody_knows_is_not_called_most_likely(make: Make) -> None:
    told = assess(make("involuntary_movement", "onset_eye_first", side="left"), draws=200)
    for low, word in ((0.05, "comes first, but hardly surely"), (0.4, "is most likely")):
        object.__setattr__(told.differential[0], "probability", Estimate(0.6, low, 0.9))
        assert word in sentences.answer(told)[0]
        assert ("most likely" in sentences.plain(told)[0]) == (low > 0.2)


def test_the_answer_says_that_the_sources_name_different_sides(make: Make) -> None:
    rows = [Finding("involuntary_movement", State.PRESENT, side, source=who) for side, who in SIDES]
    told = assess(make(*rows, "onset_eye_first", "ear_click"), draws=200)
    assert "(the sources name different sides)" in sentences.answer(told)[0]


SIDES = ((Side.LEFT, "patient"), (Side.RIGHT, "clinician"))


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (Estimate(0.93, 0.81, 0.98), "93 % (81 to 98 %)"),
        (Estimate(0.999, 0.97, 1.0), "> 99 % (97 to > 99 %)"),
        (Estimate(0.001, 0.0, 0.004), "< 1 %"),
    ],
)
def test_a_probability_is_printed_no_finer_than_the_model_was_tried_for(chance: Estimate, said: str) -> None:
    assert sentences.interval(chance) == said


def test_a_weight_shows_the_numbers_of_the_disorder_as_a_whole(make: Make) -> None:
    case = make("involuntary_movement", "mri:mri_lesion", side="left", setting="specialist")
    leader = assess(case, draws=200).to_json()["differential"][0]
    weight = next(one for one in leader["for"] + leader["against"] if one["finding"] == "mri_lesion")
    net, prior = network(), np.array(knowledge.setting("specialist").mean)
    leaves = net.leaves_of(leader["disorder"])
    shares = [net.share("mri_lesion", int(leaf)).mean[0] for leaf in leaves]
    assert weight["shares"][0]["share"] == pytest.approx(np.average(shares, weights=prior[leaves]), abs=1e-4)


def test_the_same_seed_gives_the_same_result_and_another_nearly_the_same(make: Make) -> None:
    case = make("involuntary_movement", "onset_eye_first", "ear_click", side="left")
    one, same, other = (assess(case, draws=2000, seed=seed, steps=False) for seed in (1, 1, 2))
    assert one.differential == same.differential
    assert one.leader.probability.value == other.leader.probability.value
    assert one.leader.probability.low != other.leader.probability.low
    assert one.leader.probability.low == pytest.approx(other.leader.probability.low, abs=0.1)


def test_what_is_no_case_or_too_few_draws_is_said_in_words() -> None:
    with pytest.raises(TypeError, match="from_mapping"):
        assess({"age": 52})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="draws is 0"):
        assess(Case(), draws=0)
    with pytest.raises(ValueError, match="age is True"):
        Case(age=True)


def test_the_setting_and_all_weights_add_up_to_the_answer(make: Make) -> None:
    case = make("involuntary_movement", "onset_eye_first", "mri:mri_lesion", "other_babinski_sign", side="left")
    told = assess(case, draws=200)
    for one, entry in zip(told.differential, told.to_json()["differential"], strict=True):
        weights = entry["before"]["bans"] + sum(weight["bans"] for side in ("for", "against") for weight in entry[side])
        assert weights == pytest.approx(entry["total_bans"], abs=0.02 * (1 + len(told.evidence.nodes)) / 2)
        assert entry["before"]["low"] <= entry["before"]["bans"] <= entry["before"]["high"]
        assert len(one.weights) == len(entry["for"]) + len(entry["against"])


def test_a_rare_cause_whose_number_is_guessed_does_not_hide_that_the_rest_was_counted(make: Make) -> None:
    case = make("involuntary_movement", "ear_click", "-facial_weakness", side="left", setting="specialist")
    leader = assess(case, draws=200).to_json()["differential"][0]
    assert leader["disorder"] == "hemifacial_spasm"
    weights = {one["finding"]: one["shares"][0]["basis"] for one in leader["for"] + leader["against"]}
    shares = network().nodes["facial_weakness"].shares
    assert {shares[key].basis.value for key in shares if key.startswith("hemifacial")} >= {"elicited"}
    assert weights["facial_weakness"] != "elicited"
