from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pytest
import typer

from facialis import commands

Run = Callable[..., tuple[int, str, str]]


def refused() -> None:
    """Come to the verdict "refused"."""
    raise typer.Exit(3)


def wrong(count: Annotated[int, typer.Option()] = 0) -> None:
    """Fail on the call."""
    raise commands.CallError(f"clip.mp4 has\n{count} frames: record it again")


def interrupted() -> None:
    """Be stopped by Ctrl-C."""
    raise KeyboardInterrupt


def full() -> None:
    """Meet a full disk."""
    raise OSError(28, "No space left on device", "events.csv")


def broken() -> None:
    """Have a bug."""
    raise ZeroDivisionError("by nought")


def reads() -> None:
    """Meet a recording that cannot be read."""
    from facialis.face.recording import Recording

    Recording(Path("no_such_clip.mp4"))


def lacks_nets() -> None:
    """Meet a missing net."""
    from facialis.face.nets import NetsMissing

    raise NetsMissing("the nets are missing: run `facialis models fetch`")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command line with the commands above and one whose module is not installed."""
    module = ModuleType("commands_of_this_test")
    entries = [EntryPoint("gone", "facialis.commands.not_written:command", commands.GROUP)]
    for function in (refused, wrong, interrupted, full, broken, reads, lacks_nets):
        setattr(module, function.__name__, function)
        entries.append(EntryPoint(function.__name__, f"{module.__name__}:{function.__name__}", commands.GROUP))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(commands, "entry_points", lambda group: entries)

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            commands.main(words)
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, said.out, said.err

    return call


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["wrong"], 2, "facialis: clip.mp4 has 0 frames: record it again\n"),
        (["wrong", "--count", "many"], 2, "(see `facialis wrong --help`)\n"),
        (["wrong", "--amount", "3"], 2, "No such option"),
        (["wrong", "--count"], 2, "requires an argument"),
        (["wrong", "clip.mp4"], 2, "unexpected extra argument"),
        (["misspelt"], 2, "No such command 'misspelt'"),
        (["--misspelt"], 2, "No such option"),
        (["gone"], 2, "the command `gone` is not complete here"),
        (["full"], 2, "facialis: events.csv: No space left on device\n"),
        (["reads"], 2, "no_such_clip.mp4"),
        (["lacks_nets"], 2, "facialis: the nets are missing: run `facialis models fetch`\n"),
        (["interrupted"], 130, "facialis: stopped\n"),
        (["broken"], 1, "ZeroDivisionError: by nought"),
    ],
)
def test_whatever_fails_is_one_line_and_an_exit_code(run: Run, words: list[str], code: int, line: str) -> None:
    left, out, err = run(*words)
    assert (left, out) == (code, "")
    assert line in err
    assert err.startswith("facialis: ")
    assert err.count("\n") == 1


def test_a_refused_recording_leaves_with_3(run: Run) -> None:
    assert run("refused") == (3, "", "")


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_help_names_every_command_that_is_here(run: Run, words: list[str]) -> None:
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    assert "refused" in out
    assert "gone" not in out


def test_a_bug_shows_where_it_is_when_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACIALIS_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        commands.main(["broken"])


def test_the_version_is_printed(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out) == (0, f"facialis {commands.__version__}\n")
