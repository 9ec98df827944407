"""What was weighed, as a clinician reads it: in short on the chart, whole on its own page.

The numbers and their words are the library's; here they are laid out as this site's pages are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facialis_clinic.chart.models import Assessment

FEW_STEPS: Final = 3
FEW_WEIGHTS: Final = 6
WIDE: Final = 200.0
MARK: Final = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A disorder with its probability and what is drawn of it, 0 to :data:`WIDE`."""

    name: str
    share: str
    interval: str
    low: float
    wide: float
    at: float
    first: bool


def short(assessment: Assessment) -> dict[str, Any]:
    """Return what the chart shows of the newest weighing."""
    from facialis.diagnosis.page import evidence
    from facialis.diagnosis.page.report import report
    from facialis.diagnosis.page.sources import Sources

    result = assessment.result
    told = report(result)
    balances, _ = evidence.balances(result["differential"][:2], Sources(result["sources"]))
    return {
        **outline(result),
        "bars": bars(result["differential"]),
        "rest": rest(result["differential"]),
        "balance": balances[0] if balances else None,
        "steps": told["steps"][:FEW_STEPS],
        "gaps": told["gaps"],
        "missing": len(result["not_assessable"]),
    }


def outline(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer in two sentences, the red flags, and whether those who told a side agree."""
    from facialis.diagnosis.page.report import report

    told = report({**result, "sensitivity": [], "readings": [], "sources": []})
    keys = ("flags", "headline", "more", "explained", "because", "side", "side_word", "settled", "code", "fit", "case")
    return {**{key: told[key] for key in keys}, "conflict": conflict(result)}


def whole(assessment: Assessment) -> dict[str, Any]:
    """Return what the page of a weighing shows."""
    from facialis.diagnosis.page.report import report

    told = report(assessment.result)
    note = assessment.case.get("note", "")
    return {
        **told,
        "bars": bars(assessment.result["differential"]),
        "rest": rest(assessment.result["differential"]),
        "conflict": conflict(assessment.result),
        "overruled": note.splitlines() if isinstance(note, str) else [],
    }


def conflict(result: Mapping[str, Any]) -> list[str]:
    """Return who says which side where they do not agree; nothing where they do, or where nobody told one."""
    side = result["side"]
    return list(side["because"]) if side["side"] == "none" and len(side["because"]) > 1 else []


def bars(entries: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return the disorders that are worth a row of their own."""
    from facialis.diagnosis.page.differential import shown
    from facialis.diagnosis.page.words import interval, percent

    return [
        Bar(
            name=entry["name"],
            share=percent(entry["probability"]["value"]),
            interval=interval(entry["probability"]),
            low=round((WIDE - MARK) * entry["probability"]["low"], 1),
            wide=round(max(WIDE * (entry["probability"]["high"] - entry["probability"]["low"]), MARK), 1),
            at=round((WIDE - MARK) * entry["probability"]["value"], 1),
            first=place == 0,
        )
        for place, entry in enumerate(shown(entries))
    ]


def rest(entries: Sequence[Mapping[str, Any]]) -> str:
    """Say how much the disorders without a row have together; empty where there are none."""
    from facialis.diagnosis.page.differential import shown
    from facialis.diagnosis.page.words import percent

    others = [entry for entry in entries if entry not in shown(entries)]
    total = sum(entry["probability"]["value"] for entry in others)
    return f"The other {len(others)} together: {percent(total)}." if others else ""


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Say in words what is different from what was weighed before; one line where nothing is."""
    from facialis.diagnosis.moved import moved as said

    return said(before, after)
