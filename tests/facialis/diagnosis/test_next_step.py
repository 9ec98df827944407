"""What to ask next: the information is what counting gives, and nobody is asked twice."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType, ModuleType

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import hardly_tells, next_step
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.network import Network, Values, network
from facialis.findings import Finding, Side, State
from facialis.knowledge.differential import Step

CODES = ("brow", "click", "narrow", "wide", "spread", "bursts", "urge", "numb")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, made: ModuleType) -> dict[str, Step]:
    """A question for every code of the small network, and tests of several, in place of the knowledge base's."""

    def step(key: str, *codes: str) -> Step:
        return Step(key, "question", key, key, tuple((code, "clinician") for code in codes), "none", "none", "none")

    tests = {"two": step("two", "brow", "spread"), "three": step("three", "urge", "numb", "wide")}
    found = {code: step(code, code) for code in CODES} | tests
    monkeypatch.setattr(knowledge, "steps", lambda: MappingProxyType(found))
    monkeypatch.setattr(knowledge, "reader", lambda code, who: made.reader(0.85, 0.9))
    return found


def entropy(weights: Values) -> float:
    shares = weights / weights.sum()
    return float(-(shares * np.log2(np.maximum(shares, 1e-300))).sum())


def information(made: ModuleType, net: Network, evidence: Evidence, codes: tuple[str, ...]) -> float:
    """Mutual information of the leaf and the answers by counting every world, bits."""
    before = entropy(made.counted(net, made.PRIOR, evidence))
    whole, left = 0.0, 0.0
    for answers in np.ndindex(*(2,) * len(codes)):
        more = [
            Reading(code, "clinician", float(yes), made.reader(0.85, 0.9))
            for code, yes in zip(codes, answers, strict=True)
        ]
        joint = made.counted(net, made.PRIOR, evidence, *more)
        whole += joint.sum()
        left += joint.sum() * entropy(joint)
    return before - left / whole


KNOWN = [(), ("click",), ("spread", "narrow"), ("brow", "bursts", "urge")]


@pytest.mark.parametrize("known", KNOWN)
def test_the_information_of_one_answer_is_what_counting_gives(
    made: ModuleType, steps: dict[str, Step], known: tuple[str, ...]
) -> None:
    net = made.small()
    evidence = made.told(net, *(made.reading(code, who="patient") for code in known))
    found = {one.step.key: one for one in next_step.next_steps(net, made.PRIOR, evidence, ())}
    assert set(found) == set(steps)
    for code in CODES:
        assert found[code].bits == pytest.approx(information(made, net, evidence, (code,)), abs=1e-9)
        joint = made.counted(net, made.PRIOR, evidence)
        yes = made.counted(net, made.PRIOR, evidence, made.reading(code, by=made.reader(0.85, 0.9)))
        assert found[code].likely == pytest.approx(yes.sum() / joint.sum())


@pytest.mark.parametrize("known", KNOWN[:3])
def test_the_information_of_a_test_is_near_what_counting_gives(
    made: ModuleType, steps: dict[str, Step], known: tuple[str, ...]
) -> None:
    net = made.small()
    evidence = made.told(net, *(made.reading(code, who="patient") for code in known))
    found = {one.step.key: one.bits for one in next_step.next_steps(net, made.PRIOR, evidence, ())}
    for key in ("two", "three"):
        codes = tuple(code for code, _ in steps[key].yields)
        assert found[key] == pytest.approx(information(made, net, evidence, codes), abs=0.08)


def test_no_answer_is_expected_to_take_information_away(made: ModuleType) -> None:
    net, rng = network(), np.random.default_rng(6)
    for count in (0, 5, 12):
        evidence = made.random_case(net, rng, count)
        for one in next_step.next_steps(net, knowledge.setting(None), evidence, ()):
            assert one.bits >= 0.0
            assert 0.0 <= one.cause_bits <= one.bits
            assert one.net_bits == pytest.approx(one.bits - (0.0 if one.standing else next_step.price(one.step)))
            assert one.between[0] != one.between[1]


def test_the_most_worth_its_price_comes_first(made: ModuleType) -> None:
    evidence = made.random_case(network(), np.random.default_rng(9), 5)
    found = next_step.next_steps(network(), knowledge.setting(None), evidence, ())
    for later in (False, True):
        group = [one.net_bits for one in found if one.step.after_looking is later]
        assert group == sorted(group, reverse=True)
    late = [one.step.after_looking for one in found]
    assert late == sorted(late), "what needs a look at the face first comes after what does not"
    seen = Finding("involuntary_movement", State.PRESENT, source="clinician")
    found = next_step.next_steps(network(), knowledge.setting(None), evidence, (seen,))
    assert [one.net_bits for one in found] == sorted((one.net_bits for one in found), reverse=True)


