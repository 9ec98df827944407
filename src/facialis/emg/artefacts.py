"""What a burst may be instead: marks, one bit each, so that nothing that was found is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from facialis.emg import risen
from facialis.emg.bursts.table import Bursts
from facialis.emg.recording.model import Channel, FloatArray, Span

DOUBTS = {
    "mains": 1,
    "ecg": 2,
    "pop": 4,
    "clipping": 8,
    "movement": 16,
    "electrode": 32,
    "cross_talk": 64,
    "missing": 128,
    "no_rest": 256,
}
"""Mains switching; heart; a pop or step of the electrode; the converter's end; movement below 20 Hz; an electrode that
is off; the neighbour's activity (set by the synchrony of channels); samples missing within; no rest to compare with."""

HUM_SHARE = 0.5
"""A burst most of whose power is the mains' own frequency is the mains: no muscle is that regular at 50 or 60 Hz."""
HUM_LOOSE_UV = 60.0
HUM_LOOSER = 5.0
"""A hum of this size, and so many times that of the stretch's middle, comes from an input that nothing holds."""
TONE_S = 0.5
"""So much of a burst is enough to tell a tone in it."""
FLAT_S = 0.05
"""A signal without any change for this long comes from no living skin."""
POP_JUMP = 0.7
POP_EDGE = 0.12
POP_PATH = 2.5
"""A pop is a jump (most of its range within a millisecond) that begins at one end of its range and falls back: its path
is twice its range. Potentials of motor units go to both sides of where they begin."""
POP_POWER = 0.8
POP_POWER_LONG = 0.95
SHORT_POP_S, LONGEST_POP_S = 0.2, 5.0
"""So much of a burst's power lies within 15 ms of the jump; of a longer one, whose jump decays slowly, nearly all."""
SLOW_HZ = 45.0
"""Muscle at the skin has its middle frequency above 60 Hz; what moves has it far below."""
SLOW_ECG_HZ = 60.0
BEAT_S = (0.35, 1.6)
BEATS_LEAST = 6
BEATS_ALIKE = 0.8
BEAT_SPREAD = 0.2
LONGEST_BEAT_S = 0.25
"""Six beats alike, as far apart as hearts beat (37-170 a minute), most within a fifth of their usual interval."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What stands in the way in the core of a stretch; counts are of samples, so that stretches add up.

    Attributes
    ----------
    samples : int
        In the core.
    missing, clipped, flat : int
        Without a number; at the converter's end; of an electrode that shows nothing.
    mains_hz : float or None
        50 or 60; None where there is none.
    mains_uv : float or None
        Root mean square of all that was subtracted for it; None where there is none.
    harmonics : tuple of int
        Those found, 1 is the mains' own frequency.
    pops, beats : int
        Bursts marked as pops or steps of the electrode, and as the heart's.
    rest : bool
        Whether there was rest to compare with; where not, no burst can be told from what goes on all the time.
    """

    samples: int
    missing: int = 0
    clipped: int = 0
    flat: int = 0
    mains_hz: float | None = None
    mains_uv: float | None = None
    harmonics: tuple[int, ...] = ()
    pops: int = 0
    beats: int = 0
    rest: bool = True


