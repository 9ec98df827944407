"""How the files of the disorders, the red flags and the next steps are read and checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from facialis.knowledge.definitions import ASSESSORS, FindingDefinition, KnowledgeError, Threshold, Urgency
from facialis.knowledge.differential import Basis, Disorder, Flag, Step
from facialis.knowledge.read import Table, parse

SIDES = ("left", "right", "both", "none")
AMOUNTS = ("none", "low", "medium", "high")
# Who answers a question and who looks for a sign; a test names its readers itself.
READER_OF = {"question": "patient", "sign": "clinician"}


def disorders(text: str, known: Collection[str], file: str = "disorders.toml") -> dict[str, Disorder]:
    """Read the disorders by key; each rests on `known` sources.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        table = top.table(key)
        found[key] = Disorder(
            key=key,
            name=table.text("name"),
            plain=table.text("plain"),
            definition=table.text("definition"),
            in_plain_words=table.text("in_plain_words"),
            icd10cm=MappingProxyType(_by_side(table)),
            codes=table.codes("codes", known),
            causes=MappingProxyType(_texts(table, "causes")),
            rare=table.flag("rare"),
            sources=_sources(table, known),
        )
        table.done()
    return found


def flags(
    text: str,
    findings: Collection[str],
    limits: Mapping[str, Threshold],
    known: Collection[str],
    tests: Collection[str],
    file: str = "red_flags.toml",
) -> dict[str, Flag]:
    """Read the red flags by key, in the order in which they are shown.

    Parameters
    ----------
    text : str
        The file.
    findings : collection of str
        The codes that a rule may ask for.
    limits : mapping of str to Threshold
        What an age may be held against, in years.
    known : collection of str
        Keys of the sources.
    tests : collection of str
        Keys of the tests that a rule may ask for.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        table = top.table(key)
        flag = Flag(
            key=key,
            title=table.text("title"),
            plain=table.text("plain"),
            urgency=table.word("urgency", Urgency),
            when=table.name_lists("when", findings),
            unless=table.names("unless", findings),
            onset_below=_years(table, "onset_below", limits),
            age_below=_years(table, "age_below", limits),
            action=table.text("action"),
            plain_action=table.text("plain_action"),
            sources=_sources(table, known),
            basis=table.word("basis", Basis),
            both_sides=table.flag("both_sides"),
            tests=table.names("tests", tests),
            depends=table.flag("depends"),
        )
        table.done()
        _can_fire(table, flag)
        found[key] = flag
    return found


def steps(
    text: str, findings: Mapping[str, FindingDefinition], disorders: Collection[str], file: str = "steps.toml"
) -> dict[str, Step]:
    """Read the questions, signs and tests.

    A question and a sign have the finding's code as key and its words as theirs; here they are named
    ``question:CODE`` and ``sign:CODE``, because the same finding may be asked for and looked for.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    found = {}
    for kind, reader in READER_OF.items():
        for step in _of_findings(top.table(kind), kind, reader, findings):
            found[f"{kind}:{step.key}"] = step
    tests = top.table("test")
    for key in tests:
        table = tests.table(key)
        found[key] = _test(table, key, _yields(table, findings), table.names("standing", disorders))
        table.done()
    top.done()
    return found


def _of_findings(table: Table, kind: str, reader: str, findings: Mapping[str, FindingDefinition]) -> Iterator[Step]:
    amounts = {key: table.one_of(key, AMOUNTS) for key in ("cost", "burden", "risk")}
    also = _texts(table, "also")
    for code in table.names("findings", findings):
        definition = findings[code]
        if reader not in definition.assessed_by or (kind == "question" and definition.question is None):
            raise table.error(f'names "{code}", which no {reader} can tell', "findings")
        plain = definition.question or definition.term
        yields = ((code, reader),)
        yield Step(
            code,
            kind,
            definition.term,
            plain,
            yields,
            also=also.pop(code, ""),
            standing=(),
            after_looking=False,
            **amounts,
        )
    for code in also:
        raise table.error("is not among the findings", f"also.{code}")
    table.done()


def _test(table: Table, key: str, yields: tuple[tuple[str, str], ...], standing: tuple[str, ...]) -> Step:
    amounts = {amount: table.one_of(amount, AMOUNTS) for amount in ("cost", "burden", "risk")}
    name, plain = table.text("name"), table.text("plain")
    also, later = table.text("also", ""), table.flag("after_looking")
    return Step(key, "test", name, plain, yields, also=also, standing=standing, after_looking=later, **amounts)


def _yields(table: Table, findings: Mapping[str, FindingDefinition]) -> tuple[tuple[str, str], ...]:
    inner = table.table("yields")
    pairs = []
    for reader in inner:
        if reader not in ASSESSORS:
            raise inner.error("is nobody who can tell", reader)
        for code in inner.names(reader, findings):
            if reader not in findings[code].assessed_by:
                raise inner.error(f'names "{code}", which is not told by {reader}', reader)
            pairs.append((code, reader))
    if not pairs:
        raise table.error("must name a finding", "yields")
    return tuple(pairs)


def _by_side(table: Table) -> dict[str, str]:
    """Take the ICD-10-CM code: one for every side, or one a side."""
    if "icd10cm" not in table:
        return {}
    value = table.take("icd10cm")
    if isinstance(value, str) and value.strip():
        return dict.fromkeys(SIDES, value)
    sides = Table(table.file, f"{table.name}.icd10cm", value)
    found = {side: sides.text(side) for side in SIDES}
    sides.done()
    return found


def _texts(table: Table, key: str) -> dict[str, str]:
    if key not in table:
        return {}
    inner = table.table(key)
    return {name: inner.text(name) for name in inner}


def _sources(table: Table, known: Collection[str]) -> tuple[str, ...]:
    found = table.names("sources", known)
    if not found:
        raise table.error("must name a source", "sources")
    return found


def _years(table: Table, key: str, limits: Mapping[str, Threshold]) -> float | None:
    if key not in table:
        return None
    limit = limits[table.one_of(key, limits)]
    if limit.unit != "years":
        raise table.error(f'"{limit.name}" is no age', key)
    return limit.value


def _can_fire(table: Table, flag: Flag) -> None:
    """Refuse a rule that could never hold, or that would always hold."""
    if not flag.when and flag.onset_below is None and flag.age_below is None:
        raise table.error("must say when it holds", "when")
    for codes_together in flag.when:
        if set(codes_together) & set(flag.unless):
            raise table.error("asks for a finding that hands it to another rule", "unless")
    if flag.urgency is Urgency.NONE:
        raise KnowledgeError(f"{table.file}: {flag.key}.urgency must not be none")
