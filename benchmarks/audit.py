"""How fast the log of reads and writes is verified, and whether one flipped bit in it is found.

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
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

ROWS = 1_000_000
QUICK_ROWS = 20_000
PEOPLE = 2000
SEED = 20_261
BEGAN_US = 1_767_225_600_000_000
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


def rows(count: int) -> Iterator[str]:
    """Yield rows as COPY reads them, people in turns as a practice's day brings them."""
    rng = random.Random(SEED)
    people = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(PEOPLE)] + ["-"]
    staff = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(20)]
    last = dict.fromkeys(people, (0, "00" * 32))
    for place in range(count):
        person = rng.choice(people)
        seq, previous = last[person][0] + 1, last[person][1]
        at = BEGAN_US + place * 1_000_003
        thing = UUID(int=rng.getrandbits(128), version=4)
        told = f"{rng.choice(staff)}\tneurologist\tread\trecording\t{thing}\t-"
        whole = f"{previous}\t{person}\t{seq}\t{at}\t{told}"
        stands = sha256(f"facialis.audit/1\t{whole}".encode()).hexdigest()
        last[person] = (seq, stands)
        day = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at // 1_000_000))
        yield f"\\\\x{previous}\t{person}\t{seq}\t{day}.{at % 1_000_000:06}+00\t{told}\t\\\\x{stands}\n"


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
        "found": found == [(flipped[0] or "-", flipped[1], "changed")],
    }


def fill(cursor: Any, count: int) -> None:
    """Copy the rows in, and set the heads to where the chains end."""
    with cursor.copy(COPY) as copy:
        for row in rows(count):
            copy.write(row)
    cursor.execute(HEADS)


def below(cursor: Any, act: Any) -> None:
    """Do something as the owner who has taken the locks off."""
    cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    act()
    cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
