"""From bursts to numbers, each with its interval: how often, how long, by muscle, by hour, asleep and awake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from facialis.emg.bursts import FORMS, Bursts
from facialis.emg.episodes import Episodes, Floats, dispersion, episodes
from facialis.emg.recording import Source
from facialis.emg.sleep import Scored, seconds
from facialis.findings import Estimate, Side
from facialis.intervals import TAIL, median, rate

STEPS_S = (10.0, 60.0, 600.0, 3600.0)
MOST_STEPS = 5000
"""A curve of three days by the minute has 4,320 steps."""
_BLOCKS = 10
_SHORT_S = 600.0
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class OfMuscle:
    """One channel in numbers; a rate or a share is None where nothing could be watched."""

    channel: int
    bursts: int
    bursts_per_min: Estimate | None
    active_time_fraction: float | None
    forms: dict[str, int]
    length_ms: Estimate | None
    discharge_hz: Estimate | None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form, without the channel's name."""
        return {
            "bursts": self.bursts,
            "bursts_per_min": maybe(self.bursts_per_min),
            "active_time_fraction": _rounded(self.active_time_fraction),
            "forms": self.forms,
            "length_ms": maybe(self.length_ms),
            "discharge_hz": maybe(self.discharge_hz),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """How it went: for each step of the recording episodes begun, share of the usable time active, usable seconds."""

    step_s: float
    bursts: np.ndarray[Any, np.dtype[np.int64]]
    active_fraction: Floats
    usable_s: Floats

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form; a step in which nothing could be watched has no share."""
        return {
            "step_s": self.step_s,
            "bursts": self.bursts.tolist(),
            "active_fraction": _known(self.active_fraction, 4),
            "usable_s": _known(self.usable_s, 1),
        }


@dataclass(frozen=True, slots=True)
class Sleep:
    """Asleep against awake, where somebody scored it."""

    asleep_s: float
    awake_s: float
    asleep_per_min: Estimate | None
    awake_per_min: Estimate | None
    asleep_bursts: int
    awake_bursts: int

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "asleep_s": round(self.asleep_s, 1),
            "awake_s": round(self.awake_s, 1),
            "asleep_bursts": self.asleep_bursts,
            "awake_bursts": self.awake_bursts,
            "asleep_per_min": maybe(self.asleep_per_min),
            "awake_per_min": maybe(self.awake_per_min),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The recording in numbers.

    Attributes
    ----------
    bursts_per_min : Estimate or None
        Of all muscles together, those at once counted once; widened for volleys.
    active_time_fraction : Estimate or None
        Share of the usable time in which at least one muscle is in a burst; bootstrap over blocks of time.
    usable_s : float
    muscles : tuple of OfMuscle
    curve : Curve
    sleep : Sleep or None
        None where nobody scored it.
    hours : tuple of (hour, usable seconds, rate)
        By the clock, from six hours on; empty where the file does not say when it began.
    affected_side : Side
        NONE where nothing says it.
    """

    bursts_per_min: Estimate | None
    active_time_fraction: Estimate | None
    usable_s: float
    muscles: tuple[OfMuscle, ...]
    curve: Curve
    sleep: Sleep | None
    hours: tuple[tuple[int, float, Estimate | None], ...]
    affected_side: Side = Side.NONE

    def to_json(self, source: Source) -> dict[str, Any]:
        """Return the public JSON form."""
        share = self.active_time_fraction
        return {
            "bursts_per_min": maybe(self.bursts_per_min),
            "active_time_fraction": None if share is None else _rounded(share.value),
            "active_time_interval": share and {"low": _rounded(share.low), "high": _rounded(share.high)},
            "usable_s": round(self.usable_s, 3),
            "affected_side": self.affected_side.value,
            "muscles": [{"channel": source.channels[one.channel].name} | one.to_json() for one in self.muscles],
            "curve": self.curve.to_json(),
            "sleep": self.sleep and self.sleep.to_json(),
            "hours": [
                {"hour": hour, "usable_s": round(usable, 1), "bursts_per_min": maybe(often)}
                for hour, usable, often in self.hours
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def maybe(estimate: Estimate | None, digits: int = 4) -> dict[str, float | None]:
    """Return value and ends; three nulls where there is no number."""
    if estimate is None:
        return {"value": None, "low": None, "high": None}
    return {name: round(getattr(estimate, name), digits) for name in ("value", "low", "high")}


def _known(values: Floats, digits: int) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), digits) for value in values]


