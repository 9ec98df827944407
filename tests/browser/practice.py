"""Put the practice of the tests into a running site, and tell a browser how to get in: run as ``python -m``.

It runs in the site's own settings and role, since the site is a process of its own with a database of its own.
Everybody in it is invented.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> dict[str, Any]:
    """Make the eight people, sign one of each role in, and return their cookies and every page they may open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    from django.test import Client

    from facialis_clinic.accounts.testing import sign_in
    from tests.clinic.conftest import make_world

    world = make_world()
    people = world.by_role()
    # One who signs out in a test leaves the others signed in.
    sessions = {**people, "patient who leaves": world.alice}
    cookies: dict[str, dict[str, str]] = {"anonymous": {}}
    for name, user in sessions.items():
        client = Client(SERVER_NAME="localhost")
        sign_in(client, user)
        cookies[name] = {cookie: morsel.value for cookie, morsel in client.cookies.items()}
    return {"cookies": cookies, "pages": pages(world)}


def pages(world: Any) -> list[dict[str, str]]:
    """Return every address that somebody may open by GET: its name, the role and the path of Alice's own thing."""
    from django.urls import reverse

    from tests.clinic.access.test_matrix import ROWS

    found = []
    for label, row in ROWS.items():
        if row.method != "get":
            continue
        name = label.partition(" ")[0]
        path = reverse(name, kwargs=dict(row.args(world, "own")) if row.args else None)
        data = row.data(world, "own") if callable(row.data) else row.data
        if data:
            from urllib.parse import urlencode

            path += "?" + urlencode(dict(data), doseq=True)
        # A link that is no longer good is answered by a page too.
        roles = list(row.allow) or ["anonymous"] * (200 in row.denied)
        found += [{"name": label, "role": role, "path": path} for role in roles]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
