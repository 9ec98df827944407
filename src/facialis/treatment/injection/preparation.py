"""What is mixed: the product, its vials and their diluent, and what a syringe shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from facialis.treatment.injection.amounts import exact, exact_or_none, text


@dataclass(frozen=True, slots=True)
class Preparation:
    """Vials of one product, mixed in one way.

    Attributes
    ----------
    product : str
        Generic name; all units here are its units.
    vial_units : Decimal
        In each vial.
    vial_ml : Decimal
        What a vial holds before anything is added: 0 of a powder.
    diluent_ml : Decimal
        Put into each vial; 0 only where a solution is used as it is.
    step_ml : Decimal
        The smallest step that the syringe shows.
    vials : int
        How many are opened.
    """

    product: str
    vial_units: Decimal
    vial_ml: Decimal
    diluent_ml: Decimal
    step_ml: Decimal
    vials: int = 1

    @property
    def ml(self) -> Decimal:
        """Volume of one mixed vial."""
        return exact(Fraction(self.vial_ml) + Fraction(self.diluent_ml))

    @property
    def per_ml(self) -> Fraction:
        """Units in a millilitre."""
        return Fraction(self.vial_units) / Fraction(self.ml)

    @property
    def units(self) -> Decimal:
        """Units in all vials."""
        return exact(Fraction(self.vial_units) * self.vials)

    @property
    def all_ml(self) -> Decimal:
        """Volume of all mixed vials."""
        return exact(Fraction(self.ml) * self.vials)

    def volume(self, units: Decimal) -> Decimal | None:
        """Return the volume that holds so many units, in mL; None where the syringe does not show it."""
        ml = Fraction(units) / self.per_ml
        return exact(ml) if (ml / Fraction(self.step_ml)).denominator == 1 else None

    def nearest(self, units: Decimal) -> tuple[Decimal | None, Decimal]:
        """Return the two doses next to this one that can be drawn and written down; None where nothing lies below."""
        step = Fraction(self.step_ml) * self.per_ml
        # A third of a unit cannot be written: then every third step can.
        odd = step.denominator
        for prime in (2, 5):
            while odd % prime == 0:
                odd //= prime
        step *= odd
        count = Fraction(units) / step
        below = floor(count) if count.denominator > 1 else int(count) - 1
        above = ceil(count) if count.denominator > 1 else int(count) + 1
        return (exact(below * step) if below > 0 else None, exact(above * step))

    def enough(self, units: Decimal) -> int:
        """Return how many vials hold so many units at least; one where nothing is given."""
        return max(ceil(Fraction(units) / Fraction(self.vial_units)), 1)

    def to_json(self, name: str) -> dict[str, Any]:
        """Return the public form."""
        per_ml = exact_or_none(self.per_ml)
        return {
            "key": self.product,
            "name": name,
            "vial_units": text(self.vial_units),
            "vial_ml": text(self.vial_ml) if self.vial_ml else None,
            "diluent_ml": text(self.diluent_ml) if self.diluent_ml else None,
            "units_per_ml": None if per_ml is None else text(per_ml),
            "syringe_step_ml": text(self.step_ml),
        }
