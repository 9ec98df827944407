"""How ``circumstances.toml`` and ``options.toml`` are read."""

from __future__ import annotations

from collections.abc import Collection

from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.option import (
    OUTCOMES,
    SIDE_FACTS,
    Certainty,
    Circumstance,
    Evidence,
    Harm,
    Kind,
    Label,
    Option,
    Outcome,
    Rule,
    Standing,
)
from facialis.knowledge.treatment.rates import Rate, rate

SEVERITIES = ("minor", "serious", "death")
# How the text on an option begins that nobody has tried, so that nobody overlooks it.
NOTHING_FOUND = "No evidence found in hemifacial spasm"


def circumstances(text: str, file: str = "circumstances.toml") -> dict[str, Circumstance]:
    """Read what matters for a treatment and is no sign of the disorder, by key.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    found: dict[str, Circumstance] = {}
    for key in whole:
        table = whole.table(key)
        medicines = _texts(table, "medicines")
        if any(name != name.lower().strip() for name in medicines):
            raise table.error("must be in lower case", "medicines")
        found[key] = Circumstance(
            key, table.text("term"), table.text("question"), medicines, table.flag("ask", default=True)
        )
        table.done()
    return found


def options(
    text: str, known: Collection[str], sources: Collection[str], file: str = "options.toml"
) -> dict[str, Option]:
    """Read the options by key, in the order of the file.

    Parameters
    ----------
    text : str
    known : collection of str
        Keys of circumstances and codes of findings that a rule may name.
    sources : collection of str
    file : str

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    whole = parse(text, file)
    return {key: _option(whole.table(key), key, known, sources) for key in whole}


def _option(table: Table, key: str, known: Collection[str], sources: Collection[str]) -> Option:
    standing = table.word("standing", Standing)
    told = Option(
        key,
        table.text("name"),
        table.text("plain_name"),
        table.word("kind", Kind),
        standing,
        table.text("what"),
        table.text("plain"),
        table.text("really_for", ""),
        _evidence(table.table("evidence"), standing, sources),
        tuple(_outcome(row, sources) for row in table.tables("outcomes")),
        tuple(_harm(row, sources) for row in table.tables("harms")),
        _rules(table, "never", known, sources),
        _rules(table, "caution", known, sources),
        _rules(table, "first", known, sources),
        _texts(table, "asks"),
        table.flag("aid"),
        tuple(_label(row, sources) for row in table.tables("labels")),
    )
    if standing is Standing.NO_EVIDENCE and not told.really_for:
        raise table.error("is missing: what it is really for", "really_for")
    if len({one.key for one in told.outcomes}) < len(told.outcomes):
        raise table.error("names one twice", "outcomes")
    table.done()
    return told


def _evidence(table: Table, standing: Standing, sources: Collection[str]) -> Evidence:
    told = Evidence(
        table.word("certainty", Certainty), table.text("text"), table.text("plain"), table.names("sources", sources)
    )
    table.done()
    if (told.certainty is Certainty.NONE) is not (standing is Standing.NO_EVIDENCE):
        raise table.error("is none if and only if the standing is no_evidence", "certainty")
    if told.certainty is Certainty.NONE and not told.text.startswith(NOTHING_FOUND):
        raise table.error(f'must begin "{NOTHING_FOUND}"', "text")
    return told


def _outcome(table: Table, sources: Collection[str]) -> Outcome:
    told = Outcome(
        table.one_of("key", OUTCOMES),
        table.text("name"),
        table.text("plain"),
        _rate(table, sources),
        table.text("why_not", ""),
    )
    _either(table, told.rate, told.why_not)
    return told


def _harm(table: Table, sources: Collection[str]) -> Harm:
    told = Harm(
        table.text("key"),
        table.text("name"),
        table.text("plain"),
        table.one_of("severity", SEVERITIES),
        table.flag("lasting"),
        table.text("lasts", ""),
        _rate(table, sources),
        table.text("why_not", ""),
    )
    _either(table, told.rate, told.why_not)
    return told


def _rate(table: Table, sources: Collection[str]) -> Rate | None:
    return rate(table.table("rate"), sources) if "rate" in table else None


def _either(table: Table, told: Rate | None, why_not: str) -> None:
    """Refuse a number with an excuse, and neither of them."""
    if (told is None) is not bool(why_not.strip()):
        raise table.error("is told if and only if there is no rate", "why_not")
    table.done()


def _rules(table: Table, part: str, known: Collection[str], sources: Collection[str]) -> tuple[Rule, ...]:
    return tuple(_rule(row, known, sources) for row in table.tables(part))


def _rule(table: Table, known: Collection[str], sources: Collection[str]) -> Rule:
    told = Rule(
        table.names("when", known),
        table.number("age_below") if "age_below" in table else None,
        table.number("age_above") if "age_above" in table else None,
        table.flag("if_unknown"),
        table.text("text"),
        table.text("plain"),
        table.word("basis", Basis),
        table.names("sources", sources),
        table.names("done_by", {*known, *SIDE_FACTS}),
    )
    if told.basis is not Basis.ELICITED and not told.sources:
        raise table.error("needs a source unless it is elicited", "sources")
    table.done()
    return told


def _label(table: Table, sources: Collection[str]) -> Label:
    told = Label(table.text("country"), table.text("text"), table.word("basis", Basis), table.names("sources", sources))
    table.done()
    return told


def _texts(table: Table, key: str) -> tuple[str, ...]:
    """Take a list of texts that are not empty; empty where it is missing."""
    if key not in table:
        return ()
    value = table.take(key)
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise table.error("must be a list of texts", key)
    return tuple(value)
