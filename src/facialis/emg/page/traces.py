"""Traces of a stretch of time, a lane a muscle, with the bursts found in it; and where to look in a long recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facialis.emg.bursts import Bursts
from facialis.emg.episodes import episodes
from facialis.emg.recording import Channel, Source
from facialis.findings import Side
from facialis.paper import plot
from facialis.paper.charts import clock_ticks, round_up
from facialis.paper.words import region

Floats = npt.NDArray[np.float64]

WIDTH, LANE, LEFT, RIGHT, FOOT = 1000.0, 64.0, 150.0, 930.0, 26.0
COLUMNS = int(RIGHT - LEFT)
CLOSE_S, NEAR_S, WIDE_S = 0.25, 2.0, 20.0
"""Lengths that show the discharges, a group of bursts, and a stretch of the course."""
_FLOOR_UV = 25.0
MANY = 60
"""More bursts in a lane are shaded column by column: one by one, three days would take a hundred megabytes."""
_LEAST = 0.3  # of a lane: the height of a column in which there is any burst at all
_LETTERS = 25  # what the room left of a lane holds


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A channel over a stretch: times, the lowest and highest value at each, (n,); NaN where none was recorded."""

    channel: int
    time_s: Floats
    low: Floats
    high: Floats


def windows(bursts: Bursts, duration_s: float) -> list[tuple[str, float, float]]:
    """Choose what to show: the stretch with most bursts, a group in it, and one burst so near that its discharges show.

    Returns
    -------
    list of (str, float, float)
        Title, from, to; seconds. Without a burst the first seconds of the recording.
    """
    if not len(bursts):
        return [("The first seconds", 0.0, min(WIDE_S, duration_s))]
    busiest = _fullest(bursts.onset_s, min(WIDE_S, duration_s), duration_s)
    inside = bursts.where((bursts.onset_s >= busiest) & (bursts.onset_s < busiest + WIDE_S))
    chosen = [("The busiest stretch", busiest, min(busiest + WIDE_S, duration_s))]
    near = _fullest(inside.onset_s, NEAR_S, duration_s)
    chosen.append(("A part of it", near, min(near + NEAR_S, duration_s)))
    together = episodes(inside.where((inside.onset_s >= near) & (inside.onset_s < near + NEAR_S)))
    if len(together):
        begin = max(float(together.onset_s[0]) - 0.1 * CLOSE_S, 0.0)
        chosen.append(("One burst, near enough to see its discharges", begin, min(begin + CLOSE_S, duration_s)))
    return chosen


def _fullest(onsets: Floats, length: float, duration_s: float) -> float:
    """Return where a stretch of that length that holds most onsets begins, a little before its first one."""
    order = np.sort(onsets)
    held = np.searchsorted(order, order + 0.9 * length) - np.arange(len(order))
    begin = float(order[int(np.argmax(held))]) - 0.05 * length
    return max(min(begin, duration_s - length), 0.0)


def draw(
    title: str,
    source: Source,
    traces: Sequence[Trace],
    bursts: Bursts,
    start_s: float,
    stop_s: float,
    *,
    gain: float = 1.0,
) -> plot.Plot:
    """Draw a stretch: a lane a muscle on its own scale, bursts shaded, each onset with its interval, gaps hatched.

    With a `gain` of 2 a lane shows half as many microvolts, and cuts off what is larger.
    """
    height = LANE * len(traces) + FOOT
    along = plot.Axis(start_s, stop_s, LEFT, RIGHT)
    marks: list[plot.Path | plot.Text] = [plot.Path(_gaps(source, along, height - FOOT), "gap", "not recorded")]
    # Three days hold hundreds of thousands: they are counted and taken apart without a copy of all.
    seen = (bursts.offset_s > start_s) & (bursts.onset_s < stop_s)
    for row, trace in enumerate(traces):
        own = bursts.where(np.flatnonzero(seen & (bursts.channel == trace.channel)))
        marks += _lane(row, trace, source.channels[trace.channel], own, along, gain)
    marks += _ticks(along, height)
    said = f"{len(traces)} muscles from {start_s:.2f} to {stop_s:.2f} s, {np.count_nonzero(seen)} bursts"
    return plot.Plot(title, said, WIDTH, height, tuple(marks))


def _gaps(source: Source, along: plot.Axis, bottom: float) -> str:
    """Return a box a gap; those closer than a pixel are one, for a day may hold thousands."""
    ends: list[tuple[float, float]] = []
    for gap in source.gaps:
        if gap.end_s > along.low and gap.start_s < along.high:
            left, right = along(max(gap.start_s, along.low)), along(min(gap.end_s, along.high))
            if ends and left - ends[-1][1] < 1:
                left, _ = ends.pop()
            ends.append((left, max(right, left + 0.8)))
    return "".join(plot.box(left, 0.0, right - left, bottom) for left, right in ends)


