"""The record of an invented person, and calls of ``facialis packet`` on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from facialis import commands


@pytest.fixture(scope="session")
def invented(script: Callable[[str], ModuleType]) -> ModuleType:
    """The generator of the record."""
    return script(str(Path(__file__).with_name("invented.py").relative_to(Path(__file__).parents[4])))


@pytest.fixture
def files(invented: ModuleType, tmp_path: Path) -> Any:
    """A folder with the whole record."""
    return invented.Files(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Call `facialis packet`; return exit code, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: Any) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(["packet", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def made(run: Callable[..., tuple[int, str, str]], files: Any) -> Callable[..., dict[str, Any]]:
    """Make a packet of the record, by an example payer that asks for everything."""

    def make(*more: Any, leave: tuple[str, ...] = (), payer: Any = "example_detailed") -> dict[str, Any]:
        code, out, err = run(*files.words(leave=leave), "--payer", payer, "--json", "-", *more)
        assert (code, err) == (0, "")
        result: dict[str, Any] = json.loads(out)
        return result

    return make
