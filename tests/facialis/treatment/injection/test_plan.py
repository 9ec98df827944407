"""What a plan says of itself: ready, blocked or in need of a reason; nothing is passed in silence."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import jsonschema
import pytest

from facialis import schemas
from facialis.case import Case
from facialis.document import DocumentError
from facialis.findings import Finding, Side, State
from facialis.knowledge import treatment
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import LastSession

YES, NO = State.PRESENT, State.ABSENT
OVER = {"reason": "severe spasm on film", "by": "Dr Example"}


def validate(told) -> None:
    jsonschema.Draft202012Validator(schemas.load(told["schema"])).validate(told)


def healthy(**changes) -> Case:
    """Return a case of whom everything was asked and nothing is present."""
    return Case(circumstances=dict.fromkeys(treatment.circumstances(), NO) | changes)


def test_a_plan_that_nothing_speaks_against_is_ready_and_adds_up(written, tmp_path) -> None:
    told = written.planned(tmp_path, healthy())
    validate(told)
    assert (told["state"], told["blocks"], told["overrides"]) == ("ready", [], [])
    assert told["totals"] == {
        "units": "7.5",
        "volume_ml": "0.3",
        "by_side": {"left": {"units": "7.5", "volume_ml": "0.3"}},
        "by_muscle": {"orbicularis_oculi": {"units": "7.5", "volume_ml": "0.3"}},
        "vials": 1,
        "prepared_units": "100",
        "prepared_ml": "4",
        "waste_units": "92.5",
        "waste_ml": "3.7",
    }
    assert told["side_told"] == {"stated": "left", "filmed": "left", "clinician": "left", "agree": True}
    assert told["not_asked"] == []


# --- sides ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        ({"stated": "left", "filmed": "right", "clinician": "left"}, "side_disagrees"),
        ({"stated": "right", "filmed": "right", "clinician": "right"}, "side_of_plan"),
        ({"filmed": "left", "clinician": "left"}, "side_not_stated"),
        ({"stated": "left", "filmed": "left"}, "side_not_clinician"),
        ({}, "side_not_stated"),
    ],
)
def test_sides_that_do_not_agree_or_were_not_told_block_the_plan(written, tmp_path, sides, code) -> None:
    told = written.planned(tmp_path, side_told=sides)
    validate(told)
    assert told["state"] == "blocked"
    assert code in written.codes(told["blocks"])
    assert told["side_told"]["agree"] is False


def test_no_reason_lifts_a_disagreement_of_sides(written, tmp_path) -> None:
    sides = {"stated": "left", "filmed": "right", "clinician": "left"}
    with pytest.raises(DocumentError, match=r"overrides\[0\].code is side_disagrees: no reason lifts it"):
        written.planned(tmp_path, side_told=sides, overrides=[{"code": "side_disagrees", **OVER}])


def test_a_film_in_the_case_that_shows_the_other_side_blocks_the_plan(written, tmp_path) -> None:
    case = Case((Finding("involuntary_movement", YES, Side.RIGHT, source="video"),))
    there = {"stated": "left", "clinician": "left"}
    told = written.planned(tmp_path, case, side_told=there)
    assert told["side_told"]["filmed"] == "right"
    assert "side_disagrees" in written.codes(told["blocks"])
    told = written.planned(tmp_path, case)
    assert "side_filmed_contradicts" in written.codes(told["blocks"])


def test_a_site_on_the_other_side_is_refused_unless_the_plan_is_of_both(written, tmp_path) -> None:
    with pytest.raises(DocumentError, match=r"sites\[0\].side is right, and the plan is of the left side"):
        written.planned(tmp_path, sites=written.lids(side="right"))
    both = dict.fromkeys(("stated", "filmed", "clinician"), "both")
    sites = [*written.lids(side="left"), *written.lids(("lateral_lower_lid", "1.25"), side="right")]
    told = written.planned(tmp_path, side="both", side_told=both, sites=sites)
    assert told["state"] == "ready"
    assert {side: one["units"] for side, one in told["totals"]["by_side"].items()} == {"left": "7.5", "right": "6.25"}
    assert {one["side"] for one in told["limits"] if one["what"] == "eye"} == {"left", "right"}


def test_a_plan_of_both_sides_says_the_side_of_each_site(written, tmp_path) -> None:
    with pytest.raises(DocumentError, match=r"sites\[0\].side is missing: both sides are treated"):
        written.planned(tmp_path, side="both")


# --- what is known of the person -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "state", "code"),
    [
        ("infection_at_site", "blocked", "infection"),
        ("toxin_allergy", "blocked", "toxin_allergy"),
        ("myasthenia_gravis", "needs_reason", "neuromuscular_junction"),
        ("lambert_eaton", "needs_reason", "neuromuscular_junction"),
        ("pregnancy", "needs_reason", "pregnancy"),
        ("aminoglycosides", "needs_reason", "aminoglycosides"),
        ("lagophthalmos", "needs_reason", "lagophthalmos"),
        ("swallowing_disorder", "needs_reason", "swallowing"),
        ("dry_eye", "ready", "dry_eye"),
        ("lid_surgery", "ready", "lid_surgery"),
        ("anticoagulant", "ready", "antithrombotics"),
    ],
)
def test_what_is_known_of_the_person_stops_asks_or_warns(written, tmp_path, key, state, code) -> None:
    told = written.planned(tmp_path, healthy(**{key: YES}))
    validate(told)
    assert told["state"] == state
    assert code in written.codes(told["cautions"] if state == "ready" else told["blocks"])


@pytest.mark.parametrize(
    ("code", "state", "rule"),
    [
        ("painful_red_eye", "blocked", "red_eye"),
        ("limb_speech_deficit", "blocked", "emergency"),
        ("bulbar_breathing", "blocked", "emergency"),
        ("facial_weakness", "needs_reason", "facial_weakness"),
        ("diplopia_or_pupil", "needs_reason", "same_day"),
    ],
)
def test_what_was_found_on_the_person_counts_too(written, tmp_path, code, state, rule) -> None:
    case = Case((Finding(code, YES, Side.LEFT, source="clinician"),))
    told = written.planned(tmp_path, case)
    assert (told["state"], written.codes(told["blocks"])) == (state, {rule})
    assert "as the clinician tells it" in told["blocks"][0]["text"]


def test_antithrombotics_are_never_stopped_for_an_injection(written, tmp_path) -> None:
    case = Case(circumstances=dict.fromkeys(treatment.circumstances(), NO), medicines=("Clopidogrel 75 mg",))
    told = written.planned(tmp_path, case)
    (care,) = (one for one in told["cautions"] if one["code"] == "antithrombotics")
    assert told["state"] == "ready"
    assert "not stopped" in care["text"]
    assert "compress" in care["text"]
    assert "takes Clopidogrel 75 mg" in care["text"]


def test_a_medicine_that_no_rule_knows_is_said_by_its_name(written, tmp_path) -> None:
    told = written.planned(tmp_path, Case(medicines=("Zzexample", "Eliquis 5 mg")))
    validate(told)
    (care,) = (one for one in told["cautions"] if one["code"] == "unknown_medicine")
    assert care["text"].startswith("No rule here names this medicine: Zzexample.")
    assert "takes Eliquis 5 mg" in next(one["text"] for one in told["cautions"] if one["code"] == "antithrombotics")


def test_milk_allergy_stops_the_one_product_that_holds_milk_protein(written, tmp_path) -> None:
    case = healthy(milk_protein_allergy=YES)
    dysport = {"name": "abobotulinumtoxinA", "vial_units": 500, "diluent_ml": written.Raw("2.5")}
    sites = written.lids(*((site, "10") for site, _ in written.LIDS))
    assert written.planned(tmp_path, case)["state"] == "ready"
    told = written.planned(tmp_path, case, product=dysport, sites=sites, country="UK")
    assert written.codes(told["blocks"]) == {"milk_protein_allergy"}


@pytest.mark.parametrize(
    ("product", "country", "key", "block", "needs"),
    [
        ("incobotulinumtoxinA", "DE", "myasthenia_gravis", "neuromuscular_incobotulinum", "change"),
        ("incobotulinumtoxinA", "UK", "lambert_eaton", "neuromuscular_incobotulinum", "change"),
        ("incobotulinumtoxinA", None, "lambert_eaton", "neuromuscular_incobotulinum", "change"),
        ("incobotulinumtoxinA", "US", "lambert_eaton", "neuromuscular_junction", "reason"),
        ("incobotulinumtoxinA", "EU", "motor_neuron_disease", "neuromuscular_junction", "reason"),
        ("rimabotulinumtoxinB", "EU", "motor_neuron_disease", "neuromuscular_type_b", "change"),
        ("rimabotulinumtoxinB", "US", "myasthenia_gravis", "neuromuscular_junction", "reason"),
        ("rimabotulinumtoxinB", "US", "breathing_disorder", "swallowing_type_b", "change"),
        ("rimabotulinumtoxinB", "EU", "swallowing_disorder", "swallowing_type_b", "change"),
        ("onabotulinumtoxinA", "EU", "swallowing_disorder", "swallowing", "reason"),
    ],
)
def test_what_the_label_of_a_product_forbids_where_it_holds_no_reason_lifts(
    written, tmp_path, product, country, key, block, needs
) -> None:
    vial = treatment.products()[product].vials[0]
    mixed = {"name": product, "vial_units": written.Raw(vial.units)} | ({} if vial.ml else {"diluent_ml": 2})
    chin = [{"muscle": "mentalis", "units": written.Raw(vial.units / 50)}]
    told = written.planned(tmp_path, healthy(**{key: YES}), product=mixed, country=country, sites=chin, first=False)
    validate(told)
    assert [(one["code"], one["needs"]) for one in told["blocks"]] == [(block, needs)]


@pytest.mark.parametrize(
    ("sex", "age", "asked"),
    [("male", 60.0, False), ("male", None, False), ("female", 61.0, False), ("female", 60.0, True), (None, 40.0, True)],
)
def test_only_who_may_be_pregnant_is_asked_about_it(written, tmp_path, sex, age, asked) -> None:
    told = written.planned(tmp_path, Case(sex=sex, age=age))
    (care,) = (one for one in told["cautions"] if one["code"] == "not_asked")
    terms = [treatment.circumstances()[key].term for key in ("pregnancy", "breastfeeding")]
    assert [term in care["text"] for term in terms] == [asked, asked]
    told = written.planned(tmp_path, Case(sex=sex, age=age, circumstances={"pregnancy": YES}))
    assert "pregnancy" in written.codes(told["blocks"])


def test_what_nobody_asked_is_told_and_a_rule_for_lids_is_silent_where_no_lid_is_injected(written, tmp_path) -> None:
    told = written.planned(tmp_path)
    (care,) = (one for one in told["cautions"] if one["code"] == "not_asked")
    assert "Dry eye" in care["text"]
    assert {"key": "dry_eye", "term": "Dry eye"} in told["not_asked"]
    assert all(one["term"] in care["text"] for one in told["not_asked"])
    validate(told)
    chin = [{"muscle": "mentalis", "units": written.Raw("2.5")}]
    told = written.planned(tmp_path, sites=chin)
    (care,) = (one for one in told["cautions"] if one["code"] == "not_asked")
    assert "Dry eye" not in care["text"]
    assert "Myasthenia" in care["text"]


def test_a_child_below_the_age_of_the_label_needs_a_reason(written, tmp_path) -> None:
    case = Case(age=9.0, circumstances=dict.fromkeys(treatment.circumstances(), NO))
    assert "age_below_label" in written.codes(written.planned(tmp_path, case)["blocks"])


# --- limits --------------------------------------------------------------------------------------------------------


def test_the_first_session_is_held_to_the_first_doses_of_the_label_and_a_later_one_is_not(written, tmp_path) -> None:
    sites = written.lids(("lateral_lower_lid", "5"))
    told = written.planned(tmp_path, sites=sites)
    assert told["first_session"] is True
    assert written.codes(told["blocks"]) == {"limit_site_first"}
    told = written.planned(tmp_path, sites=sites, first=False)
    assert told["state"] == "ready"


def test_more_than_a_label_allows_an_eye_needs_a_reason_which_is_recorded(written, tmp_path) -> None:
    xeomin = {"name": "incobotulinumtoxinA", "vial_units": 100, "diluent_ml": 2}
    sites = written.lids(*((site, "17.5") for site, _ in written.LIDS))
    told = written.planned(tmp_path, product=xeomin, country="US", first=False, sites=sites)
    slips = [f"above_usual_{site}" for site, _ in written.LIDS]
    assert [one["code"] for one in told["blocks"]] == [*slips, "limit_eye"]
    (limit,) = (one for one in told["limits"] if one["what"] == "eye")
    assert (limit["limit"], limit["planned"], limit["within"]) == ("50", "52.5", False)
    given = [{"code": code, **OVER} for code in ("limit_eye", *slips)]
    told = written.planned(tmp_path, product=xeomin, country="US", first=False, sites=sites, overrides=given)
    validate(told)
    assert told["state"] == "ready"
    assert {(one["code"], one["by"]) for one in told["overrides"]} == {
        (code, "Dr Example") for code in ("limit_eye", *slips)
    }
    (text,) = (one["text"] for one in told["overrides"] if one["code"] == "limit_eye")
    assert text.startswith("52.5 U planned; left eye; not more than 50 U an eye")


def test_the_cumulative_dose_counts_all_indications_of_the_same_product_within_the_window_alone(
    written, tmp_path
) -> None:
    def other(day, product="onabotulinumtoxinA", units=90) -> dict:
        return {"date": day, "product": product, "units": units, "indication": "migraine"}

    plan_day = date(2026, 4, 20)
    for days, counted in ((83, True), (84, False)):
        when = date.fromordinal(plan_day.toordinal() - days)
        told = written.planned(tmp_path, other_injections=[other(when, units=95)], first=False)
        (limit,) = (one for one in told["limits"] if one["what"] == "cumulative")
        assert limit["planned"] == ("102.5" if counted else "7.5")
        assert ("limit_cumulative_84" in written.codes(told["blocks"])) is counted


def test_units_of_another_product_are_listed_and_never_added(written, tmp_path) -> None:
    dysport = {"date": date(2026, 3, 20), "product": "abobotulinumtoxinA", "units": 500, "indication": "neck"}
    told = written.planned(tmp_path, other_injections=[dysport])
    assert told["cumulative"]["units_this_product"] == "7.5"
    assert [(one["product"], one["counted"]) for one in told["cumulative"]["other"]] == [("abobotulinumtoxinA", False)]
    assert written.codes(told["blocks"]) == {"other_product_recent"}


def test_toxin_elsewhere_that_nobody_asked_about_is_a_caution(written, tmp_path) -> None:
    told = written.planned(tmp_path, other_injections=None)
    assert "other_injections_not_asked" in written.codes(told["cautions"])
    assert told["cumulative"]["asked"] is False


def test_without_a_country_the_strictest_of_all_labels_holds(written, tmp_path) -> None:
    told = written.planned(tmp_path, country=None, sites=written.lids(("lateral_canthus", "2.5")))
    days = {one["days"] for one in told["limits"] if one["what"] == "cumulative"}
    assert days == {30, 84, 92}
    assert "country_not_told" in written.codes(told["cautions"])


@pytest.mark.parametrize("site", ["medial_lower_lid", "central_upper_lid"])
def test_a_site_that_labels_avoid_needs_a_reason(written, tmp_path, site) -> None:
    told = written.planned(tmp_path, sites=written.lids((site, "1.25")))
    assert written.codes(told["blocks"]) == {f"avoided_{site}"}


# --- intervals -----------------------------------------------------------------------------------------------------


def last(day=date(2026, 1, 12), product="onabotulinumtoxinA", units="2.5") -> dict:
    dose = {"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "side": "left", "units": Decimal(units)}
    return {"date": day, "product": product, "given": [dose]}


def before(written, **changes) -> dict:
    """Return a last session as a plan holds it."""
    told = last(**changes)
    return told | {"given": [row | {"units": written.Raw(row["units"])} for row in told["given"]]}


def test_label_payer_and_clinic_are_three_rules_and_each_needs_a_reason_of_its_own(written, tmp_path) -> None:
    changes = {"from_last": before(written, day=date(2026, 2, 2)), "intervals": {"payer_weeks": 12, "clinic_days": 90}}
    told = written.planned(tmp_path, **changes)
    assert {one["rule"]: one["days"] for one in told["intervals"]} == {"label": 84, "payer": 84, "clinic": 90}
    assert written.codes(told["blocks"]) == {"interval_label", "interval_payer", "interval_clinic"}
    assert told["state"] == "needs_reason"
    given = [{"code": "interval_label", **OVER}, {"code": "interval_clinic", **OVER}]
    told = written.planned(tmp_path, **changes, overrides=given)
    assert written.codes(told["blocks"]) == {"interval_payer"}
    assert {one["rule"]: bool(one["overridden"]) for one in told["intervals"]} == {
        "label": True,
        "payer": False,
        "clinic": True,
    }


@pytest.mark.parametrize(("day", "met"), [(date(2026, 1, 26), True), (date(2026, 1, 27), False)])
def test_the_day_on_which_an_interval_is_over_is_allowed(written, tmp_path, day, met) -> None:
    told = written.planned(tmp_path, from_last=before(written, day=day))
    assert told["intervals"][0]["met"] is met


def test_an_override_of_nothing_is_refused_with_the_nearest_that_asks_for_one(written, tmp_path) -> None:
    changes = {"from_last": before(written, day=date(2026, 2, 2))}
    with pytest.raises(DocumentError, match='did you mean "interval_label"'):
        written.planned(tmp_path, **changes, overrides=[{"code": "interval_labell", **OVER}])
    with pytest.raises(DocumentError, match="nothing here asks for a reason"):
        written.planned(tmp_path, overrides=[{"code": "interval_label", **OVER}])


@pytest.mark.parametrize("missing", ["reason", "by"])
def test_an_override_without_reason_or_name_is_refused(written, tmp_path, missing) -> None:
    row = {"code": "interval_label", **OVER}
    del row[missing]
    with pytest.raises(DocumentError, match=rf"overrides\[0\].{missing} is missing"):
        written.planned(tmp_path, overrides=[row])


def test_a_day_before_the_last_session_is_refused(written, tmp_path) -> None:
    with pytest.raises(DocumentError, match="date is 2026-04-20, before the last session on 2026-05-01"):
        written.planned(tmp_path, from_last=before(written, day=date(2026, 5, 1)))


# --- against the last session --------------------------------------------------------------------------------------


def test_another_product_starts_from_nothing_with_a_reason_and_its_own_first_doses(written, tmp_path) -> None:
    told = written.planned(tmp_path, from_last=before(written, product="abobotulinumtoxinA", units="20"))
    assert written.codes(told["blocks"]) == {"product_changed"}
    assert "not convertible" in told["blocks"][0]["text"]
    assert told["first_session"] is True
    assert told["from_last"]["sites_changed"] == []


def test_a_dose_that_grew_is_told_and_more_than_the_label_lets_it_grow_needs_a_reason(written, tmp_path) -> None:
    grown = written.lids(("lateral_lower_lid", "5"))
    told = written.planned(tmp_path, from_last=before(written), sites=grown)
    assert told["state"] == "ready"
    assert "raised" in written.codes(told["cautions"])
    row = next(one for one in told["from_last"]["sites_changed"] if one["site"] == "lateral_lower_lid")
    assert (row["was"], row["is"]) == ("2.5", "5")
    told = written.planned(tmp_path, from_last=before(written, units="1.25"), sites=grown)
    assert written.codes(told["blocks"]) == {"raised_over_label"}


# --- the vial ------------------------------------------------------------------------------------------------------


def test_vials_are_as_many_as_it_takes_and_fewer_are_refused(written, tmp_path) -> None:
    vial = {"name": "onabotulinumtoxinA", "vial_units": 50, "diluent_ml": 2}
    sites = written.lids(*((site, "20") for site, _ in written.LIDS))
    told = written.planned(tmp_path, product=vial, sites=sites)
    assert (told["totals"]["vials"], told["totals"]["waste_units"]) == (2, "40")
    with pytest.raises(DocumentError, match=r"product.vials is 1 of 50 U, and the sites need 60 U: 2 vials"):
        written.planned(tmp_path, product=vial | {"vials": 1}, sites=sites)


def test_a_solution_is_used_as_it_is_or_diluted(written, tmp_path) -> None:
    ready = {"name": "rimabotulinumtoxinB", "vial_units": 2500}
    chin = [{"muscle": "mentalis", "units": 100}]
    told = written.planned(tmp_path, product=ready, country="US", sites=chin)
    validate(told)
    assert told["sites"][0]["volume_ml"] == "0.02"
    assert told["sites"][0]["usual"] is None
    assert "off_label" in written.codes(told["cautions"])
    told = written.planned(tmp_path, product=ready | {"diluent_ml": 2}, country="US", sites=chin)
    assert told["sites"][0]["volume_ml"] == "0.1"


@pytest.mark.parametrize("product", sorted(treatment.products()))
def test_every_product_and_every_site_can_be_planned(written, tmp_path, product) -> None:
    vial = treatment.products()[product].vials[-1]
    mixed = {"name": product, "vial_units": written.Raw(vial.units), "diluent_ml": 5}
    unit = vial.units / 50
    sites = [
        {"muscle": muscle.key, "site": site, "units": written.Raw(unit)}
        for muscle in treatment.muscles().values()
        for site in muscle.sites
    ]
    for country in (None, "US", "EU", "JP"):
        validate(written.planned(tmp_path, product=mixed, sites=sites, country=country))


# --- two sides, each with a life of its own ------------------------------------------------------------------------


def session_file(written, path, side, day):
    """Return a session of one side, read again from its file."""
    import json

    from facialis.treatment.injection.earlier import session

    sides = dict.fromkeys(("stated", "filmed", "clinician"), side)
    when = date.fromisoformat(day)
    time_out = {"patient_states": side, "marked": side, "record": side, "at": f"{day}T09:00"}
    consent = {"given": True, "date": when, "by": "the patient"}
    told = written.recorded(
        path, {"side": side, "side_told": sides, "date": when}, date=when, time_out=time_out, consent=consent
    )
    file = path / f"{side}.json"
    file.write_text(json.dumps(told))
    return session(file)


def test_each_side_is_compared_with_its_own_last_session_and_the_interval_counts_from_either(written, tmp_path) -> None:
    left = session_file(written, tmp_path, "left", "2026-01-05")
    right = session_file(written, tmp_path, "right", "2026-02-16")
    told = written.planned(tmp_path, sessions=[left, right])
    assert told["from_last"]["date"] == "2026-01-05"
    assert told["intervals"][0]["earliest"] == "2026-05-11"
    assert told["cumulative"]["units_this_product"] == "15"
    told = written.planned(tmp_path, sessions=[right])
    assert (told["from_last"], told["first_session"]) == (None, True)


def test_two_sessions_of_one_day_one_of_each_side_are_one_for_a_plan_of_both(written, tmp_path) -> None:
    both = [session_file(written, tmp_path, side, "2026-01-05") for side in ("left", "right")]
    sides = dict.fromkeys(("stated", "filmed", "clinician"), "both")
    sites = [*written.lids(side="left"), *written.lids(side="right")]
    told = written.planned(tmp_path, sessions=both, side="both", side_told=sides, sites=sites)
    assert told["from_last"]["sites_changed"] == []
    assert "raised" not in written.codes(told["cautions"])


def test_a_session_that_is_handed_in_twice_is_not_counted_twice(written, tmp_path) -> None:
    left = session_file(written, tmp_path, "left", "2026-01-05")
    with pytest.raises(DocumentError, match="two sessions of 2026-01-05 that both hold left medial upper lid"):
        written.planned(tmp_path, sessions=[left, left])
    row = {"date": left.day, "product": left.product, "units": 7, "indication": "Hemifacial spasm"}
    with pytest.raises(DocumentError, match=r"other_injections\[0\] is the session of 2026-01-05"):
        written.planned(tmp_path, sessions=[left], other_injections=[row])


@pytest.mark.parametrize(("country", "label"), [("de", "EU"), ("GB", "UK"), ("USA", "US"), ("Se", "EU"), ("uk", "UK")])
def test_a_country_goes_by_the_label_that_holds_there(written, tmp_path, country, label) -> None:
    told = written.planned(tmp_path, country=country)
    assert told["country"] == label
    assert "no_label" not in written.codes(told["cautions"])


def test_a_country_without_a_known_label_is_held_against_all_that_are_known(written, tmp_path) -> None:
    told = written.planned(tmp_path, country="JP")
    assert "no_label" in written.codes(told["cautions"])
    assert {one["days"] for one in told["limits"] if one["what"] == "cumulative"} == {30, 84, 92}
    with pytest.raises(DocumentError, match='country is "GERMANY"; give two letters'):
        written.planned(tmp_path, country="Germany")


@pytest.mark.parametrize("units", ["12.5", "90"])
def test_a_slip_of_the_decimal_point_needs_a_reason(written, tmp_path, units) -> None:
    sites = [{"muscle": "zygomaticus_major", "site": "belly", "units": written.Raw(units)}]
    told = written.planned(tmp_path, sites=sites, first=False)
    validate(told)
    assert told["state"] == "needs_reason"
    assert told["blocks"][0]["code"] == "above_usual_belly"
    assert f"{units} U, usual up to 2.5 U" in told["blocks"][0]["text"]
    given = [{"code": one["code"], **OVER} for one in told["blocks"]]
    assert written.planned(tmp_path, sites=sites, first=False, overrides=given)["state"] == "ready"


def test_a_little_more_than_usual_needs_care_and_a_reason_for_one_site_is_none_for_another(written, tmp_path) -> None:
    def sites(mouth, chin):
        return [{"muscle": "zygomaticus_major", "site": "belly", "units": written.Raw(mouth)},
                {"muscle": "orbicularis_oculi", "site": "lateral_brow", "units": written.Raw(chin)}]  # fmt: skip

    told = written.planned(tmp_path, sites=sites("4.75", "2.5"), first=False)
    assert (told["state"], "above_usual" in written.codes(told["cautions"])) == ("ready", True)
    given = [{"code": "above_usual_belly", **OVER}]
    told = written.planned(tmp_path, sites=sites("5", "10"), first=False, overrides=given)
    assert "above_usual_lateral_brow" in written.codes(told["blocks"])
    assert [one["code"] for one in told["overrides"]] == ["above_usual_belly"]


def last_sessions(written, tmp_path, *told):
    from facialis.treatment.injection.earlier import session

    found = []
    for number, (day, side, units) in enumerate(told):
        changes = {
            "date": day,
            "side": side,
            "first": False,
            "side_told": dict.fromkeys(("stated", "filmed", "clinician"), side),
            "sites": written.lids(("lateral_lower_lid", units)),
        }
        record = written.recorded(
            tmp_path,
            changes,
            date=day,
            consent={"given": True, "date": day, "by": "the patient"},
            time_out={"patient_states": side, "marked": side, "record": side, "at": f"{day.isoformat()}T09:12"},
        )
        path = tmp_path / f"session{number}.json"
        path.write_text(json.dumps(record))
        found.append(session(path))
    return found


def test_in_a_plan_of_both_sides_each_side_is_held_against_its_own_last_session(written, tmp_path) -> None:
    """The newest session is of the right: the left side's own last dose must not be lost behind it."""
    sessions = last_sessions(written, tmp_path, (date(2025, 11, 3), "left", "1.25"), (date(2026, 1, 5), "right", "2.5"))
    both = {"stated": "both", "filmed": "both", "clinician": "both"}
    sites = [
        *written.lids(("lateral_lower_lid", "5"), side="left"),
        *written.lids(("lateral_lower_lid", "2.5"), side="right"),
    ]
    told = written.planned(
        tmp_path, sessions=sessions, side="both", side_told=both, sites=sites, country="US", first=False
    )
    assert "raised_over_label" in written.codes(told["blocks"])


