"""What tasks do to the rate of spasms: movement, distraction, holding back.

Two rates are held against each other by the exact conditional test: given the spasms of both stretches together, those
of the one are binomial with a share that follows from the two lengths of time and the ratio of the rates (Przyborowski
and Wilenski 1940, Biometrika 31:313). Spasms that come in runs vary more than that, so a narrow interval is too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from facialis.face.guided.tasks import Filmed, Mask, Performed, interval
from facialis.findings import Estimate
from facialis.intervals import proportion, rate
from facialis.knowledge import threshold

EVERY = "every movement"
"""Name of the effect that holds all movements together."""

_WILLED = ("read", "cheek_puff", "clench", "open_mouth", "tongue")
"""Movements that are not measured act by act: the whole task counts as one."""


class Ratio(NamedTuple):
    """A ratio of two rates with its 95 % interval; None where it has no bound."""

    value: float | None
    low: float
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """Return ``{"value", "low", "high"}``."""
        return {name: None if v is None else round(v, 4) for name, v in self._asdict().items()}


@dataclass(frozen=True)
class Effect:
    """The rate of spasms in or after a task, held against rest.

    Attributes
    ----------
    code : str
        ``provoked_by_movement``, ``distractible`` or ``suppressible``.
    task : str
        Name of the task.
    rest_per_min, task_per_min : Estimate or None
    ratio : Ratio or None
        Task over rest.
    verdict : str
        ``more``, ``less`` or ``cannot tell``.
    counts : tuple of int
        Spasms at rest, and in or after the task.
    """

    code: str
    task: str
    rest_per_min: Estimate | None
    task_per_min: Estimate | None
    ratio: Ratio | None
    verdict: str
    counts: tuple[int, int] = (0, 0)

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "code": self.code,
            "task": self.task,
            "rest_per_min": interval(self.rest_per_min),
            "task_per_min": interval(self.task_per_min),
            "ratio": self.ratio.to_json() if self.ratio else None,
            "verdict": self.verdict,
        }


def ratio_of(more: int, seconds: float, rest: int, rest_s: float) -> Ratio | None:
    """Return the ratio of two rates with its exact 95 % interval; None where nothing happened or was watched.

    Parameters
    ----------
    more, seconds : int, float
        Events of the first stretch, and how long it is.
    rest, rest_s : int, float
        The same of the second.
    """
    share = proportion(more, more + rest)
    if share is None or seconds <= 0 or rest_s <= 0:
        return None
    scale = rest_s / seconds
    value = scale * more / rest if rest else None
    high = scale * share.high / (1 - share.high) if share.high < 1 else None
    return Ratio(value, scale * share.low / (1 - share.low), high)


def effects(filmed: Filmed, tasks: Sequence[Performed]) -> tuple[Effect, ...]:
    """Return what movement, distraction and holding back do to the rate of spasms.

    Parameters
    ----------
    filmed : Filmed
    tasks : sequence of Performed
    """
    acts = {one.task.name: _acts(one) for one in tasks}
    moving = _in([act for spans in acts.values() for act in spans], filmed)
    after = {name: _after(filmed, spans) & ~moving for name, spans in acts.items() if spans}
    following = np.logical_or.reduce([*after.values(), np.zeros_like(moving)])
    rest = filmed.of_kind("rest") & ~following & ~moving
    found = []
    if after:
        found.append(_effect(filmed, "provoked_by_movement", EVERY, following, rest))
        found += [_effect(filmed, "provoked_by_movement", name, mask, rest) for name, mask in after.items()]
    for one in tasks:
        code = {"distraction": "distractible", "suppression": "suppressible"}.get(one.task.kind)
        if code and one.assessable:
            window = filmed.window(one.task.start_s, one.task.end_s)
            found.append(_effect(filmed, code, one.task.name, window, rest))
    return tuple(found)


def _acts(one: Performed) -> list[tuple[float, float]]:
    """Return the movements of a task, each as a start and an end."""
    if not one.assessable or one.task.kind not in _WILLED:
        return list(one.acts)
    return [(one.task.start_s, one.task.end_s)]


def _in(spans: Sequence[tuple[float, float]], filmed: Filmed) -> Mask:
    inside = np.zeros(len(filmed.ch.time_s), bool)
    for start, end in spans:
        inside |= (filmed.ch.time_s >= start) & (filmed.ch.time_s <= end)
    return inside


def _after(filmed: Filmed, spans: Sequence[tuple[float, float]]) -> Mask:
    """Return the frames in the ten seconds after movements."""
    return _in([(end, end + threshold("provoked_within_s")) for _, end in spans], filmed)


def _effect(filmed: Filmed, code: str, task: str, mask: Mask, rest: Mask) -> Effect:
    more, quiet = filmed.spasms(mask), filmed.spasms(rest)
    seconds, rest_s = filmed.seconds(mask), filmed.seconds(rest)
    ratio = ratio_of(more, seconds, quiet, rest_s)
    verdict = "cannot tell"
    if ratio is not None and ratio.low > 1:
        verdict = "more"
    elif ratio is not None and ratio.high is not None and ratio.high < 1:
        verdict = "less"
    return Effect(code, task, rate(quiet, rest_s), rate(more, seconds), ratio, verdict, (quiet, more))
