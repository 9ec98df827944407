"""From a recording to bursts, lows and highs and what can be used: any length in the same memory, on several threads.

Cells of four minutes go through one after the other; within them the channels are shared among the workers. What a cell
leaves to the next one (the level of rest, a burst that goes on) is handed on channel by channel, so a channel may be a
cell ahead of another. numpy and scipy let go of the interpreter while they count, so threads do.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from facialis.emg import cells, resume
from facialis.emg.artefacts import DOUBTS
from facialis.emg.baseline import Rest
from facialis.emg.bursts import Bursts
from facialis.emg.bursts.chunk import MARGIN_S
from facialis.emg.bursts.table import DTYPES
from facialis.emg.cells import Cell, OfCell
from facialis.emg.episodes import Episodes
from facialis.emg.pyramid import BASE_S, Pyramid
from facialis.emg.quality import Counts
from facialis.emg.recording.model import FloatArray, Recording, RecordingError, Source
from facialis.emg.threads import give_back, one_thread

LONG_S = 600.0
"""What is finished is kept from this length on: shorter recordings are measured in a second or two."""
AHEAD = 2
"""So many cells are in memory at once."""

Progress = Callable[[float, float | None], None]
Carried = dict[int, "Future[OfCell] | Rest | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A recording in numbers; rows are the channels of the source, zero where it is not measured.

    Attributes
    ----------
    bursts : Bursts
        In order of onset, those in doubt too.
    noise_uv : array of float64, shape (n_channels,)
        Root mean square of rest, 20 to 500 Hz, the median over cells; NaN where there is none.
    mains_hz : array of float64, shape (n_channels,)
        Of the mains, where they were seen in any cell (their model is subtracted); NaN where not.
    counts : tuple of Counts
        Samples: all, missing, clipped, flat.
    active : array of float32, shape (n_channels, n_seconds)
        Share of each second of the recording that lies in bursts which nothing speaks against.
    rms_uv : array of float32, shape (n_channels, n_seconds)
        Of the conditioned signal; NaN where nothing was recorded.
    usable_s : array of float32, shape (n_channels, n_seconds)
        How much of each second can be used: recorded, a number, not clipped, electrode on.
    pyramid : Pyramid or None
        Of the channels on muscles.
    """

    bursts: Bursts
    noise_uv: npt.NDArray[np.float64]
    mains_hz: npt.NDArray[np.float64]
    counts: tuple[Counts, ...]
    active: FloatArray
    rms_uv: FloatArray
    usable_s: FloatArray
    pyramid: Pyramid | None


def measure(
    recording: Recording,
    *,
    workers: int = 2,
    keep: Path | None = None,
    progress: Progress | None = None,
    pyramid: bool = True,
) -> Measured:
    """Measure a recording of any length in flat memory.

    A run over more than ten minutes that is killed leaves what it has finished; the next one of the same file, read in
    the same way by the same program, goes on from there and comes to the same result bit for bit.

    Parameters
    ----------
    recording : Recording
    workers : int
        Threads.
    keep : Path, optional
        Folder for what is finished, in a folder of its own; by default in the user's cache, for long files only.
    progress : callable, optional
        Called with the seconds that are done and all of them; an exception that it raises ends the run.
    pyramid : bool
        Whether lows and highs are gathered for drawing.

    Raises
    ------
    RecordingError
        If the file cannot be read any more, or what is finished cannot be kept.
    """
    source = recording.source
    places = [place for place, channel in enumerate(source.channels) if channel.use == "emg"]
    long = source.recorded_s > LONG_S
    about = f"{cells.length_s(source)} {places}"
    with resume.parts(recording, keep, long=long, now=time.time(), about=about) as parts:
        with one_thread():
            count = _run(recording, places, parts, workers, progress)
        give_back()
        return _gathered(recording, places, parts, count, pyramid=pyramid)


def _run(
    recording: Recording, places: Sequence[int], parts: resume.Parts, workers: int, progress: Progress | None
) -> int:
    """Finish every cell that is not; return how many bursts there are."""
    carried: Carried = dict.fromkeys(places)
    flying: deque[tuple[Cell, list[Future[OfCell]]]] = deque()
    total, done, bursts = recording.source.recorded_s, 0.0, 0

    def finish(cell: Cell, arrays: cells.Arrays) -> None:
        nonlocal done, bursts
        done += cell.recorded_s
        bursts += len(arrays["bursts.onset_s"])
        if progress is not None:
            progress(min(done, total), total)

    def land() -> None:
        cell, futures = flying.popleft()
        arrays = cells.to_arrays([future.result() for future in futures])
        parts.keep(cell.number, arrays)
        finish(cell, arrays)

    pool = ThreadPoolExecutor(max(workers, 1), thread_name_prefix="emg")
    try:
        for cell in cells.plan(recording.source) if places else ():
            finished = parts.read(cell.number)
            while flying and (finished is not None or len(flying) >= AHEAD):
                land()
            if finished is None:
                flying.append((cell, _begin(pool, recording, cell, carried)))
            else:
                carried = {place: cells.rest_of(finished, row) for row, place in enumerate(places)}
                finish(cell, finished)
        while flying:
            land()
    finally:
        pool.shutdown(cancel_futures=True)
    return bursts


