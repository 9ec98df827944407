"""A session as it was given: what must be there, what must agree, and that nothing is kept which does not add up."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from facialis import schemas
from facialis.document import DocumentError
from facialis.followup import sessions

LID = {"muscle": "orbicularis_oculi", "site": "lateral_lower_lid"}


def validate(told) -> None:
    jsonschema.Draft202012Validator(schemas.load(told["schema"])).validate(told)


def test_a_session_as_planned_is_given_and_wasted_exactly(written, tmp_path) -> None:
    told = written.recorded(tmp_path)
    validate(told)
    totals = told["totals"]
    assert (totals["units"], totals["waste_units"], totals["drawn_units"]) == ("7.5", "92.5", "100")
    assert (totals["volume_ml"], totals["waste_ml"], totals["drawn_ml"]) == ("0.3", "3.7", "4")
    assert [one["units"] for one in told["given"]] == [one["units"] for one in told["planned"]]
    assert told["lots"] == [{"lot": "EX1", "expires": "2027-05-31", "vials": 1}]


def test_the_follow_up_reads_what_was_given(written, tmp_path) -> None:
    import json

    event = {"code": "ptosis", "side": "left", "onset": date(2026, 4, 27), "severity": "mild"}
    told = written.recorded(tmp_path, adverse_events=[event])
    validate(told)
    (tmp_path / "session.json").write_text(json.dumps(told))
    read = sessions.read(tmp_path, "session.json")
    assert {side.value: str(units) for side, units in read.units.items()} == {"left": "7.5"}
    assert [(one.code, one.day) for one in read.adverse] == [("ptosis", date(2026, 4, 27))]


def test_what_differs_from_the_plan_says_why_and_is_told(written, tmp_path) -> None:
    with pytest.raises(DocumentError, match=r"given\[0\].differs is missing: left lateral lower lid"):
        written.recorded(tmp_path, given=[LID | {"units": 0}])
    told = written.recorded(tmp_path, given=[LID | {"units": 0, "differs": "a small bruise there"}])
    validate(told)
    assert told["totals"]["units"] == "5"
    (care,) = (one for one in told["cautions"] if one["code"] == "not_as_planned")
    assert "2.5 planned, 0 given: a small bruise there" in care["text"]


def test_a_planned_site_that_nobody_mentions_is_refused_and_not_taken_as_nothing(written, tmp_path) -> None:
    given = [LID | {"units": written.Raw("2.5")}]
    with pytest.raises(DocumentError, match="says nothing of left medial upper lid"):
        written.recorded(tmp_path, as_planned=None, given=given)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"lots": None}, "lots are missing: each vial has a lot and an expiry"),
        ({"lots": [{"expires": "2027-05"}]}, r"lots\[0\].lot is missing"),
        ({"lots": [{"lot": "EX1"}]}, r"lots\[0\].expires is missing"),
        ({"lots": [{"lot": "EX1", "expires": "2026-03"}]}, r"expires is 2026-03-31: the vial had expired"),
        ({"lots": [{"lot": "EX1", "expires": "2026-13"}]}, "must be a date"),
        ({"consent": None}, "consent is missing"),
        ({"consent": {"given": False, "date": date(2026, 4, 20), "by": "the patient"}}, "without consent"),
        ({"consent": {"given": True, "date": date(2026, 4, 21), "by": "the patient"}}, "after the session"),
        ({"operator": None}, "operator is missing"),
        ({"time_out": None}, "time_out is missing"),
        ({"waste": {"units": 10}}, r"waste.units is 10; 100 drawn less 7.5 given leaves 92.5"),
        ({"date": date(2026, 7, 1)}, "after today"),
        ({"product": {"name": "incobotulinumtoxinA"}}, "the plan is of onabotulinumtoxinA: units do not carry over"),
        ({"adverse_events": [{"code": "ptosys"}]}, 'did you mean "ptosis"'),
        ({"adverse_events": [{"code": "ptosis", "onset": date(2026, 4, 1)}]}, "before the session"),
        (
            {"adverse_events": [{"code": "ptosis", "onset": date(2026, 6, 2)}]},
            r"adverse_events\[0\].onset is 2026-06-02, after today",
        ),
        ({"adverse_events": [{"code": "ptosis", "resolved": date(2026, 6, 2)}]}, "resolved is 2026-06-02, after today"),
        ({"side": "right"}, "side is right, and the plan is of the left side"),
        (
            {"given": [{"muscle": "mentalis", "side": "right", "units": 1}]},
            "is right, and the plan is of the left side",
        ),
    ],
)
def test_what_is_missing_or_does_not_agree_is_refused_in_one_line(written, tmp_path, changes, says) -> None:
    with pytest.raises(DocumentError, match=says) as error:
        written.recorded(tmp_path, **changes)
    assert "\n" not in str(error.value)


def test_the_vial_may_be_used_on_the_last_day_of_its_month(written, tmp_path) -> None:
    assert written.recorded(tmp_path, lots=[{"lot": "EX1", "expires": "2026-04"}])["lots"][0]["expires"] == "2026-04-30"


@pytest.mark.parametrize("who", ["patient_states", "marked", "record"])
def test_a_time_out_that_does_not_agree_is_settled_by_name_or_not_recorded(written, tmp_path, who) -> None:
    time_out = written.session_of()["time_out"] | {who: "right"}
    with pytest.raises(DocumentError, match="does not agree"):
        written.recorded(tmp_path, time_out=time_out)
    settled = [{"code": "time_out", "how": "the chart had the sides exchanged; film seen again", "by": "Dr Example"}]
    told = written.recorded(tmp_path, time_out=time_out, resolved=settled)
    validate(told)
    assert told["resolved"][0]["by"] == "Dr Example"


def test_a_blocked_plan_is_not_recorded_unless_somebody_says_how_it_was_settled(written, tmp_path) -> None:
    blocked = {"side_told": {"filmed": "left", "clinician": "left"}}
    with pytest.raises(DocumentError, match=r"is of a plan that is blocked \(side_not_stated\)"):
        written.recorded(tmp_path, blocked)
    settled = [{"code": "plan_state", "how": "the patient said left before the injection", "by": "Dr Example"}]
    validate(written.recorded(tmp_path, blocked, resolved=settled))


def test_what_stood_too_long_after_mixing_is_refused(written, tmp_path) -> None:
    mixed = {"name": "onabotulinumtoxinA", "mixed_at": "2026-04-19T08:00"}
    with pytest.raises(DocumentError, match="lies 25 h before the time-out; onabotulinumtoxinA is used within 24 h"):
        written.recorded(tmp_path, product=mixed)
    validate(written.recorded(tmp_path, product=mixed | {"mixed_at": "2026-04-20T08:00"}))


@pytest.mark.parametrize(
    ("mixed_at", "at", "says"),
    [
        ("2026-04-20T09:00+02:00", "2026-04-20T09:12+02:00", ""),
        ("2026-04-20T09:00Z", "2026-04-20T09:12+02:00", "after the time-out"),
        ("2026-04-19T09:30+02:00", "2026-04-20T09:12+01:00", "lies 25 h before the time-out"),
        ("2026-04-20T09:00", "2026-04-20T09:12+02:00", "time_out.at has a zone, it has none"),
        ("2026-04-20T09:00Z", "2026-04-20T09:12", "it has a zone, time_out.at has none"),
    ],
)
def test_times_with_a_zone_are_compared_as_such_and_never_with_times_that_have_none(
    written, tmp_path, mixed_at, at, says
) -> None:
    changes = {"product": {"mixed_at": mixed_at}, "time_out": written.session_of()["time_out"] | {"at": at}}
    if not says:
        told = written.recorded(tmp_path, **changes)
        validate(told)
        assert told["time_out"]["at"] == at
        return
    with pytest.raises(DocumentError, match=says) as error:
        written.recorded(tmp_path, **changes)
    assert "\n" not in str(error.value)


def test_another_dilution_than_planned_changes_the_volumes_and_is_told(written, tmp_path) -> None:
    told = written.recorded(tmp_path, product={"diluent_ml": 2})
    validate(told)
    assert (told["totals"]["units"], told["totals"]["volume_ml"], told["totals"]["drawn_ml"]) == ("7.5", "0.15", "2")
    assert told["planned"][0]["volume_ml"] == "0.1"
    assert "mixed_otherwise" in written.codes(told["cautions"])


def test_a_second_vial_is_named_with_its_lot_and_wasted_in_full(written, tmp_path) -> None:
    lots = [{"lot": "EX1", "expires": "2027-05"}, {"lot": "EX2", "expires": "2027-06"}]
    told = written.recorded(tmp_path, lots=lots)
    assert (told["totals"]["vials"], told["totals"]["waste_units"]) == (2, "192.5")


def test_a_session_without_a_plan_says_that_nothing_was_checked(written, tmp_path) -> None:
    from facialis.treatment.injection.recording import record

    changes = {
        "side": "left",
        "as_planned": None,
        "product": {"name": "onabotulinumtoxinA", "vial_units": 100, "diluent_ml": 4},
        "given": [LID | {"units": written.Raw("2.5")}],
    }
    file = written.write(tmp_path / "session.toml", written.session_of(**changes))
    told = record(file, None, written.TODAY).to_json()
    validate(told)
    assert told["planned"] == []
    assert "no_plan" in written.codes(told["cautions"])


def test_an_adverse_event_of_the_side_that_was_not_treated_is_kept_and_said(written, tmp_path) -> None:
    event = {"code": "ptosis", "side": "right", "onset": date(2026, 4, 27)}
    told = written.recorded(tmp_path, adverse_events=[event])
    jsonschema.Draft202012Validator(schemas.load(told["schema"])).validate(told)
    assert told["adverse_events"][0]["side"] == "right"
    (care,) = (one["text"] for one in told["cautions"] if one["code"] == "adverse_event_elsewhere")
    assert "right: on the side that was not treated" in care
    told = written.recorded(tmp_path, adverse_events=[event | {"side": "left"}])
    assert "adverse_event_elsewhere" not in written.codes(told["cautions"])


def test_a_session_keeps_the_intervals_of_its_plan(written, tmp_path) -> None:
    assert written.recorded(tmp_path)["intervals"] == {"payer_days": None, "clinic_days": None}
    told = written.recorded(tmp_path, {"intervals": {"payer_weeks": 13}})
    jsonschema.Draft202012Validator(schemas.load(told["schema"])).validate(told)
    assert told["intervals"] == {"payer_days": 91, "clinic_days": None}
