"""Fail when a document links to a file, a picture or a heading that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<img[^>]+src=\"([^\"]+)\"")
ANCHOR = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, made as the common hosts make them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCE.sub("", text)))
    return {heading.strip().replace(" ", "-") for heading in plain} | set(ANCHOR.findall(text))


def broken(page: Path) -> list[str]:
    """Return one line a link of ``page`` that leads nowhere; links to sites are left alone."""
    text = page.read_text(encoding="utf-8")
    lines = []
    for link, picture in LINK.findall(FENCE.sub("", text)):
        target = link or picture
        # Another site, or an address of our own site, which the tests of the pages follow.
        if re.match(r"[a-z][a-z+.-]*:|/", target):
            continue
        file, _, anchor = target.partition("#")
        there = page.parent / file if file else page
        if not there.exists():
            lines.append(f"{page}: {target} is not there")
        elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
            lines.append(f"{page}: {target}: no such heading")
    return lines


def main() -> int:
    """Look through every document of the repository."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    pages = [Path(name) for name in names if name and Path(name).is_file()]
    lines = [line for page in pages for line in broken(page)]
    print("\n".join(lines) if lines else f"every link in {len(pages)} documents leads somewhere")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
