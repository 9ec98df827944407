"""Calls of ``facialis video``; files on other commands have calls of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from facialis import commands

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], nets: dict[str, Path]) -> Run:
    """Call `facialis video`; return exit code, standard output and standard error."""

    def call(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["video", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call
