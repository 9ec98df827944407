"""The public result: the options as asked, the same fields for each, and one line where something cannot be shown."""

import json
from datetime import date

import jsonschema
import pytest

from facialis import knowledge, schemas
from facialis.case import Case
from facialis.findings import Finding, Side, State
from facialis.knowledge import treatment
from facialis.treatment.decision_aid import NotShown, read_surgeon

THREE = ("onabotulinumtoxinA", "microvascular_decompression", "watchful_waiting")


def option(result, key):
    return next(one for one in result["options"] if one["key"] == key)


def test_the_result_is_as_its_schema_promises(held):
    jsonschema.validate(held(*THREE), schemas.load("facialis.aid/1"))


def test_the_result_with_a_person_and_a_surgeon_is_as_promised(held, made, figures_file):
    case = Case(
        age=75,
        sex="female",
        medicines=("warfarin",),
        findings=(Finding("limb_speech_deficit", State.PRESENT, Side.LEFT, source="patient"),),
    )
    told = held(*THREE, case=case, figures=read_surgeon(figures_file(), (made.OPERATION,), date(2026, 12, 1)))
    jsonschema.validate(told, schemas.load("facialis.aid/1"))
    assert told["options"][0]["holds"]


@pytest.mark.parametrize("years", [1, 10, 20])
def test_the_result_of_the_real_options_is_as_promised_for_every_pair(years):
    from itertools import combinations

    from facialis.treatment.decision_aid import decision_aid

    able = [one.key for one in treatment.options().values() if one.aid]
    for pair in combinations(able, 2):
        told = decision_aid(pair, years, treatment.decision_aid().about.evidence_as_of).to_json()
        jsonschema.validate(told, schemas.load("facialis.aid/1"))
        json.dumps(told, allow_nan=False)


def test_the_schema_refuses_what_was_never_promised(held):
    told = held(*THREE)
    told["options"][0]["best"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schemas.load("facialis.aid/1"))


def test_options_keep_the_order_in_which_they_were_asked_for(held):
    assert [one["key"] for one in held(*reversed(THREE))["options"]] == list(reversed(THREE))


def test_the_order_of_the_options_changes_no_number(held):
    there, back = held(*THREE), held(*reversed(THREE))
    for key in THREE:
        assert option(there, key) == option(back, key)


def test_every_option_has_the_same_fields(held):
    told = held(*THREE)["options"]
    assert len({tuple(one) for one in told}) == 1
    assert len({tuple(one["asks"]) for one in told}) == 1


def test_the_values_weigh_the_same_for_each_kind(held):
    values = held(*THREE)["values"]
    ways = [(one["kind"], one["way"]) for one in values]
    assert sorted(ways) == sorted(
        (kind, way) for kind in ("toxin", "operation", "waiting") for way in ("for", "against")
    )


def test_death_and_stroke_are_asked_of_every_option(held):
    rows = [row["key"] for row in held("onabotulinumtoxinA", "watchful_waiting")["harm_rows"]]
    assert rows[0] == "death"
    assert "stroke" in rows


def test_relieved_and_not_relieved_are_a_thousand_for_every_option(held):
    for one in held(*THREE)["options"]:
        assert one["main"]["count"]["people"] + one["main"]["rest"]["people"] == 1000


def test_where_nobody_looked_for_ten_years_the_longest_look_is_said(held):
    told = held("redo_decompression", "watchful_waiting")
    assert not option(told, "redo_decompression")["main"]["whole_horizon"]
    assert any("The longest look was 2.9 years" in text for text in told["not_known"])
    assert option(told, "watchful_waiting")["main"]["whole_horizon"]


def test_a_harm_of_each_session_lies_between_its_two_bounds(held):
    (lid,) = option(held(*THREE), "onabotulinumtoxinA")["harms"]
    assert lid["count"]["share"] == lid["over"]["same_people"]["share"] == 0.12
    assert lid["over"]["chance_alone"]["share"] == pytest.approx(1 - 0.88**40)
    assert 0.12 < lid["over"]["middle"]["share"] < 1 - 0.88**40


