from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facialis.face.nets import NETS


def facialis(*words: str, models: Path | None = None) -> subprocess.CompletedProcess[str]:
    code = f"import os; os.environ['FACIALIS_MODELS'] = {str(models)!r}\n" if models else ""
    code += f"from facialis.commands import main; main({list(words)!r})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_where_prints_the_folder(tmp_path: Path) -> None:
    assert facialis("models", "where", models=tmp_path).stdout == f"{tmp_path}\n"


def test_check_names_each_net_and_its_hash(nets: dict[str, Path]) -> None:
    done = facialis("models", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[name, NETS[name]] for name in nets]


@pytest.mark.parametrize("words", [["check"], ["fetch", "--from", "no_such.whl"]])
def test_what_is_missing_is_one_line_and_exit_2(tmp_path: Path, words: list[str]) -> None:
    done = facialis("models", *words, models=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "facialis models fetch" in done.stderr or "name the wheel" in done.stderr
