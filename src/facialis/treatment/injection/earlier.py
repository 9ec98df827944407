"""What was injected before: sessions as they were recorded, and toxin for other indications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from facialis.document import Document, json_file
from facialis.findings import Side
from facialis.knowledge import treatment
from facialis.treatment.injection.amounts import MOST_ML, MOST_UNITS, added, taken
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.preparation import Preparation
from facialis.treatment.injection.shared_rows import (
    MOST_DAYS,
    ONE_SIDE,
    OWN_RULES,
    SIDES,
    day,
    product_key,
    whole,
)

SCHEMA = "facialis.session/1"
INDICATION = "hemifacial spasm"


@dataclass(frozen=True, slots=True)
class Earlier:
    """Toxin that was given on an earlier day, of any indication; `units` None where nobody knows them."""

    day: date
    product: str
    units: Decimal | None
    indication: str


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """What came of a session: its code (``side_effects`` of ``alarms.toml``), side and days."""

    code: str
    side: str
    onset: date | None
    resolved: date | None
    severity: str
    note: str

    def to_json(self) -> dict[str, Any]:
        """Return the public form."""
        return {
            "code": self.code,
            "side": self.side,
            "onset": self.onset and self.onset.isoformat(),
            "resolved": self.resolved and self.resolved.isoformat(),
            "severity": self.severity or None,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class LastSession:
    """The latest session of hemifacial spasm, as far as a new plan looks at it.

    Attributes
    ----------
    day : date
    product : str
    given : tuple of Dose
        With 0 units where a planned site was left out.
    side, country : str
    mixed : Preparation or None
    adverse : tuple of AdverseEvent
    effect : mapping or None
        What was measured, as the course says it.
    advice : tuple of str
    intervals : mapping of str to int
        Days by ``"payer"`` and ``"clinic"``, as its plan was held against them.
    """

    day: date
    product: str
    given: tuple[Dose, ...]
    side: str = ""
    country: str = ""
    mixed: Preparation | None = None
    adverse: tuple[AdverseEvent, ...] = ()
    effect: dict[str, Any] | None = None
    advice: tuple[str, ...] = ()
    intervals: Mapping[str, int] = field(default_factory=dict)

    @property
    def as_earlier(self) -> Earlier:
        """Return it as one of all that was given."""
        units = added(dose.units for dose in self.given) if self.given else None
        return Earlier(self.day, self.product, units, INDICATION)

    def treats(self, side: Side) -> bool:
        """Say whether anything was given on a side."""
        return any(dose.units and dose.side is side for dose in self.given)


def session(path: Path) -> LastSession:
    """Read a session as ``facialis injection record`` writes it.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    return session_of(json_file(path), str(path))


def session_of(value: object, name: str = "session") -> LastSession:
    """Take a session that is at hand, as ``facialis injection record`` writes it.

    Raises
    ------
    DocumentError
        In one line: name, place, what is wrong.
    """
    top = Document.of(value, name, SCHEMA)
    mixed = preparation_of(top.inner("product"))
    given = tuple(known_dose(row) for row in top.rows("given"))
    if not any(dose.units for dose in given):
        raise top.error("holds no units: nothing was given", "given")
    return LastSession(
        day(top, "date"),
        mixed.product,
        given,
        top.word("side", SIDES),
        top.text("country", empty=True) if top.has("country") else "",
        mixed,
        tuple(adverse_event(row) for row in top.rows("adverse_events")) if top.has("adverse_events") else (),
        intervals=_intervals(top.inner("intervals")) if top.has("intervals") else {},
    )


def _intervals(told: Document) -> dict[str, int]:
    return {rule: whole(told, f"{rule}_days", MOST_DAYS) for rule in OWN_RULES if told.has(f"{rule}_days")}


