"""How the hypotheses, how common each is where, and how well who reads what are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from facialis.knowledge.definitions import ASSESSORS, FindingDefinition
from facialis.knowledge.differential import Basis, Reader, Share
from facialis.knowledge.read import Table, parse
from facialis.knowledge.read_network import elicited, mean_of

CLASSES = ("history", "sign", "test")
RAREST_LEAF = 0.25
"""People in the rarest leaf of a mixture of settings at least: with fewer a Dirichlet's draws of it are all but 0."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How common each hypothesis is where.

    Attributes
    ----------
    leaves : tuple of str
        The hypotheses: every disorder, or ``disorder:cause`` where its causes are told apart.
    shares : mapping of str to Share
        Over the leaves, by setting.
    mixture : Share
        Over the leaves, where the setting is not known.
    """

    leaves: tuple[str, ...]
    shares: Mapping[str, Share]
    mixture: Share


@dataclass(frozen=True, slots=True)
class Readers:
    """How well who reads what.

    Attributes
    ----------
    history : frozenset of str
        Findings that an examiner too knows from what the patient tells.
    defaults : mapping of (str, str) to Reader
        By who reads and class of finding.
    outside : mapping of str to Reader
        By who reads, for findings that they are no assessor of. Machines are not in it.
    codes : mapping of (str, str) to Reader
        By who reads and finding, where a default does not fit.
    """

    history: frozenset[str]
    defaults: Mapping[tuple[str, str], Reader]
    outside: Mapping[str, Reader]
    codes: Mapping[tuple[str, str], Reader] = field(default_factory=dict)

    def find(self, finding: FindingDefinition, who: str) -> Reader | None:
        """Return how well `who` reads `finding`; None where they cannot read it at all."""
        if (who, finding.code) in self.codes:
            return self.codes[who, finding.code]
        if who in finding.assessed_by:
            return self.defaults.get((who, self.class_of(finding)))
        return self.outside.get(who)

    def class_of(self, finding: FindingDefinition) -> str:
        """Return whether a finding is told, seen or tested: ``"history"``, ``"sign"`` or ``"test"``."""
        if finding.code in self.history or set(finding.assessed_by) <= {"patient", "record"}:
            return "history"
        return "sign" if {"video", "clinician"} & set(finding.assessed_by) else "test"


def settings(
    text: str, disorders: Mapping[str, Collection[str]], known: Collection[str], file: str = "settings.toml"
) -> Settings:
    """Read how common each disorder is in each setting, and how its causes are divided.

    Parameters
    ----------
    text : str
        The file.
    disorders : mapping of str to collection of str
        The causes of each disorder, in the order of the leaves; empty where they are not told apart.
    known : collection of str
        The keys of the sources.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line, with file and key.
    """
    top = parse(text, file)
    parts = _causes(top.table("causes"), {key: causes for key, causes in disorders.items() if causes}, known)
    parts = {key: parts.get(key, {"": 1.0}) for key in disorders}
    leaves = tuple(f"{key}:{cause}" if cause else key for key, causes in parts.items() for cause in causes)
    tables = top.table("settings")
    top.done()
    shares = {}
    for name in tables:
        table = tables.table(name)
        of = _shares_of(table, disorders)
        mean = tuple(of[key] * share for key, causes in parts.items() for share in causes.values())
        shares[name] = _share(table, mean, known)
    if not shares:
        raise top.error("must name one setting at least", "settings")
    return Settings(leaves, shares, mixture(list(shares.values())))


def mixture(parts: list[Share]) -> Share:
    """Return the Dirichlet nearest to not knowing which of `parts` it is, each as likely as the other.

    Its mean is their mean; its weight makes its variance, summed over the leaves, that of the mixture: what each part
    leaves open plus what they disagree about. It is not so small that less than a quarter of a person is left for the
    rarest leaf, for then the draws of that leaf would be 0 in all but name.
    """
    mean = tuple(sum(shares) / len(parts) for shares in zip(*(part.mean for part in parts), strict=True))
    variance = 0.0
    for leaf, centre in enumerate(mean):
        for part in parts:
            share = part.mean[leaf]
            variance += (share * (1 - share) / (part.weight + 1) + (share - centre) ** 2) / len(parts)
    weight = sum(share * (1 - share) for share in mean) / variance - 1
    return Share(
        mean,
        max(weight, RAREST_LEAF / min(mean)),
        Basis.CALCULATED,
        tuple(dict.fromkeys(source for part in parts for source in part.sources)),
        rule="the mixture of the settings, each as likely as the other",
    )


def readers(text: str, findings: Mapping[str, FindingDefinition], file: str = "readers.toml") -> Readers:
    """Read how well who reads what.

    Raises
    ------
    KnowledgeError
        In one line, with file and key; also where an assessor of a finding has no default for it.
    """
    top = parse(text, file)
    history, weight = frozenset(top.names("history", findings)), top.number("weight")
    if weight <= 0:
        raise top.error("must be above 0", "weight")
    defaults, outside, codes = {}, {}, {}
    table = top.table("defaults")
    for who in _each(table, ASSESSORS):
        of = table.table(who)
        for class_ in _each(of, CLASSES):
            defaults[who, class_] = _reader(of.table(class_), weight)
    table = top.table("outside")
    for who in _each(table, ASSESSORS):
        outside[who] = _reader(table.table(who), weight)
    table = top.table("codes")
    for code in _each(table, findings):
        of = table.table(code)
        for who in _each(of, findings[code].assessed_by):
            codes[who, code] = _reader(of.table(who), weight)
    top.done()
    found = Readers(history, defaults, outside, codes)
    for finding in findings.values():
        for who in finding.assessed_by:
            if found.find(finding, who) is None:
                raise top.error(
                    f'is missing, which "{finding.code}" needs', f"defaults.{who}.{found.class_of(finding)}"
                )
    return found


def _each(table: Table, known: Collection[str]) -> list[str]:
    for key in table:
        if key not in known:
            raise table.error("is not known here", key)
    return list(table)


def _causes(
    table: Table, disorders: Mapping[str, Collection[str]], known: Collection[str]
) -> dict[str, dict[str, float]]:
    found = {}
    for disorder, causes in disorders.items():
        part = table.table(disorder)
        found[disorder] = _shares_of(part, causes)
        part.text("rule")
        part.names("sources", known)
        part.done()
    table.done()
    return found


def _shares_of(table: Table, names: Collection[str]) -> dict[str, float]:
    part = table.table("shares")
    shares = {name: part.number(name) for name in names}
    part.done()
    mean_of(table, "shares", list(shares.values()), len(names))
    return shares


def _share(table: Table, mean: tuple[float, ...], known: Collection[str]) -> Share:
    weight, sources = table.number("weight"), table.names("sources", known)
    if weight <= 0:
        raise table.error("must be above 0", "weight")
    share = Share(mean, weight, Basis.CALCULATED if sources else Basis.ELICITED, sources, rule=table.text("rule"))
    table.done()
    return share


def _reader(table: Table, weight: float) -> Reader:
    shares = [elicited(mean_of(table, key, table.take(key), 2), weight) for key in ("sensitivity", "specificity")]
    table.done()
    return Reader(*shares)
