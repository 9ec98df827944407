"""What a case tells of what a rule asks for: medicines, answers, findings and who said them, sides."""

from __future__ import annotations

import pytest

from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.knowledge.treatment.option import Circumstance
from facialis.treatment.options.facts import Facts, SideKnown, Told

THERE = {
    "thin_blood": Circumstance("thin_blood", "Thin blood", "Do you?", ("thinnol", "acetyl acid")),
    "mri_done": Circumstance("mri_done", "MRI done", "Was it?", ask=False),
    "whole_scan_read": Circumstance("whole_scan_read", "Scan read", "Was it?", ask=False),
}
LEFT = SideKnown(Side.LEFT, True)


def facts(*findings: Finding, side: SideKnown = LEFT, **more: object) -> Facts:
    return Facts(Case(findings, 50.0, **more), side, THERE)  # type: ignore[arg-type]


def loss(state: str, source: str, side: str = "none") -> Finding:
    return Finding("hearing_loss_unilateral", State(state), Side(side), source=source)


@pytest.mark.parametrize("taken", ["thinnol", "Thinnol", "THINNOL 75 mg", "Acetyl acid 100 mg"])
def test_a_medicine_makes_it_so_in_any_case_and_with_its_dose(taken: str) -> None:
    assert facts(medicines=(taken,)).told("thin_blood") == Told(State.PRESENT, f"Thin blood: takes {taken}")


@pytest.mark.parametrize("taken", ["thinnolex", "acetyl", "antithinnol"])
def test_a_name_that_only_looks_alike_is_another_medicine(taken: str) -> None:
    assert facts(medicines=(taken,)).told("thin_blood").state is None


def test_a_medicine_that_is_taken_outweighs_the_answer_and_both_are_said() -> None:
    told = facts(medicines=("thinnol",), circumstances={"thin_blood": State.ABSENT}).told("thin_blood")
    assert told == Told(State.PRESENT, "Thin blood: takes thinnol; answered as absent")


def test_what_was_not_asked_is_neither_present_nor_absent() -> None:
    assert facts().told("thin_blood") == Told(None, "Thin blood: not asked")
    assert facts().told("hearing_loss_unilateral").state is None


def test_whoever_says_that_it_is_so_is_heard_beside_who_denies_it() -> None:
    told = facts(loss("present", "patient"), loss("absent", "record")).told("hearing_loss_unilateral")
    assert told == Told(State.PRESENT, "Unilateral hearing loss: present (patient), absent (record)")


def test_the_clinician_overrules_what_was_measured_and_not_what_the_patient_says() -> None:
    measured = Finding("facial_weakness", State.PRESENT, source="video")
    denied = Finding("facial_weakness", State.ABSENT, source="clinician")
    said = Finding("facial_weakness", State.PRESENT, source="patient")
    assert facts(measured, denied).told("facial_weakness").state is State.ABSENT
    assert facts(said, denied).told("facial_weakness").state is State.PRESENT


def test_what_lies_on_the_other_side_does_not_count_where_only_the_side_that_moves_counts() -> None:
    assert facts(loss("present", "clinician", "left")).told("hearing_loss_unilateral").state is State.PRESENT
    assert facts(loss("present", "clinician", "right")).told("hearing_loss_unilateral").state is None
    before = Finding("prior_decompression", State.PRESENT, Side.RIGHT, source="record")
    assert facts(before).told("prior_decompression").state is None
    assert facts(before, side=SideKnown()).told("prior_decompression").state is State.PRESENT


def test_an_operation_of_both_sides_counts_on_either() -> None:
    before = Finding("prior_decompression", State.PRESENT, Side.BOTH, source="record")
    assert facts(before).told("prior_decompression").state is State.PRESENT


def test_a_scan_whose_findings_are_told_was_made_and_one_looked_at_for_lesions_was_read() -> None:
    contact = Finding("mri_contact_root", State.PRESENT, Side.LEFT, source="mri")
    assert facts(contact).told("mri_done").state is State.PRESENT
    assert facts(contact).told("whole_scan_read").state is None
    no_lesion = Finding("mri_lesion", State.ABSENT, source="mri")
    assert facts(no_lesion).told("whole_scan_read").state is State.PRESENT
    unread = Finding("mri_lesion", State.NOT_ASSESSABLE, source="mri")
    assert facts(unread).told("mri_done").state is None


@pytest.mark.parametrize(
    ("side", "present"),
    [
        (SideKnown(Side.LEFT, True), {"side_settled"}),
        (SideKnown(Side.LEFT, False), {"side_not_settled"}),
        (SideKnown(), {"side_not_settled"}),
        (SideKnown(Side.NONE, False, True), {"sides_disagree"}),
        (SideKnown(Side.BOTH, True), {"side_settled", "both_sides"}),
    ],
)
def test_the_side_is_a_fact_too(side: SideKnown, present: set[str]) -> None:
    keys = ("both_sides", "sides_disagree", "side_not_settled", "side_settled")
    assert {key for key in keys if facts(side=side).told(key).state is State.PRESENT} == present