class Seen(NamedTuple):
    """The samples of a stretch: as they came, without holes, where the holes were, and conditioned; (n,) each."""

    raw: FloatArray
    filled: FloatArray
    missing: npt.NDArray[np.bool_] | None
    clean: FloatArray
    rate_hz: float
    start_s: float
    channel: Channel

    def places(self, seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return the samples at some moments."""
        found = np.round((seconds - self.start_s) * self.rate_hz).astype(np.intp)
        return np.clip(found, 0, len(self.raw))


class Stuck(NamedTuple):
    """Where the converter is at its end, and where the electrode shows nothing; (n,) each."""

    clipped: npt.NDArray[np.bool_]
    flat: npt.NDArray[np.bool_]


def stuck(seen: Seen) -> Stuck:
    """Return what both the marks of bursts and the counts of a stretch ask for."""
    return Stuck(_clipped(seen), _flat(seen))


def doubts(bursts: Bursts, seen: Seen, still: Stuck, *, resting: bool) -> npt.NDArray[np.uint16]:
    """Return the bits of :data:`DOUBTS` of each burst, shape (n,)."""
    marks = np.zeros(len(bursts), np.uint16)
    if not len(bursts):
        return marks
    begin, end = seen.places(bursts.onset_s), seen.places(bursts.offset_s)
    end = np.maximum(end, begin + 1)
    near = round(0.005 * seen.rate_hz)
    if seen.missing is not None:
        marks[_any(seen.missing, begin - near, end + near)] |= DOUBTS["missing"]
    marks[_any(still.clipped, begin - near, end + near)] |= DOUBTS["clipping"]
    marks[_any(still.flat, begin - 20 * near, end + 20 * near)] |= DOUBTS["electrode"]
    hertz = _middle_hz(seen, begin, end)
    usual, step = _usual_hum(seen), _usual_step(seen)
    for place in range(len(bursts)):
        low, high = int(begin[place]), int(end[place])
        lasts = (high - low) / seen.rate_hz
        if lasts >= 0.06:
            marks[place] |= _humming(seen, low, high, usual)
        share = POP_POWER if lasts < SHORT_POP_S else POP_POWER_LONG
        if lasts <= LONGEST_POP_S and _popping(seen, low, high, share, step):
            marks[place] |= DOUBTS["pop"]
    slow = np.flatnonzero(hertz < SLOW_HZ)
    marks[slow[_moving(seen, begin[slow], end[slow])]] |= DOUBTS["movement"]
    marks[_beating(bursts, seen)] |= DOUBTS["ecg"]
    _mark_what_rose(marks, bursts, seen, begin, end)
    if not resting:
        marks |= DOUBTS["no_rest"]
    return marks


def _mark_what_rose(
    marks: npt.NDArray[np.uint16], bursts: Bursts, seen: Seen, begin: npt.NDArray[np.intp], end: npt.NDArray[np.intp]
) -> None:
    """Mark weak bursts in which the noise rose, or what is slower than muscle, and nothing else."""
    weak = np.flatnonzero((bursts.snr_db < risen.WEAK_DB) & (marks == 0))
    if not len(weak):
        return
    long = end[weak] - begin[weak] >= risen.LONG_S * seen.rate_hz
    for place in weak[long | _moving(seen, begin[weak], end[weak])]:
        rose = risen.risen(seen.filled, seen.rate_hz, begin[place], end[place])
        if rose is None:
            continue
        if end[place] - begin[place] >= risen.LONG_S * seen.rate_hz and risen.noise_rose(rose):
            marks[place] |= DOUBTS["no_rest"]
        elif risen.moved(rose):
            marks[place] |= DOUBTS["movement"]


def quality(seen: Seen, still: Stuck, core: Span, marks: npt.NDArray[np.uint16]) -> Quality:
    """Count what stands in the way in the core."""
    low, high = (int(place) for place in seen.places(np.array([core.start_s, core.end_s])))
    return Quality(
        samples=high - low,
        missing=0 if seen.missing is None else int(seen.missing[low:high].sum()),
        clipped=int(still.clipped[low:high].sum()),
        flat=int(still.flat[low:high].sum()),
        pops=int(((marks & DOUBTS["pop"]) > 0).sum()),
        beats=int(((marks & DOUBTS["ecg"]) > 0).sum()),
    )


def _any(where: npt.NDArray[np.bool_], begin: npt.NDArray[np.intp], end: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return whether any sample of each stretch is marked."""
    places = np.flatnonzero(where)
    return np.asarray(np.searchsorted(places, end) > np.searchsorted(places, begin))


def _clipped(seen: Seen) -> npt.NDArray[np.bool_]:
    """Return where the converter is at its end, or, where that is not told, three alike at the very top or bottom."""
    x, one = seen.filled, seen.channel
    if one.low_uv is not None and one.high_uv is not None:
        step = one.step_uv or 0.0
        return np.asarray((x >= one.high_uv - step) | (x <= one.low_uv + step))
    top, bottom = float(x.max(initial=0)), float(x.min(initial=0))
    at = (x >= top) | (x <= bottom)
    three = at.copy()
    three[1:-1] = at[1:-1] & at[:-2] & at[2:]
    return np.asarray(three if three.any() else np.zeros_like(at))


def _flat(seen: Seen) -> npt.NDArray[np.bool_]:
    """Return where nothing changes for long."""
    made = np.zeros(len(seen.filled), bool)
    # Where a few samples that far apart are never alike, nothing is: most stretches are done with that.
    few = seen.filled[:: max(int(FLAT_S * seen.rate_hz) // 5, 1)]
    same = few[1:] == few[:-1]
    if len(same) > 3 and not (same[:-2] & same[1:-1] & same[2:]).any():
        return made
    changes = np.flatnonzero(np.diff(seen.filled) != 0)
    edges = np.concatenate([[-1], changes, [len(seen.filled) - 1]])
    for run in np.flatnonzero(np.diff(edges) > FLAT_S * seen.rate_hz):
        made[edges[run] + 1 : edges[run + 1] + 1] = True
    if seen.missing is not None:
        made &= ~seen.missing
    return made


def _middle_hz(seen: Seen, begin: npt.NDArray[np.intp], end: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Return the root mean square frequency of each burst: of its slope over that of itself."""
    steps = np.diff(seen.clean, prepend=seen.clean[:1])
    steps *= steps
    squares = seen.clean * seen.clean
    # What noise adds to both is taken off, but for a tenth.
    frame = max(round(0.05 * seen.rate_hz), 1)
    rest_slope, rest_square = (_usual(values, frame) for values in (steps, squares))
    long = end - begin
    slope, square = (_sums(values, begin, end) for values in (steps, squares))
    slope = np.maximum(slope - rest_slope * long, 0.1 * slope)
    ratio = slope / np.maximum(square - rest_square * long, np.maximum(0.1 * square, 1e-12))
    return np.asarray(np.sqrt(ratio) * seen.rate_hz / (2 * np.pi))


def _usual(values: FloatArray, frame: int) -> float:
    """Return the median over frames of the mean."""
    count = len(values) // frame
    return float(np.median(values[: count * frame].reshape(count, frame).sum(axis=1))) / frame if count else 0.0


def _sums(values: FloatArray, begin: npt.NDArray[np.intp], end: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Return the sum of each stretch."""
    pairs = zip(begin, end, strict=True)
    return np.array([values[low:high].sum(dtype=np.float64) for low, high in pairs], np.float64)


@lru_cache(maxsize=8)
def _turns(rate_hz: float, count: int) -> FloatArray:
    """Return cosine and sine of 50 and 60 Hz, (4, count): the longest that is asked for, to be cut to length."""
    turn = 2 * np.pi * np.outer((50.0, 60.0), np.arange(count) / rate_hz)
    return np.concatenate([np.cos(turn), np.sin(turn)]).astype(np.float32)


def _tone(samples: FloatArray, rate_hz: float) -> tuple[float, float]:
    """Return the power of the stronger of 50 and 60 Hz in some samples, and their mean square."""
    level = samples - samples.mean()
    parts = _turns(rate_hz, round(TONE_S * rate_hz))[:, : len(level)] @ level
    power = float(np.max(parts[:2] ** 2 + parts[2:] ** 2)) * 2 / len(level) ** 2
    return power, float(np.dot(level, level)) / len(level)


def _usual_hum(seen: Seen) -> float:
    """Return the hum of the middle of some stretches of 100 ms, mean square."""
    long = round(0.1 * seen.rate_hz)
    starts = np.linspace(0, max(len(seen.filled) - long, 0), 31).astype(int)
    return float(np.median([_tone(seen.filled[at : at + long], seen.rate_hz)[0] for at in starts]))


def _humming(seen: Seen, low: int, high: int, usual: float) -> int:
    """Return the marks of mains that were switched, or of an input that nothing holds."""
    high = min(high, low + round(TONE_S * seen.rate_hz))
    marks = 0
    power, whole = _tone(seen.clean[low:high], seen.rate_hz)
    if power > HUM_SHARE * whole:
        marks |= DOUBTS["mains"]
    hum, whole = _tone(seen.filled[low:high], seen.rate_hz)
    if hum > HUM_SHARE * whole and hum > max(HUM_LOOSE_UV**2, HUM_LOOSER**2 * usual):
        marks |= DOUBTS["electrode"]
    return marks


def _usual_step(seen: Seen) -> float:
    """Return how far apart neighbouring samples of the stretch are, the median of some thousands."""
    return float(np.median(np.abs(np.diff(seen.filled[:: max(len(seen.filled) // 4000, 1)]))))


def _middle(values: npt.NDArray[np.float64]) -> float:
    """Return the median: several times as fast as numpy's where there are few."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _popping(seen: Seen, low: int, high: int, share: float, step: float) -> bool:
    """Return whether a burst is a jump that falls back."""
    tick = max(round(0.001 * seen.rate_hz), 1)
    before, after = max(low - 20 * tick, 0), min(high + 20 * tick, len(seen.filled))
    x = seen.filled[before:after].astype(np.float64)
    if len(x) < 40 * tick:
        return False
    jumps = np.abs(x[tick:] - x[:-tick])
    at = int(np.argmax(jumps))
    part = x[max(at - 10 * tick, 0) : at + 25 * tick]
    ends = float(part.min()), float(part.max())
    range_uv = ends[1] - ends[0]
    if jumps[at] < POP_JUMP * range_uv or range_uv < 8 * step:
        return False
    level = _middle(x[max(at - 10 * tick, 0) : max(at - tick, 1)])
    if min(level - ends[0], ends[1] - level) >= POP_EDGE * range_uv:
        return False
    steps = np.abs(np.diff(part))
    path = float(steps.sum()) - len(part) * _middle(steps)
    power = seen.clean[low:high] ** 2
    around = seen.clean[max(before + at - 15 * tick, low) : min(before + at + 15 * tick, high)] ** 2
    alone = float(around.sum()) > share * float(power.sum())
    return bool(alone and path < POP_PATH * range_uv)


def _moving(seen: Seen, begin: npt.NDArray[np.intp], end: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return whether the level below 20 Hz moves by more than each burst is loud."""
    if not len(begin):
        return np.zeros(0, bool)
    long = max(round(0.02 * seen.rate_hz), 1)
    count = len(seen.filled) // long
    means = seen.filled[: count * long].reshape(count, long).mean(axis=1, dtype=np.float64)
    loud = np.sqrt(_sums(seen.clean * seen.clean, begin, end) / (end - begin))
    moved = np.zeros(len(begin))
    for place, (low, high) in enumerate(zip(begin // long - 5, end // long + 6, strict=True)):
        part = means[max(low, 0) : high]
        moved[place] = part.max() - part.min() if len(part) else 0.0
    return np.asarray(moved > 2 * loud)


def _beating(bursts: Bursts, seen: Seen) -> npt.NDArray[np.intp]:
    """Return the bursts that are the heart's: alike, slow once they are averaged, and as far apart as hearts beat."""
    short = np.flatnonzero(bursts.offset_s - bursts.onset_s < LONGEST_BEAT_S)
    half = round(0.04 * seen.rate_hz)
    if len(short) < BEATS_LEAST or len(seen.clean) <= 2 * half:
        return np.zeros(0, np.intp)
    # Without what is faster than a heart, their shapes stand out of the noise.
    wide = max(round(0.008 * seen.rate_hz), 1)
    slow = ndimage.uniform_filter1d(seen.clean, wide)
    edges = zip(seen.places(bursts.onset_s[short]), seen.places(bursts.offset_s[short]), strict=True)
    peaks = np.array([low + int(np.argmax(np.abs(slow[low : max(high, low + 1)]))) for low, high in edges])
    at = np.clip(peaks, half, len(slow) - half - 1)
    around = at[:, None] + np.arange(-half, half + 1)
    shapes = slow[around].astype(np.float64)
    shapes /= np.maximum(np.sqrt((shapes**2).sum(axis=1, keepdims=True)), 1e-9)
    alike = shapes @ shapes.T > BEATS_ALIKE
    # The one that most others are like stands for the heart.
    group = np.flatnonzero(alike[int(np.argmax(alike.sum(axis=1)))])
    if len(group) < BEATS_LEAST:
        return np.zeros(0, np.intp)
    mean = seen.clean[around[group]].mean(axis=0, dtype=np.float64)
    hertz = np.sqrt(np.square(np.diff(mean)).sum() / np.square(mean).sum()) * seen.rate_hz / (2 * np.pi)
    apart = np.diff(at[group]) / seen.rate_hz
    steady = (apart > BEAT_S[0]) & (apart < BEAT_S[1])
    usual = float(np.median(apart[steady])) if steady.any() else 0.0
    steady &= np.abs(apart - usual) < BEAT_SPREAD * usual
    if hertz > SLOW_ECG_HZ or steady.mean() < 0.5:
        return np.zeros(0, np.intp)
    return np.asarray(short[group], np.intp)
