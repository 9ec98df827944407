"""What a reviewer changed, by whom and why, and what it made of the numbers: both versions side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facialis import knowledge
from facialis.face.page.words import KIND, SIDE, STATE, UNKNOWN, of_kind, probability, rate, rate_of, sentence, share
from facialis.units import clock, count


@dataclass(frozen=True)
class Change:
    """One event that was taken out or renamed."""

    at: str
    was: str
    side: str
    side_word: str
    now: str
    reason: str
    applied: bool


@dataclass(frozen=True)
class Both:
    """One number or sign as it was measured and as it was reviewed."""

    name: str
    measured: str
    reviewed: str

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.measured != self.reviewed


@dataclass(frozen=True)
class Review:
    """The review in words."""

    reviewer: str
    headline: str
    changes: tuple[Change, ...]
    rows: tuple[Both, ...]


def review(result: Mapping[str, Any]) -> Review | None:
    """Put a review into words; None where there was none.

    Parameters
    ----------
    result : mapping
        The public result ``facialis.video/1``; its own numbers are the reviewed ones.
    """
    given = result.get("review")
    if not given:
        return None
    changes = tuple(_change(change) for change in given["changes"])
    applied = sum(change.applied for change in changes)
    events = len(given["measured"]["events"])
    by = given["reviewer"] or "a reviewer who gave no name"
    headline = f"Reviewed by {by}: {applied} of {count(events, 'measured event')} changed."
    return Review(by, headline, changes, tuple(_rows(result, {**result, **given["measured"]})))


def _change(change: Mapping[str, Any]) -> Change:
    return Change(
        at=clock(change["apex_s"]),
        was=KIND[change["kind"]],
        side=change["side"],
        side_word=SIDE[change["side"]],
        now="taken out" if change["to"] == "out" else KIND[change["to"]],
        reason=sentence(change["reason"]) if change["reason"] else "No reason was given.",
        applied=change["applied"],
    )


def _rows(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Both]:
    """Return the numbers that a review may change, and each sign whose state it changed."""
    rows = [
        Both(name, *(say(result) for result in (before, now)))
        for name, say in (
            ("Spasms", lambda result: str(len(of_kind(result, "spasm")))),
            ("Synkineses", lambda result: str(len(of_kind(result, "synkinesis")))),
            ("Spasms a minute", _rate),
            ("Time in spasm", lambda result: share(result["summary"]["spasm_time_fraction"])),
            ("Side of the patient", _side),
        )
    ]
    states = {finding["code"]: finding["state"] for finding in before["findings"]}
    for finding in now["findings"]:
        was = states.get(finding["code"])
        if was is not None and was != finding["state"]:
            rows.append(Both(knowledge.finding(finding["code"]).term, STATE[was], STATE[finding["state"]]))
    return rows


def _rate(result: Mapping[str, Any]) -> str:
    known = rate_of(result)
    return UNKNOWN if known is None else "{} ({} to {})".format(*map(rate, known))


def _side(result: Mapping[str, Any]) -> str:
    summary = result["summary"]
    chance = summary["side_probability"]
    return SIDE[summary["affected_side"]] + ("" if chance is None else f", probability {probability(chance)}")
