"""Pairs of muscles: how often they begin together, how often chance would have it, and with which lag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.bursts import Bursts
from facialis.emg.recording import Annotation, Channel, Span
from facialis.emg.synchrony import chance, lag, waveform
from facialis.emg.synchrony.axis import Axis, Floats, Ints, Train, differences
from facialis.emg.synchrony.chance import Shuffled
from facialis.emg.synchrony.moments import BLINK, RIGHT, moments
from facialis.emg.synchrony.waveform import Samples, Waveform
from facialis.findings import Estimate

LEVEL = 0.05
"""Coincidence that chance gives less often than this is above chance, one pair taken by itself."""
FEWEST = 3
"""Onsets within a window before it is said that they are locked: two of a rare muscle meet too easily."""
WINDOWS = round(2 * lag.WIDEST_S / 0.02) + 1
"""So many windows of 20 ms are looked at to find a lag of up to 50 ms."""
_MOST_LAGS = 20_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two channels held against each other.

    Attributes
    ----------
    first, second : int
        Places of the channels in the source; the lag is the second minus the first.
    bursts : tuple of int
        Bursts of each that were held against each other.
    coincident : Estimate or None
        Share of the bursts of the rarer channel (the first, where both have as many) whose onset has an onset of the
        other within 10 ms; None where either has none.
    chance : Shuffled or None
        What shuffling gives.
    locked : Estimate or None
        Share of the rarer channel's bursts with an onset of the other within 10 ms of the lag; None where no lag of up
        to 50 ms stands out.
    locked_p : float or None
        How often shuffling gives so full a window, at any such lag.
    lag_ms, jitter_ms : Estimate or None
        Median difference of the locked onsets, and how far they scatter about it as a standard deviation.
    waveform : Waveform or None
        How the signals resemble each other inside shared bursts; None where no samples were at hand.
    """

    first: int
    second: int
    bursts: tuple[int, int]
    coincident: Estimate | None = None
    chance: Shuffled | None = None
    locked: Estimate | None = None
    locked_p: float | None = None
    lag_ms: Estimate | None = None
    jitter_ms: Estimate | None = None
    waveform: Waveform | None = None

    @property
    def above_chance(self) -> bool | None:
        """Say whether they begin together more often than by chance; None where that cannot be told."""
        if self.chance is None:
            return None
        return self.chance.p <= LEVEL and self.chance.together >= FEWEST

    @property
    def crosstalk(self) -> bool | None:
        """Say whether one channel hears the other's muscle; None where no samples were compared."""
        return None if self.waveform is None else self.waveform.crosstalk

    @property
    def synchronous(self) -> bool | None:
        """Say whether two muscles begin together above chance: coincidence through cross-talk is none."""
        return False if self.crosstalk else self.above_chance

    def to_json(self, channels: Sequence[Channel]) -> dict[str, Any]:
        """Return its public form, an entry of ``synchrony``."""
        one = _json
        return {
            "channels": [channels[self.first].name, channels[self.second].name],
            "bursts": list(self.bursts),
            "coincident_fraction": self.coincident.value if self.coincident else None,
            "coincident_interval": [self.coincident.low, self.coincident.high] if self.coincident else None,
            "chance_fraction": self.chance.chance if self.chance else None,
            "chance_high": self.chance.high if self.chance else None,
            "tested_bursts": self.chance.onsets if self.chance else 0,
            "p": self.chance.p if self.chance else None,
            "above_chance": self.above_chance,
            "lag_ms": one(self.lag_ms),
            "jitter_ms": one(self.jitter_ms),
            "locked_fraction": self.locked.value if self.locked else None,
            "crosstalk": self.crosstalk,
            "waveform": self.waveform.to_json() if self.waveform else None,
        }


def synchrony(
    bursts: Bursts,
    channels: Sequence[Channel],
    spans: Sequence[Span],
    rng: np.random.Generator,
    samples: Samples | None = None,
    annotations: Sequence[Annotation] = (),
) -> tuple[Pair, ...]:
    """Hold every two muscles against each other.

    Blinks, what they drag along, and what was done at will are left out where a side also moves by itself: both eyes
    of everybody blink together, an act moves many muscles, and both swell: lags in them are none of the spasm's.

    Parameters
    ----------
    bursts : Bursts
        Those with a doubt are left out.
    channels : sequence of Channel
        Of the source; only those on a muscle are paired.
    spans : sequence of Span
        What was recorded.
    rng : numpy.random.Generator
        Of the shuffles.
    samples : Samples, optional
        Where conditioned samples come from, asked for at most
        :data:`~facialis.emg.synchrony.waveform.MOST` shared bursts of a pair, of those in blinks too.
    annotations : sequence of Annotation
        Those that name an act say what was done at will.

    Returns
    -------
    tuple of Pair
        In order of the channels.
    """
    used = [place for place, channel in enumerate(channels) if channel.use == "emg"]
    seen = moments(bursts, channels, annotations)
    others = int(np.count_nonzero(seen.unasked & (seen.kind <= RIGHT))) >= knowledge.threshold(
        "absent_opportunities_min"
    )
    sound = bursts.doubt == 0
    kept = sound & ~seen.bursts_of(((seen.kind == BLINK) | seen.asked) & others)
    axis = Axis(spans, chance.FAR_S[1] + 1)
    # Of days the table of bursts is the largest thing there is: each muscle's is taken by itself and let go.
    trains = {place: _train(axis, bursts.where(np.flatnonzero(kept & (bursts.channel == place)))) for place in used}
    pairs = [pair(trains[i], trains[j], i, j, axis, rng) for i, j in combinations(used, 2)]
    if samples is None:
        return tuple(pairs)
    # Blinks too show whether one channel hears the other's muscle, and on the side without spasms nothing else does.
    every = {place: bursts.where(np.flatnonzero(sound & (bursts.channel == place))) for place in used}
    return tuple(_compared(one, every[one.first], every[one.second], samples, rng) for one in pairs)


