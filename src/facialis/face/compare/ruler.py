"""The tasks that two recordings have in common, and the voluntary maximum by which their spasms can be measured."""

from __future__ import annotations

from typing import NamedTuple

from facialis.face.compare.shared import Shared
from facialis.face.compare.visit import TaskSeen, Visit
from facialis.findings import Estimate, Side
from facialis.measures import Gap


class Ruler(NamedTuple):
    """How far the unaffected side went in one task, before and after."""

    task: str
    before: Estimate
    after: Estimate


def voluntary_maximum(both: Shared) -> Ruler | str:
    """Return the task in which the unaffected side went farthest before; or why there is none.

    The unaffected side is the ruler: toxin and palsy change what the other one can do.
    """
    if both.side not in (Side.LEFT, Side.RIGHT) or not both.sides_agree:
        return "no voluntary maximum: not known which side is the unaffected one in both"
    side = both.side.other
    pairs, _ = common_tasks(both)
    found = [
        Ruler(before.name, before.excursion[side], after.excursion[side])
        for before, after in pairs
        if all(
            task.assessable and side in task.excursion and task.excursion[side].value > 0 for task in (before, after)
        )
    ]
    if not found:
        return "no voluntary maximum: no task measured the unaffected side in both recordings"
    return max(found, key=lambda ruler: ruler.before.value)


def common_tasks(both: Shared) -> tuple[list[tuple[TaskSeen, TaskSeen]], list[Gap]]:
    """Return the tasks of the same name and kind in both, and those that only one of them has."""
    before, after = _named(both.before), _named(both.after)
    pairs = [(before[key], after[key]) for key in before if key in after]
    gaps = [Gap(f"task:{task.name}", "filmed only before") for key, task in before.items() if key not in after]
    gaps += [Gap(f"task:{task.name}", "filmed only after") for key, task in after.items() if key not in before]
    return pairs, gaps


def _named(visit: Visit) -> dict[tuple[str, str], TaskSeen]:
    """Return the tasks by name and kind; a second one of that name gets a number."""
    found: dict[tuple[str, str], TaskSeen] = {}
    for task in visit.tasks:
        name, number = task.name, 1
        while (name, task.kind) in found:
            number += 1
            name = f"{task.name} ({number})"
        found[name, task.kind] = task._replace(name=name)
    return found
