"""Each change of a record is kept by the database itself, with who made it."""

from __future__ import annotations

from typing import Any

import pghistory.models
import pytest
from django.apps import apps
from django.db import connection
from django.db.utils import DatabaseError, InternalError

from facialis_clinic.people.models import BreakGlass, CareTeam, Consent, Person, Proxy
from tests.clinic.conftest import World

TRACKED = {Person, CareTeam, Proxy, BreakGlass, Consent}


def history(model: str) -> Any:
    return apps.get_model("people", f"{model}Event").objects


def test_the_tables_of_a_record_are_tracked() -> None:
    events = [one for one in apps.get_app_config("people").get_models() if issubclass(one, pghistory.models.Event)]

    assert {one.pgh_tracked_model for one in events} == TRACKED


def test_raw_sql_is_kept_too(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET phone = '01' WHERE id = %s", [world.record.pk])
        cursor.execute("DELETE FROM people_careteam WHERE staff_id = %s", [world.nora.pk])

    assert history("Person").filter(pgh_label="update").get().phone == "01"
    assert world.nora.pk == history("CareTeam").filter(pgh_label="delete").get().staff_id


def test_a_page_s_change_bears_who_made_it_and_no_more(world: World, sign_in: Any) -> None:
    sign_in(world.dana).post(
        f"/people/{world.record.pk}/change/", {"name": "Alice Example", "phone": "02", "born": "1970-01-01"}
    )

    made = history("Person").filter(pgh_label="update").get()
    assert {"actor": str(world.dana.pk)} == made.pgh_context.metadata


@pytest.mark.parametrize("change", ["DELETE FROM people_personevent", "UPDATE people_personevent SET name = 'x'"])
def test_history_is_not_rewritten(world: World, change: str) -> None:
    with pytest.raises((InternalError, DatabaseError)), connection.cursor() as cursor:
        cursor.execute(change)
