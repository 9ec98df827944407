"""The sources of a page: numbered where they are first used, listed at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# What is elicited is marked so where it stands; there is nothing to look up.
NO_SOURCE = ("", "elicited")


class Sources:
    """Numbers sources in the order in which a page uses them."""

    def __init__(self, known: Iterable[Mapping[str, Any]]) -> None:
        self._known = {source["key"]: source for source in known}
        self._numbers: dict[str, int] = {}

    def numbers(self, keys: Iterable[str | None]) -> list[int]:
        """Return the numbers of sources, in rising order; a source gets the next number when it is first asked for."""
        named = {key for key in keys if key and key not in NO_SOURCE}
        return sorted({self._numbers.setdefault(key, len(self._numbers) + 1) for key in sorted(named)})

    def listed(self) -> list[tuple[int, str]]:
        """Return the sources that have a number, each with its citation."""
        return [(number, self._cite(key)) for key, number in self._numbers.items()]

    def _cite(self, key: str) -> str:
        source = self._known.get(key, {})
        where = [f"{name} {source[field]}" for field, name in (("doi", "doi"), ("pmid", "PMID")) if source.get(field)]
        return ", ".join([source.get("cite") or key, *where])
