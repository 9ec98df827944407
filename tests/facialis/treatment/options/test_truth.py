"""The choice with what Facialis itself knows: what must never be shown as open, and to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.knowledge import treatment
from facialis.knowledge.treatment.option import Kind
from facialis.treatment.options import Placed, SideKnown, Standpoint, choose

LEFT = SideKnown(Side.LEFT, True, because=("clinician: left",))
TOXINS = [key for key, one in treatment.options().items() if one.kind is Kind.TOXIN]
OPERATIONS = [key for key, one in treatment.options().items() if one.kind is Kind.OPERATION]
Choose = Callable[..., dict[str, Placed]]


@pytest.fixture
def options() -> Choose:
    def call(*present: str | Finding, side: SideKnown = LEFT, age: float = 50.0, **more: object) -> dict[str, Placed]:
        findings = tuple(one for one in present if isinstance(one, Finding))
        circumstances = {one: State.PRESENT for one in present if isinstance(one, str)}
        case = Case(findings, age, circumstances=circumstances, **more)  # type: ignore[arg-type]
        return {one.option.key: one for one in choose(case, side=side).options}

    return call


def found(code: str, source: str, side: str = "none") -> Finding:
    return Finding(code, State.PRESENT, Side(side), source=source)


def test_a_settled_side_and_no_fact_against_them_leaves_the_toxins_of_first_choice_open(options: Choose) -> None:
    first = options()
    assert {first[key].state for key in ("onabotulinumtoxinA", "incobotulinumtoxinA", "abobotulinumtoxinA")} == {
        Standpoint.OPEN
    }
    assert next(iter(first)) == "onabotulinumtoxinA"


@pytest.mark.parametrize("side", [SideKnown(Side.LEFT), SideKnown(Side.NONE, False, True), SideKnown()])
def test_no_toxin_and_no_operation_is_open_before_the_side_is_settled(options: Choose, side: SideKnown) -> None:
    here = options("mri_done", "whole_scan_read", "audiogram_done", side=side)
    assert all(here[key].state is not Standpoint.OPEN for key in TOXINS + OPERATIONS)


@pytest.mark.parametrize("key", ["steroids", "pallidotomy", "rhizotomy", "deep_brain_stimulation", "tens"])
def test_what_belongs_to_other_disorders_has_no_place_and_says_what_it_is_for(options: Choose, key: str) -> None:
    one = options()[key]
    assert (one.state, one.rank) == (Standpoint.NO_PLACE, None)
    assert one.option.really_for


def test_with_myasthenia_no_toxin_is_open(options: Choose) -> None:
    here = options("myasthenia_gravis")
    assert all(here[key].state is not Standpoint.OPEN for key in TOXINS)
    assert all(any("Myasthenia gravis: present" in held.because for held in here[key].cautions) for key in TOXINS)


def test_in_pregnancy_neither_toxin_nor_medicine_is_open(options: Choose) -> None:
    here = options("pregnancy", "mri_done", sex="female")
    not_open = [key for key, one in here.items() if one.option.kind in (Kind.TOXIN, Kind.MEDICINE)]
    assert [key for key in not_open if here[key].state is Standpoint.OPEN] == []


def test_a_child_needs_mri_and_paediatric_neurology_before_anything(options: Choose) -> None:
    here = options(age=10.0)
    assert [key for key, one in here.items() if one.state in (Standpoint.OPEN, Standpoint.CARE)] == []
    texts = " ".join(held.rule.text for held in here["onabotulinumtoxinA"].first)
    assert "paediatric neurology" in texts
    assert "Under 12" in texts


def test_where_injections_failed_the_reasons_come_before_antibodies(options: Choose) -> None:
    here = options(found("toxin_no_response", "patient"))
    for key in TOXINS:
        text = next(h.rule.text for h in here[key].cautions if h.because.startswith("No response to botulinum toxin"))
        assert text.index("diagnosis") < text.index("dose") < text.index("product") < text.index("antibodies")


@pytest.mark.parametrize("present", ["other_toxin_recent", found("recent_toxin", "patient")])
def test_a_toxin_within_twelve_weeks_asks_for_care(options: Choose, present: str | Finding) -> None:
    assert all(options(present)[key].state is not Standpoint.OPEN for key in TOXINS)


def test_blood_thinners_are_a_caution_and_never_an_exclusion_of_injections(options: Choose) -> None:
    here = options(medicines=("warfarin",))
    assert {here[key].state for key in TOXINS if key != "rimabotulinumtoxinB"} == {Standpoint.CARE}
    assert any("not stopped" in held.rule.text for held in here["onabotulinumtoxinA"].cautions)


def test_hla_decides_on_carbamazepine(options: Choose) -> None:
    def state(*present: str) -> tuple[str, list[str]]:
        one = options(*present)["carbamazepine"]
        return one.state.value, [held.rule.text[:12] for held in one.first if "HLA" in held.rule.text]

    assert state("hla_b1502_ancestry") == ("first", ["HLA-B*15:02 "])
    assert state("hla_b1502_ancestry", "hla_b1502_negative")[1] == []
    assert state("hla_b1502_positive")[0] == "excluded"


def test_after_a_decompression_only_a_redo_is_an_operation_to_choose(options: Choose) -> None:
    after = options(found("prior_decompression", "record", "left"))
    assert after["microvascular_decompression"].state is Standpoint.EXCLUDED
    assert after["endoscopic_decompression"].state is Standpoint.EXCLUDED
    assert after["redo_decompression"].state.possible
    assert options()["redo_decompression"].state is Standpoint.EXCLUDED
    other_side = options(found("prior_decompression", "record", "right"))
    assert other_side["microvascular_decompression"].state.possible


def test_a_lesion_comes_before_everything_that_could_be_chosen(options: Choose) -> None:
    here = options(found("mri_lesion", "mri"))
    chosen = [one for one in here.values() if one.state.possible and one.option.kind is not Kind.COMPLEMENTARY]
    assert chosen
    assert {one.state for one in chosen} == {Standpoint.FIRST}


def test_scan_and_audiogram_that_are_known_are_asked_for_no_more(options: Choose) -> None:
    before, after = options(), options("mri_done", "whole_scan_read", "audiogram_done")
    asked = [held.rule.text for held in before["microvascular_decompression"].first]
    left = [held.rule.text for held in after["microvascular_decompression"].first]
    assert any(text.startswith("MRI") for text in asked)
    assert any(text.startswith("Audiogram") for text in asked)
    assert not any(text.startswith(("MRI", "Audiogram")) for text in left)


@pytest.mark.parametrize("code", ["hearing_loss_unilateral", "mri_vertebral_artery"])
def test_what_makes_an_operation_riskier_is_a_caution_of_it(options: Choose, code: str) -> None:
    source = "mri" if code.startswith("mri") else "clinician"
    one = options(found(code, source, "left"))["microvascular_decompression"]
    assert any(held.personal for held in one.cautions)


@pytest.mark.parametrize("code", ["facial_weakness", "resting_contracture"])
def test_a_side_that_is_weak_already_asks_for_care_with_toxin(options: Choose, code: str) -> None:
    assert options(found(code, "clinician", "left"))["onabotulinumtoxinA"].state is Standpoint.CARE


def test_only_what_comes_first_can_be_done() -> None:
    told = {key for option in treatment.options().values() for rule in option.first for key in rule.done_by}
    assert told == {"side_settled", "mri_done", "whole_scan_read", "audiogram_done", "hla_b1502_negative"}
    for option in treatment.options().values():
        assert not any(rule.done_by for rule in option.never + option.caution)
