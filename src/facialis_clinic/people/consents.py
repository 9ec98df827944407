"""What a patient allows, read: for their page and for what is handed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from facialis_clinic.people.models import Consent, Person
from facialis_clinic.people.wording import Words, agreed, current


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for one use: the words shown today, the yes to all recordings, and what was said of single ones."""

    use: str
    label: str
    words: Words
    consent: Consent | None
    agreed_to: Words | None
    single: tuple[Consent, ...]

    @property
    def yes_to(self) -> int:
        """How many recordings a yes of their own was said to."""
        return sum(not one.no for one in self.single)

    @property
    def no_to(self) -> int:
        """How many recordings a no of their own was said to."""
        return sum(one.no for one in self.single)


def standing_now(now: datetime) -> Q:
    """Select what was said, not taken back and not ended."""
    return Q(given_at__lte=now) & _open("withdrawn_at", now) & _open("ends_at", now)


def of_person(person: Person, now: datetime) -> list[Standing]:
    """Return what stands for each use."""
    rows = list(Consent.objects.filter(standing_now(now), person=person).select_related("by").order_by("given_at"))
    shown = []
    for use in Consent.Use:
        mine = [one for one in rows if one.use == use]
        whole = next((one for one in mine if one.recording_id is None), None)
        words = agreed(whole.words_version) if whole is not None else None
        single = tuple(one for one in mine if one.recording_id is not None)
        shown.append(Standing(use.value, use.label, current(use), whole, words, single))
    return shown


def allowed(use: str, now: datetime) -> Q:
    """Select, among recordings, those that may be used so at this moment.

    ``Recording.objects.filter(allowed("teaching", now))``: asked anew for each handing out, so that what was taken back
    is out of it at once.
    """
    said = Consent.objects.filter(standing_now(now), person=OuterRef("person"), use=use)
    this, every = said.filter(recording_id=OuterRef("pk")), said.filter(recording_id=None)
    return Exists(this.filter(no=False)) | (Exists(every) & ~Exists(this.filter(no=True)))


def _open(field: str, now: datetime) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": now})
