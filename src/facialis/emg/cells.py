"""One channel in one cell of time: its bursts, its lows and highs, how loud each second is and what of it can be used.

A recording is cut into cells of four minutes that lie on a grid from its start. Each is examined with as much before
and after it as the search for bursts looks at, so that where the cuts lie changes nothing; a gap is an end of the
signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis import knowledge
from facialis.emg.baseline import Rest
from facialis.emg.bursts import Bursts
from facialis.emg.bursts.chunk import Found, examine_chunk
from facialis.emg.bursts.open import Open
from facialis.emg.discharges import discharges
from facialis.emg.pyramid import BASE_S, blocks
from facialis.emg.quality import Counts, look
from facialis.emg.recording.model import Channel, FloatArray, Piece, Source, Span
from facialis.emg.recording.stretches import first_at

CELL_S = 240.0
"""Longer cells spend less on their margins, shorter ones less memory: at four minutes each is a few hundredths."""
SAMPLES_MAX = 16_000_000
"""With more samples than this at once a cell is halved, to a quarter at least."""
A_SECOND = round(1 / BASE_S)

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the grid, and the seconds in it that were recorded."""

    number: int
    start_s: float
    stop_s: float
    recorded_s: float


def length_s(source: Source) -> float:
    """Return how long the cells of a recording are."""
    per_s = sum(channel.rate_hz for channel in source.channels if channel.use == "emg")
    return next((CELL_S / n for n in (1, 2) if per_s * CELL_S / n <= SAMPLES_MAX), CELL_S / 4)


def plan(source: Source) -> Iterator[Cell]:
    """Yield the cells in which anything was recorded, in order."""
    length = length_s(source)
    spans = list(source.spans)
    first = 0
    for number in range(int(np.ceil(source.duration_s / length - 1e-9))):
        start, stop = number * length, (number + 1) * length
        while first < len(spans) and spans[first].end_s <= start:
            first += 1
        recorded, place = 0.0, first
        while place < len(spans) and spans[place].start_s < stop:
            recorded += min(spans[place].end_s, stop) - max(spans[place].start_s, start)
            place += 1
        if recorded > 0:
            yield Cell(number, start, stop, recorded)


@dataclass(slots=True, eq=False)
class OfCell:
    """What a cell holds of one channel; seconds and blocks count from the start of the cell.

    Attributes
    ----------
    bursts : list of Bursts
        A table for each stretch without a gap.
    rest : Rest or None
        For the next cell.
    pairs : array of float32, shape (blocks, 2)
    squares, counted, usable : arrays of float32, shape (seconds,)
        Sum of squares of the conditioned samples, how many they are, how many can be used.
    counts : array of int64, shape (4,)
    noise_uv : float
        NaN where no rest was found.
    mains_hz : float
        NaN where no mains were found.
    """

    bursts: list[Bursts]
    rest: Rest | None
    pairs: FloatArray
    squares: FloatArray
    counted: FloatArray
    usable: FloatArray
    counts: npt.NDArray[np.int64]
    noise_uv: float = float("nan")
    mains_hz: float = float("nan")

    @classmethod
    def empty(cls, cell: Cell, rest: Rest | None) -> OfCell:
        """Make one without a sample."""
        seconds = round(cell.stop_s - cell.start_s)
        pairs = np.full((seconds * A_SECOND, 2), np.nan, np.float32)
        squares, counted, usable = (np.zeros(seconds, np.float32) for _ in range(3))
        return cls([], rest, pairs, squares, counted, usable, np.zeros(len(Counts._fields), np.int64))


def examine(cell: Cell, pieces: Sequence[Piece], channel: Channel, place: int, rest: Rest | None) -> OfCell:
    """Examine one channel in a cell.

    Parameters
    ----------
    cell : Cell
    pieces : sequence of Piece
        What was recorded of this channel from ``bursts.chunk.MARGIN_S`` before the cell to as much after it.
    channel : Channel
    place : int
        Its place in the source.
    rest : Rest or None
        What the cell before has left.
    """
    made = OfCell.empty(cell, rest)
    noises: list[tuple[float, float]] = []
    for piece in pieces:
        low = max(first_at(cell.start_s, piece.start_s, piece.rate_hz), 0)
        high = min(first_at(cell.stop_s, piece.start_s, piece.rate_hz), len(piece.samples))
        if low < high:
            usable = _watch(made, cell, piece, (low, high), channel)
            if piece.rate_hz >= knowledge.threshold("emg_rate_least_hz"):
                found = _measure(made, cell, piece, (low, high), channel, place)
                if found.quality.mains_hz is not None:
                    made.mains_hz = found.quality.mains_hz
                if found.noise_uv is not None and usable:
                    noises.append((found.noise_uv, usable))
    if noises:
        values, weights = np.array(noises).T
        made.noise_uv = float(np.average(values, weights=weights))
    return made


def _edges(cell: Cell, piece: Piece, part: tuple[int, int]) -> npt.NDArray[np.intp]:
    """Return where the blocks of a cell begin in the part of a piece that lies in it."""
    low, high = part
    grid = cell.start_s + BASE_S * np.arange(round((cell.stop_s - cell.start_s) / BASE_S) + 1)
    return np.clip(_places(piece, grid) - low, 0, high - low)


