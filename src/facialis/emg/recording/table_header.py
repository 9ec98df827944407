"""What stands above the numbers of a table: unit, rate, names of the columns, and how cells are parted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from facialis.emg.recording.channels import Told, microvolts
from facialis.emg.recording.files import File, text_of
from facialis.emg.recording.labels import use_of
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.stretches import number

_MOST_HEAD = 1 << 18
"""Bytes of comments and names above the numbers; a table of a thousand columns needs a tenth of it."""

_MOST_COLUMNS = 4096

_TIMES = {"s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "": 1.0, "ms": 1e-3, "us": 1e-6}
_BEFORE = r"(?:time|t|zeit|seconds|sec|timestamp)"

_NONE = ("", "nan", "na", "n/a", "null", "none", "-", "inf", "+inf", "-inf")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written.

    Attributes
    ----------
    start : int
        Where the first row of numbers begins, in bytes.
    line : int
        Its line in the file, counted from 1.
    separator : str
        Between two cells; a space stands for any white space.
    decimal : str
    columns : int
    time : float or None
        Seconds that one step of the first column is; None where there is no column of time.
    names : tuple of str
        Of the other columns.
    rate_hz : float or None
        As the file states it.
    unit : str
        As the file states it, empty where it does not.
    started : str or None
    """

    start: int
    line: int
    separator: str
    decimal: str
    columns: int
    time: float | None
    names: tuple[str, ...]
    rate_hz: float | None
    unit: str
    started: str | None

    @classmethod
    def read(cls, file: File) -> Layout:
        """Read what stands above the numbers.

        Raises
        ------
        RecordingError
            If there are no numbers below it, or it is a table of something else.
        """
        raw = file.read(0, _MOST_HEAD)
        said: dict[str, str] = {}
        names: list[str] | None = None
        at = 0
        for line, content in enumerate(raw.splitlines(keepends=True), 1):
            text = text_of(content).strip().strip("\0")
            if text.startswith(("#", "%", "//")):
                key, mark, value = text.lstrip("#%/ ").partition(":")
                if mark:
                    said.setdefault(key.strip().lower(), value.lstrip("=").strip().rstrip(",;"))
            elif text:
                separator = _separator(text)
                cells = parted(text, separator)
                if all(_is_number(cell) for cell in cells) and any(cell.lower() not in _NONE for cell in cells):
                    return cls._of(file, at, line, separator, text, names, said)
                if names is not None:
                    raise RecordingError(
                        f'{file.name}: line {line} holds "{_short(text)}" where numbers belong; give a row a sample'
                    )
                names = cells
            at += len(content)
        raise RecordingError(
            f"{file.name}: holds no row of numbers; give a table as # unit, # rate_hz, time_s,name,..."
        )

    @classmethod
    def _of(
        cls, file: File, start: int, line: int, separator: str, row: str, names: list[str] | None, said: dict[str, str]
    ) -> Layout:
        """Put together what was read above the first row of numbers."""
        cells = parted(row, separator)
        if names is None:
            labels = said.get("labels", "")
            names = [part for part in re.split(r"[\t,;]", labels) if part] if labels else []
            names = names if len(names) == len(cells) else [f"channel {place}" for place in range(1, len(cells) + 1)]
        if len(names) != len(cells) or len(cells) > _MOST_COLUMNS:
            what = f"has {len(names)} names and {len(cells)} numbers in line {line}"
            raise RecordingError(f"{file.name}: {what}; give each column a name, {_MOST_COLUMNS} at most")
        time = _time(names[0])
        if time is not None and len(names) > 1 and re.fullmatch(r"sweep[_ ]?1", names[1].strip().lower()):
            raise RecordingError(f"{file.name}: holds sweeps after a stimulus; give it to `facialis evoked`")
        rate = number(next((said[key] for key in said if re.fullmatch(r"rate_hz|sampling rate.*", key)), "nan"))
        channels = names if time is None else names[1:]
        if not channels:
            raise RecordingError(
                f"{file.name}: has a column of times and no channel beside it; give a column a channel"
            )
        decimal = "," if separator in (";", "\t", " ") and "," in row and "." not in row else "."
        unit = next((said[key] for key in ("unit", "units") if key in said), "")
        return cls(
            start, line, separator, decimal, len(cells), time, tuple(channels),
            rate if isfinite(rate) else None, unit, _date(said.get("started", "")),
        )  # fmt: skip

    def told(self, rate_hz: float) -> list[Told]:
        """Return what the table says of its channels; a unit in a name, as ``EMG (mV)``, goes before the common one."""
        told = []
        for name in self.names:
            match = re.fullmatch(r"(.*\S)\s*[\[(]([^\])]{1,8})[\])]\s*", name.strip())
            own = match is not None and (microvolts(match[2]) is not None or use_of(match[1]) != "emg")
            label, unit = (match[1], match[2]) if match and own else (name.strip(), self.unit)
            told.append(Told(label, "" if use_of(label) == "trigger" else unit, rate_hz))
        return told


def parted(line: str, separator: str) -> list[str]:
    """Return the cells of a line without the quotes and spaces around them."""
    cells = line.split() if separator == " " else line.split(separator)
    return [cell.strip().strip('"').strip() for cell in cells]


def _separator(line: str) -> str:
    """Return what parts the cells: a semicolon or a tab where there is one, for a comma may be the decimal one."""
    return next((mark for mark in (";", "\t", ",") if mark in line), " ")


def _is_number(cell: str) -> bool:
    return cell.lower() in _NONE or number(cell) == number(cell)


def _time(name: str) -> float | None:
    """Return the seconds that a step of a column of times is, by its name; None where it is no time."""
    match = re.fullmatch(_BEFORE + r"\s*[_ ]?[\[(]?\s*([a-z]*)\s*[\])]?", name.strip().lower().replace("\xb5", "u"))
    return _TIMES.get(match[1]) if match else None


def _date(text: str) -> str | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat()
    except ValueError:
        return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
