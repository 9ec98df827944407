"""The network: disorders at the root, hidden traits below them, what can be found out about a person below those.

Everything is discrete and small, so that inference is exact. A trait makes its nodes go together within a disorder
while each node keeps its published share: with strength r, share p of the node's first state and share t of the trait,
the first state has share ``p (1 + r (1 - t) / t)`` with the trait and ``p (1 - r)`` without it, which is p on average.
The trait's share is the largest of its nodes' shares, so that neither leaves the range from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.knowledge.differential import Node, Share, Trait

Values = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

# A Dirichlet parameter below this draws shares of exactly nought: the arithmetic's bound, not the medicine's.
_LEAST = 0.1


@dataclass(frozen=True, eq=False)
class Rows:
    """Dirichlet distributions side by side; several leaves may share one.

    Attributes
    ----------
    alpha : (R, H, S) float64
        Parameters by row, by state of the trait above (0 with it, 1 without; H is 1 without a trait), by state.
    of_leaf : (L,) int
        Which row each leaf uses.
    """

    alpha: Values
    of_leaf: Places

    @cached_property
    def mean(self) -> Values:
        """Expected shares, (R, H, S)."""
        return np.asarray(self.alpha / self.alpha.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, eq=False)
class Branch:
    """A trait with what hangs below it; its state 0 is "with", 1 "without".

    Attributes
    ----------
    key : str
        Empty for the bundle of one node that has no trait.
    rows : Rows or None
        How often the trait is there; None without a trait.
    nodes : tuple of str
        Names of the nodes right below it.
    below : tuple of Branch
        Traits below this one.
    """

    key: str
    rows: Rows | None
    nodes: tuple[str, ...]
    below: tuple[Branch, ...] = ()

    def all_nodes(self) -> tuple[str, ...]:
        """Names of all nodes below, at any depth."""
        return self.nodes + tuple(name for branch in self.below for name in branch.all_nodes())

    def all_branches(self) -> tuple[Branch, ...]:
        """Return this branch and all below it."""
        return (self, *(inner for branch in self.below for inner in branch.all_branches()))


@dataclass(frozen=True, eq=False)
class Network:
    """The compiled network.

    Attributes
    ----------
    leaves : tuple of str
        Disorders, and ``disorder:cause`` where causes are told apart.
    disorders : tuple of str
        In the order of the leaves.
    of_leaf : (L,) int
        The disorder of each leaf.
    nodes : mapping of str to Node
    rows : mapping of str to Rows
        By node.
    branches : tuple of Branch
        Independent of each other within a leaf.
    traits : mapping of str to Trait
    branch_of : mapping of str to int
        Which branch a node hangs on.
    node_of : mapping of str to str
        Finding's code to its node.
    """

    leaves: tuple[str, ...]
    disorders: tuple[str, ...]
    of_leaf: Places
    nodes: Mapping[str, Node]
    rows: Mapping[str, Rows]
    branches: tuple[Branch, ...]
    traits: Mapping[str, Trait]
    branch_of: Mapping[str, int] = field(init=False)
    node_of: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        places = {name: i for i, branch in enumerate(self.branches) for name in branch.all_nodes()}
        object.__setattr__(self, "branch_of", places)
        object.__setattr__(self, "node_of", {code: node.name for node in self.nodes.values() for code in node.codes})

    def by_disorder(self, values: Values) -> Values:
        """Sum the last axis, over leaves, up to disorders."""
        return np.asarray(values @ (self.of_leaf[:, None] == np.arange(len(self.disorders))).astype(float))

    def leaves_of(self, disorder: str) -> Places:
        """Places of a disorder's leaves."""
        return np.flatnonzero(self.of_leaf == self.disorders.index(disorder))

    def share(self, node: str, leaf: int) -> Share:
        """Return what is known of a node in a leaf."""
        return share_of(self.nodes[node], self.leaves[leaf])

    def present(self, code: str) -> Values:
        """Return 1.0 for each state of the code's node in which it is present, (S,)."""
        node = self.nodes[self.node_of[code]]
        return np.array([state in node.codes[code] for state in node.states], dtype=float)


@cache
def network() -> Network:
    """Return the network of the knowledge base.

    Raises
    ------
    facialis.knowledge.KnowledgeError
        If a knowledge file is wrong.
    """
    return build(knowledge.leaves(), knowledge.nodes_of_the_network(), knowledge.traits())


