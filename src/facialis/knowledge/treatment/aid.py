"""What the decision aid says beside the numbers: ``aid.toml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.option import OUTCOMES, Kind
from facialis.knowledge.treatment.rates import Rate, rate

CHECK = (
    "relief",
    "relief_answer",
    "uncounted",
    "uncounted_answer",
    "partly",
    "partly_answer",
    "harm",
    "harm_answer",
    "yes",
    "no",
    "never",
    "natural",
    "natural_answer",
)


@dataclass(frozen=True, slots=True)
class Guess:
    """An elicited number; `low` and `high` are the range of the guess, equal to `value` where it has none."""

    name: str
    value: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a kind of treatment asks of a person: the same fields for every kind.

    Attributes
    ----------
    each, once : str
        What a number is counted over: "session", "in one session".
    visits, anaesthesia, recovery, money, undone : str
        What it asks, and what cannot be undone.
    feel, year : str
        What it is like, for the body, the mind and among others; what a year looks like.
    toward, away : str
        What speaks for it and against it, as a person says it who cares for that.
    questions : tuple of str
        To take along.
    """

    each: str
    once: str
    visits: str
    anaesthesia: str
    recovery: str
    money: str
    undone: str
    feel: str
    year: str
    toward: str
    away: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """How an outcome is said: its `label`, and of people who have it and who have it not (empty for a time)."""

    label: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Partly:
    """An outcome that was not counted in everybody who makes the choice.

    Attributes
    ----------
    bound : str
        ``"ceiling"``: its number is the most there can be; ``"floor"``: the least.
    no : Rate or None
        With a floor, who is known not to have it; None with a ceiling, where it is all whom the number leaves.
    brief, text : str
        What stands beside the number, and the whole of it, in plain words.
    """

    bound: str
    no: Rate | None
    brief: str
    text: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Harms that hold some of the same people, by key, and how that is said."""

    harms: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """Who made the aid, who paid, how the evidence was chosen and when it is looked at again."""

    made_by: str
    funding: str
    update: str
    tested: str
    chosen: str
    people: str
    evidence_as_of: date
    review_due: date


@dataclass(frozen=True, slots=True)
class Aid:
    """All of ``aid.toml``.

    Attributes
    ----------
    numbers : mapping of str to Guess
    about : About
    decision : mapping of str to str
        ``question``, ``condition``, ``natural``, ``time``, ``enough``.
    natural_sources : tuple of str
        Where the course without treatment was read.
    kinds : mapping of Kind to KindWords
    steps, questions, unknown : tuple of str
    now, today : tuple of str
        When to call for help at once, and the same day.
    where : str
        Where to get help otherwise.
    year_study : str
        The study that tells when those who become free after an operation do so.
    outcomes : mapping of str to OutcomeWords
        By the keys of :data:`facialis.knowledge.treatment.option.OUTCOMES`, all of them.
    counted : mapping of str to Rate
        Side effects of sessions that somebody counted in people over many years, by harm; for injections.
    check : mapping of str to str
        The questions of the knowledge check and their answers, with names in braces to be filled in.
    natural_choices : tuple of str
        What can be answered to ``check["natural"]``, the right one first.
    notes : mapping of str to str
        What must be known to read the numbers of an option, by its key.
    partly : mapping of (str, str) to Partly
        Outcomes that were not counted in everybody, by option and outcome.
    overlaps : tuple of Overlap
    surgeon_words : mapping of str to tuple of str
        What the words of a surgeon's file can be, the first that an option has.
    """

    numbers: Mapping[str, Guess]
    about: About
    decision: Mapping[str, str]
    natural_sources: tuple[str, ...]
    kinds: Mapping[Kind, KindWords]
    steps: tuple[str, ...]
    questions: tuple[str, ...]
    unknown: tuple[str, ...]
    now: tuple[str, ...]
    today: tuple[str, ...]
    where: str
    year_study: str
    outcomes: Mapping[str, OutcomeWords]
    counted: Mapping[str, Rate]
    check: Mapping[str, str]
    natural_choices: tuple[str, ...]
    notes: Mapping[str, str]
    partly: Mapping[tuple[str, str], Partly]
    overlaps: tuple[Overlap, ...]
    surgeon_words: Mapping[str, tuple[str, ...]]

    def number(self, name: str) -> float:
        """Return one elicited number."""
        return self.numbers[name].value


def aid(text: str, sources: Collection[str], file: str = "aid.toml") -> Aid:
    """Read the words of the decision aid.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    numbers = whole.table("numbers")
    decision, steps, helps = whole.table("decision"), whole.table("steps"), whole.table("help")
    natural_sources = decision.names("natural_sources", sources)
    year, surgeon, outcomes = whole.table("year"), whole.table("surgeon"), whole.table("outcomes")
    notes, counted = whole.table("notes"), whole.table("counted")
    words, check = surgeon.table("words"), whole.table("check")
    kinds, partly = whole.table("kinds"), whole.table("partly")
    read = Aid(
        {name: _guess(numbers.table(name), name) for name in numbers},
        _about(whole.table("about")),
        {name: decision.text(name) for name in ("question", "condition", "natural", "time", "enough")},
        natural_sources,
        {_kind(kinds, name): _words(kinds.table(name)) for name in kinds},
        _texts(steps, "texts"),
        _all_texts(whole.table("questions")),
        _all_texts(whole.table("unknown")),
        _texts(helps, "now"),
        _texts(helps, "today"),
        helps.text("where"),
        year.one_of("study", sources),
        {name: _outcome(outcomes.table(name)) for name in OUTCOMES},
        {name: rate(counted.table(name), sources) for name in counted},
        {name: check.text(name) for name in CHECK},
        _texts(check, "natural_choices"),
        {name: notes.text(name) for name in notes},
        {
            (option, name): _partly(rows.table(name), sources)
            for option in partly
            for rows in (partly.table(option),)
            for name in rows
        },
        tuple(_overlap(row) for row in whole.tables("overlaps")),
        {name: _texts(words, name) for name in words},
    )
    for table in (decision, steps, helps, year, surgeon, outcomes, check, whole):
        table.done()
    return read


