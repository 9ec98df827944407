"""What is known of ordering tests: their parts, why, what is asked before, what stands against: ``orders.toml``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from facialis.knowledge.read import Table
from facialis.knowledge.treatment.exact import Proof, parse, proof, whole

WHEN = ("always", "child", "step", "finding", "operation")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Test:
    """A test that is ordered.

    Attributes
    ----------
    key, name : str
    plain_name : str
        Its name for patients.
    plain : str
        Why, for patients.
    prepare : tuple of str
        How to prepare, for patients.
    steps : tuple of str
        The steps of ``steps.toml`` that ask for it.
    answers : tuple of str
        Codes of the findings that it tells.
    """

    key: str
    name: str
    plain_name: str
    plain: str
    prepare: tuple[str, ...]
    steps: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a test that can be asked for.

    Attributes
    ----------
    key, test, name, text : str
    one_of : str
        Of the parts with the same word one is chosen; empty: it stands for itself.
    steps : tuple of str
        The steps that ask for this part.
    usual : bool
        Chosen where nothing else says what is.
    contrast : bool
        Whether it takes a contrast agent.
    proof : Proof
    """

    key: str
    test: str
    name: str
    text: str
    one_of: str
    steps: tuple[str, ...]
    usual: bool
    contrast: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class Question:
    """What whoever reads the test is asked."""

    test: str
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Indication:
    """Why a test is ordered; ``when`` is one of ``WHEN``."""

    key: str
    test: str
    when: str
    findings: tuple[str, ...]
    steps: tuple[str, ...]
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """One question of the form before an MRI.

    Attributes
    ----------
    key, name : str
    question : str
        As the patient reads it.
    action : str
        What a yes or an unknown asks of whoever clears it.
    contrast : bool
        Whether it matters for a contrast agent only.
    proof : Proof
    """

    key: str
    name: str
    question: str
    action: str
    contrast: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class Caution:
    """What stands against a test, or takes from what it tells.

    It holds ``always``, after recent ``toxin``, where one of ``findings`` is present, or one of ``parts`` is ordered.
    """

    key: str
    test: str
    always: bool
    toxin: bool
    findings: tuple[str, ...]
    parts: tuple[str, ...]
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Orders:
    """All of ``orders.toml``; weights in kg are what a form takes."""

    child_below_years: int
    weight_from_kg: int
    weight_to_kg: int
    tests: Mapping[str, Test]
    parts: Mapping[str, Part]
    questions: tuple[Question, ...]
    indications: tuple[Indication, ...]
    safety: Mapping[str, SafetyQuestion]
    cautions: tuple[Caution, ...]

    def parts_of(self, test: str) -> list[Part]:
        """Return the parts of a test, in their order."""
        return [part for part in self.parts.values() if part.test == test]


def orders(
    text: str, findings: Collection[str], steps: Collection[str], sources: Collection[str], file: str = "orders.toml"
) -> Orders:
    """Read what is known of ordering tests.

    Parameters
    ----------
    text : str
        The file.
    findings, steps, sources : collection of str
        The codes and keys that it may name.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    child, low, high = _rules(top.table("rules"), sources)
    tests = _keyed(
        top,
        "tests",
        lambda key, table: Test(
            key,
            table.text("name"),
            table.text("plain_name"),
            table.text("plain"),
            _texts(table, "prepare"),
            table.names("steps", steps),
            table.names("answers", findings),
        ),
    )
    parts = _keyed(top, "parts", lambda key, table: _part(key, table, tests, steps, sources))
    questions = tuple(_question(one, tests, sources) for one in top.tables("questions"))
    indications = _keyed(top, "indications", lambda key, table: _indication(key, table, tests, findings, sources))
    safety = _keyed(top, "safety", lambda key, table: _safety(key, table, sources))
    cautions = _keyed(top, "cautions", lambda key, table: _caution(key, table, tests, findings, parts, sources))
    top.done()
    for key in tests:
        if not any(part.test == key for part in parts.values()):
            raise top.error("has no parts", f"tests.{key}")
    return Orders(
        child, low, high, tests, parts, questions, tuple(indications.values()), safety, tuple(cautions.values())
    )


def _keyed(top: Table, name: str, read: Callable[[str, Table], T]) -> dict[str, T]:
    tables = top.table(name)
    found: dict[str, T] = {}
    for key in tables:
        table = tables.table(key)
        found[key] = read(key, table)
        table.done()
    return found


def _rules(table: Table, sources: Collection[str]) -> tuple[int, int, int]:
    child, low, high = (whole(table, key) for key in ("child_below_years", "weight_from_kg", "weight_to_kg"))
    if low >= high:
        raise table.error("must be above weight_from_kg", "weight_to_kg")
    proof(table, sources)
    table.done()
    return child, low, high


def _texts(table: Table, key: str) -> tuple[str, ...]:
    value = table.take(key)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
        raise table.error("must be a list of texts, none empty", key)
    return tuple(value)


def _part(key: str, table: Table, tests: Collection[str], steps: Collection[str], sources: Collection[str]) -> Part:
    return Part(
        key,
        table.one_of("test", tests),
        table.text("name"),
        table.text("text"),
        table.text("one_of", ""),
        table.names("steps", steps),
        table.flag("usual"),
        table.flag("contrast"),
        proof(table, sources),
    )


def _question(table: Table, tests: Collection[str], sources: Collection[str]) -> Question:
    found = Question(table.one_of("test", tests), table.text("text"), proof(table, sources))
    table.done()
    return found


def _indication(
    key: str, table: Table, tests: Mapping[str, Test], findings: Collection[str], sources: Collection[str]
) -> Indication:
    test = table.one_of("test", tests)
    when = table.one_of("when", WHEN)
    found = Indication(
        key,
        test,
        when,
        table.names("findings", findings),
        table.names("steps", tests[test].steps) or (tests[test].steps if when == "step" else ()),
        table.text("text"),
        proof(table, sources),
    )
    if (when == "finding") != bool(found.findings):
        raise table.error('belong to when = "finding", and to nothing else', "findings")
    return found


def _safety(key: str, table: Table, sources: Collection[str]) -> SafetyQuestion:
    return SafetyQuestion(
        key,
        table.text("name"),
        table.text("question"),
        table.text("action"),
        table.flag("contrast"),
        proof(table, sources),
    )


def _caution(
    key: str,
    table: Table,
    tests: Collection[str],
    findings: Collection[str],
    parts: Mapping[str, Part],
    sources: Collection[str],
) -> Caution:
    found = Caution(
        key,
        table.one_of("test", tests),
        table.flag("always"),
        table.flag("toxin"),
        table.names("findings", findings),
        table.names("parts", parts),
        table.text("text"),
        proof(table, sources),
    )
    if not (found.always or found.toxin or found.findings or found.parts):
        raise table.error("must say when it holds: always, toxin, findings or parts", "text")
    return found
