"""The path round microvascular decompression: what comes when, what to watch for: ``decompression.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facialis.knowledge.definitions import Urgency
from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.course import Number
from facialis.knowledge.treatment.rates import Rate, rate

PHASES = ("before", "after")
# What the record of an eye may hold; how the lid closes stands for itself.
EYE_FINDINGS = ("red", "painful", "vision_changed", "staining", "sensation_reduced")
CLOSURES = ("complete", "incomplete")
CONDITIONS = ("hearing_changed",)
HEARING = (
    "loss_db",
    "useful_db",
    "useful_speech",
    "good_db",
    "good_speech",
    "sudden_db",
    "speech_points",
    "gap_db",
    "gap_days",
    "proportional",
    "speech_alone",
    "deaf",
    "delayed",
)
PALSY = (
    "recovered",
    "first_day",
    "last_day",
    "shortest_days",
    "usual_days",
    "longest_days",
    "refer_days",
    "no_change_days",
    "open_from_grade",
    "at_once_lasting",
    "at_once_transient",
)
NUMBERS = ("new_palsy_days", "old_eye_days", "entry_days", "pressing_days")


@dataclass(frozen=True, slots=True)
class Window:
    """Days from the operation: when it is due, and from when to when it counts as done in time."""

    day: int
    from_day: int
    to_day: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done before or after the operation.

    Attributes
    ----------
    key, name, plain, text : str
    phase : str
        ``"before"`` or ``"after"``.
    window : Window or None
        None before the operation.
    visit : bool
        Whether a visit of those days stands for it.
    needed : bool
        Else it is of use and nobody waits for it.
    only_if : str
        One of ``CONDITIONS``; empty: always.
    basis : Basis
    sources : tuple of str
    """

    key: str
    name: str
    plain: str
    text: str
    phase: str
    window: Window | None
    visit: bool
    needed: bool
    only_if: str
    basis: Basis
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """What may happen after the operation.

    Attributes
    ----------
    key, name, plain : str
    short : str
        Its name in a drawing.
    from_day, to_day : int
        Days in which it is to be watched for.
    peak_day : int or None
    urgency : Urgency
        How soon somebody must see it.
    action, plain_action : str
    rate : Rate or None
    why_no_rate : str
        Not empty where `rate` is None.
    days_basis : Basis
    days_sources : tuple of str
    """

    key: str
    name: str
    plain: str
    short: str
    from_day: int
    to_day: int
    peak_day: int | None
    urgency: Urgency
    action: str
    plain_action: str
    rate: Rate | None
    why_no_rate: str
    days_basis: Basis
    days_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EyeCare:
    """What an eye beside a palsy needs.

    Attributes
    ----------
    key, title, action, plain_action : str
    when : tuple of str
        Findings or closures, one of which makes it so.
    urgency : Urgency
    basis : Basis
    sources : tuple of str
    """

    key: str
    when: tuple[str, ...]
    urgency: Urgency
    title: str
    action: str
    plain_action: str
    basis: Basis
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody may tell after the operation, and how urgent it is."""

    key: str
    urgency: Urgency
    title: str
    action: str
    plain_action: str


@dataclass(frozen=True, slots=True)
class PathKnown:
    """What is known of the path round the operation.

    Attributes
    ----------
    steps : tuple of Step
        In the order in which they come.
    watch : tuple of Watch
    hearing : mapping of str to Rate
        Limits and outlooks, keys ``HEARING``.
    palsy : mapping of str to Rate
        Keys ``PALSY``.
    eye : tuple of EyeCare
        The most urgent first; the first that fits holds, the last where nothing is known.
    complaints : mapping of str to Complaint
    numbers : mapping of str to Number
        Keys ``NUMBERS``: elicited.
    """

    steps: tuple[Step, ...]
    watch: tuple[Watch, ...]
    hearing: Mapping[str, Rate]
    palsy: Mapping[str, Rate]
    eye: tuple[EyeCare, ...]
    complaints: Mapping[str, Complaint]
    numbers: Mapping[str, Number]

    def number(self, name: str) -> float:
        """Return one elicited number."""
        return self.numbers[name].value


def decompression(text: str, sources: Collection[str], file: str = "decompression.toml") -> PathKnown:
    """Read the path.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    known = PathKnown(
        steps=tuple(_step(table, sources) for table in top.tables("steps")),
        watch=tuple(_watch(table, sources) for table in top.tables("watch")),
        hearing=_rates(top.table("hearing"), HEARING, sources),
        palsy=_rates(top.table("palsy"), PALSY, sources),
        eye=tuple(_eye(table, sources) for table in top.tables("eye")),
        complaints={one.key: one for one in (_complaint(table) for table in top.tables("symptoms"))},
        numbers=_numbers(top.table("numbers")),
    )
    top.done()
    for name, rows in (("steps", known.steps), ("watch", known.watch), ("eye", known.eye)):
        keys = [row.key for row in rows]
        if not keys or len(set(keys)) < len(keys):
            raise top.error("is empty or names a key twice", name)
    if known.eye[-1].when:
        raise top.error("must end with what is done where nothing is known", "eye")
    return known


