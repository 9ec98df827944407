"""Whether a disorder explains a case at all: how often a person with it would be at least as odd as this one.

A posterior always adds up to one, so that nonsense is shared out among the disorders as if one of them had to be it.
The tail probability asks another question, of each disorder alone: people with it are drawn, read by the same readers,
and the case's likelihood is held against theirs (a prior predictive check).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from facialis.diagnosis.evidence import Evidence
from facialis.diagnosis.inference import branch_given, expected_chances, expected_given, node_given, touched
from facialis.diagnosis.network import Network, Places, Values
from facialis.diagnosis.people import Hidden, pick, read_anew

PEOPLE = 1000


def tail(net: Network, evidence: Evidence, posterior: Values, disorder: str, seed: int) -> float:
    """Return how often a person with the disorder would be at least as odd as this one, 0 to 1.

    Parameters
    ----------
    net : Network
    evidence : Evidence
    posterior : (L,) float
        The leaves' probabilities; the causes of the disorder are drawn by theirs.
    disorder : str
    seed : int
    """
    rng = np.random.default_rng([seed, net.disorders.index(disorder)])
    leaves = net.leaves_of(disorder)
    causes = np.maximum(posterior[leaves], 1e-300)
    causes = causes / causes.sum()
    leaf = leaves[pick(np.broadcast_to(causes, (PEOPLE, len(causes))), rng)]
    people = Hidden.draw(net, Evidence({}, {}), leaf, evidence.nodes, rng)
    states = read_anew(net, evidence, people, rng)
    theirs = {node: node_given(net.rows[node].mean, net.rows[node].of_leaf, told) for node, told in states.items()}
    mine = _likely(net, evidence, expected_given(net, evidence), leaves, causes)
    others = _likely(net, evidence, theirs, leaves, causes)
    # What is drawn alike is not odder than itself: equal ones count, up to rounding.
    return float(np.mean(others <= mine + 1e-9))


def _likely(net: Network, evidence: Evidence, nodes: Mapping[str, Values], leaves: Places, causes: Values) -> Values:
    """Return the log likelihood under a disorder, (...)."""
    chances = expected_chances(net)
    told = np.zeros(1)
    for branch in touched(net, evidence):
        told = told + np.log(np.maximum(branch_given(branch, nodes, chances)[..., leaves, 0], 1e-300))
    most = told.max(axis=-1)
    return np.asarray(most + np.log((np.exp(told - most[..., None]) * causes).sum(axis=-1)))
