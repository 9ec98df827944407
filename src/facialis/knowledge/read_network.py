"""How the network of the differential diagnosis is read: its nodes and traits, and how often each state occurs.

How counts become a :class:`~facialis.knowledge.differential.Share`:

published
    The studies' counts are added up. Where the studies disagree, the sum is divided by their overdispersion
    (chi-squared of the table studies x states over its degrees of freedom, at least 1): studies that contradict each
    other know less than one. Then half a person is added to every state (Jeffreys), so that no share is 0 or 1.
calculated
    The share and its weight stand in the file, with the rule by which they follow from a source.
elicited
    Weight 3, or as much as puts one person into the rarest state, so that a rare state is never sure not to occur.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from sys import float_info
from types import MappingProxyType
from typing import Any

from facialis.knowledge.differential import Basis, Node, Share, Study, Trait
from facialis.knowledge.read import Table, parse

SUM_TOLERANCE = 1e-6
"""How far the shares of one row may be from 1 in the sum: a slip of the pen is larger, rounding is smaller."""

ELICITED_WEIGHT = 3.0


def network(text: str, known: Collection[str], file: str = "network.toml") -> tuple[dict[str, Trait], dict[str, Node]]:
    """Read the traits, and the nodes still without their shares.

    Parameters
    ----------
    text : str
        The file.
    known : collection of str
        The codes of the findings.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    letters, drawn = top.table("traits"), top.table("nodes")
    top.done()
    traits = {key: _trait(letters.table(key), key) for key in letters}
    for trait in traits.values():
        if trait.parent and (trait.parent not in traits or traits[trait.parent].parent):
            raise top.error(f'must be a trait that has no parent, not "{trait.parent}"', f"traits.{trait.key}.parent")
    nodes = {name: _outline(drawn.table(name), name, known, traits) for name in drawn}
    node_of: dict[str, str] = {}
    for name, node in nodes.items():
        for code in node.codes:
            if node_of.setdefault(code, name) != name:
                raise top.error(f'is already a code of "{node_of[code]}"', f"nodes.{name}.codes.{code}")
    used = {node.trait for node in nodes.values()}
    for key in traits:
        if key not in used:
            raise top.error("is the trait of no node", f"traits.{key}")
    return traits, nodes


def frequencies(
    text: str,
    nodes: Mapping[str, Node],
    leaves: Sequence[str],
    known: Collection[str],
    file: str = "frequencies.toml",
) -> dict[str, Node]:
    """Read how often each state of each node occurs in each disorder.

    Parameters
    ----------
    text : str
        The file: one table a node.
    nodes : mapping of str to Node
        The nodes without shares, of :func:`network`.
    leaves : sequence of str
        The hypotheses: a disorder, or ``disorder:cause``.
    known : collection of str
        The keys of the sources.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key; also where a disorder lacks a share, or a share a node.
    """
    top = parse(text, file)
    disorders = tuple(dict.fromkeys(leaf.partition(":")[0] for leaf in leaves))
    complete = {}
    for name, node in nodes.items():
        shares = _shares(top.table(name), node, (*disorders, *leaves), known)
        for disorder in disorders:
            if disorder not in shares:
                raise top.error(f'has no share for "{disorder}"', name)
        complete[name] = replace(node, shares=MappingProxyType(shares))
    top.done()
    return complete


def pool(studies: Sequence[Study]) -> Share:
    """Add up what several studies counted; this module's docstring has the rule.

    Parameters
    ----------
    studies : sequence of Study
        At least one; all with the same states.

    Returns
    -------
    Share
        Published.
    """
    total = [sum(counts) for counts in zip(*(study.counts for study in studies), strict=True)]
    spread = overdispersion(studies)
    dirichlet = [count / spread + 0.5 for count in total]
    weight = sum(dirichlet)
    return Share(
        mean=tuple(alpha / weight for alpha in dirichlet),
        weight=weight,
        basis=Basis.PUBLISHED,
        sources=tuple(dict.fromkeys(study.source for study in studies)),
        studies=tuple(studies),
    )


def overdispersion(studies: Sequence[Study]) -> float:
    """Return by how much the studies differ beyond chance: chi-squared over its degrees of freedom, at least 1."""
    total = [sum(counts) for counts in zip(*(study.counts for study in studies), strict=True)]
    people = sum(total)
    seen = [state for state, count in enumerate(total) if count]
    freedom = (len(studies) - 1) * (len(seen) - 1)
    if not freedom:
        return 1.0
    chi_squared = 0.0
    for study in studies:
        of = sum(study.counts)
        for state in seen:
            expected = of * total[state] / people
            chi_squared += (study.counts[state] - expected) ** 2 / expected
    return max(1.0, chi_squared / freedom)


