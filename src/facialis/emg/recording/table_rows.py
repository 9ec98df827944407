"""Rows of a table as numbers: many at once where they are plain, one by one where something in them is not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.files import text_of
from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.stretches import number
from facialis.emg.recording.table_header import Layout, parted

Table = npt.NDArray[np.float64]


def rows(raw: bytes, layout: Layout, name: str, row: int) -> Table:
    """Return whole lines as numbers.

    Parameters
    ----------
    raw : bytes
        Whole lines.
    layout : Layout
    name : str
        Of the file, for errors.
    row : int
        How many rows of numbers come before, for errors.

    Returns
    -------
    array of float64, shape (n_rows, n_columns)
        NaN where a cell is empty or says that there is no number.

    Raises
    ------
    RecordingError
        If a line has another number of cells, or one that is no number; it names the row.
    """
    table = _at_once(raw, layout)
    return _one_by_one(raw, layout, name, row) if table is None else table


def _at_once(raw: bytes, layout: Layout) -> Table | None:
    """Return plain lines as numbers; None where they are not plain."""
    plain = raw.replace(b"\r\n", b"\n").strip(b"\n")
    separator = layout.separator.encode()
    if layout.decimal == ",":
        plain = plain.replace(b",", b".")
    if plain.translate(None, b"0123456789+-.eE naN\n" + separator):
        return None
    doubled = separator * 2
    if separator != b" " and (doubled in plain or separator + b"\n" in plain or b"\n" + separator in plain):
        return None
    lines = plain.count(b"\n") + 1
    if separator != b" " and plain.count(separator) != lines * (layout.columns - 1):
        return None
    # Lines of different lengths that add up would shift the numbers: the end of each line is looked at.
    cells = plain.replace(b"\n", separator + b"nan" + separator)
    width = layout.columns + 1
    try:
        split = cells.split() if separator == b" " else cells.split(separator)
        if len(split) != lines * width - 1:
            return None
        values = np.fromiter(map(float, split), np.float64, len(split))
    except ValueError:
        return None
    table = np.append(values, np.nan).reshape(lines, width)
    return table[:, :-1] if np.isnan(table[:, -1]).all() else None


def _one_by_one(raw: bytes, layout: Layout, name: str, row: int) -> Table:
    """Return any lines as numbers; comments and empty lines among them are left out."""
    found: list[list[float]] = []
    for line in text_of(raw).splitlines():
        text = line.strip(" \r\n\0")
        if not text or text.startswith(("#", "%")):
            continue
        cells = parted(text, layout.separator)
        if len(cells) != layout.columns:
            what = f"row {row + len(found) + 1} has {len(cells)} cells and not {layout.columns}"
            raise RecordingError(f"{name}: {what}; export it again")
        found.append([_cell(cell, name, row + len(found) + 1) for cell in cells])
    return np.array(found, np.float64).reshape(len(found), layout.columns)


def _cell(cell: str, name: str, row: int) -> float:
    value = number(cell)
    if value != value and cell.lower() not in ("", "nan", "na", "n/a", "null", "none", "-"):
        shown = cell if len(cell) <= 24 else cell[:21] + "..."
        raise RecordingError(f'{name}: row {row} holds "{shown}", which is no number; mend it or leave the cell empty')
    return value
