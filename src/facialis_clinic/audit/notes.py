"""Holds the notes, which stand beside the chain, against the hashes that stand in it."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import connection

from facialis_clinic.audit.models import PRACTICE
from facialis_clinic.audit.verify import KEPT, Report

_CHUNK = 2000

# A note may be gone only where the chain says later on that the person was forgotten.
_MISSING = """
SELECT coalesce(event.subject::text, '-'), event.seq FROM audit_event event
LEFT JOIN audit_note note ON note.hash = event.note_hash
LEFT JOIN (
    SELECT subject, max(seq) AS seq FROM audit_event
    WHERE verb = 'forgot' AND kind = 'person' AND subject IS NOT NULL GROUP BY subject
) forgotten ON forgotten.subject = event.subject
WHERE event.note_hash IS NOT NULL AND note.hash IS NULL AND event.seq > coalesce(forgotten.seq, 0) {}
ORDER BY 1, 2
"""
_ADDED = """
SELECT coalesce(note.subject::text, '-') FROM audit_note note
LEFT JOIN audit_event event ON event.note_hash = note.hash AND event.subject IS NOT DISTINCT FROM note.subject
WHERE event.id IS NULL {}
"""
_TEXTS = "SELECT hash, salt, text FROM audit_note note WHERE true {}"
_NAMED = "SELECT coalesce(subject::text, '-'), seq FROM audit_event WHERE note_hash = %s"


def check(report: Report, *, subject: UUID | None = None) -> None:
    """Add to the report each note that was changed, taken away or put in."""
    with connection.cursor() as cursor:
        cursor.execute(*_of(_MISSING, "event.subject", subject))
        for chain, seq in cursor.fetchall():
            report.add(chain, seq, "note missing", "its note is missing, and the person was not forgotten")
        cursor.execute(*_of(_ADDED, "note.subject", subject))
        for (chain,) in cursor.fetchall():
            report.add(chain, 0, "note added", "there is a note that no row names")
    changed: list[bytes] = []
    query, values = _of(_TEXTS, "note.subject", subject)
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while found := cursor.fetchmany(_CHUNK):
            changed += [
                told for told, salt, text in found if sha256(bytes(salt) + text.encode()).digest() != bytes(told)
            ]
    with connection.cursor() as cursor:
        for told in changed[:KEPT]:
            cursor.execute(_NAMED, [told])
            for chain, seq in cursor.fetchall():
                report.add(chain, seq, "note changed", "its note was changed")
    report.more += max(len(changed) - KEPT, 0)


def _of(query: str, column: str, subject: UUID | None) -> tuple[str, list[UUID]]:
    if subject is None:
        return query.format(""), []
    if subject == PRACTICE:
        return query.format(f"AND {column} IS NULL"), []
    return query.format(f"AND {column} = %s"), [subject]