def build(leaves: Sequence[str], nodes: Mapping[str, Node], traits: Mapping[str, Trait]) -> Network:
    """Compile a network.

    Parameters
    ----------
    leaves : sequence of str
    nodes : mapping of str to Node
    traits : mapping of str to Trait

    Returns
    -------
    Network
    """
    names = [leaf.split(":")[0] for leaf in leaves]
    disorders = tuple(dict.fromkeys(names))
    tops = [key for key, trait in traits.items() if not trait.parent]
    chances = {key: _chance(key, names, leaves, nodes, traits) for key in traits}
    rows: dict[str, Rows] = {}
    branches = [_branch(key, names, leaves, nodes, traits, chances, rows) for key in tops]
    for node in nodes.values():
        if not node.trait:
            rows[node.name] = _rows(leaves, node, None, 0.0)
            branches.append(Branch("", None, (node.name,)))
    return Network(
        tuple(leaves),
        disorders,
        np.array([disorders.index(name) for name in names]),
        nodes,
        rows,
        tuple(branch for branch in branches if branch.all_nodes()),
        traits,
    )


def share_of(node: Node, leaf: str) -> Share:
    """Return a node's share in a leaf: its cause's own, or its disorder's."""
    return node.shares[leaf] if leaf in node.shares else node.shares[leaf.split(":")[0]]


def _chance(
    key: str, names: Sequence[str], leaves: Sequence[str], nodes: Mapping[str, Node], traits: Mapping[str, Trait]
) -> dict[str, tuple[float, float]]:
    """Return the share of a trait in each disorder, and of how many people that is worth."""
    keys = [key, *(inner for inner, trait in traits.items() if trait.parent == key)]
    found: dict[str, tuple[float, float]] = {}
    for name, leaf in zip(names, leaves, strict=True):
        shares = [share_of(node, leaf) for node in nodes.values() if node.trait in keys]
        if shares:
            largest = max(share.mean[0] for share in shares)
            weight = max(share.weight for share in shares)
            before = found.get(name, (0.0, 0.0))
            found[name] = (max(before[0], largest), max(before[1], weight))
    return found


def _branch(
    key: str,
    names: Sequence[str],
    leaves: Sequence[str],
    nodes: Mapping[str, Node],
    traits: Mapping[str, Trait],
    chances: Mapping[str, Mapping[str, tuple[float, float]]],
    rows: dict[str, Rows],
) -> Branch:
    """Compile a trait and what hangs below it; its nodes' rows are put into `rows`."""
    trait, own = traits[key], chances[key]
    mine = [node for node in nodes.values() if node.trait == key]
    for node in mine:
        rows[node.name] = _rows(leaves, node, own, trait.strength)
    inner = tuple(
        _branch(other, names, leaves, nodes, traits, chances, rows) for other in traits if traits[other].parent == key
    )
    return Branch(key, _trait_rows(trait, names, chances) if own else None, tuple(n.name for n in mine), inner)


def _trait_rows(trait: Trait, names: Sequence[str], chances: Mapping[str, Mapping[str, tuple[float, float]]]) -> Rows:
    """Distribute a trait's own two states, given the trait above it where there is one."""
    above = chances[trait.parent] if trait.parent else None
    table: list[Values] = []
    of_leaf = []
    for name in names:
        share, weight = chances[trait.key][name]
        row = _split(np.array([share, 1.0 - share]), weight, above[name][0] if above else None, trait.strength)
        of_leaf.append(_place(table, row))
    return Rows(np.array(table), np.array(of_leaf))


def _rows(leaves: Sequence[str], node: Node, above: Mapping[str, tuple[float, float]] | None, strength: float) -> Rows:
    """Distribute a node's states, given its trait where there is one; leaves with one share share one row."""
    table: list[Values] = []
    kept: dict[int, int] = {}
    of_leaf = []
    for leaf in leaves:
        share = share_of(node, leaf)
        if id(share) not in kept:
            chance = above[leaf.split(":")[0]][0] if above else None
            kept[id(share)] = len(table)
            table.append(_split(np.array(share.mean), share.weight, chance, strength))
        of_leaf.append(kept[id(share)])
    return Rows(np.array(table), np.array(of_leaf))


def _place(table: list[Values], row: Values) -> int:
    for i, other in enumerate(table):
        if np.array_equal(other, row):
            return i
    table.append(row)
    return len(table) - 1


def _split(mean: Values, weight: float, chance: float | None, strength: float) -> Values:
    """Return Dirichlet parameters (H, S) of a share, split by a trait of this chance; the mean stays what it was."""
    if chance is None:
        return np.asarray(np.maximum(weight, _LEAST / mean.min()) * mean[None, :])
    chance = min(chance, 1.0 - 1e-9)
    first = mean[0]
    given = np.array([first * (1.0 + strength * (1.0 - chance) / chance), first * (1.0 - strength)])
    given = np.clip(given, 1e-9, 1.0 - 1e-9)
    rest = mean[1:] / (1.0 - first) * (1.0 - given[:, None])
    shares = np.concatenate([given[:, None], rest], axis=1)
    weights = weight * np.array([chance, 1.0 - chance])
    return np.asarray(np.maximum(weights, _LEAST / shares.min(axis=1))[:, None] * shares)
