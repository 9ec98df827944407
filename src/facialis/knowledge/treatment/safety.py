"""What stops an injection, what needs a reason and what needs care, as ``injection_safety.toml`` holds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from facialis.knowledge.treatment.exact import Proof, parse, proof


class Does(StrEnum):
    """What a rule does to a plan."""

    STOP = "stop"
    REASON = "reason"
    CARE = "care"


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """One thing to look for before an injection.

    Attributes
    ----------
    key : str
    when : tuple of str
        Keys of circumstances or codes of findings: it holds where one of them is present.
    does : Does
    products, muscles : tuple of str
        It holds for these only; empty: for all.
    countries : tuple of str
        Whose label says so: it holds where one of these labels does; empty: wherever.
    ask : bool
        Whether it is asked where nobody has said.
    text, plain : str
        For clinicians and for patients.
    proof : Proof
    """

    key: str
    when: tuple[str, ...]
    does: Does
    products: tuple[str, ...]
    muscles: tuple[str, ...]
    countries: tuple[str, ...]
    ask: bool
    text: str
    plain: str
    proof: Proof


def injection_safety(
    text: str,
    known: Collection[str],
    products: Collection[str],
    muscles: Collection[str],
    countries: Collection[str],
    sources: Collection[str],
    file: str = "injection_safety.toml",
) -> dict[str, SafetyRule]:
    """Read the rules by key.

    Parameters
    ----------
    text : str
        The file.
    known : collection of str
        Circumstances and findings.
    products, muscles, countries, sources : collection of str
        What else it may name.
    file : str
        Its name, for errors.

    Raises
    ------
    KnowledgeError
        In one line with file and key.
    """
    top = parse(text, file)
    found = {}
    for key in top:
        row = top.table(key)
        found[key] = SafetyRule(
            key=key,
            when=row.names("when", known),
            does=row.word("does", Does),
            products=row.names("products", products),
            muscles=row.names("muscles", muscles),
            countries=row.names("countries", countries),
            ask=row.flag("ask"),
            text=row.text("text"),
            plain=row.text("plain"),
            proof=proof(row, sources),
        )
        row.done()
        if not found[key].when:
            raise row.error("must name a circumstance", "when")
    return found
