"""What is due once a day."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from facialis_clinic.jobs import periodic
from facialis_clinic.jobs.models import DailyRun
from facialis_clinic.jobs.periodic import Entry, queue_due
from tests.clinic.jobs import bodies

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def only_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "table", {bodies.daily_one.module_path: Entry(bodies.daily_one, time(0))})


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 6, 1, 3, 39, tzinfo=UTC), UTC, date(2026, 5, 31)),
        (datetime(2026, 6, 1, 3, 40, tzinfo=UTC), UTC, date(2026, 6, 1)),
        (datetime(2026, 6, 1, 1, 40, tzinfo=UTC), BERLIN, date(2026, 6, 1)),  # in summer Berlin is two hours ahead
        (datetime(2026, 1, 1, 2, 39, tzinfo=UTC), BERLIN, date(2025, 12, 31)),
    ],
)
def test_a_daily_job_is_due_at_its_time_where_the_site_is(now: datetime, zone: ZoneInfo, day: date) -> None:
    assert Entry(bodies.daily_one, time(3, 40)).due(now, zone) == day


@pytest.mark.parametrize("first", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_each_day_has_one_run_also_where_an_hour_is_left_out_or_comes_twice(first: datetime) -> None:
    """On the last Sundays of March and October 2:30 does not exist, or exists twice."""
    entry = Entry(bodies.daily_one, time(2, 30))
    days = [entry.due(first + timedelta(minutes=10 * step), BERLIN) for step in range(6 * 72)]

    assert sorted(set(days)) == [first.date() + timedelta(days=number) for number in range(4)]


def test_days_that_nobody_worked_on_are_made_up_for_once(db: None) -> None:
    DailyRun.objects.create(task=bodies.daily_one.module_path, day=date(2026, 1, 1))

    assert queue_due() == ["daily_one"]
    assert queue_due() == []
    assert DBTaskResult.objects.count() == 1


def ask_at_once() -> list[str]:
    """Have eight threads, each with a connection of its own, ask at the same moment; return what they queued."""
    DailyRun.objects.all().delete()
    DBTaskResult.objects.all().delete()
    together = threading.Barrier(8)
    queued: list[str] = []

    def ask() -> None:
        connection.ensure_connection()
        together.wait()
        queued.extend(queue_due())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DBTaskResult.objects.count() == len(queued)
    return queued


def test_of_many_who_ask_at_once_one_queues_it(transactional_db: None) -> None:
    for _ in range(8):
        assert ask_at_once() == ["daily_one"]


def test_without_the_unique_row_many_would_queue_it(transactional_db: None) -> None:
    """The control: the race is there."""
    constraint = DailyRun._meta.constraints[0]
    with connection.schema_editor() as editor:
        editor.remove_constraint(DailyRun, constraint)
    try:
        assert any(len(ask_at_once()) > 1 for _ in range(50))
    finally:
        DailyRun.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(DailyRun, constraint)


def test_a_day_is_not_noted_where_its_job_cannot_be_queued(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from facialis_clinic.jobs import rows

    def broken(id: object) -> None:
        raise ValueError("no")

    with monkeypatch.context() as patched:
        patched.setattr(rows, "first_turn", broken)
        with pytest.raises(ValueError, match="no"):
            queue_due()

    assert DailyRun.objects.count() == 0
    assert queue_due() == ["daily_one"]
