"""The log as lines of text: for the eye at a terminal, and for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.audit.models import Event, Note
from facialis_clinic.audit.verify import lines
from facialis_clinic.audit.words import what, who

HEADER = "# previous subject seq at_us actor role verb kind thing note_hash hash".replace(" ", "\t").replace(
    "#\t", "# "
)
_CHUNK = 1000


def exported(person: UUID | None) -> Iterator[str]:
    """Yield the rows of one chain or of all as ``docs/audit.md`` describes them, and log that they were."""
    record(subject=person, actor=None, verb="exported", kind="log")
    yield HEADER
    for line in lines(person):
        yield line.decode()


def printed(person: UUID) -> Iterator[str]:
    """Yield a line for each event of a person's chain, oldest first, and log that they were read."""
    record(subject=person, actor=None, verb="read", kind="log")
    names = dict(User.objects.values_list("pk", "name"))
    notes = {bytes(note.hash): note.text for note in Note.objects.filter(subject=person)}
    for event in Event.objects.filter(subject=person).order_by("seq").iterator(_CHUNK):
        note = notes.get(bytes(event.note_hash or b""), "")
        why = f" ({' '.join(note.split())})" if note else ""
        one = f"{who(event.actor, event.role, names)}: {what(event.verb, event.kind)}"
        yield f"{event.at:%Y-%m-%d %H:%M:%S}  {event.seq:>6}  {one}{why}"
