"""The montage: which channel lies on which muscle of which side, written by whoever placed the electrodes."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from facialis.document import Document, json_file, toml_file
from facialis.emg.recording.labels import MUSCLES, spelt
from facialis.findings import Side

_MOST_NAMED = 24

_SIDES = tuple(side.value for side in Side)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pair of electrodes lies."""

    muscle: str | None
    side: Side


@dataclass(frozen=True, slots=True)
class Montage:
    """A montage that was read.

    Attributes
    ----------
    rows : tuple of (Document, str, Place)
        The object in the file, for what is wrong with it; the name of the channel; where it lies.
    """

    rows: tuple[tuple[Document, str, Place], ...]

    @classmethod
    def read(cls, path: Path) -> Montage:
        """Read ``{"channels": [{"name", "muscle", "side"}]}``, TOML or JSON.

        Raises
        ------
        DocumentError
            If the file cannot be read, or a word in it is not known; in one line.
        """
        toml = path.suffix.lower() == ".toml"
        return cls.of(toml_file(path) if toml else json_file(path), str(path))

    @classmethod
    def of(cls, value: object, name: str = "montage") -> Montage:
        """Take a montage that is at hand; `name` is how it is called in errors."""
        document = Document(value, name)
        document.only(("channels",))
        rows = []
        for row in document.rows("channels"):
            row.only(("name", "muscle", "side"))
            side = Side(row.word_or_none("side", _SIDES) or "none")
            rows.append((row, row.text("name"), Place(row.word_or_none("muscle", tuple(MUSCLES)), side)))
        return cls(tuple(rows))

    def places(self, names: list[str]) -> dict[str, Place]:
        """Return where each channel that the montage names lies.

        Raises
        ------
        DocumentError
            If it names a channel that the recording does not have, or one of them twice.
        """
        found: dict[str, Place] = {}
        for row, name, place in self.rows:
            known = _known(row, name, names)
            if known in found:
                raise row.error(f'names "{known}" a second time', "name")
            found[known] = place
        return found


def _known(row: Document, name: str, names: list[str]) -> str:
    """Return the channel that is meant: by its name, however it is spelt, where only one is spelt so."""
    if name in names:
        return name
    plain = [spelt(one).replace(" ", "") for one in names]
    if plain.count(spelt(name).replace(" ", "")) == 1:
        return names[plain.index(spelt(name).replace(" ", ""))]
    near = get_close_matches(spelt(name).replace(" ", ""), plain, 1)
    hint = f'did you mean "{names[plain.index(near[0])]}"? ' if near else ""
    shown = ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    )
    raise row.error(f'is "{name}"; {hint}the recording has {shown or "no channel"}', "name")
