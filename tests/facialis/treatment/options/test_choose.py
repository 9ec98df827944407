"""Which options are open to whom: states, reasons, order, questions; in a small world whose every rule is known."""

from __future__ import annotations

from collections.abc import Callable

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis import knowledge, schemas
from facialis.case import Case
from facialis.findings import Estimate, Finding, Side, State
from facialis.flags import of_case
from facialis.treatment.options import Chosen, Diagnosis, Known, Placed, SideKnown, Standpoint, choose

Choose = Callable[..., Chosen]
Place = Callable[..., Placed]
SURE = Diagnosis("hemifacial_spasm", "Hemifacial spasm", Estimate(0.94, 0.88, 0.97), True)


def told(**states: str) -> dict[str, State]:
    return {key: State(state) for key, state in states.items()}


def keys(chosen: Chosen) -> list[str]:
    return [one.option.key for one in chosen.options]


# --- states ----------------------------------------------------------------------------------------------------------


def test_a_never_rule_that_holds_excludes_and_names_the_fact_that_it_rests_on(placed: Place) -> None:
    one = placed("injection", Case(age=50.0, circumstances=told(weak_nerves="present")))
    assert one.state is Standpoint.EXCLUDED
    assert one.rank is None
    assert [(held.rule.text, held.because) for held in one.excluded] == [
        ("Weak nerves: never.", "Weak nerves: present")
    ]


def test_a_caution_that_holds_makes_it_care(placed: Place) -> None:
    one = placed("injection", Case(age=50.0, circumstances=told(thin_blood="present")))
    assert one.state is Standpoint.CARE
    assert one.cautions[0].because == "Thin blood: present"


def test_a_caution_for_everybody_is_listed_and_does_not_change_the_state(placed: Place) -> None:
    one = placed("injection")
    assert one.state is Standpoint.OPEN
    assert [(held.rule.text, held.because, held.personal) for held in one.cautions] == [
        ("Look at the eye.", "holds for everybody", False)
    ]


def test_an_exclusion_outweighs_what_must_come_first_and_that_a_caution(placed: Place) -> None:
    child = Case(age=9.0, circumstances=told(thin_blood="present"))
    assert placed("injection", child).state is Standpoint.FIRST
    both = Case(age=9.0, circumstances=told(thin_blood="present", weak_nerves="present"))
    assert placed("injection", both).state is Standpoint.EXCLUDED


def test_what_has_no_evidence_has_no_place_and_is_never_left_out(chosen: Choose) -> None:
    last = chosen().options[-1]
    assert (last.option.key, last.state, last.rank) == ("charm", Standpoint.NO_PLACE, None)
    assert last.option.really_for == "Something else."


def test_what_must_be_done_first_is_met_only_when_all_that_shows_it_is_known(placed: Place) -> None:
    half = placed("operation", Case(age=50.0, circumstances=told(scan_done="present")))
    assert half.state is Standpoint.FIRST
    assert half.first[0].because == "Scan read: not asked"
    whole = placed("operation", Case(age=50.0, circumstances=told(scan_done="present", scan_read="present")))
    assert (whole.state, whole.first) == (Standpoint.OPEN, ())


def test_what_is_known_not_to_be_done_is_no_question_any_more(placed: Place) -> None:
    one = placed("operation", Case(age=50.0, circumstances=told(scan_done="absent", scan_read="absent")))
    assert one.state is Standpoint.FIRST
    assert one.first[0].because == "Scan done: absent; Scan read: absent"
    assert "scan_done" not in {asked.key for asked in one.questions}


@pytest.mark.parametrize(("age", "holds"), [(69.0, False), (70.0, False), (70.5, True)])
def test_an_age_above_a_bound_holds_beyond_it_only(placed: Place, age: float, holds: bool) -> None:
    one = placed("operation", Case(age=age))
    assert ("Above 70 years: the anaesthetic weighs more." in [held.rule.text for held in one.cautions]) is holds


@pytest.mark.parametrize(("age", "holds"), [(17.9, True), (18.0, False)])
def test_a_child_needs_something_first(placed: Place, age: float, holds: bool) -> None:
    one = placed("tablet", Case(age=age))
    assert (one.state is Standpoint.FIRST) is holds
    assert [held.because for held in one.first] == ([f"age {age:g}, below 18"] if holds else [])


