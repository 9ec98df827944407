"""The queue of Django's Tasks in the database, holding ids alone."""

from __future__ import annotations

import uuid
from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django_tasks_db import DatabaseBackend


class Queue(DatabaseBackend):
    """Queue a job in the caller's transaction; refuse anything that could tell of a person."""

    supports_async_task = False

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Queue a job and give it its turn."""
        from facialis_clinic.jobs import rows

        if kwargs:
            raise TypeError(f"{task.name}: a job's arguments have no names in the queue")
        with transaction.atomic():
            result: Any = super().enqueue(task, [_opaque(task.name, value) for value in args], {})
            rows.first_turn(uuid.UUID(result.id))
        return result

    async def aenqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Do the same from a coroutine."""
        return await sync_to_async(self.enqueue, thread_sensitive=True)(task, args, kwargs)


def _opaque(name: str, value: object) -> str | int:
    if isinstance(value, int):
        return value
    try:
        return str(value if isinstance(value, uuid.UUID) else uuid.UUID(str(value)))
    except ValueError:
        # The value is not cited: it may be the very thing that must not be written down.
        raise TypeError(f"{name}: a job is given ids and numbers, not a {type(value).__name__}") from None