def _step(table: Table, sources: Collection[str]) -> Step:
    phase = table.one_of("phase", PHASES)
    window = None
    if phase == "after":
        window = Window(*(_day(table, key) for key in ("day", "from_day", "to_day")))
        if not window.from_day <= window.day <= window.to_day:
            raise table.error(f"{window.day} lies outside {window.from_day} to {window.to_day}", "day")
    step = Step(
        key=table.text("key"),
        name=table.text("name"),
        plain=table.text("plain"),
        text=table.text("text"),
        phase=phase,
        window=window,
        visit=table.flag("visit"),
        needed=table.flag("needed", default=True),
        only_if=table.one_of("only_if", CONDITIONS) if "only_if" in table else "",
        basis=table.word("basis", Basis),
        sources=table.names("sources", sources),
    )
    _founded(table, step.basis, step.sources)
    table.done()
    return step


def _watch(table: Table, sources: Collection[str]) -> Watch:
    how_often = rate(table.table("rate"), sources) if "rate" in table else None
    days = table.table("days")
    watch = Watch(
        key=table.text("key"),
        name=table.text("name"),
        plain=table.text("plain"),
        short=table.text("short"),
        from_day=_day(days, "first"),
        to_day=_day(days, "last"),
        peak_day=_day(days, "peak") if "peak" in days else None,
        urgency=table.word("urgency", Urgency),
        action=table.text("action"),
        plain_action=table.text("plain_action"),
        rate=how_often,
        why_no_rate=table.text("why_no_rate", ""),
        days_basis=days.word("basis", Basis),
        days_sources=days.names("sources", sources),
    )
    peak = watch.from_day if watch.peak_day is None else watch.peak_day
    if not watch.from_day <= peak <= watch.to_day:
        raise days.error("do not follow each other")
    if (watch.rate is None) is not bool(watch.why_no_rate):
        raise table.error("is needed where there is no rate, and only there", "why_no_rate")
    _founded(days, watch.days_basis, watch.days_sources)
    days.done()
    table.done()
    return watch


def _eye(table: Table, sources: Collection[str]) -> EyeCare:
    care = EyeCare(
        key=table.text("key"),
        when=table.names("when", (*EYE_FINDINGS, *CLOSURES)),
        urgency=table.word("urgency", Urgency),
        title=table.text("title"),
        action=table.text("action"),
        plain_action=table.text("plain_action"),
        basis=table.word("basis", Basis),
        sources=table.names("sources", sources),
    )
    _founded(table, care.basis, care.sources)
    table.done()
    return care


def _complaint(table: Table) -> Complaint:
    told = Complaint(
        key=table.text("key"),
        urgency=table.word("urgency", Urgency),
        title=table.text("title"),
        action=table.text("action"),
        plain_action=table.text("plain_action"),
    )
    table.done()
    return told


def _rates(table: Table, keys: Collection[str], sources: Collection[str]) -> dict[str, Rate]:
    found = {key: rate(table.table(key), sources) for key in keys}
    table.done()
    return found


def _numbers(table: Table) -> dict[str, Number]:
    found = {}
    for name in NUMBERS:
        row = table.table(name)
        found[name] = Number(name, row.number("value"), row.text("meaning"))
        row.done()
    table.done()
    return found


def _day(table: Table, key: str) -> int:
    value = table.number(key)
    if value != int(value) or value < 0:
        raise table.error("must be a whole number of days", key)
    return int(value)


def _founded(table: Table, basis: Basis, sources: Collection[str]) -> None:
    if basis is not Basis.ELICITED and not sources:
        raise table.error("needs sources unless it is elicited", "sources")
