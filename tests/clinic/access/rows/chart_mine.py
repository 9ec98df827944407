"""The patient's own pages: for the patient and who acts for them; a copy for the patient and who shares for them."""

from typing import Any

from django.utils import timezone

from tests.clinic.access.row import NOWHERE, Row
from tests.clinic.access.rows.recordings import person
from tests.clinic.chart.answers import released_answer
from tests.clinic.conftest import World

OWN = {"patient": "own", "proxy": "own"}
# Alice's proxy of the tests may read and not share.
SHARERS = {"patient": "own"}


def answer(world: World, whose: str) -> dict[str, Any]:
    if whose == "missing":
        return {"person_id": NOWHERE, "assessment_id": NOWHERE}
    whom = world.record if whose == "own" else world.other
    return {"person_id": whom.pk, "assessment_id": released_answer(whom, by=world.eve, now=timezone.now()).pk}


ROWS = {
    "chart:start": Row(dict.fromkeys(OWN, "page")),
    "chart:mine": Row(OWN, args=person),
    "chart:result": Row(OWN, args=answer),
    "chart:result_pdf": Row(OWN, args=answer),
    "chart:shared": Row(OWN, args=person),
    "chart:download": Row(SHARERS, args=person),
    "chart:download_json": Row(SHARERS, args=person),
    "chart:download_pdf": Row(SHARERS, args=person),
    "chart:download_films": Row(SHARERS, args=person),
}
