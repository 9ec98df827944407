"""The next plan: what was given, copied; never raised, never another product; what was measured is advice."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis.document import DocumentError
from facialis.treatment.injection import plan, wanted
from facialis.treatment.injection.earlier import session
from facialis.treatment.injection.next_plan import next_plan

DAY = date(2026, 4, 20)


@pytest.fixture
def kept(written, tmp_path):
    """Write a session and return its path; the lower lid was left out."""

    def make(**changes):
        path = tmp_path / "session.json"
        path.write_text(json.dumps(written.recorded(tmp_path, **changes)))
        return path

    return make


def read(path, text):
    """Return the plan that a text holds."""
    file = path / "next.toml"
    file.write_text(text, encoding="utf-8")
    return wanted.read(file, DAY)


def course(path, cycle, **more):
    """Write a course with one cycle of the left side."""
    row = {"number": 1, "kind": "injection", "date": "2026-04-20", "product": "onabotulinumtoxinA"} | cycle
    file = path / "course.json"
    file.write_text(json.dumps({"schema": "facialis.course/1", "sides": {"left": {"cycles": [row], **more}}}))
    return file


def est(value):
    return {"value": value, "low": value - 5, "high": value + 5, "unit": "days"}


def test_the_next_plan_copies_what_was_given_and_waits_for_the_sides_to_be_asked(kept, written, tmp_path) -> None:
    bruise = {"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "units": written.Raw("1.25")}
    path = kept(given=[bruise | {"differs": "a bruise there"}])
    made = next_plan(path, None, None)
    assert made.day == date(2026, 7, 13)
    told = read(tmp_path, made.toml)
    assert {dose.site: dose.units for dose in told.doses} == {
        "medial_upper_lid": Decimal("2.5"),
        "lateral_upper_lid": Decimal("2.5"),
        "lateral_lower_lid": Decimal("1.25"),
    }
    checked = plan(told, None, [session(path)], made.day).to_json()
    assert checked["from_last"]["sites_changed"] == []
    assert checked["state"] == "blocked"
    assert written.codes(checked["blocks"]) == {"side_not_stated", "side_not_clinician"}


def test_a_site_where_nothing_was_given_is_left_out_and_said(kept, tmp_path) -> None:
    path = kept(given=[{"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "units": 0, "differs": "dry eye"}])
    made = next_plan(path, None, None)
    assert any("lateral lower lid" in note and "dry eye" in note for note in made.notes)
    assert "lateral_lower_lid" not in {dose.site for dose in read(tmp_path, made.toml).doses}


@settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 60), min_size=3, max_size=3).filter(any), st.sampled_from([30.0, 85.0, 150.0]))
def test_no_dose_is_ever_raised_whatever_was_measured(kept, written, tmp_path, steps, held) -> None:
    sites = [site for site, _ in written.LIDS]
    given_ = [
        {"muscle": "orbicularis_oculi", "site": site, "units": written.Raw(Decimal(n) / 4), "differs": "as it was"}
        for site, n in zip(sites, steps, strict=True)
    ]
    path = kept(given=given_)
    cycle = {"state": "worn_off", "wear_off_day": est(held), "relief": None}
    told = read(tmp_path, next_plan(path, course(tmp_path, cycle), None).toml)
    last = {dose.where: dose.units for dose in session(path).given}
    assert {dose.where: dose.units for dose in told.doses} == {where: u for where, u in last.items() if u}
    assert told.mixed.product == "onabotulinumtoxinA"


def test_what_was_measured_stands_in_the_plan_and_a_short_effect_is_advice(kept, tmp_path) -> None:
    cycle = {"state": "worn_off", "wear_off_day": est(45.0), "relief": {"value": 0.7, "low": 0.6, "high": 0.8}}
    earliest = [
        {"rule": "payer", "days": 91, "date": "2026-07-20"},
        {"rule": "label", "days": 84, "date": "2026-07-13"},
    ]
    forecast = {"next_session": {"earliest": earliest}}
    path = course(tmp_path, cycle, forecast=forecast)
    told = read(tmp_path, next_plan(kept(), path, None).toml)
    assert told.before.effect["wear_off_day"] == {"value": 45.0, "low": 40.0, "high": 50.0, "unit": "days"}
    assert told.before.effect["state"] == "worn_off"
    assert any("held 45 days" in line and "clinician's choice" in line for line in told.before.advice)
    assert (told.payer_days, told.clinic_days) == (91, None)


def test_no_effect_asks_for_the_diagnosis_first(kept, tmp_path) -> None:
    path = course(tmp_path, {"state": "no_response"})
    told = read(tmp_path, next_plan(kept(), path, None).toml)
    assert any("diagnosis" in line for line in told.before.advice)


def test_adverse_events_come_along_as_advice(kept, tmp_path) -> None:
    event = {"code": "ptosis", "side": "left", "onset": date(2026, 4, 27)}
    told = read(tmp_path, next_plan(kept(adverse_events=[event]), None, None).toml)
    assert any(
        line.startswith("After the last session: drooping lid, left, 7 days after") for line in told.before.advice
    )


def test_a_day_not_after_the_last_session_is_refused_and_one_before_the_label_is_said(kept, tmp_path) -> None:
    path = kept()
    with pytest.raises(DocumentError, match="--date 2026-04-20 is not after the last session"):
        next_plan(path, None, DAY)
    made = next_plan(path, None, date(2026, 6, 1))
    assert any("before 2026-07-13, the earliest by the label" in note for note in made.notes)
    checked = plan(read(tmp_path, made.toml), None, [], made.day).to_json()
    assert "interval_label" in {one["code"] for one in checked["blocks"]}


def test_a_last_session_that_is_not_the_one_of_the_plan_is_refused(kept, written, tmp_path) -> None:
    path = kept()
    text = next_plan(path, None, None).toml.replace("[from_last]\ndate = 2026-04-20", "[from_last]\ndate = 2026-04-13")
    with pytest.raises(DocumentError, match=r"from_last is of 2026-04-13 .*, the last session handed in of 2026-04-20"):
        plan(read(tmp_path, text), None, [session(path)], DAY)


def test_words_that_people_write_come_through_a_plan_unharmed(kept, tmp_path) -> None:
    why = 'he said "stop"\\ and \u00e4\u00f6 \U0001f600 = [x] # no'
    path = kept(given=[{"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "units": 1, "differs": why}])
    assert session(path).given[2].differs == why
    zero = kept(given=[{"muscle": "orbicularis_oculi", "site": "lateral_lower_lid", "units": 0, "differs": why}])
    assert any(why in line for line in read(tmp_path, next_plan(zero, None, None).toml).before.advice)


def test_the_intervals_and_the_country_of_the_plan_come_along_and_the_latest_rule_sets_the_day(
    written, tmp_path
) -> None:
    path = tmp_path / "session.json"
    rules = {"payer_days": 90, "clinic_days": 105}
    path.write_text(json.dumps(written.recorded(tmp_path, {"intervals": rules, "country": "DE"})))
    made = next_plan(path, None, None)
    assert made.day == date(2026, 8, 3)
    told = read(tmp_path, made.toml)
    assert (told.payer_days, told.clinic_days, told.country) == (90, 105, "EU")
    checked = plan(told, None, [session(path)], made.day).to_json()
    assert {one["rule"]: one["met"] for one in checked["intervals"]} == dict.fromkeys(
        ("label", "payer", "clinic"), True
    )
    early = next_plan(path, None, date(2026, 7, 13))
    assert [note.split(" by ")[1] for note in early.notes] == ["the payer: it needs a reason.", "the clinic: it needs a reason."]  # fmt: skip  # noqa: E501
    known = {"next_session": {"earliest": [{"rule": "payer", "days": 112, "date": "2026-08-10"}]}}
    newer = next_plan(path, course(tmp_path, {"state": "worn_off"}, forecast=known), None)
    assert newer.day == date(2026, 8, 10)


def test_a_session_without_intervals_is_read_too(written, tmp_path) -> None:
    told = written.recorded(tmp_path)
    del told["intervals"]
    path = tmp_path / "session.json"
    path.write_text(json.dumps(told))
    assert next_plan(path, None, None).day == date(2026, 7, 13)
