"""Which tests to order, and why, as an assessment lets one propose it; the neurologist orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.knowledge.order_sheet import Caution, Indication

_MONTH_DAYS = 30.44


@dataclass(frozen=True, slots=True)
class Told:
    """What decides on a proposal beside the assessment.

    Attributes
    ----------
    age : float or None
        In years.
    days_since_toxin : int or None
        Since the last botulinum toxin anywhere in the face; None: none is known of.
    operation : bool
        Whether a decompression is planned or was done.
    """

    age: float | None = None
    days_since_toxin: int | None = None
    operation: bool = False

    @property
    def child(self) -> bool:
        """Whether this is known to be a child."""
        return self.age is not None and self.age < knowledge.orders().child_below_years

    @property
    def recent_toxin(self) -> bool:
        """Whether toxin was given so lately that it can hide a response."""
        months = knowledge.threshold("recent_toxin_months")
        return self.days_since_toxin is not None and self.days_since_toxin < months * _MONTH_DAYS


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test with what speaks for ordering it.

    Attributes
    ----------
    test : str
        Key of ``knowledge.orders().tests``.
    indications : tuple of Indication
        Those that hold; empty where nothing of what is known asks for the test.
    because : str
        What the assessment says of the step, in words; empty where it is none of its next steps.
    parts : tuple of str
        Keys of the parts that are proposed.
    """

    test: str
    indications: tuple[Indication, ...]
    because: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The indication as it can be put on the sheet and edited."""
        return "\n".join(one.text for one in self.indications)


def propose(test: str, assessment: Mapping[str, Any] | None, told: Told) -> Proposal:
    """Propose why a test is ordered and what of it.

    Parameters
    ----------
    test : str
        Key of ``knowledge.orders().tests``.
    assessment : mapping or None
        The public result ``facialis.assessment/1``; None where nothing was weighed yet.
    told : Told

    Returns
    -------
    Proposal

    Raises
    ------
    KeyError
        If there is no such test.
    """
    known = knowledge.orders()
    wanted = known.tests[test]
    steps = {one["ask_or_test"]: one for one in (assessment or {}).get("next_steps", ())}
    asked = [step for step in wanted.steps if step in steps]
    holding = tuple(
        one for one in known.indications if one.test == test and _holds(one, set(steps), present(assessment), told)
    )
    because = "; ".join(steps[step]["because"] for step in asked)
    parts = known.parts_of(test)
    chosen = [part.key for part in parts if part.usual or set(part.steps) & set(asked)]
    return Proposal(test, holding, because, tuple(chosen or [part.key for part in parts if part.steps]))


def proposed(assessment: Mapping[str, Any] | None, told: Told) -> list[Proposal]:
    """Return the tests that something speaks for, in the order of the knowledge."""
    found = (propose(test, assessment, told) for test in knowledge.orders().tests)
    return [one for one in found if one.indications]


def cautions(
    test: str, parts: tuple[str, ...] | list[str], assessment: Mapping[str, Any] | None, told: Told
) -> list[str]:
    """Return what stands against a test or takes from what it tells, one sentence each."""
    there = present(assessment)
    months = f"{knowledge.threshold('recent_toxin_months'):g}"
    return [
        one.text.replace("{months}", months)
        for one in knowledge.orders().cautions
        if one.test == test and _warns(one, parts, there, told)
    ]


def present(assessment: Mapping[str, Any] | None) -> set[str]:
    """Return the codes of the findings that were read as present and used."""
    readings = (assessment or {}).get("readings", ())
    return {one["code"] for one in readings if one["state"] == "present" and one["used"]}


def _holds(one: Indication, steps: set[str], there: set[str], told: Told) -> bool:
    return {
        "always": True,
        "child": told.child,
        "operation": told.operation,
        "step": bool(steps & set(one.steps)),
        "finding": bool(there & set(one.findings)),
    }[one.when]


def _warns(one: Caution, parts: tuple[str, ...] | list[str], there: set[str], told: Told) -> bool:
    return (
        one.always
        or (one.toxin and told.recent_toxin)
        or bool(there & set(one.findings))
        or bool(set(parts) & set(one.parts))
    )
