"""The steps, what to watch for when, what needs somebody, and the public result."""

from __future__ import annotations

import json
from datetime import date, timedelta

import jsonschema
import pytest

from facialis import knowledge, schemas
from facialis.knowledge import treatment
from tests.facialis.treatment.decompression.conftest import OPERATED, Told, audiogram

BEFORE = '[before]\nmri = 2025-11-02\nscan_read = "no_lesion"\nfitness = 2025-12-20\neye_before = 2025-12-20\n'
PLANNED = 'side = "left"\nplanned = 2026-03-02\n'


def states(path: object) -> dict[str, str]:
    return {one.step.key: one.state for one in path.steps}  # type: ignore[attr-defined]


def test_what_is_not_done_before_the_operation_is_due_and_named(told: Told) -> None:
    path = told(head=PLANNED)
    assert states(path)["mri"] == "due"
    assert states(path)["baseline"] == "open", "of use, and nobody waits for it"
    assert "MRI of brain stem" in path.attention[0].action


def test_an_unread_scan_is_none(told: Told) -> None:
    path = told('[before]\nmri = 2025-11-02\nscan_read = "unread"\n', head=PLANNED)
    assert (states(path)["mri"], states(path)["scan_read"]) == ("done", "due")


def test_a_lesion_is_settled_before_anybody_decompresses(told: Told) -> None:
    path = told(BEFORE.replace("no_lesion", "lesion"), head=PLANNED)
    assert path.attention[0].code == "lesion"


def test_all_that_is_needed_being_done_nothing_is_lacking(told: Told) -> None:
    hearing = audiogram("2025-12-20", 18, 96) + audiogram("2025-12-20", 17, 98, "right")
    assert told(BEFORE + hearing, head=PLANNED).attention == ()


def test_what_lacks_is_pressing_two_weeks_before(told: Told) -> None:
    assert told(on="2026-02-01", head=PLANNED).attention[0].urgency == "routine"
    assert told(on="2026-02-20", head=PLANNED).attention[0].urgency == "soon"


@pytest.mark.parametrize(
    ("on", "state"),
    [("2026-01-20", "to_come"), ("2026-01-27", "due"), ("2026-03-13", "due"), ("2026-03-14", "overdue")],
)
def test_a_visit_is_to_come_then_due_then_overdue(told: Told, on: str, state: str) -> None:
    assert states(told(on=on))["month_1"] == state


def test_the_visit_nearest_its_day_stands_for_a_step(told: Told) -> None:
    path = told("visits = [2026-01-30, 2026-02-12, 2026-03-01]\n", "2026-03-05")
    assert {one.step.key: one.done for one in path.steps}["month_1"] == date(2026, 2, 12)


def test_what_was_not_done_and_is_past_a_later_visit_is_missed_not_overdue(told: Told) -> None:
    path = told("visits = [2026-04-13]\n", "2026-04-20")
    assert states(path)["month_1"] == "missed"
    assert states(path)["month_3"] == "done"


def test_hearing_is_tested_again_only_where_it_had_changed(told: Told) -> None:
    before = audiogram("2025-12-20", 18, 96)
    same = told(before + audiogram("2026-01-19", 20, 94), "2026-04-01")
    worse = told(before + audiogram("2026-01-19", 40, 80), "2026-04-01")
    assert (states(same)["audiogram_late"], states(worse)["audiogram_late"]) == ("not_needed", "due")


@pytest.mark.parametrize("day", [0, 11, 60, 243, 900])
def test_what_to_watch_for_is_told_by_the_day(told: Told, day: int) -> None:
    on = (OPERATED + timedelta(days=day)).isoformat()
    now = {one.watch.key for one in told(on=on).watch if one.state == "now"}
    known = treatment.decompression().watch
    assert now == {one.key for one in known if one.from_day <= day <= one.to_day}
    assert ("delayed_palsy" in now) is (day == 11)


def test_before_the_operation_everything_is_to_come(told: Told) -> None:
    assert {one.state for one in told(head=PLANNED).watch} == {"to_come"}


def test_what_happened_is_said_to_have_happened(told: Told) -> None:
    path = told('[palsy]\nonset = 2026-01-23\n[[symptoms]]\ndate = 2026-01-20\nwhat = "clear_fluid"\n')
    happened = {one.watch.key for one in path.watch if one.state == "happened"}
    assert happened == {"delayed_palsy", "csf_leak"}


def test_fever_alone_is_for_the_same_day_and_with_a_stiff_neck_an_emergency(told: Told) -> None:
    fever = '[[symptoms]]\ndate = 2026-01-20\nwhat = "fever"\n'
    assert told(fever).attention[0].urgency == "same_day"
    both = told(fever + '[[symptoms]]\ndate = 2026-01-20\nwhat = "neck_stiffness"\n')
    assert {one.code: one.urgency for one in both.attention}["fever"] == "emergency"


def test_the_most_urgent_comes_first(told: Told) -> None:
    rows = "".join(
        f'[[symptoms]]\ndate = 2026-01-20\nwhat = "{what}"\n' for what in ("wound", "drowsiness", "double_vision")
    )
    order = [one.urgency for one in told(rows).attention]
    assert order == sorted(order, key=("emergency", "same_day", "soon", "routine").index)
    assert order[0] == "emergency"


def test_a_lateral_spread_hidden_by_toxin_says_nothing(told: Told) -> None:
    test = '[[lateral_spread]]\ndate = 2026-02-10\nstate = "absent"\n'
    hidden = "Its absence says nothing".lower()
    assert any(hidden in text.lower() for text in told("toxin = [2026-01-20]\n" + test).not_assessable)
    assert not any(hidden in text.lower() for text in told("toxin = [2025-06-20]\n" + test).not_assessable)


def test_the_result_keeps_its_schema_and_cites_only_what_it_names(told: Told) -> None:
    text = BEFORE + audiogram("2025-12-20", 18, 96) + audiogram("2026-01-19", 40, 80) + "[palsy]\nonset = 2026-01-23\n"
    result = told(text).to_json()
    jsonschema.validate(result, schemas.load("facialis.decompression/1"))
    json.dumps(result, allow_nan=False)
    cited = {source["key"] for source in result["sources"]}
    assert {"park_2009", "S147"} <= cited <= set(knowledge.sources())
    result["hearing"]["grade"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result, schemas.load("facialis.decompression/1"))


def test_every_part_that_claims_to_be_published_names_a_source(told: Told) -> None:
    result = told("[palsy]\nonset = 2026-01-23\n").to_json()
    for part in ("steps", "attention"):
        assert all(one["sources"] for one in result[part] if one["basis"] == "published")
    assert all(one["sources"] for one in result["watch"] if one["days_basis"] == "published")
    assert all(one["rate"] is not None or one["why_no_rate"] for one in result["watch"])
