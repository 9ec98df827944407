"""The whole record of one request: who, what was found, tried and given, and which side all of it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from facialis import knowledge
from facialis.case import Case
from facialis.document import DocumentError
from facialis.findings import Side, State
from facialis.knowledge import treatment
from facialis.knowledge.treatment.option import Kind, Option
from facialis.treatment.authorisation.records import Course, Cycle, Film, Leader, Score, Session, Tried
from facialis.treatment.authorisation.said import Place, day, side

DISORDER = "hemifacial_spasm"
# Who is heard first on the side: who examined, then who measured, then who tells.
_READERS = ("clinician", "video", "emg", "record", "patient")


@dataclass(frozen=True, slots=True)
class Record:
    """What was handed in.

    Attributes
    ----------
    case_file : str
    case : Case
    on : date
        The day on which the packet is made.
    sessions : tuple of Session
        By date.
    plan : Session or None
        What is asked for next.
    scores : tuple of Score
    films : tuple of Film
    course : Course or None
    leader : Leader or None
    tried : tuple of Tried

    Raises
    ------
    DocumentError
        If something lies after the day of the packet, or one session is there twice.
    """

    case_file: str
    case: Case
    on: date
    sessions: tuple[Session, ...] = ()
    plan: Session | None = None
    scores: tuple[Score, ...] = ()
    films: tuple[Film, ...] = ()
    course: Course | None = None
    leader: Leader | None = None
    tried: tuple[Tried, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", tuple(sorted(self.sessions, key=lambda one: (one.day, one.file))))
        dated: list[tuple[str, date | None]] = [(one.file, one.day) for one in self.sessions]
        dated += [(one.file, one.day) for one in self.scores]
        dated += [(one.file, one.day) for one in self.films]
        for file, when in [*dated, *([(self.course.file, self.course.on)] if self.course else [])]:
            if when and when > self.on:
                raise DocumentError(f"{file}: is of {when}, after the day of the packet, {self.on} (see --on)")
        seen: dict[tuple[date, str, str], str] = {}
        for one in self.sessions:
            before = seen.setdefault((one.day, one.side, one.product), one.file)
            if before != one.file or sum(1 for other in self.sessions if other == one) > 1:
                raise DocumentError(f"{one.file}: is the session of {one.day} again, as in {before}; give it once")
        if self.plan and self.sessions and self.plan.day <= self.sessions[-1].day:
            raise DocumentError(
                f"{self.plan.file}: plans {self.plan.day}, not after the last session on {self.sessions[-1].day}"
            )

    @property
    def continues(self) -> bool:
        """Whether toxin was given before."""
        return bool(self.sessions)

    @property
    def wanted(self) -> Session | None:
        """The session that is asked for: the plan, or one like the last."""
        return self.plan or (self.sessions[-1] if self.sessions else None)

    @property
    def side(self) -> Side:
        """The side that all agree on; NONE where nobody tells one or they do not agree."""
        told = {side for _, side in self.sides}
        return told.pop() if len(told) == 1 else Side.NONE

    @property
    def sides(self) -> tuple[tuple[Place, Side], ...]:
        """Every part of the record that names a side, with the side."""
        told = list(_case_sides(self.case, self.case_file))
        told += [
            (Place(one.file, "side", f"{_what(one)}, {side(one.side)}"), Side(one.side))
            for one in (*self.sessions, *([self.plan] if self.plan else []))
        ]
        for film in self.films:
            if film.tells_side:
                place = Place(film.file, "summary.affected_side", f"film {film.name}: {film.side}")
                told.append((place, Side(film.side)))
        return tuple(told)

    def cycle(self, session: Session) -> tuple[Cycle, ...]:
        """Return what the course says of one session, one for each side it was on."""
        if self.course is None:
            return ()
        return tuple(one for one in self.course.cycles if one.day == session.day and session.on(one.side))

    def present(self, code: str) -> tuple[Place, ...]:
        """Return where a finding is present."""
        return self._readings(code, State.PRESENT)

    def absent(self, code: str) -> tuple[Place, ...]:
        """Return where a finding is absent."""
        return self._readings(code, State.ABSENT)

    def _readings(self, code: str, state: State) -> tuple[Place, ...]:
        name = knowledge.finding(code).term
        return tuple(
            Place(self.case_file, f"findings[{i}]", f"{name}: {state.value}, as the {one.source} tells it")
            for i, one in enumerate(self.case.findings)
            if one.code == code and one.state is state
        )

    def circumstances(self) -> Mapping[str, str]:
        """Return what is present by where the case says so: told, or by a medicine that means it."""
        said = {key: f"circumstances.{key}" for key, state in self.case.circumstances.items() if state is State.PRESENT}
        for key, known in treatment.circumstances().items():
            by = next((name for name in self.case.medicines if known.named_by(name)), "")
            if by and key not in said:
                said[key] = f"medicines: {by}"
        return said

    def contraindicated(self) -> list[tuple[Option, str, str]]:
        """Return the options that this case rules out: the option, why, and where the case says so."""
        held = dict(self.circumstances())
        held |= {one.code: f"findings[{i}]" for i, one in enumerate(self.case.findings) if one.state is State.PRESENT}
        found = []
        for option in treatment.options().values():
            if option.kind not in (Kind.MEDICINE, Kind.OPERATION, Kind.PROCEDURE):
                continue
            for rule in option.never:
                where = next((held[key] for key in rule.when if key in held), None)
                if where:
                    found.append((option, rule.text, where))
                    break
        return found


def _what(one: Session) -> str:
    return f"{'planned for' if one.planned else 'session of'} {day(one.day)}"


def _case_sides(case: Case, file: str) -> list[tuple[Place, Side]]:
    """Return the side of the movement as the first reader tells it who tells one."""
    for reader in _READERS:
        told = [
            (i, one.side)
            for i, one in enumerate(case.findings)
            if one.code == "involuntary_movement" and one.source == reader and one.state is State.PRESENT
            if one.side is not Side.NONE
        ]
        if told:
            sides = {side for _, side in told}
            side = sides.pop() if len(sides) == 1 else Side.BOTH
            return [(Place(file, f"findings[{told[0][0]}]", f"movement on the {side.value}, {reader}"), side)]
    return []
