"""The toxin products: vials, dilutions, use after mixing and labels, as ``products.toml`` holds them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from facialis.knowledge.read import Table
from facialis.knowledge.treatment.exact import Proof, amount, parse, proof, whole

FORMS = ("powder", "solution")
# What a limit is counted over.
OVER = ("site", "eye", "session", "cumulative")


@dataclass(frozen=True, slots=True)
class Vial:
    """A size that is sold: its units, and the mL it holds where it is a solution."""

    units: Decimal
    ml: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dilution:
    """A usual dilution: the units of the vial, the mL put into it, what that gives."""

    units: Decimal
    ml: Decimal
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Limit:
    """What a label allows.

    Attributes
    ----------
    what : str
        One of ``OVER``.
    most : Decimal
        Units of this product.
    first : bool
        Whether it holds in a first session only.
    days : int or None
        Of a cumulative limit: over so many days, of all indications.
    advice : bool
        Whether the label advises and sets no limit.
    text : str
        As the label says it, shortened.
    proof : Proof
    """

    what: str
    most: Decimal
    first: bool
    days: int | None
    advice: bool
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class FirstDose:
    """How a label begins, in words."""

    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of one country says.

    Attributes
    ----------
    countries : tuple of str
        Where it holds: ``"US"``, ``"EU"``, ``"UK"``.
    hemifacial_spasm : bool
        Whether it names the disorder.
    text : str
        What it is for.
    first_dose : FirstDose or None
        None where it says nothing of the face.
    age_from : int or None
        Years.
    raise_most_times : Decimal or None
        By how much a dose may grow from one session to the next; None where the label does not say.
    short_effect_days : int or None
        Where an effect held no longer than this, the label calls it insufficient; None where it does not say.
    limits : tuple of Limit
    proof : Proof
    """

    countries: tuple[str, ...]
    hemifacial_spasm: bool
    text: str
    first_dose: FirstDose | None
    age_from: int | None
    raise_most_times: Decimal | None
    short_effect_days: int | None
    limits: tuple[Limit, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Product:
    """A toxin product; its units mean nothing for another.

    Attributes
    ----------
    key : str
        The generic name.
    names : tuple of str
        Trade names.
    serotype, form : str
        ``"A"`` or ``"B"``; one of ``FORMS``.
    vials : tuple of Vial
    sold : Proof
        Of the vials.
    dilutions : tuple of Dilution
    use_within_hours : int
        After mixing, or after a solution was diluted.
    keep_at : str
        Until then.
    storage : Proof
        Of both.
    labels : tuple of Label
    """

    key: str
    names: tuple[str, ...]
    serotype: str
    form: str
    vials: tuple[Vial, ...]
    sold: Proof
    dilutions: tuple[Dilution, ...]
    use_within_hours: int
    keep_at: str
    storage: Proof
    labels: tuple[Label, ...]

    def labels_in(self, country: str) -> tuple[Label, ...]:
        """Return the labels that hold in a country; all where none is known there."""
        return tuple(label for label in self.labels if country in label.countries) or self.labels

    def vial(self, units: Decimal) -> Vial | None:
        """Return the vial of so many units, None where none is sold."""
        return next((vial for vial in self.vials if vial.units == units), None)


def products(text: str, sources: Collection[str], file: str = "products.toml") -> dict[str, Product]:
    """Read the products by their generic names.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    return {key: _product(top.table(key), key, sources) for key in top}


def _product(table: Table, key: str, sources: Collection[str]) -> Product:
    told = Product(
        key=key,
        names=_texts(table, "names"),
        serotype=table.one_of("serotype", ("A", "B")),
        form=table.one_of("form", FORMS),
        vials=tuple(_vial(row) for row in table.tables("vials")),
        sold=_proof(table, "sold", sources),
        dilutions=tuple(_dilution(row, sources) for row in table.tables("dilutions")),
        use_within_hours=whole(table, "use_within_hours"),
        keep_at=table.text("keep_at"),
        storage=_proof(table, "storage", sources),
        labels=tuple(_label(row, sources) for row in table.tables("labels")),
    )
    table.done()
    if not told.vials or any((vial.ml is None) is (told.form == "solution") for vial in told.vials):
        raise table.error("must hold sizes; those of a solution have mL, those of a powder have none", "vials")
    return told


def _proof(table: Table, key: str, sources: Collection[str]) -> Proof:
    row = table.table(key)
    told = proof(row, sources)
    row.done()
    return told


def _texts(table: Table, key: str) -> tuple[str, ...]:
    value = table.take(key)
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text for text in value):
        raise table.error("must be a list of texts", key)
    return tuple(value)


def _vial(row: Table) -> Vial:
    vial = Vial(amount(row, "units"), amount(row, "ml") if "ml" in row else None)
    row.done()
    return vial


def _dilution(row: Table, sources: Collection[str]) -> Dilution:
    told = Dilution(amount(row, "units"), amount(row, "ml"), row.text("text"), proof(row, sources))
    row.done()
    return told


def _label(row: Table, sources: Collection[str]) -> Label:
    told = Label(
        countries=_texts(row, "countries"),
        hemifacial_spasm=row.flag("hemifacial_spasm"),
        text=row.text("text"),
        first_dose=_first_dose(row.table("first_dose"), sources) if "first_dose" in row else None,
        age_from=whole(row, "age_from") if "age_from" in row else None,
        raise_most_times=amount(row, "raise_most_times") if "raise_most_times" in row else None,
        short_effect_days=whole(row, "short_effect_days") if "short_effect_days" in row else None,
        limits=tuple(_limit(limit, sources) for limit in row.tables("limits")),
        proof=proof(row, sources),
    )
    row.done()
    return told


def _first_dose(row: Table, sources: Collection[str]) -> FirstDose:
    told = FirstDose(row.text("text"), proof(row, sources))
    row.done()
    return told


def _limit(row: Table, sources: Collection[str]) -> Limit:
    told = Limit(
        what=row.one_of("what", OVER),
        most=amount(row, "most"),
        first=row.flag("first"),
        days=whole(row, "days") if "days" in row else None,
        advice=row.flag("advice"),
        text=row.text("text"),
        proof=proof(row, sources),
    )
    row.done()
    if (told.what == "cumulative") is (told.days is None):
        raise row.error("belong to a cumulative limit, and every such limit has them", "days")
    return told
