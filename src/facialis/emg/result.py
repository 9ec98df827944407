"""The public result, written piece by piece: three days hold hundreds of thousands of bursts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    rows = {"bursts": (bursts.sound(), burst_row), "artefacts": (bursts.where(bursts.doubt != 0), artefact_row)}
    yield b"{"
    for place, (key, value) in enumerate(result.items()):
        yield (",\n " if place else "\n ").encode() + f"{json.dumps(key)}: ".encode()
        if key in rows:
            yield from _list(*rows[key], source)
        else:
            yield json.dumps(value, indent=1, allow_nan=False).replace("\n", "\n ").encode()
    yield b"\n}\n"


def _list(table: Bursts, row: Callable[[Bursts, int, Source], Row], source: Source) -> Iterator[bytes]:
    yield b"["
    for start in range(0, len(table), AT_ONCE):
        lines = (json.dumps(row(table, place, source)) for place in range(start, min(start + AT_ONCE, len(table))))
        yield ((",\n  " if start else "\n  ") + ",\n  ".join(lines)).encode()
    yield b"\n ]" if len(table) else b"]"


def burst_row(table: Bursts, place: int, source: Source) -> Row:
    """Return a burst as the public result holds it."""
    return {
        "channel": source.channels[int(table.channel[place])].name,
        "onset_s": _number(table.onset_s[place], 5),
        "onset_interval": _ends(table.onset_low_s[place], table.onset_high_s[place]),
        "offset_s": _number(table.offset_s[place], 5),
        "offset_interval": _ends(table.offset_low_s[place], table.offset_high_s[place]),
        "rms_uv": _number(table.rms_uv[place], 2),
        "snr_db": _number(table.snr_db[place], 1),
        "form": FORMS[int(table.form[place])],
        "discharge_hz": {
            "value": _number(table.discharge_hz[place], 1),
            "low": _number(table.discharge_low_hz[place], 1),
            "high": _number(table.discharge_high_hz[place], 1),
        },
        "regularity": _number(table.regularity[place], 3),
        "spikes": int(table.spikes[place]),
    }


def artefact_row(table: Bursts, place: int, source: Source) -> Row:
    """Return what was taken for something else as the public result holds it."""
    return {
        "channel": source.channels[int(table.channel[place])].name,
        "onset_s": _number(table.onset_s[place], 5),
        "offset_s": _number(table.offset_s[place], 5),
        "because": doubts(int(table.doubt[place])),
    }


def csv_pieces(bursts: Bursts, source: Source) -> Iterator[bytes]:
    """Yield a row a burst, UTF-8, those in doubt too; unknown numbers are empty."""
    yield (",".join(CSV_COLUMNS) + "\n").encode()
    columns = [name for name in CSV_COLUMNS if name.endswith(("_s", "_uv", "_db", "_hz"))]
    for start in range(0, len(bursts), AT_ONCE):
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        for place in range(start, min(start + AT_ONCE, len(bursts))):
            channel = source.channels[int(bursts.channel[place])]
            row: Row = {name: _cell(getattr(bursts, name), place) for name in columns}
            row |= {"channel": channel.name, "muscle": channel.muscle or "", "side": channel.side.value}
            row |= {"form": FORMS[int(bursts.form[place])], "regularity": _cell(bursts.regularity, place)}
            row |= {"spikes": int(bursts.spikes[place]), "doubt": "; ".join(doubts(int(bursts.doubt[place])))}
            writer.writerow([row[name] for name in CSV_COLUMNS])
        yield sheet.getvalue().encode()


def _cell(values: npt.NDArray[Any], place: int) -> Any:
    number = _number(values[place], 5)
    return "" if number is None else number


def _number(value: Any, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _ends(low: Any, high: Any) -> dict[str, float | None]:
    return {"low": _number(low, 5), "high": _number(high, 5)}


def rows(table: Bursts, row: Callable[[Bursts, int, Source], Row], source: Source) -> Sequence[Row]:
    """Return every burst of a table as a row; for recordings that fit into memory that way."""
    return [row(table, place, source) for place in range(len(table))]