def summarise(
    bursts: Bursts,
    source: Source,
    usable_s: Floats,
    asleep: Scored | None = None,
    side: Side = Side.NONE,
) -> Summary:
    """Sum up the bursts of a recording.

    Parameters
    ----------
    bursts : Bursts
        Those that nothing speaks against.
    source : Source
    usable_s : array, shape (n channels, n seconds)
        How much of each second of the recording could be watched, 0 to 1.
    asleep : Scored, optional
    side : Side
        The affected one.
    """
    electrodes = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
    watched = usable_s[electrodes].max(axis=0, initial=0.0) if electrodes else np.zeros(usable_s.shape[1])
    whole = episodes(bursts)
    curve = _curve(whole, watched)
    total = float(watched.sum())
    spread = dispersion(curve.bursts, curve.usable_s)
    return Summary(
        rate(len(whole), total, spread),
        _share(curve, whole, total),
        total,
        tuple(_muscle(bursts.of(place), place, usable_s[place]) for place in electrodes),
        curve,
        _sleep(whole, asleep, spread) if asleep is not None and asleep.known else None,
        _hours(whole, source.started, watched, spread),
        side,
    )


def _muscle(bursts: Bursts, place: int, usable_s: Floats) -> OfMuscle:
    alone, total = episodes(bursts), float(usable_s.sum())
    curve = _curve(alone, usable_s)
    lengths = 1000 * (bursts.offset_s - bursts.onset_s)
    resolved = bursts.discharge_hz[np.isfinite(bursts.discharge_hz)]
    return OfMuscle(
        place,
        len(bursts),
        rate(len(bursts), total, dispersion(curve.bursts, curve.usable_s)),
        None if total <= 0 else min(float(np.sum(alone.offset_s - alone.onset_s)) / total, 1.0),
        {name: int(np.sum(bursts.form == code)) for code, name in enumerate(FORMS)},
        median(lengths.tolist(), "ms"),
        median(resolved.tolist(), "Hz"),
    )


def _curve(whole: Episodes, watched: Floats) -> Curve:
    length = float(len(watched))
    # A short recording by ten seconds, one of minutes or hours by the minute, as sleep is scored; days by ten.
    fit = [step for step in STEPS_S if length / step <= MOST_STEPS and (length < _SHORT_S or step > STEPS_S[0])]
    step = fit[0] if fit else STEPS_S[-1]
    edges = np.minimum(np.arange(0.0, length + step, step), length)
    edges = np.unique(edges) if length else np.array([0.0, 0.0])
    done = np.concatenate([[0.0], np.cumsum(watched)])
    usable = np.diff(np.interp(edges, np.arange(len(done)), done))
    with np.errstate(invalid="ignore", divide="ignore"):
        active = np.minimum(whole.seconds(edges) / usable, 1.0)
    return Curve(step, whole.counts(edges), np.where(usable > 0, active, np.nan), usable)


def _share(curve: Curve, whole: Episodes, total: float) -> Estimate | None:
    """Return the share of the time in bursts; its interval by drawing blocks of time anew.

    Steps of the curve are joined to about thirty blocks, so that what hangs together stays together.
    """
    if total <= 0:
        return None
    value = min(float(np.sum(whole.offset_s - whole.onset_s)) / total, 1.0)
    seen = curve.usable_s > 0
    active, usable = np.nan_to_num(curve.active_fraction[seen]) * curve.usable_s[seen], curve.usable_s[seen]
    if len(usable) < _BLOCKS:
        return Estimate(value, 0.0 if value < 1 else value, 1.0) if len(whole) else Estimate(0.0, 0.0, 1.0)
    places = np.array_split(np.arange(len(usable)), min(len(usable), 30))
    sums = np.array([[active[block].sum(), usable[block].sum()] for block in places])
    drawn = sums[np.random.default_rng(0).integers(0, len(sums), (_DRAWS, len(sums)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (TAIL, 1 - TAIL))
    if not len(whole):
        high = 3.0 / total  # rule of three, for episodes of a second
    return Estimate(value, min(float(low), value), min(max(float(high), value), 1.0))


def _sleep(whole: Episodes, scored: Scored, spread: float) -> Sleep:
    counts = [whole.begun_in(spans) for spans in (scored.asleep, scored.awake)]
    lengths = [seconds(spans) for spans in (scored.asleep, scored.awake)]
    asleep, awake = (rate(count, length, spread) for count, length in zip(counts, lengths, strict=True))
    return Sleep(lengths[0], lengths[1], asleep, awake, *counts)


def _hours(
    whole: Episodes, started: str | None, watched: Floats, spread: float
) -> tuple[tuple[int, float, Estimate | None], ...]:
    if started is None or len(watched) < 6 * 3600:
        return ()
    begun = datetime.fromisoformat(started)
    offset = begun.minute * 60 + begun.second
    edges = np.concatenate([[0.0], np.arange(3600 - offset, len(watched), 3600.0), [float(len(watched))]])
    edges = np.unique(np.maximum(edges, 0.0))
    counts = whole.counts(edges)
    done = np.concatenate([[0.0], np.cumsum(watched)])
    usable = np.diff(done[edges.astype(int)])
    clock = [int((begun.hour + (offset + edge) // 3600) % 24) for edge in edges[:-1]]
    told = []
    for hour in range(24):
        mine = [place for place, value in enumerate(clock) if value == hour]
        length = float(sum(usable[place] for place in mine))
        if length > 0:
            told.append((hour, length, rate(int(sum(counts[place] for place in mine)), length, spread)))
    return tuple(told)
