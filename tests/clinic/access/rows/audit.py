"""The log: a patient's part of it for them and whoever acts for them, its integrity for the administrator."""

from __future__ import annotations

import uuid
from typing import Any

from tests.clinic.access.row import Row, Whose
from tests.clinic.conftest import World


def person(world: World, whose: Whose) -> dict[str, Any]:
    ids = {"own": world.record.pk, "other": world.other.pk, "missing": uuid.uuid4()}
    return {"person_id": ids[whose]}


ROWS = {
    "audit:mine": Row({"patient": "page", "proxy": "page"}),
    "audit:person": Row({"patient": "own", "proxy": "own"}, args=person, ok=(200,)),
    "audit:integrity": Row({"administrator": "page"}, ok=(200,)),
    "audit:look_through": Row({"administrator": "page"}, method="post", ok=(302,)),
    "audit:practice": Row({"administrator": "page"}, ok=(200,)),
    "audit:broken_glass": Row({"administrator": "page"}, ok=(200,)),
}
