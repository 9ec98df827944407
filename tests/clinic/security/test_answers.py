"""What every answer bears, whoever gives it: a page, a file, a redirect, a refusal, a failure."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from facialis_clinic.config import settings as site
from tests.clinic.conftest import World

SECRET = "a secret of the failing page"
DUMP = """
import json
from facialis_clinic.config import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_", "CSRF_", "SECURE_", "MESSAGE_", "X_FRAME"))]
told = {name: getattr(settings, name) for name in [*names, "ALLOWED_HOSTS", "CONTENT_SECURITY_POLICY", "DEBUG"]}
from django.conf import settings
settings.configure(SESSION_COOKIE_SECURE=told["SESSION_COOKIE_SECURE"])
from facialis_clinic.config.messages import Cookie
print(json.dumps({"settings": told, "messages": Cookie.cookie_name}))
"""


def broken(request: HttpRequest) -> HttpResponse:
    """Fail, as no page should."""
    raise RuntimeError(SECRET)


urlpatterns = [path("broken/", broken), path("", include("facialis_clinic.config.urls"))]
handler404, handler500 = "facialis_clinic.kit.views.missing", "facialis_clinic.kit.views.broken"


@pytest.fixture
def static(tmp_path: Path) -> Iterator[None]:
    """A file beside the pages, as `collectstatic` would leave it."""
    (tmp_path / "one.js").write_text("1;\n")
    with override_settings(STATIC_ROOT=tmp_path):
        yield


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The settings of a site that people reach by TLS; nothing in the environment turns debugging on."""
    around = {key: value for key, value in os.environ.items() if not key.startswith(("FACIALIS_", "DATABASE_"))}
    around |= {"FACIALIS_URL": "https://practice.example", "DEBUG": "1", "DJANGO_DEBUG": "1"}
    around["FACIALIS_HOME"] = str(tmp_path_factory.mktemp("home"))
    done = subprocess.run([sys.executable, "-c", DUMP], env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


ANSWERS = {
    "a page": (200, "get", "/", {}),
    "a file": (200, "get", "/static/one.js", {}),
    "a redirect": (302, "get", "/people/", {}),
    "a missing page": (404, "get", "/no/such/page/", {}),
    "a missing file": (404, "get", "/static/none.js", {}),
    "a form from elsewhere": (403, "post", "/contact/", {}),
    "a foreign host": (400, "get", "/", {"HTTP_HOST": "evil.example"}),
    "a wrong method": (405, "post", "/robots.txt", {}),
    "a failure": (500, "get", "/broken/", {}),
    "TRACE": (405, "trace", "/", {}),
}


def read(answer: Any) -> bytes:
    """Return what an answer holds; a file is closed at its end."""
    text = b"".join(answer)
    answer.close()
    return text


@pytest.mark.parametrize("kind", ANSWERS)
@override_settings(ROOT_URLCONF="tests.clinic.security.test_answers")
def test_every_answer_says_what_a_browser_may_do_with_it(db: None, static: None, kind: str) -> None:
    status, method, where, more = ANSWERS[kind]
    client = Client(raise_request_exception=False, enforce_csrf_checks=method == "post" and where == "/contact/")

    answer = getattr(client, method)(where, **more)
    read(answer)

    assert answer.status_code == status
    policy = answer["Content-Security-Policy"]
    for words in ("default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert words in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer


def test_a_film_may_be_framed_by_nobody_either() -> None:
    """It bears a policy of its own, stricter than the pages'."""
    from facialis_clinic.recordings.serving import POLICY

    assert POLICY.split("; ") == ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "sandbox"]


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if kind != "TRACE"])
@override_settings(ROOT_URLCONF="tests.clinic.security.test_answers")
def test_what_is_text_says_in_which_letters(db: None, static: None, kind: str) -> None:
    _, method, where, more = ANSWERS[kind]

    answer = getattr(Client(raise_request_exception=False), method)(where, **more)

    if read(answer):
        assert re.fullmatch(r'text/(html|javascript); charset="?utf-8"?', answer["Content-Type"])


@pytest.mark.parametrize("where", ["/alive/", "/robots.txt"])
def test_plain_text_says_in_which_letters(db: None, where: str) -> None:
    assert Client().get(where)["Content-Type"] == "text/plain; charset=utf-8"


