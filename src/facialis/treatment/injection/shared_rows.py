"""Parts that the files of plans and sessions have in common: product and vials, doses at sites, days, reasons."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

from facialis.document import Document
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import MOST_ML, MOST_UNITS, taken, text
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.preparation import Preparation

SIDES = ("left", "right", "both")
ONE_SIDE = ("left", "right")
FIRST_YEAR, LAST_YEAR = 1970, 2100
# A syringe of 1 mL shows hundredths of a millilitre.
STEP_ML = Decimal("0.01")
PRODUCT_KEYS = ("name", "vial_units", "diluent_ml", "vials", "syringe_step_ml", "mixed_at")
# Whose intervals stand in a plan, beside the label's.
OWN_RULES = ("payer", "clinic")
MOST_DAYS = 730
_MOST_VIALS = 20
_YEAR_AND_MONTH = 7


@dataclass(frozen=True, slots=True)
class Override:
    """A reason for which a clinician passes what would else hold a plan up: for what, why, who."""

    code: str
    reason: str
    by: str


def product_key(row: Document, key: str = "name") -> str:
    """Return the generic name of a product; a trade name is told the generic one."""
    known = treatment.products()
    value = row.take(key)
    if isinstance(value, list):
        raise row.error("names more than one product; a plan has one, since units of two are never added", key)
    for product in known.values():
        if isinstance(value, str) and value.casefold() in (name.casefold() for name in product.names):
            raise row.error(f'is "{value}"; give the generic name, {product.key}', key)
    return row.word(key, known)


def preparation(row: Document) -> Preparation:
    """Return what is mixed; `vials` is 0 where the file leaves it open.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    if not row.has("name"):
        raise row.error("is missing: units without a product mean nothing", "name")
    product = treatment.products()[product_key(row)]
    units = taken(row, "vial_units", MOST_UNITS)
    vial = product.vial(units)
    if vial is None:
        sizes = ", ".join(text(one.units) for one in product.vials)
        raise row.error(f"is {text(units)}; {product.key} comes in vials of {sizes} U", "vial_units")
    diluent = taken(row, "diluent_ml", MOST_ML) if vial.ml is None or row.has("diluent_ml") else Decimal(0)
    step = taken(row, "syringe_step_ml", Decimal(1)) if row.has("syringe_step_ml") else STEP_ML
    vials = 0
    if row.has("vials"):
        vials = whole(row, "vials", _MOST_VIALS)
    return Preparation(product.key, units, vial.ml or Decimal(0), diluent, step, vials)


def label_country(top: Document) -> str:
    """Return whose label holds, empty where the file does not say."""
    if not top.has("country"):
        return ""
    told = top.text("country").upper()
    whose = treatment.label_countries().get(told, told)
    if not re.fullmatch("[A-Z]{2}", whose):
        raise top.error(f'is "{told[:20]}"; give two letters, for example "US" or "EU"', "country")
    return whose


