"""Sweeps in CSV: a block a channel, comment lines, then ``time_ms,sweep_1,...``; 0 is the stimulus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from facialis.emg.evoked.naming import places
from facialis.emg.evoked.sweeps import Floats, Stimulated, Sweeps, check
from facialis.emg.recording import RecordingError
from facialis.emg.recording.labels import MUSCLES
from facialis.emg.recording.montage import Montage, Place
from facialis.findings import Side

HEADER = "time_ms"
UNITS = {"nv": 1e-3, "uv": 1.0, "µv": 1.0, "μv": 1.0, "mv": 1e3, "v": 1e6}
"""How many microvolts one of each is."""

KEYS = ("channel", "unit", "stimulated", "muscle", "side", "interval_s", "low_uv", "high_uv")
# Ten volts: no electrode gives that, so such a number is an error of the file.
_ABSURD_UV = 1e7
_LARGEST_BYTES = 400_000_000
# Times are often written with two decimals, which at 22 kHz makes steps of 0.04 and 0.05 ms.
_UNEVEN = 0.35


@dataclass(slots=True)
class _Part:
    """One block as it stands in the file."""

    first_line: int
    told: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, str]] = field(default_factory=list)
    header_line: int = 0


def is_sweeps(path: Path) -> bool:
    """Whether a file is a table of sweeps: a line begins with ``time_ms``, or a comment says ``stimulated``."""
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except OSError:
        return False
    for line in start.decode("utf-8", "replace").lstrip("\ufeff").lower().splitlines():
        word = line.strip().lstrip("#").strip().strip('"')
        if word.startswith(HEADER) or (line.lstrip().startswith("#") and word.startswith("stimulated")):
            return True
    return False


def read(path: Path, *, stimulated: Stimulated | None = None, montage: Montage | None = None) -> tuple[Sweeps, ...]:
    """Read the blocks of a table of sweeps.

    Parameters
    ----------
    path : Path
    stimulated : Stimulated, optional
        The branch of the blocks that do not say it.
    montage : Montage, optional
        Muscle and side by channel; it goes before what the file says.

    Raises
    ------
    RecordingError
        In one line: file, line, what is wrong, what to do.
    """
    text = _text(path)
    parts = [part for part in _parts(text, path.name) if part.columns]
    if not parts:
        raise RecordingError(
            f"{path.name}: holds no sweeps: a block needs a header `time_ms,sweep_1,...` and rows below it"
        )
    lie = places(list(dict.fromkeys(part.told.get("channel", "") for part in parts)), montage)
    return tuple(_block(part, path.name, stimulated, lie, montage is not None) for part in parts)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise RecordingError(f"{path.name}: is larger than 400 MB; sweeps are not: give one examination a file")
        content = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or 'cannot be read'}") from error
    if b"\0" in content[:4096]:
        raise RecordingError(f"{path.name}: is no text; give the sweeps as CSV, or a recording (EDF, BDF, BrainVision)")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # An older program's micro sign.
        return content.decode("latin-1")


def _parts(text: str, file: str) -> Iterator[_Part]:
    """Cut the file into blocks: what follows rows and is no row begins the next one."""
    part = _Part(1)
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or not line.strip(",;\t "):
            continue
        comment = line.lstrip('"').startswith("#")
        header = not comment and line.lstrip('"').lower().startswith(HEADER)
        if (comment and part.columns) or (header and part.columns):
            yield part
            part = _Part(number)
        if comment:
            key, colon, value = line.strip('"').lstrip("#").partition(":")
            if colon and key.strip().lower() in KEYS:
                part.told[key.strip().lower()] = value.strip().strip(",;\t ").strip()
        elif header:
            part.columns = _cells(line)
            part.header_line = number
        elif part.columns:
            part.rows.append((number, line))
        else:
            raise RecordingError(f"{file}, line {number}: stands before a header; a block begins `time_ms,sweep_1,...`")
    yield part


def _cells(line: str) -> list[str]:
    """Cut a row at its separators: semicolon or tab where there is one, else the comma."""
    sign = next((sign for sign in (";", "\t") if sign in line), ",")
    return [cell.strip().strip('"') for cell in line.split(sign)]


def _block(part: _Part, file: str, stimulated: Stimulated | None, lie: dict[str, Place], mounted: bool) -> Sweeps:
    name = part.told.get("channel", "")
    place = f"{file}, block from line {part.first_line}" + (f" ({name})" if name else "")
    if not name:
        raise RecordingError(f"{place}: does not say its channel; write `# channel: NAME` above it")
    factor = _factor(part.told.get("unit"), place)
    times, values = _numbers(part, file, place)
    uv, left_out = _whole(values * factor, part.columns[1:])
    if not len(uv):
        raise RecordingError(f"{place}: no sweep is whole: each has cells that are no number")
    named = _named(part.told, lie[name], mounted, place)
    block = Sweeps(
        channel=name,
        muscle=named.muscle,
        side=named.side,
        stimulated=_stimulated(part.told.get("stimulated"), stimulated, place),
        time_ms=times,
        uv=uv,
        interval_s=_number(part.told.get("interval_s"), place, "interval_s"),
        low_uv=_number(part.told.get("low_uv"), place, "low_uv"),
        high_uv=_number(part.told.get("high_uv"), place, "high_uv"),
        left_out=left_out,
    )
    check(block, place)
    return block


def _factor(unit: str | None, place: str) -> float:
    if not unit:
        raise RecordingError(f"{place}: does not say its unit; write `# unit: uV` above it")
    factor = UNITS.get(unit.strip().lower())
    if factor is None:
        raise RecordingError(f'{place}: the unit "{unit}" is no voltage; write nV, uV, mV or V')
    return factor


def _numbers(part: _Part, file: str, place: str) -> tuple[Floats, Floats]:
    """Return times (n,) and values (k, n); NaN where a cell is empty or says that there is none."""
    count = len(part.columns)
    if count < 2:
        raise RecordingError(f"{place}: line {part.header_line} names no sweep; write `time_ms,sweep_1,...`")
    if len(part.rows) < 2:
        raise RecordingError(f"{place}: is empty: no rows stand below its header")
    table = np.empty((len(part.rows), count))
    for row, (number, line) in enumerate(part.rows):
        cells = _cells(line)
        if len(cells) != count:
            raise RecordingError(
                f"{file}, line {number}: has {len(cells)} cells, its header has {count}; each row needs one a column"
            )
        try:
            table[row] = [float(cell) if cell else np.nan for cell in cells]
        except ValueError:
            wrong = next(cell for cell in cells if not _is_number(cell))
            raise RecordingError(f'{file}, line {number}: "{wrong[:40]}" is no number') from None
    times = table[:, 0]
    if not np.isfinite(times).all():
        number = part.rows[int(np.flatnonzero(~np.isfinite(times))[0])][0]
        raise RecordingError(f"{file}, line {number}: has no time")
    steps = np.diff(times)
    middle = float(np.median(steps))
    if middle <= 0 or (abs(steps - middle) > _UNEVEN * middle).any():
        row = int(np.argmax(abs(steps - middle)))
        raise RecordingError(
            f"{file}, line {part.rows[row + 1][0]}: time_ms does not go on evenly; each row must be one sample later"
        )
    even = np.linspace(times[0], times[-1], len(times))
    return even, np.ascontiguousarray(table[:, 1:].T)


def _is_number(cell: str) -> bool:
    try:
        float(cell or "0")
    except ValueError:
        return False
    return True


def _whole(uv: Floats, names: list[str]) -> tuple[Floats, tuple[str, ...]]:
    """Keep the sweeps whose every cell is a number that electrodes can give."""
    with np.errstate(invalid="ignore"):
        whole = np.asarray((abs(uv) < _ABSURD_UV).all(axis=1))
    left = tuple(
        f"{name or f'sweep {place + 1}'}: a cell holds no number, or one beyond 10 V"
        for place, name in enumerate(names)
        if not whole[place]
    )
    return uv[whole], left


def _stimulated(told: str | None, asked: Stimulated | None, place: str) -> Stimulated:
    if told:
        try:
            found = Stimulated.of(told)
        except ValueError as error:
            raise RecordingError(f"{place}: stimulated: {error}") from None
        if asked is not None and asked != found:
            raise RecordingError(f"{place}: says that {found} was stimulated, --stimulated says {asked}; give only one")
        return found
    if asked is None:
        raise RecordingError(
            f"{place}: does not say which branch was stimulated; write `# stimulated: zygomatic_left` "
            "above it or give --stimulated"
        )
    return asked


def _named(told: dict[str, str], lies: Place, mounted: bool, place: str) -> Place:
    """Return muscle and side: the montage's, else the comments', else the name's."""
    muscle, side = lies.muscle, lies.side
    if mounted and muscle is not None:
        return lies
    if told.get("muscle"):
        muscle = "_".join(told["muscle"].lower().replace("-", " ").replace("_", " ").split())
        if muscle not in MUSCLES:
            raise RecordingError(f'{place}: muscle "{told["muscle"]}" is not known; write one of {", ".join(MUSCLES)}')
    if told.get("side"):
        if told["side"].lower() not in ("left", "right"):
            raise RecordingError(f'{place}: side "{told["side"]}" is neither left nor right')
        side = Side(told["side"].lower())
    return Place(muscle, side)


def _number(told: str | None, place: str, key: str) -> float | None:
    if not told:
        return None
    try:
        value = float(told)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise RecordingError(f'{place}: {key} "{told}" is no number')
    return value
