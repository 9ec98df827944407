"""A small network, evidence and random cases made by hand, and their posterior by counting every possible world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.diagnosis.evidence import Evidence, Reading
from facialis.diagnosis.network import Branch, Network, build
from facialis.knowledge.differential import Basis, Node, Reader, Share, Trait

Values = npt.NDArray[np.float64]

LEAVES = ("spasm:vessel", "spasm:lesion", "palsy", "tic", "dystonia")
BINARY = ("present", "absent")


def share(*mean: float, weight: float = 20.0, basis: Basis = Basis.ELICITED) -> Share:
    """A distribution of states; one number is the share of the first of two."""
    whole = mean if len(mean) > 1 else (mean[0], 1.0 - mean[0])
    return Share(whole, weight, basis)


PRIOR = share(0.40, 0.05, 0.25, 0.20, 0.10, weight=50)


def small(strength: float = 0.6, weight: float = 20.0, inner: float = 0.7, changed: Node | None = None) -> Network:
    """Five leaves, a trait with a trait below it, a ladder of three states, a node of no trait and sex."""

    def shares(*rows: tuple[float, ...]) -> dict[str, Share]:
        names = ("spasm", "palsy", "tic", "dystonia") if len(rows) == 4 else LEAVES
        return {name: share(*row, weight=weight) for name, row in zip(names, rows, strict=True)}

    def binary(name: str, trait: str, *rows: float) -> Node:
        return Node(name, BINARY, {name: ("present",)}, trait, shares(*((row,) for row in rows)))

    rungs = {"narrow": ("low",), "wide": ("low", "middle")}
    nodes = (
        Node("sex", ("female", "male"), {}, "", shares((0.65,), (0.55,), (0.25,), (0.7,))),
        binary("brow", "P", 0.75, 0.08, 0.03, 0.05),
        binary("click", "P", 0.3, 0.1, 0.02, 0.04),
        Node(
            "ladder",
            ("low", "middle", "high"),
            rungs,
            "P",
            shares((0.5, 0.3, 0.2), (0.2, 0.5, 0.3), (0.1, 0.2, 0.7), (0.05, 0.15, 0.8)),
        ),
        binary("spread", "Q", 0.7, 0.25, 0.02, 0.03),
        binary("bursts", "Q", 0.6, 0.2, 0.05, 0.1),
        binary("urge", "", 0.04, 0.03, 0.8, 0.1),
        binary("numb", "", 0.02, 0.3, 0.05, 0.01, 0.02),
    )
    by_name = {node.name: node for node in nodes} | ({changed.name: changed} if changed else {})
    traits = {"P": Trait("P", "outer", strength), "Q": Trait("Q", "inner", inner, parent="P")}
    return build(LEAVES, by_name, traits)


def reader(sensitivity: float = 0.9, specificity: float = 0.8, weight: float = 20.0) -> Reader:
    """Somebody who reads so well."""
    return Reader(share(sensitivity, weight=weight), share(specificity, weight=weight))


TRUE = reader(1.0 - 1e-9, 1.0 - 1e-9, 1e10)
"""Who never errs."""


def reading(code: str, probability: float = 1.0, who: str = "clinician", by: Reader | None = None) -> Reading:
    """One code as read."""
    return Reading(code, who, probability, by or reader())


def told(net: Network, *readings: Reading, **known: Sequence[float]) -> Evidence:
    """Readings, and what is told outright, as evidence."""
    by_node: dict[str, list[Reading]] = {}
    for one in readings:
        by_node.setdefault(net.node_of[one.code], []).append(one)
    outright = {node: np.array(states, dtype=float) for node, states in known.items()}
    return Evidence({node: tuple(some) for node, some in by_node.items()}, outright)


def random_case(net: Network, rng: np.random.Generator, count: int) -> Evidence:
    """So many readings of random codes of the knowledge base by random able readers, a quarter of them in doubt."""
    codes = [code for code in net.node_of if knowledge.finding(code).assessed_by]
    found: dict[tuple[str, str], Reading] = {}
    for code in rng.choice(codes, count, replace=False):
        able = knowledge.finding(str(code)).assessed_by
        for who in rng.choice(able, min(len(able), 1 + int(rng.random() < 0.25)), replace=False):
            sure = float(rng.integers(0, 2)) if rng.random() < 0.75 else float(rng.uniform(0.05, 0.95))
            found[code, who] = Reading(str(code), str(who), sure, knowledge.reader(str(code), str(who)))
    known: dict[str, list[float]] = {}
    if rng.random() < 0.7:
        known["sex"] = [1.0, 0.0] if rng.random() < 0.6 else [0.0, 1.0]
    bands = len(net.nodes["age_at_onset"].states)
    age = int(rng.integers(0, bands))
    if rng.random() < 0.7:
        known["age_at_onset"] = [float(i == age if rng.random() < 0.5 else i <= age) for i in range(bands)]
        known["age_at_onset"][age] = 1.0
    return told(net, *found.values(), **known)


def given_state(net: Network, one: Reading) -> list[float]:
    """How likely a reading is in each state of its node, worked out by hand."""
    node = net.nodes[net.node_of[one.code]]
    right, wrong = one.reader.sensitivity.mean[0], 1.0 - one.reader.specificity.mean[0]
    says = [right if state in node.codes[one.code] else wrong for state in node.states]
    return [one.probability * chance + (1.0 - one.probability) * (1.0 - chance) for chance in says]


def worlds(net: Network, nodes: Sequence[str]) -> Iterator[tuple[int, dict[str, int], float]]:
    """Every leaf with every state of the nodes and of all traits, and how likely it is within the leaf."""
    inner = [branch for top in net.branches for branch in top.all_branches() if branch.rows is not None]
    above = {name: branch.key for branch in inner for name in branch.nodes}
    over = {low.key: branch.key for branch in inner for low in branch.below}
    for leaf in range(len(net.leaves)):
        for traits in product((0, 1), repeat=len(inner)):
            at = {branch.key: own for branch, own in zip(inner, traits, strict=True)}
            chance = 1.0
            for branch in inner:
                assert branch.rows is not None
                chance *= branch.rows.mean[
                    branch.rows.of_leaf[leaf], at.get(over.get(branch.key, ""), 0), at[branch.key]
                ]
            for states in product(*(range(len(net.nodes[name].states)) for name in nodes)):
                whole = chance
                for name, state in zip(nodes, states, strict=True):
                    rows = net.rows[name]
                    whole *= rows.mean[rows.of_leaf[leaf], at.get(above.get(name, ""), 0), state]
                yield leaf, dict(zip(nodes, states, strict=True)), whole


def counted(net: Network, prior: Share, evidence: Evidence, *more: Reading) -> Values:
    """Joint probability of leaf and evidence with more readings, (L,), by counting every world; not normed."""
    every: dict[str, list[Sequence[float]]] = {name: [tuple(states)] for name, states in evidence.known.items()}
    for one in (*(one for some in evidence.readings.values() for one in some), *more):
        every.setdefault(net.node_of[one.code], []).append(given_state(net, one))
    found = np.zeros(len(net.leaves))
    for leaf, states, chance in worlds(net, list(every)):
        for name, state in states.items():
            for likely in every[name]:
                chance *= likely[state]
        found[leaf] += prior.mean[leaf] * chance
    return found


def branches(net: Network) -> Mapping[str, Branch]:
    """Traits' branches by key."""
    return {branch.key: branch for top in net.branches for branch in top.all_branches() if branch.key}