def _train(axis: Axis, own: Bursts) -> Train:
    return axis.train(own.onset_s, _unsure(own))


def crosstalk(bursts: Bursts, pairs: Sequence[Pair]) -> npt.NDArray[np.bool_]:
    """Say which bursts are another muscle's: those of a pair's weaker channel that overlap the stronger's.

    Parameters
    ----------
    bursts : Bursts
    pairs : sequence of Pair
        With their signals compared.

    Returns
    -------
    array of bool, shape (n,)
        For the bit ``cross_talk`` of their doubts.
    """
    heard = np.zeros(len(bursts), bool)
    for one in (one for one in pairs if one.crosstalk):
        places = [
            np.flatnonzero((bursts.channel == channel) & (bursts.doubt == 0)) for channel in (one.first, one.second)
        ]
        weak, strong = sorted(places, key=lambda at: float(np.nanmedian(bursts.rms_uv[at])) if len(at) else 0.0)
        latest = np.maximum.accumulate(bursts.offset_s[strong])
        before = np.searchsorted(bursts.onset_s[strong], bursts.offset_s[weak])
        heard[weak] |= (before > 0) & (latest[np.maximum(before - 1, 0)] > bursts.onset_s[weak])
    return heard


def pair(one: Train, other: Train, first: int, second: int, axis: Axis, rng: np.random.Generator) -> Pair:
    """Hold two trains on one axis against each other."""
    sizes = (len(one), len(other))
    if not min(sizes):
        return Pair(first, second, sizes)
    window, sign = knowledge.threshold("synchrony_emg_s"), 1.0
    if len(other) < len(one):
        one, other, sign = other, one, -1.0
    near, place, partner = differences(one.place, other.place, lag.WIDEST_S + window)
    has = np.zeros(len(one), bool)
    has[place[np.abs(near) <= window]] = True
    counts = chance.correlogram(chance.thinned(one), other, axis)
    result = Pair(first, second, sizes, lag.share(has, one.group), chance.shuffled(counts, window, rng))
    middle = lag.peak(near)
    inside = lag.locked(near, middle or 0.0, window)
    if np.count_nonzero(inside) < FEWEST:
        return result
    lag_s = float(np.median(near[inside]))
    held = chance.shuffled(counts, window, rng, float(np.clip(lag_s, -lag.WIDEST_S, lag.WIDEST_S)), WINDOWS)
    if held.p > LEVEL and not result.above_chance:
        return replace(result, locked_p=held.p)
    # Half as wide for the lag: what scatters farther, as acts that swell do, is found late on one side or the other.
    core = lag.locked(near, middle or 0.0, window / 2)
    if np.count_nonzero(core) < FEWEST:
        # A heap farther off than is looked at, whose slope alone reaches in: that is no lag.
        return result
    lags, scatter = (_fewer(sign * near[at], one, other, place[at], partner[at]) for at in (core, inside))
    has = np.zeros(len(one), bool)
    has[place[inside]] = True
    return replace(
        result,
        locked=lag.share(has, one.group),
        locked_p=held.p,
        lag_ms=lag.lag_ms(*lags),
        jitter_ms=lag.jitter_ms(*scatter),
    )


def _fewer(difference: Floats, one: Train, other: Train, place: Ints, partner: Ints) -> tuple[Floats, Ints, Floats]:
    """Return differences, their groups and weights: evenly spread ones of what is more than a median needs."""
    keep = np.linspace(0, len(difference) - 1, min(len(difference), _MOST_LAGS)).astype(int)
    place, partner = place[keep], partner[keep]
    return difference[keep], one.group[place], lag.weights(np.hypot(one.unsure_s[place], other.unsure_s[partner]))


def _compared(one: Pair, first: Bursts, second: Bursts, samples: Samples, rng: np.random.Generator) -> Pair:
    """Add what the signals of a pair look like inside the bursts that it shares."""
    # A weak copy is found late: as far apart as any lag, and not only as what counts as synchronous.
    _, place, partner = differences(first.onset_s, second.onset_s, lag.WIDEST_S)
    onset = np.minimum(first.onset_s[place], second.onset_s[partner])
    offset = np.maximum(first.offset_s[place], second.offset_s[partner])
    shares = tuple(_noise_share(table.snr_db[rows]) for table, rows in ((first, place), (second, partner)))
    return replace(
        one,
        waveform=waveform.compare(samples, one.first, one.second, onset, offset, (shares[0], shares[1]), rng),
    )


def _unsure(table: Bursts) -> Floats:
    return np.asarray((table.onset_high_s - table.onset_low_s) / 2)


def _noise_share(snr_db: Floats) -> Floats:
    """Return which part of a burst's power is noise; none where its ratio is not known."""
    return np.asarray(np.where(np.isfinite(snr_db), 1 / (1 + 10 ** (np.nan_to_num(snr_db) / 10)), 0.0))


def _json(estimate: Estimate | None) -> dict[str, float] | None:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate else None