def _begin(pool: ThreadPoolExecutor, recording: Recording, cell: Cell, carried: Carried) -> list[Future[OfCell]]:
    """Read a cell and hand out its channels; what each leaves is carried to the next cell."""
    places = list(carried)
    pieces = recording.window(cell.start_s - MARGIN_S, cell.stop_s + MARGIN_S, places)
    channels = recording.source.channels

    def examine(place: int, before: Future[OfCell] | Rest | None) -> OfCell:
        # The one before was handed out earlier to this same queue, so it runs or has run: nobody waits for ever.
        rest = before.result().rest if isinstance(before, Future) else before
        return cells.examine(cell, [one for one in pieces if one.channel == place], channels[place], place, rest)

    begun = [pool.submit(examine, place, carried[place]) for place in places]
    carried.update(zip(places, begun, strict=True))
    return begun


def _gathered(
    recording: Recording, places: Sequence[int], parts: resume.Parts, count: int, *, pyramid: bool
) -> Measured:
    """Put the cells together, one at a time; only what is returned grows with the recording."""
    source = recording.source
    shape = (len(source.channels), int(np.ceil(source.duration_s - 1e-9)))
    rms, usable = np.full(shape, np.nan, np.float32), np.zeros(shape, np.float32)
    columns = {field.name: np.empty(count, DTYPES.get(field.name, np.float64)) for field in fields(Bursts)}
    counts = np.zeros((len(source.channels), len(Counts._fields)), np.int64)
    mains = np.full(len(source.channels), np.nan)
    noises: list[FloatArray] = []
    drawn = Pyramid.empty(source.duration_s, places, recording) if pyramid and places else None
    at = 0
    for cell in cells.plan(source) if places else ():
        arrays = parts.read(cell.number)
        if arrays is None:
            raise RecordingError(f"{source.name}: what was finished has been taken away meanwhile; run it again")
        more = len(arrays["bursts.onset_s"])
        for name, column in columns.items():
            column[at : at + more] = arrays[f"bursts.{name}"]
        at += more
        second = round(cell.start_s)
        room = min(arrays["usable"].shape[1], shape[1] - second)
        with np.errstate(invalid="ignore"):
            rms[places, second : second + room] = np.sqrt(arrays["squares"] / arrays["counted"])[:, :room]
        usable[places, second : second + room] = arrays["usable"][:, :room]
        counts[places] += arrays["counts"]
        mains[places] = np.fmax(mains[places], arrays["mains_hz"])
        # A copy: what is a part of what was read would hold all of it, of every cell.
        noises.append(arrays["noise_uv"].copy())
        if drawn is not None:
            drawn.put(round(cell.start_s / BASE_S), arrays["pairs"])
    bursts = _in_order(columns)
    return Measured(
        bursts,
        _medians(noises, places, len(source.channels)),
        mains,
        tuple(Counts(*map(int, row)) for row in counts),
        _active(bursts.sound(), source),
        rms,
        np.maximum(usable - _active(bursts.where(bursts.doubt & DOUBTS["electrode"] != 0), source), 0),
        drawn and drawn.close_up(),
    )


def _in_order(columns: dict[str, npt.NDArray[np.generic]]) -> Bursts:
    # Column by column: a second copy of all of them at once would be the most memory that is ever held.
    order = np.argsort(columns["onset_s"], kind="stable")
    for column in columns.values():
        column[:] = column[order]
    return Bursts(**columns)  # type: ignore[arg-type]


def _medians(noises: Sequence[FloatArray], places: Sequence[int], count: int) -> npt.NDArray[np.float64]:
    made = np.full(count, np.nan)
    if not noises:
        return made
    table = np.array(noises, np.float64).reshape(-1, len(places))
    for place, column in zip(places, table.T, strict=True):
        known = column[np.isfinite(column)]
        if len(known):
            made[place] = np.median(known)
    return made


def _active(bursts: Bursts, source: Source) -> FloatArray:
    """Return which share of each second lies in bursts, channel by channel."""
    seconds = int(np.ceil(source.duration_s - 1e-9))
    made = np.zeros((len(source.channels), seconds), np.float32)
    edges = np.arange(seconds + 1, dtype=np.float64)
    for place in np.unique(bursts.channel):
        own = bursts.channel == place
        onset, offset = bursts.onset_s[own], np.maximum.accumulate(bursts.offset_s[own])
        onset[1:] = np.maximum(onset[1:], offset[:-1])
        made[place] = np.clip(Episodes(onset, offset).seconds(edges), 0, 1)
    return made