def test_the_surgeons_figures_replace_the_published_ones_and_never_a_later_look(held, made, figures_file):
    figures = read_surgeon(figures_file(), (made.OPERATION,), date(2026, 12, 1))
    told = option(held(*THREE, figures=figures), "microvascular_decompression")
    relief = next(one for one in told["outcomes"] if one["key"] == "relief")
    assert relief["whose"] == "surgeon"
    assert relief["count"]["share"] == pytest.approx(221 / 240)
    assert (told["main"]["whose"], told["main"]["count"]["share"]) == ("published", 0.84)
    assert (told["beside"]["whose"], told["beside"]["at"]) == ("surgeon", "1 year")
    harms = {one["key"]: one for one in told["harms"]}
    assert harms["hearing_loss"]["count"]["share"] == pytest.approx(3 / 240)
    assert harms["hearing_loss"]["sources"] == []
    assert harms["hearing_loss"]["elsewhere"]["share"] == 0.023
    assert harms["death"]["whose"] == "published"
    assert option(held(*THREE, figures=figures), "onabotulinumtoxinA")["surgeon"] is None


def test_ten_years_of_a_surgeons_own_stand_first(held, made, figures_file):
    path = figures_file("lasting = 200", looked_at='"10 years"')
    told = held(*THREE, figures=read_surgeon(path, (made.OPERATION,), date(2026, 12, 1)))
    told = option(told, "microvascular_decompression")
    assert (told["main"]["whose"], told["main"]["whole_horizon"]) == ("surgeon", True)
    assert (told["beside"]["whose"], told["beside"]["count"]["share"]) == ("published", 0.84)


def test_what_is_cited_is_listed_once_and_known(held):
    keys = [source["key"] for source in held(*THREE)["sources"]]
    assert len(set(keys)) == len(keys)
    assert {"S134", "S111", "S159"} <= set(keys) <= set(knowledge.sources())


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("watchful_waiting", "watchful_waiting"), "watchful_waiting is named twice"),
        (("watchful_waiting",), "1 options cannot be held side by side"),
        ((*THREE, "redo_decompression"), "4 options cannot be held side by side"),
        (("watchful_wating", "onabotulinumtoxinA"), 'did you mean "watchful_waiting"?'),
        (("carbamazepine", "watchful_waiting"), "carbamazepine: nobody has counted what it does over ten years"),
    ],
)
def test_what_cannot_be_held_side_by_side_is_refused_in_one_line(held, keys, said):
    with pytest.raises(NotShown) as error:
        held(*keys)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("years", [0, -1, 21])
def test_a_horizon_that_nobody_followed_is_refused(held, years):
    with pytest.raises(NotShown, match="cannot be shown; give 1 to 20"):
        held(*THREE, years=years)


def test_an_option_that_this_person_must_not_have_is_refused_with_the_reason(held):
    case = Case(circumstances={"myasthenia_gravis": State.PRESENT})
    with pytest.raises(NotShown, match=r"onabotulinumtoxinA: must not be given here: Toxin can make myasthenia worse"):
        held(*THREE, case=case)


def test_a_red_flag_of_the_case_stands_on_the_result(held):
    case = Case(findings=(Finding("limb_speech_deficit", State.PRESENT, Side.LEFT, source="patient"),))
    told = held(*THREE, case=case)
    assert [flag["urgency"] for flag in told["red_flags"]] == ["emergency"]
    assert told["for"]["side"] == "left"


def test_after_its_review_is_due_the_aid_says_so(held):
    from datetime import timedelta

    due = treatment.decision_aid().about.review_due
    assert not held(*THREE, on=due)["overdue"]
    assert held(*THREE, on=due + timedelta(days=1))["overdue"]


