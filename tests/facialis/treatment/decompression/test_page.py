"""The pages: drawn from the public result alone, nothing lost, nothing unescaped, plain words for the patient."""

from __future__ import annotations

import re

import pytest

from facialis.treatment.decompression import page
from facialis.treatment.decompression.page.timeline import LOOKS, timeline
from tests.facialis.treatment.decompression.conftest import Told, audiogram

FULL = (
    "visits = [2026-01-16, 2026-02-14]\n"
    '[before]\nmri = 2025-11-02\nscan_read = "no_lesion"\n'
    + audiogram("2025-12-20", 18, 96)
    + audiogram("2026-01-19", 44, 76)
    + "[palsy]\nonset = 2026-01-23\ngrades = [{date = 2026-01-23, house_brackmann = 4}]\n"
)
PLANNED = 'side = "right"\nplanned = 2026-03-02\n'


@pytest.mark.parametrize("narrow", [False, True])
def test_every_mark_has_a_look_and_lies_within_the_drawing(told: Told, narrow: bool) -> None:
    for result in (told(FULL).to_json(), told(head=PLANNED).to_json(), told(on="2029-01-01").to_json()):
        drawn = timeline(result, narrow=narrow)
        assert {mark.look for mark in drawn.marks} <= set(LOOKS)
        for mark in drawn.marks:
            first = re.match(r"M(-?[\d.]+) (-?[\d.]+)", getattr(mark, "d", "")) or None
            x, y = (float(first[1]), float(first[2])) if first else (mark.x, mark.y)  # type: ignore[union-attr]
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height


def test_what_was_done_before_lies_before_the_operation_and_the_rest_after_it(told: Told) -> None:
    drawn = timeline(told(FULL).to_json())
    zero = next(mark for mark in drawn.marks if mark.look == "operation")
    edge = float(zero.d[1:].split(" ")[0])  # type: ignore[union-attr]
    names = {"MRI of brain stem and nerve": True, "Visit at discharge": False, "Visit at 24 months": False}
    for mark in drawn.marks:
        label = getattr(mark, "label", "").split(":")[0]
        if label in names:
            assert (float(mark.d[1:].split(" ")[0]) < edge) is names[label]  # type: ignore[union-attr]


def test_the_clinicians_page_shows_every_step_watch_and_source(told: Told) -> None:
    result = told(FULL).to_json()
    html = page.compose(result)
    for one in (*result["steps"], *result["watch"]):
        assert one["name"] in html
    assert html.count('<li id="source-') == len(result["sources"])


def test_a_name_of_a_file_cannot_write_into_the_page(told: Told) -> None:
    result = told(FULL).to_json()
    result["source"]["name"] = "<script>alert(1)</script>"
    assert "<script" not in page.compose(result)


def test_the_patients_page_says_what_to_do_in_plain_words(told: Told) -> None:
    html = page.compose_patient(told(FULL.replace(", 2026-02-14", ""), "2026-01-24").to_json())
    assert "Call your team today" in html
    assert "Eye drops every one to two hours" in html
    for word in ("House-Brackmann", "ophthalmologist", "audiogram", "cerebrospinal", "elicited"):
        assert word.lower() not in html.lower()


def test_an_emergency_stands_before_all_else_on_the_patients_page(told: Told) -> None:
    html = page.compose_patient(told('[[symptoms]]\ndate = 2026-01-20\nwhat = "speech_trouble"\n').to_json())
    assert html.index("Call for help now") < html.index("How it is going")
    assert "can wait until you have had help" in html


def test_before_the_operation_the_page_tells_of_the_plan(told: Told) -> None:
    result = told(head=PLANNED).to_json()
    assert "planned for 2\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in page.compose(result)
    assert "Before your operation" in page.compose_patient(result)


def still_spasms(told: Told, on: str) -> str:
    """Return the patient's page of somebody with spasms on 10 February, made on another day."""
    from datetime import date

    result = told("spasms = [{date = 2026-02-10, score = 5}]\n", on).to_json()
    result["relief"] = {
        "state": "not_yet",
        "plain": [],
        "because": [],
        "sources": [],
        "free_since": None,
        "chance_still": {"value": 0.8, "low": 0.6, "high": 0.9},
        "not_failure_until": "2028-01-12",
        "on": on,
    }
    assert date.fromisoformat(result["spasms_on"]) == date(2026, 2, 10)
    return page.compose_patient(result).replace("\N{NO-BREAK SPACE}", " ")


def test_the_chance_of_becoming_free_names_its_day_and_is_left_out_when_the_entry_is_old(told: Told) -> None:
    near, far = still_spasms(told, "2026-02-20"), still_spasms(told, "2026-06-20")
    assert "who still have spasms 29 days after the operation, as you had on 10 Feb 2026, about 80 become" in near
    assert "Of 100 people" not in far
    assert "Nothing is written down since then." in far


def test_what_the_eye_needs_is_said_once(told: Told) -> None:
    html = page.compose_patient(told(FULL.replace(", 2026-02-14", ""), "2026-01-24").to_json())
    assert html.count("Eye drops every one to two hours") == 1


def test_a_visit_that_lies_behind_is_due_now(told: Told) -> None:
    html = page.compose_patient(told("", "2026-04-25").to_json()).replace("\N{NO-BREAK SPACE}", " ")
    when = re.findall(r"<dd>((?:now due|about)[^<]*)</dd>", html)
    assert any(one.startswith("now due (it was due") for one in when)
    assert any(one.startswith("about") for one in when)
