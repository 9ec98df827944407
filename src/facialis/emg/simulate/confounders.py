"""What disturbs a recording and is no activity of the face: each switchable, each with the truth of when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import butter, sosfilt

from facialis.emg.simulate.noise import noise
from facialis.emg.simulate.potentials import Floats
from facialis.emg.simulate.truth import Disturbance, Signals, SimChannel, SimulationError
from facialis.findings import Side


@dataclass(frozen=True, slots=True)
class Confounder:
    """A confounder by name with its own settings: ``Confounder("mains", {"amplitude_uv": 40})``."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a confounder is drawn on."""

    rng: np.random.Generator
    channels: tuple[SimChannel, ...]
    rate_hz: float
    seconds: float

    @property
    def time_s(self) -> Floats:
        """Time of each sample, shape (n,)."""
        return np.arange(round(self.seconds * self.rate_hz)) / self.rate_hz

    def moments(self, per_min: float, apart_s: float, lasts_s: float) -> list[float]:
        """Draw moments that keep a distance; at least one where there is room."""
        room = self.seconds - lasts_s - 0.2
        if room <= 0:
            return []
        count = max(int(self.rng.poisson(per_min * self.seconds / 60)), 1)
        kept: list[float] = []
        for at in np.sort(self.rng.uniform(0.1, 0.1 + room, count)):
            if not kept or at - kept[-1] >= apart_s:
                kept.append(float(at))
        return kept

    def stretch(self, start_s: float, end_s: float) -> slice:
        """Return the samples between two times."""
        return slice(int(np.ceil(start_s * self.rate_hz)), int(np.ceil(end_s * self.rate_hz)))

    def gains(self, spread: float = 0.5) -> Floats:
        """Draw how strongly each channel picks it up, shape (n_channels, 1)."""
        return self.rng.lognormal(0, spread, (len(self.channels), 1))


def mains(
    ground: Ground, signals: Signals, *, hz: float = 50.0, amplitude_uv: float = 20.0, drift: float = 0.001
) -> list[Disturbance]:
    """Add mains and its harmonics 1 to 9, odd ones stronger; its frequency wanders by ``drift`` of itself."""
    rng, time_s = ground.rng, ground.time_s
    # The grid's frequency wanders over tens of seconds.
    knots = np.arange(0, ground.seconds + 20, 10.0)
    walk = gaussian_filter1d(rng.standard_normal(len(knots)), 1.0)
    walk *= drift / max(float(np.abs(walk).max()), 1e-9)
    phase = 2 * np.pi * hz * np.cumsum(1 + np.interp(time_s, knots, walk)) / ground.rate_hz
    gains = ground.gains()
    for harmonic in range(1, 10):
        if harmonic * hz >= 0.45 * ground.rate_hz:
            break
        size = amplitude_uv * (1.0 if harmonic == 1 else rng.uniform(0.1, 0.5) if harmonic % 2 else rng.uniform(0, 0.1))
        late = rng.uniform(0, 2 * np.pi, (len(signals), 1))
        signals += (size * gains * np.sin(harmonic * phase + late)).astype(np.float32)
    return [Disturbance("mains", 0.0, ground.seconds, size=amplitude_uv)]


def ecg(ground: Ground, signals: Signals, *, amplitude_uv: float = 40.0) -> list[Disturbance]:
    """Add the heart: QRS of 80 ms and a T wave, 55 to 95 a minute with the breath in it, on all channels at once."""
    rng = ground.rng
    rate = rng.uniform(55, 95) / 60
    length = round(0.5 * ground.rate_hz)
    t = np.arange(length) / ground.rate_hz
    form = -0.15 * _bell(t, 0.026, 0.008) + _bell(t, 0.046, 0.009) - 0.3 * _bell(t, 0.07, 0.01)
    form += 0.2 * _bell(t, 0.3, 0.035)
    gains = amplitude_uv * ground.gains(0.3) * rng.choice((-1.0, 1.0), (len(signals), 1), p=(0.2, 0.8))
    beats, at = [], float(rng.uniform(0.1, 0.9))
    while at + length / ground.rate_hz < ground.seconds:
        place = int(at * ground.rate_hz)
        signals[:, place : place + length] += (gains * form).astype(np.float32)
        beats.append(Disturbance("ecg", at, at + 0.1, size=amplitude_uv))
        at += float((1 + 0.05 * np.sin(2 * np.pi * at / 4) + rng.normal(0, 0.02)) / rate)
    return beats


def _bell(t: Floats, at: float, width: float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((t - at) / width) ** 2))


