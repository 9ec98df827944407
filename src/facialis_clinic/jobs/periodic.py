"""What is done once a day, whoever many workers there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django_tasks.base import Task

Daily = Task[[], Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A daily job and the time of the day at which it is due, in the site's time zone."""

    task: Daily
    at: time

    def due(self, now: datetime, zone: tzinfo) -> date:
        """Return the last day on which it has fallen due."""
        local = now.astimezone(zone)
        return local.date() if local.time() >= self.at else local.date() - timedelta(days=1)


table: dict[str, Entry] = {}


def daily(at: time) -> Callable[[Daily], Daily]:
    """Run a task each day at a time of the site's time zone. A day that nobody worked on is made up for once.

    It stands above ``@task``, in an app's ``tasks.py``.
    """

    def enter(task: Daily) -> Daily:
        table[task.module_path] = Entry(task, at)
        return task

    return enter


def queue_due() -> list[str]:
    """Queue what has fallen due and was not queued yet; return the names. The day is the database's."""
    from django.db import connection, transaction
    from django.utils.timezone import get_default_timezone

    from facialis_clinic.jobs.models import DailyRun

    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    due = {path: entry.due(now, get_default_timezone()) for path, entry in table.items()}
    begun = set(DailyRun.objects.filter(day__in=set(due.values())).values_list("task", "day"))
    queued = []
    for path, day in due.items():
        if (path, day) in begun:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {DailyRun._meta.db_table} (task, day) VALUES (%s, %s) ON CONFLICT DO NOTHING",  # noqa: S608
                [path, day],
            )
            if cursor.rowcount == 1:
                table[path].task.enqueue()
                queued.append(table[path].task.name)
    return queued


def sweep(days: int) -> None:
    """Forget the runs of days so long past."""
    from django.db import connection

    from facialis_clinic.jobs.models import DailyRun

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {DailyRun._meta.db_table} WHERE day < current_date - %s", [days])  # noqa: S608
