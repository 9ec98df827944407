"""Bursts of which all is known, as a table: they share nothing with the simulator or what is tested."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from facialis.emg.bursts import Bursts
from facialis.emg.recording import Channel, Span
from facialis.findings import Side

Floats = npt.NDArray[np.float64]
MUSCLES = ("orbicularis_oculi", "orbicularis_oris", "mentalis")
FACE = tuple(
    Channel(f"{side.value} {muscle}", muscle, side, 2000.0) for side in (Side.LEFT, Side.RIGHT) for muscle in MUSCLES
)


def apart(onset_s: npt.ArrayLike, least_s: float = 0.045) -> Floats:
    """Return onsets that are bursts of one muscle: what follows too soon is part of the one before."""
    kept: list[float] = []
    for time in np.sort(np.asarray(onset_s, float)):
        if not kept or time - kept[-1] >= least_s:
            kept.append(float(time))
    return np.array(kept)


def train(kind: str, rng: np.random.Generator, seconds: float = 600.0, rate: float = 0.5) -> Floats:
    """Return onsets of a muscle by itself: poisson, rhythmic, clustered, bursty or slow (swinging in minutes)."""
    count = int(rate * seconds * 3) + 20
    if kind == "rhythmic":
        found = rng.uniform(0, 1 / rate) + np.cumsum(rng.normal(1 / rate, 0.04 / rate, count))
    elif kind == "bursty":
        found = np.cumsum(rng.gamma(0.3, 1 / rate / 0.3, count))
    elif kind == "clustered":
        starts = rng.uniform(0, seconds, rng.poisson(seconds * rate / 8))
        found = np.concatenate([[]] + [s + np.cumsum(rng.exponential(0.12, 1 + rng.poisson(7))) for s in starts])
    else:
        found = rng.uniform(0, seconds, rng.poisson(seconds * rate * (2 if kind == "slow" else 1)))
        if kind == "slow":
            found = found[rng.random(len(found)) < 0.5 + 0.5 * np.sin(2 * np.pi * found / 90)]
    return apart(found[(found >= 0) & (found < seconds)])


class Rows:
    """Bursts written down one after the other."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, float, float]] = []

    def add(self, channel: int, onset_s: float, length_s: float, rms_uv: float = 40.0) -> None:
        """Write one down."""
        self.rows.append((channel, onset_s, onset_s + length_s, rms_uv))

    def table(self) -> Bursts:
        """Return the table, overlaps of one muscle merged."""
        merged: list[list[float]] = []
        for number, onset, offset, rms in sorted(self.rows):
            if merged and merged[-1][0] == number and onset - merged[-1][2] < 0.03:
                merged[-1][2] = max(merged[-1][2], offset)
            else:
                merged.append([number, onset, offset, rms])
        merged.sort(key=lambda row: row[1])
        channel, begin, end, loud = np.array(merged).T if merged else np.zeros((4, 0))
        return Bursts.of_columns(
            len(merged),
            channel=channel,
            onset_s=begin,
            offset_s=end,
            rms_uv=loud,
            peak_uv=4 * loud,
            snr_db=20 * np.log10(np.maximum(loud, 1) / 4),
        )


def table(*trains: Floats, length_s: float = 0.04) -> Bursts:
    """Return bursts of as many channels as there are trains."""
    made = Rows()
    for channel, onsets in enumerate(trains):
        for onset in onsets:
            made.add(channel, float(onset), length_s)
    return made.table()


def whole(seconds: float) -> tuple[Span, ...]:
    """Return one span."""
    return (Span(0.0, seconds),)


LEFT_EYE, LEFT_LIP, LEFT_CHIN, RIGHT_EYE, RIGHT_LIP, RIGHT_CHIN = range(6)


def blink(rows: Rows, rng: np.random.Generator, at: float) -> None:
    """Write down a blink of both eyes."""
    for eye in (LEFT_EYE, RIGHT_EYE):
        rows.add(eye, at + rng.normal(0, 0.002), rng.uniform(0.1, 0.25))


def blinks(rows: Rows, rng: np.random.Generator, seconds: float, per_min: float = 18.0) -> None:
    """Write down blinks, three seconds apart or so."""
    for at in np.arange(1.0, seconds - 2, 60 / per_min):
        blink(rows, rng, at + rng.uniform(0, 1.0))


def hemifacial(seed: int, seconds: float = 120.0, side: int = 0, lag_s: float = 0.003) -> Bursts:
    """Return groups of short bursts of one side, eye first, and blinks."""
    rng, rows = np.random.default_rng(seed), Rows()
    blinks(rows, rng, seconds)
    for start in rng.uniform(1, seconds - 3, int(seconds / 8)):
        for at in start + np.cumsum(rng.uniform(0.12, 0.3, rng.integers(1, 6))):
            for muscle, late in ((0, 0.0), (1, lag_s), (2, lag_s)):
                if rng.random() < 0.95:
                    rows.add(3 * side + muscle, at + late + rng.normal(0, 0.001), rng.uniform(0.03, 0.09))
    return rows.table()


def squeezes(seed: int, seconds: float = 240.0, apart_s: float = 0.004) -> Bursts:
    """Return long contractions of both eyes, and blinks."""
    rng, rows = np.random.default_rng(seed), Rows()
    for at in np.arange(2.0, seconds - 4, 5.0):
        blink(rows, rng, at)
        start, length = at + rng.uniform(1.0, 1.5), rng.uniform(0.6, 2.5)
        for eye in (LEFT_EYE, RIGHT_EYE):
            rows.add(eye, start + rng.normal(0, apart_s), length)
    return rows.table()


def smiles(seed: int, seconds: float = 240.0) -> Bursts:
    """Return movements at will of lips, chin or eyes, the sides tens of milliseconds apart, and blinks."""
    rng, rows = np.random.default_rng(seed), Rows()
    for at in np.arange(2.0, seconds - 4, 5.0):
        blink(rows, rng, at)
        start, length, muscle = at + rng.uniform(1.0, 1.5), rng.uniform(0.6, 2.5), int(rng.integers(3))
        for side in (0, 3):
            rows.add(side + muscle, start + rng.uniform(0, 0.03), length)
    return rows.table()


def dragged(seed: int, seconds: float = 120.0) -> Bursts:
    """Return blinks and smiles that drag along the other half of the left face 20 ms later."""
    rng, rows = np.random.default_rng(seed), Rows()
    for at in np.arange(1.0, seconds - 4, 4.0):
        late = rng.normal(0.02, 0.003)
        blink(rows, rng, at)
        rows.add(LEFT_LIP, at + late, 0.15)
        start = at + rng.uniform(1.0, 1.6)
        for lip in (LEFT_LIP, RIGHT_LIP):
            rows.add(lip, start + rng.uniform(0, 0.01), 1.2)
        rows.add(LEFT_EYE, start + late, 1.1)
    return rows.table()


def both_hemifacial(seed: int, seconds: float = 120.0) -> Bursts:
    """Return spasms of both sides, each in its own time."""
    return Bursts.joined([hemifacial(seed, seconds, 0), hemifacial(seed + 1000, seconds, 1)])
