"""Why: how much each finding speaks for one disorder against another, in bans (1 ban: ten times as likely).

Within a trait findings share what they tell, so that a finding's weight depends on what else is known. Each gets its
Shapley value: what it adds, averaged over every order in which the findings of the trait could have become known. The
weights of all findings then add up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, reduce
from math import comb

import numpy as np

from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.inference import touched
from facialis.diagnosis.network import Branch, Network, Values

# Above so many findings right under one trait the orders are too many to count; the last ones then go together as one.
_MOST = 8
# Places and weights of the average from before a case to after it: Gauss and Legendre's, on 0 to 1.
_PLACES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
_WAY = ((_PLACES + 1.0) / 2.0, _WEIGHTS / 2.0)


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
    prior: Values,
    expected: tuple[Mapping[str, Values], Mapping[str, Values]],
    drawn: tuple[Mapping[str, Values], Mapping[str, Values]],
) -> dict[str, tuple[Values, Values]]:
    """Return each node's weight of evidence for every disorder, as log10 likelihoods to be subtracted.

    Parameters
    ----------
    net : Network
    evidence : Evidence
    prior : (L,) float
        The leaves' probabilities before anything is known.
    expected, drawn : (nodes, chances)
        Likelihoods of nodes and chances of traits, at the expected numbers and at draws of them.

    Returns
    -------
    dict of str to ((D,), (K, D)) float64
        By node: at the expected numbers and at the draws. The weight for one disorder against another is the
        difference of theirs.
    """
    shared: dict[str, tuple[Values, Values]] = {}
    for branch in touched(net, evidence):
        names = [name for name in branch.all_nodes() if name in evidence.nodes]
        for name, point, spread in zip(names, _shapley(branch, *expected), _shapley(branch, *drawn), strict=True):
            shared[name] = (point, spread)
    if not shared:
        return {}
    mix = _mix(net, prior, np.sum([point for point, _ in shared.values()], axis=0))
    return {name: (point @ mix, spread @ mix) for name, (point, spread) in shared.items()}


def between(found: Mapping[str, tuple[Values, Values]], one: int, other: int) -> list[Weight]:
    """Return the weights for one disorder against another, the strongest first.

    Parameters
    ----------
    found : mapping
        As :func:`weights` returns it.
    one, other : int
        Places of the disorders.
    """
    if not found:
        return []
    spread = np.stack([drawn[:, one] - drawn[:, other] for _, drawn in found.values()])
    ends = np.quantile(spread, (0.025, 0.975), axis=1).T
    told = []
    for (node, (point, _)), (low, high) in zip(found.items(), ends, strict=True):
        bans = float(point[one] - point[other])
        told.append(Weight(node, bans, min(float(low), bans), max(float(high), bans)))
    return sorted(told, key=lambda weight: -abs(weight.bans))


def _mix(net: Network, prior: Values, told: Values) -> Values:
    """Return how much each leaf counts for its disorder, (L, D).

    A disorder's causes count by their share of it averaged on the way from before the case to after it: only then do
    the weights add up to what the case tells of the disorder as a whole (Aumann and Shapley's value).

    Parameters
    ----------
    net : Network
    prior : (L,) float
    told : (L,) float
        log10 likelihood of all that is known in each leaf.
    """
    own = net.of_leaf[:, None] == np.arange(len(net.disorders))
    mix = np.zeros(own.shape)
    for place, weight in zip(*_WAY, strict=True):
        logs = np.log(np.maximum(prior, 1e-300)) + place * told * np.log(10.0)
        most = np.where(own, logs[:, None], -np.inf).max(axis=0)
        shares = np.where(own, np.exp(np.where(own, logs[:, None] - most, 0.0)), 0.0)
        mix += weight * shares / shares.sum(axis=0)
    return mix


def _shapley(branch: Branch, nodes: Mapping[str, Values], chances: Mapping[str, Values]) -> Values:
    """Return log10 likelihoods shared out among the nodes, (n, ..., L), in the order of the branch."""
    told, sizes = _subsets(branch, nodes, chances)
    logs = np.log10(np.maximum(told, np.finfo(told.dtype).tiny))[..., 0]
    value = np.tensordot(_orders(len(sizes)), logs, axes=1)
    return np.asarray(np.repeat(value / np.array(sizes).reshape(-1, *([1] * (value.ndim - 1))), sizes, axis=0))


def _subsets(branch: Branch, nodes: Mapping[str, Values], chances: Mapping[str, Values]) -> tuple[Values, list[int]]:
    """Return the likelihood of every subset of the findings below a branch, (M, ..., L, H).

    Each finding doubles the subsets: those without it, then the same with it. With them the number of nodes in each
    finding: one, but for the last ones that go together.
    """
    known = [name for name in branch.nodes if name in nodes]
    groups = [[name] for name in known[: _MOST - 1]] + ([known[_MOST - 1 :]] if len(known) >= _MOST else [])
    one = next(iter(nodes.values()))
    inside: Values = np.ones((1,) * (one.ndim + 1), dtype=one.dtype)
    for group in groups:
        given = reduce(np.multiply, (nodes[name] for name in group))
        inside = np.concatenate([np.broadcast_to(inside, (len(inside), *given.shape)), inside * given])
    sizes = [len(group) for group in groups]
    for inner in branch.below:
        if any(name in nodes for name in inner.all_nodes()):
            other, more = _subsets(inner, nodes, chances)
            inside = other[:, None] * inside
            inside, sizes = inside.reshape(-1, *inside.shape[2:]), sizes + more
    if branch.rows is None:
        return inside, sizes
    chance = chances[branch.key]
    return chance[..., 0] * inside[..., :1] + chance[..., 1] * inside[..., 1:], sizes


@cache
def _orders(count: int) -> Values:
    """Return what each subset counts for each member's Shapley value, (n, M); bit i of M: member i is in it."""
    subsets = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    size = subsets.sum(axis=1)
    factor = np.array([1.0 / (count * comb(count - 1, k)) for k in range(count)])
    shares = np.zeros((count, len(subsets)))
    for member in range(count):
        inside = subsets[:, member] > 0
        shares[member, inside] = factor[size[inside] - 1]
        shares[member, ~inside] = -factor[size[~inside]]
    return shares
