"""A reviewer's veto: an event taken out or called by another name; both versions stay.

A review is a small JSON file of changes, each of one event. An event has no number that would last, so it is named by
its side and its apex; that finds it again when the recording is measured anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from facialis.document import Document, DocumentError
from facialis.face.events import Event
from facialis.findings import Side
from facialis.knowledge import threshold

if TYPE_CHECKING:
    from facialis.face.study import Examination

SCHEMA = "facialis.review/1"
KINDS = ("spasm", "synkinesis", "blink", "expression", "head_motion")
OUT = "out"
_SIDES = ("left", "right", "both")
_SAME_SPAN = 0.5
_MEASURED = ("events", "summary", "findings", "tasks", "effects")
"""What a review can change; the last two only of a guided examination."""


class Change(NamedTuple):
    """What a reviewer says of one event.

    Attributes
    ----------
    kind : str
        What it was called when it was reviewed.
    side : Side
    apex_s : float
    to : str
        What it is: another kind, or ``"out"``.
    reason : str
    span_s : (float, float) or None
        Onset and offset when it was reviewed.
    applied : bool
        Whether it changed an event; not if the event has that kind by now.
    """

    kind: str
    side: Side
    apex_s: float
    to: str
    reason: str
    span_s: tuple[float, float] | None = None
    applied: bool = False

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')}, {self.side}, {self.apex_s:.2f} s"

    def to_json(self) -> dict[str, object]:
        """Return the public JSON form."""
        named = {"kind": self.kind, "side": self.side.value, "apex_s": round(self.apex_s, 4)}
        return {**named, "to": self.to, "reason": self.reason, "applied": self.applied}


@dataclass(frozen=True)
class Review:
    """What a reviewer changed in one recording.

    Attributes
    ----------
    recording_sha256 : str
        Of the file that was reviewed.
    reviewer : str
        Who says so.
    changes : tuple of Change
        Lines that leave an event as it is are none.
    file : str
        How the file is called in errors.
    """

    recording_sha256: str
    reviewer: str
    changes: tuple[Change, ...]
    file: str = "review"

    def to_json(self, measured: dict[str, Any]) -> dict[str, Any]:
        """Return the key ``review`` of the public result, with what was measured beside it."""
        return {
            "reviewer": self.reviewer,
            "changes": [change.to_json() for change in self.changes],
            "measured": {key: measured[key] for key in _MEASURED if key in measured},
        }

    def check(self, recording_sha256: str) -> None:
        """Refuse another recording.

        Raises
        ------
        DocumentError
            If the review is of another file.
        """
        if self.recording_sha256 != recording_sha256:
            mine, other = self.recording_sha256[:12], recording_sha256[:12]
            raise DocumentError(f"{self.file}: is a review of another recording ({mine}...), this one is {other}...")


def read(path: Path) -> Review:
    """Read a review, ``facialis.review/1``.

    Raises
    ------
    DocumentError
        Says in one line what is wrong, and where.
    """
    document = Document.read(path, SCHEMA)
    document.only(("schema", "recording_sha256", "reviewer", "changes"))
    changes = [(row, _change(row)) for row in document.rows("changes")]
    for i, (row, change) in enumerate(changes):
        for earlier, other in changes[:i]:
            if (other.side, other.apex_s, other.kind) == (change.side, change.apex_s, change.kind):
                raise row.error(f"names the same event as {earlier.where} ({change})")
    made = tuple(change for _, change in changes if change.to != change.kind)
    return Review(document.text("recording_sha256"), document.text("reviewer"), made, str(path))


def _change(row: Document) -> Change:
    row.only(("kind", "side", "apex_s", "to", "reason", "onset_s", "offset_s", "applied"))
    kind, to = row.word("kind", KINDS), row.word("to", (OUT, *KINDS))
    span = (row.number("onset_s"), row.number("offset_s")) if row.has("onset_s") and row.has("offset_s") else None
    if kind == "head_motion" and to not in (OUT, kind):
        raise row.error("is a movement of the head and no movement of the face; it can only be taken out", "kind")
    reason = row.text("reason", empty=to == kind) if row.has("reason") or to != kind else ""
    return Change(kind, Side(row.word("side", _SIDES)), row.number("apex_s", 0.0), to, reason, span)


def template(examination: Examination) -> bytes:
    """Return a review that changes nothing: a line an event, to be edited.

    Parameters
    ----------
    examination : Examination
        As it was measured.

    Returns
    -------
    bytes
        JSON, ``facialis.review/1``. The reviewer is empty: to be filled in.
    """
    measured = examination.measured or examination
    rows = [
        json.dumps({**{key: event[key] for key in ("kind", "side", "onset_s", "apex_s", "offset_s")},
                    "to": event["kind"], "reason": ""})
        for event in (event.to_json() for event in measured.events)
    ]  # fmt: skip
    head = {"schema": SCHEMA, "recording_sha256": examination.source.sha256, "reviewer": ""}
    lines = ",\n".join(f"  {row}" for row in rows)
    return f'{json.dumps(head, indent=1)[:-2]},\n "changes": [\n{lines}\n ]\n}}\n'.encode()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, to be held against a review before the file is measured."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def apply(examination: Examination, review: Review) -> Examination:
    """Return the examination as the reviewer sees it; rates, side and findings follow from the events that are left.

    Parameters
    ----------
    examination : Examination
        As it was measured. A review that it already has is replaced.
    review : Review

    Returns
    -------
    Examination
        With ``review`` (which changes were applied) and ``measured`` (as it was before).

    Raises
    ------
    DocumentError
        If the review is of another recording, names an event that is not there, or one event twice.
    """
    measured = examination.measured or examination
    review.check(measured.source.sha256)
    found: dict[int, Change] = {}
    for change in review.changes:
        place = _find(change, measured.events)
        if place is None:
            raise DocumentError(f"{review.file}: {change}: no such event in this recording{_near(change, measured)}")
        if place in found:
            raise DocumentError(f"{review.file}: {found[place]} and {change} are one event; keep one line")
        found[place] = change
    events: list[Event] = []
    for place, event in enumerate(measured.events):
        change_ = found.get(place)
        if change_ is None:
            events.append(event)
        elif change_.to != OUT:
            events.append(_renamed(event, change_, review.reviewer))
    made = tuple(change._replace(applied=change.to != measured.events[place].kind) for place, change in found.items())
    return replace(measured, events=tuple(events), review=replace(review, changes=made), measured=measured)


def reviewed(examination: Examination, review: Review, measured: dict[str, Any]) -> dict[str, Any]:
    """Return the public result of a reviewed examination, what was measured taken from its own result.

    The same as ``apply(examination, review).to_json()``, in half the time.

    Parameters
    ----------
    examination : Examination
        As it was measured.
    review : Review
    measured : dict
        Its public result.

    Raises
    ------
    DocumentError
        See :func:`apply`.
    """
    seen = apply(examination, review)
    assert seen.review is not None
    result = replace(seen, review=None).to_json()
    return {**result, "software": measured["software"], "review": seen.review.to_json(measured)}


def _find(change: Change, events: Sequence[Event]) -> int | None:
    """Return the place of the event that a change names; among several the one of the same kind, then the nearest."""
    reach = threshold("review_match_s")
    near = [
        (event.kind != change.kind, abs(event.apex_s - change.apex_s), place)
        for place, event in enumerate(events)
        if event.side is change.side and _same(change, event, reach)
    ]
    return min(near)[2] if near else None


def _same(change: Change, event: Event, reach: float) -> bool:
    """Say whether an event may be the one that was reviewed: its apex is where it was, or it takes the same time.

    The apex of a hold may lie anywhere on its plateau, so that there the span says more.
    """
    apart = abs(event.apex_s - change.apex_s)
    if change.span_s is None:
        return apart <= reach
    start, end = change.span_s
    inside = min(end, event.offset_s) - max(start, event.onset_s)
    outside = max(end, event.offset_s) - min(start, event.onset_s)
    return inside >= 0 and (apart <= reach or inside >= _SAME_SPAN * outside)


def _near(change: Change, examination: Examination) -> str:
    """Say what may be meant, to help to mend the line."""
    if _find(change._replace(side=change.side.other), examination.events) is not None and change.side is not Side.BOTH:
        return "; there is one on the other side: was the recording reviewed as mirrored?"
    sided = [event for event in examination.events if event.side is change.side]
    if not sided:
        return f"; it has none on the side {change.side}"
    event = min(sided, key=lambda event: abs(event.apex_s - change.apex_s))
    return f"; the nearest is: {event.kind.replace('_', ' ')}, {event.side}, {event.apex_s:.2f} s"


def _renamed(event: Event, change: Change, reviewer: str) -> Event:
    if event.kind == change.to:
        return event
    said = f"{reviewer} calls it {change.to.replace('_', ' ')}: {change.reason}"
    was = f"measured as {event.kind.replace('_', ' ')}, probability {event.probability:.2f}"
    form = None
    if change.to in ("spasm", "synkinesis"):
        # What is shorter than a plateau cannot hold one; of the rest nobody has said which it is.
        brief = event.offset_s - event.onset_s < threshold("tonic_plateau_s")
        form = event.form or ("clonic" if brief else None)
    return replace(event, kind=change.to, form=form, probability=1.0, why=(said, was, *event.why))
