"""What every page shows: the practice's name, where a person can go from here, and whether the people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from facialis_clinic.library.here import here

PUBLIC: Final = "public"
CLINICIANS: Final = ("neurologist", "nurse")


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation: its name, the URL's name and who is shown it."""

    name: str
    to: str
    roles: tuple[str, ...]


STAFF: Final = (*CLINICIANS, "front_desk", "administrator")
WAYS: Final = (
    Way("For patients", "library:patients", (PUBLIC,)),
    Way("For clinicians", "library:clinicians", (PUBLIC,)),
    Way("For insurers", "library:insurers", (PUBLIC,)),
    Way("Offices and hours", "library:practice", (PUBLIC,)),
    Way("My page", "chart:start", ("patient", "proxy")),
    Way("My record", "people:mine", ("patient",)),
    Way("Videos", "recordings:list", ("patient",)),
    Way("Work list", "chart:work", CLINICIANS),
    Way("My patients", "people:list", CLINICIANS),
    Way("People", "people:list", ("proxy", "front_desk")),
    Way("Calls to make", "library:callbacks", ("nurse", "front_desk")),
    Way("Articles", "library:articles", ("neurologist",)),
    Way("Staff", "accounts:staff", ("administrator",)),
    Way("Deletions", "people:deletions", ("administrator",)),
    Way("Access log", "audit:integrity", ("administrator",)),
    Way("Background work", "jobs:list", ("administrator",)),
    Way("Who looked", "audit:mine", ("patient",)),
    Way("Contact", "library:contact", (PUBLIC, "patient", "proxy")),
    Way("Account", "accounts:account", ("patient", "proxy", *STAFF)),
    Way("Sign in", "account_login", (PUBLIC,)),
)
# What stands at the foot of every page, for everybody.
FOOT: Final = (
    Way("Hemifacial spasm", "library:condition", ()),
    Way("Questions", "library:faq", ()),
    Way("Offices and opening hours", "library:practice", ()),
    Way("Contact", "library:contact", ()),
    Way("Sources", "library:references", ()),
    Way("Privacy", "library:privacy", ()),
    Way("Accessibility", "library:accessibility", ()),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A way as one page shows it."""

    name: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what ``base.html`` shows on every page; it asks the database for nothing but who is signed in."""
    return {"demo": settings.DEMO, "coming": _coming(), "navigation": navigation(request), **everywhere()}


def _coming() -> Any:
    """Return what of the demonstration is still to come; None where there is none, or all of it stands."""
    if not settings.DEMO:
        return None
    from facialis_clinic.demo import progress

    return progress.read()


def everywhere() -> dict[str, Any]:
    """Return what a page shows that knows nobody, be it that the database failed."""
    return {"practice": here(), "footer": [Entry(way.name, reverse(way.to), False) for way in FOOT]}


def navigation(request: HttpRequest) -> list[Entry]:
    """Return where this person can go from here."""
    user = getattr(request, "user", None)
    role = user.role if user is not None and user.is_authenticated else PUBLIC
    found = [(way.name, reverse(way.to)) for way in WAYS if role in way.roles]
    # A page may lie below two of them: the account's below /account/, the staff's too.
    nearest = max((url for _, url in found if request.path.startswith(url)), key=len, default="")
    return [Entry(name, url, url == nearest) for name, url in found]
