"""What is finished: one file a measured clip, kept at once and whole, so that a run that is killed loses nothing.

The folder ``TABLE.parts`` lies beside the table. ``SHA256-VERSION.json`` is the public result of one content
(``facialis.video/1``); ``-OPTIONS`` is added where options were given. ``files.jsonl`` remembers the SHA-256 of each
file by its size and time, so that going on does not read every film again.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from facialis.cohort import CohortError
from facialis.cohort.clips import Clip, Options
from facialis.paper.files import locked, write_whole


def beside(table: Path) -> Path:
    """Return the folder of the parts of a table: ``table.parquet`` has ``table.parts``."""
    return table.with_suffix(".parts")


@dataclass(frozen=True)
class Parts:
    """The finished clips of one table.

    Attributes
    ----------
    folder : Path
        Made when it is first written to.
    """

    folder: Path

    def name(self, sha256: str, options: Options) -> str:
        """Return the name under which the result of a content is kept."""
        return "-".join(filter(None, (sha256, version("facialis"), options.mark)))

    def has(self, name: str) -> bool:
        """Say whether a result is kept."""
        path = self._path(name)
        return path.is_file() and path.stat().st_size > 0

    def keep(self, name: str, result: dict[str, Any]) -> None:
        """Keep a result, whole or not at all."""
        write_whole(self._path(name), json.dumps(result, allow_nan=False).encode())

    def read(self, name: str) -> dict[str, Any]:
        """Return a kept result.

        Raises
        ------
        OSError, ValueError
            If it is not there, or no longer JSON.
        """
        result: dict[str, Any] = json.loads(self._path(name).read_bytes())
        return result

    def forget(self) -> None:
        """Throw away every result, and what is known of the files."""
        for path in (*self.folder.glob("*.json"), self.folder / "files.jsonl"):
            path.unlink(missing_ok=True)

    def known_sha256(self, clip: Clip) -> str | None:
        """Return the SHA-256 of a file that has not changed since it was read; None if it must be read."""
        size, time_ns, sha256 = self._files.get(clip.file, (None, None, None))
        try:
            stat = clip.path.stat()
        except OSError:
            return None
        return sha256 if (size, time_ns) == (stat.st_size, stat.st_mtime_ns) else None

    def remember(self, clip: Clip, size: int, time_ns: int, sha256: str) -> None:
        """Keep the SHA-256 of a file that had this size and time before it was read."""
        with (self.folder / "files.jsonl").open("a", encoding="ascii") as file:
            file.write(json.dumps([clip.file, size, time_ns, sha256]) + "\n")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other run off these parts until the end, also a run on another machine where the disk allows.

        The operating system holds the lock and lets go of it with the process, however that ends.

        Raises
        ------
        CohortError
            If another run has them.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a+", encoding="utf-8") as file:
            if not locked(file):
                file.seek(0)
                who = file.read().strip() or "unknown"
                raise CohortError(f"{self.folder}: another run works on it ({who}); wait, or give another --out")
            file.truncate(0)
            file.write(f"process {os.getpid()} on {platform.node()}\n")
            file.flush()
            yield

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    @cached_property
    def _files(self) -> dict[str, tuple[int, int, str]]:
        """The last thing that is known of each file; a line that was cut off by a crash is passed over."""
        known: dict[str, tuple[int, int, str]] = {}
        path = self.folder / "files.jsonl"
        for line in path.read_text(encoding="ascii", errors="replace").splitlines() if path.is_file() else ():
            try:
                name, size, time_ns, sha256 = json.loads(line)
            except ValueError:
                continue
            known[name] = (size, time_ns, sha256)
        return known
