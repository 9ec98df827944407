"""Fail when a tracked file names a package registry, a credential in an address, or a path of one machine.

Locks and settings leak these without anybody writing them: `uv lock`, `pip-compile` and npm all put the registry of the
machine they ran on into their files.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

# A bracket around one character of each word keeps this file from finding itself.
PATTERNS = {
    "an option that names a registry": r"--(extra-)?index[-]url|--find[-]links|--trusted[-]host",
    "a setting that names a registry": r"(?m)^\s*(extra[-_])?index[-_]url\s*=|\bregistry *[=]",
    "a resolved package": r"\"resolved[\"]\s*:\s*\"\w+:/",
    "an address of a registry": r"pypi[.]org|python[h]osted|registry[.]npmjs|deb[.]debian",
    # The file that whoever tests a reader lures it with is on every machine.
    "a file address": r"file[:]///(?!etc/passwd)",
    # Of a registry or a repository; the databases of tests and examples are no secret.
    "a credential in an address": r"(?<!postgresql)(?<!postgres)(?<!s3)(?<!smtp)[:]//[^/\s:@\"'<>]+:[^/\s@\"'<>]+@",
    "a path of a machine": r"(?<![\w.~$}/-])/(work|tmp|root|home|Users)/[A-Za-z0-9_.]",
}
# Files that record a whole environment with the addresses it came from: never tracked, whatever they hold.
FORBIDDEN = {"uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml", "pip.conf", ".npmrc", ".pypirc"}


def found_in(name: str, text: str) -> list[str]:
    """Return one line a place in ``text`` that must not stand there."""
    lines = []
    for what, pattern in PATTERNS.items():
        places = (text.count("\n", 0, match.start()) + 1 for match in re.finditer(pattern, text))
        lines += [f"{name}:{line}: {what}" for line in places]
    return lines


def main() -> int:
    """Look through every tracked file, and every one that would be tracked next."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    bad = []
    for name in sorted(filter(None, names)):
        path = Path(name)
        if path.name in FORBIDDEN:
            bad.append(f"{name}: a file of this kind is never tracked")
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            bad += found_in(name, data.decode("utf-8", errors="replace"))
    print("\n".join(bad) if bad else "no address of a registry, no credential, no path of a machine")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
