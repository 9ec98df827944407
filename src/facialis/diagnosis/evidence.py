"""What was read of a person, as the network takes it: for each node the readings, and how well each reader reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from facialis.diagnosis.network import Network, Values
from facialis.knowledge.differential import Reader


@dataclass(frozen=True, eq=False)
class Reading:
    """One code as one reader has read it.

    Attributes
    ----------
    code, who : str
    probability : float
        That it was read as present: 1 or 0, or between them where the reader was in doubt.
    reader : Reader
        How well that reader reads this code.
    """

    code: str
    who: str
    probability: float
    reader: Reader


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that is known of one person.

    Attributes
    ----------
    readings : mapping of str to tuple of Reading
        By node.
    known : mapping of str to (S,) float64
        Likelihood of the states of nodes that are told outright: sex, age at onset.
    """

    readings: Mapping[str, tuple[Reading, ...]]
    known: Mapping[str, Values]
    _told: dict[str, Values] = field(default_factory=dict, repr=False)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes of which something is known."""
        return (*self.known, *self.readings)


def says_present(reader: Reader, present: Values) -> Values:
    """Return how likely a reader says "present" in each state of the node, (S,), at the expected accuracy."""
    sensitivity, specificity = reader.sensitivity.mean[0], reader.specificity.mean[0]
    return np.where(present > 0, sensitivity, 1.0 - specificity)


def likelihood(net: Network, evidence: Evidence, node: str) -> Values:
    """Return how likely the readings of a node are in each of its states, (S,), at the readers' expected accuracy.

    A reading in doubt, with probability p, is p times the likelihood of "present" and 1 - p times that of "absent":
    at one half it tells nothing, whoever reads.
    """
    if node in evidence.known:
        return np.asarray(evidence.known[node], dtype=float)
    if node in evidence._told:
        return evidence._told[node]
    told = np.ones(len(net.nodes[node].states))
    for reading in evidence.readings[node]:
        says = says_present(reading.reader, net.present(reading.code))
        told = told * (reading.probability * says + (1.0 - reading.probability) * (1.0 - says))
    evidence._told[node] = told  # asked for many times in one assessment, and always of one network
    return told
