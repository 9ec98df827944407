"""Write docs/asvs.md from tools/asvs.toml, or with --check fail where it is no longer what that says."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pages import row, write

SOURCE = Path(__file__).with_name("asvs.toml")
STATES = ("done", "partly", "not done", "not applicable")
CHAPTERS = {
    1: "Encoding and sanitization", 2: "Validation and business logic", 3: "Web frontend", 4: "API and web service",
    5: "Files", 6: "Authentication", 7: "Sessions", 8: "Authorization", 9: "Self-contained tokens",
    10: "OAuth and OIDC", 11: "Cryptography", 12: "Communication", 13: "Configuration", 14: "Data protection",
    15: "Coding and architecture", 16: "Logging and errors", 17: "WebRTC",
}  # fmt: skip
Requirement = Mapping[str, Any]

HEAD = """\
# What security standards ask, and what holds here

<!-- Written by `make docs` from tools/asvs.toml. Change that, not this page. -->

Every requirement of level 1 and level 2 of [OWASP ASVS 5.0.0](https://github.com/OWASP/ASVS) ({count}), and the
technical safeguards of HIPAA ([45 CFR 164.312](#45-cfr-164312)), held against the [site](operations.md). The ids and
levels are the standard's (OWASP, CC BY-SA 4.0); what each asks is said in our own words, shortened: the standard's
text decides.

| word | means |
|---|---|
| done | the tests named show it |
| partly | something that is asked for is missing, and the row says what; tests named show the rest |
| not done | nothing shows it, or it is not there |
| not applicable | the site has nothing that it asks about, and the row says why |

We did this ourselves; nobody from outside has looked. A test shows what it tries and no more. What the practice does
itself (the machine, its disk, its certificate, its people) is not judged here. The tests lie in `tests/`.

"""


def read() -> dict[str, list[dict[str, Any]]]:
    """Return the requirements of both standards."""
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


def chapter(requirement: Requirement) -> int:
    """Return the chapter that a requirement belongs to."""
    return int(requirement["id"].removeprefix("V").partition(".")[0])


def page() -> str:
    """Return the page as Markdown."""
    told = read()
    asvs = told["requirement"]
    parts = [*_summary(asvs), *_chapters(asvs), *_hipaa(told["hipaa"])]
    return HEAD.format(count=len(asvs)) + "\n".join(parts) + "\n"


def _summary(asvs: Sequence[Requirement]) -> Iterator[str]:
    yield from row("chapter", *STATES, "in all")
    yield from row("---", *("--:" for _ in STATES), "--:")
    for number, group in groupby(asvs, key=chapter):
        name = CHAPTERS[number]
        yield from _counts(f"[V{number} {name}](#v{number}-{name.lower().replace(' ', '-')})", list(group))
    for level in (1, 2):
        yield from _counts(f"level {level}", [one for one in asvs if one["level"] == level])
    yield from _counts("**all**", asvs)


def _counts(name: str, group: Sequence[Requirement]) -> Iterator[str]:
    counted = Counter(one["state"] for one in group)
    yield from row(name, *(str(counted[state]) for state in STATES), str(len(group)))


def _chapters(asvs: Sequence[Requirement]) -> Iterator[str]:
    for number, group in groupby(asvs, key=chapter):
        yield f"\n## V{number} {CHAPTERS[number]}\n"
        yield from _table(group, "level")


def _hipaa(rules: Iterable[Requirement]) -> Iterator[str]:
    yield "\n## 45 CFR 164.312\n"
    yield "*Addressable* means: do it, or write down why something else does as well.\n"
    yield from _table(rules, "kind")


def _table(group: Iterable[Requirement], second: str) -> Iterator[str]:
    yield from row("id", second, "asks for", "state", "because, and the tests that show it")
    yield from row("---", "---", "---", "---", "---")
    for one in group:
        shown = [f"`{test.removeprefix('tests/')}`" for test in one.get("tests", [])]
        why = " ".join(part for part in (one.get("because", ""), ", ".join(shown)) if part)
        yield from row(one["id"], str(one[second]), one["asks"], one["state"], why)


if __name__ == "__main__":
    sys.exit(write("asvs.md", page, sys.argv[1:]))
