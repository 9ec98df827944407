"""The arithmetic: exact to the last digit, whatever the order, the sites and the vials."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.document import Document, DocumentError
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import InexactAmountError, added, exact, taken, text
from facialis.treatment.injection.doses import Dose, totals
from facialis.treatment.injection.preparation import Preparation

STEP = Decimal("0.01")
SITES = [
    (muscle.key, site, side)
    for muscle in treatment.muscles().values()
    for site in muscle.sites
    for side in (Side.LEFT, Side.RIGHT)
]
common = settings(deadline=None, derandomize=True, max_examples=200)


@st.composite
def preparations(draw: st.DrawFn) -> Preparation:
    """Return any product's real vial with any sensible diluent."""
    product = draw(st.sampled_from(list(treatment.products().values())))
    vial = draw(st.sampled_from(product.vials))
    diluent = Decimal(draw(st.integers(0 if vial.ml else 1, 100))) / 10
    return Preparation(product.key, vial.units, vial.ml or Decimal(0), diluent, STEP)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Preparation, list[Dose]]:
    """Return doses that a syringe shows, at different sites, with enough vials."""
    mixed = draw(preparations())
    doses = []
    for muscle, site, side in draw(st.lists(st.sampled_from(SITES), min_size=1, max_size=8, unique=True)):
        least = mixed.nearest(STEP)[1] if mixed.volume(STEP) is None else STEP
        drawn = least * draw(st.integers(1, 30))
        doses.append(Dose(muscle, site, side, drawn if mixed.volume(drawn) is not None else mixed.nearest(drawn)[1]))
    vials = mixed.enough(added(dose.units for dose in doses)) + draw(st.integers(0, 2))
    return Preparation(mixed.product, mixed.vial_units, mixed.vial_ml, mixed.diluent_ml, STEP, vials), doses


@common
@given(sessions())
def test_what_is_drawn_is_what_is_given_and_what_is_wasted_in_units_and_in_ml(one) -> None:
    mixed, doses = one
    told = totals(doses, mixed)
    assert Fraction(told.units) + Fraction(told.waste_units) == Fraction(told.drawn_units)
    assert Fraction(told.ml) + Fraction(told.waste_ml) == Fraction(told.drawn_ml)
    assert told.waste_units >= 0
    assert told.waste_ml >= 0
    assert Fraction(told.units) == sum(Fraction(dose.units) for dose in doses)
    assert Fraction(told.units) / Fraction(mixed.vial_units) * Fraction(mixed.ml) == Fraction(told.ml)


@common
@given(sessions(), st.randoms(use_true_random=False))
def test_the_order_of_the_sites_does_not_matter(one, shuffle) -> None:
    mixed, doses = one
    other = list(doses)
    shuffle.shuffle(other)
    assert totals(doses, mixed) == totals(other, mixed)


@common
@given(sessions())
def test_splitting_a_dose_between_two_sites_changes_no_total(one) -> None:
    mixed, doses = one
    first, *rest = doses
    half = mixed.nearest(first.units / 2)[0] if mixed.volume(first.units / 2) is None else first.units / 2
    if not half:
        return
    split = [Dose(*first.where, half), Dose("mentalis", "belly", first.side, first.units - half), *rest]
    assert totals(split, mixed) == totals(doses, mixed)


@common
@given(sessions(), st.integers(1, 5))
def test_another_vial_adds_itself_to_the_waste_and_changes_nothing_that_is_given(one, more) -> None:
    mixed, doses = one
    larger = Preparation(
        mixed.product, mixed.vial_units, mixed.vial_ml, mixed.diluent_ml, mixed.step_ml, mixed.vials + more
    )
    before, after = totals(doses, mixed), totals(doses, larger)
    assert (after.units, after.ml) == (before.units, before.ml)
    assert after.waste_units - before.waste_units == more * mixed.vial_units
    assert after.waste_ml - before.waste_ml == more * mixed.ml


@common
@given(preparations(), st.integers(1, 20_000))
def test_the_two_nearest_doses_lie_round_it_can_be_drawn_and_none_lies_between(mixed, thousandths) -> None:
    wanted = Decimal(thousandths) / 1000
    if mixed.volume(wanted) is not None:
        return
    below, above = mixed.nearest(wanted)
    assert (below or Decimal(0)) < wanted < above
    assert mixed.volume(above) is not None
    assert below is None or mixed.volume(below) is not None
    # The step of the syringe, and only those of its multiples that can be written as a decimal number.
    step = Fraction(mixed.step_ml) * mixed.per_ml
    for count in range(int(Fraction(below or 0) / step) + 1, int(Fraction(above) / step)):
        with pytest.raises(InexactAmountError):
            exact(count * step)


def test_a_third_is_refused_and_not_rounded() -> None:
    with pytest.raises(InexactAmountError, match="1/3"):
        exact(Fraction(1, 3))


def test_more_than_the_vials_hold_is_refused() -> None:
    mixed = Preparation("onabotulinumtoxinA", Decimal(50), Decimal(0), Decimal(2), STEP)
    with pytest.raises(ValueError, match=r"1 vials of 50 U do not hold 52\.5 U"):
        totals([Dose("mentalis", "belly", Side.LEFT, Decimal("52.5"))], mixed)


@pytest.mark.parametrize(("number", "shown"), [("100", "100"), ("2.50", "2.5"), ("0.00", "0"), ("1E+3", "1000")])
def test_amounts_are_printed_without_exponent_and_without_needless_noughts(number, shown) -> None:
    assert text(Decimal(number)) == shown


@pytest.mark.parametrize("number", ["2.5" + "0" * 80 + "1", "0.0000001", "1e-7", "1e-99999", "2." + "3" * 90])
def test_more_places_than_any_scale_shows_are_refused_however_many_digits_there_are(number) -> None:
    with pytest.raises(DocumentError, match="give at most 6 places after the point"):
        taken(Document({"units": number}, "x.json"), "units", Decimal(1000))


@pytest.mark.parametrize("number", ["2.5" + "0" * 80, "1E+2", "0.000001"])
def test_noughts_at_the_end_are_no_places(number) -> None:
    assert taken(Document({"units": number}, "x.json"), "units", Decimal(1000)) == Decimal(number)


def test_a_vial_in_three_millilitres_still_adds_up_though_a_millilitre_holds_no_decimal_number() -> None:
    mixed = Preparation("onabotulinumtoxinA", Decimal(100), Decimal(0), Decimal(3), STEP)
    assert mixed.to_json("onabotulinumtoxinA")["units_per_ml"] is None
    assert mixed.volume(Decimal(2)) == Decimal("0.06")
    assert mixed.volume(Decimal("2.5")) is None
    assert mixed.nearest(Decimal("2.5")) == (Decimal(2), Decimal(3))
