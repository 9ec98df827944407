"""What changed from one text to the next, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


def words_changed(before: str, after: str) -> list[Piece]:
    """Return the two texts as one, in pieces: joined, those not removed are `after`, those not added `before`."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    pieces: list[Piece] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece("same", "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            pieces.append(Piece("removed", "".join(old[old_from:old_to])))
        if new_from < new_to:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Put changes that only blanks keep apart together: what went, then what came, each in one piece."""
    joined: list[Piece] = []
    removed = added = ""
    for place, piece in enumerate(pieces):
        between = piece.kind == "same" and not piece.text.strip() and (removed or added) and place < len(pieces) - 1
        if piece.kind == "removed" or between:
            removed += piece.text
        if piece.kind == "added" or between:
            added += piece.text
        if piece.kind == "same" and not between:
            joined += [Piece("removed", removed)] * bool(removed) + [Piece("added", added)] * bool(added) + [piece]
            removed = added = ""
    return joined + [Piece("removed", removed)] * bool(removed) + [Piece("added", added)] * bool(added)


def shortened(pieces: list[Piece], around: int = 160) -> list[Piece]:
    """Leave out the middle of long pieces that stayed: what changed is what is looked for."""
    short = []
    for place, piece in enumerate(pieces):
        if piece.kind == "same" and len(piece.text) > 2 * around + 80:
            head = piece.text[:around].rpartition(" ")[0] if place else ""
            tail = piece.text[-around:].partition(" ")[2] if place < len(pieces) - 1 else ""
            piece = Piece("same", f"{head} … {tail}")
        short.append(piece)
    return short
