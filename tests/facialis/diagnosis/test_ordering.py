"""What an assessment lets one order, and why."""

from __future__ import annotations

import pytest

from facialis.diagnosis.ordering import Told, cautions, propose, proposed


def weighed(*steps: str, present: tuple[str, ...] = ()) -> dict:
    return {
        "next_steps": [{"ask_or_test": step, "because": f"{step} tells"} for step in steps],
        "readings": [{"code": code, "state": "present", "used": True} for code in present],
    }


def test_a_step_of_the_assessment_proposes_its_test_with_its_reason():
    (one,) = proposed(weighed("mri_posterior_fossa"), Told(age=52))
    assert (one.test, one.because) == ("mri", "mri_posterior_fossa tells")
    assert one.text.startswith("The cause of the movement")
    assert one.parts == ("t2_ciss", "tof", "t1_contrast")


def test_only_the_parts_that_the_step_asks_for_are_proposed():
    one = propose("emg", weighed("emg_lateral_spread"), Told())
    assert one.parts == ("lateral_spread", "blink_reflex")
    assert [why.key for why in one.indications] == ["emg_spread"]


def test_nothing_is_proposed_of_what_nothing_asks_for():
    assert proposed(None, Told(age=52)) == []
    assert propose("emg", None, Told()).text == ""


@pytest.mark.parametrize(("age", "there"), [(17.9, True), (18, False), (None, False)])
def test_a_child_always_gets_an_mri_and_a_paediatric_neurologist(age, there):
    text = propose("mri", None, Told(age=age)).text
    assert ("paediatric neurology" in text) is there


def test_an_operation_asks_for_scan_and_hearing():
    assert [one.test for one in proposed(None, Told(operation=True))] == ["mri", "audiogram"]


def test_a_hearing_loss_asks_for_both_and_one_that_was_set_aside_for_neither():
    told = weighed(present=("hearing_loss_unilateral",))
    assert [one.test for one in proposed(told, Told())] == ["mri", "audiogram"]
    told["readings"][0]["used"] = False
    assert proposed(told, Told()) == []


@pytest.mark.parametrize(("days", "warned"), [(None, False), (0, True), (121, True), (122, False)])
def test_toxin_within_four_months_makes_an_absent_response_not_assessable(days, warned):
    told = " ".join(cautions("emg", [], None, Told(days_since_toxin=days)))
    assert ("within the last 4 months" in told) is warned


def test_an_mri_never_comes_without_the_word_that_vessels_touch_healthy_nerves():
    assert any("never proves it" in text for text in cautions("mri", [], None, Told()))


def test_a_needle_warns_of_bleeding_and_a_surface_electrode_does_not():
    assert any("Antithrombotics" in text for text in cautions("emg", ["free_running_needle"], None, Told()))
    assert cautions("emg", ["free_running_surface"], None, Told()) == []
