"""What was measured in a video, as a drawing for the patient: each twitch stands where and how strongly it came.

Drawn on the server from the result alone, in units of about a pixel; the page paints it by classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facialis.paper.charts import clock_label, clock_ticks

# As wide as a telephone, so that its words are read there; on a larger screen it is drawn larger.
WIDTH: Final = 360
LANE: Final = 46
TOP: Final = 20
FOOT: Final = 26
NAMES: Final = 44
# What is shorter than this many units could not be seen.
THINNEST: Final = 1.5
SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class Bar:
    """A movement: where it stands, how high, of which side, and in words."""

    x: float
    y: float
    width: float
    height: float
    side: str
    said: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A drawing.

    Attributes
    ----------
    said : str
        In words, for whoever cannot see it.
    bars : list of Bar
        The twitches.
    blinks : list of float
        Where both eyes blinked.
    bases : list of (float, str)
        The foot of each side's lane, and its name.
    ticks : list of (float, str)
        The clock.
    """

    said: str
    bars: list[Bar]
    blinks: list[float]
    bases: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    width: int = WIDTH
    height: int = TOP + 2 * LANE + FOOT
    left: int = NAMES
    axis: int = TOP + 2 * LANE


def trace_of(result: Mapping[str, Any], duration_s: float) -> Trace | None:
    """Draw the twitches of a result over its time; None where nothing could be measured.

    Parameters
    ----------
    result : mapping
        ``facialis.video/1``, as it stands after the verdicts.
    duration_s : float
        How long the film is.
    """
    end = float(result.get("source", {}).get("duration_s") or duration_s)
    if result["quality"]["verdict"] == "refused" or end <= 0:
        return None
    placed = [event for event in result["events"] if "onset_s" in event]
    spasms = [event for event in placed if event["kind"] == "spasm"]
    most = max((event["amplitude_iod"] for event in spasms), default=0.0) or 1.0
    bases = [(TOP + (place + 1) * LANE - 6.0, side) for place, side in enumerate(SIDES)]
    bars = [_bar(event, side, base, most, end) for event in spasms for base, side in bases if _moves(event, side)]
    blinks = [_x(event["apex_s"], end) for event in placed if event["kind"] == "blink"]
    return Trace(
        said=_said(spasms, end),
        bars=bars,
        blinks=blinks,
        bases=bases,
        ticks=[(_x(at, end), clock_label(at)) for at in clock_ticks(0.0, end, most=5)],
    )


def _moves(event: Mapping[str, Any], side: str) -> bool:
    return event["side"] in (side, "both")


def _x(seconds: float, end: float) -> float:
    return round(NAMES + (WIDTH - NAMES) * min(max(seconds / end, 0.0), 1.0), 1)


def _bar(event: Mapping[str, Any], side: str, base: float, most: float, end: float) -> Bar:
    start, stop = _x(event["onset_s"], end), _x(event["offset_s"], end)
    height = round(max((LANE - 12) * event["amplitude_iod"] / most, THINNEST), 1)
    said = f"A twitch on the {side} at {clock_label(event['onset_s'])}"
    return Bar(start, round(base - height, 1), round(max(stop - start, THINNEST), 1), height, side, said)


def _said(spasms: list[Any], end: float) -> str:
    counts = {side: sum(_moves(event, side) for event in spasms) for side in SIDES}
    seen = " and ".join(f"{number} on the {side}" for side, number in counts.items() if number)
    return f"Twitches over the {end:.0f} seconds of the video: {seen or 'none'}. The taller a bar, the stronger."
