"""What the written documents share: rows of a table, citations, and the check that a document is fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def row(*cells: str) -> Iterator[str]:
    """Yield one row of a table."""
    yield "| " + " | ".join(cell.strip().replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def cited(keys: Sequence[str], page: str = "") -> str:
    """Return citations as links into the list of sources, which stands on `page`."""
    return f"[{', '.join(f'[{key}]({page}#{key})' for key in keys)}]" if keys else ""


def write(name: str, compose: Callable[[], str], words: Sequence[str], folder: Path = DOCS) -> int:
    """Write a document, or with ``--check`` compare it with what is there."""
    text, path = compose(), folder / name
    if list(words) == ["--check"]:
        stale = not path.is_file() or path.read_text(encoding="utf-8") != text
        said = f"docs/{name} is not what the knowledge files say: run `make docs`" if stale else f"{name} is fresh"
        print(said)
        return 1 if stale else 0
    path.write_text(text, encoding="utf-8")
    print(f"wrote docs/{name}")
    return 0
