"""A copy of everything for the patient: each row of the record as JSON, and what was recorded in one file.

It holds what the patient may see. What waits for a neurologist's release stands in its place as null, and its name is
listed under ``not_yet_released``. ``docs/patients.md`` describes the format.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Sum

from facialis_clinic.accounts.models import STAFF, User
from facialis_clinic.audit.actions import record
from facialis_clinic.audit.models import Event, Note
from facialis_clinic.audit.words import what, who
from facialis_clinic.care.models import Alarm, Choice, Document, Order, Plan, Treatment
from facialis_clinic.chart.access_mine import released
from facialis_clinic.chart.models import Assessment, Remark, Review, Verdict
from facialis_clinic.electrodes.models import Reading, Study
from facialis_clinic.intake.models import Circumstance, Entry, Interview, Medicine, Scale
from facialis_clinic.people.models import BreakGlass, CareTeam, Consent, DeletionRequest, Person, Proxy
from facialis_clinic.recordings.models import Measurement, Recording, Upload
from facialis_clinic.recordings.views.films import ENDINGS
from facialis_clinic.storage import recordings_storage

SCHEMA: Final = "facialis.record/1"
Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What of a record its patient may see.

    A clinician's finding or a test's result counts as opened once an answer is released that was weighed after it.
    """

    person: Person

    @cached_property
    def until(self) -> datetime | None:
        """When the newest released answer was weighed."""
        newest = released().filter(person=self.person).aggregate(at=models.Max("made_at"))["at"]
        return newest if isinstance(newest, datetime) else None

    def weighed(self, at: datetime | None) -> bool:
        """Whether a released answer rests on what stood at that moment."""
        return at is not None and self.until is not None and at <= self.until

    @cached_property
    def names(self) -> dict[UUID, str]:
        """Who is who in the rows: who works here, and who else ever did something with this record."""
        acted = Event.objects.filter(subject=self.person.pk).values("actor")
        known = Q(role__in=STAFF) | Q(pk__in=acted) | Q(pk=self.person.user_id)
        return dict(User.objects.filter(known).values_list("pk", "name"))


Held = Callable[[Any, Seen], tuple[str, ...]]


def _nothing(_row: Any, _seen: Seen) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Section:
    """A part of the copy: the rows of one table.

    Attributes
    ----------
    name : str
        Its key in the JSON.
    model : type
        The table.
    whose : str
        The way from a row to the person.
    held : callable
        Names the fields of a row that are not yet released.
    never : tuple of str
        Fields that are the site's own: names of files, how often work was begun.
    more : callable
        Adds to a row what is no field of it.
    """

    name: str
    model: type[models.Model]
    whose: str = "person"
    held: Held = _nothing
    never: tuple[str, ...] = ()
    more: Callable[[Any], Row] = field(default=lambda _row: {})

    def rows(self, seen: Seen) -> Iterator[Row]:
        """Yield the rows that belong to a person, one at a time."""
        found = self.model._default_manager.filter(**{self.whose: seen.person}).order_by("pk")
        if self.whose.startswith("measurement"):
            found = found.select_related("measurement")
        for one in found.iterator(chunk_size=100):
            yield self._row(one, seen)

    def _row(self, one: models.Model, seen: Seen) -> Row:
        held = self.held(one, seen)
        told: Row = {}
        for column in one._meta.concrete_fields:
            if column.name not in self.never:
                told[column.name] = None if column.name in held else _value(one, column, seen)
        told |= self.more(one)
        return told | ({"not_yet_released": list(held)} if held else {})


def _value(one: models.Model, column: models.Field[Any, Any], seen: Seen) -> Any:
    value = getattr(one, column.attname)
    if column.related_model is User and value is not None:
        return seen.names.get(value, "somebody whose account was deleted")
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _unless(opened: bool, *names: str) -> tuple[str, ...]:
    return () if opened else names


def _standing(one: Assessment) -> bool:
    return one.released_at is not None and one.withdrawn_at is None


def _order(one: Order, seen: Seen) -> tuple[str, ...]:
    return _unless(seen.weighed(one.ordered_at), "indication") + _unless(
        not one.answer or seen.weighed(one.ended_at), "answer"
    )


def _document(one: Document, seen: Seen) -> tuple[str, ...]:
    if one.shared_at is None:
        return ("kind", "title", "recipient", "facts", "body")
    return _unless(seen.weighed(one.made_at), "facts")


