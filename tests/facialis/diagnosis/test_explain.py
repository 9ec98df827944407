"""Weights of evidence add up to the posterior, and depend neither on order nor on names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from types import ModuleType

import numpy as np
import pytest

from facialis import knowledge
from facialis.diagnosis import explain
from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.inference import exact, expected_chances, expected_given
from facialis.diagnosis.network import Network, Values, network
from facialis.diagnosis.sampling import Sampler
from facialis.knowledge.differential import Share


def weights(net: Network, prior: Share, evidence: Evidence) -> dict[str, tuple[Values, Values]]:
    posterior = Sampler(net, 200, 1).posterior(prior, evidence)
    expected = expected_given(net, evidence), expected_chances(net)
    return explain.weights(net, evidence, np.array(prior.mean), expected, (posterior.nodes, posterior.chances))


def points(net: Network, evidence: Evidence, prior: Share) -> dict[str, Values]:
    return {node: point for node, (point, _) in weights(net, prior, evidence).items()}


def whole(net: Network, prior: Share, evidence: Evidence) -> Values:
    """Log10 of posterior over prior by disorder, up to one number."""
    value = net.by_disorder(exact(net, prior, evidence))
    return np.log10(value / net.by_disorder(np.array(prior.mean)))


def alone(net: Network) -> list[int]:
    """Places of the disorders without causes."""
    return [i for i, name in enumerate(net.disorders) if len(net.leaves_of(name)) == 1]


def test_the_weights_add_up_to_the_posterior(made: ModuleType) -> None:
    net, rng = network(), np.random.default_rng(4)
    prior = knowledge.setting("specialist")
    for count in (1, 3, 6, 10, 14):
        evidence = made.random_case(net, rng, count)
        total, places = sum(points(net, evidence, prior).values()), range(len(net.disorders))
        theirs = whole(net, prior, evidence)
        for i in places:
            for j in places:
                assert total[i] - total[j] == pytest.approx(theirs[i] - theirs[j], abs=1e-9)


def test_every_node_with_evidence_has_one_weight(made: ModuleType) -> None:
    net = network()
    evidence = made.random_case(net, np.random.default_rng(8), 12)
    assert set(points(net, evidence, knowledge.setting(None))) == set(evidence.nodes)


def test_the_order_of_the_readings_does_not_matter(made: ModuleType) -> None:
    net = made.small()
    readings = [made.reading("brow"), made.reading("spread", 0.0), made.reading("wide"), made.reading("urge", 0.3)]
    first = points(net, made.told(net, *readings), made.PRIOR)
    for order in permutations(readings):
        again = points(net, made.told(net, *order), made.PRIOR)
        for node, point in first.items():
            np.testing.assert_allclose(again[node], point, rtol=1e-12, atol=1e-12)


def test_a_weight_is_the_mean_over_every_order_of_becoming_known(made: ModuleType) -> None:
    net = made.small()
    readings = {one.code: one for one in (made.reading("brow"), made.reading("spread"), made.reading("click", 0.0))}
    first = points(net, made.told(net, *readings.values()), made.PRIOR)
    i, j = net.disorders.index("palsy"), net.disorders.index("tic")

    def known(codes: Sequence[str]) -> float:
        told = whole(net, made.PRIOR, made.told(net, *(readings[code] for code in codes)))
        return float(told[i] - told[j])

    for code in readings:
        orders = list(permutations(readings))
        adds = [known(o[: o.index(code) + 1]) - known(o[: o.index(code)]) for o in orders]
        assert first[code][i] - first[code][j] == pytest.approx(float(np.mean(adds)), abs=1e-9)


def test_two_signs_alike_weigh_alike(made: ModuleType) -> None:
    brow = made.small().nodes["brow"]
    twin = type(brow)("click", brow.states, {"click": ("present",)}, "P", brow.shares)
    net = made.small(changed=twin)
    evidence = made.told(net, made.reading("brow"), made.reading("click"), made.reading("spread", 0.0))
    found = points(net, evidence, made.PRIOR)
    np.testing.assert_allclose(found["brow"], found["click"], rtol=1e-9)
    assert not np.allclose(found["brow"], found["spread"])


def test_what_tells_nothing_weighs_nothing(made: ModuleType) -> None:
    net = made.small()
    evidence = made.told(net, made.reading("brow", 0.5), made.reading("click"), made.reading("urge", 0.5))
    found = points(net, evidence, made.PRIOR)
    for node in ("brow", "urge"):
        assert np.ptp(found[node]) == pytest.approx(0.0, abs=1e-9)
    assert np.ptp(found["click"]) > 0.1


def test_between_two_disorders_the_strongest_comes_first_and_changing_sides_changes_the_sign(made: ModuleType) -> None:
    net = made.small()
    evidence = made.told(net, made.reading("brow"), made.reading("urge", 0.0), made.reading("numb", 0.0))
    found = weights(net, made.PRIOR, evidence)
    i, j = net.disorders.index("palsy"), net.disorders.index("tic")
    one, other = explain.between(found, i, j), explain.between(found, j, i)
    sizes = [abs(weight.bans) for weight in one]
    assert sizes == sorted(sizes, reverse=True)
    for there, back in zip(one, other, strict=True):
        assert (there.node, there.bans) == (back.node, pytest.approx(-back.bans))
        assert there.low <= there.bans <= there.high
        assert (back.low, back.high) == (pytest.approx(-there.high), pytest.approx(-there.low))


def test_so_many_signs_of_one_trait_that_some_count_as_one_still_add_up(made: ModuleType) -> None:
    names = [f"sign{i}" for i in range(14)]
    shares = {"one": made.share(0.6), "two": made.share(0.2)}
    node = made.small().nodes["brow"]
    nodes = {name: type(node)(name, made.BINARY, {name: ("present",)}, "T", shares) for name in names}
    from facialis.diagnosis.network import build
    from facialis.knowledge.differential import Trait

    net = build(("one", "two"), nodes, {"T": Trait("T", "one", 0.4)})
    prior = made.share(0.5, 0.5)
    evidence = made.told(net, *(made.reading(name, float(i % 3 > 0)) for i, name in enumerate(names)))
    total, theirs = sum(points(net, evidence, prior).values()), whole(net, prior, evidence)
    assert total[0] - total[1] == pytest.approx(theirs[0] - theirs[1], abs=1e-9)
