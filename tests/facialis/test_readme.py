"""What the README says can be typed: each command and option is there, its Python runs on the diary of the examples."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer.main

from facialis import commands, knowledge
from facialis.knowledge import treatment


def blocks(root: Path, language: str) -> list[str]:
    text = (root / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def called(root: Path) -> list[list[str]]:
    """Return the words of each line that calls the command."""
    lines = [line for block in blocks(root, "sh") for line in block.splitlines() if line.startswith("facialis ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def found(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that words call, and the words left for it."""
    command: Any = typer.main.get_command(commands._app(words))
    while hasattr(command, "commands"):
        word = words[0]
        assert word in command.commands, f"facialis {word} is no command"
        command, words = command.commands[word], words[1:]
    return command, words


def test_every_command_and_option_of_the_readme_is_there(root):
    assert len(called(root)) > 15
    for words in called(root):
        command, rest = found(words)
        options = {name for parameter in command.params for name in parameter.opts}
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word in options, f"facialis {' '.join(words)}: {word}"


def test_every_name_of_the_readme_is_known(root):
    lines = {words[0]: words for words in called(root)}
    assert lines["packet"][-1] in treatment.payers()
    assert set(lines["aid"][1:3]) <= set(treatment.options())
    assert lines["knowledge"][2] in knowledge.findings()


def test_the_python_of_the_follow_up_runs_as_it_stands(root, tmp_path, monkeypatch):
    code = blocks(root, "python")[0]
    part = code[code.index("from datetime import date") :]
    for name in ("diary.csv", "treatments.toml"):
        shutil.copy(root / "examples" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    held: dict[str, Any] = {}
    exec(part, held)
    wear_off = held["followed"].sides["left"].forecast.wear_off
    assert wear_off.low < wear_off.day < wear_off.high


def test_the_readme_leads_to_every_page_of_the_documentation(root):
    text = (root / "README.md").read_text(encoding="utf-8")
    missing = [page.name for page in (root / "docs").glob("*.md") if f"docs/{page.name}" not in text]
    assert not missing


@pytest.mark.parametrize(
    "line",
    [
        "course diary.csv --treatment treatments.toml --on 2026-04-20",
        "course diary.csv --treatment treatments.toml --case case.toml --on 2026-04-20",
        "change visit_before.toml visit_after.toml",
        "decompression decompression.toml --on 2026-02-20",
        "aid onabotulinumtoxinA microvascular_decompression --surgeon surgeon.toml --on 2026-04-20",
        "packet case.toml --payer example_short --tried tried.toml --on 2026-04-20",
        "packet case.toml --payer payer.toml --on 2026-04-20",
        "injection plan plan.toml --on 2026-01-12",
        "options case_for_treatment.toml --on 2026-01-12",
    ],
)
def test_the_examples_are_taken_by_the_commands_they_name(root, line, monkeypatch, capsys):
    monkeypatch.chdir(root / "examples")
    with pytest.raises(SystemExit) as left:
        commands.main(line.split())
    said = capsys.readouterr()
    assert (left.value.code or 0, said.err) == (0, "")
    assert said.out.strip()


def test_every_example_says_that_it_is_invented(root):
    for path in (root / "examples").iterdir():
        if path.suffix in (".toml", ".csv"):
            assert "invented" in path.read_text(encoding="utf-8"), path.name
