"""How sweeps are drawn: all of them thin, their average bold, negative up, each response marked with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.paper.plot import Axis, Path, Plot, Text, box, level, line, upright

# On its own, and beside another one.
WIDTHS, HEIGHT = (700.0, 420.0), 202.0
_LEFT, _RIGHT, _TOP, _FOOT = 14.0, 74.0, 40.0, 26.0
_SHOWN_MS = {"lateral-spread": (-2.0, 40.0), "blink": (-5.0, 90.0)}
_STEP_MS = {"lateral-spread": 5, "blink": 10}
# The early direct response is millivolts; a muscle that was not stimulated is scaled by what comes after it.
_SCALED_FROM_MS = 6.0
_ROOM = 1.25
_LABEL_APART = 46.0

Values = npt.NDArray[np.float64]
Told = Mapping[str, Any]


def drawn(trace: Told, channel: Told, responses: Sequence[Told], kind: str, beside: bool = False) -> Plot:
    """Return the plot of one channel.

    Parameters
    ----------
    trace : mapping
        Of ``traces`` of the public result.
    channel : mapping
        Of ``source.channels``.
    responses : sequence of mapping
        Those of this channel that are present.
    kind : str
    beside : bool
        Whether another one stands beside it.
    """
    width = WIDTHS[beside]
    begin, end = _SHOWN_MS[kind]
    time = np.array(trace["time_ms"])
    end = min(end, float(time[-1]))
    across = Axis(max(begin, float(time[0])), end, _LEFT, width - _RIGHT)
    shown = (time >= across.low) & (time <= end)
    average = _values(trace["average_uv"])[shown]
    sweeps = [_values(sweep)[shown] for sweep in trace["sweeps_uv"]]
    reach = _reach(time[shown], average, sweeps, responses)
    # Negative up, as neurophysiologists draw: the value below zero of the file lies higher on the page.
    up = Axis(-reach, reach, _TOP, HEIGHT - _FOOT)
    side = channel["side"] if channel["side"] in ("left", "right") else "both"
    x = across.places(time[shown])
    marks: list[Path | Text] = [
        *_ground(across, up, kind),
        *_blind(across, up, trace["seen_from_ms"]),
        *(Path(line(x, up.places(sweep)), f"single {side}") for sweep in sweeps),
        Path(line(x, up.places(average)), f"course {side}"),
        *_responses(across, up, responses),
        *_scale(up, reach, width),
    ]
    name = _name(channel)
    marks.append(Text(_LEFT, 14.0, name, look=f"{side}" if side != "both" else "ink"))
    told = ", ".join(f"{one['name']} at {one['latency_ms']['value']:.1f} ms" for one in responses) or "no response"
    return Plot(name, f"{name}: {len(sweeps)} sweeps and their average; {told}.", width, HEIGHT, tuple(marks))


def both(before: Told, after: Told, channel: Told, responses: Sequence[Told], kind: str) -> Plot:
    """Return the averages of one channel in two examinations over each other; parameters as in :func:`drawn`.

    Parameters
    ----------
    before, after : mapping
        Of ``traces`` of the two results.
    channel : mapping
        Of ``source.channels`` of the later one.
    responses : sequence of mapping
        Those of the later one that are present.
    kind : str
    """
    width = WIDTHS[False]
    begin, end = _SHOWN_MS[kind]
    pair = [(np.array(one["time_ms"]), _values(one["average_uv"])) for one in (before, after)]
    first, last = max(float(time[0]) for time, _ in pair), min(float(time[-1]) for time, _ in pair)
    across = Axis(max(begin, first), min(end, last), _LEFT, width - _RIGHT)
    shown = [(time, average, (time >= across.low) & (time <= across.high)) for time, average in pair]
    reach = max(_reach(time[seen], average[seen], [], responses) for time, average, seen in shown)
    up = Axis(-reach, reach, _TOP, HEIGHT - _FOOT)
    side = channel["side"] if channel["side"] in ("left", "right") else "both"
    marks: list[Path | Text] = [
        *_ground(across, up, kind),
        *_blind(across, up, max(before["seen_from_ms"], after["seen_from_ms"])),
        *(
            Path(line(across.places(time[seen]), up.places(np.clip(average[seen], -reach, reach))), look, when)
            for (time, average, seen), look, when in zip(
                shown, ("course both", f"course {side}"), ("before", "after"), strict=True
            )
        ),
        *_scale(up, reach, width),
        Text(_LEFT, 14.0, _name(channel), look=f"{side}" if side != "both" else "ink"),
    ]
    return Plot(_name(channel), f"{_name(channel)}: the averages before and after", width, HEIGHT, tuple(marks))


def _name(channel: Told) -> str:
    muscle = (channel["muscle"] or channel["name"]).replace("_", " ")
    return f"{channel['side']} {muscle}" if channel["side"] in ("left", "right") else str(muscle)


def _values(row: Sequence[float | None]) -> Values:
    return np.array([np.nan if value is None else value for value in row])


def _reach(time: Values, average: Values, sweeps: Sequence[Values], responses: Sequence[Told]) -> float:
    """Return how many microvolts reach from the middle to the edge."""
    direct = any(one["name"] == "M" and not one["volume_conducted"] for one in responses)
    part = time > (0.0 if direct else _SCALED_FROM_MS)
    largest = float(np.nanmax(abs(average[part]), initial=0.0))
    spread = [float(np.nanquantile(abs(sweep[part]), 0.98)) for sweep in sweeps if np.isfinite(sweep[part]).any()]
    return max(_ROOM * max(largest, float(np.median(spread)) if spread else 0.0), 1.0)


def _ground(across: Axis, up: Axis, kind: str) -> list[Path | Text]:
    """Draw the time axis in milliseconds, the stimulus at 0, and the base line."""
    marks: list[Path | Text] = []
    for tick in range(0, int(across.high) + 1, _STEP_MS[kind]):
        marks.append(Path(upright(across(tick), up.start, up.end), "grid"))
        marks.append(Text(across(tick), HEIGHT - 10, str(tick), "middle"))
    marks.append(Text(across.end + 14, HEIGHT - 10, "ms"))
    marks.append(Path(level(across.start, up(0.0), across.end), "zero"))
    marks.append(Path(upright(across(0.0), up.start - 6, up.end), "whisker", "stimulus"))
    return marks


def _blind(across: Axis, up: Axis, seen_from_ms: float) -> list[Path | Text]:
    """Shade what the artefact covers."""
    start, stop = across(0.0), across(seen_from_ms)
    label = f"not seen until {seen_from_ms:g} ms: stimulus artefact"
    return [Path(box(start, up.start, stop - start, up.end - up.start), "within both", label)]


def _responses(across: Axis, up: Axis, responses: Sequence[Told]) -> list[Path | Text]:
    """Mark each response: a line at its onset, its 95 % interval as a band, its name with its latency."""
    marks: list[Path | Text] = []
    last = -np.inf
    for one in sorted(responses, key=lambda one: float(one["latency_ms"]["value"])):
        told = one["latency_ms"]
        at = across(told["value"])
        low, high = across(told["low"]), across(told["high"])
        tall = up.end - up.start
        label = f"{one['name']}: {told['value']:.2f} ms ({told['low']:.2f} to {told['high']:.2f})"
        marks.append(Path(box(low, up.start, max(high - low, 1.2), tall), "within both", label))
        marks.append(Path(upright(at, up.start - 6, up.end), "whisker", label))
        name = f"{one['name']}{' (conducted)' if one['volume_conducted'] else ''} {told['value']:.1f}"
        y = up.start - 9 if at - last > _LABEL_APART + 22 else up.start + 11
        marks.append(Text(at + 3, y, name, look="ink"))
        last = at
    return marks


def _scale(up: Axis, reach: float, width: float) -> list[Path | Text]:
    """Draw a bar of round microvolts."""
    power = 10.0 ** floor(log10(reach))
    size = max(step * power for step in (0.2, 0.5, 1, 2, 5) if step * power <= 0.8 * reach)
    words = f"{size / 1000:g} mV" if size >= 1000 else f"{size:g} µV"
    x, bottom = width - _RIGHT + 14, up(0.0)
    top = up(-size)
    return [
        Path(f"{upright(x, bottom, top)}{level(x - 3, bottom, x + 3)}{level(x - 3, top, x + 3)}", "whisker", words),
        Text(x + 7, (bottom + top) / 2 + 4, words, look="ink"),
    ]
