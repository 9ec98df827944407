"""Which options a person must not be given: by what is present, by a medicine, by age; never by what nobody asked."""

import pytest

from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.treatment.decision_aid import person

YES, NO = State.PRESENT, State.ABSENT


def test_what_is_present_bars_an_option_and_says_why(made):
    said = person.barred(made.TOXIN, Case(circumstances={"myasthenia_gravis": YES}))
    assert said.startswith("Toxin can make myasthenia worse. (")
    assert said.endswith(": present)")


@pytest.mark.parametrize("case", [Case(), Case(circumstances={"myasthenia_gravis": NO})])
def test_what_is_absent_or_not_asked_bars_nothing(made, case):
    assert person.barred(made.TOXIN, case) == ""


def test_a_medicine_makes_its_circumstance_present(made):
    from facialis.knowledge import treatment

    circumstance = treatment.circumstances()["anticoagulant"]
    holds, _ = person.told(made.TOXIN, Case(medicines=(circumstance.medicines[0].upper(),)))
    assert holds == ["Press on each prick if your blood is thinned."]


def test_what_nobody_asked_is_shown_as_a_question(made):
    assert person.told(made.TOXIN, Case())[1] == ["Press on each prick if your blood is thinned."]
    assert person.told(made.TOXIN, Case(circumstances={"anticoagulant": NO}))[1] == []


def test_a_finding_counts_like_a_circumstance(made):
    rule = made.rule("mri_lesion")
    found = Case(findings=(Finding("mri_lesion", YES, Side.LEFT, source="mri"),))
    assert person.why(rule, found)
    assert not person.why(rule, Case())


@pytest.mark.parametrize(("age", "holds"), [(11, True), (12, False), (None, False)])
def test_a_bound_of_age_holds_only_where_the_age_is_known_and_beyond_it(made, age, holds):
    assert bool(person.why(made.rule(below=12), Case(age=age))) is holds


def test_a_rule_with_age_and_circumstance_needs_both(made):
    rule = made.rule("pregnancy", above=40)
    assert not person.why(rule, Case(age=50))
    assert not person.why(rule, Case(age=30, circumstances={"pregnancy": YES}))
    assert person.why(rule, Case(age=50, circumstances={"pregnancy": YES}))
