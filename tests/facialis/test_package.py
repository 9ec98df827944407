from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import facialis

HEAVY = {"numpy", "scipy", "cv2", "av", "ai_edge_litert", "typer", "rich", "jinja2", "pydantic", "matplotlib"}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import facialis") & HEAVY


def test_the_shared_words_load_nothing_heavy() -> None:
    assert not loaded_by("from facialis import Side, State, Estimate, Finding") & HEAVY


def test_help_loads_nothing_that_measures() -> None:
    asking = "from facialis.commands import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert not loaded_by(asking) & {"numpy", "scipy", "cv2", "av", "ai_edge_litert", "matplotlib", "jinja2"}


def test_every_public_name_is_there() -> None:
    for name in facialis.__all__:
        assert getattr(facialis, name) is not None
    assert set(dir(facialis)) == set(facialis.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'spasm'"):
        facialis.spasm  # noqa: B018


def test_the_lock_starts_from_what_the_package_declares(root: Path) -> None:
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    named = {re.split(r"[<>=;\[ ]", line)[0] for line in declared}
    lines = (root / "requirements" / "base.in").read_text().splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == named - {"backports-strenum"}


def test_the_lock_holds_every_extra(root: Path) -> None:
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = {re.split(r"[<>=;\[ ]", line)[0] for lines in extras.values() for line in lines}
    lines = (root / "requirements" / "extras.in").read_text().splitlines()
    assert {line.split("[")[0] for line in lines if line and not line.startswith(("#", "-r"))} == named


@pytest.mark.parametrize("lock", ["uv", "base", "dev"])
def test_every_pin_of_a_lock_has_its_hashes(root: Path, lock: str) -> None:
    text = (root / "requirements" / f"{lock}.txt").read_text().replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert pins
    assert all(re.match(r"[\w.\[\]-]+==\S+", pin) and "--hash=sha256:" in pin for pin in pins)


def test_one_version_everywhere(root: Path) -> None:
    assert f"version: {facialis.__version__}\n" in (root / "CITATION.cff").read_text()
    assert re.search(rf"^## {re.escape(facialis.__version__)}\b", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
