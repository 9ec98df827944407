"""What botulinum toxin hides: within its time some signs cannot be called absent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from facialis import knowledge
from facialis.findings import Finding, Side, State


def unhidden(found: Sequence[Finding], days_since_toxin: float | None) -> list[Finding]:
    """Return the findings; what toxin may hide is absent only where none is recent, and says so where nobody knows.

    Parameters
    ----------
    found : sequence of Finding
    days_since_toxin : float or None
        Any site; None where nobody knows.
    """
    return [_one(finding, days_since_toxin) for finding in found]


def _one(finding: Finding, days: float | None) -> Finding:
    if finding.state is not State.ABSENT or not knowledge.finding(finding.code).masked_by_toxin:
        return finding
    if days is None:
        unknown = "absent only if no toxin was given in the last months, which nobody said"
        return replace(finding, because=(*finding.because, unknown))
    if not knowledge.toxin_is_recent(days):
        return finding
    hidden = f"toxin {days:.0f} days ago may hide it"
    return replace(finding, state=State.NOT_ASSESSABLE, side=Side.NONE, because=(hidden, *finding.because))
