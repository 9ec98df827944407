"""Checkpoints: where the chains ended on a day, kept outside the database and sealed with a secret of the home.

A line of ``audit/checkpoints.jsonl`` names the heads that moved since the line before. Its seal is an HMAC over all of
it and over the seal of the line before, and the practice's own chain names the seal in turn: neither can lose its last
rows without the other telling.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from facialis_clinic.audit.verify import PRACTICE_NAME, Mark, Report

FIRST = "0" * 64


class CheckpointError(Exception):
    """The file of checkpoints or its secret cannot be read; the text is one line."""


@dataclass(slots=True)
class Kept:
    """What the file holds."""

    marks: dict[bytes, Mark] = field(default_factory=dict)
    seals: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def place(home: Path) -> Path:
    """Return the file of a home."""
    return home / "audit" / "checkpoints.jsonl"


def read(home: Path) -> Kept:
    """Return the last place that the file names of each chain, and what is wrong with it."""
    kept = Kept()
    path = place(home)
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return kept
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror}") from error
    key = _secret(home)
    for number, line in enumerate(lines, 1):
        told = _line(line)
        before = kept.seals[-1] if kept.seals else FIRST
        if told is None or told.get("previous") != before or not hmac.compare_digest(seal(told, key), told["seal"]):
            kept.broken.append(f"line {number} of {path.name} is not what was written")
            continue
        kept.seals.append(told["seal"])
        for chain, (seq, stands) in told["heads"].items():
            kept.marks[chain.encode()] = (seq, stands.encode())
    return kept


def add(home: Path, heads: dict[bytes, Mark], *, now: datetime) -> UUID:
    """Write a line with the heads that moved; return what the practice's chain is to name it by."""
    with _alone(home):
        kept = read(home)
        if kept.broken:
            raise CheckpointError(f"{place(home)}: {kept.broken[0]}: run facialis audit verify")
        moved = {
            chain.decode(): [seq, told.decode()]
            for chain, (seq, told) in heads.items()
            if kept.marks.get(chain) != (seq, told)
        }
        line: dict[str, Any] = {
            "at": now.isoformat(),
            "heads": dict(sorted(moved.items())),
            "previous": kept.seals[-1] if kept.seals else FIRST,
        }
        line["seal"] = seal(line, _secret(home))
        with place(home).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
    return named(line["seal"])


def named(told: str) -> UUID:
    """Return the half of a seal by which the chain names its line."""
    return UUID(hex=told[:32])


def check(report: Report, kept: Kept, events: list[tuple[int, UUID | None]]) -> None:
    """Add to the report what is wrong with the file, and the lines that the practice's chain names and it lacks."""
    for told in kept.broken:
        report.add(PRACTICE_NAME, 0, "checkpoints", told)
    there = {named(one) for one in kept.seals}
    for seq, thing in events:
        if thing not in there and not kept.broken:
            report.add(PRACTICE_NAME, seq, "checkpoints", "the file of checkpoints lacks the line that it names")


def seal(line: dict[str, Any], key: bytes) -> str:
    """Return the HMAC over a line without its seal."""
    told = json.dumps(
        {key: value for key, value in line.items() if key != "seal"}, sort_keys=True, separators=(",", ":")
    )
    return hmac.new(key, told.encode(), "sha256").hexdigest()


def _line(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except ValueError:
        return None
    good = isinstance(told, dict) and isinstance(told.get("seal"), str) and isinstance(told.get("heads"), dict)
    return told if good else None


def _secret(home: Path) -> bytes:
    path = home / "secrets" / "audit"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            return path.read_text(encoding="ascii").strip().encode()
        except OSError as error:
            raise CheckpointError(f"{path}: {error.strerror}") from error
    except OSError as error:
        raise CheckpointError(f"{path}: {error.strerror}") from error
    fresh = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh + "\n")
    return fresh.encode()


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let nobody else write the file meanwhile."""
    folder = place(home).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CheckpointError(f"{folder}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
