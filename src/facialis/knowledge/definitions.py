"""What a finding, a threshold and a source are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ASSESSORS = ("patient", "video", "clinician", "emg", "mri", "record")
# The words and bounds of a case beside its findings.
SEXES = ("female", "male")
SETTINGS = ("specialist", "primary_care", "self_referred")
OLDEST_AGE = 120


class KnowledgeError(ValueError):
    """A knowledge file is wrong. The message is one line that names the file and the key."""


class Urgency(StrEnum):
    """How soon a person with the finding needs to be seen."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    SOON = "soon"
    NONE = "none"


class Kind(StrEnum):
    """How well a number is founded; a ``to_verify`` one is never shown as a fact."""

    PUBLISHED = "published"
    ELICITED = "elicited"
    TO_VERIFY = "to_verify"
    DEFINED = "defined"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a definition or a number comes from.

    Attributes
    ----------
    key : str
        Stable name, for example ``"S32"``.
    cite : str
        The citation as printed.
    doi, pmid : str
        Empty where not known.
    authors, title, journal : str
        Empty where not known; the journal with volume and first page.
    year : int or None
        Of publication.
    seen : bool
        False where the authors or the place of publication could not be checked.
    kept_for : str
        What it is kept for, where nothing rests on it yet.
    """

    key: str
    cite: str
    doi: str = ""
    pmid: str = ""
    authors: str = ""
    title: str = ""
    journal: str = ""
    year: int | None = None
    seen: bool = True
    kept_for: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that decides.

    Attributes
    ----------
    name : str
        Key of ``thresholds.toml``.
    value : float
        In `unit`; an empty unit is a pure number.
    unit : str
        As printed.
    kind : Kind
        How well it is founded.
    source : str
        Key of ``sources.toml``.
    meaning : str
        What it decides, in one sentence.
    """

    name: str
    value: float
    unit: str
    kind: Kind
    source: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a terminology.

    Attributes
    ----------
    system : str
        ``"icd10cm"``, ``"snomed"``, ``"hpo"``, ``"loinc"``.
    code, display : str
    source : str
        Key of ``sources.toml``: where it was seen.
    """

    system: str
    code: str
    display: str
    source: str


@dataclass(frozen=True, slots=True)
class FindingDefinition:
    """One word of the vocabulary.

    Attributes
    ----------
    code : str
        The word, the same in the questionnaire, the video, the electrodes, the diagnosis and the chart.
    term, definition : str
        For clinicians: its name, and when it is present.
    question : str or None
        In plain words; None where only an examination can tell.
    assessed_by : tuple of str
        Who can tell, out of ``ASSESSORS``: the words of :attr:`facialis.findings.Finding.source`.
    nodes : tuple of str
        Letters of the hidden causes it speaks for; empty if it stands for itself.
    urgency : Urgency
        How soon a person with it needs to be seen.
    needs_events : bool
        A sign of spasms: not assessable, never absent, where no spasm was seen.
    masked_by_toxin : bool
        Recent botulinum toxin makes "absent" not assessable.
    thresholds, sources : tuple of str
        Keys of ``thresholds.toml`` and ``sources.toml``.
    same_side : bool
        It counts only on the side that moves.
    codes : tuple of Code
        Of terminologies that mean the same.
    """

    code: str
    term: str
    definition: str
    question: str | None
    assessed_by: tuple[str, ...]
    nodes: tuple[str, ...]
    urgency: Urgency
    needs_events: bool
    masked_by_toxin: bool
    thresholds: tuple[str, ...]
    sources: tuple[str, ...]
    same_side: bool = False
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field in plain words.

    Attributes
    ----------
    key : str
        Stable name, for example ``"orbicularis_oculi"``.
    term : str
        As written.
    text : str
        What it means, for somebody who does not know it.
    """

    key: str
    term: str
    text: str