def whole(row: Document, key: str, most: int) -> int:
    """Return a whole number from 1 to `most`."""
    value = row.take(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise row.error(f"must be a whole number from 1 to {most}", key)
    return value


def doses(rows: list[Document], side: str, mixed: Preparation, *, given: bool = False) -> tuple[Dose, ...]:
    """Return the doses of a file, each at a known site of the right side, each such that it can be drawn.

    Parameters
    ----------
    rows : list of Document
    side : str
        Of the whole plan: ``"left"``, ``"right"`` or ``"both"``.
    mixed : Preparation
    given : bool
        Whether they were given: a dose may then be 0, and may say why it differs from the plan.
    """
    found: list[Dose] = []
    keys = ("muscle", "site", "side", "units") + (("differs",) if given else ())
    for row in rows:
        if row.has("product"):
            raise row.error("stands at a site; a plan has one product, since units of two are never added", "product")
        row.only(keys)
        muscle, site = _place(row)
        at = _side(row, side)
        if not row.has("units"):
            raise row.error("is missing", "units")
        units = taken(row, "units", MOST_UNITS, zero=given)
        _check_drawn(row, units, mixed)
        dose = Dose(muscle, site, at, units, row.text("differs") if given and row.has("differs") else "")
        if any(dose.where == other.where for other in found):
            raise row.error(f"names {dose.named} a second time; add the units up", "site")
        found.append(dose)
    return tuple(found)


def _place(row: Document) -> tuple[str, str]:
    """Return muscle and site; a muscle with one site needs no name of it."""
    known = treatment.muscles()
    if not row.has("muscle") and row.has("site"):
        told = row.text("site")
        having = [key for key, muscle in known.items() if told in muscle.sites]
        if len(having) == 1:
            return having[0], told
        hint = f"; {told} is a site of {', '.join(having)}" if having else ""
        raise row.error(f"is missing{hint}", "muscle")
    muscle = row.word("muscle", tuple(known))
    sites = known[muscle].sites
    if not row.has("site") and len(sites) == 1:
        return muscle, next(iter(sites))
    told = row.text("site") if row.has("site") else ""
    if told not in sites:
        near = get_close_matches(told.lower(), list(sites), 1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        what = f'is "{told}"' if told else "is missing"
        raise row.error(f"{what}; {hint}{muscle} has {', '.join(sites)}", "site")
    return muscle, told


def _side(row: Document, side: str) -> Side:
    if not row.has("side"):
        if side == "both":
            raise row.error("is missing: both sides are treated, so each site says which", "side")
        return Side(side)
    told = row.word("side", ONE_SIDE)
    if side not in (told, "both"):
        raise row.error(f'is {told}, and the plan is of the {side} side; a plan of both says side = "both"', "side")
    return Side(told)


def _check_drawn(row: Document, units: Decimal, mixed: Preparation) -> None:
    if mixed.volume(units) is not None:
        return
    below, above = mixed.nearest(units)
    near = f"{text(above)} U" if below is None else f"{text(below)} U or {text(above)} U"
    raise row.error(
        f"is {text(units)}: at {text(mixed.vial_units)} U in {text(mixed.ml)} mL no syringe with steps of "
        f"{text(mixed.step_ml)} mL shows it; what can be drawn is {near}",
        "units",
    )


def day(row: Document, key: str, *, end_of_month: bool = False) -> date:
    """Return a calendar day; where a time stands beside it, the day as it is written.

    Parameters
    ----------
    row : Document
    key : str
    end_of_month : bool
        Whether ``"2027-05"`` may stand for its last day, as on a vial.
    """
    told = row.take(key)
    if isinstance(told, str):
        told = _parsed(row, key, told.strip(), end_of_month)
    if isinstance(told, datetime):
        told = told.date()
    if not isinstance(told, date):
        raise row.error("must be a date, as 2026-01-31", key)
    if not FIRST_YEAR <= told.year < LAST_YEAR:
        raise row.error(f"{told.isoformat()} cannot be: the year must lie between 1970 and 2099", key)
    return told


def _parsed(row: Document, key: str, told: str, end_of_month: bool) -> date:
    hint = ", or 2026-01 for the end of a month" if end_of_month else ""
    try:
        if end_of_month and len(told) == _YEAR_AND_MONTH:
            first = date.fromisoformat(f"{told}-01")
            return first.replace(day=monthrange(first.year, first.month)[1])
        return datetime.fromisoformat(told).date()
    except ValueError as error:
        raise row.error(f"must be a date, as 2026-01-31{hint}", key) from error


def overrides(top: Document) -> tuple[Override, ...]:
    """Return the reasons that a clinician gave; each with a name."""
    found = []
    for row in top.rows("overrides") if top.has("overrides") else []:
        row.only(("code", "reason", "by"))
        for key in ("code", "reason", "by"):
            if not row.has(key):
                raise row.error("is missing: an override has a code, a reason and the name of who gives it", key)
        found.append(Override(row.text("code"), row.text("reason"), row.text("by")))
    return tuple(found)
