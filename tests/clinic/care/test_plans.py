"""Injections: planned from the last session and the forecast, blocked where sides disagree, confirmed, written down."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from facialis_clinic.audit.models import Event
from facialis_clinic.care.actions import plans
from facialis_clinic.care.actions.following import follow
from facialis_clinic.care.actions.treatments import amend_session, enter, record_session
from facialis_clinic.care.models import Plan, Treatment
from facialis_clinic.chart.models import Remark
from facialis_clinic.library.here import today
from facialis_clinic.people.answers import Refused
from tests.clinic.care.treated import ASKED, form_of, session, wrote
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
DAY = today(NOW)
GIVEN = DAY - timedelta(days=100)
SAID = {"first": "Eve Example", "second": "Nora Example", "patient_states": "left", "marked": "left"} | dict.fromkeys(
    plans.TICKS, True
)


def asked(**changed: Any) -> dict[str, Any]:
    return {**ASKED, "date": DAY.isoformat(), **changed}


def draft(world: World, **changed: Any) -> Plan:
    made = plans.write(person=world.record, by=world.eve, asked=asked(**changed), now=NOW)
    assert isinstance(made, Plan)
    return made


def ready(world: World, **changed: Any) -> Plan:
    made = plans.make_ready(plan=draft(world, **changed), by=world.eve, now=NOW)
    assert isinstance(made, Plan), made
    return made


def confirmed(world: World) -> Plan:
    made = plans.confirm(plan=ready(world), by=world.eve, told=SAID, now=NOW)
    assert isinstance(made, Plan), made
    return made


def given(**changed: Any) -> dict[str, Any]:
    told = {
        "date": DAY.isoformat(),
        "as_planned": True,
        "lots": [{"lot": "C1234", "expires": "2027-05"}],
        "operator": "Eve Example",
        "consent": {"given": True, "date": DAY.isoformat(), "by": "Alice Example"},
    }
    return {**told, **changed}


def recorded(world: World, **changed: Any) -> Treatment:
    made = record_session(plan=confirmed(world), by=world.eve, told=given(**changed), now=NOW)
    assert isinstance(made, Treatment), made
    return made


@pytest.mark.parametrize("name", ["nora", "alice", "dana"])
def test_a_neurologist_plans_and_nobody_else(world: World, name: str) -> None:
    by = getattr(world, name)
    assert isinstance(plans.write(person=world.record, by=by, asked=asked(), now=NOW), Refused)
    assert isinstance(plans.make_ready(plan=draft(world), by=by, now=NOW), Refused)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sites": [{"muscle": "orbicularis_oculi", "site": "lateral_canthus", "units": "-1"}]}, "less than 0"),
        ({"sites": [{"muscle": "orbicularis_oculi", "site": "lateral_canthus", "units": "0.33"}]}, "what can be drawn"),
        ({"sites": [{"muscle": "orbicularis_oculi", "site": "lateral_canthus", "units": "1e9"}]}, "at most"),
        ({"sites": [{"muscle": "orbicularis_oculi", "site": "elbow", "units": "1"}]}, "elbow"),
        ({"sites": []}, "at least one site"),
        ({"product": {"name": "water", "vial_units": "50", "diluent_ml": "1"}}, "water"),
        ({"date": "1066-10-14"}, "cannot be"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_one_line(world: World, changed: dict[str, Any], why: str) -> None:
    answer = plans.write(person=world.record, by=world.eve, asked=asked(**changed), now=NOW)

    assert isinstance(answer, Refused)
    assert why in answer.why
    assert "\n" not in answer.why
    assert not Plan.objects.exists()


def test_a_plan_is_blocked_when_those_who_told_a_side_do_not_agree(world: World) -> None:
    plan = draft(world, side_told={"stated": "right", "clinician": "left"})
    assert plan.plan["state"] == "blocked"
    answer = plans.make_ready(plan=plan, by=world.eve, now=NOW)

    assert isinstance(answer, Refused)
    assert "do not agree" in answer.why
    plan.refresh_from_db()
    assert plan.state == Plan.State.DRAFT


def test_a_side_put_down_by_hand_later_stops_a_plan_that_was_fine(world: World) -> None:
    plan = draft(world)
    Remark.objects.create(
        person=world.record, code="involuntary_movement", state="present", side="right", by=world.eve, at=NOW
    )

    assert isinstance(plans.make_ready(plan=plan, by=world.eve, now=NOW), Refused)


def test_a_plan_that_is_changed_is_a_draft_again_and_its_time_out_is_void(world: World) -> None:
    plan = confirmed(world)
    changed = plans.write(person=world.record, by=world.eve, asked=asked(note="Less."), plan=plan, now=NOW)

    assert isinstance(changed, Plan)
    assert (changed.state, changed.time_out) == (Plan.State.DRAFT, {})


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"second": "eve example "}, "Two different people"),
        ({"first": ""}, "Two different people"),
        ({"product": False}, "Tick each point"),
        ({"marked": "right"}, "sides do not agree"),
        ({"patient_states": "both"}, "sides do not agree"),
    ],
)
def test_the_time_out_takes_two_people_all_ticks_and_one_side(world: World, changed: dict[str, Any], why: str) -> None:
    plan = ready(world)
    answer = plans.confirm(plan=plan, by=world.eve, told=SAID | changed, now=NOW)

    assert isinstance(answer, Refused)
    assert why in answer.why
    plan.refresh_from_db()
    assert plan.time_out == {}


def test_no_session_is_written_down_without_the_time_out_of_that_day(world: World) -> None:
    answer = record_session(plan=ready(world), by=world.eve, told=given(), now=NOW)
    assert isinstance(answer, Refused)
    assert "time-out" in answer.why
    late = record_session(plan=confirmed(world), by=world.eve, told=given(), now=NOW + timedelta(days=1))
    assert isinstance(late, Refused)
    assert not Treatment.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"lots": [{"lot": "C1", "expires": "2026-05"}]}, "expired"),
        ({"lots": []}, "missing"),
        ({"date": (DAY + timedelta(days=3)).isoformat()}, "after today"),
        ({"given": [{"muscle": "zygomaticus_major", "site": "belly", "units": "2"}]}, "say why"),
        ({"consent": {"given": True, "date": "2027-01-01", "by": "Alice"}}, "after the session"),
    ],
)
def test_a_session_that_is_wrong_is_refused_and_the_plan_stays_ready(
    world: World, changed: dict[str, Any], why: str
) -> None:
    plan = confirmed(world)
    answer = record_session(plan=plan, by=world.eve, told=given(**changed), now=NOW)

    assert isinstance(answer, Refused)
    assert why in answer.why
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY


def test_a_nurse_writes_down_the_session_of_a_plan_that_is_ready(world: World) -> None:
    made = record_session(plan=confirmed(world), by=world.nora, told=given(), now=NOW)

    assert isinstance(made, Treatment)
    assert made.plan is not None
    assert made.plan.state == Plan.State.DONE
    assert made.record["waste"]["units"] == "44"
    assert isinstance(record_session(plan=made.plan, by=world.nora, told=given(), now=NOW), Refused)


def test_a_session_of_the_evening_is_of_the_day_on_the_practices_calendar(world: World) -> None:
    """At nine in the evening in New York it is the next day already by the clock of what is stored."""
    evening = NOW.replace(hour=1) + timedelta(days=1)
    assert today(evening) == DAY != evening.date()
    plan = plans.confirm(plan=ready(world), by=world.eve, told=SAID, now=evening)
    assert isinstance(plan, Plan), plan

    made = record_session(plan=plan, by=world.eve, told=given(), now=evening)

    assert isinstance(made, Treatment), made
    assert made.record["time_out"]["at"].startswith(f"{DAY}T21:30")


def test_a_session_stays_as_written_and_is_corrected_by_a_new_version_with_a_reason(world: World) -> None:
    old = recorded(world)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Treatment.objects.filter(pk=old.pk).update(record={})
    event = {"code": "ptosis", "side": "left", "severity": "mild", "onset": DAY.isoformat()}
    told = given(adverse_events=[event])

    assert isinstance(amend_session(treatment=old, by=world.nora, told=told, why="Lid.", now=NOW), Refused)
    assert isinstance(amend_session(treatment=old, by=world.eve, told=told, why=" ", now=NOW), Refused)
    new = amend_session(treatment=old, by=world.eve, told=told, why="The lid hangs.", now=NOW)
    assert isinstance(new, Treatment), new
    old.refresh_from_db()
    assert (new.supersedes, old.plan, new.plan is not None) == (old, None, True)
    assert new.record["adverse_events"][0]["code"] == "ptosis"
    assert old.record["adverse_events"] == []
    assert isinstance(amend_session(treatment=old, by=world.eve, told=told, why="Again.", now=NOW), Refused)


def test_two_injections_of_one_day_and_side_are_not_taken(world: World) -> None:
    row = {"kind": "injection", "date": GIVEN.isoformat(), "side": "left", "product": "onabotulinumtoxinA"}
    assert isinstance(enter(person=world.record, by=world.nora, row=row, now=NOW), Treatment)
    answer = enter(person=world.record, by=world.nora, row=row, now=NOW)

    assert isinstance(answer, Refused)
    assert "does not go with" in answer.why
    assert Treatment.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"units": "-1"},
        {"units": "many"},
        {"product": "water"},
        {"date": "2026-06-02"},
        {"side": "up"},
        {"kind": "cupping"},
    ],
)
def test_a_wrong_row_from_elsewhere_is_refused_in_one_line(world: World, changed: dict[str, Any]) -> None:
    row = {"kind": "injection", "date": GIVEN.isoformat(), "side": "left", "product": "onabotulinumtoxinA"}
    answer = enter(person=world.record, by=world.eve, row=row | changed, now=NOW)

    assert isinstance(answer, Refused)
    assert "\n" not in answer.why


def test_from_forecast_to_a_planned_session_takes_at_most_four_clicks(world: World, sign_in: Any) -> None:
    """Course to plan, what was asked of other toxin, who says the side, ready: each is a click."""
    on = today(timezone.now())
    session(world.record, on - timedelta(days=100), by=world.eve)
    wrote(world.record, on - timedelta(days=130), [7, 7, 7, 7, 5, 2, 1, 1, 2, 2, 3, 4, 5, 6, 6, 7])
    Remark.objects.create(
        person=world.record, code="involuntary_movement", state="present", side="left", by=world.eve, at=NOW
    )
    follow(person=world.record, now=timezone.now())
    client = sign_in(world.eve)
    course = client.get(f"/care/of/{world.record.pk}/course/")
    (link,) = re.findall(r'href="([^"]+)">Plan the next session', course.content.decode())
    clicks = 1
    page = client.get(link)
    sent = form_of(page)
    assert sent["left-orbicularis_oculi-lateral_canthus"] == "2.5"
    sent["stated"], clicks = "left", clicks + 1
    sent["other"], clicks = "none", clicks + 1
    answer = client.post(link, sent | {"do": "ready"})
    clicks += 1
    plan = Plan.objects.get()

    assert answer["Location"].endswith(f"/care/plans/{plan.pk}/")
    assert plan.state == Plan.State.READY
    assert plan.plan["from_last"]["sites_changed"] == []
    assert clicks <= 4


def test_a_dose_that_is_wrong_is_told_beside_its_site_and_nothing_typed_is_lost(world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    sent = {
        "date": today().isoformat(), "side": "left", "vial": "onabotulinumtoxinA|50", "diluent_ml": "1",
        "stated": "left", "clinician": "left", "other": "none", "left-orbicularis_oculi-lateral_canthus": "2.5",
        "left-zygomaticus_major-belly": "-1", "note": "Careful.", "do": "ready",
    }  # fmt: skip
    page = client.post(f"/care/of/{world.record.pk}/plan/", sent)
    text = page.content.decode()

    assert page.status_code == 200
    assert "cannot be less than 0" in text
    assert 'value="2.5"' in text
    assert "Careful." in text
    assert not Plan.objects.exists()


def test_the_face_map_follows_what_is_typed_without_keeping_it(world: World, sign_in: Any) -> None:
    client = sign_in(world.eve)
    sent = {
        "date": today().isoformat(), "side": "left", "vial": "onabotulinumtoxinA|50", "diluent_ml": "1",
        "stated": "left", "clinician": "right", "left-orbicularis_oculi-lateral_canthus": "2,5",
    }  # fmt: skip
    part = client.post(f"/care/of/{world.record.pk}/plan/", sent, headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div id="checked"')
    assert "<svg" in part
    assert "DO NOT INJECT" in part
    assert "do not agree" in part
    assert not Plan.objects.exists()


def test_the_session_is_not_opened_before_the_time_out_and_no_tick_is_set_beforehand(
    world: World, sign_in: Any
) -> None:
    now = timezone.now()
    day = today(now)
    plan = plans.write(person=world.record, by=world.eve, asked=asked(date=day.isoformat()), now=now)
    plan = plans.make_ready(plan=plan, by=world.eve, now=now)
    client = sign_in(world.eve)
    assert client.get(f"/care/plans/{plan.pk}/session/")["Location"].endswith("time-out/")
    page = client.get(f"/care/plans/{plan.pk}/time-out/")
    assert b"checked" not in page.content.split(b"<form")[-1]

    sent = SAID | dict.fromkeys(plans.TICKS, "on")
    answer = client.post(f"/care/plans/{plan.pk}/time-out/", sent)
    assert answer["Location"].endswith("session/")
    form = form_of(client.get(answer["Location"]))
    form |= {"lot-0-lot": "C1234", "lot-0-expires": (day + timedelta(days=90)).isoformat()}
    wrong = client.post(answer["Location"], form | {"lot-0-expires": "2020-01"})
    assert "had expired" in wrong.content.decode()
    assert "C1234" in wrong.content.decode()
    done = client.post(answer["Location"], form)
    made = Treatment.objects.get()
    assert done["Location"].endswith(f"/care/treatments/{made.pk}/")
    assert made.record["totals"]["units"] == "6"


def test_what_is_done_with_a_plan_is_in_the_log(world: World) -> None:
    made = recorded(world)
    verbs = list(Event.objects.filter(thing=made.plan_id).order_by("seq").values_list("verb", flat=True))

    assert verbs == ["planned", "made_ready", "confirmed"]
    assert Event.objects.get(thing=made.pk).verb == "recorded"


def test_a_plan_from_the_last_session_raises_nothing_and_warns_when_a_dose_grows(world: World) -> None:
    session(world.record, GIVEN)
    sites = [{**ASKED["sites"][0], "units": "4"}, *ASKED["sites"][1:]]
    plan = draft(world, sites=sites)

    assert {one["code"] for one in plan.plan["cautions"]} >= {"raised"}
    assert plan.plan["from_last"]["sites_changed"][0]["was"] == "2.5"
    assert date.fromisoformat(plan.plan["from_last"]["date"]) == GIVEN
