"""What the public pages are kept in: articles with every version of theirs, reviews, and people to call back."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse

USER = settings.AUTH_USER_MODEL


class Audience(models.TextChoices):
    """Whom an article is written for."""

    PATIENTS = "patients", "patients"
    CLINICIANS = "clinicians", "clinicians"
    INSURERS = "insurers", "insurers"


class Kind(models.TextChoices):
    """What an article is: running text, or questions with their answers."""

    ARTICLE = "article", "article"
    FAQ = "faq", "questions and answers"


class Article(models.Model):
    """An article. What it says stands in its revisions, of which the newest is shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    audience = models.CharField(max_length=16, choices=Audience)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.ARTICLE)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["order", "slug"]

    @property
    def url(self) -> str:
        """Where it is read."""
        if self.kind == Kind.FAQ:
            return reverse("library:faq")
        if self.slug == "hemifacial-spasm":
            return reverse("library:condition")
        name = "article" if self.audience == Audience.PATIENTS else f"{self.audience}_article"
        return reverse(f"library:{name}", kwargs={"slug": self.slug})

    def __str__(self) -> str:
        return self.slug


class Revision(models.Model):
    """One version of an article, with its numbers in place. It is never changed and never removed.

    ``imported`` is the hash of what came with Facialis; it is empty where the practice wrote it itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=320)
    text = models.TextField()
    author = models.CharField(max_length=120)
    references = models.JSONField(default=list)
    related = models.JSONField(default=list)
    grade = models.FloatField(null=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=240, blank=True)
    imported = models.CharField(max_length=64, blank=True)

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["article", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_one_number"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="revision_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}, version {self.number}"


class Review(models.Model):
    """A physician has read a revision and stands by it until a day; that day is no longer covered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    reviewed_on = models.DateField()
    due_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        """Django's options."""

        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(due_on__gt=models.F("reviewed_on")), name="review_due_after"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="review_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.reviewed_on}"


class When(models.TextChoices):
    """When somebody would like to be called."""

    ANY = "any", "Any time in our telephone hours"
    MORNING = "morning", "In the morning"
    AFTERNOON = "afternoon", "In the afternoon"


class Topic(models.TextChoices):
    """What a call is about. Nothing of anybody's health is asked."""

    FIRST_VISIT = "first_visit", "A first visit"
    APPOINTMENT = "appointment", "An appointment that I have"
    SITE = "site", "Signing in, or sending a film"
    COST = "cost", "Cost or insurance"
    REFERRAL = "referral", "I am a clinician and want to refer somebody"
    OTHER = "other", "Something else"


class CallBack(models.Model):
    """Somebody asked to be called. The row goes some weeks after the call."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    when = models.CharField(max_length=16, choices=When, default=When.ANY)
    topic = models.CharField(max_length=16, choices=Topic)
    created_at = models.DateTimeField()
    # A keyed hash of the address that it came from; emptied after a day.
    came_from = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """Django's options."""

        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="call_back_age"),
            models.Index(fields=["came_from", "created_at"], name="call_back_from"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.created_at:%Y-%m-%d}"
