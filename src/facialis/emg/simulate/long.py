"""Recordings of days, streamed to a file: varied minutes, laid one after another by a plan of waking and sleep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.simulate.beside import replacing
from facialis.emg.simulate.edf import Header, packed, stamp
from facialis.emg.simulate.free_running import simulate
from facialis.emg.simulate.truth import SCHEMA, Burst, SimChannel, Simulated, SimulationError
from facialis.findings import Side

TILE_S = 60
_WAKING, _ASLEEP = 10, 6  # how many different minutes of each
_STEP_UV = 0.1
_NOTE_BYTES = 24
_START = datetime(2026, 1, 5, 12, 0, 0)  # noqa: DTZ001 - EDF writes the clock on the wall
_BED, _RISE = 23, 7  # hours of the day
_MUSCLES = ("orbicularis_oculi", "orbicularis_oris", "mentalis", "frontalis", "zygomaticus", "nasalis")


@dataclass(frozen=True, slots=True)
class LongTruth:
    """The truth of a recording of days, kept as its minutes.

    Attributes
    ----------
    channels : tuple of SimChannel
    tiles : tuple of tuple of Burst
        The bursts of each different minute, from its own start.
    order : tuple of int
        Which of them each minute of the recording is.
    asleep : tuple of bool
        Whether each minute is slept.
    """

    channels: tuple[SimChannel, ...]
    tiles: tuple[tuple[Burst, ...], ...]
    order: tuple[int, ...]
    asleep: tuple[bool, ...]

    def bursts(self) -> Iterator[Burst]:
        """Yield all bursts in order of onset, seconds from the start of the recording."""
        for minute, tile in enumerate(self.order):
            late = float(TILE_S * minute)
            for burst in self.tiles[tile]:
                yield replace(
                    burst,
                    onset_s=burst.onset_s + late,
                    offset_s=burst.offset_s + late,
                    spikes=tuple(spike + late for spike in burst.spikes),
                )

    def to_json(self) -> dict[str, Any]:
        """Return its public form: the minutes, and in which order they come."""
        return {
            "schema": SCHEMA,
            "tile_s": TILE_S,
            "channels": [channel.to_json() for channel in self.channels],
            "order": list(self.order),
            "asleep": list(self.asleep),
            "tiles": [[burst.to_json() for burst in tile] for tile in self.tiles],
        }


def write_long(
    path: Path,
    seconds: float,
    channels: int = 8,
    rate_hz: float = 2000.0,
    seed: int = 0,
    *,
    kind: str = "hemifacial_spasm",
    start: datetime = _START,
    side: Side = Side.LEFT,
    snr_db: float = 15.0,
) -> LongTruth:
    """Write hours or days as EDF+ in flat memory, and the truth beside it.

    Parameters
    ----------
    path : Path
    seconds : float
        Rounded to whole minutes.
    channels : int
        Even; a muscle on both sides each, at most twelve.
    rate_hz : float
        A whole number.
    seed : int
    kind : str
        Of the free-running kinds; from eleven at night to seven it comes a fifth as often, without blinks.
    start : datetime
        The clock on the wall at the first sample.
    side : Side
        The affected one.
    snr_db : float
        Strength of the bursts over the noise.

    Raises
    ------
    SimulationError
        If the number of channels or the rate cannot be.
    """
    if channels % 2 or not 2 <= channels <= 2 * len(_MUSCLES) or rate_hz != round(rate_hz):
        raise SimulationError("a long recording has an even number of channels up to 12 and a whole rate")
    rng = np.random.default_rng([seed, 4711])
    minutes = max(round(seconds / TILE_S), 1)
    asleep = [_sleeps(start + timedelta(minutes=minute)) for minute in range(minutes)]
    order = [int(rng.integers(_WAKING, _WAKING + _ASLEEP) if one else rng.integers(_WAKING)) for one in asleep]
    used = sorted(set(order))
    made = _tiles(rng, used, kind, _MUSCLES[: channels // 2], rate_hz, side, snr_db)
    header = Header(made[0].channels, rate_hz, (_STEP_UV,) * channels, 1.0, minutes * TILE_S, True, _NOTE_BYTES, start)
    truth = LongTruth(
        made[0].channels, tuple(one.truth.bursts for one in made), tuple(map(used.index, order)), tuple(asleep)
    )
    _write(path, header, [_records(one, header) for one in made], truth.order)
    with replacing(path.with_name(f"{path.stem}.truth.json")) as temporary:
        temporary.write_text(json.dumps(truth.to_json(), allow_nan=False) + "\n", "utf-8")
    return truth


def _sleeps(clock: datetime) -> bool:
    return clock.hour >= _BED or clock.hour < _RISE


def _tiles(
    rng: np.random.Generator,
    used: Sequence[int],
    kind: str,
    muscles: Sequence[str],
    rate_hz: float,
    side: Side,
    snr_db: float,
) -> list[Simulated]:
    seeds = rng.integers(1 << 31, size=_WAKING + _ASLEEP)
    made = []
    for place in used:
        slept = place >= _WAKING
        strength = snr_db + float(rng.uniform(-3, 3))
        # Few kinds have a rate of events; what has none is still at night.
        plan: dict[str, Any] = {"events_per_min": 4.0, "blinks_per_min": 0.0} if kind == "hemifacial_spasm" else {}
        night = kind if plan else "rest"
        made.append(
            simulate(
                night if slept else kind,
                int(seeds[place]),
                TILE_S,
                rate_hz,
                side,
                strength,
                muscles,
                noise_uv=2.0 if slept else 3.0,
                **(plan if slept else {}),
            )
        )
    return made


def _records(made: Simulated, header: Header) -> npt.NDArray[np.uint8]:
    samples = made.signals.reshape(len(made.channels), TILE_S, header.per_record).transpose(1, 0, 2)
    return packed(samples, header.steps_uv, [b""] * TILE_S, header.note_bytes)


def _write(path: Path, header: Header, tiles: Sequence[npt.NDArray[np.uint8]], order: Sequence[int]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(header.to_bytes())
        for minute, tile in enumerate(order):
            records = tiles[tile]
            stamps = b"".join(stamp(TILE_S * minute + k).ljust(header.note_bytes, b"\0") for k in range(TILE_S))
            records[:, -header.note_bytes :] = np.frombuffer(stamps, np.uint8).reshape(TILE_S, -1)
            file.write(records.data)
