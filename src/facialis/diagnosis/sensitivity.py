"""Which elicited numbers, each alone, could change who leads: moved to the ends of their own 95 % interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv

from facialis.diagnosis.evidence import Evidence, likelihood
from facialis.diagnosis.inference import branch_given, branch_likelihoods, expected_chances, expected_given, touched
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
    branches = touched(net, evidence)
    told = [branch_given(branch, nodes, chances)[..., 0] for branch in branches]
    whole = np.array(prior.mean) * np.prod([*told, np.ones(len(net.leaves))], axis=0)
    by_share: list[Turn] = []
    by_strength: list[Turn] = []
    for branch, likely in zip(branches, told, strict=True):
        here = _Part(net, branch, _part(evidence, branch), nodes, chances, whole, whole / np.maximum(likely, 1e-300))
        by_share.extend(_by_share(here))
        by_strength.extend(_by_strength(here))
    return by_share + by_strength


@dataclass(frozen=True, eq=False)
class _Part:
    """One branch of the network with what is known of it; everything else stays as it is.

    Attributes
    ----------
    net : Network
    branch : Branch
    evidence : Evidence
        Of this branch alone.
    nodes, chances : mapping of str to float64
        As they stand.
    whole, rest : (L,) float64
        The leaves, not normed, with all that is known, and without this branch.
    """

    net: Network
    branch: Branch
    evidence: Evidence
    nodes: Mapping[str, Values]
    chances: Mapping[str, Values]
    whole: Values
    rest: Values

    def with_share(self, node: str, leaves: Places, mean: Values) -> Values:
        """Return the leaves, not normed, (L,), with one share of a node moved."""
        if _outgrows(self.net, node, leaves, mean):
            now = self.whole.copy()
            at, likely = _built_anew(self, node, leaves, mean)
            now[at] = self.rest[at] * likely
            return now
        given = self.nodes[node].copy()
        given[leaves] = _split_alike(self.net, node, leaves, mean) @ likelihood(self.net, self.evidence, node)
        return np.asarray(self.rest * branch_given(self.branch, {**self.nodes, node: given}, self.chances)[..., 0])


def _part(evidence: Evidence, branch: Branch) -> Evidence:
    names = branch.all_nodes()
    return Evidence(
        {name: told for name, told in evidence.readings.items() if name in names},
        {name: told for name, told in evidence.known.items() if name in names},
    )


def _by_share(here: _Part) -> Iterator[Turn]:
    """Yield the elicited shares that change who leads at an end of their interval."""
    net, leader = here.net, _leader(here.net, here.whole)
    asked = set(np.flatnonzero(net.by_disorder(here.whole / here.whole.sum()) >= _ASKED).tolist())
    for node in (name for name in here.branch.all_nodes() if name in here.evidence.nodes):
        states = likelihood(net, here.evidence, node)
        for leaves, share in _elicited(net, node, asked):
            read = int(np.argmax(states * np.array(share.mean)))
            low, high = _ends(share, read)
            for end in (low, high):
                then = _leader(net, here.with_share(node, leaves, _moved(share, read, end)))
                if then != leader:
                    disorder, state = net.leaves[leaves[0]].split(":")[0], net.nodes[node].states[read]
                    yield Turn(node, disorder, state, share.mean[read], low, high, end, then)


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


def _built_anew(here: _Part, node: str, leaves: Places, mean: Values) -> tuple[Places, Values]:
    """Return the leaves of the disorder whose share is moved, and how likely what is known is in each."""
    net, leaf = here.net, here.net.leaves[leaves[0]]
    shares = net.nodes[node].shares
    key = leaf if leaf in shares else leaf.split(":")[0]
    changed = replace(net.nodes[node], shares={**shares, key: replace(shares[key], mean=tuple(mean))})
    at = net.leaves_of(leaf.split(":")[0])
    # The other disorders, and the other branches, keep what they had.
    nodes = {**{name: net.nodes[name] for name in here.branch.all_nodes()}, node: changed}
    traits = {inner.key: net.traits[inner.key] for inner in here.branch.all_branches()}
    (likely,) = branch_likelihoods(build([net.leaves[i] for i in at], nodes, traits), here.evidence).values()
    return at, likely


def _by_strength(here: _Part) -> Iterator[Turn]:
    """Yield the traits whose strength, put at 0 or 1, changes who leads."""
    net, leader = here.net, _leader(here.net, here.whole)
    for inner in here.branch.all_branches():
        if not inner.key or sum(name in here.evidence.nodes for name in inner.all_nodes()) < 2:
            continue
        for strength in (0.0, 1.0):
            (likely,) = branch_likelihoods(_with_strength(net, inner.key, strength), here.evidence).values()
            then = _leader(net, here.rest * likely)
            if then != leader:
                yield Turn(inner.key, "", "", net.traits[inner.key].strength, 0.0, 1.0, strength, then)


@lru_cache(maxsize=64)
def _with_strength(net: Network, key: str, strength: float) -> Network:
    changed = {**net.traits, key: replace(net.traits[key], strength=strength)}
    return build(net.leaves, net.nodes, changed)
