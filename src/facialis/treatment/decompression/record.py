"""What was done round one operation, as somebody writes it down: read key by key, refused in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from facialis.document import Document, toml_file
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.knowledge.treatment.decompression_path import CLOSURES, EYE_FINDINGS
from facialis.treatment.decompression.audiogram import Audiogram, audiogram

_SIDES = ("left", "right")
_KEYS = (
    "side",
    "spasm_side",
    "operated",
    "planned",
    "before",
    "audiograms",
    "palsy",
    "eye",
    "visits",
    "lateral_spread",
    "spasms",
    "symptoms",
    "toxin",
    "note",
)
SCAN = ("no_lesion", "lesion", "unread")
# What the file may say of the time before; each is a day but how the scan was read.
_BEFORE = ("mri", "scan_read", "fitness", "eye_before", "baseline")
# The operation is not older than the method, and no plan reaches so far.
_FIRST, _LAST = date(1966, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Palsy:
    """A facial palsy after the operation: its first day, and House-Brackmann grades by day."""

    onset: date
    grades: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Eye:
    """How an eye was found: `closure` is one of ``CLOSURES`` or empty, `found` those of ``EYE_FINDINGS``."""

    day: date
    closure: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint after the operation, and the day on which it ended, where it did."""

    day: date
    key: str
    until: date | None


@dataclass(frozen=True)
class Record:
    """All that was handed in of one operation.

    Attributes
    ----------
    side : Side
        Of the operation.
    operated, planned : date or None
        One of them is there.
    before : mapping of str to date
        What was done before, by key.
    scan : str
        One of ``SCAN``; empty where nobody said.
    audiograms : tuple of Audiogram
        By day.
    palsy : Palsy or None
    eye : tuple of Eye
        By day.
    visits : tuple of date
    lateral_spread : tuple of (date, str)
        Day, ``"present"`` or ``"absent"``.
    spasms : tuple of (date, float)
        Day, the patient's own score from 0 to 10.
    symptoms : tuple of Told
    toxin : tuple of date
        Injections on this side.
    assumptions : tuple of str
    name, sha256 : str
        Of the file.
    """

    side: Side
    operated: date | None
    planned: date | None
    before: Mapping[str, date]
    scan: str
    audiograms: tuple[Audiogram, ...]
    palsy: Palsy | None
    eye: tuple[Eye, ...]
    visits: tuple[date, ...]
    lateral_spread: tuple[tuple[date, str], ...]
    spasms: tuple[tuple[date, float], ...]
    symptoms: tuple[Told, ...]
    toxin: tuple[date, ...]
    assumptions: tuple[str, ...] = ()
    name: str = ""
    sha256: str = ""

    def day_of(self, day: date) -> int:
        """Return the day counted from the operation, or from the one that is planned."""
        begin = self.operated or self.planned
        assert begin is not None
        return (day - begin).days


def read(path: Path, on: date) -> Record:
    """Read the record of one operation.

    Parameters
    ----------
    path : Path
        TOML.
    on : date
        Today: nothing in the record can be later, but for the day that is planned.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong, the nearest word.
    """
    document = Document(toml_file(path), str(path))
    document.only(_KEYS)
    side = Side(document.word("side", _SIDES))
    _same_side(
        document, "spasm_side", side, "the spasms are on the {0}, the operation on the {1}: settle the side first"
    )
    operated, planned = _operation(document, on)
    reader = _Reader(document, side, operated, on)
    scan, before = reader.before()
    return Record(
        side=side,
        operated=operated,
        planned=planned,
        before=before,
        scan=scan,
        audiograms=tuple(sorted(reader.audiograms(), key=lambda one: (one.day, one.ear))),
        palsy=reader.palsy(),
        eye=tuple(sorted(reader.eye(), key=lambda one: one.day)),
        visits=reader.days("visits"),
        lateral_spread=tuple(sorted(reader.lateral_spread())),
        spasms=tuple(sorted(reader.spasms())),
        symptoms=tuple(sorted(reader.symptoms(), key=lambda one: (one.day, one.key))),
        toxin=reader.days("toxin", ever=True),
        assumptions=tuple(dict.fromkeys(reader.assumed)),
        name=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
    )


def _operation(document: Document, on: date) -> tuple[date | None, date | None]:
    operated = _day(document, "operated") if document.has("operated") else None
    planned = _day(document, "planned") if document.has("planned") else None
    if operated is None and planned is None:
        raise document.error("is missing: give operated or planned", "operated")
    if operated is not None and operated > on:
        raise document.error(f"is {operated}, after {on}; write planned instead", "operated")
    if operated is None and planned is not None and planned < on:
        raise document.error(f"is {planned}, before {on}: was it done? write operated, or the new day", "planned")
    return operated, planned


def _day(document: Document, key: str) -> date:
    value = document.take(key)
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise document.error("must be a day such as 2026-01-31, without quotation marks", key)
    if not _FIRST <= value < _LAST:
        raise document.error(f"is {value}: the year cannot be", key)
    return value


