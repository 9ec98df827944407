"""A patient's record, and who may open it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Person(models.Model):
    """A patient. ``id`` is opaque: it is what the log of reads and writes knows of them, and it outlives them there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="person")
    name = models.CharField(max_length=120)
    born = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


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


class Proxy(models.Model):
    """Somebody whom a patient lets act for them, until they take it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="proxies")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, null=True, blank=True, related_name="proxy_for")
    email = models.EmailField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class BreakGlass(models.Model):
    """A clinician who is not on the team opens a record in an emergency: with a reason, for a while, and not unseen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="broken_glass")
    staff = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)


class Consent(models.Model):
    """What a patient allows a recording, or all of them, to be used for; each use on its own, and withdrawable."""

    class Use(models.TextChoices):
        """What for."""

        CARE = "care", "my own care"
        TEACHING = "teaching", "teaching"
        RESEARCH = "research", "research"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    recording_id = models.UUIDField(null=True, blank=True)
    use = models.CharField(max_length=16, choices=Use)
    given_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
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
            )
        ]
