"""The sources of a page: numbered where they are first used, listed at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What is elicited is marked so where it stands; there is nothing to look up.
NO_SOURCE = ("", "elicited")


@dataclass(frozen=True)
class Listed:
    """A line of the list of sources."""

    number: int
    cite: str
    where: str


class Sources:
    """Numbers sources in the order in which a page uses them."""

    def __init__(self, known: Iterable[Mapping[str, Any]]) -> None:
        self._known = {source["key"]: source for source in known}
        self._numbers: dict[str, int] = {}

    def numbers(self, keys: Iterable[str]) -> list[int]:
        """Return the numbers of sources, in rising order; a source gets the next number when it is first asked for."""
        return sorted({self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys if key not in NO_SOURCE})

    def listed(self) -> list[Listed]:
        """Return the sources that have a number."""
        return [self._line(key, number) for key, number in self._numbers.items()]

    def unused(self) -> list[str]:
        """Return the citations of sources that no line of the page uses: what the other numbers rest on."""
        return [source["cite"] for key, source in self._known.items() if key not in {*self._numbers, *NO_SOURCE}]

    def _line(self, key: str, number: int) -> Listed:
        source = self._known.get(key, {})
        where = [f"{name} {source[field]}" for field, name in (("doi", "doi"), ("pmid", "PMID")) if source.get(field)]
        return Listed(number, source.get("cite") or key, ", ".join(where))
