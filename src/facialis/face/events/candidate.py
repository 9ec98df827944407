"""A one-sided event before it has a name: when, where, how large, and the measures that it is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis.face.events.channels import CHANNELS, EDGE_SECONDS, LOWER, REGION_OF, UPPER, Channels
from facialis.face.fusion import trusted
from facialis.face.regions import PARTS, pull_direction
from facialis.face.signals import Signals
from facialis.findings import Side
from facialis.knowledge import threshold

Floats = npt.NDArray[np.floating[Any]]

_PULLS = np.array([pull_direction(region, Side.LEFT) for region, _ in PARTS.values()] + [[0.0, 1.0]])
"""Pull of each channel on the left side; a closing lid goes down."""

_OWN_SHARE = 0.5

PLATEAU_SHARE = 0.7
"""A movement is held while it is at this share of its peak or beyond."""

RECOVERED = 0.8
"""Share of the largest displacement of the tissue that is read: pixels give back 0.92 of what a point does
(`python -m benchmarks flow`), and the place that goes furthest is seldom among the points. Set on the tuning clips:
61 matched spasms came out at 0.87 of their size with 0.92 here. Displacements are put right by it."""


class Measures(NamedTuple):
    """What an event is judged by.

    Attributes
    ----------
    excess : float
        Edge of the side difference over its threshold.
    one_sided : float
        (own - other side's displacement) / larger of the two: 1 is one side alone, 0 both alike.
    own_share : float
        Share of the difference between the sides that this side's displacement makes up: 1 for one side alone, 0.5 for
        two sides that move against each other.
    flank_other : float
        What the other side does while this one starts and ends, along the same pattern, over what this one does: 0 for
        one side alone, 1 for both alike.
    along : float
        How well the displacement follows the muscles' pull: 1 along it, -1 against it.
    astray : float
        How far the course ends from where it began, relative to its peak.
    rise_s : float
        Time from 10 to 90 % of the peak at the fastest speed of the rise: a hold that creeps up is still a quick start.
    spread : int
        Number of regions that took part.
    upper_and_lower : bool
        The eye and the mouth or cheek of that side moved.
    common : float
        What both sides did during the event, inter-ocular distances.
    restless : float
        What the same pattern does in the 1.5 s before and after: upper quartile of its edges over the event's peak.
    head : float
        Fastest head motion during the event, inter-ocular distances a second.
    lag_s : float or None
        Half-way time of the lower face less that of the upper; None if only one of them moved.
    brow_up, lid_down, other_lid : float
        How far the brow rose and the lids closed on that side, and the lids of the other side, inter-ocular distances.
    alone : float
        Share of the motion of the side difference during the event that its one pattern explains: a spasm is one pull,
        speech is many.
    turns : float
        Way up and down of the course over twice its peak: 1 for a single rise and fall.
    echo : float
        How much of the course the other side follows at the same time (slope of its course on this one, along the same
        pattern); a weak side does the same and less.
    echo_fit : float
        Correlation of the two courses, -1 to 1.
    usual : float
        Largest tenth of the edges of the same pattern in the six seconds before and after, over the event's peak.
    bustle : float
        What both sides do together within two seconds (upper quartile of the common edges) over the event's size.
    fall_s : float
        As `rise_s`, on the way down.
    """

    excess: float
    one_sided: float
    own_share: float
    flank_other: float
    along: float
    astray: float
    rise_s: float
    spread: int
    upper_and_lower: bool
    common: float
    restless: float
    head: float
    lag_s: float | None
    brow_up: float
    lid_down: float
    other_lid: float
    alone: float
    turns: float
    echo: float
    echo_fit: float
    usual: float
    bustle: float
    fall_s: float


class Candidate(NamedTuple):
    """A one-sided event before it has a name.

    ``dip`` is the lowest level between the first and the last moment at half the peak, over the peak: near nought, it
    is a train of twitches taken for one.
    ``chance`` is the probability that it is a spasm and ``spoke`` what each measure added to its log odds, once it has
    been judged; ``alone`` is that probability before the other events of the recording were looked at.
    """

    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    plateau_s: float
    sizes: dict[str, float]
    measures: Measures
    dip: float = 1.0
    chance: float = 0.0
    spoke: Mapping[str, float] = MappingProxyType({})
    alone: float | None = None


def measured(
    ch: Channels, side: Side, low: int, span: tuple[int, int, int], course: Floats, excess: float
) -> Candidate | None:
    """Turn a span of a side's course into a candidate; None if it was not clearly this side that moved."""
    first, apex, last = span
    window = slice(low + first, low + last + 1)
    time_s = ch.time_s[window]
    moved = {s: _excursion(ch.moved[s][window], apex - first) for s in (side, side.other)}
    sizes = {s: np.hypot(*vectors.T) for s, vectors in moved.items()}
    limit = ch.smallest[side]
    own = _excursion(ch.own[side][window], apex - first)
    pattern = own / limit[:, None] ** 2
    # What the other side did alone shows here as well, the other way round: then this side did not move along.
    if (moved[side] * pattern).sum() < _OWN_SHARE * (own * pattern).sum():
        return None
    mine, other = sizes[side], sizes[side.other]
    takes = (mine > 0.6 * limit) & (mine > 0.2 * mine.max()) & (np.hypot(*own.T) > 0.33 * mine)
    took = [i for i in np.argsort(-mine) if takes[i]]
    if not took:
        return None
    profile = course[first : last + 1]
    profile = profile - np.linspace(profile[0], profile[-1], len(profile))
    peak = float(profile[apex - first])
    level = threshold("event_edge_fraction") * peak
    onset, offset = (crossing(time_s, profile, apex - first, level, step) for step in (-1, 1))
    above = time_s[profile >= PLATEAU_SHARE * peak]
    names: dict[str, float] = {}
    for i in took:
        names.setdefault(REGION_OF[CHANNELS[i]], float(mine[i]))
    echo, echo_fit = _echo(ch, window, side, own, took)
    measures = Measures(
        excess=excess,
        one_sided=float(1 - other[took].max() / max(mine[took].max(), 1e-9)),
        own_share=_own_share(moved[side][took], moved[side.other][took]),
        flank_other=_flank_other(ch, window, side, took, profile / max(peak, 1e-9)),
        along=_along(moved[side], took),
        astray=float(abs(course[last] - course[first]) / max(peak, 1e-9)),
        rise_s=_rise(profile[: apex - first + 1], time_s[: apex - first + 1]),
        spread=len(names),
        upper_and_lower=bool(UPPER & names.keys() and LOWER & names.keys()),
        common=float(np.minimum(mine, other).max()),
        restless=_restless(course, first, last, peak, ch.rate),
        head=float(ch.head[window].max()),
        lag_s=_lag(ch.own[side][window], time_s, apex - first, took),
        brow_up=float(-moved[side][CHANNELS.index("frontalis medial"), 1]),
        lid_down=float(moved[side][CHANNELS.index("lid"), 1]),
        other_lid=float(moved[side.other][CHANNELS.index("lid"), 1]),
        alone=_alone(ch.own[side][window] / limit[:, None]),
        turns=float(np.abs(np.diff(profile)).sum() / max(2 * peak, 1e-9)),
        echo=echo,
        echo_fit=echo_fit,
        usual=_usual(ch, side, low + first, low + last, own),
        bustle=_bustle(ch, low + first, low + last, float(mine.max())),
        fall_s=_rise(profile[apex - first :][::-1], -time_s[apex - first :][::-1]),
    )
    plateau = float(np.ptp(above)) if len(above) else 0.0
    high = np.flatnonzero(profile >= 0.5 * peak)
    dip = float(profile[high[0] : high[-1] + 1].min() / max(peak, 1e-9)) if len(high) else 1.0
    return Candidate(side, onset, float(time_s[apex - first]), offset, plateau, names, measures, dip)


def _alone(difference: Floats) -> float:
    """Return the share of a path (T, C, 2), taken from the line between its ends, that one pattern explains."""
    path = (difference - np.linspace(difference[0], difference[-1], len(difference))).reshape(len(difference), -1)
    strengths = np.linalg.svd(path, compute_uv=False) ** 2
    return float(strengths[0] / max(strengths.sum(), 1e-12))


def _echo(ch: Channels, window: slice, side: Side, pattern: Floats, took: list[int]) -> tuple[float, float]:
    """Return how much of this side's course the other side follows, and how closely, over the regions that moved."""
    pattern = pattern[took] / ch.smallest[side][took, None] ** 2
    courses = []
    for s in (side, side.other):
        course = (ch.moved[s][window][:, took] * pattern).sum(axis=(1, 2))
        courses.append(course - np.linspace(course[0], course[-1], len(course)))
    own, other = courses
    both = float((own * other).sum())
    slope = both / max(float((own**2).sum()), 1e-12)
    fit = both / max(float(np.sqrt((own**2).sum() * (other**2).sum())), 1e-12)
    return float(np.clip(slope, -1, 2)), fit


def _usual(ch: Channels, side: Side, first: int, last: int, pattern: Floats) -> float:
    """Return the largest tenth of the edges of a pattern round an event, over the event's own peak."""
    rate = ch.rate
    reach, lag = round(6.0 * rate), max(1, round(EDGE_SECONDS * rate))
    weight = pattern / ch.smallest[side][:, None] ** 2
    edges_ = []
    for part in (slice(max(first - reach, 0), first + 1), slice(last, last + reach)):
        course = np.tensordot(ch.own[side][part][:: max(1, lag // 3)], weight, axes=2)
        step = 3 if lag >= 3 else lag
        edges_.append(np.abs(course[step:] - course[:-step]) if len(course) > step else np.zeros(0))
    around = np.concatenate(edges_)
    peak = float((pattern * weight).sum())
    return float(np.clip(np.percentile(around, 90) / max(peak, 1e-9), 0, 3)) if len(around) else 1.0


def _bustle(ch: Channels, first: int, last: int, size: float) -> float:
    """Return what both sides do together round an event, over its size."""
    reach = round(2.0 * ch.rate)
    around = ch.common[max(first - reach, 0) : last + reach]
    return float(np.clip(np.percentile(around, 75) / max(size, 1e-9), 0, 3))


def _own_share(mine: Floats, other: Floats) -> float:
    """Return the share of a difference of displacements (K, 2) that one side makes up, limited to 0 to 2."""
    difference = mine - other
    return float(np.clip((mine * difference).sum() / max(float((difference**2).sum()), 1e-12), 0, 2))


def _flank_other(ch: Channels, window: slice, side: Side, took: list[int], profile: Floats) -> float:
    """Compare the two sides on the flanks of an event only: a hold lasts long enough for speech to go on under it."""
    high = np.flatnonzero(profile >= 0.8)
    scale = ch.smallest[side][took, None]
    mine, other = (ch.moved[s][window][:, took] / scale for s in (side, side.other))
    shares = []
    for begin, end in ((0, int(high[0])), (len(profile) - 1, int(high[-1]))):
        pattern = (mine[end] - mine[begin]) - (other[end] - other[begin])
        own, its = (float(((path[end] - path[begin]) * pattern).sum()) for path in (mine, other))
        shares.append((abs(its), abs(own)))
    return float(np.clip(sum(a for a, _ in shares) / max(sum(b for _, b in shares), 1e-9), 0, 2))


def _along(mine: Floats, took: list[int]) -> float:
    """Return the cosine between displacements (C, 2) and the pulls of their muscles, weighted by size."""
    chosen = mine[took]
    size = float(np.hypot(*chosen.T).sum())
    return float((chosen * _PULLS[took]).sum() / max(size, 1e-9))


def _rise(flank: Floats, time_s: Floats) -> float:
    """Return how long a flank takes from 10 to 90 % at its fastest, seconds."""
    speed = np.diff(flank) / np.maximum(np.diff(time_s), 1e-6)
    top = float(speed.max()) if len(speed) else 0.0
    return 0.8 * float(flank[-1]) / top if top > 0 else float(np.ptp(time_s))


def _restless(course: Floats, first: int, last: int, peak: float, rate: float) -> float:
    """Return the usual edge of a course outside an event, relative to the event's peak."""
    lag = max(1, round(EDGE_SECONDS * rate))
    around = round(1.5 * rate)
    outside = [course[max(first - around, 0) : first + 1], course[last : last + around]]
    edges_ = np.concatenate([np.abs(part[lag:] - part[:-lag]) if len(part) > lag else np.zeros(0) for part in outside])
    return float(np.percentile(edges_, 75) / max(peak, 1e-9)) if len(edges_) else 1.0


def _lag(path: Floats, time_s: Floats, apex: int, took: list[int]) -> float | None:
    """Return how much later the lower face is half-way up than the upper face, seconds."""
    halves = []
    for group in (LOWER, UPPER):
        members = [i for i in took if REGION_OF[CHANNELS[i]] in group]
        if not members:
            return None
        top = path[apex, members]
        foot = (path[0, members] + path[-1, members]) / 2
        course = ((path[:, members] - foot) * (top - foot)).sum(axis=(1, 2))
        peak = int(course.argmax())
        halves.append(crossing(time_s, course, peak, 0.5 * float(course[peak]), -1))
    return halves[0] - halves[1]


def _excursion(moved: Floats, apex: int) -> Floats:
    """Return the displacement (C, 2) at the apex from the line between first and last frame, mean of three frames."""
    share = apex / max(len(moved) - 1, 1)
    line = (1 - share) * moved[0] + share * moved[-1]
    top = moved[max(apex - 1, 0) : apex + 2] if len(moved) > 8 else moved[apex : apex + 1]
    return np.asarray(top.mean(axis=0) - line)


def crossing(time_s: Floats, profile: Floats, apex: int, level: float, step: int) -> float:
    """Return when the profile crosses a level, walking from the apex; linear between frames."""
    i = apex
    while 0 <= i + step < len(profile) and profile[i + step] > level:
        i += step
    j = i + step
    if not 0 <= j < len(profile):
        return float(time_s[i])
    share = (profile[i] - level) / max(profile[i] - profile[j], 1e-12)
    return float(time_s[i] + share * (time_s[j] - time_s[i]))


def farthest(signals: Signals, regions: Iterable[str], side: Side, span: tuple[float, float, float]) -> float:
    """Return the largest displacement of any point over some regions at an event's apex, inter-ocular distances.

    Parameters
    ----------
    signals : Signals
    regions : iterable of str
        Muscles that took part.
    side : Side
        LEFT or RIGHT.
    span : tuple of float
        Onset, apex and offset, seconds. Displacement counts from the line between the places at onset and at offset.
    """
    low, apex, high = (int(i) for i in np.searchsorted(signals.time_s, span))
    low, high = max(low - 2, 0), min(high + 2, len(signals.time_s))
    top = 0.0
    for region in regions:
        path = np.cumsum(trusted(signals.steps[region, side][low:high]), axis=0)
        if len(path) < 3:
            continue
        line = np.linspace(path[0], path[-1], len(path))
        near = slice(max(apex - 1 - low, 0), apex + 2 - low)
        moved = (path - line)[near]
        top = max(top, float(np.hypot(moved[..., 0], moved[..., 1]).max(initial=0.0)))
    return top / RECOVERED