def _lane(
    row: int, trace: Trace, channel: Channel, bursts: Bursts, along: plot.Axis, gain: float
) -> list[plot.Path | plot.Text]:
    top, look = row * LANE, side_look(channel.side)
    known = np.concatenate([trace.low[np.isfinite(trace.low)], trace.high[np.isfinite(trace.high)], [0.0]])
    middle = float(np.median(known))
    most = round_up(max(float(np.max(np.abs(known - middle))), _FLOOR_UV)) / gain
    up = plot.Axis(middle - most, middle + most, top + LANE - 4, top + 4)
    marks: list[plot.Path | plot.Text] = [plot.Path(plot.level(LEFT, up(middle), RIGHT), "grid")]
    marks += (_single if len(bursts) <= MANY else _crowded)(bursts, channel, along, top)
    marks.append(plot.Path(_signal(trace, along, up), f"signal {look}"))
    muscle = region(channel.muscle) if channel.muscle else channel.name
    marks.append(plot.Text(LEFT - 10, top + LANE / 2 - 2, _short(muscle), "end", "ink"))
    side = "" if channel.side is Side.NONE else f"{channel.side.value} · "
    below = f"{side}{channel.name}" if channel.muscle else side
    marks.append(plot.Text(LEFT - 10, top + LANE / 2 + 12, _short(below), "end"))
    # The bar is half of what the lane shows, so its number is as round as the scale.
    marks.append(plot.Path(plot.upright(RIGHT + 8, up(middle - most / 2), up(middle + most / 2)), "bar-scale"))
    marks.append(plot.Text(RIGHT + 13, up(middle) + 4, f"{most:g} µV"))
    return marks


def _single(bursts: Bursts, channel: Channel, along: plot.Axis, top: float) -> list[plot.Path]:
    """Shade bursts one by one, each onset with its interval where that can be seen."""
    marks = []
    for burst in range(len(bursts)):
        onset, offset = float(bursts.onset_s[burst]), float(bursts.offset_s[burst])
        begin, end = along(onset), along(offset)
        doubtful = "doubt" if bursts.doubt[burst] else side_look(channel.side)
        label = f"{channel.name}: {onset:.3f} to {offset:.3f} s"
        marks.append(plot.Path(plot.box(begin, top + 3, max(end - begin, 0.8), LANE - 6), f"within {doubtful}", label))
        ends = float(bursts.onset_low_s[burst]), float(bursts.onset_high_s[burst])
        if np.isfinite(ends).all() and along(ends[1]) - along(ends[0]) > 3 and onset > along.low:
            marks.append(plot.Path(plot.whisker(along, top + LANE - 5, *ends), "whisker"))
    return marks


def _crowded(bursts: Bursts, channel: Channel, along: plot.Axis, top: float) -> list[plot.Path]:
    """Shade each column as high as the share of it that bursts fill; doubtful ones where there are no others."""
    edges = np.linspace(along.low, along.high, COLUMNS + 1)
    sound = _share(bursts.sound(), edges)
    doubtful = np.where(sound > 0, 0.0, _share(bursts.where(bursts.doubt > 0), edges))
    label = f"{channel.name}: {len(bursts)} bursts"
    looks = ((doubtful, "within doubt"), (sound, f"within {side_look(channel.side)}"))
    return [plot.Path(_steps(share, top), look, label) for share, look in looks if share.any()]


def _share(bursts: Bursts, edges: Floats) -> Floats:
    share = np.clip(episodes(bursts).seconds(edges) / np.diff(edges), 0.0, 1.0)
    return np.where(share > 1e-9, share, 0.0)


def _steps(share: Floats, top: float) -> str:
    """Return the outline of columns from the foot of a lane, a corner only where the height changes."""
    foot = top + LANE - 3
    high = np.round(foot - np.where(share > 0, _LEAST + (1 - _LEAST) * share, 0.0) * (LANE - 6), 1)
    turns = np.flatnonzero(np.diff(high, prepend=foot, append=foot))
    ends = np.append(high, foot)
    return f"M{LEFT:g} {foot:g}" + "".join(f"H{LEFT + turn:g}V{ends[turn]:g}" for turn in turns) + "Z"


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1].rstrip()}…"


def _signal(trace: Trace, along: plot.Axis, up: plot.Axis) -> str:
    x = along.places(trace.time_s)
    low, high = (up.places(np.clip(values, up.low, up.high)) for values in (trace.low, trace.high))
    if np.array_equal(trace.low, trace.high, equal_nan=True):
        return plot.line(x, low)
    # Lowest and highest of a column in turn: one stroke, as thin as a trace and as tall as what it stands for.
    both = np.empty(2 * len(x))
    both[0::2], both[1::2] = low, high
    return plot.line(np.repeat(x, 2), both)


def _ticks(along: plot.Axis, height: float) -> list[plot.Path | plot.Text]:
    marks: list[plot.Path | plot.Text] = []
    span = along.high - along.low
    # A clock's steps from half a minute on; below that, digits enough that no two ticks read alike.
    ticks = clock_ticks(along.low, along.high) if span >= 30 else along.ticks(9)
    digits = 3 if span < 0.08 else 2 if span < 0.8 else 1 if span < 8 else 0
    for tick in ticks:
        marks.append(plot.Path(plot.upright(along(tick), height - FOOT, height - FOOT + 5), "grid"))
        marks.append(plot.Text(along(tick), height - 8, _time(tick, digits, along.high), "middle"))
    return marks


def _time(seconds: float, digits: int, last: float) -> str:
    """Return a time as its title has it: seconds within the first minute, else minutes or hours by the clock."""
    if last < 60:
        return f"{seconds:.{digits}f} s"
    whole, part = divmod(round(seconds * 10**digits), 10**digits)
    tail = f".{part:0{digits}d}" if digits else ""
    hours, minutes = divmod(whole // 60, 60)
    return (f"{hours}:{minutes:02d}" if hours else f"{minutes}") + f":{whole % 60:02d}{tail}"


def side_look(side: Side) -> str:
    """Return the class of a side's colour."""
    return side.value if side in (Side.LEFT, Side.RIGHT) else "both"
