"""The lines of a bill in the United States: the injection, the product given, and what was discarded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from facialis.knowledge.treatment.payer import Codes
from facialis.treatment.authorisation.records import Session
from facialis.treatment.authorisation.said import day, units


def billing(session: Session, codes: Codes) -> dict[str, Any]:
    """Return the lines for a session that was given.

    Parameters
    ----------
    session : Session
    codes : Codes

    Returns
    -------
    dict
        ``for`` names the session; ``lines`` have a code, a modifier or null, a quantity, what they stand for and their
        sources; ``notes`` say what could not be coded.
    """
    sides = 2 if session.side == "both" else 1
    lines = [_line(codes.procedure, codes.system, None, sides, f"{codes.procedure_text}, {session.side}", [codes.procedure_source])]  # fmt: skip  # noqa: E501
    notes = []
    if sides == 2:
        notes.append(f"{codes.procedure} is for one side: ask the payer how it wants two sides reported.")
    drug = codes.drugs.get(session.product)
    if drug is None:
        notes.append(f"No code of {session.product} is known here.")
        return {"for": f"session of {day(session.day)}", "lines": lines, "notes": notes}
    given = (session.units / drug.units).to_integral_value(ROUND_CEILING)
    each = f"{units(session.units)} of {session.product}, {units(drug.units)} a billing unit"
    modifier, discarded = _discarded(session, drug.units, given, codes)
    lines.append(_line(drug.code, "HCPCS", modifier, int(given), each, [drug.source, codes.rounding_source]))
    if discarded:
        text = f"{units(session.wasted or Decimal())} discarded: {codes.waste_text}"
        lines.append(
            _line(drug.code, "HCPCS", codes.discarded, discarded, text, [codes.waste_source, codes.rounding_source])
        )
    if session.wasted is None:
        notes.append(
            f"The waste is not written down, so neither {codes.discarded} nor {codes.nothing_discarded} can be stated."
        )
    notes.append(f"Parts of a billing unit: {codes.rounding}.")
    return {"for": f"session of {day(session.day)}", "lines": lines, "notes": notes}


def _discarded(session: Session, unit: Decimal, given: Decimal, codes: Codes) -> tuple[str | None, int]:
    """Return the modifier of the line of what was given, and how many whole billing units were discarded."""
    if session.wasted is None:
        return None, 0
    whole = (session.wasted / unit).to_integral_value(ROUND_FLOOR)
    if session.vials is not None and session.vial_units is not None:
        # What was rounded up on the one line is not billed again on the other.
        held = (session.vials * session.vial_units / unit).to_integral_value(ROUND_FLOOR)
        whole = max(min(whole, held - given), Decimal())
    return (codes.nothing_discarded if session.wasted == 0 else None), int(whole)


def _line(
    code: str, system: str, modifier: str | None, quantity: int, text: str, sources: list[str]
) -> Mapping[str, Any]:
    return {
        "code": code,
        "system": system,
        "modifier": modifier,
        "quantity": quantity,
        "text": text,
        "sources": list(dict.fromkeys(sources)),
    }
