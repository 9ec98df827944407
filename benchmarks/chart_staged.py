"""Put a patient of five hundred entries into a running site, and tell how to get in: run as ``python -m``.

The entries are of all kinds; results of films and of weighings are as large as real ones. Everybody is invented.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

# How many of each: with diary months and releases they make five hundred lines and a few.
FILMS, WEIGHED, ORDERS, LETTERS, SCALES, MONTHS, REMARKS, SESSIONS = 70, 60, 60, 50, 60, 36, 20, 24


def main() -> dict[str, Any]:
    """Make the people of the tests and the entries, sign the neurologist in, and return the cookies and the paths."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from facialis_clinic.accounts.testing import sign_in
    from facialis_clinic.chart.timeline import turned
    from tests.clinic.conftest import make_world

    world, now = make_world(), timezone.now()
    _films(world, now)
    _rest(world, now)
    entries, page = 0, 1
    while page:
        found = turned(world.record, for_patient=False, page=page)
        entries, page = entries + len(found.moments), found.older or 0
    client = Client(SERVER_NAME="localhost")
    sign_in(client, world.eve)
    return {
        "cookies": {cookie: morsel.value for cookie, morsel in client.cookies.items()},
        "chart": reverse("chart:person", args=[world.record.pk]),
        "work": reverse("chart:work"),
        "entries": entries,
    }


def _films(world: Any, now: Any) -> None:
    """Make films with what was measured, and weighings of which every other one was released."""
    from facialis_clinic.chart.models import Assessment
    from facialis_clinic.recordings.apart.said import said
    from facialis_clinic.recordings.models import Measurement, Recording, State
    from tests.clinic.chart import answers, examined

    _, result = examined.kept()
    for number in range(FILMS):
        film = Recording.objects.create(
            person=world.record, name=f"film {number}.mp4", state=State.MEASURED, mirrored="no", duration_s=70.0
        )
        Measurement.objects.create(
            recording=film, version="1", result=result, words=said(result), attempt=1,
            measured_at=now - timedelta(days=10 * number),
        )  # fmt: skip
    for number in range(WEIGHED):
        made = now - timedelta(days=10 * number)
        Assessment.objects.create(
            person=world.record, case=answers.CASE, result=answers.weighed(), version="1", by=world.eve, made_at=made,
            released_at=made if number % 2 else None,
        )  # fmt: skip


def _rest(world: Any, now: Any) -> None:
    from facialis_clinic.care.models import Document, Order, Treatment
    from facialis_clinic.chart.models import Remark
    from facialis_clinic.intake.models import Entry, Interview, Medicine, Scale
    from tests.clinic.chart import answers

    mine = {"person": world.record, "by": world.eve}
    days = [now - timedelta(days=12 * number) for number in range(max(ORDERS, SCALES))]
    Order.objects.bulk_create(
        Order(**mine, kind="emg", state="done", indication="x", ordered_at=at, ended_at=at) for at in days[:ORDERS]
    )
    Document.objects.bulk_create(
        Document(**mine, kind="letter", title=f"Letter {at:%-d %B %Y}", made_at=at, signed_at=at)
        for at in days[:LETTERS]
    )
    Scale.objects.bulk_create(
        Scale(**mine, name="hfs_7", result={"score": {"total": 9}}, answered_at=at) for at in days[:SCALES]
    )
    Entry.objects.bulk_create(
        Entry(**mine, day=(now - timedelta(days=day)).date(), side="left", severity=day % 10, written_at=now)
        for day in range(30 * MONTHS)
    )
    codes = ["ear_click"] * REMARKS
    Remark.objects.bulk_create(
        Remark(**mine, code=code, state="present", side="left", at=at, withdrawn_at=at)
        for code, at in zip(codes, days, strict=False)
    )
    Treatment.objects.bulk_create(
        Treatment(person=world.record, kind="injection", day=at.date(), side="left", by=world.eve, written_at=at)
        for at in days[:SESSIONS]
    )
    Interview.objects.create(**mine, saved=answers.CASE, begun_at=now, touched_at=now, finished_at=now)
    for name in ("aspirin", "bisoprolol", "amlodipine"):
        Medicine.objects.create(person=world.record, kind="medicine", name=name, told_at=now)


if __name__ == "__main__":
    print(json.dumps(main()))
