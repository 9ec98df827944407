"""A payer's rules held against a record: met with a place, not met with a reason, not told where nobody told."""

import jsonschema
import pytest

from facialis import schemas


def rule(packet, kind):
    return next(one for one in packet["requirements"] if one["kind"] == kind)


def state(packet, kind):
    return rule(packet, kind)["state"]


def test_a_whole_record_meets_every_rule_and_each_says_where(made):
    packet = made()
    assert packet["ready"]
    assert packet["missing"] == []
    assert packet["request"] == "continuation"
    for one in packet["requirements"]:
        assert one["state"] == "met"
        assert one["found"]
        assert one["missing"] is None


def test_the_result_is_as_its_schema_says(made):
    jsonschema.Draft202012Validator(schemas.load("facialis.packet/1")).validate(made())
    jsonschema.Draft202012Validator(schemas.load("facialis.packet/1")).validate(
        made(leave=("--sessions", "--course", "--assessment", "--tried", "--video", "--scales"))
    )


def test_every_place_names_a_file_of_the_record(made, files):
    there = {file.name for file in files.folder.iterdir()}
    for one in made()["requirements"]:
        assert {place["file"] for place in one["found"]} <= there


@pytest.mark.parametrize(
    ("left_out", "kind"),
    [
        ("--assessment", "diagnosis"),
        ("--tried", "alternatives"),
        ("--video", "film"),
        ("--course", "benefit"),
    ],
)
def test_what_is_left_out_is_not_told_and_missing(made, left_out, kind):
    packet = made(leave=(left_out,))
    assert state(packet, kind) == "not_told"
    assert not packet["ready"]
    assert any(text.startswith(rule(packet, kind)["asked"].rstrip(".")) for text in packet["missing"])


def test_a_first_request_asks_nothing_of_sessions(made):
    packet = made(leave=("--sessions", "--course"))
    assert packet["request"] == "first"
    kinds = {one["kind"] for one in packet["requirements"]}
    assert not kinds & {"interval", "benefit", "effect", "waste", "lots", "consent", "time_out", "sites"}
    assert state(packet, "product") == state(packet, "units") == "not_told"
    assert state(packet, "film") == "met"
    assert packet["billing"] is None


def test_a_plan_is_what_is_asked_for(made, files, invented):
    packet = made("--plan", files.write("plan.json", invented.plan()), leave=("--sessions", "--course"))
    assert packet["wanted"]["planned"]
    assert state(packet, "product") == state(packet, "units") == "met"
    assert "Planned: 17.5 U in 2 sites on 20 July 2026." in packet["letter"][0]


@pytest.mark.parametrize(
    ("side", "code"), [("left", "G51.32"), ("right", "G51.31"), ("both", "G51.33"), (None, "G51.39")]
)
def test_the_code_goes_by_the_side(made, files, invented, side, code):
    told = f', side = "{side}"' if side else ""
    files.write(
        "case.toml", invented.CASE.replace(', side = "left", source = "clinician"', f'{told}, source = "clinician"')
    )
    packet = made(leave=("--sessions", "--course", "--video"))
    assert packet["diagnosis"]["icd10cm"] == code
    assert packet["diagnosis"]["side"] == side
    assert state(packet, "diagnosis") == ("met" if side else "not_met")


def test_sides_that_do_not_agree_leave_the_code_unspecified(made, files, invented):
    files.write("after.json", invented.film("2026-04-22", side="right"))
    packet = made()
    assert packet["diagnosis"]["side"] is None
    assert packet["diagnosis"]["icd10cm"] == "G51.39"
    assert state(packet, "side") == "not_met"
    assert "side not settled" in packet["letter"][0]


def test_the_same_side_everywhere_is_not_met_while_no_film_tells_it(made, files, invented):
    def side(packet):
        return next(one for one in packet["requirements"] if one["kind"] == "side")

    assert side(made())["state"] == "met"
    told = side(made(leave=("--video",)))
    assert (told["state"], told["missing"]) == ("not_told", "met for record and session; film missing")
    for name, day in (("before.json", "2026-01-02"), ("after.json", "2026-04-22")):
        files.write(name, invented.film(day, mirrored="unknown"))
    assert side(made())["missing"] == "met for record and session; no film tells the side"


