"""Which elicited numbers, each alone, could change who leads: moved to the ends of their own 95 % interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv

from facialis.diagnosis.evidence import Evidence, likelihood
from facialis.diagnosis.inference import (
    branch_given,
    branch_likelihoods,
    expected_chances,
    expected_given,
    touched,
)
from facialis.diagnosis.network import Branch, Network, Places, Values, build
from facialis.knowledge.differential import Basis, Share

_ENDS = (0.025, 0.975)
# Disorders below this probability are not asked whether one number could make them lead.
_ASKED = 0.002


@dataclass(frozen=True, slots=True)
class Turn:
    """An elicited number that would put another disorder first.

    Attributes
    ----------
    node, disorder : str
        The number: how often the node's state occurs in the disorder. A trait's letter where it is its strength.
    state : str
        The state that was read.
    share, low, high : float
        As it stands, and its 95 % interval.
    at : float
        The end that does it.
    leader : str
        Who leads then.
    """

    node: str
    disorder: str
    state: str
    share: float
    low: float
    high: float
    at: float
    leader: str


def turns(net: Network, prior: Share, evidence: Evidence) -> list[Turn]:
    """Return the elicited numbers that could change who leads, by node.

    Parameters
    ----------
    net : Network
    prior : Share
    evidence : Evidence
    """
    nodes, chances = expected_given(net, evidence), expected_chances(net)
    branches = {branch.all_nodes()[0]: branch for branch in touched(net, evidence)}
    told = {key: branch_given(branch, nodes, chances)[..., 0] for key, branch in branches.items()}
    whole = np.array(prior.mean) * np.prod([*told.values(), np.ones(len(net.leaves))], axis=0)
    leader = _leader(net, whole)
    asked = set(np.flatnonzero(net.by_disorder(whole / whole.sum()) >= _ASKED).tolist())
    found = []
    for key, branch in branches.items():
        rest = whole / np.maximum(told[key], 1e-300)
        for node in (name for name in branch.all_nodes() if name in nodes):
            states = likelihood(net, evidence, node)
            for leaves, share in _elicited(net, node, asked):
                read = int(np.argmax(states * np.array(share.mean)))
                low, high = _ends(share, read)
                for end in (low, high):
                    mean = _moved(share, read, end)
                    if _outgrows(net, node, leaves, mean):
                        now = whole.copy()
                        at, likely = _built_anew(net, branch, evidence, (node, leaves, mean))
                        now[at] = rest[at] * likely
                    else:
                        given = nodes[node].copy()
                        given[leaves] = _split_alike(net, node, leaves, mean) @ states
                        now = rest * branch_given(branch, {**nodes, node: given}, chances)[..., 0]
                    if _leader(net, now) != leader:
                        disorder = net.leaves[leaves[0]].split(":")[0]
                        name, share_now = net.nodes[node].states[read], share.mean[read]
                        found.append(Turn(node, disorder, name, share_now, low, high, end, _leader(net, now)))
    return found + list(_by_strength(net, prior, evidence, leader))


def _leader(net: Network, leaves: Values) -> str:
    return net.disorders[int(np.argmax(net.by_disorder(leaves)))]


def _elicited(net: Network, node: str, asked: set[int]) -> Iterator[tuple[Places, Share]]:
    """Yield the elicited shares of a node in the disorders that are asked, with the leaves that use them."""
    rows = net.rows[node].of_leaf
    for row in np.unique(rows):
        leaves = np.flatnonzero(rows == row)
        share = net.share(node, int(leaves[0]))
        if share.basis is Basis.ELICITED and int(net.of_leaf[leaves[0]]) in asked:
            yield leaves, share


def _ends(share: Share, state: int) -> tuple[float, float]:
    alpha = share.mean[state] * share.weight
    low, high = betaincinv(alpha, share.weight - alpha, _ENDS)
    return float(low), float(high)


def _moved(share: Share, state: int, end: float) -> Values:
    """Return the shares of the states, (S,), with one of them moved and the others in their proportions."""
    mean = np.array(share.mean)
    end = float(np.clip(end, 1e-9, 1.0 - 1e-9))
    mean *= (1.0 - end) / (1.0 - mean[state])
    mean[state] = end
    return mean


def _outgrows(net: Network, node: str, leaves: Places, mean: Values) -> bool:
    """Whether the node sets its trait's share in the disorder: then that moves too, and all that hangs below it."""
    trait = net.nodes[node].trait
    if not trait:
        return False
    keys = [trait, *(key for key, other in net.traits.items() if other.parent == trait)]
    own = net.share(node, int(leaves[0])).mean[0]
    largest = max(
        net.share(name, int(leaf)).mean[0]
        for leaf in net.leaves_of(net.leaves[leaves[0]].split(":")[0])
        for name, other in net.nodes.items()
        if other.trait in keys
    )
    return bool(own >= largest or mean[0] > largest)


def _split_alike(net: Network, node: str, leaves: Places, mean: Values) -> Values:
    """Return other shares by trait and state, (H, S), split by the trait as those in the network are."""
    rows = net.rows[node]
    first = rows.mean[rows.of_leaf[leaves[0]], :, :1] * (mean[0] / net.share(node, int(leaves[0])).mean[0])
    return np.asarray(np.concatenate([first, (1.0 - first) * mean[1:] / (1.0 - mean[0])], axis=1))


def _built_anew(
    net: Network, branch: Branch, evidence: Evidence, to: tuple[str, Places, Values]
) -> tuple[Places, Values]:
    """Return how likely what is known of a branch is in the leaves of the disorder whose share is moved."""
    node, leaves, mean = to
    leaf = net.leaves[leaves[0]]
    disorder = leaf.split(":")[0]
    shares = net.nodes[node].shares
    key = leaf if leaf in shares else disorder
    changed = replace(net.nodes[node], shares={**shares, key: replace(shares[key], mean=tuple(mean))})
    names = branch.all_nodes()
    at = net.leaves_of(disorder)
    # The other disorders, and the other branches, keep what they had.
    nodes = {**{name: net.nodes[name] for name in names}, node: changed}
    traits = {inner.key: net.traits[inner.key] for inner in branch.all_branches()}
    own = build([net.leaves[i] for i in at], nodes, traits)
    here = Evidence(
        {name: told for name, told in evidence.readings.items() if name in names},
        {name: told for name, told in evidence.known.items() if name in names},
    )
    (likely,) = branch_likelihoods(own, here).values()
    return at, likely


def _by_strength(net: Network, prior: Share, evidence: Evidence, leader: str) -> Iterator[Turn]:
    """Yield the traits whose strength, put at 0 or 1, changes who leads."""
    for branch in touched(net, evidence):
        for inner in branch.all_branches():
            several = sum(name in evidence.nodes for name in inner.all_nodes()) > 1
            if not inner.key or not several:
                continue
            for strength in (0.0, 1.0):
                other = _with_strength(net, inner.key, strength)
                nodes, chances = expected_given(other, evidence), expected_chances(other)
                told = np.array(prior.mean)
                for top in touched(other, evidence):
                    told = told * branch_given(top, nodes, chances)[..., 0]
                if _leader(other, told) != leader:
                    now = net.traits[inner.key].strength
                    yield Turn(inner.key, "", "", now, 0.0, 1.0, strength, _leader(other, told))


@lru_cache(maxsize=64)
def _with_strength(net: Network, key: str, strength: float) -> Network:
    changed = {**net.traits, key: replace(net.traits[key], strength=strength)}
    return build(net.leaves, net.nodes, changed)
