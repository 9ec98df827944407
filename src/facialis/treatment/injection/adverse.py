"""What came of a session: adverse events within their days, and those of the side that was not treated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from facialis.document import Document
from facialis.knowledge import treatment
from facialis.knowledge.treatment.safety import Does
from facialis.treatment.injection.doses import Dose
from facialis.treatment.injection.earlier import AdverseEvent, adverse_event
from facialis.treatment.injection.reasons import Reason


def read(top: Document, when: date, on: date) -> tuple[AdverseEvent, ...]:
    """Return the adverse events of a session on a day, as far as they are known today.

    Raises
    ------
    DocumentError
        If one begins before the session, or lies after today.
    """
    found = tuple(adverse_event(row) for row in top.rows("adverse_events")) if top.has("adverse_events") else ()
    for i, event in enumerate(found):
        if event.onset is not None and event.onset < when:
            what = f"is {event.onset.isoformat()}, before the session on {when.isoformat()}"
            raise top.error(what, f"adverse_events[{i}].onset")
        for key, told in (("onset", event.onset), ("resolved", event.resolved)):
            if told is not None and told > on:
                what = f"is {told.isoformat()}, after today ({on.isoformat()}): nothing is recorded in advance"
                raise top.error(what, f"adverse_events[{i}].{key}")
    return found


def elsewhere(events: Sequence[AdverseEvent], given: Sequence[Dose]) -> Iterator[Reason]:
    """Yield the adverse events of the side that was not treated: they are kept, and looked at twice."""
    treated = {dose.side.value for dose in given if dose.units}
    words = treatment.alarms().side_effects
    for event in events:
        if event.side in {"left", "right"} - treated:
            name = words[event.code].title
            text_ = f"{name}, {event.side}: on the side that was not treated. Is the side right? Else another cause?"
            yield Reason("adverse_event_elsewhere", Does.CARE, text_)
