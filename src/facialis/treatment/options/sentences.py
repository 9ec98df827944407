"""What is said above the options: what they are for, what comes first, how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facialis.findings import Estimate, Side
from facialis.treatment.options.facts import SideKnown

if TYPE_CHECKING:
    from facialis.treatment.options.choose import Chosen, Diagnosis

ORDER = (
    "The order: by standing in hemifacial spasm (established, limited, historical), then by state (open, with care, "
    "something first), then as listed in the knowledge base, which is no ranking. Then what is excluded; last what has "
    "no evidence in hemifacial spasm."
)
_FOR_SPASM = "These options are for hemifacial spasm; the diagnosis comes first."


def sentences(told: Chosen) -> list[str]:
    """Return what is said above the options, most important first.

    Parameters
    ----------
    told : Chosen
    """
    first = [] if not told.red_flags else ["Red flags are up: they come before any treatment."]
    return [*first, _for_what(told.diagnosis, told.side), *(held.rule.text for held in told.ground), _counted(told)]


def _for_what(diagnosis: Diagnosis | None, side: SideKnown) -> str:
    if diagnosis is None:
        return f"Nothing in the case tells the disorders apart. {_FOR_SPASM}"
    chance = percent(diagnosis.probability)
    if diagnosis.disorder != "hemifacial_spasm":
        return f"{diagnosis.name} comes first: {chance}; hemifacial spasm does not lead. {_FOR_SPASM}"
    if not diagnosis.leads:
        return f"{diagnosis.name} comes first, but not surely: {chance}. {_FOR_SPASM}"
    return f"{diagnosis.name}{_of_side(side)}: {chance}."


def _of_side(side: SideKnown) -> str:
    if side.side is Side.NONE:
        return ""
    words = "both sides" if side.side is Side.BOTH else f"the {side.side.value} side"
    return f" of {words}"


def _counted(told: Chosen) -> str:
    """Say how many options stand in each state; one that has none is not named."""
    words = {
        "open": "open",
        "care": "with care",
        "first": "after something else",
        "excluded": "excluded",
        "no_place": "without evidence in hemifacial spasm",
    }
    numbers = {state: sum(one.state == state for one in told.options) for state in words}
    parts = [f"{number} {words[state]}" for state, number in numbers.items() if number]
    return f"Of {len(told.options)} options: {', '.join(parts)}." if parts else "No option is known."


def percent(share: Estimate) -> str:
    """Print a probability with its interval: "94 % (88 to 97 %)"; near 0 and 1 only a bound."""
    value, low, high = (_percent(end) for end in (share.value, share.low, share.high))
    return value if value == low == high else f"{value} ({low.removesuffix(' %')} to {high})"


def _percent(share: float) -> str:
    from facialis import knowledge

    bound = knowledge.threshold("probability_shown_min")
    if share < bound:
        return f"< {100 * bound:.0f} %"
    return f"> {100 * (1 - bound):.0f} %" if share > 1 - bound else f"{100 * share:.0f} %"
