"""Recordings and what was measured in them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person


class State(models.TextChoices):
    """Where a recording stands."""

    UPLOADING = "uploading", "being sent"
    QUEUED = "queued", "waiting to be measured"
    MEASURING = "measuring", "being measured"
    MEASURED = "measured", "measured"
    REFUSED = "refused", "measured, and refused by its quality"
    FAILED = "failed", "could not be measured"


class Recording(models.Model):
    """A film of a face. The original is measured; the copy is for eyes only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recordings")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADING)
    progress = models.FloatField(default=0)
    reason = models.TextField(blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    original = models.CharField(max_length=200, blank=True)
    copy = models.CharField(max_length=200, blank=True)
    filmed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")


class Measurement(models.Model):
    """What one version of the software measured in a recording: one row, whoever measured it how often."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="measurements")
    version = models.CharField(max_length=40)
    result = models.JSONField()
    attempt = models.IntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "version"], name="measured_once_a_version")
        ]
