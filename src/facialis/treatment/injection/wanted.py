"""PLAN.toml: what a clinician wants to inject, read key by key; a wrong number or site is said in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from facialis.document import Document, toml_file
from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import MOST_UNITS, taken
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import Earlier, LastSession, known_dose
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.shared_rows import (
    MOST_DAYS,
    PRODUCT_KEYS,
    SIDES,
    Override,
    day,
    doses,
    label_country,
    overrides,
    preparation,
    product_key,
    whole,
)

_KEYS = (
    "date",
    "side",
    "country",
    "first",
    "product",
    "side_told",
    "sites",
    "other_injections",
    "intervals",
    "overrides",
    "from_last",
    "note",
)
TELLERS = ("stated", "filmed", "clinician")
_WEEK = 7
_ENDS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What PLAN.toml holds.

    Attributes
    ----------
    file : Document
        For errors.
    day : date
    side : str
        ``"left"``, ``"right"`` or ``"both"``.
    country : str
        Whose label holds; empty where nobody said.
    first : bool or None
        Whether it is the first session with this product, where the file says so.
    mixed : Preparation
        Its `vials` is 0 where the file leaves them open.
    doses : tuple of Dose
    side_told : mapping of str to str or None
        What each of ``TELLERS`` says.
    earlier : tuple of Earlier or None
        Toxin for other indications; None where nobody asked.
    payer_days, clinic_days : int or None
    overrides : tuple of Override
    before : LastSession or None
        What the plan itself says of the last session.
    """

    file: Document
    day: date
    side: str
    country: str
    first: bool | None
    mixed: Preparation
    doses: tuple[Dose, ...]
    side_told: Mapping[str, str | None]
    earlier: tuple[Earlier, ...] | None
    payer_days: int | None
    clinic_days: int | None
    overrides: tuple[Override, ...]
    before: LastSession | None


def read(path: Path, on: date) -> Wanted:
    """Read a plan.

    Parameters
    ----------
    path : Path
        TOML.
    on : date
        The day of the plan where the file names none.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest word.
    """
    return of(toml_file(path, exact=True), on, str(path))


def of(value: Mapping[str, Any], on: date, name: str = "plan") -> Wanted:
    """Take a plan that is at hand; amounts are ``Decimal`` or texts, so that no digit is lost.

    Parameters
    ----------
    value : mapping
        Shaped like the file.
    on : date
        The day of the plan where it names none.
    name : str
        How it is called in errors.

    Raises
    ------
    DocumentError
        In one line: name, place, what is wrong, the nearest word.
    """
    top = Document(value, name)
    top.only(_KEYS)
    mixed = _product(top)
    side = top.word("side", SIDES)
    rows = top.rows("sites") if top.has("sites") else []
    if not rows:
        raise top.error("is missing: a plan has at least one site", "sites")
    first = top.take("first") if top.has("first") else None
    if first is not None and not isinstance(first, bool):
        raise top.error("must be true or false", "first")
    return Wanted(
        file=top,
        day=day(top, "date") if top.has("date") else on,
        side=side,
        country=label_country(top),
        first=first,
        mixed=mixed,
        doses=doses(rows, side, mixed),
        side_told=_side_told(top),
        earlier=_earlier(top),
        payer_days=_days(top, "payer"),
        clinic_days=_days(top, "clinic"),
        overrides=overrides(top),
        before=_from_last(top),
    )


def _product(top: Document) -> Preparation:
    value = top.take("product") if top.has("product") else None
    if value is None:
        raise top.error("is missing: units without a product mean nothing", "product")
    if isinstance(value, list):
        raise top.error("stands more than once; a plan has one, since units of two are never added", "product")
    if isinstance(value, str):
        raise top.error(f'is "{value}"; {_as_table(value)}', "product")
    row = top.inner("product")
    row.only(PRODUCT_KEYS)
    return preparation(row)


def _as_table(told: str) -> str:
    """Say how a product is written that stands there as a name alone."""
    known = treatment.products()
    names = {name.casefold(): key for key, product in known.items() for name in (key, *product.names)}
    near = get_close_matches(told.casefold(), names, 1)
    key = names[near[0]] if near else next(iter(known))
    return f'give the vial too: product = {{name = "{key}", vial_units = 100, diluent_ml = 4}}, for example'


def _side_told(top: Document) -> dict[str, str | None]:
    if not top.has("side_told"):
        return dict.fromkeys(TELLERS)
    told = top.inner("side_told")
    told.only(TELLERS)
    return {who: told.word_or_none(who, SIDES) for who in TELLERS}


def _earlier(top: Document) -> tuple[Earlier, ...] | None:
    if not top.has("other_injections"):
        return None
    found = []
    for row in top.rows("other_injections"):
        row.only(("date", "product", "units", "indication"))
        units = taken(row, "units", MOST_UNITS) if row.has("units") else None
        if not row.has("product"):
            raise row.error("is missing: units without a product mean nothing", "product")
        found.append(Earlier(day(row, "date"), product_key(row, "product"), units, row.text("indication")))
    return tuple(found)


def _days(top: Document, who: str) -> int | None:
    if not top.has("intervals"):
        return None
    told = top.inner("intervals")
    told.only([f"{one}_{unit}" for one in ("payer", "clinic") for unit in ("days", "weeks")])
    given = [(f"{who}_{unit}", length) for unit, length in (("days", 1), ("weeks", _WEEK)) if told.has(f"{who}_{unit}")]
    if len(given) > 1:
        raise told.error("stands beside its weeks: give one of them", f"{who}_days")
    return None if not given else whole(told, given[0][0], MOST_DAYS // given[0][1]) * given[0][1]


def _from_last(top: Document) -> LastSession | None:
    if not top.has("from_last"):
        return None
    told = top.inner("from_last")
    told.only(("date", "product", "given", "measured_effect", "advice"))
    return LastSession(
        day(told, "date"),
        product_key(told, "product"),
        tuple(known_dose(row) for row in told.rows("given")) if told.has("given") else (),
        effect=_effect(told.inner("measured_effect")) if told.has("measured_effect") else None,
        advice=_advice(told) if told.has("advice") else (),
    )


def _advice(told: Document) -> tuple[str, ...]:
    lines = told.words("advice")
    for i, line in enumerate(lines):
        if not line.strip():
            raise told.error("must be a text that is not empty", f"advice[{i}]")
    return tuple(line.strip() for line in lines)


def _effect(told: Document) -> dict[str, Any]:
    """Return what was measured as it goes into JSON again: numbers that a page shows, not amounts."""
    found: dict[str, Any] = {}
    for key, value in told.items():
        if isinstance(value, Mapping):
            found[key] = _interval(told.inner(key))
        elif isinstance(value, str):
            found[key] = value
        else:
            found[key] = _measured(told, key)
    return found


def _interval(told: Document) -> dict[str, Any]:
    """Return a number with its interval; either end may be missing, none may be a text."""
    told.only((*_ENDS, "unit"))
    found: dict[str, Any] = {end: _measured(told, end) for end in _ENDS if told.has(end)}
    return found | ({"unit": told.text("unit", empty=True)} if told.has("unit") else {})


def _measured(told: Document, key: str) -> float:
    value = told.take(key)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        number = Decimal(value)
        if number.is_finite() and abs(number) < MOST_UNITS:
            return float(number)
    raise told.error("must be a number", key)
