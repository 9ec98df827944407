"""Whether a recording can be measured, channel by channel, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.recording.model import Channel, FloatArray, Source
from facialis.findings import Side

if TYPE_CHECKING:
    from facialis.emg.measure import Measured

RAIL_RUN = 3
"""So many equal samples in a row at the end of the range are a converter that can show no more, not a peak."""
RAIL_LEAST = 6
"""Fewer samples than this at the largest value of a stretch are chance, where the file does not say its range."""

Places = npt.NDArray[np.intp]


class Counts(NamedTuple):
    """Samples of one channel: all, without a number, at the converter's end, in seconds without any change."""

    samples: int
    missing: int
    clipped: int
    flat: int


def look(
    samples: FloatArray, pairs: FloatArray, edges: Places, seconds: Places, channel: Channel
) -> tuple[Counts, FloatArray]:
    """Count what cannot be used of a stretch as it was recorded.

    Parameters
    ----------
    samples : array of float32, shape (n,)
    pairs : array of float32, shape (b, 2)
        Lowest and highest sample between each two of `edges`.
    edges : array of int, shape (b + 1,)
    seconds : array of int, shape (s + 1,)
        Every so many edges: where seconds begin.
    channel : Channel

    Returns
    -------
    counts : Counts
    usable : array of float32, shape (s,)
        Samples of each second that can be used.
    """
    total = np.diff(seconds)
    missing = clipped = np.zeros(len(total), np.intp)
    if not np.isfinite(np.sum(samples, dtype=np.float64)):
        missing = _by_second(np.flatnonzero(~np.isfinite(samples)), seconds)
    at_rail = _at_rail(samples, pairs, edges, channel)
    if len(at_rail):
        clipped = _by_second(at_rail, seconds)
    each = len(pairs) // len(total)
    grid = pairs.reshape(-1, each, 2)
    with np.errstate(invalid="ignore"):
        low, high = np.fmin.reduce(grid[..., 0], axis=1), np.fmax.reduce(grid[..., 1], axis=1)
    flat = np.where((low == high) & (total > 1), total - missing, 0)
    usable = np.where(flat > 0, 0, total - missing - clipped)
    counts = Counts(int(total.sum()), int(missing.sum()), int(clipped.sum()), int(flat.sum()))
    return counts, usable.astype(np.float32)


def _by_second(places: Places, seconds: Places) -> Places:
    return np.asarray(np.diff(np.searchsorted(places, seconds)))


def _at_rail(samples: FloatArray, pairs: FloatArray, edges: Places, channel: Channel) -> Places:
    """Return the samples at the end of the range: that of the file, or what the stretch itself shows of one."""
    if not len(samples) or np.isnan(pairs).all():
        return np.zeros(0, np.intp)
    low, high = float(np.nanmin(pairs[:, 0])), float(np.nanmax(pairs[:, 1]))
    if low == high:
        return np.zeros(0, np.intp)
    told = channel.low_uv is not None and channel.high_uv is not None
    near = (channel.step_uv or 0.0) * 0.75
    least = low if channel.low_uv is None else channel.low_uv + near
    most = high if channel.high_uv is None else channel.high_uv - near
    blocks = np.flatnonzero((pairs[:, 0] <= least) | (pairs[:, 1] >= most))
    # Only blocks that touch the end are looked at: hardly any do.
    found = [np.arange(edges[block], edges[block + 1]) for block in blocks]
    within = np.concatenate(found) if found else np.zeros(0, np.intp)
    places = within[(samples[within] <= least) | (samples[within] >= most)]
    return np.asarray(places if told or _is_rail(samples, places) else places[:0])


def _is_rail(samples: FloatArray, places: Places) -> bool:
    """Say whether the largest and smallest values are held, sample after sample, as no signal does."""
    if len(places) < RAIL_LEAST:
        return False
    held = np.ones(len(places) - RAIL_RUN + 1, bool)
    for step in range(1, RAIL_RUN):
        last = len(held) + step
        held &= (places[step:last] - places[: len(held)] == step) & (
            samples[places[step:last]] == samples[places[: len(held)]]
        )
    return bool(held.sum() * RAIL_RUN >= RAIL_LEAST)


@dataclass(frozen=True, slots=True)
class OfChannel:
    """One channel in numbers; a share is None where nothing was recorded, noise where there was no rest."""

    name: str
    noise_uv: float | None
    mains: bool
    clipped_fraction: float | None
    missing_fraction: float | None
    flat_fraction: float | None
    usable_s: float
    usable_fraction: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        shares = ("clipped_fraction", "missing_fraction", "flat_fraction", "usable_fraction")
        return {
            "name": self.name,
            "noise_uv": None if self.noise_uv is None else round(self.noise_uv, 3),
            "mains": self.mains,
            "usable_s": round(self.usable_s, 3),
        } | {key: None if (share := getattr(self, key)) is None else round(share, 6) for key in shares}


