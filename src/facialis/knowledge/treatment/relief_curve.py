"""How freedom from spasm comes after microvascular decompression, as it was counted: ``relief.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.course import Number
from facialis.knowledge.treatment.rates import Rate, rate

OF = ("free", "late")


@dataclass(frozen=True, slots=True)
class Told:
    """So many people became free after one day and not after another.

    Attributes
    ----------
    after, by : float
        Days from the operation; `after` is -1 where they may have been free on its day, `by` infinite where it is open.
    people : int
    """

    after: float
    by: float
    people: int


@dataclass(frozen=True, slots=True)
class ReliefStudy:
    """When those who became free became free, in one study.

    Attributes
    ----------
    source : str
    of : str
        ``"free"``: of all who became free; ``"late"``: of those among them who were not free at once.
    told : tuple of Told
    fitted : bool
        Whether it tells enough for a curve.
    tail : bool
        Whether it tells how many became free after more than a year.
    note : str
    """

    source: str
    of: str
    told: tuple[Told, ...]
    fitted: bool
    tail: bool
    note: str

    @property
    def people(self) -> int:
        """How many were counted."""
        return sum(one.people for one in self.told)

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Days with the share that was free by then, where the counts tell it."""
        ends = sorted({one.by for one in self.told if one.by < float("inf")})
        clear = [end for end in ends if not any(one.after < end < one.by for one in self.told)]
        return tuple((end, sum(one.people for one in self.told if one.by <= end) / self.people) for end in clear)


@dataclass(frozen=True, slots=True)
class EverFree:
    """How many became free at all.

    Attributes
    ----------
    source : str
    free, of : int
    by_day : float or None
        Counted on this day, so that some may have become free later; None at the end of the follow-up.
    note : str
    """

    source: str
    free: int
    of: int
    by_day: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """What one source advises against another."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReliefKnown:
    """What is known of relief after decompression.

    Attributes
    ----------
    studies : tuple of ReliefStudy
    shares : tuple of EverFree
    prior : mapping of str to Number
        What the curve starts from.
    not_failure : Rate
        Days for which "not yet" is no failure.
    share, least_days, visit_every_days : float
        The rule for it.
    silent : mapping of str to Rate
        Free at once, then spasms again: its days, how many, how many become free again.
    relapse : mapping of str to Rate
        Free for longer, then spasms again.
    numbers : mapping of str to Number
        How a diary is read.
    conflicts : tuple of Conflict
        When to operate again.
    """

    studies: tuple[ReliefStudy, ...]
    shares: tuple[EverFree, ...]
    prior: Mapping[str, Number]
    not_failure: Rate
    share: float
    least_days: float
    visit_every_days: float
    silent: Mapping[str, Rate]
    relapse: Mapping[str, Rate]
    numbers: Mapping[str, Number]
    conflicts: tuple[Conflict, ...]

    @property
    def fitted(self) -> tuple[ReliefStudy, ...]:
        """The studies that the curve is calculated from."""
        return tuple(study for study in self.studies if study.fitted)

    def number(self, name: str) -> float:
        """Return one number of how a diary is read."""
        return self.numbers[name].value


def relief(text: str, sources: Collection[str], file: str = "relief.toml") -> ReliefKnown:
    """Read what is known of relief after decompression.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    rule = top.table("not_failure_rule")
    known = ReliefKnown(
        studies=tuple(_study(table, sources) for table in top.tables("studies")),
        shares=tuple(_share(table, sources) for table in top.tables("shares")),
        prior=_numbers(top.table("prior")),
        not_failure=rate(top.table("not_failure"), sources),
        share=rule.number("share"),
        least_days=rule.number("least_days"),
        visit_every_days=rule.number("visit_every_days"),
        silent=_rates(top.table("silent"), sources),
        relapse=_rates(top.table("relapse"), sources),
        numbers=_numbers(top.table("numbers")),
        conflicts=tuple(_conflict(table, sources) for table in top.tables("conflicts")),
    )
    rule.done()
    top.done()
    if not any(study.fitted and study.tail for study in known.studies):
        raise top.error("needs a study that tells of its tail", "studies")
    return known


def _study(table: Table, sources: Collection[str]) -> ReliefStudy:
    told = table.take("told")
    if not isinstance(told, list) or not told or not all(isinstance(row, list) and len(row) == 3 for row in told):
        raise table.error("must be a list of [after day, by day, people]", "told")
    bins = []
    for after, by, people in told:
        right = all(isinstance(value, int | float) for value in (after, by, people))
        if not right or not -1 <= after < by or people < 0 or people != int(people):
            raise table.error(f"{[after, by, people]} cannot be", "told")
        bins.append(Told(float(after), float(by), int(people)))
    study = ReliefStudy(
        table.one_of("source", sources),
        table.one_of("of", OF),
        tuple(bins),
        table.flag("fitted", default=True),
        table.flag("tail"),
        table.text("note", ""),
    )
    if study.fitted and study.of != "free":
        raise table.error("must be of all who became free where it is fitted", "of")
    table.done()
    return study


def _share(table: Table, sources: Collection[str]) -> EverFree:
    free, of = table.number("free"), table.number("of")
    if not 0 <= free <= of or of <= 0:
        raise table.error(f"{free:g} of {of:g} cannot be", "free")
    by_day = table.number("by_day") if "by_day" in table else None
    share = EverFree(table.one_of("source", sources), int(free), int(of), by_day, table.text("note", ""))
    table.done()
    return share


def _numbers(table: Table) -> dict[str, Number]:
    found = {}
    for name in table:
        row = table.table(name)
        found[name] = Number(name, row.number("value"), row.text("meaning"))
        row.done()
    return found


def _rates(table: Table, sources: Collection[str]) -> dict[str, Rate]:
    return {name: rate(table.table(name), sources) for name in table}


def _conflict(table: Table, sources: Collection[str]) -> Conflict:
    conflict = Conflict(table.text("text"), table.names("sources", sources))
    table.done()
    return conflict
