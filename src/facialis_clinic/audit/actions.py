"""What is done with the log: an event is written, a person's notes are forgotten."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from facialis_clinic.accounts.models import User

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


@transaction.atomic
def forget(*, subject: UUID, actor: User | None) -> None:
    """Remove what was written in free words about somebody; the chain stays whole and says that it was done."""
    record(subject=subject, actor=actor, verb="forgot", kind="person", thing=subject)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s)", [subject])
