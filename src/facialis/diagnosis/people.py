"""People drawn from the network: what is hidden of this one, and what the same readers would read in others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from facialis.diagnosis.evidence import Evidence, likelihood, says_present
from facialis.diagnosis.inference import below, expected_chances, expected_given
from facialis.diagnosis.network import Branch, Network, Places, Values


@dataclass(frozen=True, eq=False)
class Hidden:
    """What is hidden, drawn from its exact distribution at the expected numbers.

    Attributes
    ----------
    leaf : (K,) int
    traits, nodes : mapping of str to three (K,) int
        By name: row, state of the trait above, own state.
    """

    leaf: Places
    traits: Mapping[str, tuple[Places, Places, Places]]
    nodes: Mapping[str, tuple[Places, Places, Places]]

    @classmethod
    def draw(
        cls, net: Network, evidence: Evidence, leaf: Places, wanted: Collection[str], rng: np.random.Generator
    ) -> Hidden:
        """Draw the wanted nodes and the traits above them, given the evidence and the leaf of each draw.

        Parameters
        ----------
        net : Network
        evidence : Evidence
            May be empty: then they are drawn as the leaf has them.
        leaf : (K,) int
        wanted : collection of str
            Names of nodes, with or without evidence.
        rng : numpy.random.Generator
        """
        told = {node: likelihood(net, evidence, node) for node in evidence.nodes}
        drawn = _Drawing(net, told, expected_given(net, evidence), expected_chances(net), frozenset(wanted), rng)
        for i in sorted({net.branch_of[node] for node in wanted}):
            drawn.branch(net.branches[i], leaf, np.zeros(len(leaf), dtype=np.intp))
        return cls(leaf, drawn.traits, drawn.nodes)


@dataclass(frozen=True, eq=False)
class _Drawing:
    """One pass down the network."""

    net: Network
    told: Mapping[str, Values]
    given: Mapping[str, Values]
    chances: Mapping[str, Values]
    wanted: frozenset[str]
    rng: np.random.Generator
    traits: dict[str, tuple[Places, Places, Places]] = field(default_factory=dict)
    nodes: dict[str, tuple[Places, Places, Places]] = field(default_factory=dict)

    def branch(self, branch: Branch, leaf: Places, above: Places) -> None:
        """Draw a trait, then what is wanted below it."""
        if branch.rows is not None:
            inside = np.broadcast_to(below(branch, self.given, self.chances), (len(self.net.leaves), 2))
            own = pick(self.chances[branch.key][leaf, above] * inside[leaf], self.rng)
            self.traits[branch.key] = (branch.rows.of_leaf[leaf], above, own)
            above = own
        for node in branch.nodes:
            if node in self.wanted:
                rows = self.net.rows[node]
                row = rows.of_leaf[leaf]
                state = pick(rows.mean[row, above] * self.told.get(node, 1.0), self.rng)
                self.nodes[node] = (row, above, state)
        for inner in branch.below:
            if not self.wanted.isdisjoint(inner.all_nodes()):
                self.branch(inner, leaf, above)


def read_anew(net: Network, evidence: Evidence, hidden: Hidden, rng: np.random.Generator) -> dict[str, Values]:
    """Draw what the same readers would read in other people, as likelihoods of the states, (K, S) by node.

    Parameters
    ----------
    net : Network
    evidence : Evidence
        Who reads what, and in how much doubt; not what was read.
    hidden : Hidden
        The people.
    rng : numpy.random.Generator
    """
    found = {}
    for node, known in evidence.known.items():
        states = np.arange(len(known)) == hidden.nodes[node][2][:, None]
        inside = (states & (known > 0)).any(axis=1, keepdims=True)
        found[node] = (states if (known > 0).sum() == 1 else inside == (known > 0)).astype(float)
    for node, readings in evidence.readings.items():
        told = np.ones((len(hidden.leaf), len(net.nodes[node].states)))
        for reading in readings:
            present = net.present(reading.code)
            says = says_present(reading.reader, present)
            yes = rng.random(len(told)) < says[hidden.nodes[node][2]]
            sure = max(reading.probability, 1.0 - reading.probability)
            chance = np.where(yes, sure, 1.0 - sure)[:, None]
            told = told * (chance * says + (1.0 - chance) * (1.0 - says))
        found[node] = told
    return found


def pick(weights: Values, rng: np.random.Generator) -> Places:
    """Draw one place a row, in proportion to the row's weights, (K, S) to (K,)."""
    # State by state: a cumulative sum along so short an axis takes numpy several times as long.
    count = weights.shape[-1]
    drawn = rng.random(len(weights)) * np.einsum("ks->k", weights)
    end, place = np.zeros(len(weights)), np.zeros(len(weights), dtype=np.intp)
    for state in range(count - 1):
        end += weights[:, state]
        place += drawn >= end
    return place