def _places(piece: Piece, seconds: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.intp]:
    """Return the first sample of a piece that is not before each moment."""
    found = np.ceil((seconds - piece.start_s) * piece.rate_hz - 1e-4).astype(np.intp)
    return np.asarray(np.clip(found, 0, len(piece.samples)))


def _watch(made: OfCell, cell: Cell, piece: Piece, part: tuple[int, int], channel: Channel) -> float:
    """Look at the samples as they were recorded; return how many can be used."""
    samples, edges = piece.samples[slice(*part)], _edges(cell, piece, part)
    pairs = blocks(samples, edges)
    made.pairs[:, 0] = np.fmin(made.pairs[:, 0], pairs[:, 0])
    made.pairs[:, 1] = np.fmax(made.pairs[:, 1], pairs[:, 1])
    counts, usable = look(samples, pairs, edges, edges[::A_SECOND], channel)
    made.counts += np.array(counts)
    made.usable += usable / np.float32(piece.rate_hz)
    return float(usable.sum(dtype=np.float64))


def _measure(made: OfCell, cell: Cell, piece: Piece, part: tuple[int, int], channel: Channel, place: int) -> Found:
    """Find the bursts of the part of a piece that lies in the cell, and how loud it is."""
    low, high = part
    rate = piece.rate_hz
    core = Span(max(cell.start_s, piece.start_s), min(cell.stop_s, piece.start_s + len(piece.samples) / rate))
    samples = _without_flat(piece)
    found = examine_chunk(samples, rate, piece.start_s, core, channel, made.rest, number=place)
    made.rest = found.rest
    if len(found.bursts):
        made.bursts.append(_with_discharges(found, piece))
    seconds = _edges(cell, piece, part)[::A_SECOND]
    sums = np.concatenate([[0.0], np.cumsum(np.square(found.clean[low:high]), dtype=np.float64)])
    made.squares += np.diff(sums[seconds]).astype(np.float32)
    made.counted += np.diff(seconds).astype(np.float32)
    return found


def _without_flat(piece: Piece) -> FloatArray:
    """Return the samples, without number where an electrode shows nothing: its silence is no rest of a muscle."""
    end_s = piece.start_s + len(piece.samples) / piece.rate_hz
    grid = np.arange(int(piece.start_s // BASE_S), int(np.ceil(end_s / BASE_S)) + 1)
    edges = _places(piece, grid * BASE_S)
    pairs = blocks(piece.samples, edges)
    flat = np.flatnonzero((pairs[:, 0] == pairs[:, 1]) & (np.diff(edges) > 1))
    if not len(flat):
        return piece.samples
    samples = piece.samples.copy()
    for block in flat:
        samples[edges[block] : edges[block + 1]] = np.nan
    return samples


def _with_discharges(found: Found, piece: Piece) -> Bursts:
    bursts = found.bursts
    if piece.rate_hz < knowledge.threshold("emg_discharge_rate_least_hz") or found.noise_uv is None:
        return bursts
    mains = () if found.quality.mains_hz is None else (found.quality.mains_hz,)
    told = discharges(found.clean, piece.rate_hz, piece.start_s, bursts.onset_s, bursts.offset_s, found.noise_uv, mains)
    return replace(bursts, **{field.name: getattr(told, field.name) for field in fields(told)})


def to_arrays(cells: Sequence[OfCell]) -> Arrays:
    """Return the channels of a cell as arrays, one after the other, to be kept."""
    table = Bursts.joined([part for one in cells for part in one.bursts])
    arrays: Arrays = {f"bursts.{field.name}": getattr(table, field.name) for field in fields(Bursts)}
    for name in ("pairs", "squares", "counted", "usable", "counts", "noise_uv", "mains_hz"):
        arrays[name] = np.array([getattr(one, name) for one in cells])
    for row, one in enumerate(cells):
        arrays |= dict(_flat(one.rest, f"rest.{row}"))
    return arrays


def bursts_of(arrays: Arrays) -> Bursts:
    """Return the bursts of a cell."""
    return Bursts(**{field.name: arrays[f"bursts.{field.name}"] for field in fields(Bursts)})


def rest_of(arrays: Arrays, row: int) -> Rest | None:
    """Return what a channel has left for the next cell."""
    return _whole(Rest, arrays, f"rest.{row}") if f"rest.{row}.frames" in arrays else None


_WITHIN: dict[str, type] = {"open": Open}


def _flat(value: Any, name: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _flat(getattr(value, field.name), f"{name}.{field.name}")
    elif value is not None:
        yield name, np.asarray(value)


def _whole(kind: type, arrays: Arrays, name: str) -> Any:
    made: dict[str, Any] = {}
    for field in fields(kind):
        key, inner = f"{name}.{field.name}", _WITHIN.get(field.name)
        if inner is not None:
            made[field.name] = _whole(inner, arrays, key) if any(one.startswith(f"{key}.") for one in arrays) else None
        else:
            array = arrays.get(key)
            made[field.name] = None if array is None else array if array.ndim else array.item()
    return kind(**made)
