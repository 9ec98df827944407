"""A visitor who looks at the main pages of a site that has just started and says what was seen."""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from facialis_clinic.accounts.invented import SignIn, sign_ins

PUBLIC = (
    "/",
    "/patients/",
    "/clinicians/",
    "/insurers/",
    "/offices/",
    "/contact/",
    "/account/signup/",
    "/account/login/",
)
# An authenticator app shows another code each half minute.
PERIOD_S = 30
FIELD = re.compile(r'<input[^>]*name="csrfmiddlewaretoken"[^>]*value="([^"]+)"')
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)
MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
LINK = re.compile(r'<a\b[^>]*?\shref="(/[^"?#]*)')
# What tells one thing's page from another's of its kind.
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FILE = re.compile(r"\.\w+$|/(?:pdf|json|videos)/$")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page answered."""

    who: str
    path: str
    status: int
    title: str
    milliseconds: float

    @property
    def good(self) -> bool:
        """Whether the page came, and not one that says what is wrong or asks to sign in instead."""
        led_away = self.title.startswith("Sign In") and not self.path.startswith("/account/")
        return self.status == 200 and not self.title.startswith("Error") and not led_away


class Visitor:
    """A browser without a screen: keeps cookies, follows redirects, sends forms."""

    def __init__(self, site: str, who: str) -> None:
        self.site, self.who = site, who
        # The site is asked at this machine's own address; its certificate bears the public name.
        context = ssl._create_unverified_context()  # noqa: S323
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def look(self, path: str, form: dict[str, str] | None = None) -> tuple[Seen, str]:
        """Open a page, or send a form to it."""
        return self.post(path, urlencode(form).encode() if form is not None else None)

    def post(self, path: str, data: bytes | None, kind: str = "application/x-www-form-urlencoded") -> tuple[Seen, str]:
        """Send a form that is written out already; without one the page is opened."""
        told = {"Referer": self.site + path} | ({"Content-Type": kind} if data is not None else {})
        asked = urllib.request.Request(self.site + path, data, told)  # noqa: S310
        began = time.perf_counter()
        try:
            answer: HTTPResponse | urllib.error.HTTPError = self._opener.open(asked, timeout=120)
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read().decode("utf-8", "replace")
        title = TITLE.search(text)
        name = unescape(" ".join(title.group(1).split())) if title else ""
        return Seen(self.who, path, answer.status or 0, name, 1000 * (time.perf_counter() - began)), text

    def sign_in(self, one: SignIn) -> Iterator[Seen]:
        """Sign in by password and, where one is asked for, by code; a code that was used already is waited out."""
        seen, text = self.look("/account/login/")
        yield seen
        form = {"csrfmiddlewaretoken": _token(text), "login": one.email, "password": one.password}
        seen, text = self.look("/account/login/", form)
        yield seen
        if one.secret is None:
            return
        for last in (False, True):
            code = one.code(time.time()) or ""
            seen, text = self.look("/account/2fa/authenticate/", {"csrfmiddlewaretoken": _token(text), "code": code})
            if seen.good or last:
                break
            time.sleep(PERIOD_S - time.time() % PERIOD_S)
        yield seen


def visit(site: str, *, demo: bool) -> int:
    """Look at the main pages, print a line each, and return 0 when every one came."""
    seen = list(_public(site)) + (list(_signed_in(site)) if demo else [])
    for one in seen:
        print(f"{one.status} {one.milliseconds:6.0f} ms  {one.who:<14} {one.path:<34} {one.title}")  # noqa: T201
    bad = [one for one in seen if not one.good]
    print(f"{len(seen) - len(bad)} of {len(seen)} pages came")  # noqa: T201
    return 1 if bad else 0


def _public(site: str) -> Iterator[Seen]:
    visitor = Visitor(site, "anybody")
    for path in PUBLIC:
        yield visitor.look(path)[0]


def _signed_in(site: str) -> Iterator[Seen]:
    for one in sign_ins():
        visitor = Visitor(site, one.role)
        yield from visitor.sign_in(one)
        yield from walk(visitor, "/people/")


def walk(visitor: Visitor, start: str, *, deep: int = 1) -> Iterator[Seen]:
    """Open a page and one of each kind that it leads to, as often over as asked.

    Parameters
    ----------
    visitor : Visitor
        Who walks, signed in already.
    start : str
        Where from.
    deep : int
        How many links away from there.
    """
    ahead, known = [(start, 0)], {start}
    while ahead:
        path, far = ahead.pop(0)
        seen, text = visitor.look(path)
        if seen.status == 200 and not seen.title:
            continue  # a film or another file
        yield seen
        main = MAIN.search(text)
        for link in LINK.findall(main.group(0)) if main and far < deep else ():
            kind = ID.sub("…", link)
            if kind not in known and not FILE.search(link):
                known.add(kind)
                ahead.append((link, far + 1))


def _token(text: str) -> str:
    found = FIELD.search(text)
    return found.group(1) if found else ""
