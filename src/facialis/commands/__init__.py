"""The command line: one file a command, found by entry point, and one place where errors become words.

A command is a name in the entry-point group ``facialis.commands`` that points either to a function with a typer
signature or to a :class:`typer.Typer` with commands of its own. Its module imports at its top only what is light
(typer, pathlib): what measures is imported where it is used, so that ``facialis --help`` answers at once.

Exit codes: 0 done; 2 the call or the file is wrong; 3 the recording was refused by its quality; 130 stopped by hand;
1 an error of Facialis itself. A command raises :class:`CallError` or one of the errors in ``EXPECTED``, or
``typer.Exit(3)``; it never prints an error by itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points

import typer

from facialis.version import __version__

GROUP = "facialis.commands"

# Errors that the caller can mend. They are named, not imported: a call pays only for the rooms that it enters.
EXPECTED = (
    ("facialis.cohort", "CohortError"),
    ("facialis.document", "DocumentError"),
    ("facialis.emg.recording", "RecordingError"),
    ("facialis.face.nets", "NetsMissing"),
    ("facialis.face.recording", "RecordingError"),
    ("facialis.knowledge", "KnowledgeError"),
    ("facialis.paper.pdf", "PdfMissing"),
)


class CallError(Exception):
    """The call or the file is wrong; the text is one line: what, where, what to do."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    argv : sequence of str or None
        The words after ``facialis``; those of the process when None.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    code, line = _run(words)
    if line:
        sys.stderr.write(f"facialis: {line}\n")
    sys.exit(code)


def take_any_byte() -> None:
    """Read standard input such that a byte that is no text is a wrong answer and not the end."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")


def _run(words: list[str]) -> tuple[int, str]:
    """Return the exit code and the one line for standard error, empty where there is nothing to say."""
    try:
        code = _app(words)(args=words or ["--help"], prog_name="facialis", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader left (`facialis ... | head`). What is still buffered goes nowhere, without a word at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1, ""
    except Exception as error:
        if os.environ.get("FACIALIS_TRACEBACK"):
            raise
        return _explain(error)
    return (130, "stopped") if code == 130 else (code if isinstance(code, int) else 0, "")


def _explain(error: Exception) -> tuple[int, str]:
    expected = tuple(getattr(sys.modules[room], name) for room, name in EXPECTED if room in sys.modules)
    if isinstance(error, typer.TyperException):
        return 2, f"{_one_line(error.format_message())} (see `{_where(error)} --help`)"
    if isinstance(error, typer.Abort):
        return 130, "stopped"
    if isinstance(error, (CallError, *expected)):
        return 2, _one_line(str(error))
    if isinstance(error, OSError) and error.filename is not None:
        return 2, f"{error.filename}: {error.strerror}"
    text = _one_line(f"{type(error).__name__}: {error}")
    return 1, f"an error of Facialis itself, please report it: {text} (FACIALIS_TRACEBACK=1 shows where)"


def _where(error: typer.TyperException) -> str:
    return getattr(getattr(error, "ctx", None), "command_path", "facialis")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _app(words: Sequence[str]) -> typer.Typer:
    """Build the app with the one command that is called, or with all of them where none is (help, a wrong word)."""
    app = typer.Typer(
        add_completion=False, help="Hemifacial spasm: measured from an ordinary video, and the diagnosis explained."
    )
    app.callback()(_options)
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    called = next((word for word in words if not word.startswith("-")), None)
    for entry in [found[called]] if called in found else _present(found.values()):
        _add(app, entry)
    return app


def _present(entries: Iterable[EntryPoint]) -> list[EntryPoint]:
    """Leave out the commands whose own module is not installed; they must not take the others with them."""
    return [entry for entry in sorted(entries, key=lambda entry: entry.name) if _can_load(entry)]


def _can_load(entry: EntryPoint) -> bool:
    try:
        entry.load()
    except (ImportError, AttributeError):
        return False
    return True


def _add(app: typer.Typer, entry: EntryPoint) -> None:
    try:
        command = entry.load()
    except (ImportError, AttributeError) as error:
        raise CallError(f"the command `{entry.name}` is not complete here: {error}; install facialis again") from error
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=entry.name)
    else:
        app.command(entry.name)(command)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"facialis {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and leave.", callback=_print_version, is_eager=True
    ),
) -> None:
    """Hemifacial spasm, measured from an ordinary video."""
