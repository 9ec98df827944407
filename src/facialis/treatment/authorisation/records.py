"""What a packet is made of: sessions, plan, scales, films, course, assessment, and what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facialis.findings import Estimate


@dataclass(frozen=True, slots=True)
class Site:
    """One site with the units given there."""

    muscle: str
    site: str
    side: str
    units: Decimal


@dataclass(frozen=True, slots=True)
class Session:
    """One injection session, or a plan of one.

    Attributes
    ----------
    file : str
        Name of its file.
    day : date
    side, product : str
    sites : tuple of Site
    units : Decimal
        Given, or planned.
    vial_units : Decimal or None
    vials : int or None
        By the lots; None where none is written down.
    wasted : Decimal or None
    lots : tuple of (str, str)
        Lot and expiry.
    consent : bool or None
        None where nothing is recorded.
    time_out : tuple of str
        The sides that were said, marked and recorded; empty where there was none.
    adverse : tuple of str
        Adverse events with their dates, in words.
    planned : bool
        Whether it is a plan.
    """

    file: str
    day: date
    side: str
    product: str
    sites: tuple[Site, ...]
    units: Decimal
    vial_units: Decimal | None = None
    vials: int | None = None
    wasted: Decimal | None = None
    lots: tuple[tuple[str, str], ...] = ()
    consent: bool | None = None
    time_out: tuple[str, ...] = ()
    adverse: tuple[str, ...] = ()
    planned: bool = False

    def on(self, side: str) -> bool:
        """Say whether it was on a side."""
        return self.side in (side, "both")


@dataclass(frozen=True, slots=True)
class Score:
    """A rating scale that was filled in."""

    file: str
    scale: str
    day: date | None
    total: float | None
    grade: str | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Film:
    """A recording that was measured; figures only, nobody's face.

    Attributes
    ----------
    file, name : str
        Name of the result, and of the recording.
    day : date or None
    day_from : str
        Where the date comes from.
    since_toxin : float or None
        Days since the last toxin, as told when it was measured.
    usable : bool
        False where its quality refused it.
    usable_s : float
    side : str
        ``"left"``, ``"right"``, ``"both"`` or ``"none"``.
    rate : Estimate or None
        Spasms a minute.
    in_spasm : float or None
        Share of the usable time.
    mirrored : str
    """

    file: str
    name: str
    day: date | None
    day_from: str
    since_toxin: float | None
    usable: bool
    usable_s: float
    side: str
    rate: Estimate | None
    in_spasm: float | None
    mirrored: str

    @property
    def tells_side(self) -> bool:
        """Whether it tells a side: none that may be mirrored, that was refused or that shows no spasm does."""
        return self.usable and self.side != "none" and self.mirrored != "unknown"


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one injection did, as the course tells it."""

    file: str
    at: str
    side: str
    day: date
    state: str
    relief: Estimate | None
    onset: Estimate | None
    wear_off: Estimate | None


@dataclass(frozen=True, slots=True)
class Course:
    """The cycles of injections, and the day on which they were judged."""

    file: str
    on: date
    cycles: tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class Leader:
    """The disorder that leads an assessment."""

    file: str
    disorder: str
    name: str
    probability: float
    explained: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """An alternative that was told, and what came of it."""

    file: str
    at: str
    option: str
    outcome: str
    since: date | None
    until: date | None
    note: str
