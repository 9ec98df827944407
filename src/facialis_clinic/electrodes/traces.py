"""The traces of a stretch of any length, and the ways from one stretch to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite, log2
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import numpy as np

from facialis.emg.recording import Source
from facialis_clinic.electrodes.samples import Opened

if TYPE_CHECKING:
    from facialis.emg.bursts import Bursts
    from facialis.emg.page.traces import Trace
    from facialis.paper.plot import Plot

SHORTEST_S: Final = 0.02
FIRST_S: Final = 20.0
LEAST_GAIN, MOST_GAIN = 1 / 8, 64.0
LISTED: Final = 30
_GAP_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one moment to another of a recording, seconds.

    Attributes
    ----------
    start_s, stop_s : float
    length_s : float
        Of the whole recording.
    gain : float
        How many times as large as to fill its lane a trace is drawn.
    """

    start_s: float
    stop_s: float
    length_s: float
    gain: float = 1.0

    @classmethod
    def asked(cls, query: Mapping[str, str], length_s: float) -> Stretch:
        """Return what an address asks for; what means nothing is the beginning, what lies outside is moved in."""
        start, stop = _number(query.get("from")), _number(query.get("to"))
        start = 0.0 if start is None else start
        stop = start + min(FIRST_S, length_s) if stop is None else stop
        gain = _number(query.get("gain"))
        return cls(start, stop, length_s, _of_gain(gain) if gain else 1.0).inside()

    @property
    def span_s(self) -> float:
        """How long it is."""
        return self.stop_s - self.start_s

    def inside(self) -> Stretch:
        """Return it within the recording: as long as it is where that fits, and no shorter than can be seen."""
        span = min(max(self.span_s, SHORTEST_S), self.length_s)
        start = min(max(self.start_s, 0.0), self.length_s - span)
        return replace(self, start_s=start, stop_s=start + span)

    def moved(self, share: float) -> Stretch:
        """Return the stretch beside it, a share of its length further on."""
        by = share * self.span_s
        return replace(self, start_s=self.start_s + by, stop_s=self.stop_s + by).inside()

    def scaled(self, times: float) -> Stretch:
        """Return one about the same middle, so many times as long."""
        middle, half = (self.start_s + self.stop_s) / 2, times * self.span_s / 2
        return replace(self, start_s=middle - half, stop_s=middle + half).inside()

    def about(self, moment_s: float) -> Stretch:
        """Return one of the same length in which a moment lies a quarter in."""
        start = moment_s - self.span_s / 4
        return replace(self, start_s=start, stop_s=start + self.span_s).inside()

    def larger(self, times: float) -> Stretch:
        """Return it with its traces drawn so many times as large."""
        return replace(self, gain=_of_gain(self.gain * times))

    @property
    def query(self) -> str:
        """As an address asks for it."""
        told = {"from": f"{self.start_s:.4f}", "to": f"{self.stop_s:.4f}"}
        return urlencode(told | ({"gain": f"{self.gain:g}"} if self.gain != 1 else {}))

    @property
    def words(self) -> str:
        """Say it."""
        return f"{clock(self.start_s, self.span_s)} to {clock(self.stop_s, self.span_s)}"


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None and len(text) < 40 else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def _of_gain(gain: float) -> float:
    """Return the gain next to what is asked for: a power of two, no more than can be of use."""
    return float(min(max(2.0 ** round(log2(gain)), LEAST_GAIN), MOST_GAIN)) if gain > 0 else 1.0


def clock(seconds: float, span_s: float) -> str:
    """Say a moment as finely as a stretch of that length asks for: ``2:03:04.5``."""
    digits = 3 if span_s < 1 else 2 if span_s < 10 else 0
    hours, rest = divmod(round(seconds, digits), 3600)
    minutes, left = divmod(rest, 60)
    second = f"{left:0{3 + digits if digits else 2}.{digits}f}"
    return f"{hours:.0f}:{minutes:02.0f}:{second}" if hours else f"{minutes:.0f}:{second}"


def by_the_clock(now: Stretch, started: str | None) -> str:
    """Say when a stretch was recorded, by the clock of the amplifier; empty where the file does not tell.

    The days of a recording that goes past midnight are counted: its date may be none, or another than what was told.
    """
    try:
        begun = datetime.fromisoformat(started or "")
        ends = [begun + timedelta(seconds=at) for at in (now.start_s, now.stop_s, now.length_s)]
    except (ValueError, OverflowError):
        return ""
    days = [(one.date() - begun.date()).days + 1 for one in ends]
    first, last = (f"{one:%H:%M:%S}" for one in ends[:2])
    if days[2] == 1:
        return f"{first} to {last}"
    return f"day {days[0]}, {first} to {f'day {days[1]}, ' if days[1] != days[0] else ''}{last}"


