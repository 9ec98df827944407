"""Recordings, what was measured in them, and what is on its way. Triggers write down each change of the first two."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person, changes

USER = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    """Where a recording stands."""

    QUEUED = "queued", "waiting to be measured"
    MEASURING = "measuring", "being measured"
    MEASURED = "measured", "measured"
    REFUSED = "refused", "cannot be measured: film it again"
    FAILED = "failed", "could not be measured"


class Mirrored(models.TextChoices):
    """Whether the film shows the face as a mirror does, as far as the sender knows."""

    NO = "no", "No: as others see me"
    YES = "yes", "Yes: as in a mirror"
    UNKNOWN = "unknown", "I do not know"


# How far the measuring is changes every second and says nothing of the record.
@pghistory.track(*changes(), exclude=["progress", "attempt"])
class Recording(models.Model):
    """A film of a face. The original, without sound, is measured; the copy is for eyes only.

    ``attempt`` is the newest attempt at measuring that has begun; who holds an older one can change nothing any more.
    ``sent_sha256`` is of the file as it came, ``sha256`` of the film that was kept of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recordings")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    progress = models.FloatField(default=0)
    reason = models.TextField(blank=True)
    round = models.PositiveIntegerField(default=0)
    attempt = models.BigIntegerField(default=0)
    job = models.UUIDField(null=True, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    sent_sha256 = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=16, blank=True)
    duration_s = models.FloatField(default=0)
    mirrored = models.CharField(max_length=8, choices=Mirrored, default=Mirrored.UNKNOWN)
    original = models.CharField(max_length=200, blank=True)
    copy = models.CharField(max_length=200, blank=True)
    poster = models.CharField(max_length=200, blank=True)
    copy_failed = models.BooleanField(default=False)
    filmed_on = models.DateField(null=True, blank=True)
    # The tasks with the seconds at which they were asked, as a protocol of ``facialis video`` says it.
    protocol = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-created_at"], name="recordings_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="recording_state_known"),
        ]

    def files(self) -> list[str]:
        """Return the names of its files in the store."""
        return [name for name in (self.original, self.copy, self.poster) if name]


@pghistory.track(*changes(), exclude=["result", "words"])
class Measurement(models.Model):
    """What one version of the software measured in a recording: one row, whoever measured it how often.

    ``words`` is the result as that version said it to a clinician. The patient sees the answer once it is released.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="measurements")
    version = models.CharField(max_length=40)
    result = models.JSONField()
    words = models.JSONField(default=dict)
    # The stored file of what was measured at each moment: what the examination room draws and a review starts from.
    signals = models.CharField(max_length=200, blank=True)
    attempt = models.BigIntegerField()
    measured_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "version"], name="measured_once_a_version")
        ]


class Upload(models.Model):
    """A file on its way, in parts. What the sender told with it waits here until the film is whole."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    received = models.BigIntegerField(default=0)
    told = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    # What became of it: a repeated request to finish is answered as the first one was.
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "by", "sha256"],
                condition=models.Q(recording__isnull=True),
                name="upload_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(received__gte=0) & models.Q(received__lte=models.F("size")), name="upload_received"
            ),
        ]


class Part(models.Model):
    """A part of a file on its way."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    start = models.BigIntegerField()
    size = models.IntegerField()
    name = models.CharField(max_length=200)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["upload", "start"], name="upload_part_once")]


class Viewing(models.Model):
    """Somebody watched a film within an hour: the log bears it once, however many pieces the browser asked for."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16)
    hour = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "user", "what", "hour"], name="viewing_once_an_hour")
        ]
