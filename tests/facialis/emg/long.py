"""A recording of any length that is nowhere: noise and bursts, the same whenever and in whatever windows it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from facialis.emg.bursts import Bursts
from facialis.emg.measure import Measured
from facialis.emg.recording.model import Annotation, Channel, Piece, Recording, Source, Span
from facialis.emg.recording.stretches import first_at

TILE_S = 30


class Tiled(Recording):
    """Half a minute of each channel, over and over."""

    def __init__(self, channels: Sequence[Channel], spans: Sequence[Span], seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.source = Source("tiled", spans[-1].end_s, tuple(spans), tuple(channels))
        self.reads: list[tuple[float, float]] = []
        self._tiles = [_tile(rng, channel.rate_hz) for channel in channels]

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        return ()

    def window(self, start_s: float, stop_s: float, channels: Sequence[int] | None = None) -> list[Piece]:
        self.reads.append((start_s, stop_s))
        pieces = []
        for place in range(len(self._tiles)) if channels is None else channels:
            tile, rate = self._tiles[place], self.source.channels[place].rate_hz
            for span in self.source.spans:
                low = first_at(max(start_s, span.start_s), 0.0, rate)
                high = first_at(min(stop_s, span.end_s), 0.0, rate)
                if low < high:
                    pieces.append(Piece(place, low / rate, rate, tile[np.arange(low, high) % len(tile)]))
        return pieces

    def sha256(self) -> str:
        return "0" * 64

    def close(self) -> None:
        pass


def _tile(rng: np.random.Generator, rate: float) -> np.ndarray:
    samples = rng.normal(0, 3, int(TILE_S * rate))
    for onset in np.arange(1.0, TILE_S - 2, 2.3) + rng.uniform(0, 0.5):
        burst = slice(int(onset * rate), int((onset + rng.uniform(0.05, 0.4)) * rate))
        samples[burst] += rng.normal(0, 25, burst.stop - burst.start)
    return samples.astype(np.float32)


def same(one: Measured, other: Measured) -> bool:
    """Say whether two results are the same bit for bit, lows and highs too."""
    bursts = all(_same(getattr(one.bursts, f.name), getattr(other.bursts, f.name)) for f in fields(Bursts))
    rest = all(
        _same(getattr(one, name), getattr(other, name))
        for name in ("noise_uv", "mains_hz", "active", "rms_uv", "usable_s")
    )
    assert one.pyramid is not None
    assert other.pyramid is not None
    windows = [
        (one.pyramid.window(place, 0, 1e9, 500), other.pyramid.window(place, 0, 1e9, 500))
        for place in one.pyramid.channels
    ]
    drawn = all(_same(a, b) for first, second in windows for a, b in zip(first, second, strict=True))
    return bursts and rest and drawn and one.counts == other.counts


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
