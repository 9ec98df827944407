"""What the patient tells. Triggers write down each change."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person, changes

USER = settings.AUTH_USER_MODEL


@pghistory.track(*changes(), exclude=["saved"])
class Interview(models.Model):
    """The questionnaire of a person, as far as it has come; one is open at a time.

    ``saved`` is the case as ``facialis.history.case`` writes it, with what :mod:`facialis_clinic.intake.saved` keeps
    beside it. A finished one stays as it is: to change an answer of it makes a new one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="interviews")
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    saved = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(finished_at__isnull=True), name="interview_open_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-touched_at"], name="interviews_of_person")]


@pghistory.track(*changes(), exclude=["answers", "result"])
class Scale(models.Model):
    """A scale that was answered: ``result`` is the public JSON ``facialis.scale/1``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="scales")
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=40)
    answers = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    answered_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-answered_at"], name="scales_of_person")]


@pghistory.track(*changes(), exclude=["note"])
class Entry(models.Model):
    """A line of the diary: how bad a side was on a day, and what else was noticed.

    ``severity`` is 0 (nothing) to 10 (as bad as can be), or nothing; ``symptoms`` are codes of the vocabulary.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="diary")
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    day = models.DateField()
    side = models.CharField(max_length=8)
    severity = models.PositiveSmallIntegerField(null=True, blank=True)
    symptoms = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "day", "side"], name="diary_once_a_day_and_side"),
            models.CheckConstraint(
                condition=models.Q(severity__isnull=True) | models.Q(severity__lte=10), name="diary_severity_known"
            ),
        ]


@pghistory.track(*changes())
class Medicine(models.Model):
    """A medicine that is taken or an allergy, as told; reconciled once a clinician has gone through it."""

    class Kind(models.TextChoices):
        """What it is."""

        MEDICINE = "medicine", "medicine"
        ALLERGY = "allergy", "allergy"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="medicines")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=120)
    detail = models.CharField(max_length=200, blank=True)
    told_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField()
    reconciled_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reconciled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "kind", "name"], name="medicines_of_person")]


@pghistory.track(*changes())
class Circumstance(models.Model):
    """Something that was asked for by name because a treatment depends on it, and the newest answer.

    ``code`` is one of ``facialis.knowledge.treatment.circumstances``, ``state`` one of ``facialis.findings.State``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="circumstances")
    code = models.CharField(max_length=40)
    state = models.CharField(max_length=16)
    told_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "code"], name="circumstance_once_a_person")]
