"""A table that people hand in: comma, semicolon or tab between its cells, read line by line and cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from facialis.document import DocumentError, text_file

_BETWEEN = (",", ";", "\t")
# Columns that begin so are for people; nobody reads them.
KEPT_OUT = ("x_", "note")
# What no text holds: every sign below the space but tab, line feed, vertical tab, form feed and carriage return.
_NEVER = tuple(set(range(32)) - {9, 10, 11, 12, 13})


@dataclass(frozen=True, slots=True)
class Row:
    """One line below the header.

    Attributes
    ----------
    file : str
        How the file is called in errors.
    line : int
        Where the row begins, the header's line being 1.
    cells : mapping of str to str
        By column, without the spaces round them; empty where nothing was written.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    def error(self, what: str, column: str = "") -> DocumentError:
        """Return the error for this row, or for one cell of it."""
        place = f"line {self.line}, {column}:" if column else f"line {self.line}:"
        return DocumentError(f"{self.file}: {place} {what}")

    def word(self, column: str, words: Collection[str]) -> str:
        """Return a cell that holds one of some words, in small letters; empty where nothing was written.

        Raises
        ------
        DocumentError
            If it is another word; the line names the nearest.
        """
        told = self.cells.get(column, "").lower()
        if told and told not in words:
            raise self.error(unknown(told, words), column)
        return told


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole table: its rows, the columns that were kept out, and how its letters were taken."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    kept_out: tuple[str, ...]
    assumptions: tuple[str, ...] = ()


def unknown(told: str, words: Collection[str]) -> str:
    """Say that a word is not known, and which is nearest."""
    near = get_close_matches(told, list(words), 1)
    hint = f'did you mean "{near[0]}"?' if near else f"it must be one of {', '.join(words)}"
    return f'"{shortened(told)}" is not known; {hint}'


def shortened(text: str, most: int = 40) -> str:
    """Return a text as it is quoted in one line of an error."""
    told = " ".join(text.split())
    return told if len(told) <= most else f"{told[: most - 3]}..."


def sheet(path: Path, columns: Collection[str]) -> Sheet:
    """Read a table.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark, else Windows-1252, as spreadsheets save it; what stands between the
        cells is told by the header.
    columns : collection of str
        Those that are known. Others are refused unless they begin with one of ``KEPT_OUT``.

    Raises
    ------
    DocumentError
        In one line: file, line, column, what is wrong, the nearest word.
    """
    text, assumed = _text(path)
    lines = _lines(text, str(path), _between(text, columns))
    head = next(lines, None)
    if head is None:
        raise DocumentError(f"{path}: is empty; its first line names the columns, for example date,score")
    names = [cell.lower() for cell in head[1]]
    while names and not names[-1]:
        names.pop()
    known = _known(names, columns, f"{path}: line {head[0]}")
    rows = []
    for line, cells in lines:
        if any(cells[len(names) :]):
            raise DocumentError(
                f"{path}: line {line} has {len(cells)} cells and the header {len(names)}; put a cell that holds the "
                "mark between cells in double quotes"
            )
        held = dict(zip(names, cells, strict=False))
        rows.append(Row(str(path), line, {name: held.get(name, "") for name in known}))
    return Sheet(tuple(rows), tuple(known), tuple(name for name in names if name and name not in known), assumed)


def _text(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a table, and what was assumed of its letters."""
    try:
        held = path.read_bytes()
    except (OSError, ValueError):
        return text_file(path), ()  # which says in one line why not
    if any(byte in held for byte in _NEVER):
        raise DocumentError(f'{path}: is no table of text; save it as "CSV UTF-8"')
    try:
        return _one_end(held.decode("utf-8-sig")), ()
    except UnicodeDecodeError:
        pass
    try:
        text = held.decode("cp1252")
    except UnicodeDecodeError as error:
        raise DocumentError(f'{path}: is no table of text in UTF-8 or Windows-1252; save it as "CSV UTF-8"') from error
    return _one_end(text), ("The table is not in UTF-8: its letters are read as Windows-1252.",)


def _one_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _between(text: str, columns: Collection[str]) -> str:
    """Return what stands between the cells: what makes most known columns of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def found(mark: str) -> tuple[int, int]:
        names = [cell.strip().strip('"').lower() for cell in first.split(mark)]
        return sum(name in columns for name in names), len(names)

    return max(_BETWEEN, key=found)


def _lines(text: str, file: str, between: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not blank: where each begins, and its cells."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=between, strict=True, skipinitialspace=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DocumentError(f"{file}: line {begins} is no line of a table: {error}") from error
        if cells is None:
            return
        told = [cell.strip() for cell in cells]
        if any(told):
            yield begins, told


def _known(names: list[str], columns: Collection[str], place: str) -> list[str]:
    known = []
    for number, name in enumerate(names, 1):
        if name in known:
            raise DocumentError(f'{place}: there are two columns "{name}"')
        if name in columns:
            known.append(name)
        elif not name:
            raise DocumentError(f"{place}: column {number} has no name")
        elif not name.startswith(KEPT_OUT):
            hint = 'a column that nobody shall read begins with "x_" or "note"'
            raise DocumentError(f"{place}: column {unknown(name, columns)} ({hint})")
    return known
