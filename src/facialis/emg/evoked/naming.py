"""Which muscle and which side a channel's name means."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from facialis.document import Document, DocumentError, json_file, toml_file
from facialis.findings import Side
from facialis.knowledge import evoked as known

MUSCLES = tuple(
    dict.fromkeys(muscle for branch in known.branches().values() for muscle in (*branch.supplies, *branch.may_supply))
)


@dataclass(frozen=True, slots=True)
class Named:
    """Muscle and side of a channel; None and NONE where nobody says it."""

    muscle: str | None
    side: Side


def who(name: str) -> Named:
    """Return what a channel's name says of muscle and side."""
    words = name.lower().replace("_", " ").replace("-", " ").replace(".", " ").split()
    flat = "_".join(words)
    muscle = next((muscle for muscle in MUSCLES if muscle in flat), None)
    left = bool({"left", "l", "li", "lt"} & set(words))
    right = bool({"right", "r", "re", "rt"} & set(words))
    side = Side.NONE if left == right else Side.LEFT if left else Side.RIGHT
    return Named(muscle, side)


def montage(path: Path) -> dict[str, Named]:
    """Read a montage (TOML or JSON): muscle and side by channel.

    Raises
    ------
    DocumentError
        In one line: file, place, what is wrong.
    """
    value = toml_file(path) if path.suffix.lower() == ".toml" else json_file(path)
    whole = Document(value, str(path))
    found: dict[str, Named] = {}
    for row in whole.rows("channels"):
        muscle = row.text("muscle")
        if muscle not in MUSCLES:
            near = get_close_matches(muscle, MUSCLES, 1)
            raise DocumentError(
                f'{path}: "{muscle}" is no muscle of the face' + (f'; did you mean "{near[0]}"?' if near else "")
            )
        found[row.text("name")] = Named(muscle, Side(row.word("side", ("left", "right"))))
    return found
