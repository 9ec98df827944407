"""Recordings of electrodes, and what was read in them. Triggers write down each change of both."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person, changes

USER = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """What was examined."""

    FREE = "free", "Free-running EMG: the face left to itself"
    LATERAL = "lateral-spread", "Lateral spread: one branch stimulated, other muscles recorded"
    BLINK = "blink", "Blink reflex: the supraorbital nerve stimulated"

    @property
    def short(self) -> str:
        """The name without what it means."""
        return str(self.label).partition(":")[0]


class State(models.TextChoices):
    """Where a study stands."""

    UNPLACED = "unplaced", "its electrodes are not named yet"
    QUEUED = "queued", "waiting to be read"
    READING = "reading", "being read"
    READ = "read", "read"
    REFUSED = "refused", "nothing can be read from it"
    FAILED = "failed", "could not be read"


# How far the reading is changes every second and says nothing of the record.
@pghistory.track(*changes(), exclude=["progress", "attempt"])
class Study(models.Model):
    """A recording of electrodes as it was sent: one file, or a folder of files in an archive.

    ``attempt`` is the newest attempt at reading that has begun; who holds an older one can change nothing any more.
    ``montage`` says which channel lies on which muscle of which side, as ``facialis emg`` reads it; ``channels`` is
    what the file's own labels say of that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="studies")
    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State, default=State.UNPLACED)
    progress = models.FloatField(default=0)
    reason = models.TextField(blank=True)
    round = models.PositiveIntegerField(default=0)
    attempt = models.BigIntegerField(default=0)
    job = models.UUIDField(null=True, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    # How the name of the file ends, which some readers go by: edf, csv, zip ...
    ending = models.CharField(max_length=8)
    original = models.CharField(max_length=200)
    recorded_on = models.DateField(null=True, blank=True)
    duration_s = models.FloatField(default=0)
    # What the sender says where the file does not: rate_hz, unit, stimulated.
    told = models.JSONField(default=dict, blank=True)
    channels = models.JSONField(default=list)
    montage = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-created_at"], name="studies_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="study_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="study_kind_known"),
        ]

    @property
    def is_free(self) -> bool:
        """Whether the face was left to itself."""
        return self.kind == Kind.FREE

    @property
    def title(self) -> str:
        """What it is, in a word or two."""
        return Kind(self.kind).short


@pghistory.track(*changes(), exclude=["result"])
class Reading(models.Model):
    """What one version of the software read in a study: one row, whoever read it how often.

    ``result`` is the public result; that of free-running EMG without its bursts, which lie in files with the whole
    result (``whole``), the bursts as a table for people (``table``) and for the viewer (``bursts``), and the lowest and
    highest samples at each scale (``pyramid``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="readings")
    version = models.CharField(max_length=40)
    result = models.JSONField()
    # As it was when this was read.
    montage = models.JSONField(default=dict)
    # From and to, seconds, where the person slept.
    asleep = models.JSONField(default=list)
    whole = models.CharField(max_length=200, blank=True)
    table = models.CharField(max_length=200, blank=True)
    bursts = models.CharField(max_length=200, blank=True)
    pyramid = models.CharField(max_length=200, blank=True)
    attempt = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["study", "version"], name="read_once_a_version")]

    FILES: ClassVar = ("whole", "table", "bursts", "pyramid")

    def files(self) -> list[str]:
        """Return the names of its files in the store."""
        return [name for name in (getattr(self, one) for one in self.FILES) if name]
