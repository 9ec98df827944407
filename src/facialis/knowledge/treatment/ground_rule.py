"""What stands above all single options of treatment, and how ``ground_rules.toml`` is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from facialis.knowledge.definitions import SEXES
from facialis.knowledge.differential import Basis
from facialis.knowledge.read import Table, parse
from facialis.knowledge.treatment.option import CASE_FACTS, SIDE_FACTS, Kind, Option, Rule

PARTS = ("never", "caution", "first", "said")


@dataclass(frozen=True, slots=True)
class GroundRule:
    """A rule over many options.

    Attributes
    ----------
    key : str
    part : str
        One of ``PARTS``: what it does to the options that it is of.
    kinds : tuple of Kind
    options : tuple of str
        Which options it is of: of these kinds, or with these keys.
    unless : tuple of str
        Keys; where one of them is present, it does not hold.
    said : bool
        Whether it is said at the top of a page.
    rule : Rule
        When it holds, and what it says.
    """

    key: str
    part: str
    kinds: tuple[Kind, ...]
    options: tuple[str, ...]
    unless: tuple[str, ...]
    said: bool
    rule: Rule

    def of(self, option: Option) -> bool:
        """Say whether it is of an option."""
        return option.kind in self.kinds or option.key in self.options


@dataclass(frozen=True, slots=True)
class Spared:
    """Whom some things are not asked.

    Attributes
    ----------
    keys : tuple of str
        Of circumstances.
    sex : str
        ``"female"`` or ``"male"``; empty: of any.
    age_above : float or None
        Years.
    because : str
    """

    keys: tuple[str, ...]
    sex: str
    age_above: float | None
    because: str

    def of(self, sex: str | None, age: float | None) -> bool:
        """Say whether a person is one of them."""
        if self.sex:
            return self.sex == sex
        return self.age_above is not None and age is not None and age > self.age_above


@dataclass(frozen=True, slots=True)
class GroundRules:
    """What stands above all single options.

    Attributes
    ----------
    rules : mapping of str to GroundRule
        By key, in the order of the file.
    spared : tuple of Spared
    """

    rules: Mapping[str, GroundRule]
    spared: tuple[Spared, ...] = ()


def ground_rules(
    text: str,
    known: Collection[str],
    options: Collection[str],
    sources: Collection[str],
    file: str = "ground_rules.toml",
) -> GroundRules:
    """Read the ground rules.

    Parameters
    ----------
    text : str
    known : collection of str
        Keys of circumstances and codes of findings.
    options : collection of str
        Keys of options.
    sources : collection of str
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    keys = {*known, *SIDE_FACTS, *CASE_FACTS}
    rules, spared = (top.table(name) for name in ("rules", "spared"))
    top.done()
    found = {key: _ground_rule(key, rules.table(key), keys, options, sources) for key in rules}
    return GroundRules(
        MappingProxyType(found),
        tuple(_spared(spared.table(key), known) for key in spared),
    )


def _spared(table: Table, known: Collection[str]) -> Spared:
    sex = table.one_of("sex", SEXES) if "sex" in table else ""
    age = table.number("age_above") if "age_above" in table else None
    if bool(sex) is (age is not None):
        raise table.error("is told by one of sex and age_above", "sex")
    found = Spared(table.names("keys", known), sex, age, table.text("because"))
    table.done()
    return found


def _ground_rule(
    key: str, table: Table, known: Collection[str], options: Collection[str], sources: Collection[str]
) -> GroundRule:
    part = table.one_of("part", PARTS)
    found = GroundRule(
        key,
        part,
        tuple(Kind(name) for name in table.names("kinds", tuple(Kind))),
        table.names("options", options),
        table.names("unless", known),
        table.flag("said") or part == "said",
        Rule(
            table.names("when", known),
            table.number("age_below") if "age_below" in table else None,
            table.number("age_above") if "age_above" in table else None,
            table.flag("if_unknown"),
            table.text("text"),
            table.text("plain"),
            table.word("basis", Basis),
            table.names("sources", sources),
        ),
    )
    if (part == "said") is bool(found.kinds or found.options):
        raise table.error("names options if and only if it is not only said", "kinds")
    if found.rule.basis is not Basis.ELICITED and not found.rule.sources:
        raise table.error("needs a source unless it is elicited", "sources")
    table.done()
    return found
