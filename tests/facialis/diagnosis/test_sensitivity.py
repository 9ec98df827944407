"""A number that is named turns the leader when it is moved, and one that is not does not: both by building anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from facialis import knowledge
from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.inference import exact
from facialis.diagnosis.network import Network, build, network
from facialis.diagnosis.sensitivity import Turn, turns
from facialis.knowledge.differential import Basis, Share


def leader(net: Network, prior: Share, evidence: Evidence) -> str:
    return net.disorders[int(np.argmax(net.by_disorder(exact(net, prior, evidence))))]


def moved(net: Network, made: ModuleType, node: str, key: str, state: int, end: float) -> Network:
    """The network of the nodes of one branch and all others, built anew with the share of one state moved."""
    share = net.nodes[node].shares[key]
    mean = np.array(share.mean)
    mean *= (1.0 - end) / (1.0 - mean[state])
    mean[state] = end
    changed = replace(net.nodes[node], shares={**net.nodes[node].shares, key: replace(share, mean=tuple(mean))})
    return build(net.leaves, {**net.nodes, node: changed}, net.traits)


def every_move(
    net: Network, prior: Share, evidence: Evidence, made: ModuleType
) -> Iterator[tuple[str, str, str, float]]:
    """Yield node, key of the share, state that was read and an end of its 95 % interval, for every elicited share."""
    value = net.by_disorder(exact(net, prior, evidence))
    for node in evidence.nodes:
        likely = np.prod([made.given_state(net, one) for one in evidence.readings.get(node, ())], axis=0)
        likely = likely * evidence.known.get(node, 1.0)
        for key, share in net.nodes[node].shares.items():
            probability = value[net.disorders.index(key.split(":")[0])]
            if share.basis is Basis.ELICITED and probability >= 0.002:
                read = int(np.argmax(likely * np.array(share.mean)))
                alpha = share.mean[read] * share.weight
                for end in stats.beta(alpha, share.weight - alpha).ppf((0.025, 0.975)):
                    yield node, key, net.nodes[node].states[read], float(end)


def check_every_move(net: Network, prior: Share, evidence: Evidence, made: ModuleType) -> int:
    """Hold what is named against a network built anew for every move; return how many turn."""
    named = {(turn.node, turn.disorder, turn.at): turn.leader for turn in turns(net, prior, evidence)}
    first, turned = leader(net, prior, evidence), 0
    for node, key, state, end in every_move(net, prior, evidence, made):
        at = net.nodes[node].states.index(state)
        now = leader(moved(net, made, node, key, at, min(max(end, 1e-9), 1.0 - 1e-9)), prior, evidence)
        found = [who for (n, d, e), who in named.items() if (n, d) == (node, key.split(":")[0]) and abs(e - end) < 1e-9]
        assert (now in found) if now != first else not found, (node, key, state, end, first, now)
        turned += now != first
    return turned


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_exactly_the_numbers_that_turn_are_named(made: ModuleType, seed: int) -> None:
    net, rng = network(), np.random.default_rng(seed)
    prior = knowledge.setting("primary_care")
    turned = [check_every_move(net, prior, made.random_case(net, rng, 5), made) for _ in range(2)]
    assert sum(turned) > 0


@pytest.mark.parametrize(
    "codes", [("brow", "urge"), ("brow", "spread", "click"), ("wide", "numb"), ("bursts", "narrow")]
)
def test_exactly_the_numbers_that_turn_are_named_in_a_small_network(made: ModuleType, codes: tuple[str, ...]) -> None:
    net = made.small(weight=8.0)
    evidence = made.told(net, *(made.reading(code, 0.9) for code in codes), sex=(0.0, 1.0))
    check_every_move(net, made.PRIOR, evidence, made)


def test_a_case_far_from_any_doubt_names_none(made: ModuleType) -> None:
    net = made.small(weight=2000.0)
    evidence = made.told(net, made.reading("urge", by=made.TRUE), made.reading("brow", 0.0, by=made.TRUE))
    assert turns(net, made.PRIOR, evidence) == []


def test_no_published_number_is_named(made: ModuleType) -> None:
    net = made.small(weight=3.0)
    evidence = made.told(net, made.reading("brow", 0.0), made.reading("spread"))
    assert {turn.node for turn in turns(net, made.PRIOR, evidence)} == {"brow", "spread"}
    brow = net.nodes["brow"]
    counted = {key: replace(share, basis=Basis.PUBLISHED) for key, share in brow.shares.items()}
    net = made.small(weight=3.0, changed=replace(brow, shares=counted))
    assert {turn.node for turn in turns(net, made.PRIOR, evidence)} == {"spread"}


def test_a_number_is_told_with_its_interval_and_the_end_that_turns(made: ModuleType) -> None:
    net = made.small(weight=3.0)
    evidence = made.told(net, made.reading("brow", 0.0), made.reading("spread"))
    found = [turn for turn in turns(net, made.PRIOR, evidence) if turn.disorder]
    assert found
    for turn in found:
        assert turn.low < turn.share < turn.high
        assert turn.at in (turn.low, turn.high)
        assert turn.leader != leader(net, made.PRIOR, evidence)


def test_a_strength_that_is_named_turns_and_one_that_is_not_does_not(made: ModuleType) -> None:
    net, prior, rng, named = network(), knowledge.setting("primary_care"), np.random.default_rng(1), 0
    for _ in range(12):
        evidence = made.random_case(net, rng, 8)
        found: dict[tuple[str, float], Turn] = {
            (turn.node, turn.at): turn for turn in turns(net, prior, evidence) if not turn.disorder
        }
        first = leader(net, prior, evidence)
        for key, branch in made.branches(net).items():
            if sum(node in evidence.nodes for node in branch.all_nodes()) < 2:
                continue
            for strength in (0.0, 1.0):
                changed = {**net.traits, key: replace(net.traits[key], strength=strength)}
                now = leader(build(net.leaves, net.nodes, changed), prior, evidence)
                assert (now != first) == ((key, strength) in found)
                if now != first:
                    assert found[key, strength].leader == now
        named += len(found)
    assert named > 0