def test_an_operation_that_was_done_before_is_replaced_by_a_second_one(placed: Place) -> None:
    before = Finding("prior_decompression", State.PRESENT, source="record")
    case = Case((before,), 50.0)
    assert placed("operation", case).state is Standpoint.EXCLUDED
    assert placed("second_operation", case).state is Standpoint.OPEN
    assert placed("operation").state is Standpoint.FIRST
    never = placed("second_operation").excluded[0]
    assert never.because == "Previous microvascular decompression: not asked"


# --- order -----------------------------------------------------------------------------------------------------------


def test_the_order_is_standing_then_state_then_the_file_and_what_cannot_be_chosen_follows(chosen: Choose) -> None:
    # The operation stands first in the file and needs a scan; the injection is open.
    assert keys(chosen()) == ["injection", "operation", "tablet", "old_knife", "second_operation", "charm"]
    assert [one.rank for one in chosen().options] == [1, 2, 3, 4, None, None]
    cared = chosen(Case(age=50.0, circumstances=told(thin_blood="present", scan_done="present", scan_read="present")))
    assert keys(cared)[:2] == ["operation", "injection"]


def test_an_open_option_of_limited_standing_comes_after_an_established_one_with_care(chosen: Choose) -> None:
    order = keys(chosen(Case(age=50.0, circumstances=told(thin_blood="present"))))
    assert order.index("injection") < order.index("tablet")


STATES = st.sampled_from([None, *State])


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    age=st.one_of(st.none(), st.floats(0, 110)),
    nerves=STATES,
    blood=STATES,
    scan=STATES,
    before=STATES,
    sex=st.sampled_from([None, "female", "male"]),
)
def test_whatever_is_known_no_option_is_lost_and_the_result_keeps_its_schema(
    known: Known,
    age: float | None,
    nerves: State | None,
    blood: State | None,
    scan: State | None,
    before: State | None,
    sex: str | None,
) -> None:
    given_states = {"weak_nerves": nerves, "thin_blood": blood, "scan_done": scan}
    found = () if before is None else (Finding("prior_decompression", before, source="record"),)
    case = Case(found, age, sex=sex, circumstances={key: one for key, one in given_states.items() if one})
    result = choose(case, known=known)
    assert {one.option.key for one in result.options} == set(known.options)
    ranks = [one.rank for one in result.options if one.state.possible]
    assert ranks == list(range(1, len(ranks) + 1))
    for one in result.options:
        assert (one.state is Standpoint.EXCLUDED) <= bool(one.excluded)
        assert (one.state is Standpoint.OPEN) <= (not one.excluded and not one.first)
        assert all(held.because for held in (*one.excluded, *one.first, *one.cautions))
    jsonschema.validate(result.to_json(), schemas.load("facialis.options/1"))


@settings(deadline=None, derandomize=True, max_examples=40)
@given(state=st.sampled_from(["weak_nerves", "thin_blood", "pregnancy"]), age=st.floats(19, 69))
def test_a_fact_that_becomes_present_never_makes_an_option_freer(known: Known, state: str, age: float) -> None:
    order = tuple(Standpoint)
    free, bound = (
        {
            one.option.key: order.index(one.state)
            for one in choose(Case(age=age, circumstances=told(**{state: word})), known=known).options
        }
        for word in ("absent", "present")
    )
    assert all(free[key] <= bound[key] for key in free)


# --- questions and gaps ----------------------------------------------------------------------------------------------


def test_what_nobody_asked_is_a_question_what_could_exclude_first(chosen: Choose) -> None:
    questions = chosen().questions
    patient = [(one.key, one.would) for one in questions if one.of_patient]
    assert patient == [
        ("weak_nerves", "exclude"),
        ("prior_decompression", "exclude"),
        ("thin_blood", "need_care"),
        ("hearing_loss_unilateral", "need_care"),
        ("pregnancy", "need_care"),
    ]
    assert [one.key for one in questions if not one.of_patient] == ["scan_done", "scan_read"]
    assert questions[0].question == "Are your nerves weak?"


def test_a_rule_that_holds_asks_nothing_more(placed: Place) -> None:
    asked = {one.key for one in placed("injection", Case(age=50.0, circumstances=told(thin_blood="present"))).questions}
    assert asked == {"weak_nerves", "pregnancy"}


def test_an_answer_of_no_asks_nothing_and_what_could_not_be_told_is_asked_again_and_said(chosen: Choose) -> None:
    answered = chosen(Case(age=50.0, circumstances=told(weak_nerves="absent", thin_blood="not_assessable")))
    asked = {one.key for one in answered.questions}
    assert "weak_nerves" not in asked
    assert "thin_blood" in asked
    assert answered.not_assessable == ("Thin blood: was asked and could not be told.",)


