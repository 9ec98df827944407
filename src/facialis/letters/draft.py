"""The three drafts, section by section. A section that the record says nothing for is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facialis.letters import found, measured, treated
from facialis.paper.markup import Section

SALUTATION = Section("", ("Dear colleague,",))
# The software's part in it is said once, where it matters.
LIMITS = (
    "Measured and weighed with Facialis, a research and documentation aid and not a certified medical device. "
    "The diagnosis is the neurologist's."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a draft is made of; all of it public results and plain rows.

    Attributes
    ----------
    assessment : mapping or None
        ``facialis.assessment/1``; None where nothing was weighed.
    films : sequence of mapping
        ``{"day": str, "result": facialis.video/1}``, as they stand after review, the newest first.
    treatments : sequence of mapping
        Rows as ``facialis.followup.treatments`` reads them, the newest first.
    plan : mapping or None
        ``facialis.injection_plan/1``.
    orders : sequence of mapping
        ``{"kind", "name", "state", "day", "answer"}``, the newest first.
    medicines : sequence of mapping
        ``{"kind": "medicine" or "allergy", "name", "detail", "reconciled": bool}``.
    words : str
        What the neurologist wrote for the patient, empty where nothing was.
    """

    assessment: Mapping[str, Any] | None = None
    films: Sequence[Mapping[str, Any]] = ()
    treatments: Sequence[Mapping[str, Any]] = ()
    plan: Mapping[str, Any] | None = None
    orders: Sequence[Mapping[str, Any]] = ()
    medicines: Sequence[Mapping[str, Any]] = ()
    words: str = ""


def letter(facts: Facts) -> list[Section]:
    """Return the letter to the referring or family doctor.

    As such letters are read in Britain: what it is, what was given and what comes next first, then how it is known.
    """
    return [
        SALUTATION,
        Section("Diagnosis", tuple(found.diagnosis(facts.assessment))),
        Section("Urgent", (), tuple(found.red_flags(facts.assessment))),
        Section("Plan", (), (*treated.plans(facts.plan, facts.orders), *_next(facts))),
        Section("Treatment so far", (), tuple(treated.given(facts.treatments))),
        Section("Medicines and allergies", (), tuple(treated.medicines(facts.medicines))),
        Section(
            "History and findings", tuple(found.history(facts.assessment)), tuple(found.weighing(facts.assessment))
        ),
        Section("What was measured", tuple(measured.newest(facts.films))),
        Section("What could not be seen", (), (*measured.unseen(facts.films), *found.unseen(facts.assessment))),
        Section("Results of tests", (), tuple(treated.results(facts.orders))),
        Section("What the patient was told", (facts.words,) if facts.words else ()),
        Section("", (LIMITS,)),
    ]


def _next(facts: Facts) -> list[str]:
    kinds = {row["kind"] for row in facts.orders if row["state"] != "cancelled"}
    return found.next_step(facts.assessment, kinds)


def report(film: Mapping[str, Any]) -> list[Section]:
    """Return the report of one filmed examination; `film` is ``{"day": str, "result": facialis.video/1}``."""
    return [
        Section("Answer", tuple(measured.answer_of(film))),
        Section("Recording", (), tuple(measured.recording(film))),
        Section("Figures", (), (*measured.rates(film), *measured.figures(film))),
        Section("Findings", (), tuple(measured.signs(film))),
        Section("What could not be seen", (), tuple(measured.unseen([film]))),
        Section("Smallest movement that would have been seen", (), tuple(measured.limits_of(film))),
        Section("", (LIMITS,)),
    ]


def referral(facts: Facts) -> list[Section]:
    """Return the referral for microvascular decompression: the question first, then what the surgeon asks for."""
    return [
        SALUTATION,
        Section("", (treated.question(facts.assessment),)),
        Section("Diagnosis and side", (*found.diagnosis(facts.assessment), *found.side(facts.assessment))),
        Section("Urgent", (), tuple(found.red_flags(facts.assessment))),
        Section("Imaging", (), tuple(treated.imaging(facts.assessment, facts.orders))),
        Section("Hearing", (), tuple(treated.hearing(facts.assessment, facts.orders))),
        Section("Treatment before", (), tuple(treated.given(facts.treatments) or ["No treatment is recorded."])),
        Section("Medicines and allergies", (), tuple(treated.medicines(facts.medicines))),
        Section(
            "History and findings", tuple(found.history(facts.assessment)), tuple(found.weighing(facts.assessment))
        ),
        Section("What was measured", tuple(measured.newest(facts.films))),
        Section("What could not be seen", (), (*measured.unseen(facts.films), *found.unseen(facts.assessment))),
        Section("After the operation", (), tuple(treated.afterwards())),
        Section("", (LIMITS,)),
    ]