@pytest.mark.parametrize("quality", [{"mirrored": "unknown"}, {"verdict": "refused"}])
def test_a_film_that_may_be_mirrored_or_was_refused_tells_no_side(made, files, invented, quality):
    files.write("after.json", invented.film("2026-04-22", side="right", **quality))
    assert made()["diagnosis"]["side"] == "left"


@pytest.mark.parametrize(
    "changes", [{"disorder": "blepharospasm"}, {"explained": False}, {"probability": 0.4}], ids=str
)
def test_an_assessment_that_does_not_settle_on_hemifacial_spasm_does_not_meet_the_diagnosis(
    made, files, invented, changes
):
    files.write("assessment.json", invented.assessment(**changes))
    assert state(made(), "diagnosis") == "not_met"


def test_alternatives_that_the_case_rules_out_count_with_the_reason(made, files, invented):
    files.write(
        "case.toml",
        invented.CASE + '\ncircumstances = { hla_b1502_positive = "present", unfit_for_anaesthesia = "present" }\n',
    )
    packet = made(leave=("--tried",))
    counted = {one["option"]: one for one in packet["alternatives"] if one["counts"]}
    assert {"carbamazepine", "microvascular_decompression"} <= set(counted)
    assert counted["carbamazepine"]["outcome"] == "contraindicated"
    assert counted["carbamazepine"]["where"]["at"] == "circumstances.hla_b1502_positive"
    assert state(packet, "alternatives") == "met"


@pytest.mark.parametrize("outcome", ["declined", "in_use"])
def test_what_was_declined_or_is_taken_now_is_told_and_does_not_count(made, files, invented, outcome):
    files.write("tried.toml", invented.TRIED.replace("not_tolerated", outcome))
    packet = made()
    assert state(packet, "alternatives") == "not_met"
    assert rule(packet, "alternatives")["missing"].startswith("1 of 2")


def test_an_alternative_that_is_told_twice_is_one(made, files, invented):
    twice = invented.TRIED.replace('"baclofen"', '"carbamazepine"')
    files.write("tried.toml", twice)
    packet = made()
    assert state(packet, "alternatives") == "not_met"
    assert rule(packet, "alternatives")["missing"].startswith("1 of 2")


def test_a_medicine_of_the_case_is_told_as_taken_now(made, files, invented):
    files.write("case.toml", invented.CASE + '\nmedicines = ["Clonazepam"]\n')
    told = {one["option"]: one for one in made()["alternatives"]}
    assert told["clonazepam"]["outcome"] == "in_use"
    assert not told["clonazepam"]["counts"]


def test_an_interval_that_is_too_short_is_named(made, files, invented):
    files.write("session-2026-04-01.json", invented.session("2026-02-01"))
    packet = made(leave=("--course", "after.json"))
    assert state(packet, "interval") == "not_met"
    assert "54 days" in rule(packet, "interval")["missing"]


def test_the_next_day_that_the_interval_allows_is_told(made):
    assert rule(made(), "interval")["found"][-1]["text"] == "the next not before 24 June 2026"


def test_two_sides_have_intervals_of_their_own(made, files, invented):
    files.write("session-2026-04-01.json", invented.session("2025-12-20", side="right"))
    assert state(made(leave=("--course", "--video")), "interval") == "met"


def test_one_session_and_no_plan_leave_the_interval_open_until_it_has_passed(made):
    alone = ("session-2025-12-09.json", "--course")
    assert state(made(leave=alone), "interval") == "met"
    assert state(made("--on", "2026-06-20", leave=alone), "interval") == "not_told"


@pytest.mark.parametrize(
    ("latest", "wanted"),
    [
        ({"state": "worn_off", "wear_off": 70.0, "onset": 5.0}, "met"),
        ({"state": "worn_off", "wear_off": 60.0, "onset": 5.0}, "not_met"),
        ({"state": "worn_off", "wear_off": 60.0, "onset": None}, "met"),
        ({"state": "no_response", "wear_off": None}, "not_met"),
        ({"state": "working", "onset": 4.0}, "met"),
    ],
    ids=["long enough", "too short from its onset", "onset not known", "no response", "still working"],
)
def test_the_last_injection_that_can_be_judged_decides_on_the_benefit(made, files, invented, latest, wanted):
    files.write("course.json", invented.course([invented.cycle("2025-12-09"), invented.cycle("2026-04-01", **latest)]))
    assert state(made(), "benefit") == wanted


