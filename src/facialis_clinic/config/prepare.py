"""What is done before the site opens: tables, files, articles. Run as ``python -m`` in the role that owns them."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facialis.version import __version__
from facialis_clinic import __file__ as package_file
from facialis_practice import __file__ as practice_file

DONE = "prepared.json"


def fingerprint() -> str:
    """Return a hash of all that preparing depends on: the version and the site's own files by name, size and time."""
    digest = hashlib.sha256(__version__.encode())
    for top in (Path(package_file).parent, Path(practice_file).parent):
        for path in sorted(top.rglob("*")):
            if path.is_file() and path.suffix not in {".pyc", ".html"}:
                told = path.stat()
                digest.update(f"{path.relative_to(top)} {told.st_size} {told.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_done(home: Path) -> bool:
    """Whether this home was prepared by these very files."""
    try:
        told = json.loads((home / DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(told == {"fingerprint": fingerprint()})


def prepare(home: Path) -> None:
    """Migrate, make the cache's table, read the articles in."""
    import django
    from django.core.management import call_command
    from django.utils.timezone import now

    django.setup()
    from facialis_clinic.library.actions import import_articles

    with _no_collections():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    import_articles(now=now())
    if os.environ.get("FACIALIS_DEMO") == "1":
        from facialis_clinic.accounts.demo import demo_people

        demo_people()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let no garbage be looked for: a first migration makes classes by the thousand, a fifth of its time is looking."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def gather_static() -> None:
    """Gather the pages' own files, with a hash in each name and compressed; no database is needed for it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


def write_done(home: Path) -> None:
    """Note that this home is prepared."""
    part = home / (DONE + ".part")
    part.write_text(json.dumps({"fingerprint": fingerprint()}), encoding="utf-8")
    part.replace(home / DONE)


if __name__ == "__main__":
    from facialis_clinic.home import default_home

    if sys.argv[1:] == ["static"]:
        gather_static()
    else:
        prepare(default_home())
