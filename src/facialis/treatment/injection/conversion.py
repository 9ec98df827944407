"""Why units of one toxin product are never made into units of another, and what to do instead."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from facialis.knowledge import treatment


def refusal(units: str, one: str, other: str) -> str:
    """Return the refusal in one line; there is no case in which it converts.

    Parameters
    ----------
    units : str
        As it was asked; what is no number of units is said, else it does not matter.
    one, other : str
        Generic or trade names.
    """
    wrong = "" if _is_amount(units) else f'"{units}" is no number of units above 0; '
    known = treatment.products()
    names = {name.casefold(): key for key, product in known.items() for name in (key, *product.names)}
    for asked in (one, other):
        if asked.casefold() not in names:
            near = get_close_matches(asked.casefold(), names, 1)
            hint = f'did you mean "{names[near[0]]}"? ' if near else ""
            return f'{wrong}"{asked}" is no product; {hint}there are {", ".join(known)}; and units are never converted'
    source, target = names[one.casefold()], names[other.casefold()]
    if wrong:
        return f"{wrong}and units of {source} are not converted to units of {target}, whatever their number"
    if source == target:
        return f"{units} U of {source} are that: units belong to their product, and there is nothing to convert"
    return (
        f"units are not converted: {units} U of {source} have no equal in {target}, since each maker measures potency "
        f"in its own way, and no ratio holds from site to site and from person to person. {_start(target)}"
    )


def _is_amount(told: str) -> bool:
    try:
        number = Decimal(told)
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0


def _start(product: str) -> str:
    """Say how a product is begun by its own label."""
    labels = treatment.products()[product].labels
    told = [
        f"{label.first_dose.text} (label: {', '.join(label.countries)}; {label.first_dose.proof.basis.value})"
        for label in labels
        if label.first_dose
    ]
    if not told:
        return f"No label of {product} gives a first dose for the face: off label, with nothing known to start from"
    return f"Start {product} from its own label's first doses, and titrate: {'; or '.join(told)}"