def test_an_injection_that_cannot_be_judged_yet_leaves_the_one_before_to_decide(made, files, invented):
    young = invented.cycle("2026-04-01", state="not_yet", wear_off=None, relief=None)
    files.write("course.json", invented.course([invented.cycle("2025-12-09", wear_off=50.0), young]))
    assert state(made(), "benefit") == "not_met"


def test_an_interval_that_reaches_below_the_weeks_is_said(made, files, invented):
    files.write("course.json", invented.course([invented.cycle("2026-04-01", wear_off=65.0)]))
    assert any("the interval reaches below 56 days" in place["text"] for place in rule(made(), "benefit")["found"])


@pytest.mark.parametrize(("after", "wanted"), [(6.0, "met"), (16.0, "not_met")])
def test_hfs_7_shows_an_effect_only_where_it_falls_by_its_smallest_change(made, files, invented, after, wanted):
    files.write("hfs7-after.json", invented.scale("2026-05-01", after))
    assert state(made(leave=("--course",)), "effect") == wanted


def test_relief_whose_interval_holds_nought_is_no_effect(made, files, invented):
    files.write("course.json", invented.course([invented.cycle("2026-04-01", relief=0.05)]))
    assert state(made(leave=("--scales",)), "effect") == "not_met"


def test_without_course_and_scale_the_effect_is_not_told(made):
    assert state(made(leave=("--course", "--scales")), "effect") == "not_told"


def test_no_loss_of_function_is_not_met_and_nobody_asking_is_not_told(made, files, invented):
    files.write(
        "case.toml",
        invented.CASE.replace(
            'code = "vision_blocked", state = "present"', 'code = "vision_blocked", state = "absent"'
        ),
    )
    assert state(made(leave=("--scales",)), "necessity") == "not_met"
    files.write(
        "case.toml",
        invented.CASE.replace('{ code = "vision_blocked", state = "present", side = "left", source = "patient" },', ""),
    )
    assert state(made(leave=("--scales",)), "necessity") == "not_told"


def test_units_above_the_payers_most_and_products_off_its_list_are_not_met(made, files, invented):
    files.write("session-2026-04-01.json", invented.session(units="60", wasted="40"))
    assert state(made(), "units") == "not_met"
    files.write("session-2026-04-01.json", invented.session(product="rimabotulinumtoxinB"))
    packet = made()
    assert state(packet, "product") == "not_met"
    assert state(packet, "units") == "not_told"


def test_given_and_discarded_must_be_what_the_vials_held(made, files, invented):
    files.write("session-2026-04-01.json", invented.session(wasted="80"))
    packet = made()
    assert state(packet, "waste") == "not_met"
    assert "the vials held 100 U" in rule(packet, "waste")["missing"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"lots": []}, "lots"),
        ({"lots": [{"lot": "EX1", "expires": None, "vials": 1}]}, "lots"),
        ({"consent": None}, "consent"),
        ({"consent": {"given": False, "date": None, "by": ""}}, "consent"),
        ({"time_out": None}, "time_out"),
        ({"time_out": {"patient_states": "right", "marked": "left", "record": "left"}}, "time_out"),
    ],
    ids=str,
)
def test_what_one_session_lacks_is_named_with_its_file(made, files, invented, change, kind):
    files.write("session-2026-04-01.json", invented.session(**change))
    packet = made()
    assert state(packet, kind) == "not_met"
    assert "session-2026-04-01.json" in rule(packet, kind)["missing"]


@pytest.mark.parametrize(("since", "wanted"), [(5, "not_met"), (14, "met"), (56, "met"), (57, "not_met")], ids=str)
def test_a_film_counts_as_while_it_works_within_the_days_that_the_payer_names(made, files, invented, since, wanted):
    from datetime import date, timedelta

    day = date(2026, 4, 1) + timedelta(days=since)
    files.write("after.json", invented.film(day.isoformat(), 1.0))
    assert state(made(), "film") == wanted