def test_over_tls_every_answer_asks_for_tls_and_every_cookie_is_this_hosts_alone(
    world: World, static: None, https: dict[str, Any]
) -> None:
    from tests.clinic.accounts.conftest import try_password

    with override_settings(**https["settings"]):
        client = Client(SERVER_NAME="practice.example")
        plain = client.get("/account/login/")
        missing = client.get("/no/such/page/", secure=True)
        file = client.get("/static/one.js", secure=True)
        form = client.get("/account/login/", secure=True)
        signed_in = try_password(client, world.alice.email, secure=True)
        read(file)

    assert (plain.status_code, plain["Location"]) == (301, "https://practice.example/account/login/")
    for answer in (missing, file, form, signed_in):
        assert answer["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "upgrade-insecure-requests" in form["Content-Security-Policy"]
    cookies = form.cookies | signed_in.cookies
    assert set(cookies) >= {"__Host-csrf", "__Host-session"}
    for name, cookie in cookies.items():
        if name != "messages":
            assert name.startswith("__Host-")
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
    assert https["messages"] == "__Host-messages"


def test_what_is_said_once_travels_in_the_sites_own_cookie() -> None:
    assert site.MESSAGE_STORAGE == "facialis_clinic.config.messages.Messages"


def test_nothing_in_the_environment_turns_debugging_on(https: dict[str, Any]) -> None:
    assert https["settings"]["DEBUG"] is False


@override_settings(ROOT_URLCONF="tests.clinic.security.test_answers")
def test_a_failure_tells_nothing_of_where_and_why(db: None, caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(raise_request_exception=False).get("/broken/?token=1")

    page = answer.content.decode()
    for word in (SECRET, "RuntimeError", "Traceback", "test_answers", "Django", "token=1"):
        assert word not in page
    # It failed of that very error, and the log tells its kind and place, not its words.
    assert any(one.exc_info and SECRET in str(one.exc_info[1]) for one in caplog.records)


@pytest.mark.parametrize("kind", ANSWERS)
@override_settings(ROOT_URLCONF="tests.clinic.security.test_answers")
def test_no_answer_names_a_version(db: None, static: None, kind: str) -> None:
    import django

    _, method, where, more = ANSWERS[kind]
    answer = getattr(Client(raise_request_exception=False), method)(where, **more)

    said = read(answer).decode() + str(dict(answer.headers))
    assert django.__version__ not in said
    assert "Python/" not in said
    assert "PostgreSQL" not in said
    assert "X-Powered-By" not in answer


@pytest.mark.parametrize(
    "where",
    ["/.git/config", "/.git/HEAD", "/.env", "/static/", "/static/../secrets/django", "/static/%2e%2e/secrets/django",
     "/secrets/django", "/files/", "/media/", "/static/.git/HEAD", "/docs/", "/swagger/", "/metrics", "/admin/",
     "/debug/", "/server-status"],
)  # fmt: skip
def test_nothing_but_the_pages_and_their_files_is_served(db: None, static: None, where: str) -> None:
    assert Client().get(where).status_code == 404


def test_signing_out_clears_what_the_browser_kept(world: World, sign_in: Any) -> None:
    client = sign_in(world.alice)
    stays = client.get("/account/")

    leaves = client.post("/account/logout/")

    assert "Clear-Site-Data" not in stays
    assert leaves["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_that_ends_by_itself_clears_it_too(world: World, sign_in: Any) -> None:
    client = sign_in(world.alice)
    session = client.session
    session["seen"] -= 3600
    session.save()

    answer = client.get("/account/")

    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("method", ["trace", "generic"])
def test_a_method_that_no_page_knows_is_refused(world: World, sign_in: Any, method: str) -> None:
    client = sign_in(world.alice)

    answer = client.trace("/account/") if method == "trace" else client.generic("DEBUG", "/account/")

    assert (answer.status_code, answer.content) == (405, b"")


def test_a_line_break_in_an_address_makes_no_second_line_in_the_log(db: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Client().get("/no%0aWARNING%20forged/%0d%0aagain%1b[31m/")

    told = [record.getMessage() for record in caplog.records]
    assert any("forged" in line for line in told)
    assert not any(sign in line for line in told for sign in "\n\r\x1b")


def test_each_signed_in_page_is_kept_by_no_browser_and_shows_the_way_out(world: World, sign_in: Any) -> None:
    """Every page that somebody signed in may open, as the access matrix lists them."""
    from tests.clinic.access.test_matrix import ROWS, request_of

    client = sign_in(world.alice)
    kept, without, pages = [], [], 0
    for name, row in ROWS.items():
        if row.method != "get" or row.allow.get("patient") is None:
            continue
        answer = client.get(*request_of(name.partition(" ")[0], row, world, "own"))
        if answer.streaming:
            list(answer.streaming_content)
        if answer.status_code != 200:
            continue
        if "no-store" not in answer.get("Cache-Control", ""):
            kept.append(name)
        if not answer.streaming and b"<html" in answer.content:
            pages += 1
            if b'action="/account/logout/"' not in answer.content:
                without.append(name)

    assert pages > 20
    assert kept == []
    assert without == []


def test_a_password_is_taken_to_the_letter(world: World) -> None:
    from tests.clinic.accounts.conftest import PASSWORD, is_in, try_password

    for wrong in (PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], PASSWORD.title()):
        client = Client()
        try_password(client, world.charlie.email, wrong)
        assert not is_in(client), wrong


def test_the_key_of_a_session_cannot_be_guessed(world: World) -> None:
    """32 signs out of 36, drawn by the system: 165 bits."""
    from tests.clinic.accounts.conftest import try_password

    keys = set()
    for _ in range(3):
        client = Client()
        try_password(client, world.charlie.email)
        keys.add(client.session.session_key)

    assert len(keys) == 3
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
    assert len(set("".join(keys))) > 20
