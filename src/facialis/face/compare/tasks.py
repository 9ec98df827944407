"""What changed in each task that two recordings have in common."""

from __future__ import annotations

from facialis import knowledge, ratios
from facialis.face.compare.measures import RATE, rate_measure
from facialis.face.compare.ruler import common_tasks
from facialis.face.compare.shared import Shared
from facialis.face.compare.visit import Spasm, TaskSeen
from facialis.face.volleys import Counted, counted
from facialis.findings import Side
from facialis.measures import BETTER, CANNOT_TELL, WORSE, Gap, Measure, judged, number
from facialis.ratios import Change

_LEAST_S = 1.0


def tasks(both: Shared) -> tuple[list[Measure], list[Gap]]:
    """Compare each task: how far each side went, how unlike they were, how often it twitched."""
    pairs, gaps = common_tasks(both)
    measures: list[Measure] = []
    for before, after in pairs:
        name = f"task:{before.name}"
        if not all(task.assessable and task.usable_s >= _LEAST_S for task in (before, after)):
            gaps.append(Gap(name, "not assessable in one of the recordings"))
            continue
        if both.sides_agree:
            measures += _excursions(name, before, after)
        elif before.excursion or after.excursion:
            why = "left and right are not known to be the same in both: say --mirrored or --not-mirrored"
            gaps.append(Gap(name, why))
        seen = _during(both.spasms[0], before), _during(both.spasms[1], after)
        measures.append(rate_measure(f"{name}:{RATE}", seen, both.dispersion))
    return measures, gaps


def _during(spasms: list[Spasm], task: TaskSeen) -> Counted:
    inside = [spasm for spasm in spasms if task.start_s <= spasm.onset_s < task.end_s]
    return counted(inside, task.usable_s, task.end_s - task.start_s, task.start_s)


def _excursions(name: str, before: TaskSeen, after: TaskSeen) -> list[Measure]:
    found = []
    for side in (Side.LEFT, Side.RIGHT):
        if side in before.excursion and side in after.excursion:
            ends = before.excursion[side], after.excursion[side]
            ratio = ratios.ratio(*ends)
            verdict, why = judged(ratio, less_is_better=False)
            text = (why, "farther counts as better: less than before can be weakness, by toxin too, or less effort")
            found.append(Measure(f"{name}:excursion_{side}", "iod", *ends, ratio, "ratio", verdict, text))
    if before.asymmetry and after.asymmetry:
        unlike = ratios.difference(ratios.size(before.asymmetry), ratios.size(after.asymmetry))
        verdict, why = _asymmetry(unlike)
        text = (why, "difference of the sizes, whichever side is the weaker")
        found.append(
            Measure(f"{name}:asymmetry", "", before.asymmetry, after.asymmetry, unlike, "difference", verdict, text)
        )
    return found


def _asymmetry(found: Change) -> tuple[str, str]:
    least = knowledge.threshold("compare_asymmetry_that_matters")
    span = f"{number(found.low)} to {number(found.high)}"
    if found.high is not None and found.high < -least:
        return BETTER, f"the whole interval of the difference, {span}, is below {-least:.2f}"
    if found.low is not None and found.low > least:
        return WORSE, f"the whole interval of the difference, {span}, is above {least:.2f}"
    return CANNOT_TELL, f"the interval of the difference, {span}, is not wholly below {-least:.2f} or above {least:.2f}"
