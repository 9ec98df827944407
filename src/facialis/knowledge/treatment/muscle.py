"""The muscles and sites that are injected, as ``muscles.toml`` holds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from facialis.knowledge.read import Table
from facialis.knowledge.treatment.exact import Proof, amount, parse, proof


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usually given at a site in a session: units of one product, low to high."""

    low: Decimal
    high: Decimal
    proof: Proof


@dataclass(frozen=True, slots=True)
class Site:
    """A named point of a muscle.

    Attributes
    ----------
    muscle, key : str
        Together they name it; a key is unique within its muscle.
    name, plain : str
        As printed for clinicians and for patients.
    depth : str
        A hint; anatomy and needle decide.
    risks : tuple of str
        Side effects that an injection here can bring, by their keys.
    goes_wrong : str
        How.
    avoid : str
        Why it is usually left out; empty where it is not.
    avoid_proof : Proof or None
    usual : mapping of str to Usual
        By product; a product that is missing is not known here.
    """

    muscle: str
    key: str
    name: str
    plain: str
    depth: str
    risks: tuple[str, ...]
    goes_wrong: str
    avoid: str
    avoid_proof: Proof | None
    usual: Mapping[str, Usual]


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle of the facial nerve.

    Attributes
    ----------
    key, name, plain : str
    sources : tuple of str
        Where technique and depth stand, as far as they were read.
    around_eye : bool
        Whether its units count towards what a label allows for one eye.
    sites : mapping of str to Site
    """

    key: str
    name: str
    plain: str
    sources: tuple[str, ...]
    around_eye: bool
    sites: Mapping[str, Site]


def muscles(
    text: str,
    products: Collection[str],
    risks: Collection[str],
    sources: Collection[str],
    file: str = "muscles.toml",
) -> dict[str, Muscle]:
    """Read the muscles by key.

    Parameters
    ----------
    text : str
        The file.
    products, risks, sources : collection of str
        The products, the side effects and the sources that are known.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        table = top.table(key)
        usual = _usual(table, products, sources)
        rows = table.table("sites")
        sites = {name: _site(rows.table(name), key, name, usual, products, risks, sources) for name in rows}
        found[key] = Muscle(
            key=key,
            name=table.text("name"),
            plain=table.text("plain"),
            sources=table.names("sources", sources),
            around_eye=table.flag("around_eye"),
            sites=MappingProxyType(sites),
        )
        table.done()
        if not sites:
            raise table.error("must hold a site", "sites")
    return found


def _site(
    row: Table,
    muscle: str,
    key: str,
    usual: Mapping[str, Usual],
    products: Collection[str],
    risks: Collection[str],
    sources: Collection[str],
) -> Site:
    avoid = row.table("avoid") if "avoid" in row else None
    told = Site(
        muscle=muscle,
        key=key,
        name=row.text("name"),
        plain=row.text("plain"),
        depth=row.text("depth"),
        risks=row.names("risks", risks),
        goes_wrong=row.text("goes_wrong"),
        avoid=avoid.text("text") if avoid else "",
        avoid_proof=proof(avoid, sources) if avoid else None,
        usual=MappingProxyType({**usual, **_usual(row, products, sources)}),
    )
    if avoid:
        avoid.done()
    row.done()
    return told


def _usual(table: Table, products: Collection[str], sources: Collection[str]) -> dict[str, Usual]:
    if "usual" not in table:
        return {}
    rows = table.table("usual")
    found = {}
    for product in rows:
        if product not in products:
            raise rows.error("is no product", product)
        row = rows.table(product)
        told = Usual(amount(row, "low"), amount(row, "high"), proof(row, sources))
        row.done()
        if told.low > told.high:
            raise row.error(f"{told.low} lies above {told.high}", "low")
        found[product] = told
    return found
