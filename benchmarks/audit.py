"""How fast the log of reads and writes is verified, whether a flipped bit is found, and how long a page waits for it.

A million rows over two thousand people are hashed here, by code of its own, and copied in below the triggers; a few
more are then recorded as the site does it, so that both write the same chain. Then the verifier reads them.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

ROWS = 1_000_000
QUICK_ROWS = 20_000
PEOPLE = 2000
SEED = 20_261
BEGAN_US = 1_767_225_600_000_000
NOTE_EVERY = 20
PAGES, PAGE_S, AT_ONCE = 200, 0.05, 20
"""Slow pages of one and the same record, as many at once as a practice would hardly see."""
COPY = (
    "COPY audit_event (previous, subject, seq, at, actor, role, verb, kind, thing, note_hash, hash) "
    "FROM STDIN (NULL '-')"
)
HEADS = """
INSERT INTO audit_head SELECT DISTINCT ON (subject) coalesce(subject, '00000000-0000-0000-0000-000000000000'), seq, hash
FROM audit_event ORDER BY subject, seq DESC
"""


def run(quick: bool = False) -> dict[str, Any]:
    """Make the log in a database of its own and verify it, whole and with one bit flipped."""
    with tempfile.TemporaryDirectory(prefix="facialis-bench-") as home:
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.audit", str(QUICK_ROWS if quick else ROWS)],
            env=os.environ | {"FACIALIS_HOME": home, "FACIALIS_ROLE": "owner"},
            stdout=subprocess.PIPE,
            check=True,
        )
    result: dict[str, Any] = json.loads(told.stdout)
    return result


def rows(count: int, notes: list[str]) -> Iterator[str]:
    """Yield rows as COPY reads them, people in turns as a practice's day brings them; put their notes into a list."""
    rng = random.Random(SEED)
    people = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(PEOPLE)] + ["-"]
    staff = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(20)]
    last = dict.fromkeys(people, (0, "00" * 32))
    for place in range(count):
        person = rng.choice(people)
        seq, previous = last[person][0] + 1, last[person][1]
        at = BEGAN_US + place * 1_000_003
        thing = UUID(int=rng.getrandbits(128), version=4)
        noted = "-"
        if not place % NOTE_EVERY:
            salt, text = rng.randbytes(32), f"An invented reason, {place}."
            noted = sha256(salt + text.encode()).hexdigest()
            notes.append(f"\\\\x{noted}\t{person}\t\\\\x{salt.hex()}\t{text}\n")
        told = f"{rng.choice(staff)}\tneurologist\tread\trecording\t{thing}\t"
        whole = f"{previous}\t{person}\t{seq}\t{at}\t{told}{noted}"
        stands = sha256(f"facialis.audit/1\t{whole}".encode()).hexdigest()
        last[person] = (seq, stands)
        day = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at // 1_000_000))
        yield f"\\\\x{previous}\t{person}\t{seq}\t{day}.{at % 1_000_000:06}+00\t{told}{bytea(noted)}\t\\\\x{stands}\n"


def bytea(told: str) -> str:
    """Return hexadecimal digits as COPY reads bytes."""
    return told if told == "-" else f"\\\\x{told}"


def main(count: int) -> dict[str, Any]:
    """Fill the database of this process's home and verify it."""
    from facialis_clinic import database, home

    state = Path(os.environ["FACIALIS_HOME"])
    home.prepare(state)
    server = database.start(state)
    try:
        return measure(count)
    finally:
        server.stop()


def measure(count: int) -> dict[str, Any]:
    """Return the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facialis_clinic.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from facialis_clinic.audit import actions

    call_command("migrate", "audit", verbosity=0)
    with connection.cursor() as cursor:
        below(cursor, lambda: fill(cursor, count))
        cursor.execute("VACUUM ANALYZE audit_event")
    for subject in (None, UUID(int=1)):
        actions.record(subject=subject, actor=None, verb="read", kind="recording", note="An invented reason.")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times, whole = [], True
    for _ in range(3):
        begun = time.perf_counter()
        report = actions.verify()
        times.append(time.perf_counter() - begun)
        whole &= report.whole
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    with connection.cursor() as cursor:
        flip = "UPDATE audit_event SET thing = overlay(thing::text placing {} from 36)::uuid WHERE id = %s".format(
            "to_hex(('x' || right(thing::text, 1))::bit(4)::int # 1)"
        )
        below(cursor, lambda: cursor.execute(flip, [count // 3]))
        cursor.execute("SELECT subject::text, seq FROM audit_event WHERE id = %s", [count // 3])
        flipped = cursor.fetchone()
    found = [(one.subject, one.seq, one.what) for one in actions.verify().broken]
    return {
        "rows": report.rows,
        "chains": report.chains,
        "seconds": sorted(times)[1],
        "seconds_worst": max(times),
        "rows_per_second": report.rows / sorted(times)[1],
        "memory_grown_mb": grown / 1024,
        "whole_said_whole": whole,
        "flipped_bits": 1,
        "waits": waits(UUID(int=2)),
        "found": found == [(flipped[0] or "-", flipped[1], "changed")],
    }


def fill(cursor: Any, count: int) -> None:
    """Copy the rows in, and set the heads to where the chains end."""
    notes: list[str] = []
    with cursor.copy(COPY) as copy:
        for row in rows(count, notes):
            copy.write(row)
    with cursor.copy("COPY audit_note (hash, subject, salt, text) FROM STDIN (NULL '-')") as copy:
        for note in notes:
            copy.write(note)
    cursor.execute(HEADS)


def waits(subject: UUID) -> dict[str, Any]:
    """Say how long slow pages of one record take, chained at the commit as the site does it, and at once."""
    return {
        "page_ms": PAGE_S * 1000,
        "at_once": AT_ONCE,
        "chained_at_commit_ms": _pages(subject, at_once=False),
        "chained_at_once_ms": _pages(subject, at_once=True),
    }


def _pages(subject: UUID, *, at_once: bool) -> dict[str, float]:
    from django.db import connections, transaction

    from facialis_clinic.audit.actions import record

    def page(_: int) -> float:
        begun = time.perf_counter()
        with transaction.atomic():
            if at_once:
                with connections["default"].cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS audit_pending_ready, audit_pending_append IMMEDIATE")
            record(subject=subject, actor=None, verb="read", kind="recording")
            time.sleep(PAGE_S)
        return (time.perf_counter() - begun) * 1000

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(2):  # the first time opens the connections
            times = sorted(pool.map(page, range(PAGES)))
    return {"median": times[len(times) // 2], "p95": times[int(len(times) * 0.95)]}


def below(cursor: Any, act: Any) -> None:
    """Do something as the owner who has taken the locks off."""
    cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    act()
    cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
