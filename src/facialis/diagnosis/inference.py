"""Exact inference at the expected numbers: how likely what is known is in each leaf, branch by branch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from facialis.diagnosis.evidence import Evidence, likelihood
from facialis.diagnosis.network import Branch, Network, Places, Values
from facialis.knowledge.differential import Share

_TINY = 1e-300


def node_given(shares: Values, of_leaf: Places, states: Values) -> Values:
    """Return how likely a node's readings are by leaf and by the trait above it, (..., L, H).

    Parameters
    ----------
    shares : (R, H, S) float
    of_leaf : (L,) int
    states : (..., S) float
        Likelihood of each state.
    """
    rows, traits, count = shares.shape
    told = states @ shares.reshape(rows * traits, count).T
    return np.asarray(told.reshape(*states.shape[:-1], rows, traits)[..., of_leaf, :])


def branch_given(branch: Branch, nodes: Mapping[str, Values], chances: Mapping[str, Values]) -> Values:
    """Return how likely the readings below a branch are by leaf and by the trait above the branch, (..., L, H).

    Parameters
    ----------
    branch : Branch
    nodes : mapping of str to (..., L, H) float
        The nodes with readings, see :func:`node_given`; nodes that are missing tell nothing.
    chances : mapping of str to (..., L, H, 2) float
        By trait: its chance given the trait above it.
    """
    inside = below(branch, nodes, chances)
    if branch.rows is None:
        return inside
    chance = chances[branch.key]
    # Two states written out: a sum along so short an axis takes numpy several times as long.
    return np.asarray(chance[..., 0] * inside[..., :1] + chance[..., 1] * inside[..., 1:])


def below(branch: Branch, nodes: Mapping[str, Values], chances: Mapping[str, Values]) -> Values:
    """Return how likely the readings below a branch are by leaf and by the branch's own trait, (..., L, 2 or 1)."""
    inside = np.ones(1)
    for name in branch.nodes:
        if name in nodes:
            inside = inside * nodes[name]
    for inner in branch.below:
        if any(name in nodes for name in inner.all_nodes()):
            inside = inside * branch_given(inner, nodes, chances)
    return np.asarray(inside)


def expected_chances(net: Network) -> dict[str, Values]:
    """Return each trait's expected chance by leaf and by the trait above it, (L, H, 2)."""
    return {
        branch.key: branch.rows.mean[branch.rows.of_leaf]
        for top in net.branches
        for branch in top.all_branches()
        if branch.rows is not None
    }


def expected_given(net: Network, evidence: Evidence) -> dict[str, Values]:
    """Return how likely each node's readings are at the expected numbers, (L, H) by node."""
    return {
        node: node_given(net.rows[node].mean, net.rows[node].of_leaf, likelihood(net, evidence, node))
        for node in evidence.nodes
    }


def touched(net: Network, evidence: Evidence) -> list[Branch]:
    """Return the branches of which something is known."""
    return [net.branches[i] for i in sorted({net.branch_of[node] for node in evidence.nodes})]


def branch_likelihoods(net: Network, evidence: Evidence) -> dict[str, Values]:
    """Return how likely what is known is in each leaf, (L,), by the first node of each branch."""
    nodes, chances = expected_given(net, evidence), expected_chances(net)
    return {branch.all_nodes()[0]: branch_given(branch, nodes, chances)[..., 0] for branch in touched(net, evidence)}


def exact(net: Network, prior: Share, evidence: Evidence) -> Values:
    """Return the leaves' probabilities at the expected numbers, (L,), sum 1.

    Parameters
    ----------
    net : Network
    prior : Share
        Over the leaves.
    evidence : Evidence
    """
    told = np.array(prior.mean)
    for likely in branch_likelihoods(net, evidence).values():
        told = told * likely
    return np.asarray(told / max(told.sum(), _TINY))
