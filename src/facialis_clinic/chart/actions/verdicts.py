"""What neurologists say of measured events: each can stand, be something else, or be none; the figures follow.

The events, rates and findings are made anew by ``facialis.face.review`` from what was kept of the measurement; the film
is not read again. What was measured stays beside it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.chart.models import Review, Verdict
from facialis_clinic.chart.room_kept import MEMORY, NotKept
from facialis_clinic.people.answers import Refused
from facialis_clinic.recordings.models import Measurement

NOT_KEPT = Refused(
    "The signals behind this measurement were not kept, so the figures cannot follow. Have it measured again first."
)
MEANWHILE = "{who} has said something of this event in the meantime. Look at it again; nothing was changed."
CHANGED = Refused("Something was said of the events in the meantime. Look at them again; nothing was changed.")
NO_EVENT = Refused("There is no such event in this measurement.")
NO_REASON = "no reason given"


@transaction.atomic
def judge(
    *, measurement: Measurement, number: int, to: str, reason: str, seen: str, by: User, now: datetime
) -> Review | Refused:
    """Say what one event is, and make the figures anew.

    Parameters
    ----------
    measurement : Measurement
        From a gate.
    number : int
        Place of the event in the result as it was measured, from 0.
    to : str
        Its own kind where it stands, another kind, or ``out``.
    reason : str
        In the clinician's words; may be empty.
    seen : str
        The mark of what had been said of the event when it was looked at, see :func:`mark`.
    by : User
        A neurologist on the team; the gate has seen to it.
    now : datetime
        The moment.
    """
    locked = _locked(measurement)
    event = _event(locked, number)
    if event is None:
        return NO_EVENT
    if not allowed(event["kind"], to):
        return Refused("Choose what the event is. A movement of the head can only be kept or taken out.")
    before = Verdict.objects.select_related("by").filter(measurement=locked, **_named(event)).first()
    if mark(before) != seen:
        return Refused(MEANWHILE.format(who=_who(before)))
    told = {"to": to, "reason": reason.strip()[:300], "by": by, "at": now}
    spans = {"onset_s": event["onset_s"], "offset_s": event["offset_s"]}
    Verdict.objects.update_or_create(measurement=locked, **_named(event), defaults={**spans, **told})
    record(subject=locked.recording.person_id, actor=by, verb="judged", kind="event", thing=locked.pk)
    return _follow(locked, by, now)


@transaction.atomic
def take_back(*, measurement: Measurement, number: int, seen: str, by: User, now: datetime) -> Review | Refused | None:
    """Take back what was said of one event: it counts as measured again. None where nothing is left that was said."""
    locked = _locked(measurement)
    event = _event(locked, number)
    if event is None:
        return NO_EVENT
    before = Verdict.objects.select_related("by").filter(measurement=locked, **_named(event)).first()
    if before is None or mark(before) != seen:
        return Refused(MEANWHILE.format(who=_who(before)))
    before.delete()
    record(subject=locked.recording.person_id, actor=by, verb="took_back", kind="event", thing=locked.pk)
    return _follow_or_end(locked, by, now)


@transaction.atomic
def accept_rest(
    *, measurement: Measurement, kinds: tuple[str, ...], seen: str, by: User, now: datetime
) -> Review | Refused:
    """Let every event of these kinds stand that nobody has spoken of yet.

    ``seen`` is the mark of the newest verdict when they were looked at: where somebody has said more since, none is
    accepted unseen.
    """
    locked = _locked(measurement)
    said = list(Verdict.objects.filter(measurement=locked).order_by("at", "pk"))
    if newest(said) != seen:
        return CHANGED
    known = {(one.kind, one.side, one.apex_s) for one in said}
    rest = [
        event
        for event in locked.result["events"]
        if event["kind"] in kinds and (event["kind"], event["side"], event["apex_s"]) not in known
    ]
    if not rest:
        return Refused("Every event has been looked at.")
    Verdict.objects.bulk_create(
        Verdict(
            measurement=locked,
            **_named(event),
            onset_s=event["onset_s"],
            offset_s=event["offset_s"],
            to=event["kind"],
            by=by,
            at=now,
        )
        for event in rest
    )
    record(subject=locked.recording.person_id, actor=by, verb="judged", kind="event", thing=locked.pk)
    return _follow(locked, by, now)


@transaction.atomic
def undo(*, measurement: Measurement, seen: str, by: User, now: datetime) -> Review | Refused | None:
    """Take back what was said last, be it of one event or of all that were accepted at once."""
    locked = _locked(measurement)
    said = list(Verdict.objects.filter(measurement=locked).order_by("at", "pk"))
    if not said:
        return Refused("Nothing was said of any event.")
    if newest(said) != seen:
        return CHANGED
    Verdict.objects.filter(measurement=locked, at=said[-1].at).delete()
    record(subject=locked.recording.person_id, actor=by, verb="took_back", kind="event", thing=locked.pk)
    return _follow_or_end(locked, by, now)


def mark(verdict: Verdict | None) -> str:
    """Return what tells one verdict of an event from the next; empty where there is none."""
    return "" if verdict is None else verdict.at.isoformat()


def newest(said: list[Verdict]) -> str:
    """Return the mark of all that was said: how much it is, and when the last of it."""
    return f"{len(said)} {max(mark(one) for one in said)}" if said else ""


def allowed(kind: str, to: str) -> bool:
    """Whether an event of a kind may be called so."""
    from facialis.face.review import KINDS, OUT

    return to in (OUT, kind) or (kind != "head_motion" and to in KINDS)


def _who(verdict: Verdict | None) -> str:
    return str(verdict.by.get_full_name()) if verdict is not None and verdict.by is not None else "Somebody"


def _locked(measurement: Measurement) -> Measurement:
    """Return the row, held until the transaction ends: one verdict at a time."""
    return Measurement.objects.select_for_update(of=("self",)).select_related("recording").get(pk=measurement.pk)


def _event(measurement: Measurement, number: int) -> dict[str, Any] | None:
    events = measurement.result["events"]
    return events[number] if 0 <= number < len(events) else None


def _named(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in ("kind", "side", "apex_s")}


def _follow_or_end(measurement: Measurement, by: User, now: datetime) -> Review | Refused | None:
    """Make the result anew, or take the review away where nothing is said any more."""
    if Verdict.objects.filter(measurement=measurement).exists():
        return _follow(measurement, by, now)
    Review.objects.filter(measurement=measurement).delete()
    return None


def _follow(measurement: Measurement, by: User, now: datetime) -> Review | Refused:
    """Make the result anew from all that was said; what cannot follow undoes the verdict."""
    said = list(Verdict.objects.filter(measurement=measurement).select_related("by").order_by("apex_s", "pk"))
    made = reviewed(measurement, said)
    if isinstance(made, Refused):
        transaction.set_rollback(True)
        return made
    return Review.objects.update_or_create(measurement=measurement, defaults={"reviewed": made, "by": by, "at": now})[0]


def reviewed(measurement: Measurement, said: list[Verdict]) -> dict[str, Any] | Refused:
    """Return ``facialis.video/1`` as it stands after verdicts.

    Parameters
    ----------
    measurement : Measurement
    said : list of Verdict
        All that was said of it.
    """
    from facialis.document import DocumentError
    from facialis.face import review
    from facialis.findings import Side

    changes = tuple(
        review.Change(
            one.kind, Side(one.side), one.apex_s, one.to, one.reason or NO_REASON, (one.onset_s, one.offset_s)
        )
        for one in said
        if one.to != one.kind
    )
    who = dict.fromkeys(str(one.by.get_full_name()) for one in said if one.by is not None)
    try:
        seen = MEMORY.get(measurement)
        told = review.Review(seen.source.sha256, ", ".join(who) or "somebody", changes, "the review")
        made = review.reviewed(seen, told, measurement.result)
    except (NotKept, DocumentError):
        return NOT_KEPT
    return {**made, "source": measurement.result["source"]}
