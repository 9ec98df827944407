"""Traits make signs go together and leave every share what it was."""

from __future__ import annotations

from itertools import combinations
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.diagnosis.inference import exact
from facialis.diagnosis.network import Network, Values, build, network
from facialis.knowledge.differential import Node, Trait


def margins(net: Network, made: ModuleType) -> dict[str, Values]:
    """Share of each node's states by leaf, (L, S), with the traits summed out."""
    branches = made.branches(net)
    over = {low.key: key for key, branch in branches.items() for low in branch.below}
    chance: dict[str, Values] = {}
    for key, branch in sorted(branches.items(), key=lambda item: item[0] in over):
        own = branch.rows.mean[branch.rows.of_leaf]
        chance[key] = np.einsum("lh,lht->lt", chance[over[key]], own) if key in over else own[:, 0]
    found = {name: net.rows[name].mean[net.rows[name].of_leaf][:, 0] for name in net.nodes if not net.nodes[name].trait}
    for key, branch in branches.items():
        for name in branch.nodes:
            rows = net.rows[name]
            found[name] = np.einsum("lt,lts->ls", chance[key], rows.mean[rows.of_leaf])
    return found


def shares(net: Network, name: str) -> Values:
    return np.array([net.share(name, leaf).mean for leaf in range(len(net.leaves))])


def test_every_published_share_survives_the_traits(made: ModuleType) -> None:
    net = network()
    found = margins(net, made)
    assert set(found) == set(net.nodes)
    for name, margin in found.items():
        np.testing.assert_allclose(margin, shares(net, name), atol=1e-6, err_msg=name)


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_a_share_survives_any_strength(made: ModuleType, strength: float) -> None:
    net = made.small(strength, inner=strength)
    for name, margin in margins(net, made).items():
        np.testing.assert_allclose(margin, shares(net, name), atol=1e-6, err_msg=name)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    rows=st.lists(st.floats(0.001, 0.999), min_size=2, max_size=4),
    strength=st.floats(0.0, 1.0),
    weight=st.floats(1.0, 1000.0),
)
def test_two_signs_of_any_shares_keep_them_under_one_trait(
    made: ModuleType, rows: list[float], strength: float, weight: float
) -> None:
    nodes = {
        name: Node(name, made.BINARY, {name: ("present",)}, "T", {"d": made.share(row, weight=weight)})
        for name, row in zip("abcd", rows, strict=False)
    }
    net = build(("d",), nodes, {"T": Trait("T", "one", strength)})
    for name, margin in margins(net, made).items():
        np.testing.assert_allclose(margin, shares(net, name), atol=1e-6)
    assert all(np.all((one.mean > 0.0) & (one.mean < 1.0)) for one in net.rows.values())


def test_no_share_is_nought_or_one_and_each_distribution_adds_up() -> None:
    net = network()
    tables = [*net.rows.values(), *(b.rows for top in net.branches for b in top.all_branches() if b.rows is not None)]
    for rows in tables:
        assert np.all(rows.alpha > 0.0)
        assert np.all((rows.mean > 0.0) & (rows.mean < 1.0))
        np.testing.assert_allclose(rows.mean.sum(axis=-1), 1.0)


def test_without_strength_signs_are_independent_within_a_disorder(made: ModuleType) -> None:
    net = made.small(0.0, inner=0.0)
    for name, rows in net.rows.items():
        np.testing.assert_allclose(rows.mean, np.broadcast_to(rows.mean[:, :1], rows.mean.shape), err_msg=name)
    readings = [made.reading(code) for code in ("brow", "click", "spread", "narrow")]
    together = exact(net, made.PRIOR, made.told(net, *readings))
    apart = np.array(made.PRIOR.mean)
    for one in readings:
        apart = apart * exact(net, made.PRIOR, made.told(net, one)) / np.array(made.PRIOR.mean)
    np.testing.assert_allclose(together, apart / apart.sum(), rtol=1e-9)


def bans(net: Network, made: ModuleType, codes: tuple[str, ...], one: str, other: str) -> float:
    """Weight of signs seen for certain, for one disorder against another."""
    told = made.told(net, *(made.reading(code, by=made.TRUE) for code in codes))
    value = net.by_disorder(exact(net, made.PRIOR, told))
    before = net.by_disorder(np.array(made.PRIOR.mean))
    i, j = net.disorders.index(one), net.disorders.index(other)
    return float(np.log10(value[i] / value[j]) - np.log10(before[i] / before[j]))


@pytest.mark.parametrize("pair", list(combinations(("brow", "click", "spread", "bursts", "narrow"), 2)))
def test_two_signs_of_one_trait_tell_less_together_than_apart(made: ModuleType, pair: tuple[str, str]) -> None:
    weights = [
        bans(made.small(strength, inner=strength), made, pair, "spasm", "tic") for strength in (0.0, 0.3, 0.6, 0.9)
    ]
    alone = sum(bans(made.small(0.6, inner=0.6), made, (code,), "spasm", "tic") for code in pair)
    assert weights[0] == pytest.approx(alone)
    assert weights[0] > weights[1] > weights[2] > weights[3] > 0.0


def test_two_signs_of_one_trait_are_seen_together_more_often_than_by_chance(made: ModuleType) -> None:
    net = made.small(0.6)
    sure = {"by": made.TRUE}
    both = made.counted(net, made.PRIOR, made.told(net, made.reading("brow", **sure), made.reading("click", **sure)))
    one = made.counted(net, made.PRIOR, made.told(net, made.reading("brow", **sure)))
    other = made.counted(net, made.PRIOR, made.told(net, made.reading("click", **sure)))
    prior = np.array(made.PRIOR.mean)
    assert np.all(both / prior > 1.02 * one / prior * other / prior)
    assert np.all(both <= np.minimum(one, other))


def test_leaves_add_up_to_their_disorders(made: ModuleType) -> None:
    net = made.small()
    assert net.disorders == ("spasm", "palsy", "tic", "dystonia")
    np.testing.assert_allclose(net.by_disorder(np.array([[0.4, 0.05, 0.25, 0.2, 0.1]])), [[0.45, 0.25, 0.2, 0.1]])
    assert list(net.leaves_of("spasm")) == [0, 1]
    assert set(net.node_of.values()) == set(net.nodes) - {"sex"}
