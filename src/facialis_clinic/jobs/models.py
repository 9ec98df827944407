"""What the queue of Django's Tasks does not know of a job: whose it is, how often it died, how far it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django_tasks_db.models import DBTaskResult


class Why(models.TextChoices):
    """Why a job has failed for good."""

    REFUSED = "refused", "refused"
    MISTAKE = "mistake", "an error of the program"
    DEATHS = "deaths", "it stops the program"


class Job(models.Model):
    """A job, beside its row in the queue. No health data: ids and counts alone."""

    result = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="job")
    # Whose turn it is: the id of a person's record, or nobody's for the practice's own work.
    whose = models.UUIDField(null=True, editable=False)
    turn = models.BigIntegerField(default=0)
    # A worker that died while it had the job, and an error that the job raised, are two things and counted apart.
    deaths = models.PositiveSmallIntegerField(default=0)
    mistakes = models.PositiveSmallIntegerField(default=0)
    progress = models.FloatField(default=0)
    why = models.CharField(max_length=8, choices=Why, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """Django's options."""

        indexes: ClassVar = [
            models.Index(fields=["turn"], name="job_turn"),
            models.Index(fields=["whose", "turn"], name="job_whose_turn"),
        ]


class DailyRun(models.Model):
    """A day's run of a daily job: the row can be made once, so the job is queued once, whoever many workers ask."""

    task = models.CharField(max_length=200)
    day = models.DateField()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "day"], name="once_a_day")]