def given_last(side, day, *, units="2.5", product="onabotulinumtoxinA"):
    """Return an earlier session of one side with one dose at the lower lid."""
    dose = Dose("orbicularis_oculi", "lateral_lower_lid", Side(side), Decimal(units))
    return LastSession(date.fromisoformat(day), product, (dose,), side)


def planned_both(written, path, sessions, *, left="2.5", right="2.5", **changes):
    """Return a plan of both sides with one dose at each lower lid."""
    rows = [("left", left), ("right", right)]
    place = {"muscle": "orbicularis_oculi", "site": "lateral_lower_lid"}
    sites = [place | {"side": side, "units": written.Raw(units)} for side, units in rows]
    sides = dict.fromkeys(("stated", "filmed", "clinician"), "both")
    told = written.planned(path, sessions=sessions, side="both", side_told=sides, sites=sites, **changes)
    validate(told)
    return told


def test_a_dose_that_grew_on_one_side_is_held_to_the_last_session_of_that_side(written, tmp_path) -> None:
    before = [given_last("left", "2025-12-01", units="1.25"), given_last("right", "2026-01-05")]
    told = planned_both(written, tmp_path, before, left="5")
    (block,) = told["blocks"]
    assert block["code"] == "raised_over_label"
    assert "left lateral lower lid" in block["text"]
    assert "right" not in block["text"]
    assert [(one["side"], one["was"], one["is"]) for one in told["from_last"]["sites_changed"]] == [
        ("left", "1.25", "5")
    ]


