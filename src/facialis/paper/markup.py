r"""The plain text of a letter: headings, lists and paragraphs, and nothing that could do harm.

>>> [block.kind for block in blocks("## Plan\n\n- scan\n- film\n\nWith kind regards")]
['heading', 'list', 'paragraph']
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

HEADING, ITEM = "## ", "- "


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a list or a paragraph.

    Attributes
    ----------
    kind : str
        ``"heading"``, ``"list"`` or ``"paragraph"``.
    lines : tuple of str
        Of a list its items, else the lines as they were broken. Plain text: whoever shows it escapes it.
    """

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below; `items` are shown as a list after the paragraphs."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


def blocks(text: str) -> list[Block]:
    """Read a text: ``## `` begins a heading, ``- `` an item of a list, an empty line ends a paragraph.

    Parameters
    ----------
    text : str
        Anything; what is no markup is text.
    """
    found: list[Block] = []
    kind = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            kind = ""
            continue
        if line.startswith(HEADING):
            found.append(Block("heading", (line.removeprefix(HEADING).strip(),)))
            kind = ""
            continue
        new = "list" if line.startswith(ITEM) else "paragraph"
        line = line.removeprefix(ITEM).strip() if new == "list" else line
        if new == kind:
            found[-1] = Block(kind, (*found[-1].lines, line))
        else:
            found.append(Block(new, (line,)))
        kind = new
    return found


def written(sections: Iterable[Section]) -> str:
    """Write sections as such a text; one without heading stands as its paragraphs, an empty one is left out."""
    parts = []
    for section in sections:
        lines = [_line(text) for text in section.paragraphs]
        if section.items:
            lines.append("\n".join(f"{ITEM}{_line(item)}" for item in section.items))
        if lines:
            parts += [f"{HEADING}{_line(section.heading)}"] if section.heading else []
            parts += lines
    return "\n\n".join(parts)


def _line(text: str) -> str:
    """Keep a text on one line, so that nothing within it begins a heading or an item."""
    line = " ".join(text.split())
    while line.startswith((HEADING, ITEM)):
        line = line.removeprefix(HEADING).removeprefix(ITEM).lstrip()
    return line
