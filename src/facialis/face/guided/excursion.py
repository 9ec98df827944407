"""How far each side goes in a task, how alike the two are, and what moves along that should be still.

Intervals: Student's t over the repeats, never narrower than the noise of the same measure where nobody moves allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from facialis.face.events.channels import CHANNELS, REGION_OF
from facialis.face.guided.acts import Act, of_channels, of_points
from facialis.face.guided.ground import Ground
from facialis.face.guided.kinds import Kind
from facialis.face.signals import SIDES
from facialis.findings import Estimate, Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.floating[Any]]

_LEADING = 3
_USUAL_MAD = 1.4826


class Excursion(NamedTuple):
    """What each side did in the repeats of a task.

    Attributes
    ----------
    size : mapping of Side to Estimate
        Mean over the repeats of how far the places that go furthest went, inter-ocular distances.
    asymmetry : Estimate
        (left - right) / (left + right), limited to -1 to 1.
    noise : float
        Deviation of the same measure at rest, the noisier side.
    """

    size: Mapping[Side, Estimate]
    asymmetry: Estimate
    noise: float


class Along(NamedTuple):
    """A region that should have been still and moved along on one side.

    Attributes
    ----------
    region : str
    side : Side
    size : Estimate
        How far it went beyond what the other side did, inter-ocular distances.
    """

    region: str
    side: Side
    size: Estimate


def excursion(asks: Kind, moved: Floats, still: Floats) -> Excursion | None:
    """Measure the movement that a task asks for on both sides; None if no place moves the way that was asked.

    Each side is projected on the direction that both together take, so that a side that hardly moves gives a number
    round zero, and one that is dragged the other way a negative one.

    Parameters
    ----------
    asks : Kind
    moved, still : (A, 2, N, 2) float
        From :func:`gone`: the repeats, at least one; and the same laid over rest, at least two.
    """
    sides = moved if asks.side is Side.BOTH else moved[:, [SIDES.index(asks.side)]]
    pattern = sides.mean(axis=(0, 1))
    asked = np.concatenate([np.repeat([way], Ground.points(name), axis=0) for name, way in asks.moves])
    length = np.hypot(*pattern.T)
    lead = [int(i) for i in np.argsort(-length) if (pattern[i] * asked[i]).sum() > 0][:_LEADING]
    if not lead:
        return None
    unit = pattern[lead] / np.maximum(length[lead, None], 1e-9)
    went, noise = ((part[:, :, lead] * unit).sum(axis=-1).mean(axis=-1) for part in (moved, still))
    spread = _USUAL_MAD * np.median(np.abs(noise), axis=0)
    size = {side: mean_of(went[:, i], float(spread[i]), "IOD") for i, side in enumerate(SIDES)}
    return Excursion(size, _asymmetry(went, spread, asks.reading), float(spread.max()))


def gone(ground: Ground, asks: Kind, acts: Sequence[Act]) -> Floats:
    """Return how far each point of the asked places went, (acts, sides, points, 2), left and right alike."""
    names = tuple(name for name, _ in asks.moves)
    return np.array([ground.went((names, act.key), partial(of_points, ground, names, act)) for act in acts])


def mean_of(values: Floats, noise: float, unit: str = "") -> Estimate:
    """Return the mean of the repeats (n,) with its 95 % interval.

    Either the spread of the repeats sets its width (Student's t), or the noise, which many shams have told, if that is
    more. Of a single repeat only the noise is known.
    """
    count = len(values)
    reach = _usual_reach() * noise
    if count > 1:
        reach = max(reach, _reach(count - 1) * float(values.std(ddof=1)))
    mean, reach = float(values.mean()), reach / count**0.5
    return Estimate(mean, mean - reach, mean + reach, unit)


@cache
def _usual_reach() -> float:
    """Return how many deviations hold 95 % of what is normal."""
    return float(special.ndtri(0.975))


@cache
def _reach(freedom: int) -> float:
    """Return the same of Student's t."""
    return float(special.stdtrit(freedom, 0.975))


def _asymmetry(gone: Floats, noise: Floats, reading: float) -> Estimate:
    """Return (left - right) / (left + right) of excursions (acts, 2), its interval from the repeats and the reading."""
    left, right = gone.mean(axis=0)
    total = max(left + right, 1e-9)
    each = (gone[:, 0] - gone[:, 1]) / np.maximum(gone.sum(axis=1), 1e-9)
    # Error of the ratio that follows from the noise of its two parts.
    floor = 2 * np.hypot(right * noise[0], left * noise[1]) / total**2
    told = mean_of(each, float(floor))
    reach = float(np.hypot(told.high - told.value, _usual_reach() * reading))
    value = (left - right) / total
    low, middle, high = (float(np.clip(value + off, -1, 1)) for off in (-reach, 0, reach))
    return Estimate(middle, low, high)


def weaker_side(asymmetry: Estimate, repeats: int) -> Side:
    """Return the side that moves less, beyond doubt and by more than healthy faces differ; NONE otherwise."""
    limit = threshold("weakness_asymmetry_min")
    if repeats < threshold("task_repeats_min"):
        return Side.NONE
    return Side.RIGHT if asymmetry.low > limit else Side.LEFT if asymmetry.high < -limit else Side.NONE


def of_every_channel(ground: Ground, acts: Sequence[Act]) -> dict[Side, Floats]:
    """Return how far each channel of a side went in each act, (acts, channels, 2)."""
    each = np.array([ground.went(act.key, partial(of_channels, ground, act)) for act in acts])
    return {side: each[:, i].copy() for i, side in enumerate(SIDES)}


def moved_along(
    asks: Kind, moved: Mapping[Side, Floats], still: Mapping[Side, Floats], size: Mapping[Side, Estimate]
) -> list[Along]:
    """Return the regions that should be still and move along with an act on one side, largest first.

    A side that goes further drags its neighbours further: what the other side does there is scaled up by the ratio of
    the two excursions before it is taken off.

    Parameters
    ----------
    asks : Kind
    moved, still : mapping of Side to (A, C, 2) float
        From :func:`of_every_channel`: the repeats, and the same laid over rest.
    size : mapping of Side to Estimate
        The excursions of the task itself.
    """
    if len(moved[Side.LEFT]) < threshold("task_repeats_min"):
        return []
    found: dict[tuple[str, Side], Along] = {}
    for side in SIDES:
        passive = max(1.0, size[side].value / max(size[side.other].value, 1e-9))
        for name in asks.still:
            at = CHANNELS.index(name)
            if name == "lid" and moved[side][:, at, 1].mean() < 0:
                continue  # an eye that opens wider is no movement along
            noise = float(np.hypot(_usual(still[side][:, at]), passive * _usual(still[side.other][:, at])))
            beyond = _beyond(moved[side][:, at], passive * moved[side.other][:, at], noise)
            if beyond is None or beyond.low <= threshold("synkinesis_iod_min"):
                continue
            key = REGION_OF[name], side
            if key not in found or beyond.value > found[key].size.value:
                found[key] = Along(*key, beyond)
    return sorted(found.values(), key=lambda along: -along.size.value)


def _usual(still: Floats) -> float:
    """Return the deviation of displacements at rest (shams, 2), the noisier axis."""
    return float(_USUAL_MAD * np.median(np.abs(still), axis=0).max())


def _beyond(own: Floats, other: Floats, noise: float) -> Estimate | None:
    """Return how far one side goes (acts, 2) beyond the other, along its own usual direction; None if it goes less far.

    The direction of each repeat is that of all the others, so that noise alone has no direction to follow. A mouth that
    is drawn to one side drags the other across the middle: what goes the other way is not added.
    """
    total = own.sum(axis=0)
    if np.hypot(*total) <= np.hypot(*other.sum(axis=0)):
        return None
    rest = total - own
    unit = rest / np.maximum(np.hypot(*rest.T), 1e-9)[:, None]
    alike = (other * unit).sum(axis=1)
    return mean_of((own * unit).sum(axis=1) - (alike if alike.sum() > 0 else 0.0), noise, "IOD")