def pops(
    ground: Ground, signals: Signals, *, per_min: float = 6.0, size_uv: tuple[float, float] = (150.0, 1500.0)
) -> list[Disturbance]:
    """Add electrode pops: a jump of one channel that decays, sometimes only over seconds (a step)."""
    rng, done = ground.rng, []
    for at in ground.moments(per_min, 0.5, 0.5):
        channel, decay = int(rng.integers(len(signals))), float(np.exp(rng.uniform(np.log(0.01), np.log(1.0))))
        size = float(rng.uniform(*size_uv)) * float(rng.choice((-1.0, 1.0)))
        here = ground.stretch(at, min(at + 6 * decay, ground.seconds))
        after = np.arange(here.stop - here.start) / ground.rate_hz
        jump = size * np.exp(-after / decay) * (1 - np.exp(-after / 0.0003))
        signals[channel, here] += jump.astype(np.float32)
        done.append(Disturbance("pops", at, at + 3 * decay, (channel,), abs(size)))
    return done


def electrode_off(
    ground: Ground,
    signals: Signals,
    *,
    per_min: float = 1.0,
    length_s: tuple[float, float] = (3.0, 10.0),
    mains_hz: float = 50.0,
) -> list[Disturbance]:
    """Take an electrode off: what the muscle does is gone; a floating input hums and wanders, or is flat."""
    rng, done = ground.rng, []
    longest = min(length_s[1], 0.4 * ground.seconds)
    for at in ground.moments(per_min, longest + 5.0, longest):
        channel, length = int(rng.integers(len(signals))), float(rng.uniform(min(length_s[0], longest), longest))
        here = ground.stretch(at, at + length)
        count = here.stop - here.start
        if rng.random() < 0.7:
            hum = rng.uniform(100, 800) * np.sin(2 * np.pi * mains_hz * np.arange(count) / ground.rate_hz)
            signals[channel, here] = hum + noise(rng, count, ground.rate_hz, 40.0, corner_hz=80.0)
        else:
            signals[channel, here] = 0.0
        done.append(Disturbance("electrode_off", at, at + length, (channel,)))
    return done


def movement(
    ground: Ground, signals: Signals, *, per_min: float = 6.0, size_uv: tuple[float, float] = (50.0, 400.0)
) -> list[Disturbance]:
    """Add movement of cables and skin: below 20 Hz, the channels of one side together."""
    rng, done = ground.rng, []
    sections = butter(2, (0.5, 12.0), "bandpass", fs=ground.rate_hz, output="sos")
    for at in ground.moments(per_min, 3.0, 3.0):
        length = float(rng.uniform(0.5, 3.0))
        side = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
        reached = tuple(place for place, one in enumerate(ground.channels) if one.side is side)
        here = ground.stretch(at, at + length)
        count = here.stop - here.start
        wave = sosfilt(sections, rng.standard_normal(count)) * np.hanning(count)
        wave *= rng.uniform(*size_uv) / max(float(np.abs(wave).max()), 1e-9)
        for place in reached:
            signals[place, here] += (wave * rng.uniform(0.3, 1.0)).astype(np.float32)
        done.append(Disturbance("movement", at, at + length, reached))
    return done


def chewing(ground: Ground, signals: Signals, *, per_min: float = 3.0, amplitude_uv: float = 15.0) -> list[Disturbance]:
    """Add bouts of chewing: the jaw's muscles seen from afar, a stroke a second, the same on all channels."""
    rng, done = ground.rng, []
    sections = butter(2, (30.0, min(250.0, 0.4 * ground.rate_hz)), "bandpass", fs=ground.rate_hz, output="sos")
    longest = min(10.0, 0.4 * ground.seconds)
    for at in ground.moments(per_min, longest + 2.0, longest + 1.0):
        rate, end = float(rng.uniform(1.0, 1.6)), at + float(rng.uniform(0.5, 1.0)) * longest
        begin, gains = at, ground.gains(0.6)
        while begin < end:
            length = float(rng.uniform(0.25, 0.45))
            here = ground.stretch(begin, begin + length)
            count = here.stop - here.start
            stroke = sosfilt(sections, rng.standard_normal(count + 100))[100:] * np.hanning(count)
            stroke *= amplitude_uv / max(float(np.sqrt(np.mean(stroke**2))), 1e-9)
            signals[:, here] += (gains * stroke).astype(np.float32)
            done.append(Disturbance("chewing", begin, begin + length, size=amplitude_uv))
            begin += float(rng.normal(1, 0.06)) / rate
    return done


def pink(ground: Ground, signals: Signals, *, rms_uv: float = 5.0) -> list[Disturbance]:
    """Add 1/f noise of poor electrodes."""
    for row in signals:
        row += noise(ground.rng, len(row), ground.rate_hz, rms_uv, corner_hz=5000.0)
    return [Disturbance("pink", 0.0, ground.seconds, size=rms_uv)]


