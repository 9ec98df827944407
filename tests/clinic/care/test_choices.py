"""What can be done, and the aid: handed over by a neurologist, answered by the patient, seen by the clinician."""

from __future__ import annotations

import re
from typing import Any

import pytest

from facialis.findings import State
from facialis.paper.icons import Form, Group, areas, field, icon_array
from facialis_clinic.audit.models import Event
from facialis_clinic.care.actions import choices as actions
from facialis_clinic.care.actions.treatments import enter
from facialis_clinic.care.choices import STEPS, checked, mattered, newest, options_of
from facialis_clinic.care.models import Choice, Document
from facialis_clinic.care.packets import packet_of
from facialis_clinic.intake.models import Circumstance
from facialis_clinic.people.answers import Refused
from tests.clinic.care.treated import aid
from tests.clinic.conftest import NOW, World

pytestmark = pytest.mark.django_db
TWO = ["onabotulinumtoxinA", "watchful_waiting"]


def handed(world: World) -> Choice:
    return Choice.objects.create(person=world.record, aid=aid(), by=world.eve, handed_at=NOW)


def asked(world: World, code: str) -> None:
    Circumstance.objects.create(person=world.record, code=code, state=State.PRESENT, told_by=world.alice, told_at=NOW)


def test_what_was_asked_before_a_treatment_decides_what_can_be_done(world: World) -> None:
    def state(key: str) -> str:
        options = options_of(world.record, now=NOW)["options"]
        return str(next(one["state"] for one in options if one["key"] == key))

    assert state("onabotulinumtoxinA") != "excluded"
    asked(world, "toxin_allergy")
    assert state("onabotulinumtoxinA") == "excluded"


def test_an_aid_with_what_must_not_be_given_is_refused(world: World) -> None:
    asked(world, "toxin_allergy")
    answer = actions.hand(person=world.record, by=world.eve, options=TWO, now=NOW)

    assert isinstance(answer, Refused)
    assert "must not be given" in answer.why
    assert newest(world.record) is None


@pytest.mark.parametrize("options", [[], ["onabotulinumtoxinA"], ["water", "watchful_waiting"], TWO * 2])
def test_an_aid_compares_two_or_three_known_options(world: World, options: list[str]) -> None:
    assert isinstance(actions.hand(person=world.record, by=world.eve, options=options, now=NOW), Refused)


def test_a_neurologist_hands_the_aid_over_and_nobody_else(world: World) -> None:
    assert isinstance(actions.hand(person=world.record, by=world.nora, options=TWO, now=NOW), Refused)
    made = actions.hand(person=world.record, by=world.eve, options=TWO, now=NOW)

    assert isinstance(made, Choice)
    assert [one["key"] for one in made.aid["options"]] == TWO
    assert made.aid["years"] == 10


def test_each_page_keeps_what_is_said_on_it(world: World) -> None:
    choice = handed(world)
    matters = {"value-1": "5", "value-2": "1", "leaning": "watchful_waiting", "sure": "no"}
    for step, said in (
        ("matters", matters),
        ("check", {"check-1": aid()["check"][0]["right"]}),
        ("questions", {"note": " Why? "}),
    ):
        choice = actions.answer(choice=choice, by=world.alice, step=step, said=said, now=NOW)  # type: ignore[assignment]
        assert isinstance(choice, Choice)

    assert mattered(choice)[0][1] == "5"
    assert checked(choice)[0]["is_right"]
    assert (choice.leaning, choice.note, choice.weighed["sure"]) == ("watchful_waiting", "Why?", "no")
    assert Event.objects.filter(thing=choice.pk, verb="answered").count() == 3


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("matters", {}),
        ("matters", {"value-1": "9"}),
        ("matters", {"leaning": "leeches"}),
        ("check", {"check-1": "About a dozen."}),
        ("questions", {"note": "x" * 2001}),
        ("compare", {"value-1": "1"}),
    ],
)
def test_what_a_page_does_not_offer_is_refused(world: World, step: str, said: dict[str, str]) -> None:
    choice = handed(world)

    assert isinstance(actions.answer(choice=choice, by=world.alice, step=step, said=said, now=NOW), Refused)
    choice.refresh_from_db()
    assert choice.answered_at is None


def test_the_clinician_sees_what_matters_to_the_patient_and_cannot_answer(world: World, sign_in: Any) -> None:
    choice = handed(world)
    path = f"/care/aids/{choice.pk}/?step=matters"
    sent = {"value-1": "5", "leaning": "onabotulinumtoxinA", "sure": "yes"}
    assert sign_in(world.eve).post(path, sent).status_code == 404
    assert sign_in(world.alice).post(path, sent)["Location"].endswith("step=check")

    seen = sign_in(world.eve).get(path).content.decode()
    assert "Leans to" in seen
    assert "5 of 5" in seen
    assert "Save and go on" not in seen


@pytest.mark.parametrize("step", list(STEPS))
def test_every_page_of_the_aid_is_light_and_has_no_style_of_its_own(world: World, sign_in: Any, step: str) -> None:
    page = sign_in(world.alice).get(f"/care/aids/{handed(world).pk}/?step={step}").content.decode()

    assert len(page) < 60_000
    assert not re.search(r"<style|\sstyle=|<script(?! )", page)


def test_an_area_covers_as_many_places_as_there_are_people() -> None:
    groups = [Group(733, Form.FULL, "helped"), Group(267, Form.OPEN, "not")]
    drawn = areas(icon_array("Of 1,000", groups), groups)
    rows = [re.findall(r"M", mark.d) for mark in drawn.marks]  # type: ignore[union-attr]

    assert [mark.look for mark in drawn.marks] == ["icon-full-area", "icon-open-area"]
    assert [len(one) for one in rows] == [15, 6]
    assert "733 helped" in drawn.summary
    few = [Group(3, Form.CROSS, "have it")]
    assert len(areas(field("Harm", few), few).marks) == 2


def test_a_packet_says_what_is_missing_and_is_made_as_a_draft(world: World, sign_in: Any) -> None:
    told = {
        "kind": "medicine",
        "date": "2025-03-01",
        "name": "Carbamazepine",
        "option": "carbamazepine",
        "outcome": "no_benefit",
    }
    enter(person=world.record, by=world.eve, row=told, now=NOW)
    result = packet_of(world.record, "medicare_noridian", now=NOW)
    assert not isinstance(result, Refused)
    assert result["missing"]
    assert not result["ready"]
    assert isinstance(packet_of(world.record, "nobody", now=NOW), Refused)

    answer = sign_in(world.eve).post(f"/care/of/{world.record.pk}/packet/", {"payer": "medicare_noridian"})
    made = Document.objects.get()
    assert answer["Location"].endswith(f"/care/documents/{made.pk}/")
    assert (made.kind, made.facts["packet"]["schema"]) == ("packet", "facialis.packet/1")
