"""What is done before the site opens: tables, files, articles. Run as ``python -m`` in the role that owns them."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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

    with quick_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    import_articles(now=now())
    if os.environ.get("FACIALIS_DEMO") == "1":
        from facialis_clinic.accounts.demo import demo_people

        demo_people()


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Leave out what takes most of a first migration's time, and nothing comes of.

    It makes classes by the thousand, and a fifth of its time is looking for garbage among them. For each trigger the
    classes of all tables around its own would be made anew, though none of them knows of a trigger.
    """
    from pgtrigger.migrations import AddTrigger, RemoveTrigger

    noting = "state_forwards"
    before = {kind: getattr(kind, noting) for kind in (AddTrigger, RemoveTrigger)}
    gc.disable()
    for kind, forwards in before.items():
        setattr(kind, noting, _keeping_classes(forwards))
    try:
        yield
    finally:
        for kind, forwards in before.items():
            setattr(kind, noting, forwards)
        gc.enable()


def _keeping_classes(forwards: Callable[[Any, str, Any], None]) -> Callable[[Any, str, Any], None]:
    """Return how a migration notes a trigger, less making classes anew: a state that has none makes none."""

    def noted(operation: Any, app_label: str, state: Any) -> None:
        classes = vars(state).pop("apps", None)
        forwards(operation, app_label, state)
        if classes is not None:
            vars(state)["apps"] = classes

    return noted


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