def test_the_three_questions_have_their_right_answer_among_the_choices(held):
    questions = held(*THREE)["check"]
    assert len(questions) == 3
    for one in questions:
        assert one["right"] in one["choices"]
        assert len(set(one["choices"])) == len(one["choices"])
    assert questions[1]["question"].endswith("death?")
    assert "fewer than 1 of 1,000" in questions[1]["answer"]


def test_every_option_that_the_aid_may_show_has_the_words_of_its_kind():
    kinds = treatment.decision_aid().kinds
    assert [one.key for one in treatment.options().values() if one.aid and one.kind not in kinds] == []


def test_every_note_is_on_an_option_that_there_is():
    assert set(treatment.decision_aid().notes) <= set(treatment.options())


def test_an_aid_file_with_a_review_before_its_evidence_is_refused():
    from importlib.resources import files

    from facialis.knowledge.treatment.aid import aid

    text = files("facialis.knowledge.treatment").joinpath("aid.toml").read_text(encoding="utf-8")
    due = treatment.decision_aid().about.review_due.isoformat()
    with pytest.raises(knowledge.KnowledgeError, match="review_due must come after the evidence"):
        aid(text.replace(f"review_due = {due}", "review_due = 2020-01-01"), knowledge.sources())
    with pytest.raises(knowledge.KnowledgeError, match="extra is not a key"):
        aid(text.replace("[about]", "[about]\nextra = 1"), knowledge.sources())


def test_who_was_not_counted_is_told_apart_and_all_are_a_thousand():
    from facialis.treatment.decision_aid import decision_aid

    told = decision_aid(THREE, 10, date(2026, 12, 1)).to_json()
    toxin, operation, waiting = (one["main"]["partly"] for one in told["options"])
    assert operation is None
    assert (toxin["bound"], toxin["yes"], toxin["no"]) == ("ceiling", 0, 50)
    assert (waiting["bound"], waiting["yes"], waiting["no"]) == ("floor", 24, 34)
    for one in (toxin, waiting):
        assert one["yes"] + one["no"] + one["not_counted"] == 1000


def test_the_questions_never_ask_for_a_number_that_was_counted_in_some_only():
    from facialis.treatment.decision_aid import decision_aid

    told = decision_aid(THREE, 10, date(2026, 12, 1)).to_json()["check"]
    assert "Operation" in told[0]["question"] or "operation" in told[0]["question"]
    both = decision_aid((THREE[0], THREE[2]), 10, date(2026, 12, 1)).to_json()["check"]
    assert (both[0]["right"], "950" in str(both)) == ("No.", False)


def test_every_outcome_that_was_counted_in_part_is_one_of_its_option():
    for option_key, outcome in treatment.decision_aid().partly:
        assert outcome in {one.key for one in treatment.options()[option_key].outcomes if one.rate}


def test_harms_stand_by_gravity_and_within_it_by_how_often():
    from facialis.treatment.decision_aid import decision_aid

    told = decision_aid(THREE, 10, date(2026, 12, 1)).to_json()
    for one in told["options"]:
        grave = [{"death": 0, "serious": 1, "minor": 2}[harm["severity"]] for harm in one["harms"]]
        assert grave == sorted(grave)
    keys = [harm["key"] for harm in told["options"][1]["harms"]]
    assert keys[0] == "death"
    assert keys.index("hearing") < keys.index("lasting_palsy") < keys.index("transient_palsy")


def test_harms_that_hold_the_same_people_say_that_they_overlap():
    from facialis.treatment.decision_aid import decision_aid

    told = decision_aid(THREE, 10, date(2026, 12, 1)).to_json()["options"][1]
    said = {harm["key"]: harm["overlap"] for harm in told["harms"]}
    assert said["transient_palsy"] == said["delayed_palsy"] != ""
    assert said["hearing"] == ""


def test_every_overlap_is_of_harms_that_an_option_has():
    known = {harm.key for one in treatment.options().values() for harm in one.harms}
    for overlap in treatment.decision_aid().overlaps:
        assert set(overlap.harms) <= known
