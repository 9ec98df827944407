"""Every number drawn many times, as it is after this case was seen, for the intervals of the answer.

The probability that is shown is exact at the expected numbers; since each number is used once in a case, that is also
its expectation over the numbers' own uncertainty. The interval comes from draws of the numbers as they are after this
case was seen: first what is hidden (disorder, traits, true states) is drawn from its exact posterior, then each number
from its conjugate distribution, in which this one person counts for one. A Dirichlet draw is a set of gamma draws over
their sum, and one person more in a state is one exponential draw more; so the gamma draws are made once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from facialis.diagnosis.evidence import Evidence, Reading, says_present
from facialis.diagnosis.inference import branch_given, exact, touched
from facialis.diagnosis.network import Network, Places, Values
from facialis.diagnosis.people import Hidden, pick
from facialis.knowledge.differential import Share

SEED = 1
DRAWS = 4000
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the leaves' probabilities are after a case.

    Attributes
    ----------
    value : (L,) float64
        Exact, sum 1.
    draws : (K, L) float64
        At draws of the numbers; their mean is `value` but for the draws' own error.
    nodes, chances : mapping of str to (K, L, H) and (K, L, H, 2) float64
        The likelihood of each node's readings, and each trait's chance, at those draws.
    """

    value: Values
    draws: Values
    nodes: Mapping[str, Values]
    chances: Mapping[str, Values]


