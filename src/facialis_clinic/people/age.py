"""When a child comes of age."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone

OF_AGE: Final = 18  # years; the words about parents name it too
OLDEST: Final = 125


def comes_of_age(born: date) -> datetime:
    """Return when somebody decides alone: the first moment of a birthday; 1 March for who was born on 29 February."""
    year = born.year + OF_AGE
    try:
        day = born.replace(year=year)
    except ValueError:
        day = date(year, 3, 1)
    return timezone.make_aware(datetime.combine(day, time.min))


def is_minor(born: date | None, now: datetime) -> bool:
    """Whether a parent decides; a birthday that nobody knows makes nobody a child."""
    return born is not None and now < comes_of_age(born)


def can_be_born(born: date, now: datetime) -> bool:
    """Whether a birthday is one of somebody alive today."""
    today = timezone.localdate(now)
    return born <= today and today.year - born.year <= OLDEST