def test_a_side_that_was_never_injected_is_held_to_the_first_doses_and_the_other_is_not(written, tmp_path) -> None:
    left = given_last("left", "2026-01-05", units="5")
    told = planned_both(written, tmp_path, [left], left="5", right="7.5")
    assert written.codes(told["blocks"]) == {"limit_site_first"}
    (block,) = told["blocks"]
    assert block["text"].startswith("7.5 U planned; first session")
    told = planned_both(written, tmp_path, [left], left="5")
    assert (told["state"], told["first_session"]) == ("ready", True)


def test_the_last_session_that_a_plan_tells_of_one_side_is_none_of_the_other(written, tmp_path) -> None:
    told = planned_both(written, tmp_path, [], right="7.5", from_last=before(written))
    assert written.codes(told["blocks"]) == {"limit_site_first"}
    right = given_last("right", "2025-12-01", units="1.25")
    told = planned_both(written, tmp_path, [right], right="5", from_last=before(written))
    assert written.codes(told["blocks"]) == {"raised_over_label"}
    assert told["from_last"]["date"] == "2026-01-12"


def test_a_product_that_changes_on_one_side_alone_needs_a_reason(written, tmp_path) -> None:
    left = given_last("left", "2025-12-01", product="incobotulinumtoxinA")
    told = planned_both(written, tmp_path, [left, given_last("right", "2026-01-05")])
    (block,) = told["blocks"]
    assert block["code"] == "product_changed"
    assert block["text"].startswith("The last session of the left was with incobotulinumtoxinA")


def test_a_last_session_whose_doses_are_not_told_is_counted_as_unknown(written, tmp_path) -> None:
    told = written.planned(tmp_path, from_last={"date": date(2026, 2, 2), "product": "onabotulinumtoxinA"})
    assert [one["units"] for one in told["cumulative"]["other"]] == [None]
    assert "units_not_known" in written.codes(told["cautions"])
    assert told["first_session"] is False
