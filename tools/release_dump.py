"""Write the archive of a small invented practice as this release makes it, for the test of upgrades by later releases.

Run it once for each release, when its migrations are settled: ``python tools/release_dump.py``.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from facialis.version import __version__
from facialis_clinic import backups, database
from facialis_clinic.home import prepare
from facialis_clinic.processes import environment

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ROOT / "tests" / "clinic" / "backups" / "releases"
MADE_AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
FILM = b"no film, but a file of an invented recording\n"


def main() -> None:
    """Make the practice and its archive."""
    sys.path.insert(0, str(ROOT))
    from tests.clinic.backups.conftest import WORLD

    file = RELEASES / f"{__version__}.facialis.gz"
    RELEASES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="facialis-release-") as folder:
        Path(folder).chmod(0o755)  # the account of the database passes it
        home = Path(folder) / "home"
        prepare(home)
        server = database.start(home)
        around = {**environment(home, FACIALIS_ROLE="owner"), "PYTHONPATH": str(ROOT)}
        for words in (["-m", "facialis_clinic.config.prepare"], ["-c", WORLD]):
            subprocess.run([sys.executable, *words], env=around, cwd=ROOT, check=True)
        (home / "files" / "originals" / "ab").mkdir(parents=True)
        (home / "files" / "originals" / "ab" / "abcd").write_bytes(FILM)
        told = backups.backup(Path(folder) / "archive", home, now=MADE_AT)
        server.stop()
        # Everybody in it is invented, and its keys open nothing else.
        file.write_bytes(gzip.compress((Path(folder) / "archive").read_bytes(), mtime=0))
    print(f"{os.path.relpath(file)}: {told.rows} rows, {file.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
