"""Edges of a trigger channel as annotations: when a stimulator, or a hand, gave a sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facialis.emg.recording.model import Annotation, FloatArray, Piece, Recording

_BLOCK_S = 60.0

_MOST_CODES = 256
"""A channel with more different values is no channel of codes but a voltage that rises and falls."""

_MOST_A_SECOND = 200.0
"""More signs a second, over the whole recording, and it is no trigger: no stimulator of a nerve is so quick."""

_UP, _DOWN = 0.6, 0.4
"""A voltage rises when it passes the first part of its range and has fallen below the second: noise makes no edge."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """What a trigger channel holds: its values while they are few, its range, the value in which it rests."""

    codes: bool
    rest: float
    low: float
    high: float


def edges(recording: Recording, channel: int) -> list[Annotation]:
    """Return a moment for each sign of a trigger channel, named by the channel and, if it has several, its code.

    Parameters
    ----------
    recording : Recording
    channel : int
        Place of the channel in ``source.channels``.

    Returns
    -------
    list of Annotation
        In order of time; empty where the channel never leaves its rest, or leaves it too often to be a trigger.
    """
    levels = _levels(recording, channel)
    if levels is None:
        return []
    name = recording.source.channels[channel].name
    most = _MOST_A_SECOND * max(1.0, recording.source.recorded_s)
    found: list[Annotation] = []
    last, end = levels.rest, 0.0
    for piece in _pieces(recording, channel):
        begins = abs(piece.start_s - end) * piece.rate_hz > 0.5
        values = _values(piece.samples, levels)
        if begins:
            last = values[0]
        before = np.concatenate([[last], values[:-1]])
        at = np.flatnonzero((values != before) & (values != levels.rest))
        found += [
            Annotation(piece.start_s + i / piece.rate_hz, 0.0, _text(name, values[i], levels)) for i in at.tolist()
        ]
        last, end = float(values[-1]), piece.start_s + values.size / piece.rate_hz
        if len(found) > most:
            return []
    return found


def _levels(recording: Recording, channel: int) -> _Levels | None:
    """Look through the channel once; None where it never changes."""
    seen: dict[float, int] = {}
    low, high, codes = np.inf, -np.inf, True
    for piece in _pieces(recording, channel):
        low, high = min(low, float(piece.samples.min())), max(high, float(piece.samples.max()))
        if codes:
            for value, count in zip(*np.unique(piece.samples, return_counts=True), strict=True):
                seen[float(value)] = seen.get(float(value), 0) + int(count)
            codes = len(seen) <= _MOST_CODES
    if not low < high:
        return None
    if codes:
        return _Levels(True, max(seen, key=lambda value: seen[value]), low, high)
    return _Levels(False, 0.0, low, high)


def _pieces(recording: Recording, channel: int) -> Iterator[Piece]:
    """Yield what the channel holds, a minute at a time, without what is no number."""
    for span in recording.source.spans:
        at = span.start_s
        while at < span.end_s:
            for piece in recording.window(at, min(at + _BLOCK_S, span.end_s), [channel]):
                yield Piece(channel, piece.start_s, piece.rate_hz, np.nan_to_num(piece.samples))
            at += _BLOCK_S


def _values(samples: FloatArray, levels: _Levels) -> FloatArray:
    """Return codes as they are, a voltage as 0 and 1 with a band between them in which nothing changes."""
    if levels.codes:
        return samples
    part = (samples - np.float32(levels.low)) / np.float32(levels.high - levels.low)
    sure = np.where(part > _UP, 1.0, np.where(part < _DOWN, 0.0, np.nan)).astype(np.float32)
    # Between the bands the last sure value holds; before the first one, rest.
    held = np.maximum.accumulate(np.where(np.isnan(sure), -1, np.arange(sure.size)))
    return np.where(held >= 0, sure[held], np.float32(levels.rest))


def _text(name: str, value: float, levels: _Levels) -> str:
    """Name a sign."""
    return f"{name} {value:g}" if levels.codes else name
