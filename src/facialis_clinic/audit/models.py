"""What the log is kept in. The rows are written by the database's own triggers (``migrations/0002_chain.py``)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

PRACTICE = uuid.UUID(int=0)
"""The chain of the practice itself, in :class:`Head`: its events have no subject."""

WORD = r"^[a-z][a-z_]{0,31}$"


class Event(models.Model):
    """Somebody did something with a record. Opaque ids only: whoever is forgotten leaves no name here.

    A row is never changed and never removed; ``seq``, ``at``, ``previous`` and ``hash`` are the database's to fill in.
    ``docs/audit.md`` says which bytes the hash is of.
    """

    subject = models.UUIDField(null=True)
    seq = models.BigIntegerField(editable=False)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=32)
    verb = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    thing = models.UUIDField(null=True)
    note_hash = models.BinaryField(null=True)
    previous = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "seq"], nulls_distinct=False, name="audit_event_one_place"),
            models.CheckConstraint(condition=models.Q(role__regex=WORD), name="audit_event_role_word"),
            models.CheckConstraint(condition=models.Q(verb__regex=WORD), name="audit_event_verb_word"),
            models.CheckConstraint(condition=models.Q(kind__regex=WORD), name="audit_event_kind_word"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["verb", "-at"], name="audit_event_verb", condition=models.Q(verb="broke_glass")),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.verb} {self.kind}, {self.seq} of {self.subject or 'the practice'}"


class Head(models.Model):
    """The last place of a chain: what the next event follows, and what tells that the last ones are still there."""

    chain = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField()


class Note(models.Model):
    """A reason in somebody's own words. The chain holds its salted hash alone, so that it can be forgotten."""

    hash = models.BinaryField(primary_key=True)
    subject = models.UUIDField(null=True, db_index=True)
    salt = models.BinaryField()
    text = models.TextField()


class Verification(models.Model):
    """What a look through the whole log came to."""

    at = models.DateTimeField()
    rows = models.BigIntegerField()
    chains = models.BigIntegerField()
    seconds = models.FloatField()
    broken = models.BigIntegerField()
    first_break = models.TextField(blank=True)