def preparation_of(told: Document, vials: int = 1) -> Preparation:
    """Return what a result says was, or is to be, mixed.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    mixed = Preparation(
        product_key(told, "key"),
        taken(told, "vial_units", MOST_UNITS),
        taken(told, "vial_ml", MOST_ML) if told.has("vial_ml") else Decimal(0),
        taken(told, "diluent_ml", MOST_ML) if told.has("diluent_ml") else Decimal(0),
        taken(told, "syringe_step_ml", Decimal(1)),
        vials,
    )
    if not mixed.ml:
        raise told.error("is missing: how much a vial is mixed with", "diluent_ml")
    return mixed


def known_dose(row: Document) -> Dose:
    """Return a dose that a result or an earlier file holds, at a site that is known."""
    muscle = row.word("muscle", tuple(treatment.muscles()))
    site = row.word("site", tuple(treatment.muscles()[muscle].sites))
    units = taken(row, "units", MOST_UNITS, zero=True)
    differs = row.text("differs") if row.has("differs") else ""
    return Dose(muscle, site, Side(row.word("side", ONE_SIDE)), units, differs)


def adverse_event(row: Document) -> AdverseEvent:
    """Return an adverse event; it cannot end before it begins."""
    row.only(("code", "side", "onset", "resolved", "severity", "note"))
    onset = day(row, "onset") if row.has("onset") else None
    resolved = day(row, "resolved") if row.has("resolved") else None
    if onset and resolved and resolved < onset:
        raise row.error(f"is {resolved.isoformat()}, before its onset on {onset.isoformat()}", "resolved")
    return AdverseEvent(
        row.word("code", tuple(treatment.alarms().side_effects)),
        row.word_or_none("side", (*SIDES, "none")) or "none",
        onset,
        resolved,
        row.word_or_none("severity", ("mild", "moderate", "severe")) or "",
        row.text("note", empty=True) if row.has("note") else "",
    )


def latest(sessions: Sequence[LastSession], told: LastSession | None, top: Document) -> LastSession | None:
    """Return the last session: of those that were handed in, and of what the plan itself says of it.

    Sessions of one day and product, as of one side each, are one.

    Raises
    ------
    DocumentError
        If the two do not agree on the day or the product.
    """
    newest = max(sessions, key=lambda one: one.day, default=None)
    if newest is None:
        return told
    same = [one for one in sessions if (one.day, one.product) == (newest.day, newest.product)]
    newest = replace(
        newest,
        given=tuple(dose for one in same for dose in one.given),
        adverse=tuple(event for one in same for event in one.adverse),
    )
    if told is None:
        return newest
    if (newest.day, newest.product) != (told.day, told.product):
        raise top.error(
            f"is of {told.day.isoformat()} ({told.product}), the last session handed in of "
            f"{newest.day.isoformat()} ({newest.product})",
            "from_last",
        )
    return replace(newest, effect=told.effect, advice=told.advice)


def latest_of_sides(
    sessions: Sequence[LastSession], told: LastSession | None, sides: Iterable[Side], top: Document
) -> dict[Side, LastSession | None]:
    """Return the last session of each side that is planned: each has its own, or none.

    Parameters
    ----------
    sessions : sequence of LastSession
        That were handed in.
    told : LastSession or None
        What the plan itself says of the last session: of the sides where it names doses; where it names none, of the
        newest session that is handed in, or of all sides where none is.
    sides : iterable of Side
    top : Document
        For errors.

    Raises
    ------
    DocumentError
        If the plan and the sessions do not agree on the day or the product.
    """
    sides = tuple(sides)
    here = [one for one in sessions if any(one.treats(side) for side in sides)]
    if told is not None and not told.given:
        latest(here, told, top)
    found = {}
    for side in sides:
        own = [one for one in here if one.treats(side)]
        found[side] = latest(own, told if told is not None and _speaks_of(told, side, own, here) else None, top)
    return found


def _speaks_of(told: LastSession, side: Side, own: Sequence[LastSession], here: Sequence[LastSession]) -> bool:
    if told.given:
        return told.treats(side)
    return not here or (told.day, told.product) in [(one.day, one.product) for one in own]


def check_twice(sessions: Sequence[LastSession], others: Sequence[Earlier], top: Document) -> None:
    """Refuse what is told twice: it would be counted twice.

    Raises
    ------
    DocumentError
        In one line.
    """
    seen: dict[tuple[date, str, tuple[str, str, Side]], None] = {}
    for one in sessions:
        for dose in one.given:
            key = (one.day, one.product, dose.where)
            if dose.units and key in seen:
                raise top.error(f"is checked with two sessions of {one.day.isoformat()} that both hold {dose.named}")
            seen[key] = None
    days = {(one.day, one.product) for one in sessions}
    for i, other in enumerate(others):
        if (other.day, other.product) in days and other.indication.casefold() == INDICATION:
            what = f"is the session of {other.day.isoformat()}, which is handed in too: name it once"
            raise top.error(what, f"other_injections[{i}]")
