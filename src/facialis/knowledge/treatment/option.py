"""What an option of treatment is, and how ``options.toml`` and ``circumstances.toml`` are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from facialis.knowledge.differential import Basis
from facialis.knowledge.treatment.rates import Rate


class Kind(StrEnum):
    """What sort of thing an option is; the order in which a page groups them."""

    TOXIN = "toxin"
    MEDICINE = "medicine"
    OPERATION = "operation"
    PROCEDURE = "procedure"
    STIMULATION = "stimulation"
    COMPLEMENTARY = "complementary"
    WAITING = "waiting"


class Standing(StrEnum):
    """How an option stands in hemifacial spasm, best first."""

    ESTABLISHED = "established"
    LIMITED = "limited"
    HISTORICAL = "historical"
    NO_EVIDENCE = "no_evidence"


class Certainty(StrEnum):
    """How sure the evidence is, in the words of GRADE; our own judgement unless a source grades it."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What matters for a treatment and is no sign of the disorder: an illness, a medicine, a pregnancy.

    Attributes
    ----------
    key, term : str
    question : str
        In plain words, answered by yes or no.
    medicines : tuple of str
        Names of medicines, lower case, that make it so.
    ask : bool
        Whether it is asked of everybody before a treatment is chosen.
    """

    key: str
    term: str
    question: str
    medicines: tuple[str, ...] = ()
    ask: bool = True

    def named_by(self, taken: str) -> bool:
        """Say whether somebody who takes this has it: "oral Warfarin 5 mg" names warfarin."""
        return any(re.search(rf"\b{re.escape(name)}\b", taken.casefold()) for name in self.medicines)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who must not have it, who needs care, what comes first.

    Attributes
    ----------
    when : tuple of str
        Keys of circumstances or codes of findings: it holds where one of them is present. Empty: for everybody.
    age_below, age_above : float or None
        Years: it holds below, above that age.
    if_unknown : bool
        Whether it is shown, as a question, where nobody has asked.
    text, plain : str
        What to do and why, for clinicians; for patients at reading age 12.
    basis : Basis
    sources : tuple of str
    done_by : tuple of str
        Keys that together show that what it asks for has been done; empty where nothing can.
    """

    when: tuple[str, ...]
    age_below: float | None
    age_above: float | None
    if_unknown: bool
    text: str
    plain: str
    basis: Basis
    sources: tuple[str, ...]
    done_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it does, as one number.

    Attributes
    ----------
    key : str
        One of ``OUTCOMES``, so that options can be held side by side.
    name, plain : str
    rate : Rate or None
        None where nobody has counted it.
    why_not : str
        Why there is no number; not empty where `rate` is None.
    """

    key: str
    name: str
    plain: str
    rate: Rate | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Harm:
    """What it can do to a person.

    Attributes
    ----------
    key, name, plain : str
    severity : str
        ``"minor"``, ``"serious"`` or ``"death"``.
    lasting : bool
        It stays.
    lasts : str
        How long, in plain words, where it does not stay; empty where not known.
    rate : Rate or None
    why_not : str
        Why there is no number; not empty where `rate` is None.
    """

    key: str
    name: str
    plain: str
    severity: str
    lasting: bool
    lasts: str
    rate: Rate | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known, and how sure.

    Attributes
    ----------
    certainty : Certainty
    text, plain : str
        In one or two sentences. With ``Certainty.NONE`` the text begins "No evidence found in hemifacial spasm".
    sources : tuple of str
    """

    certainty: Certainty
    text: str
    plain: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """What it may be sold for in a country.

    Attributes
    ----------
    country : str
        For example ``"UK"``.
    text : str
    basis : Basis
    sources : tuple of str
    """

    country: str
    text: str
    basis: Basis
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a person with hemifacial spasm is offered, reads of, or asks for.

    Attributes
    ----------
    key, name, plain_name : str
    kind : Kind
    standing : Standing
    what, plain : str
        What it is and does.
    really_for : str
        What it is for, where it has no place in hemifacial spasm; else empty.
    evidence : Evidence
    outcomes : tuple of Outcome
        By ``OUTCOMES``.
    harms : tuple of Harm
        The most frequent first, serious ones never left out.
    never, caution, first : tuple of Rule
        Who must not have it; who needs care; what it needs first.
    asks : tuple of str
        What it asks of the person, in plain words: visits, time, money, what cannot be undone.
    aid : bool
        Whether the decision aid may show it: its outcomes hold over ten years.
    labels : tuple of Label
        What it may be sold for, where that differs by country.
    """

    key: str
    name: str
    plain_name: str
    kind: Kind
    standing: Standing
    what: str
    plain: str
    really_for: str
    evidence: Evidence
    outcomes: tuple[Outcome, ...]
    harms: tuple[Harm, ...]
    never: tuple[Rule, ...]
    caution: tuple[Rule, ...]
    first: tuple[Rule, ...]
    asks: tuple[str, ...]
    aid: bool
    labels: tuple[Label, ...] = ()

    def outcome(self, key: str) -> Outcome | None:
        """Return one of its outcomes."""
        return next((one for one in self.outcomes if one.key == key), None)


# What a rule may ask of the side beside circumstances and findings.
CASE_FACTS = ("another_leads",)
SIDE_FACTS = ("both_sides", "sides_disagree", "side_not_settled", "side_settled")

# What options are held side by side by.
OUTCOMES = (
    "relief",  # share with worthwhile relief at its best
    "relief_complete",  # share without any spasm at its best
    "onset",  # days from treatment to the first effect
    "duration",  # days or months that one treatment holds
    "lasting",  # share still relieved after ten years, or after the longest time that anybody looked
    "recurrence",  # share in whom it came back after relief
    "again",  # share who needed it again or something else
)
