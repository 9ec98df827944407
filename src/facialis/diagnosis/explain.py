"""Why: how much each finding speaks for one disorder against another, in bans (1 ban: ten times as likely).

Within a trait findings share what they tell, so that a finding's weight depends on what else is known. Each gets its
Shapley value: what it adds, averaged over every order in which the findings of the trait could have become known. The
weights of all findings then add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np

from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.inference import branch_given, touched
from facialis.diagnosis.network import Branch, Network, Places, Values

# Above so many findings under one trait the orders are too many to count; the last ones then go together as one.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one node speaks for a disorder against its rival.

    Attributes
    ----------
    node : str
    bans, low, high : float
        Negative: against it. The 95 % interval comes from the uncertainty of the numbers.
    """

    node: str
    bans: float
    low: float
    high: float


def weights(
    net: Network,
    evidence: Evidence,
    causes: Values,
    expected: tuple[Mapping[str, Values], Mapping[str, Values]],
    drawn: tuple[Mapping[str, Values], Mapping[str, Values]],
) -> dict[str, tuple[Values, Values]]:
    """Return each node's weight of evidence for every disorder, as log10 likelihoods to be subtracted.

    Parameters
    ----------
    net : Network
    evidence : Evidence
    causes : (L,) float
        The leaves' probabilities: a disorder's causes count in the proportion in which they remain.
    expected, drawn : (nodes, chances)
        Likelihoods of nodes and chances of traits, at the expected numbers and at draws of them.

    Returns
    -------
    dict of str to ((D,), (K, D)) float64
        By node: at the expected numbers and at the draws. The weight for one disorder against another is the
        difference of theirs.
    """
    mix = _mix(net, causes)
    found: dict[str, tuple[Values, Values]] = {}
    for branch in touched(net, evidence):
        names = [name for name in branch.all_nodes() if name in evidence.nodes]
        point = _shapley(branch, names, *expected)
        spread = _shapley(branch, names, *drawn)
        for i, name in enumerate(names):
            found[name] = (point[..., i] @ mix, spread[..., i] @ mix)
    return found


def between(found: Mapping[str, tuple[Values, Values]], one: int, other: int) -> list[Weight]:
    """Return the weights for one disorder against another, the strongest first.

    Parameters
    ----------
    found : mapping
        As :func:`weights` returns it.
    one, other : int
        Places of the disorders.
    """
    told = []
    for node, (point, drawn) in found.items():
        bans = float(point[one] - point[other])
        low, high = np.quantile(drawn[:, one] - drawn[:, other], (0.025, 0.975))
        told.append(Weight(node, bans, min(float(low), bans), max(float(high), bans)))
    return sorted(told, key=lambda weight: -abs(weight.bans))


def _mix(net: Network, causes: Values) -> Values:
    """Return how much each leaf counts for its disorder, (L, D)."""
    mix = (net.of_leaf[:, None] == np.arange(len(net.disorders))) * np.maximum(causes, 1e-12)[:, None]
    return np.asarray(mix / mix.sum(axis=0))


def _shapley(
    branch: Branch, names: Sequence[str], nodes: Mapping[str, Values], chances: Mapping[str, Values]
) -> Values:
    """Return log10 likelihoods shared out among the nodes, (..., L, n)."""
    groups = [[name] for name in names[: _MOST - 1]] + ([list(names[_MOST - 1 :])] if len(names) >= _MOST else [])
    subsets, shares = _orders(len(groups))
    told = _subsets(branch, groups, subsets, nodes, chances)
    value = np.einsum("m...l,gm->...lg", np.log10(np.maximum(told, 1e-300)), shares)
    sizes = np.array([len(group) for group in groups])
    return np.asarray(np.repeat(value / sizes, sizes, axis=-1))


def _subsets(
    branch: Branch,
    groups: Sequence[Sequence[str]],
    subsets: Places,
    nodes: Mapping[str, Values],
    chances: Mapping[str, Values],
) -> Values:
    """Return the likelihood of every subset of the nodes, (M, ..., L)."""
    stacked = {}
    for i, group in enumerate(groups):
        for name in group:
            given = nodes[name]
            here = subsets[:, i].reshape(-1, *([1] * given.ndim))
            stacked[name] = np.where(here > 0, given[None], 1.0)
    return branch_given(branch, stacked, chances)[..., 0]


@cache
def _orders(count: int) -> tuple[Places, Values]:
    """Return all subsets, (M, n), and what each counts for each member's Shapley value, (n, M)."""
    subsets = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    size = subsets.sum(axis=1)
    factor = np.array([1.0 / (count * comb(count - 1, k)) for k in range(count)])
    shares = np.zeros((count, len(subsets)))
    for member in range(count):
        inside = subsets[:, member] > 0
        shares[member, inside] = factor[size[inside] - 1]
        shares[member, ~inside] = -factor[size[~inside]]
    return subsets, shares