def test_an_excluded_option_asks_no_more_questions(chosen: Choose) -> None:
    asked = {one.key for one in chosen(Case(age=50.0, circumstances=told(weak_nerves="present"))).questions}
    assert "thin_blood" not in asked


def test_nobody_asks_a_man_whether_he_is_pregnant_but_who_says_so_is_heard(placed: Place, chosen: Choose) -> None:
    assert "pregnancy" not in {one.key for one in chosen(Case(age=30.0, sex="male")).questions}
    assert "pregnancy" in {one.key for one in chosen(Case(age=30.0, sex="female")).questions}
    said = placed("injection", Case(age=30.0, sex="male", circumstances=told(pregnancy="present")))
    assert said.state is Standpoint.CARE


def test_an_age_that_is_not_known_is_said_and_asked(chosen: Choose) -> None:
    unknown = chosen(Case())
    assert unknown.not_assessable == ("The age is not given: rules by age could not be looked at.",)
    assert "age" in {one.key for one in unknown.questions}


def test_a_medicine_that_no_rule_names_is_said(chosen: Choose) -> None:
    gaps = chosen(Case(age=50.0, medicines=("Nobodynol 5 mg", "Thinnol"))).not_assessable
    assert gaps == ("Nobodynol 5 mg: no rule here names this medicine; its interactions were not looked at.",)


# --- what stands above -----------------------------------------------------------------------------------------------


def test_where_another_disorder_leads_the_diagnosis_comes_first(chosen: Choose) -> None:
    tic = Diagnosis("tic", "Tic", Estimate(0.8, 0.6, 0.9), False)
    said = chosen(diagnosis=tic).to_json()["sentences"][0]
    assert said == (
        "Tic comes first: 80 % (60 to 90 %); hemifacial spasm does not lead. "
        "These options are for hemifacial spasm; the diagnosis comes first."
    )


def test_where_hemifacial_spasm_is_not_sure_the_diagnosis_comes_first(chosen: Choose) -> None:
    unsure = Diagnosis("hemifacial_spasm", "Hemifacial spasm", Estimate(0.4, 0.2, 0.6), False)
    said = chosen(diagnosis=unsure).to_json()["sentences"][0]
    assert "but not surely: 40 % (20 to 60 %)" in said
    assert said.endswith("the diagnosis comes first.")


def test_where_nothing_tells_the_disorders_apart_the_diagnosis_comes_first(chosen: Choose) -> None:
    assert chosen().to_json()["sentences"][0].endswith("the diagnosis comes first.")


def test_where_hemifacial_spasm_leads_it_is_said_with_side_and_interval(chosen: Choose) -> None:
    left = SideKnown(Side.LEFT, True)
    assert chosen(diagnosis=SURE, side=left).to_json()["sentences"] == [
        "Hemifacial spasm of the left side: 94 % (88 to 97 %).",
        "Of 6 options: 3 open, 1 after something else, 1 excluded, 1 without evidence in hemifacial spasm.",
    ]


def test_red_flags_are_said_before_anything_else(chosen: Choose) -> None:
    case = Case((Finding("limb_speech_deficit", State.PRESENT, source="patient"),), 50.0)
    result = chosen(case, diagnosis=SURE, red_flags=of_case(case)).to_json()
    assert result["sentences"][0] == "Red flags are up: they come before any treatment."
    assert result["red_flags"][0]["urgency"] == "emergency"


def test_sides_that_disagree_are_said_with_who_told_what_and_come_first(chosen: Choose, placed: Place) -> None:
    torn = SideKnown(Side.NONE, False, True, ("patient: left", "clinician: right"))
    one = placed("injection", side=torn)
    assert one.state is Standpoint.FIRST
    assert one.first[0].because == "Side: patient: left; clinician: right"
    assert "Settle the side first." in chosen(side=torn).to_json()["sentences"]
    assert "Settle the side first." not in chosen(side=SideKnown(Side.LEFT, True)).to_json()["sentences"]


def test_both_sides_are_two_plans(chosen: Choose) -> None:
    both = SideKnown(Side.BOTH, True, because=("clinician: both",))
    assert "Each side has a plan of its own." in chosen(side=both).to_json()["sentences"]


def test_a_source_that_is_named_is_listed_once_and_every_listed_one_is_known(chosen: Choose) -> None:
    result = chosen(Case(age=50.0, circumstances=told(weak_nerves="present"))).to_json()
    listed = [source["key"] for source in result["sources"]]
    assert listed == ["S134"]
    assert result["sources"][0]["cite"] == knowledge.sources()["S134"].cite
