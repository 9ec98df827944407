"""Discharges and patterns: how exact rates are where they are given, and which pattern each kind of recording shows.

Recordings are simulated and share no code with what is measured; seeds from 1000 on were never tuned on. Nothing may be
read as a train in the mains or in a healthy muscle: those are asked too. Intervals are clustered by recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import kept
from facialis.emg.bursts import Bursts
from facialis.emg.measure import measure
from facialis.emg.recording import Channel
from facialis.emg.recording.memory import Memory
from facialis.emg.simulate import Simulated, simulate
from facialis.emg.study import Study, studied
from facialis.findings import Side

Floats = npt.NDArray[np.float64]
Figures = dict[str, Any]

FIRST_SEED = 1000
NEAR_S = 0.05
NEEDLE = kept.ROOT.parent / "shared" / "data" / "emg" / "emgdb" / "emg_healthy.dat"
TRAINS: tuple[tuple[str, float, float, Figures], ...] = (
    ("4 kHz, 20 dB", 4000.0, 20.0, {}),
    ("4 kHz, 10 dB", 4000.0, 10.0, {}),
    ("4 kHz, 6 dB", 4000.0, 6.0, {}),
    ("2 kHz, 10 dB", 2000.0, 10.0, {}),
    ("1 kHz, 10 dB", 1000.0, 10.0, {}),
    ("4 kHz, 10 dB, four units out of step", 4000.0, 10.0, {"units": (4, 4), "locked": False}),
)
KINDS: tuple[tuple[str, Figures], ...] = (
    ("hemifacial_spasm", {}),
    ("bilateral_hemifacial_spasm", {}),
    ("blepharospasm", {}),
    ("synkinesis", {}),
    ("myokymia", {}),
    ("myokymia", {"eyelid": True}),
    ("functional", {}),
    ("tic", {}),
    ("blinks_only", {}),
    ("voluntary", {}),
    ("healthy", {}),
    ("hemimasticatory", {}),
    ("regular_rhythm", {}),
)
CODES = (
    *("emg_bursts_150_400", "emg_myokymic", "emg_slow_3_8hz", "emg_dystonic", "emg_voluntary_like"),
    *("emg_masseter_bursts", "regular_rhythm", "synkinesis"),
)


def run(*, quick: bool = False) -> Figures:
    """Measure rates on trains, look for trains where none are, and tell kinds of recordings apart."""
    seeds = range(FIRST_SEED, FIRST_SEED + (2 if quick else 12))
    return {
        "rates": {name: rates(seeds, rate_hz, snr_db, plan) for name, rate_hz, snr_db, plan in TRAINS},
        "nothing": nothing(seeds),
        "kinds": kinds(range(FIRST_SEED, FIRST_SEED + (1 if quick else 6))),
        "minutes": 1.5,
    }


def memory(made: Simulated) -> Memory:
    """Return a simulated recording as if it had been read."""
    channels = [Channel(one.name, one.muscle, Side(one.side), made.rate_hz) for one in made.channels]
    return Memory(dict(zip(channels, made.signals, strict=True)))


def rates(seeds: range, rate_hz: float, snr_db: float, plan: Figures) -> Figures:
    """Hold the rate that is read in each burst against the true one."""
    errors: list[Floats] = []
    bursts = read = held = 0
    for seed in seeds:
        asked = {"discharge_hz": (150.0, 350.0), **plan}
        made = simulate("train", seed=seed, seconds=60.0, rate_hz=rate_hz, snr_db=snr_db, **asked)
        found = measure(memory(made)).bursts.sound()
        own = []
        for true, place in paired(made, found):
            bursts += 1
            if np.isfinite(found.discharge_hz[place]):
                read += 1
                own.append(found.discharge_hz[place] / true - 1)
                held += found.discharge_low_hz[place] <= true <= found.discharge_high_hz[place]
        errors.append(np.abs(own))
        kept.say(f"seed {seed}, {rate_hz:g} Hz, {snr_db:g} dB: {len(own)} rates")
    return {
        "bursts": bursts,
        "read": read / max(bursts, 1),
        "median": clustered(errors, 0.5),
        "p95": clustered(errors, 0.95),
        "holds": held / max(read, 1),
    }


def paired(made: Simulated, found: Bursts) -> Iterator[tuple[float, int]]:
    """Yield the true rate of each burst and the place of what was found of it."""
    for one in made.truth.bursts:
        if one.discharge_hz is None or not len(found):
            continue
        place = int(np.argmin(np.abs(found.onset_s - one.onset_s)))
        if abs(found.onset_s[place] - one.onset_s) < NEAR_S:
            yield one.discharge_hz, place


def clustered(errors: list[Floats], share: float) -> Figures | None:
    """Return a quantile of all errors with the interval that drawing recordings anew gives."""
    whole = np.concatenate(errors)
    if not len(whole):
        return None
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(500):
        parts = np.concatenate([errors[place] for place in rng.integers(0, len(errors), len(errors))])
        drawn.append(np.quantile(parts, share) if len(parts) else np.nan)
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return {"value": float(np.quantile(whole, share)), "low": float(low), "high": float(high)}


def nothing(seeds: range) -> Figures:
    """Count bursts with a rate of 150 to 400 a second where there is no such train."""
    told: Figures = {}
    for hertz in (50, 60):
        found = [
            measure(memory(simulate("rest", seed=seed, seconds=60.0, rate_hz=4000.0, confounders=(f"mains{hertz}",))))
            for seed in seeds
        ]
        told[f"mains of {hertz} Hz with harmonics, {len(seeds)} min"] = sum(fast(one.bursts) for one in found)
    acts = [measure(memory(simulate("voluntary", seed=seed, seconds=60.0, rate_hz=4000.0))) for seed in seeds]
    name = f"movements at will, {len(seeds)} min, of {sum(len(one.bursts) for one in acts)} bursts"
    told[name] = sum(fast(one.bursts) for one in acts)
    if NEEDLE.is_file():
        samples = np.fromfile(NEEDLE, "<i2").astype(np.float32) / 10
        one = measure(Memory({Channel("needle", "tibialis_anterior", Side.NONE, 4000.0): samples}))
        told[f"a healthy muscle under a needle, {len(samples) / 4000:.0f} s"] = fast(one.bursts)
    return told


def fast(bursts: Bursts) -> int:
    """Count the bursts that show such a rate and that nothing speaks against."""
    rate = bursts.sound().discharge_hz
    return int(np.count_nonzero((rate >= 150) & (rate <= 400)))


def kinds(seeds: range) -> list[Figures]:
    """Count in how many recordings of each kind each pattern is present."""
    rows = []
    for kind, plan in KINDS:
        studies = [look(kind, seed, plan) for seed in seeds]
        found = [{one.code for one in study.findings() if one.state.value == "present"} for study in studies]
        names = [study.head()["summary"]["pattern"]["name"] for study in studies]
        rows.append(
            {
                "kind": " ".join([kind.replace("_", " "), *("of the lid" for _ in plan)]),
                "recordings": len(studies),
                "present": {code: sum(code in one for one in found) for code in CODES},
                "named": {str(name): names.count(name) for name in dict.fromkeys(names)},
            }
        )
        kept.say(f"{rows[-1]['kind']}: {rows[-1]['present']}")
    return rows


def look(kind: str, seed: int, plan: Figures) -> Study:
    """Study a minute and a half of a kind."""
    return studied(memory(simulate(kind, seed=seed, seconds=90.0, rate_hz=2000.0, snr_db=12.0, **plan)))