_EVENT: Final = ("kind", "side", "apex_s", "onset_s", "offset_s", "to", "reason")
SECTIONS: Final = (
    Section("care_team", CareTeam),
    Section("proxies", Proxy),
    Section("emergency_openings", BreakGlass),
    Section("consents", Consent),
    Section("wish_to_be_deleted", DeletionRequest),
    Section("interviews", Interview),
    Section("scales", Scale),
    Section("diary", Entry),
    Section("medicines", Medicine),
    Section("circumstances", Circumstance),
    Section("recordings", Recording, never=("original", "copy", "poster", "job", "attempt", "round", "progress")),
    Section("on_their_way", Upload),
    Section(
        "measurements",
        Measurement,
        whose="recording__person",
        held=lambda one, _seen: _unless(one.released_at is not None, "result", "words"),
        never=("signals", "attempt"),
        more=lambda one: {"quality": one.result.get("quality")},
    ),
    Section(
        "verdicts",
        Verdict,
        whose="measurement__recording__person",
        held=lambda one, _seen: _unless(one.measurement.released_at is not None, *_EVENT),
    ),
    Section(
        "reviews",
        Review,
        whose="measurement__recording__person",
        held=lambda one, _seen: _unless(one.measurement.released_at is not None, "reviewed"),
    ),
    Section("recordings_of_electrodes", Study, never=("original", "job", "attempt", "round", "progress")),
    Section(
        "readings_of_electrodes",
        Reading,
        whose="study__person",
        held=lambda one, seen: _unless(seen.weighed(one.read_at), "result", "asleep"),
        never=(*Reading.FILES, "attempt"),
    ),
    Section(
        "findings_by_hand",
        Remark,
        held=lambda one, seen: _unless(seen.weighed(one.at), "code", "state", "side", "reason"),
    ),
    Section(
        "assessments",
        Assessment,
        held=lambda one, _seen: _unless(_standing(one), "case", "result", "words"),
        more=lambda one: {"measurements": [str(pk) for pk in one.measurements.values_list("pk", flat=True)]},
    ),
    Section("orders", Order, held=_order),
    Section("options", Choice),
    Section(
        "plans",
        Plan,
        held=lambda one, _seen: _unless(one.state in (Plan.State.READY, Plan.State.DONE), "asked", "plan"),
    ),
    Section("treatments", Treatment),
    Section("documents", Document, held=_document),
    Section(
        "alarms",
        Alarm,
        held=lambda one, seen: _unless(seen.weighed(one.seen_at), "code", "urgency", "told", "done"),
    ),
)
# Tables that hang on a person and are not in the copy, with the reason.
EXEMPT: Final = {
    "care.CourseResult": "worked out from the diary and the treatments, which are in the copy; made again any time",
    "chart.Look": "until when a clinician has seen what is new, for their own list; the log says so and is in the copy",
    "people.JoinCode": "a hash of a code that ends after days; it says nothing of anybody",
    "recordings.Part": "pieces of a file that is still being sent; `on_their_way` tells of the whole",
    "recordings.Viewing": "who watched, so that the log bears it once an hour; the log itself is in the copy",
}


def copy_of(person: Person, *, now: datetime) -> Iterator[tuple[str, Any]]:
    """Yield the keys of the copy with their values; the value of a section is an iterator of rows.

    Parameters
    ----------
    person : Person
        From a gate that lets a copy be taken.
    now : datetime
        The moment of the copy.
    """
    seen = Seen(person)
    yield "schema", SCHEMA
    yield "made_at", now.isoformat()
    yield "person", _person(person)
    kept: dict[str, int] = {}
    for section in SECTIONS:
        yield section.name, _counted(section, seen, kept)
    yield "access_log", _log(seen)
    yield "not_yet_released", kept


def _person(person: Person) -> Row:
    account = {"name": person.user.name, "email": person.user.email} if person.user else None
    return {
        "id": str(person.pk), "name": person.name, "born": person.born.isoformat() if person.born else None,
        "phone": person.phone, "created_at": person.created_at.isoformat(), "by_staff": person.by_staff,
        "account": account,
    }  # fmt: skip


