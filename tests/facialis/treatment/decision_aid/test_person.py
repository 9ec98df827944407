"""What holds for a person: by what is present, by a medicine, by age; never by what nobody asked."""

import pytest

from facialis.case import Case
from facialis.findings import State
from facialis.treatment.decision_aid import person

YES, NO = State.PRESENT, State.ABSENT


@pytest.fixture
def toxin(made):
    return lambda case: person.placed(case)[made.TOXIN.key]


def test_what_is_present_bars_an_option_and_says_why(toxin):
    said = person.barred(toxin(Case(circumstances={"myasthenia_gravis": YES})))
    assert said.startswith("Toxin can make myasthenia worse. (")
    assert "present" in said


@pytest.mark.parametrize("case", [Case(), Case(circumstances={"myasthenia_gravis": NO})])
def test_what_is_absent_or_not_asked_bars_nothing(toxin, case):
    assert person.barred(toxin(case)) == ""


def test_a_medicine_makes_its_circumstance_present(toxin):
    from facialis.knowledge import treatment

    name = treatment.circumstances()["anticoagulant"].medicines[0]
    holds, _ = person.told(toxin(Case(medicines=(name.upper(),))))
    assert "Press on each prick if your blood is thinned." in holds


def test_what_nobody_asked_is_shown_as_a_question(toxin):
    from facialis.knowledge import treatment

    question = treatment.circumstances()["anticoagulant"].question
    assert question in person.told(toxin(Case()))[1]
    assert question not in person.told(toxin(Case(circumstances={"anticoagulant": NO})))[1]


def test_without_a_case_nothing_is_judged():
    assert person.placed(None) == {}
