"""Doses at sites, and what they come to: by site, side and muscle, drawn and wasted, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import added, exact, text
from facialis.treatment.injection.preparation import Preparation


@dataclass(frozen=True, slots=True)
class Dose:
    """What a site gets.

    Attributes
    ----------
    muscle, site : str
        Keys of ``muscles.toml``.
    side : Side
        LEFT or RIGHT.
    units : Decimal
    differs : str
        Of a dose that was given: why it is not as planned; empty where it is.
    """

    muscle: str
    site: str
    side: Side
    units: Decimal
    differs: str = ""

    @property
    def where(self) -> tuple[str, str, Side]:
        """Return muscle, site and side."""
        return self.muscle, self.site, self.side

    @property
    def named(self) -> str:
        """Return the site in words: "left lateral lower lid (orbicularis_oculi)"."""
        return f"{self.side.value} {self.site.replace('_', ' ')} ({self.muscle})"


@dataclass(frozen=True, slots=True)
class Totals:
    """What a session comes to. What is drawn is what is given and what is wasted, in units and in mL.

    Attributes
    ----------
    units, ml : Decimal
        To give, or given.
    drawn_units, drawn_ml : Decimal
        In the vials that are opened.
    waste_units, waste_ml : Decimal
    vials : int
    """

    units: Decimal
    ml: Decimal
    drawn_units: Decimal
    drawn_ml: Decimal
    waste_units: Decimal
    waste_ml: Decimal
    vials: int


def ml_of(units: Decimal, preparation: Preparation) -> Decimal:
    """Return the volume of a dose that can be drawn.

    Raises
    ------
    ValueError
        If the syringe does not show it.
    """
    ml = preparation.volume(units)
    if ml is None:
        raise ValueError(f"{units} U cannot be drawn")
    return ml


def totals(doses: Iterable[Dose], preparation: Preparation) -> Totals:
    """Add up doses that can all be drawn.

    Raises
    ------
    ValueError
        If the vials do not hold them, or a dose cannot be drawn.
    """
    doses = list(doses)
    units = added(dose.units for dose in doses)
    ml = added(ml_of(dose.units, preparation) for dose in doses)
    waste = Fraction(preparation.units) - Fraction(units)
    if waste < 0:
        raise ValueError(f"{preparation.vials} vials of {text(preparation.vial_units)} U do not hold {text(units)} U")
    return Totals(
        units=units,
        ml=ml,
        drawn_units=preparation.units,
        drawn_ml=preparation.all_ml,
        waste_units=exact(waste),
        waste_ml=exact(Fraction(preparation.all_ml) - Fraction(ml)),
        vials=preparation.vials,
    )


def totals_to_json(doses: Sequence[Dose], preparation: Preparation) -> dict[str, Any]:
    """Return the totals in their public form, by side and by muscle too."""
    told = totals(doses, preparation)
    return {
        "units": text(told.units),
        "volume_ml": text(told.ml),
        "by_side": _by(doses, preparation, lambda dose: dose.side.value),
        "by_muscle": _by(doses, preparation, lambda dose: dose.muscle),
        "vials": told.vials,
        "prepared_units": text(told.drawn_units),
        "prepared_ml": text(told.drawn_ml),
        "waste_units": text(told.waste_units),
        "waste_ml": text(told.waste_ml),
    }


def _by(doses: Sequence[Dose], preparation: Preparation, group: Callable[[Dose], str]) -> dict[str, dict[str, str]]:
    found = {}
    for key in dict.fromkeys(group(dose) for dose in doses):
        those = [dose.units for dose in doses if group(dose) == key]
        ml = added(ml_of(units, preparation) for units in those)
        found[key] = {"units": text(added(those)), "volume_ml": text(ml)}
    return found


def site_to_json(dose: Dose, preparation: Preparation) -> dict[str, Any]:
    """Return a site with its dose and what is usual there, in the public form."""
    site = treatment.muscles()[dose.muscle].sites[dose.site]
    usual = site.usual.get(preparation.product)
    return {
        "site": dose.site,
        "muscle": dose.muscle,
        "side": dose.side.value,
        "name": site.name,
        "units": text(dose.units),
        "volume_ml": text(ml_of(dose.units, preparation)),
        "usual": usual and {"low": text(usual.low), "high": text(usual.high)} | usual.proof.to_json(),
        "above_usual": usual is not None and dose.units > usual.high,
        "depth": site.depth,
        "goes_wrong": site.goes_wrong,
        "avoid": site.avoid,
    }
