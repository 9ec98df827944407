"""What payers ask before they pay for toxin, and the codes it is billed with: ``payers.toml``, or one's own file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType

from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table, parse


class Asked(StrEnum):
    """What a rule of a payer is about."""

    DIAGNOSIS = "diagnosis"
    SIDE = "side"
    AGE = "age"
    NECESSITY = "necessity"
    ALTERNATIVES = "alternatives"
    FILM = "film"
    PRODUCT = "product"
    SITES = "sites"
    UNITS = "units"
    INTERVAL = "interval"
    BENEFIT = "benefit"
    EFFECT = "effect"
    WASTE = "waste"
    LOTS = "lots"
    CONSENT = "consent"
    TIME_OUT = "time_out"


class When(StrEnum):
    """Which requests a rule is for."""

    ALWAYS = "always"
    FIRST = "first"
    CONTINUATION = "continuation"


# The number that a kind of rule needs, and those that others may have.
_NEEDS = {
    Asked.AGE: "years",
    Asked.ALTERNATIVES: "count",
    Asked.FILM: "days",
    Asked.PRODUCT: "products",
    Asked.UNITS: "units",
    Asked.INTERVAL: "weeks",
    Asked.BENEFIT: "weeks",
}
_MAY = {Asked.EFFECT: "points"}
_NUMBERS = ("years", "count", "weeks", "points")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a payer asks.

    Attributes
    ----------
    kind : Asked
    text : str
        What the payer asks, in our words.
    when : When
    number : float or None
        Years of age, weeks, how many alternatives, or points of HFS-7; None where the kind needs none.
    products : tuple of str
        Products that are on the payer's list.
    units : mapping of str to Decimal
        The most units of a product in one session. Units belong to their product and are not converted.
    days : tuple of int
        First and last day after a session on which a film counts as taken while it works.
    basis : Basis
    sources : tuple of str
        Keys of ``sources.toml``; in a file of one's own any text.
    """

    kind: Asked
    text: str
    when: When
    number: float | None
    products: tuple[str, ...]
    units: Mapping[str, Decimal]
    days: tuple[int, ...]
    basis: Basis
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, and what it asks.

    Attributes
    ----------
    key, name, country, note : str
    example : bool
        Invented, to show how rules are written.
    us_codes : bool
        Whether it is billed with CPT and HCPCS codes.
    rules : tuple of Rule
        In the order in which they are printed.
    """

    key: str
    name: str
    country: str
    note: str
    example: bool
    us_codes: bool
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Drug:
    """The HCPCS code of a product, and how many of its units are one billing unit."""

    code: str
    units: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that toxin in hemifacial spasm is billed with in the United States.

    Attributes
    ----------
    system, procedure, procedure_text, procedure_source : str
        The code of the injection on one side.
    drugs : mapping of str to Drug
        By product.
    discarded, nothing_discarded, waste_text, waste_source : str
        The modifiers for single-dose containers.
    rounding, rounding_source : str
        How parts of a billing unit are counted.
    """

    system: str
    procedure: str
    procedure_text: str
    procedure_source: str
    drugs: Mapping[str, Drug]
    discarded: str
    nothing_discarded: str
    waste_text: str
    waste_source: str
    rounding: str
    rounding_source: str


def read(
    text: str, sources: Collection[str], products: Collection[str], file: str = "payers.toml"
) -> tuple[dict[str, Payer], Codes]:
    """Read the payers by key, and the codes.

    Parameters
    ----------
    text : str
        The file.
    sources, products : collection of str
        Keys that are known.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    codes = _codes(whole.table("codes"), sources, products)
    tables = whole.table("payers")
    found = {key: _payer(key, tables.table(key), sources, products) for key in tables}
    whole.done()
    return found, codes


def own(text: str, key: str, products: Collection[str], file: str) -> Payer:
    """Read the one payer of a practice's own file, whose sources are any text.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    return _payer(key, parse(text, file), None, products)


