"""What is done for a person. Triggers write down each change."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models

from facialis_clinic.people.models import Person, changes

USER = settings.AUTH_USER_MODEL
# What of a signed document is not changed any more; that a user goes, or that it is shared, is no change of it.
FROZEN = ("kind", "title", "recipient", "facts", "body", "made_at", "signed_at")
# What was given is not changed any more; which version stands for the plan, and that a user goes, is no change of it.
GIVEN = ("kind", "day", "side", "record", "row", "written_at", "why")


@pghistory.track(*changes(), exclude=["safety", "indication", "answer"])
class Order(models.Model):
    """A test that is ordered, with what it shall answer; ``safety`` is the form that MRI asks for."""

    class Kind(models.TextChoices):
        """What is ordered."""

        EMG = "emg", "electromyography"
        MRI = "mri", "magnetic resonance imaging"
        AUDIOGRAM = "audiogram", "audiogram with speech discrimination"

    class State(models.TextChoices):
        """How far it is."""

        ORDERED = "ordered", "ordered"
        DONE = "done", "done"
        CANCELLED = "cancelled", "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="orders")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.ORDERED)
    indication = models.TextField()
    protocol = models.JSONField(default=dict)
    safety = models.JSONField(default=dict)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    ordered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-ordered_at"], name="orders_of_person")]


@pghistory.track(*changes(), exclude=["aid", "weighed", "note"])
class Choice(models.Model):
    """A decision aid that was handed to the patient, and what the patient made of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="choices")
    aid = models.JSONField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    handed_at = models.DateTimeField()
    weighed = models.JSONField(default=dict)
    leaning = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-handed_at"], name="choices_of_person")]


@pghistory.track(*changes(), exclude=["plan"])
class Plan(models.Model):
    """An injection plan: ``plan`` is the public JSON ``facialis.injection_plan/1``, made of what was ``asked``.

    ``time_out`` is what two people confirmed at the chair, before anything of the session could be entered.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", "draft"
        READY = "ready", "ready for the session"
        DONE = "done", "injected"
        DROPPED = "dropped", "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="plans")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    day = models.DateField()
    asked = models.JSONField(default=dict)
    plan = models.JSONField()
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    time_out = models.JSONField(default=dict, blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-day"], name="plans_of_person")]


@pghistory.track(*changes(), exclude=["record"])
class Treatment(models.Model):
    """What was given or done on a day: a session of injections (``record``: ``facialis.session/1``) or something else.

    ``row`` is the treatment as ``facialis.followup.treatments`` reads it. What was given stays as it was written: a
    correction is a new version that supersedes it, and the database itself lets nothing else happen.
    """

    class Kind(models.TextChoices):
        """What it was."""

        INJECTION = "injection", "injection session"
        OPERATION = "operation", "microvascular decompression"
        MEDICINE = "medicine", "medicine"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="treatments")
    kind = models.CharField(max_length=12, choices=Kind)
    day = models.DateField()
    side = models.CharField(max_length=8)
    plan = models.OneToOneField(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="session")
    record = models.JSONField(default=dict)
    row = models.JSONField(default=dict)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="superseded_by"
    )
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-day"], name="treatments_of_person")]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="treatment_given_stays",
                operation=pgtrigger.Update,
                condition=reduce(
                    or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in GIVEN)
                ),
            )
        ]


@pghistory.track(*changes(), exclude=["body", "facts"])
class Document(models.Model):
    """A letter or another paper: a draft until it is signed, then it stays as it is.

    ``facts`` is what it was made of, and who signed; ``body`` is what the clinician made of it, as plain text with
    headings and lists (``facialis.paper.markup``). The database itself lets nothing of a signed one be changed: a
    correction is a new one that supersedes it.
    """

    class Kind(models.TextChoices):
        """What it is."""

        LETTER = "letter", "letter"
        REPORT = "report", "report"
        REFERRAL = "referral", "referral for surgery"
        PACKET = "packet", "authorisation packet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    recipient = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        """Django's options."""

        indexes: ClassVar = [models.Index(fields=["person", "-made_at"], name="documents_of_person")]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="document_signed_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_at__isnull=False)
                & reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in FROZEN)),
            )
        ]


@pghistory.track(*changes())
class Alarm(models.Model):
    """What the course says needs attention, until a clinician has seen to it; raised once a day, side and kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="alarms")
    code = models.CharField(max_length=60)
    side = models.CharField(max_length=8)
    urgency = models.CharField(max_length=12)
    told = models.JSONField(default=dict)
    raised_on = models.DateField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done = models.CharField(max_length=300, blank=True)

    class Meta:
        """Django's options."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "code", "side"], condition=models.Q(seen_at__isnull=True), name="alarm_open_once"
            )
        ]


class CourseResult(models.Model):
    """The course of a person as it was worked out, kept until what goes into it changes: ``key`` names that.

    It is made again from the record at any time, so that no history of it is kept.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    key = models.CharField(max_length=64)
    on = models.DateField()
    result = models.JSONField()
    made_at = models.DateTimeField()