@dataclass(frozen=True, slots=True)
class Step:
    """A way on: its name, the stretch it leads to, and whether it leads anywhere."""

    name: str
    key: str
    to: Stretch | None

    @property
    def query(self) -> str:
        """As an address asks for it; empty where it leads nowhere."""
        return self.to.query if self.to is not None else ""


def steps(now: Stretch, before_s: float | None, after_s: float | None) -> list[Step]:
    """Return the ways on from a stretch.

    Parameters
    ----------
    now : Stretch
    before_s, after_s : float or None
        Where the last burst before it and the first one after it begin.
    """
    whole = replace(now, start_s=0.0, stop_s=now.length_s)
    ways = [
        Step("Burst before", "before", None if before_s is None else now.about(before_s)),
        Step("Earlier", "earlier", now.moved(-0.8)),
        Step("Nearer", "nearer", now.scaled(0.4)),
        Step("Farther", "farther", now.scaled(2.5)),
        Step("Later", "later", now.moved(0.8)),
        Step("Burst after", "after", None if after_s is None else now.about(after_s)),
        Step("All of it", "all", whole),
        Step("Smaller", "smaller", now.larger(0.5)),
        Step("Larger", "larger", now.larger(2)),
    ]
    return [replace(way, to=None) if way.to == now else way for way in ways]


def beside(onsets: Any, now: Stretch) -> tuple[float | None, float | None]:
    """Return where the burst before a stretch and the one after it begin; those of one moment count as one.

    Parameters
    ----------
    onsets : array, shape (n,)
        Of all bursts, in order.
    now : Stretch
    """
    if not len(onsets):
        return None, None
    # The burst that the last step has led to lies a quarter in: from there it goes on.
    middle = now.start_s + now.span_s / 4
    first, last = np.searchsorted(onsets, [middle - _GAP_S, middle + _GAP_S])
    if now.start_s <= 0:
        last = np.searchsorted(onsets, now.stop_s) if last == 0 else last
    before = float(onsets[first - 1]) if first > 0 else None
    after = float(onsets[last]) if last < len(onsets) else None
    return before, after


def drawn(opened: Opened, source: Source, now: Stretch, columns: int) -> list[Trace]:
    """Return a trace of each muscle: samples where it is near and the recording can be opened, else lows and highs."""
    from facialis.emg.page.shown import Shown
    from facialis.emg.page.traces import Trace

    if opened.recording is not None:
        return Shown(opened.recording, opened.pyramid)(now.start_s, now.stop_s, columns)
    found = []
    for place, channel in enumerate(source.channels):
        if channel.use == "emg":
            times, low, high = opened.pyramid.window(place, now.start_s, now.stop_s, columns)
            found.append(Trace(place, times, low.astype(np.float64), high.astype(np.float64)))
    return found


def plot(opened: Opened, source: Source, now: Stretch) -> Plot:
    """Draw the traces of a stretch with the bursts in it."""
    from facialis.emg.page import traces

    found = drawn(opened, source, now, traces.COLUMNS)
    bursts = opened.bursts(now.start_s, now.stop_s)
    return traces.draw(now.words, source, found, bursts, now.start_s, now.stop_s, gain=now.gain)


@dataclass(frozen=True, slots=True)
class Line:
    """A burst of the list below the traces, in words."""

    at: str
    muscle: str
    side: str
    length: str
    rate: str
    query: str
    doubt: str


def listed(bursts: Bursts, source: Source, now: Stretch) -> list[Line]:
    """Return the first bursts of a stretch."""
    from facialis.emg.result import doubts
    from facialis.paper.words import region

    found = []
    for row in range(min(len(bursts), LISTED)):
        channel = source.channels[int(bursts.channel[row])]
        onset, offset, rate = (float(getattr(bursts, name)[row]) for name in ("onset_s", "offset_s", "discharge_hz"))
        ends = (float(bursts.discharge_low_hz[row]), float(bursts.discharge_high_hz[row]))
        found.append(
            Line(
                clock(onset, 0.5),
                region(channel.muscle) if channel.muscle else channel.name,
                "" if channel.side.value == "none" else channel.side.value,
                f"{1000 * (offset - onset):.0f} ms",
                f"{rate:.0f} ({ends[0]:.0f} to {ends[1]:.0f}) Hz" if isfinite(rate) else "not resolvable",
                replace(now, start_s=onset - 0.05, stop_s=onset + 0.25).inside().query,
                "; ".join(doubts(int(bursts.doubt[row]))),
            )
        )
    return found
