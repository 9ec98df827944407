"""The whole recording at a glance: a lane a muscle, gaps hatched, sleep marked; below it how often bursts came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.bursts import Bursts
from facialis.emg.episodes import episodes
from facialis.emg.page.traces import LEFT, RIGHT, WIDTH, side_look
from facialis.emg.recording import Source, Span
from facialis.paper import plot
from facialis.paper.charts import clock_label, clock_ticks, round_up
from facialis.paper.words import region

LANE, GAP, CURVE, FOOT = 22.0, 4.0, 74.0, 22.0
_LEAST = 0.3


def raster(source: Source, bursts: Bursts, asleep: Sequence[Span] = ()) -> plot.Plot:
    """Draw when each muscle was active: strokes as tall as the share of their column that bursts fill.

    Parameters
    ----------
    source : Source
    bursts : Bursts
        Those that nothing speaks against.
    asleep : sequence of Span
        Where the person slept.
    """
    places = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
    along = plot.Axis(0.0, max(source.duration_s, 1e-3), LEFT, RIGHT)
    height = len(places) * LANE + FOOT
    marks: list[plot.Path | plot.Text] = [
        plot.Path(_boxes(along, asleep, 0.0, height - FOOT), "asleep", "asleep"),
        plot.Path(_boxes(along, source.gaps, 0.0, height - FOOT), "gap", "not recorded"),
    ]
    for row, place in enumerate(places):
        channel, top = source.channels[place], row * LANE
        marks.append(plot.Path(plot.level(LEFT, top + LANE - GAP, RIGHT), "grid"))
        marks.append(plot.Path(_strokes(bursts.of(place), along, top), f"stroke {side_look(channel.side)}"))
        name = f"{region(channel.muscle)} {channel.side.value}" if channel.muscle else channel.name
        marks.append(plot.Text(LEFT - 10, top + LANE - GAP - 3, name.removesuffix(" none"), "end"))
    marks += clock(along, height)
    said = f"{len(bursts)} bursts of {len(places)} muscles in {source.duration_s:.0f} s"
    return plot.Plot("When each muscle was active", said, WIDTH, height, tuple(marks))


def _strokes(bursts: Bursts, along: plot.Axis, top: float) -> str:
    active = episodes(bursts)
    edges = np.linspace(along.low, along.high, int(RIGHT - LEFT) + 1)
    share = active.seconds(edges) / np.diff(edges)
    base, room = top + LANE - GAP, LANE - 2 * GAP
    return "".join(
        plot.upright(LEFT + column + 0.5, base, base - room * (_LEAST + (1 - _LEAST) * min(float(share[column]), 1.0)))
        for column in np.flatnonzero(share > 0)
    )


def _boxes(along: plot.Axis, spans: Sequence[Span], top: float, bottom: float) -> str:
    return "".join(
        plot.box(along(span.start_s), top, max(along(span.end_s) - along(span.start_s), 0.8), bottom - top)
        for span in spans
    )


def clock(along: plot.Axis, height: float) -> list[plot.Path | plot.Text]:
    """Draw the times below a chart: seconds and minutes, or hours from two hours on."""
    hours = along.high - along.low >= 7200
    step = 3600.0 if hours else 1.0
    ticks = plot.Axis(along.low / step, along.high / step, 0, 1).ticks(9) if hours else clock_ticks(0.0, along.high)
    marks: list[plot.Path | plot.Text] = []
    for tick in ticks:
        at = along(tick * step if hours else tick)
        marks.append(plot.Path(plot.upright(at, height - FOOT, height - FOOT + 4), "grid"))
        marks.append(plot.Text(at, height - 7, f"{tick:g} h" if hours else clock_label(tick), "middle"))
    return marks


def curve(summary: Mapping[str, Any], duration_s: float) -> plot.Plot | None:
    """Draw how often bursts came, step by step; None for a recording of fewer than three steps."""
    told = summary["curve"]
    usable, counts = np.array(told["usable_s"], float), np.array(told["bursts"], float)
    if len(counts) < 3:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        often = np.where(usable > 0.2 * told["step_s"], 60 * counts / usable, np.nan)
    often, step = _joined(often, usable, float(told["step_s"]))
    along = plot.Axis(0.0, duration_s, LEFT, RIGHT)
    most = round_up(max(float(np.nanmax(often, initial=0.0)), 1.0))
    up = plot.Axis(0.0, most, CURVE - FOOT, 6.0)
    edges = np.minimum(np.arange(len(often) + 1) * step, duration_s)
    bars = "".join(
        plot.box(
            along(edges[i]), up(often[i]), max(along(edges[i + 1]) - along(edges[i]) - 0.4, 0.4), up(0) - up(often[i])
        )
        for i in np.flatnonzero(often > 0)
    )
    # Beside each other they are one: hatched boxes that touch would show their edges.
    turns = np.flatnonzero(np.diff(np.isnan(often), prepend=False, append=False))
    unseen = [Span(float(edges[first]), float(edges[last])) for first, last in turns.reshape(-1, 2)]
    marks: list[plot.Path | plot.Text] = [
        plot.Path(_boxes(along, unseen, 6.0, CURVE - FOOT), "gap", "nothing that can be used"),
        plot.Path(bars, "bar both"),
        *_scale(up),
        *clock(along, CURVE),
    ]
    length = f"{step / 60:.0f} min" if step >= 60 else f"{step:.0f} s"
    said = (
        f"Bursts a minute, of all muscles together, in steps of {length}; at most {np.nanmax(often, initial=0.0):.0f}"
    )
    return plot.Plot(f"Bursts a minute, in steps of {length}", said, WIDTH, CURVE, tuple(marks))


def _scale(up: plot.Axis) -> list[plot.Path | plot.Text]:
    marks: list[plot.Path | plot.Text] = []
    for tick in up.ticks(3):
        marks.append(plot.Path(plot.level(LEFT, up(tick), RIGHT), "grid"))
        marks.append(plot.Text(LEFT - 10, up(tick) + 4, f"{tick:g}", "end"))
    return marks


def _joined(
    often: npt.NDArray[np.float64], usable: npt.NDArray[np.float64], step: float
) -> tuple[npt.NDArray[np.float64], float]:
    """Join steps until there are no more than the drawing has room for."""
    times = max(-(-len(often) // 300), 1)
    if times == 1:
        return often, step
    pad = -len(often) % times
    rates = np.pad(often, (0, pad), constant_values=np.nan).reshape(-1, times)
    weights = np.pad(usable, (0, pad)).reshape(-1, times) * np.isfinite(rates)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(np.nan_to_num(rates) * weights, axis=1) / weights.sum(axis=1), step * times


def hours(summary: Mapping[str, Any]) -> plot.Plot | None:
    """Draw the day curve: bursts a minute by the hour of the clock; None where the file does not say when it began."""
    told = summary["hours"]
    if not told:
        return None
    along = plot.Axis(0.0, 24.0, LEFT, RIGHT)
    known = [one for one in told if one["bursts_per_min"]["value"] is not None]
    most = round_up(max([one["bursts_per_min"]["high"] for one in known], default=1.0) or 1.0)
    up = plot.Axis(0.0, most, CURVE - FOOT, 6.0)
    seen = {one["hour"] for one in known}
    unseen = [Span(float(hour), hour + 1.0) for hour in range(24) if hour not in seen]
    marks: list[plot.Path | plot.Text] = [
        plot.Path(_boxes(along, unseen, 6.0, CURVE - FOOT), "gap", "not recorded"),
        *_scale(up),
    ]
    width = (RIGHT - LEFT) / 24 - 2
    for one in known:
        often, at = one["bursts_per_min"], along(one["hour"])
        label = f"{one['hour']}:00: {often['value']:.1f} a minute ({often['low']:.1f} to {often['high']:.1f})"
        marks.append(
            plot.Path(plot.box(at + 1, up(often["value"]), width, up(0) - up(often["value"])), "bar both", label)
        )
        marks.append(plot.Path(plot.upright(at + 1 + width / 2, up(often["low"]), up(often["high"])), "whisker"))
    marks += [plot.Text(along(hour), CURVE - 7, f"{hour}:00", "middle") for hour in range(0, 25, 4)]
    said = f"Bursts a minute by the hour of the clock, {len(known)} hours"
    return plot.Plot("Bursts a minute, by the hour of the clock", said, WIDTH, CURVE, tuple(marks))
