"""The assessment as a whole: the order, the rival that each disorder is held against, and the intervals."""

from __future__ import annotations

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import Case, assess
from facialis.diagnosis.assessment import sampler
from facialis.diagnosis.network import network
from facialis.findings import Finding, Side, State

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