def test_a_dearer_step_of_the_same_information_comes_later(made: ModuleType, steps: dict[str, Step]) -> None:
    net = made.small()
    steps["dear"] = replace(steps["brow"], key="dear", cost="high")
    found = [one.step.key for one in next_step.next_steps(net, made.PRIOR, made.told(net), ())]
    assert found.index("brow") < found.index("dear")


def left(*findings: Finding) -> set[tuple[str, str]]:
    """Kind and key of every step that is left after findings."""
    told = next_step.next_steps(network(), knowledge.setting(None), Evidence({}, {}), findings)
    return {(one.step.kind, one.step.key) for one in told}


@pytest.mark.parametrize("state", list(State))
def test_a_question_that_was_answered_is_not_asked_again_even_if_nobody_could_tell(state: State) -> None:
    asked = Finding("premonitory_urge", state, source="patient")
    assert left() - left(asked) == {("question", "premonitory_urge")}


def test_what_the_patient_was_asked_the_clinician_may_still_look_for() -> None:
    asked = Finding("sensory_trick", State.PRESENT, source="patient")
    assert left() - left(asked) == {("question", "sensory_trick")}
    assert ("sign", "sensory_trick") in left(asked)


def test_a_test_that_could_not_tell_may_be_done_again_and_one_that_told_may_not() -> None:
    yields = knowledge.steps()["emg_lateral_spread"].yields
    blind = [Finding(code, State.NOT_ASSESSABLE, source=who) for code, who in yields]
    seen = [Finding(code, State.ABSENT, source=who) for code, who in yields]
    assert ("test", "emg_lateral_spread") in left(*blind)
    assert ("test", "emg_lateral_spread") not in left(*seen)
    assert ("test", "emg_lateral_spread") in left(blind[0], *seen[1:])


def test_only_the_steps_that_are_wanted_are_looked_at() -> None:
    net, prior = network(), knowledge.setting(None)
    wanted = {"march", "eeg_video"}
    found = next_step.next_steps(net, prior, Evidence({}, {}), (), only=wanted)
    assert {one.step.key for one in found} == wanted


def test_what_is_known_already_tells_little_more(made: ModuleType, steps: dict[str, Step]) -> None:
    net = made.small()
    sure = made.told(net, made.reading("urge", who="patient", by=made.TRUE))
    found = {one.step.key: one.bits for one in next_step.next_steps(net, made.PRIOR, sure, ())}
    assert found["urge"] == pytest.approx(0.0, abs=1e-7)


def test_red_flags_are_asked_first_and_every_code_once() -> None:
    codes = ["stress_worse", *next_step.red_flag_codes()[:2], "premonitory_urge", "stress_worse"]
    ordered = next_step.order(dict.fromkeys(codes), ())
    assert ordered[:2] == next_step.red_flag_codes()[:2]
    assert ordered[2:] == ["stress_worse", "premonitory_urge"]


def test_a_step_says_why_in_words(made: ModuleType) -> None:
    found = next_step.next_steps(network(), knowledge.setting("specialist"), Evidence({}, {}), ())
    told = found[0].to_json()
    assert "bits" in told["because"]
    assert told["expected_information_bits"] == pytest.approx(found[0].bits, abs=1e-4)
    assert told["ask_or_test"] == found[0].step.key


def test_once_what_is_left_hardly_tells_it_is_said_and_not_before() -> None:
    signs = ("onset_eye_first", "strictly_unilateral", "involuntary_movement", "spread_same_side")
    clear = [Finding(code, State.PRESENT, Side.LEFT, source="patient") for code in signs]
    absent = ("prior_facial_palsy", "prior_facial_injury", "abrupt_onset", "premonitory_urge", "other_body_parts")
    clear += [Finding(code, State.ABSENT, source="patient") for code in absent]

    assert hardly_tells(clear, {"age": 60, "age_at_onset": 55}, ("family_hfs", "relieved_by_sleep"))
    assert not hardly_tells((), {}, ("prior_facial_palsy", "relieved_by_sleep"))
    assert hardly_tells((), {}, ())


def test_what_contradicts_itself_is_never_said_to_be_enough() -> None:
    both = [Finding("involuntary_movement", state, source="patient") for state in (State.PRESENT, State.ABSENT)]

    assert not hardly_tells(both, {}, ("family_hfs",))
