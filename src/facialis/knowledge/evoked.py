"""What is known of evoked responses of the face: branches, the muscles they move, norms (``evoked.toml``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from facialis.knowledge.definitions import Kind
from facialis.knowledge.read import Table, parse

NERVES = ("facial", "trigeminal")
RESPONSES = ("R1", "R2i", "R2c")
MEASURES = ("latency_ms", "side_difference_ms")
_FILE = "evoked.toml"


@dataclass(frozen=True, slots=True)
class Branch:
    """A nerve that is stimulated.

    Attributes
    ----------
    name : str
        As in ``--stimulated``, without the side.
    nerve : str
        One of ``NERVES``.
    supplies : tuple of str
        Muscles that a stimulus to it moves directly.
    may_supply : tuple of str
        Muscles that it moves in some people.
    source : str
    """

    name: str
    nerve: str
    supplies: tuple[str, ...]
    may_supply: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Norm:
    """What a group of people gave, or a limit.

    Attributes
    ----------
    response : str
        One of ``RESPONSES``.
    measure : str
        One of ``MEASURES``.
    mean, sd, upper : float or None
        Milliseconds.
    population : str
        Who they were; empty where nobody says it.
    kind : Kind
        A ``to_verify`` one is shown to nobody.
    source : str
        Key of ``sources.toml``; of a laboratory's own norms, its name.
    """

    response: str
    measure: str
    mean: float | None
    sd: float | None
    upper: float | None
    population: str
    kind: Kind
    source: str


@cache
def branches() -> Mapping[str, Branch]:
    """Return the branches by name.

    Raises
    ------
    KnowledgeError
        If the file is wrong; one line with file and key.
    """
    table = _whole().table("branches")
    return MappingProxyType({name: _branch(name, table.table(name)) for name in table})


@cache
def norms() -> tuple[Norm, ...]:
    """Return the norms of the blink reflex.

    Raises
    ------
    KnowledgeError
        If the file is wrong; one line with file and key.
    """
    from facialis.knowledge import sources

    return tuple(_norm(table, sources()) for table in _whole().tables("norms"))


def _whole() -> Table:
    return parse((files("facialis.knowledge") / _FILE).read_text(encoding="utf-8"), _FILE)


def _branch(name: str, table: Table) -> Branch:
    from facialis.knowledge import sources

    lists = []
    for key in ("supplies", "may_supply"):
        value = table.take(key)
        if not isinstance(value, list) or not all(isinstance(muscle, str) and muscle for muscle in value):
            raise table.error("must be a list of muscles", key)
        lists.append(tuple(value))
    branch = Branch(name, table.one_of("nerve", NERVES), lists[0], lists[1], table.one_of("source", sources()))
    table.done()
    return branch


def _norm(table: Table, known: Collection[str]) -> Norm:
    numbers = {key: table.number(key) if key in table else None for key in ("mean", "sd", "upper")}
    norm = Norm(
        table.one_of("response", RESPONSES),
        table.one_of("measure", MEASURES),
        **numbers,
        population=table.text("population", ""),
        kind=table.word("kind", Kind),
        source=table.one_of("source", known),
    )
    if norm.upper is None and norm.mean is None:
        raise table.error("needs a mean or an upper limit")
    table.done()
    return norm
