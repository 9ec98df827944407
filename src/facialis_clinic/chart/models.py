"""What clinicians say of what was told and measured. Triggers write down each change."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person, changes
from facialis_clinic.recordings.models import Measurement

USER = settings.AUTH_USER_MODEL


@pghistory.track(*changes())
class Verdict(models.Model):
    """What a clinician says of one measured event: it stands, it is of another kind, or it is none.

    An event has no number that would last: it is named by its kind, side and apex, as in ``facialis.review/1``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measurement = models.ForeignKey(Measurement, on_delete=models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=16)
    side = models.CharField(max_length=8)
    apex_s = models.FloatField()
    onset_s = models.FloatField()
    offset_s = models.FloatField()
    to = models.CharField(max_length=16)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measurement", "kind", "side", "apex_s"], name="verdict_once_an_event")
        ]


@pghistory.track(*changes(), exclude=["reviewed"])
class Review(models.Model):
    """The result of a measurement as it stands after the verdicts; ``reviewed`` is ``facialis.video/1``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    measurement = models.OneToOneField(Measurement, on_delete=models.CASCADE, related_name="review")
    reviewed = models.JSONField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


@pghistory.track(*changes(), exclude=["reason"])
class Remark(models.Model):
    """A finding that a clinician put down by hand. One that overrules what was measured or told says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="remarks")
    code = models.CharField(max_length=60)
    state = models.CharField(max_length=16)
    side = models.CharField(max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "code"], condition=models.Q(withdrawn_at__isnull=True), name="remark_once_a_finding"
            )
        ]


@pghistory.track(*changes(), exclude=["case", "result", "words"])
class Assessment(models.Model):
    """What was weighed on a day: the case that went in and the public JSON ``facialis.assessment/1`` that came out.

    The patient sees it once a neurologist has released it, with the neurologist's own ``words``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assessments")
    case = models.JSONField()
    result = models.JSONField()
    version = models.CharField(max_length=40)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    measurements = models.ManyToManyField(Measurement, related_name="assessments")
    words = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-made_at"], name="assessments_of_person")]


class Look(models.Model):
    """Until when a clinician has seen what is new of a patient. It says nothing of the record."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "user"], name="look_once_a_person")]
