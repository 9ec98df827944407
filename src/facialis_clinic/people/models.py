"""A patient's record, and who may open it. Triggers write down each change of these tables, raw SQL's too."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


def changes() -> tuple[pghistory.RowEvent, ...]:
    """Return what of a row is kept: that it was made, changed and removed."""
    return pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()


@pghistory.track(*changes())
class Person(models.Model):
    """A patient. ``id`` is opaque: it is what the log of reads and writes knows of them, and it outlives them there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="person")
    name = models.CharField(max_length=120)
    born = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    by_staff = models.BooleanField(default=False)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [
            models.Index(models.functions.Lower("name"), "id", name="person_by_name"),
            models.Index("born", models.functions.Lower("name"), name="person_by_birth"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*changes())
class CareTeam(models.Model):
    """A neurologist or a nurse who looks after a patient, from a day and until one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="team")
    staff = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="patients")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "staff"], condition=models.Q(until__isnull=True), name="care_team_once_at_a_time"
            )
        ]


@pghistory.track(*changes())
class Proxy(models.Model):
    """Somebody who acts for a patient, by the patient's consent or as a child's parent, until it ends.

    Without ``user`` it is an invitation, which opens nothing.
    """

    class Kind(models.TextChoices):
        """By what right."""

        PROXY = "proxy", "by the patient's consent"
        PARENT = "parent", "parent or guardian"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="proxies")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, null=True, blank=True, related_name="proxy_for")
    email = models.EmailField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PROXY)
    may_share = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    words_version = models.CharField(max_length=20, blank=True)
    accept_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "email"], condition=models.Q(withdrawn_at__isnull=True), name="proxy_once_at_a_time"
            )
        ]


@pghistory.track(*changes())
class BreakGlass(models.Model):
    """A clinician who is not on the team opens a record in an emergency: with a reason, for a while, and not unseen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="broken_glass")
    staff = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("begins_at")), name="broken_glass_ends")
        ]


@pghistory.track(*changes())
class Consent(models.Model):
    """What a patient allows a recording, or all of them, to be used for; each use on its own, and withdrawable.

    ``no`` is said of one recording and stands above a yes to all. What a parent allowed beyond care ends when the child
    comes of age.
    """

    class Use(models.TextChoices):
        """What for."""

        CARE = "care", "my own care"
        TEACHING = "teaching", "teaching"
        RESEARCH = "research", "research"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    recording_id = models.UUIDField(null=True, blank=True)
    use = models.CharField(max_length=16, choices=Use)
    no = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    ends_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    words_version = models.CharField(max_length=20)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "recording_id", "use"],
                condition=models.Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="consent_once_a_use",
            ),
            models.CheckConstraint(
                condition=models.Q(no=False) | models.Q(recording_id__isnull=False), name="consent_no_to_one"
            ),
        ]


class JoinCode(models.Model):
    """A code from the front desk by which a patient joins their account to their record; only its hash is kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="join_code")
    hashed = models.CharField(max_length=128)
    until = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()


class Try(models.Model):
    """Somebody typed a name, a birthday or a code to find a record; so many an hour and no more."""

    class What(models.TextChoices):
        """What was tried."""

        JOIN = "join", "join a record"
        FIND = "find", "find a person"

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    at = models.DateTimeField()

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["user", "what", "at"], name="try_of_user")]


class DeletionRequest(models.Model):
    """A patient asks to be forgotten. Once decided it waits a week, in which it can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="deletion")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    hold_reason = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_role = models.CharField(max_length=16, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)


class Tombstone(models.Model):
    """That somebody was here and was forgotten: an opaque id, when, by which role and why; nothing else of them.

    ``files`` are those still to be removed; it is empty once ``done_at`` is set.
    """

    class Why(models.TextChoices):
        """Why somebody was forgotten."""

        ASKED = "asked", "the patient asked"
        RESTORED = "restored", "a backup brought back who had been forgotten"

    person_id = models.UUIDField(primary_key=True, editable=False)
    user_id = models.UUIDField(null=True, editable=False)
    forgotten_at = models.DateTimeField()
    by_role = models.CharField(max_length=16)
    why = models.CharField(max_length=16, choices=Why)
    files = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True, blank=True)