@dataclass(frozen=True, slots=True)
class Quality:
    """What the recording can carry.

    Attributes
    ----------
    verdict : {"good", "limited", "refused"}
    reasons : tuple of str
        In words, most important first; empty where it is good.
    usable_s : float
        Seconds in which at least one muscle could be measured.
    channels : tuple of OfChannel
        Those on muscles, in the order of the source.
    """

    verdict: str
    reasons: tuple[str, ...]
    usable_s: float
    channels: tuple[OfChannel, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "usable_s": round(self.usable_s, 3),
            "channels": [channel.to_json() for channel in self.channels],
        }


def judge(measured: Measured, source: Source) -> Quality:
    """Say what a recording can carry.

    Parameters
    ----------
    measured : Measured
    source : Source

    Returns
    -------
    Quality
    """
    places = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
    told = tuple(_channel(measured, source, place) for place in places)
    usable_s = float(measured.usable_s[places].max(axis=0, initial=0.0).sum()) if places else 0.0
    refused = tuple(_refusals([source.channels[place] for place in places], usable_s))
    if refused:
        return Quality("refused", refused, usable_s, told)
    reasons = tuple(_limits([source.channels[place] for place in places], told, usable_s))
    return Quality("limited" if reasons else "good", reasons, usable_s, told)


def _channel(measured: Measured, source: Source, place: int) -> OfChannel:
    counts, noise = measured.counts[place], float(measured.noise_uv[place])
    usable_s = float(measured.usable_s[place].sum(dtype=np.float64))

    def share(number: float) -> float | None:
        return min(number / counts.samples, 1.0) if counts.samples else None

    return OfChannel(
        source.channels[place].name,
        noise if np.isfinite(noise) else None,
        bool(np.isfinite(measured.mains_hz[place])),
        share(counts.clipped),
        share(counts.missing),
        share(counts.flat),
        usable_s,
        share(usable_s * source.channels[place].rate_hz),
    )


def _refusals(channels: Sequence[Channel], usable_s: float) -> Iterator[str]:
    least_hz, least_s = knowledge.threshold("emg_rate_least_hz"), knowledge.threshold("emg_usable_least_s")
    if not channels:
        yield "no channel is that of a muscle; name the muscles in a montage (--montage)"
    elif max(channel.rate_hz for channel in channels) < least_hz:
        fastest = max(channel.rate_hz for channel in channels)
        yield (
            f"{fastest:g} samples a second at most: the activity of muscles lies above 20 Hz and needs "
            f"at least {least_hz:g} samples a second"
        )
    elif usable_s < least_s:
        yield f"{usable_s:.1f} s can be used, {least_s:g} s are needed: the rest is missing, clipped or flat"


def _limits(channels: Sequence[Channel], told: Sequence[OfChannel], usable_s: float) -> Iterator[str]:
    short_s = knowledge.threshold("absent_rest_s")
    if usable_s < short_s:
        yield f"{usable_s:.0f} s can be used: no sign is called absent before {short_s:g} s"
    yield from _of_rates(channels)
    part = knowledge.threshold("emg_usable_fraction_min")
    yield from _those(
        [one.name for one in told if one.usable_fraction is None or one.usable_fraction < part],
        f"can be used for less than {100 * part:g} % of the time",
    )
    clipped = knowledge.threshold("emg_clipped_fraction_max")
    yield from _those(
        [one.name for one in told if (one.clipped_fraction or 0) > clipped],
        f"clipped for more than {100 * clipped:g} % of the time: amplitudes are too small there",
    )
    loud = knowledge.threshold("emg_noise_uv_max")
    yield from _those(
        [one.name for one in told if (one.noise_uv or 0) > loud],
        f"noise above {loud:g} microvolts: small bursts are not seen there",
    )
    yield from _those(
        [channel.name for channel in channels if channel.muscle is None],
        "no muscle is named; give a montage (--montage)",
    )
    yield from _those(
        [one.name for one in channels if one.muscle not in (None, "procerus") and one.side is Side.NONE],
        "no side is named, so nothing is said of sides; give a montage (--montage)",
    )


def _of_rates(channels: Sequence[Channel]) -> Iterator[str]:
    least, resolved, good = (
        knowledge.threshold(name)
        for name in ("emg_rate_least_hz", "emg_discharge_rate_least_hz", "emg_discharge_rate_good_hz")
    )
    yield from _those(
        [channel.name for channel in channels if channel.rate_hz < least],
        f"below {least:g} samples a second: not measured",
    )
    yield from _those(
        [channel.name for channel in channels if least <= channel.rate_hz < resolved],
        f"below {resolved:g} samples a second: discharges are not assessable",
    )
    yield from _those(
        [channel.name for channel in channels if resolved <= channel.rate_hz < good],
        f"below {good:g} samples a second: fewer bursts show a discharge rate, and less exactly",
    )


def _those(names: Sequence[str], what: str) -> Iterator[str]:
    if names:
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        yield f"{shown}: {what}"
