"""What every page shows: the practice's name, where a person can go from here, and whether the people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

PUBLIC: Final = "public"
CLINICIANS: Final = ("neurologist", "nurse")


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation: its name, the URL's name and who is shown it."""

    name: str
    to: str
    roles: tuple[str, ...]


WAYS: Final = (
    Way("The condition", "library:condition", (PUBLIC,)),
    Way("Questions", "library:faq", (PUBLIC,)),
    Way("Practice", "library:practice", (PUBLIC,)),
    Way("Contact", "library:contact", (PUBLIC, "patient", "proxy")),
    Way("My record", "people:mine", ("patient",)),
    Way("People", "people:list", ("proxy", *CLINICIANS, "front_desk")),
    Way("Recordings", "recordings:list", ("patient", "proxy", *CLINICIANS)),
    Way("Who looked", "audit:mine", ("patient", "proxy")),
    Way("Calls to make", "library:callbacks", ("front_desk",)),
    Way("Staff", "accounts:staff", ("administrator",)),
    Way("Access log", "audit:integrity", ("administrator",)),
    Way("Account", "accounts:account", ("patient", "proxy", *CLINICIANS, "front_desk", "administrator")),
    Way("Sign in", "account_login", (PUBLIC,)),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A way as one page shows it."""

    name: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what ``base.html`` shows on every page; it asks the database for nothing but who is signed in."""
    return {"demo": settings.DEMO, "navigation": navigation(request)}


def navigation(request: HttpRequest) -> list[Entry]:
    """Return where this person can go from here."""
    user = getattr(request, "user", None)
    role = user.role if user is not None and user.is_authenticated else PUBLIC
    entries = []
    for way in WAYS:
        if role in way.roles:
            try:
                url = reverse(way.to)
            except NoReverseMatch:
                continue
            entries.append(Entry(way.name, url, request.path == url or (url != "/" and request.path.startswith(url))))
    return entries
