"""The assessment as a whole: the order, the rival that each disorder is held against, and the intervals."""

from __future__ import annotations

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess
from facialis.diagnosis.assessment import sampler
from facialis.diagnosis.network import network
from facialis.findings import Finding, Side, State

SETTLED = (
    Finding("onset_eye_first", State.PRESENT, Side.LEFT, source="patient"),
    Finding("spread_same_side", State.PRESENT, Side.LEFT, source="patient"),
    Finding("premonitory_urge", State.ABSENT, source="patient"),
    Finding("facial_weakness", State.ABSENT, source="clinician"),
    Finding("lateral_spread_response", State.PRESENT, Side.LEFT, source="emg"),
    Finding("mri_deformity_proximal", State.PRESENT, Side.LEFT, source="mri"),
)
CASE = Case((Finding("other_babinski_sign", State.PRESENT, Side.LEFT, source="clinician"),), sex="female")


def test_every_disorder_is_held_against_the_leader_and_the_leader_against_the_next() -> None:
    first, second, *others = assess(CASE, draws=200, steps=False).differential
    assert first.rival == second.disorder
    assert {one.rival for one in (second, *others)} == {first.disorder}


def test_the_interval_leaves_out_a_fortieth_of_the_draws_at_each_end() -> None:
    told = assess(CASE, steps=False)
    net = network()
    draws = net.by_disorder(sampler(net, 4000, 1).posterior(knowledge.setting(None), told.evidence).draws)
    for one in told.differential[:4]:
        mine = draws[:, net.disorders.index(one.disorder)]
        assert np.mean(mine < one.probability.low) == pytest.approx(0.025, abs=0.002)
        assert np.mean(mine > one.probability.high) == pytest.approx(0.025, abs=0.002)


def test_a_weight_is_published_only_where_both_of_its_numbers_are() -> None:
    told = assess(
        Case((*CASE.findings, Finding("ear_click", State.PRESENT, source="patient")), age=52), draws=200, steps=False
    ).to_json()
    order = ["published", "calculated", "elicited"]
    weights = [w for one in told["differential"] for w in one["for"] + one["against"]]
    assert {weight["basis"] for weight in weights} >= {"published", "elicited"}
    for weight in weights:
        assert weight["basis"] == max((share["basis"] for share in weight["shares"]), key=order.index)


def test_no_step_is_named_that_is_not_worth_its_price() -> None:
    told = assess(Case((*CASE.findings, *SETTLED), age=60, sex="female", setting="specialist"), draws=200)
    worth = [one.step.key for one in told.next_steps if one.net_bits > 0]
    assert len(worth) < 10
    named = [step["ask_or_test"] for step in told.to_json()["next_steps"] if "codes" not in step]
    assert named == worth


def test_every_source_of_a_flag_that_is_up_is_listed() -> None:
    told = assess(Case((Finding("sudden_weakness", State.PRESENT, source="patient"),)), draws=200, steps=False)
    named = {source["key"] for source in told.to_json()["sources"]}
    assert told.red_flags
    assert {key for raised in told.red_flags for key in raised.flag.sources} <= named
