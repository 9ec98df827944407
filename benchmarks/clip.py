"""From sent to result: a patient's film of a minute at 720p, measured by the site itself.

The site is started as anybody starts it, without the demonstration, whose own films would be measured first. A patient
sends the film in parts as the page does, and the recording's own page is asked until it says how good the film is.
Site, database, worker and the process that measures share the cores. Each run sends the same pictures under another
name and hash, so that nothing is known before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import kept, long_clip
from benchmarks.site import Site

RUNS = 3
POLL_S = 0.25
# Who waits longer than this has no result.
LONGEST_S = 300.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
WORDS = re.compile(r'name="(care_words|teaching_words|research_words)" value="([^"]+)"')


class Patient:
    """Somebody with a record, signed in, who sends films."""

    def __init__(self, site: Site) -> None:
        from facialis_clinic.accounts.invented import SignIn
        from facialis_clinic.visit import Visitor

        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.clip"], env=os.environ | {"FACIALIS_HOME": str(site.home)},
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        known = json.loads(told.stdout.splitlines()[-1])
        self.person, self.site = known["person"], site.url
        self.visitor = Visitor(site.url, "patient")
        list(self.visitor.sign_in(SignIn("patient", known["email"], known["password"], None)))
        text = self.look(f"/recordings/of/{self.person}/send/").decode()
        token = TOKEN.search(text)
        assert token is not None
        self.token, self.words = token.group(1), dict(WORDS.findall(text))

    def look(self, path: str, data: bytes | None = None, method: str = "GET", **headers: str) -> bytes:
        """Ask for an address and return what comes back."""
        asked = urllib.request.Request(self.site + path, data, headers, method=method)
        with self.visitor._opener.open(asked, timeout=120) as answer:
            found: bytes = answer.read()
        return found

    def ask(self, method: str, path: str, data: bytes | None = None, **headers: str) -> dict[str, Any]:
        """Ask as the page's script does, and return the JSON that comes back."""
        told = {"X-CSRFToken": self.token, "Referer": self.site + path, **headers}
        found: dict[str, Any] = json.loads(self.look(path, data, method, **told))
        return found

    def watchable(self, page: str) -> None:
        """Wait for the copy for watching, which the worker makes after the result: the next film meets an idle site."""
        until = time.perf_counter() + LONGEST_S
        while b"copy for watching is being made" in self.look(page) and time.perf_counter() < until:
            time.sleep(POLL_S)

    def send(self, film: bytes) -> dict[str, float]:
        """Send a film in parts and wait for its result; return the seconds of each stretch."""
        about = {
            "name": "film.mp4", "size": len(film), "sha256": hashlib.sha256(film).hexdigest(), "mirrored": "no",
            "care": "on", **self.words,
        }  # fmt: skip
        began = time.perf_counter()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        told = self.ask("POST", f"/recordings/of/{self.person}/begin/", urlencode(about).encode(), **form)
        for at in range(0, len(film), told["part"]):
            piece = film[at : at + told["part"]]
            kind = {"Upload-Offset": str(at), "Content-Type": "application/octet-stream"}
            self.ask("PUT", told["parts"], piece, **kind)
        sent = time.perf_counter()
        page = self.ask("POST", told["finish"], b"", **form)["page"]
        taken = time.perf_counter()
        until = sent + LONGEST_S
        while time.perf_counter() < until:
            if b"How good the video is" in self.look(page):
                done = time.perf_counter()
                self.watchable(page)
                return {"sending": sent - began, "taking": taken - sent, "measuring": done - taken, "all": done - sent}
            time.sleep(POLL_S)
        raise RuntimeError(f"no result after {LONGEST_S:.0f} s")


def films(count: int) -> tuple[list[bytes], float]:
    """Return the film as so many files that differ in a box that no player reads, and its length in seconds."""
    path, seconds = long_clip.made(1)
    film = path.read_bytes()
    return [film + _free(f"film {number} of {time.time_ns()}".encode()) for number in range(count)], seconds


def _free(text: bytes) -> bytes:
    """Return a box of free space (ISO/IEC 14496-12, 8.1.2)."""
    return (8 + len(text)).to_bytes(4, "big") + b"free" + text


def run(*, quick: bool = False) -> dict[str, Any]:
    """Start the site and send films one after the other."""
    made, seconds = films(1 if quick else RUNS)
    folder = Path(tempfile.mkdtemp(prefix="facialis-clip-"))
    folder.chmod(0o711)
    runs = []
    try:
        site = Site(folder / "home")
        try:
            patient = Patient(site)
            for film in made:
                load = os.getloadavg()[0]
                runs.append(patient.send(film) | {"load_before": load})
                kept.say(f"   {runs[-1]}")
        finally:
            site.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    times = sorted(one["all"] for one in runs)
    return {
        "seconds": seconds,
        "width": long_clip.SIZE[0],
        "height": long_clip.SIZE[1],
        "fps": long_clip.FPS,
        "megabytes": len(made[0]) / 1e6,
        "runs": runs,
        "median_s": times[len(times) // 2],
        "worst_s": times[-1],
    }


def main() -> None:
    """Make a patient in the site's own settings, and tell how a browser gets in as them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    import secrets
    from datetime import date

    from allauth.account.models import EmailAddress

    from facialis_clinic.accounts.models import Role, User
    from facialis_clinic.people.models import Person

    email, password = "alice@example.org", secrets.token_urlsafe()
    user = User.objects.create_user(email, password=password, name="Alice Example", role=Role.PATIENT)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    person = Person.objects.create(user=user, name=user.name, born=date(1960, 1, 1))
    print(json.dumps({"person": str(person.pk), "email": email, "password": password}))


if __name__ == "__main__":
    main()