def test_a_film_without_a_date_is_asked_for_one_unless_it_tells_days_since_toxin(made, files, invented):
    film = invented.film(None, 1.0)
    files.write("after.json", film)
    assert "after.json has no date" in rule(made(), "film")["missing"]
    files.write("after.json", film | {"protocol": {"days_since_toxin": 21}})
    assert state(made(), "film") == "met"


def test_a_refused_film_is_told_and_counts_for_nothing(made, files, invented):
    files.write("before.json", invented.film(verdict="refused"))
    packet = made()
    assert state(packet, "film") == "not_met"
    assert "refused by its quality" in packet["films"][0]["text"]


def test_the_letter_leaves_out_what_the_record_does_not_tell(made, files):
    files.write(
        "case.toml",
        'findings = [{ code = "involuntary_movement", state = "present", side = "left", source = "clinician" }]',
    )
    bare = made(leave=("--sessions", "--course", "--assessment", "--tried", "--video", "--scales"))
    assert bare["letter"] == ["This is a request for botulinum toxin in hemifacial spasm, left side, ICD-10-CM G51.32."]


def test_the_letter_holds_what_was_given_and_what_it_did_with_intervals(made):
    letter = " ".join(made()["letter"])
    for text in (
        "On 1 April 2026, 17.5 U of onabotulinumtoxinA were given in 2 sites",
        "82.5 U were discarded",
        "Carbamazepine: tried, not tolerated, from 1 March 2024 until 15 April 2024, giddiness",
        "relief at its best 80 % (70 to 90 %)",
        "HFS-7 18 on 30 March 2026 and 6 on 1 May 2026",
        "visit-2025-12-08.mp4, 8 December 2025, 70 s watched, spasms 12.0 (6.0 to 24.0) a minute",
    ):
        assert text in letter


def lines(packet):
    return [(one["code"], one["modifier"], one["quantity"]) for one in packet["billing"]["lines"]]


@pytest.mark.parametrize(
    ("given", "wasted", "wanted"),
    [
        ("17.5", "82.5", [("J0585", None, 18), ("J0585", "JW", 82)]),
        ("20", "80", [("J0585", None, 20), ("J0585", "JW", 80)]),
        ("100", "0", [("J0585", "JZ", 100)]),
        ("99.5", "0.5", [("J0585", None, 100)]),
    ],
)
def test_given_is_rounded_up_and_discarded_down_and_together_they_are_the_vial(
    made, files, invented, given, wasted, wanted
):
    files.write("session-2026-04-01.json", invented.session(units=given, wasted=wasted))
    assert lines(made())[1:] == wanted


def test_units_are_billed_by_their_products_own_billing_unit(made, files, invented):
    changed = invented.session(product="abobotulinumtoxinA", units="62", wasted="238")
    changed["product"]["vial_units"] = "300"
    files.write("session-2026-04-01.json", changed)
    assert lines(made())[1:] == [("J0586", None, 13), ("J0586", "JW", 47)]


def test_both_sides_are_two_of_a_code_for_one_side_and_the_payer_is_asked(made, files, invented):
    files.write(
        "case.toml", invented.CASE.replace('side = "left", source = "clinician"', 'side = "both", source = "clinician"')
    )
    for day in invented.DAYS:
        files.write(f"session-{day}.json", invented.session(day, side="both", units="20", wasted="80"))
    packet = made(leave=("--course", "--video"))
    assert packet["diagnosis"]["icd10cm"] == "G51.33"
    assert lines(packet)[0] == ("64612", None, 2)
    assert any("ask the payer" in text for text in packet["billing"]["notes"])


def test_waste_that_is_not_written_down_leaves_no_modifier(made, files, invented):
    files.write("session-2026-04-01.json", invented.session(waste=None))
    packet = made()
    assert lines(packet)[1:] == [("J0585", None, 18)]
    assert any("neither JW nor JZ" in text for text in packet["billing"]["notes"])


def test_a_payer_outside_the_united_states_gets_no_codes(made):
    assert made(payer="example_short")["billing"] is None