def _counted(section: Section, seen: Seen, kept: dict[str, int]) -> Iterator[Row]:
    for row in section.rows(seen):
        if "not_yet_released" in row:
            kept[section.name] = kept.get(section.name, 0) + 1
        yield row


def _log(seen: Seen) -> Iterator[Row]:
    notes = {bytes(note.hash): note.text for note in Note.objects.filter(subject=seen.person.pk)}
    for event in Event.objects.filter(subject=seen.person.pk).order_by("seq").iterator(chunk_size=500):
        yield {
            "number": event.seq,
            "at": event.at.isoformat(),
            "who": who(event.actor, event.role, seen.names),
            "did": what(event.verb, event.kind),
            "verb": event.verb,
            "kind": event.kind,
            "thing": str(event.thing) if event.thing else None,
            "why": notes.get(bytes(event.note_hash or b""), ""),
            "hash": bytes(event.hash).hex(),
        }


def take_copy(*, person: Person, by: User, now: datetime) -> IO[bytes]:
    """Write the copy into a nameless file and log that it was taken; whoever gets the file closes it.

    One row is in memory at a time, and nothing is left on the disk once the file is closed.
    """
    record(subject=person.pk, actor=by, verb="downloaded", kind="record_copy", thing=person.pk)
    folder = Path(settings.HOME) / "work"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the answer closes it once it is sent
    try:
        for piece in _written(copy_of(person, now=now)):
            file.write(piece.encode())
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _written(pairs: Iterator[tuple[str, Any]]) -> Iterator[str]:
    before = "{\n"
    for key, value in pairs:
        yield f"{before}{_json(key)}: "
        before = ",\n"
        if isinstance(value, Iterator):
            yield "["
            for place, row in enumerate(value):
                yield f"{',' if place else ''}\n {_json(row)}"
            yield "\n]"
        else:
            yield _json(value)
    yield "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def something_kept_back(person: Person) -> bool:
    """Whether an answer waits for its release."""
    waits = Q(released_at__isnull=True)
    return (
        Measurement.objects.filter(waits, recording__person=person).exists()
        or Assessment.objects.filter(waits, person=person).exists()
    )


def films_of(person: Person) -> tuple[int, int, int]:
    """Return how many videos and recordings of electrodes are kept of a person, and how many bytes they are."""
    sums = {"number": Count("pk"), "bytes": Sum("size")}
    films = Recording.objects.filter(person=person).exclude(original="").aggregate(**sums)
    studies = Study.objects.filter(person=person).aggregate(**sums)
    return films["number"], studies["number"], (films["bytes"] or 0) + (studies["bytes"] or 0)


def take_films(*, person: Person, by: User) -> Iterator[bytes]:
    """Log that videos and recordings of electrodes are taken, and return them as one ZIP.

    It is made while it is sent, a piece at a time.
    """
    record(subject=person.pk, actor=by, verb="downloaded", kind="films", thing=person.pk)
    found = Recording.objects.filter(person=person).exclude(original="").order_by("created_at", "pk")
    named = [(_film_name(place, one), one.original) for place, one in enumerate(found, 1)]
    studies = Study.objects.filter(person=person).order_by("created_at", "pk")
    named += [(_study_name(place, one), one.original) for place, one in enumerate(studies, 1)]
    return _zipped(named)


def _film_name(place: int, one: Recording) -> str:
    ending = ENDINGS.get(one.format, ("bin", ""))[0]
    return f"video-{place:03d}-{(one.filmed_on or one.created_at.date()):%Y-%m-%d}.{ending}"


def _study_name(place: int, one: Study) -> str:
    return f"electrodes-{place:03d}-{(one.recorded_on or one.created_at.date()):%Y-%m-%d}.{one.ending}"


class _Sink:
    """Takes what a ZIP writes and gives it away again."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: Any) -> int:
        """Keep a piece."""
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is behind it."""

    def take(self) -> bytes:
        """Give away what has come."""
        held, self._held = bytes(self._held), bytearray()
        return held


def _zipped(named: list[tuple[str, str]]) -> Iterator[bytes]:
    store, sink = recordings_storage(), _Sink()
    # Films are packed already: stored as they are. A sink has no place to go back to, so sizes stand behind each film.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, kept in named:
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry:
                for piece in store.stream(kept, 0, int(store.size(kept))):
                    entry.write(piece)
                    yield sink.take()
    yield sink.take()