def elicited(mean: Sequence[float], weight: float = ELICITED_WEIGHT) -> Share:
    """Return a share that nobody counted, worth `weight` people, or more where its rarest state needs it for one."""
    return Share(tuple(mean), max(weight, 1 / min(mean)), Basis.ELICITED)


def _trait(table: Table, key: str) -> Trait:
    trait = Trait(key, table.text("name"), table.number("strength"), table.text("parent", ""), table.text("why"))
    if not 0 <= trait.strength <= 1:
        raise table.error("must be from 0 to 1", "strength")
    table.done()
    return trait


def _outline(table: Table, name: str, known: Collection[str], traits: Collection[str]) -> Node:
    states = table.take("states") if "states" in table else ["present", "absent"]
    if not (
        isinstance(states, list) and all(isinstance(s, str) for s in states) and len(set(states)) == len(states) >= 2
    ):
        raise table.error("must be a list of at least two different texts", "states")
    codes = _codes(table.table("codes"), states) if "codes" in table else {name: ("present",)}
    for code in codes:
        if code not in known:
            raise table.error("is not a finding", f"codes.{code}")
    trait = table.text("trait", "")
    if trait and trait not in traits:
        raise table.error(f'does not know "{trait}"', "trait")
    table.done()
    return Node(name, tuple(states), MappingProxyType(codes), trait, MappingProxyType({}))


def _codes(table: Table, states: Collection[str]) -> dict[str, tuple[str, ...]]:
    codes = {code: table.names(code, states) for code in table}
    for code, present in codes.items():
        if not 0 < len(present) < len(states):
            raise table.error("must be present in some states and absent in others", code)
    return codes


def _shares(table: Table, node: Node, keys: Collection[str], known: Collection[str]) -> dict[str, Share]:
    table.text("about", "")
    shares: dict[str, Share] = {}

    def keep(part: Table, key: str, share: Share) -> None:
        if key not in keys:
            raise part.error("is no disorder, nor a cause of one", key)
        if key in shares:
            raise part.error("has a share already", key)
        shares[key] = share

    if "published" in table:
        part = table.table("published")
        for key in part:
            keep(part, key, pool(_studies(part, key, len(node.states), known)))
    if "calculated" in table:
        part = table.table("calculated")
        for key in part:
            keep(part, key, _calculated(part.table(key), len(node.states), known))
    if "elicited" in table:
        part = table.table("elicited")
        for key in part:
            keep(part, key, elicited(mean_of(part, key, part.take(key), len(node.states))))
    if "like" in table:
        part = table.table("like")
        for key in part:
            model = part.text(key)
            if model not in shares:
                raise part.error(f'is like "{model}", which has no share of its own', key)
            keep(part, key, shares[model])
    table.done()
    return shares


def _studies(part: Table, key: str, states: int, known: Collection[str]) -> list[Study]:
    rows = part.take(key)
    if not isinstance(rows, list) or not rows:
        raise part.error("must be a list of studies", key)
    studies = []
    for row in rows:
        table = Table(part.file, f"{part.name}.{key}", row)
        if "counts" in table:
            counts = table.take("counts")
        else:
            present = table.number("present")
            counts = [present, table.number("of") - present]
        if not _is_numbers(counts, states) or min(counts) < 0 or not sum(counts):
            raise table.error(f"must count people in {states} states, none below 0, and at least one person")
        studies.append(Study(tuple(float(count) for count in counts), _source(table, "source", known)))
        table.done()
    return studies


def _calculated(table: Table, states: int, known: Collection[str]) -> Share:
    value = table.take("shares" if "shares" in table else "share")
    weight = table.number("weight")
    if weight <= 0:
        raise table.error("must be above 0", "weight")
    sources = table.names("sources", known)
    if not sources:
        raise table.error("must name one at least", "sources")
    mean = mean_of(table, "share", value, states)
    share = Share(mean, weight, Basis.CALCULATED, sources, rule=table.text("rule"))
    table.done()
    return share


def mean_of(table: Table, key: str, value: Any, states: int) -> tuple[float, ...]:
    """Return one share a state: of the first of two, or a list of all.

    Raises
    ------
    KnowledgeError
        In one line, with file and key, where they are not above 0, or not 1 in the sum.
    """
    if states == 2 and _is_numbers([value], 1):
        value = [value, 1 - value]
    if not _is_numbers(value, states) or not all(0 < share < 1 for share in value):
        raise table.error(f"must be the shares of {states} states, each between 0 and 1", key)
    if abs(sum(value) - 1) > SUM_TOLERANCE:
        raise table.error(f"adds up to {sum(value):g}, not to 1", key)
    return tuple(float(share) for share in value)


def _source(table: Table, key: str, known: Collection[str]) -> str:
    source = table.text(key)
    if source not in known:
        raise table.error(f'does not know "{source}"', key)
    return source


def _is_numbers(value: object, length: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == length
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in value)
        and all(abs(number) <= float_info.max for number in value)
    )
