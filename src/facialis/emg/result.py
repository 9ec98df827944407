"""The public result, written piece by piece: three days hold hundreds of thousands of bursts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis.emg.artefacts import DOUBTS
from facialis.emg.bursts import FORMS, Bursts
from facialis.emg.recording import Source

AT_ONCE = 2000
"""Bursts turned into text at once."""
CSV_COLUMNS = (
    *("channel", "muscle", "side", "onset_s", "onset_low_s", "onset_high_s", "offset_s", "offset_low_s"),
    *("offset_high_s", "rms_uv", "peak_uv", "snr_db", "form", "discharge_hz", "discharge_low_hz", "discharge_high_hz"),
    *("regularity", "spikes", "doubt"),
)
Row = dict[str, Any]
Rows = Callable[[Bursts, Source], Iterator[Row]]

_WORDS = {
    "mains": "the mains switching",
    "ecg": "the heart",
    "pop": "a pop or step of the electrode",
    "clipping": "beyond what the amplifier can show",
    "movement": "movement of the electrode or its cable",
    "electrode": "an electrode that is off",
    "cross_talk": "the neighbouring muscle, seen from afar",
    "missing": "samples are missing within",
    "no_rest": "no rest to compare with",
}


def doubts(bits: int) -> list[str]:
    """Say in words what a burst may be instead."""
    return [_WORDS.get(name, name.replace("_", " ")) for name, bit in DOUBTS.items() if bits & bit]


def json_pieces(result: Mapping[str, Any], bursts: Bursts, source: Source) -> Iterator[bytes]:
    """Yield the JSON text of a result whose ``bursts`` and ``artefacts`` are written as they come.

    Parameters
    ----------
    result : mapping
        The public result; what it holds at ``bursts`` and ``artefacts`` is not looked at.
    bursts : Bursts
        All of them, those in doubt too.
    source : Source
    """
    made: dict[str, tuple[Bursts, Rows]] = {
        "bursts": (bursts.sound(), burst_rows),
        "artefacts": (bursts.where(bursts.doubt != 0), artefact_rows),
    }
    yield b"{"
    for place, (key, value) in enumerate(result.items()):
        yield (",\n " if place else "\n ").encode() + f"{json.dumps(key)}: ".encode()
        if key in made:
            yield from _list(*made[key], source)
        else:
            yield json.dumps(value, indent=1, allow_nan=False).replace("\n", "\n ").encode()
    yield b"\n}\n"


def _list(table: Bursts, rows: Rows, source: Source) -> Iterator[bytes]:
    yield b"["
    for start, part in _parts(table):
        yield ((",\n  " if start else "\n  ") + ",\n  ".join(map(json.dumps, rows(part, source)))).encode()
    yield b"\n ]" if len(table) else b"]"


def _parts(table: Bursts) -> Iterator[tuple[int, Bursts]]:
    """Yield a table by as many bursts as are turned into text at once, and where each part begins."""
    for start in range(0, len(table), AT_ONCE):
        yield start, table.where(slice(start, start + AT_ONCE))


def burst_rows(table: Bursts, source: Source) -> Iterator[Row]:
    """Yield each burst as the public result holds it."""
    names = [channel.name for channel in source.channels]
    columns = zip(
        table.channel.tolist(),
        *(_column(getattr(table, name), 5) for name in ("onset_s", "onset_low_s", "onset_high_s")),
        *(_column(getattr(table, name), 5) for name in ("offset_s", "offset_low_s", "offset_high_s")),
        *(_column(table.rms_uv, 2), _column(table.snr_db, 1), table.form.tolist()),
        *(_column(getattr(table, name), 1) for name in ("discharge_hz", "discharge_low_hz", "discharge_high_hz")),
        *(_column(table.regularity, 3), table.spikes.tolist()),
        strict=True,
    )
    for channel, on, on_low, on_high, off, off_low, off_high, rms, snr, form, hz, low, high, even, spikes in columns:
        yield {
            "channel": names[channel],
            "onset_s": on,
            "onset_interval": {"low": on_low, "high": on_high},
            "offset_s": off,
            "offset_interval": {"low": off_low, "high": off_high},
            "rms_uv": rms,
            "snr_db": snr,
            "form": FORMS[form],
            "discharge_hz": {"value": hz, "low": low, "high": high},
            "regularity": even,
            "spikes": spikes,
        }


def artefact_rows(table: Bursts, source: Source) -> Iterator[Row]:
    """Yield what was taken for something else as the public result holds it."""
    names = [channel.name for channel in source.channels]
    because = {bits: doubts(bits) for bits in np.unique(table.doubt).tolist()}
    columns = zip(
        table.channel.tolist(),
        _column(table.onset_s, 5),
        _column(table.offset_s, 5),
        table.doubt.tolist(),
        strict=True,
    )
    for channel, onset, offset, bits in columns:
        yield {"channel": names[channel], "onset_s": onset, "offset_s": offset, "because": because[bits]}


def csv_pieces(bursts: Bursts, source: Source) -> Iterator[bytes]:
    """Yield a row a burst, UTF-8, those in doubt too; unknown numbers are empty."""
    yield (",".join(CSV_COLUMNS) + "\n").encode()
    told = [(one.name, one.muscle or "", one.side.value) for one in source.channels]
    numbers = CSV_COLUMNS[len(("channel", "muscle", "side")) : CSV_COLUMNS.index("form")]
    discharges = CSV_COLUMNS[CSV_COLUMNS.index("form") + 1 : CSV_COLUMNS.index("spikes")]
    for _, part in _parts(bursts):
        sheet = io.StringIO()
        because = {bits: "; ".join(doubts(bits)) for bits in np.unique(part.doubt).tolist()}
        columns = zip(
            *zip(*(told[channel] for channel in part.channel.tolist()), strict=True),
            *(_column(getattr(part, name), 5) for name in numbers),
            [FORMS[form] for form in part.form.tolist()],
            *(_column(getattr(part, name), 5) for name in discharges),
            part.spikes.tolist(),
            [because[bits] for bits in part.doubt.tolist()],
            strict=True,
        )
        csv.writer(sheet, lineterminator="\n").writerows(columns)
        yield sheet.getvalue().encode()


def _column(values: npt.NDArray[Any], digits: int) -> list[float | None]:
    """Return numbers rounded, None where there is none."""
    rounded = np.round(values.astype(np.float64), digits).astype(object)
    rounded[~np.isfinite(values)] = None
    listed: list[float | None] = rounded.tolist()
    return listed
