"""What is done with the log: an event is written, a person's notes are forgotten, all of it is verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit import checkpoints, notes
from facialis_clinic.audit.models import PRACTICE, Event, Verification
from facialis_clinic.audit.verify import Report, heads, name, one_moment, silent, walk

NOBODY = "nobody"
"""The role of an event without an actor: the site itself, or somebody who has not signed in."""

_INSERT = """
INSERT INTO audit_pending (subject, actor, role, verb, kind, thing, note)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def record(
    *, subject: UUID | None, actor: User | None, verb: str, kind: str, thing: UUID | None = None, note: str = ""
) -> None:
    """Write an event into the log, in the transaction that is open.

    It gets its place in the chain when that transaction commits. If it cannot be written, the transaction fails.

    Parameters
    ----------
    subject : UUID or None
        Whose record: ``Person.id``. None is the practice's own chain: sign-ins, changes of staff.
    actor : User or None
        Who did it; None for the site itself.
    verb, kind : str
        What was done ("read", "wrote", "broke_glass": a past tense) to what sort of thing ("recording"); lower-case
        letters and underscores.
    thing : UUID or None
        Which thing.
    note : str
        A reason in somebody's own words. It is kept beside the chain and goes when the person is forgotten.
    """
    who = actor.pk if actor is not None else None
    role = actor.role if actor is not None else NOBODY
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [subject, who, role, verb, kind, thing, note])


def forget(*, subject: UUID, actor: User | None) -> None:
    """Remove what was written in free words about somebody; the chain stays whole and says that it was done."""
    # The database removes the notes when it chains this event: neither happens without the other.
    record(subject=subject, actor=actor, verb="forgot", kind="person", thing=subject)


def verify(
    *, subject: UUID | None = None, home: Path | None = None, progress: Callable[[int], None] = silent
) -> Report:
    """Look through the log, or through one chain of it, and say what is not as it was written.

    Parameters
    ----------
    subject : UUID or None
        A person; ``models.PRACTICE`` for the practice's own chain; None for all of them.
    home : Path or None
        Where the checkpoints lie; the site's own home when None.
    progress : callable
        Told now and then how many rows were read, and 0 at the end.
    """
    report = Report()
    kept = checkpoints.read(home or settings.HOME)
    marks = kept.marks if subject is None else {c: m for c, m in kept.marks.items() if c == name(subject)}
    with one_moment():
        walk(report, marks, subject=subject, progress=progress)
        notes.check(report, subject=subject)
        if subject in (None, PRACTICE):
            named = Event.objects.filter(subject=None, verb="checkpointed").order_by("seq")
            checkpoints.check(report, kept, list(named.values_list("seq", "thing")))
    return report


@transaction.atomic
def checkpoint(*, now: datetime, home: Path | None = None) -> int:
    """Write down outside the database where the chains end, and that in the practice's own chain; return how many."""
    ends = heads()
    # The line comes first: one that no row names is still true, but a row whose line is missing would be a break.
    thing = checkpoints.add(home or settings.HOME, ends, now=now)
    record(subject=None, actor=None, verb="checkpointed", kind="log", thing=thing)
    return len(ends)


@transaction.atomic
def keep(report: Report, *, seconds: float, now: datetime) -> Verification:
    """Keep what a look through the log came to, for the administrator's page, and log that it was done."""
    record(subject=None, actor=None, verb="verified", kind="log", note="" if report.whole else str(report.broken[0]))
    return Verification.objects.create(
        at=now,
        rows=report.rows,
        chains=report.chains,
        seconds=seconds,
        broken=report.breaks,
        first_break="" if report.whole else str(report.broken[0]),
    )


@transaction.atomic
def ask_for_verification(*, by: User) -> UUID:
    """Have the whole log looked through in the background; return the job's id."""
    from facialis_clinic.audit.tasks import look_through_the_log
    from facialis_clinic.jobs import enqueue

    record(subject=None, actor=by, verb="asked", kind="verification")
    return enqueue(look_through_the_log)
