"""The sources of the page: numbered where they are first used, listed at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Sources:
    """Numbers sources in the order in which a page uses them."""

    def __init__(self, known: Iterable[Mapping[str, Any]]) -> None:
        self._known = {source["key"]: source for source in known}
        self._numbers: dict[str, int] = {}

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """Return the numbers of sources, rising; a source gets the next number when it is first asked for."""
        return sorted({self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys if key in self._known})

    def listed(self) -> list[tuple[int, str, str]]:
        """Return number, citation and where to find it of those that have a number."""
        return [(number, self._known[key]["cite"], self._where(key)) for key, number in self._numbers.items()]

    def _where(self, key: str) -> str:
        source = self._known[key]
        return ", ".join(f"{name} {source[f]}" for f, name in (("doi", "doi"), ("pmid", "PMID")) if source[f])