def _guess(row: Table, name: str) -> Guess:
    value = row.number("value")
    low = row.number("low") if "low" in row else value
    high = row.number("high") if "high" in row else value
    if not low <= value <= high:
        raise row.error(f"{value:g} lies outside {low:g} to {high:g}", "value")
    guess = Guess(name, value, low, high, row.text("meaning"))
    row.done()
    return guess


def _about(row: Table) -> About:
    texts = {
        field.name: row.text(field.name)
        for field in fields(About)
        if field.name not in ("evidence_as_of", "review_due")
    }
    about = About(**texts, evidence_as_of=_day(row, "evidence_as_of"), review_due=_day(row, "review_due"))
    if about.review_due <= about.evidence_as_of:
        raise row.error("must come after the evidence", "review_due")
    row.done()
    return about


def _day(row: Table, key: str) -> date:
    value = row.take(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise row.error("must be a day as 2027-01-31, without quotation marks", key)
    return value


def _kind(table: Table, name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise table.error("is no kind of treatment", name) from None


def _words(row: Table) -> KindWords:
    texts = {field.name: row.text(field.name) for field in fields(KindWords) if field.name != "questions"}
    words = KindWords(**texts, questions=_texts(row, "questions"))
    row.done()
    return words


def _outcome(row: Table) -> OutcomeWords:
    words = OutcomeWords(row.text("label"), row.text("yes", ""), row.text("no", ""))
    row.done()
    return words


def _overlap(row: Table) -> Overlap:
    found = Overlap(_texts(row, "harms"), row.text("text"))
    row.done()
    return found


def _partly(row: Table, sources: Collection[str]) -> Partly:
    bound = row.one_of("bound", ("ceiling", "floor"))
    if ("no" in row) is not (bound == "floor"):
        raise row.error("goes with a floor, and only with one", "no")
    found = Partly(bound, rate(row.table("no"), sources) if "no" in row else None, row.text("brief"), row.text("text"))
    row.done()
    return found


def _all_texts(row: Table) -> tuple[str, ...]:
    texts = _texts(row, "texts")
    row.done()
    return texts


def _texts(row: Table, key: str) -> tuple[str, ...]:
    value = row.take(key)
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text.strip() for text in value):
        raise row.error("must be a list of texts, none of them empty", key)
    return tuple(value)
