"""The words of the pages on injections: muscles, sites, units, dates, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from facialis.knowledge import treatment

NO_BREAK = "\N{NO-BREAK SPACE}"
STATE = {"ready": "Ready", "blocked": "Blocked", "needs_reason": "Needs a reason"}
RULE = {"label": "Label", "payer": "Payer", "clinic": "Clinic"}
LIMIT = {"session": "Session", "eye": "Around one eye", "site": "One site", "cumulative": "Cumulative"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def muscle(key: str) -> str:
    """Print a muscle as the field does: "orbicularis oculi"."""
    known = treatment.muscles().get(key)
    return known.name if known else plain(key)


def place(muscle_key: str, key: str) -> str:
    """Print a site of a muscle: "lateral lower lid, pretarsal"."""
    known = treatment.muscles().get(muscle_key)
    return known.sites[key].name if known and key in known.sites else plain(key)


def site(muscle_key: str, key: str) -> str:
    """Print a site with its muscle: "orbicularis oculi, lateral lower lid"."""
    return f"{muscle(muscle_key)}, {place(muscle_key, key)}"


def amount(told: str | None) -> str:
    """Print a decimal number without needless noughts; "not known" where there is none."""
    if told is None:
        return "not known"
    number = Decimal(told)
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value() if whole else number.normalize():f}"


def units(told: str | None) -> str:
    """Print units: "2.5 U"."""
    return "not known" if told is None else f"{amount(told)}{NO_BREAK}U"


def millilitres(told: str | None) -> str:
    """Print a volume: "0.1 mL"."""
    return "not known" if told is None else f"{amount(told)}{NO_BREAK}mL"


def day(told: str | None) -> str:
    """Print a date so that nobody takes the month for the day: "12 Jan 2026"."""
    if not told:
        return "not known"
    when = date.fromisoformat(told[:10])
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}".replace(" ", NO_BREAK)


def usual(told: Mapping[str, Any] | None) -> str:
    """Print a range of doses as it is usual; what is not published says so."""
    if not told or told.get("low") is None:
        return "none published"
    low, high = (amount(told[end]) for end in ("low", "high"))
    return f"{low}{NO_BREAK}U" if low == high else f"{low} to {high}{NO_BREAK}U"


def side(told: str | None) -> str:
    """Print a side as the patient's own; "not told" where nobody said."""
    return {"left": "left", "right": "right", "both": "both sides"}.get(told or "", "not told")


def plain(key: str) -> str:
    """Print a key as words: "lateral lower lid"."""
    return key.replace("_", " ")


def mixed(product: Mapping[str, Any]) -> str:
    """Print how a vial is made up: "100 U in 4 mL, 2.5 U in 0.1 mL"."""
    volumes = [Decimal(told) for told in (product.get("vial_ml"), product["diluent_ml"]) if told is not None]
    if not volumes:
        return "ready to use or not told"
    ready = "" if product["diluent_ml"] is not None else ", ready to use"
    vial = f"{units(product['vial_units'])} in {millilitres(str(sum(volumes)))}{ready}"
    # A third of a unit has no decimal with an end: then the vial alone is told.
    if product["units_per_ml"] is None:
        return vial
    return f"{vial}: {units(str(Decimal(product['units_per_ml']) / 10))} in {millilitres('0.1')}"


def effect(told: Mapping[str, Any] | None) -> list[str]:
    """Print what was measured after the last session, each number with its interval."""
    lines = []
    for key, one in (told or {}).items():
        if isinstance(one, Mapping) and one.get("value") is not None:
            lines.append(f"{_EFFECTS.get(key, plain(key))} {_interval(one)}")
        elif isinstance(one, str) and one:
            lines.append(f"{_EFFECTS.get(key, plain(key))}: {plain(one)}")
    return lines


_EFFECTS = {"relief": "relief at its best", "wear_off_day": "worn off on day", "onset_day": "onset on day"}


def _interval(one: Mapping[str, Any]) -> str:
    share = one.get("unit") in ("", "share", None)
    value, low, high = (
        None if one.get(end) is None else f"{100 * one[end]:.0f}" if share else f"{one[end]:.0f}"
        for end in ("value", "low", "high")
    )
    unit = f"{NO_BREAK}%" if share else ""
    if low is None or high is None:
        return f"{value}{unit} (no interval known)"
    return f"{value} ({low} to {high}){unit}"


def by_side(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put rows of one side together, each side where it first comes."""
    sides = dict.fromkeys(row["side"] for row in rows)
    return [{"side": one, "rows": [row for row in rows if row["side"] == one]} for one in sides]
