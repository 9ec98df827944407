"""Two recordings of one person held against each other, only over what both could show.

Better or worse is said where the whole interval of a change lies beyond the smallest change that matters; otherwise the
answer is "cannot tell". Of many measures one in twenty differs by chance: the headline rests on the rate and on the
time in spasm alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from facialis.face.compare.measures import RATE, TIME, spasms
from facialis.face.compare.shared import Shared, cautions, refusals, share
from facialis.face.compare.tasks import tasks
from facialis.face.compare.visit import Visit, visit
from facialis.findings import Estimate
from facialis.measures import BETTER, CANNOT_TELL, WORSE, Compared, Measure, why_not
from facialis.units import percent_iod

if TYPE_CHECKING:
    from facialis.face.study import Examination


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Compared):
    """What changed from one recording to another.

    Attributes
    ----------
    before, after : Visit
        What of each could be compared.
    measures : tuple of Measure
        Empty if they cannot be compared. The verdict is by rate and time in spasm alone.
    """

    before: Visit
    after: Visit
    measures: tuple[Measure, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.compare/1``."""
        return self.told("facialis.compare/1", self.before, self.after, "measures", self.measures)


def compare(
    before: Examination | Mapping[str, Any] | Visit, after: Examination | Mapping[str, Any] | Visit
) -> Comparison:
    """Hold two recordings of one person against each other.

    Parameters
    ----------
    before, after : Examination, mapping or Visit
        Examinations, or their public results ``facialis.video/1``. A reviewed one counts as its reviewer sees it.

    Returns
    -------
    Comparison
        Also where they cannot be compared: then without measures, and ``because`` says why.

    Raises
    ------
    DocumentError
        If a mapping is no ``facialis.video/1``.
    """
    first = before if isinstance(before, Visit) else visit(before, "before")
    second = after if isinstance(after, Visit) else visit(after, "after")
    both = share(first, second)
    against = refusals(both)
    if against:
        return Comparison(before=first, after=second, **why_not(against))
    found, gaps = spasms(both)
    in_tasks, without = tasks(both)
    verdict = overall(found)
    return Comparison(
        before=first,
        after=second,
        because=tuple(cautions(both)),
        measures=(*found, *in_tasks),
        not_compared=(*gaps, *without),
        verdict=verdict,
        headline=_headline(both, found, verdict),
    )


def overall(measures: list[Measure]) -> str:
    """Return the verdict on rate and time in spasm: one of them says so, and the other does not point the other way."""
    both = [measure for measure in measures if measure.name in (RATE, TIME)]
    verdicts = {measure.verdict for measure in both}
    values = [measure.change.value for measure in both]
    if BETTER in verdicts and all(value is not None and value <= 1 for value in values):
        return BETTER
    if WORSE in verdicts and all(value is None or value >= 1 for value in values):
        return WORSE
    return CANNOT_TELL


def _headline(both: Shared, measures: list[Measure], verdict: str) -> str:
    often = next(measure for measure in measures if measure.name == RATE)
    if not (often.before and often.before.value) and not (often.after and often.after.value):
        worst = percent_iod(max(both.limits.values()))
        return f"Cannot tell: no spasm above {worst} in either recording."
    rates = f"{_rate(often.after)} spasms a minute after, {_rate(often.before)} before"
    begin = {BETTER: "Better", WORSE: "Worse"}.get(verdict, "Cannot tell")
    if not often.change.value:
        return f"{begin}: {rates}."
    high = "no bound" if often.change.high is None else f"{often.change.high:.2f}"
    return f"{begin}: {rates}, {often.change.value:.2f} times as many ({often.change.low or 0:.2f} to {high})."


def _rate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "an unknown number of"
    digits = 1 if estimate.value < 10 else 0
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"