def _payer(key: str, table: Table, sources: Collection[str] | None, products: Collection[str]) -> Payer:
    name, country, note = table.text("name"), table.text("country", ""), table.text("note", "")
    example, us_codes = table.flag("example"), table.flag("us_codes")
    rules = tuple(_rule(row, sources, products) for row in table.tables("asks"))
    if not rules:
        raise table.error("is missing: a payer asks for something", "asks")
    table.done()
    return Payer(key, name, country, note, example, us_codes, rules)


def _rule(table: Table, sources: Collection[str] | None, products: Collection[str]) -> Rule:
    kind = Asked(_word(table, "kind", tuple(Asked)))
    text, when = table.text("text"), When(_word(table, "when", tuple(When), "always"))
    for key in (_NEEDS.get(kind),):
        if key is not None and key not in table:
            raise table.error(f'is missing: "{kind}" needs it', key)
    allowed = {_NEEDS.get(kind), _MAY.get(kind)}
    number = next((table.number(key) for key in _NUMBERS if key in table and key in allowed), None)
    if number is not None and number <= 0:
        raise table.error("needs a number above 0", str(_NEEDS.get(kind) or _MAY.get(kind)))
    basis = table.word("basis", Basis, "published")
    named = _sources(table, sources)
    if basis is Basis.PUBLISHED and not named:
        raise table.error("needs a source unless it is elicited", "source")
    listed = _names(table, products) if kind is Asked.PRODUCT else ()
    units = _units(table.table("units"), products) if kind is Asked.UNITS else {}
    days = _days(table) if kind is Asked.FILM else ()
    table.done()
    return Rule(kind, text, when, number, listed, MappingProxyType(units), days, basis, named)


def _word(table: Table, key: str, words: Collection[str], default: str | None = None) -> str:
    """Take one of some words; a wrong one is told its nearest."""
    value = table.text(key, default)
    if value not in words:
        near = get_close_matches(value.lower(), [str(word) for word in words], 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise table.error(f'is "{value}"; it must be one of {", ".join(words)}{hint}', key)
    return value


def _sources(table: Table, sources: Collection[str] | None) -> tuple[str, ...]:
    if "source" not in table:
        return ()
    return (table.text("source") if sources is None else table.one_of("source", sources),)


def _names(table: Table, products: Collection[str]) -> tuple[str, ...]:
    names = table.take("products")
    if not isinstance(names, list) or not names:
        raise table.error("must be a list of products", "products")
    return tuple(_product(table, str(name), products, "products") for name in names)


def _units(table: Table, products: Collection[str]) -> dict[str, Decimal]:
    return {_product(table, name, products, ""): Decimal(str(table.number(name))) for name in table}


def _product(table: Table, name: str, products: Collection[str], key: str) -> str:
    if name not in products:
        near = get_close_matches(name, list(products), 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise table.error(f'does not know the product "{name}"{hint}', key)
    return name


def _days(table: Table) -> tuple[int, ...]:
    days = table.take("days")
    whole = isinstance(days, list) and all(isinstance(day, int) and not isinstance(day, bool) for day in days)
    if not whole or len(days) != 2 or not 0 <= days[0] < days[1]:
        raise table.error("must be two whole numbers of days, the first below the last", "days")
    return tuple(days)


def _codes(table: Table, sources: Collection[str], products: Collection[str]) -> Codes:
    procedure, drugs, waste = table.table("procedure"), table.table("drugs"), table.table("waste")
    codes = Codes(
        procedure.text("system"),
        procedure.text("code"),
        procedure.text("text"),
        procedure.one_of("source", sources),
        MappingProxyType({_product(drugs, name, products, ""): _drug(drugs.table(name), sources) for name in drugs}),
        waste.text("discarded"),
        waste.text("none"),
        waste.text("text"),
        waste.one_of("source", sources),
        waste.text("rounding"),
        waste.one_of("rounding_source", sources),
    )
    for part in (procedure, drugs, waste, table):
        part.done()
    return codes


def _drug(table: Table, sources: Collection[str]) -> Drug:
    drug = Drug(table.text("code"), Decimal(str(table.number("units"))), table.one_of("source", sources))
    table.done()
    return drug