def clipping(ground: Ground, signals: Signals, *, limit_uv: float | None = None) -> list[Disturbance]:
    """Limit what the amplifier can show: by default 40 % of the largest value of all channels."""
    done = []
    limit = 0.4 * float(np.abs(signals).max()) if limit_uv is None else limit_uv
    for place, row in enumerate(signals):
        over = np.flatnonzero(np.abs(row) > limit) / ground.rate_hz
        np.clip(row, -limit, limit, out=row)
        if len(over):
            runs = np.split(over, np.flatnonzero(np.diff(over) > 0.05) + 1)
            done += [Disturbance("clipping", float(run[0]), float(run[-1]), (place,), limit) for run in runs]
    return done


ADDED: dict[str, Callable[..., list[Disturbance]]] = {
    "pink": pink,
    "mains": mains,
    "ecg": ecg,
    "chewing": chewing,
    "movement": movement,
    "pops": pops,
    "electrode_off": electrode_off,
    "clipping": clipping,
}
"""What is added to the finished signals, in this order."""


def cross_talk(ground: Ground, clean: Signals, *, gain: tuple[float, float] = (0.1, 0.6)) -> list[Disturbance]:
    """Let each channel see its neighbour of the same side at once (no lag), at a fraction of its strength."""
    done, own = [], clean.copy()
    for side in (Side.LEFT, Side.RIGHT):
        places = [place for place, one in enumerate(ground.channels) if one.side is side]
        for source, seen in pairwise(places):
            share = float(ground.rng.uniform(*gain))
            clean[seen] += share * own[source]
            done.append(Disturbance("cross_talk", 0.0, ground.seconds, (source, seen), share))
    return done


def noise_level(
    ground: Ground, rows: Signals, *, factor: float = 2.0, length_s: tuple[float, float] = (8.0, 25.0)
) -> list[Disturbance]:
    """Let the noise rise and fall between drowsiness and waking, over a second each time."""
    rng, done = ground.rng, []
    level = np.ones(rows.shape[1])
    longest = min(length_s[1], 0.4 * ground.seconds)
    at = float(rng.uniform(0.1, 0.3)) * ground.seconds
    while at < ground.seconds - 2:
        end = min(at + float(rng.uniform(min(length_s[0], longest), longest)), ground.seconds)
        level[ground.stretch(at, end)] = factor
        done.append(Disturbance("noise_level", at, end, size=factor))
        at = end + float(rng.uniform(min(length_s[0], longest), longest))
    smooth = gaussian_filter1d(level[::100], 0.5 * ground.rate_hz / 100)
    rows *= np.interp(np.arange(rows.shape[1]), np.arange(len(smooth)) * 100, smooth).astype(np.float32)
    return done


def gaps(
    ground: Ground, signals: Signals, *, per_min: float = 2.0, length_s: tuple[float, float] = (0.5, 3.0)
) -> list[Disturbance]:
    """Leave stretches out of all channels (NaN); each begins at a whole tenth of a second since the last one's end."""
    rng, done, last = ground.rng, [], 0
    record = round(0.1 * ground.rate_hz)
    for at in ground.moments(per_min, length_s[1] + 2.0, length_s[1] + 1.0):
        start = last + (int(at * ground.rate_hz) - last) // record * record
        stop = start + int(rng.uniform(*length_s) * ground.rate_hz)
        signals[:, start:stop] = np.nan
        done.append(Disturbance("gaps", start / ground.rate_hz, stop / ground.rate_hz))
        last = stop
    return done


PLANNED = ("tasks", "sleep")
"""What changes the plan itself: acts on command with annotations, and a stretch of sleep."""

CONFOUNDERS = ("cross_talk", "noise_level", *ADDED, "gaps", *PLANNED)
"""All confounders by name; ``mains50`` and ``mains60`` are mains with its frequency."""


def named(given: Sequence[str | Confounder]) -> dict[str, dict[str, Any]]:
    """Return the settings of each confounder that was asked for.

    Raises
    ------
    SimulationError
        If there is no such confounder.
    """
    asked: dict[str, dict[str, Any]] = {}
    for one in given:
        name, settings = (one, {}) if isinstance(one, str) else (one.name, dict(one.settings))
        if name in ("mains50", "mains60"):
            name, settings = "mains", {"hz": float(name[-2:]), **settings}
        if name not in CONFOUNDERS:
            raise SimulationError(f"no confounder {name!r}: give one of {', '.join(CONFOUNDERS)}")
        asked[name] = settings
    return asked