@dataclass(eq=False)
class Sampler:
    """Keeps the gamma draws of a network's numbers, each made when it is first needed.

    Parameters
    ----------
    net : Network
    draws : int
        How many.
    seed : int
        The same seed gives the same draws of a number, whatever else is asked.
    """

    net: Network
    draws: int = DRAWS
    seed: int = SEED
    _kept: dict[str, Values] = field(default_factory=dict, repr=False)
    _normed: dict[str, Values] = field(default_factory=dict, repr=False)

    def posterior(self, prior: Share, evidence: Evidence) -> Posterior:
        """Return the leaves' probabilities with their uncertainty.

        Parameters
        ----------
        prior : Share
            Over the leaves.
        evidence : Evidence
        """
        rng = np.random.default_rng(self.seed)
        value = exact(self.net, prior, evidence)
        leaf = pick(np.broadcast_to(value, (self.draws, len(value))), rng)
        hidden = Hidden.draw(self.net, evidence, leaf, evidence.nodes, rng)
        read = _draw_reads(self.net, evidence, hidden, rng)
        told = self._leaves(prior, leaf, rng)
        nodes, chances = self._nodes(evidence, hidden, read, rng), self._chances(evidence, hidden, rng)
        for branch in touched(self.net, evidence):
            told = told * branch_given(branch, nodes, chances)[..., 0]
        return Posterior(value, told / np.maximum(told.sum(axis=1, keepdims=True), _TINY), nodes, chances)

    def _nodes(
        self, evidence: Evidence, hidden: Hidden, read: Mapping[str, Sequence[Values]], rng: np.random.Generator
    ) -> dict[str, Values]:
        found = {}
        for node in evidence.nodes:
            rows = self.net.rows[node]
            states = self._states(evidence, node, (hidden.nodes[node][2], read.get(node, ())), rng)
            given = self._given(f"node {node}", rows.alpha, hidden.nodes[node], states, rng)
            found[node] = np.moveaxis(given[rows.of_leaf], -1, 0)
        return found

    def _chances(self, evidence: Evidence, hidden: Hidden, rng: np.random.Generator) -> dict[str, Values]:
        found = {}
        for top in touched(self.net, evidence):
            for branch in top.all_branches():
                if branch.rows is not None and branch.key in hidden.traits:
                    at, own = hidden.traits[branch.key], np.array([1.0, 0.0])
                    states = np.broadcast_to(own, (self.draws, 2))
                    chance = self._given(f"trait {branch.key}", branch.rows.alpha, at, states, rng)
                    chance = np.moveaxis(chance[branch.rows.of_leaf], -1, 0)
                    found[branch.key] = np.moveaxis(np.stack([chance, 1.0 - chance]), 0, -1)
        return found

    def _states(
        self, evidence: Evidence, node: str, drawn: tuple[Places, Sequence[Values]], rng: np.random.Generator
    ) -> Values:
        """Return the likelihood of a node's states at draws of its readers' accuracy, (K, S)."""
        if node in evidence.known:
            return np.broadcast_to(evidence.known[node], (self.draws, len(evidence.known[node])))
        told = np.ones((self.draws, len(self.net.nodes[node].states)))
        for i, reading in enumerate(evidence.readings[node]):
            present = self.net.present(reading.code)
            says = self._says(reading, present[drawn[0]], drawn[1][i], rng)
            likely = np.take(says, np.where(present > 0, 0, 1), axis=1)
            told *= (1.0 - reading.probability) + (2.0 * reading.probability - 1.0) * likely
        return told

    def _says(self, reading: Reading, truth: Values, read: Values, rng: np.random.Generator) -> Values:
        """Draw how likely a reader says "present" where it is so and where it is not, (K, 2)."""
        right = read == truth
        more = rng.standard_exponential(self.draws)
        drawn = []
        for name, share, here in (
            ("sensitivity", reading.reader.sensitivity, truth > 0),
            ("specificity", reading.reader.specificity, truth <= 0),
        ):
            alpha = np.array(share.mean) * share.weight
            gammas = self._gammas(f"{name} {reading.code} {reading.who}", alpha)
            first = gammas[:, 0] + more * (here & right)
            drawn.append(first / np.maximum(first + gammas[:, 1] + more * (here & ~right), _TINY))
        return np.stack([drawn[0], 1.0 - drawn[1]], axis=1)

    def _given(
        self, name: str, alpha: Values, at: tuple[Places, Places, Places], states: Values, rng: np.random.Generator
    ) -> Values:
        """Return how likely the states' likelihoods (K, S) are at draws of the shares, (R, H, K).

        Only one row in each draw has one person more; the others keep the shares that are made once. The draws come
        last here, side by side in memory: numpy goes through them several times as fast.
        """
        shares = self._shares(name, alpha)
        weights = np.ascontiguousarray(states.T, dtype=np.float32)
        # The shares add up to one, so that the last state needs no product of its own.
        told = shares[0] * (weights[0] - weights[-1])
        for share, weight in zip(shares[1:-1], weights[1:-1], strict=True):
            told += share * (weight - weights[-1])
        told += weights[-1]
        every = np.arange(self.draws)
        row, above, own = at
        gammas = self._gammas(name, alpha)[every, row, above]
        gammas[every, own] += rng.standard_exponential(self.draws)
        mean = np.einsum("ks,ks->k", gammas, states) / np.maximum(np.einsum("ks->k", gammas), _TINY)
        told[row, above, every] = mean
        return np.asarray(told)

    def _shares(self, name: str, alpha: Values) -> Values:
        """Return the draws of the shares before the case, the states first, (S, R, H, K) in half the precision."""
        if name not in self._normed:
            gammas = self._gammas(name, alpha)
            shares = gammas / np.maximum(gammas.sum(axis=-1, keepdims=True), _TINY)
            self._normed[name] = np.ascontiguousarray(np.moveaxis(shares, (0, -1), (-1, 0)), dtype=np.float32)
        return self._normed[name]

    def _leaves(self, prior: Share, leaf: Places, rng: np.random.Generator) -> Values:
        """Draw the leaves' shares with one person more in the leaf given for each draw, (K, L)."""
        gammas = self._gammas(f"prior {prior.rule} {prior.mean}", np.array(prior.mean) * prior.weight).copy()
        gammas[np.arange(self.draws), leaf] += rng.standard_exponential(self.draws)
        return np.asarray(gammas / np.maximum(gammas.sum(axis=1, keepdims=True), _TINY))

    def _gammas(self, name: str, alpha: Values) -> Values:
        if name not in self._kept:
            rng = np.random.default_rng([self.seed, crc32(name.encode())])
            self._kept[name] = rng.standard_gamma(alpha, size=(self.draws, *alpha.shape))
        return self._kept[name]


def _draw_reads(
    net: Network, evidence: Evidence, hidden: Hidden, rng: np.random.Generator
) -> dict[str, tuple[Values, ...]]:
    """Draw whether "present" was read, where the reader was in doubt: by node, for each reading, (K,)."""
    found = {}
    for node, readings in evidence.readings.items():
        drawn = []
        for reading in readings:
            says = says_present(reading.reader, net.present(reading.code)[hidden.nodes[node][2]])
            yes, no = reading.probability * says, (1.0 - reading.probability) * (1.0 - says)
            drawn.append(np.asarray(rng.random(len(says)) * (yes + no) < yes, dtype=float))
        found[node] = tuple(drawn)
    return found