def _same_side(document: Document, key: str, side: Side, what: str) -> None:
    told = document.word_or_none(key, _SIDES)
    if told is not None and told != side:
        raise document.error(what.format(told, side.value), key)


class _Reader:
    """Reads the parts of a record; each day is held against the operation and today."""

    def __init__(self, document: Document, side: Side, operated: date | None, on: date) -> None:
        self.document, self.side, self.operated, self.on = document, side, operated, on
        self.assumed: list[str] = []

    def past(self, row: Document, key: str = "date") -> date:
        """Return a day that is not after today."""
        day = _day(row, key)
        if day > self.on:
            raise row.error(f"is {day}, after {self.on} (see --on)", key)
        return day

    def after(self, row: Document, key: str = "date") -> date:
        """Return a day of the operation or later."""
        day = self.past(row, key)
        if self.operated is None:
            raise row.error(f"is {day}, and nobody was operated yet: it is of the time after", key)
        if day < self.operated:
            raise row.error(f"is {day}, before the operation of {self.operated}", key)
        return day

    def rows(self, key: str) -> list[Document]:
        """Return the rows of a list, none where it is missing."""
        return self.document.rows(key) if self.document.has(key) else []

    def days(self, key: str, *, ever: bool = False) -> tuple[date, ...]:
        """Return a list of days."""
        if not self.document.has(key):
            return ()
        values = self.document.take(key)
        if not isinstance(values, list):
            raise self.document.error("must be a list of days such as [2026-01-31]", key)
        rows = [Document({key: value}, self.document.file) for value in values]
        return tuple(sorted({self.past(row, key) if ever else self.after(row, key) for row in rows}))

    def before(self) -> tuple[str, dict[str, date]]:
        """Return how the scan was read, and the days of what was done before."""
        if not self.document.has("before"):
            return "", {}
        inner = self.document.inner("before")
        inner.only(_BEFORE)
        found = {}
        for key in _BEFORE:
            if key == "scan_read" or not inner.has(key):
                continue
            found[key] = self.past(inner, key)
            if self.operated is not None and found[key] > self.operated:
                raise inner.error(f"is {found[key]}, after the operation of {self.operated}", key)
        scan = inner.word_or_none("scan_read", SCAN) or ""
        if scan in ("lesion", "no_lesion") and "mri" not in found:
            raise inner.error("is read, and the day of the mri is missing", "scan_read")
        return scan, found

    def audiograms(self) -> Iterable[Audiogram]:
        """Yield the hearing tests."""
        for row in self.rows("audiograms"):
            day = self.past(row)
            if day == self.operated:
                self.assumed.append(f"The audiogram of {day}, the day of the operation, was taken before it.")
            yield audiogram(row, day)

    def palsy(self) -> Palsy | None:
        """Return the palsy, if there is one."""
        if not self.document.has("palsy"):
            return None
        inner = self.document.inner("palsy")
        inner.only(("onset", "side", "grades"))
        wrong = "a palsy of the {0} does not come from an operation on the {1}: have it seen the same day"
        _same_side(inner, "side", self.side, wrong)
        onset = self.after(inner, "onset")
        grades = []
        for row in inner.rows("grades") if inner.has("grades") else []:
            row.only(("date", "house_brackmann"))
            day = self.after(row)
            if day < onset:
                raise row.error(f"is {day}, before the palsy began on {onset}", "date")
            grade = row.number("house_brackmann", 1, 6)
            if grade != int(grade):
                raise row.error("must be a whole grade from 1 to 6", "house_brackmann")
            grades.append((day, int(grade)))
        return Palsy(onset, tuple(sorted(grades)))

    def eye(self) -> Iterable[Eye]:
        """Yield how the eye was found."""
        for row in self.rows("eye"):
            row.only(("date", "closure", *EYE_FINDINGS))
            found = []
            for name in EYE_FINDINGS:
                if row.has(name) and not isinstance(row.take(name), bool):
                    raise row.error("must be true or false", name)
                if row.has(name) and row.take(name):
                    found.append(name)
            yield Eye(self.after(row), row.word_or_none("closure", CLOSURES) or "", tuple(found))

    def lateral_spread(self) -> Iterable[tuple[date, str]]:
        """Yield the lateral spread responses."""
        for row in self.rows("lateral_spread"):
            row.only(("date", "state"))
            yield self.past(row), row.word("state", ("present", "absent"))

    def spasms(self) -> Iterable[tuple[date, float]]:
        """Yield the patient's own scores."""
        for row in self.rows("spasms"):
            row.only(("date", "score"))
            yield self.past(row), row.number("score", 0.0, 10.0)

    def symptoms(self) -> Iterable[Told]:
        """Yield what was complained of after the operation."""
        known = tuple(treatment.decompression().complaints)
        for row in self.rows("symptoms"):
            row.only(("date", "what", "until"))
            day = self.after(row)
            until = self.past(row, "until") if row.has("until") else None
            if until is not None and until < day:
                raise row.error(f"is {until}, before it began on {day}", "until")
            yield Told(day, row.word("what", known), until)
