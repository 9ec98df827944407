"""Which steps of which story were played: what a start that was ended before goes on from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Played(models.Model):
    """A step that was played; it is noted in the transaction that played it."""

    story = models.CharField(max_length=40)
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Played]] = models.Manager()

    class Meta:
        """Django's options."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["story", "step"], name="played_once")]
