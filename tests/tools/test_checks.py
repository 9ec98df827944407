"""Each check of `make check` that is our own finds what it is for, and leaves alone what is fine."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]


@pytest.mark.parametrize(
    "text",
    [
        "--index" + "-url https://example.org/simple",
        "--find" + "-links wheels",
        "extra-index" + "-url = https://example.org",
        "source = { registry" + ' = "https://example.org" }',
        '"resolved"' + ': "https://example.org/a.tgz"',
        "https://pypi" + ".org/simple",
        "file:" + "///opt/wheels",
        "https://ada:secret" + "@example.org",
        "see /home" + "/ada/notes.md",
    ],
)
def test_an_address_is_found(script: Script, text: str) -> None:
    assert script("tools/no_addresses.py").found_in("lock.txt", f"first line\n{text}\n")[0].startswith("lock.txt:2: ")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/home/ada",
        "mail ada@example.org",
        "python -m pip install facialis",
        "$HOME/work/clip.mp4",
        "postgresql://user:password@host/facialis",
    ],
)
def test_what_is_no_address_is_left_alone(script: Script, text: str) -> None:
    assert script("tools/no_addresses.py").found_in("README.md", text) == []


def test_a_link_that_leads_nowhere_is_found(script: Script, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# The way of the data\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](other.md) [b](other.md#the-way-of-the-data) [c](https://example.org) [d](#here)\n# Here\n"
        "![e](missing.png) [f](other.md#elsewhere)\n```\n[g](in_code.md)\n```\n"
    )
    lines = script("tools/links.py").broken(page)
    assert [line.split(": ", 1)[1] for line in lines] == [
        "missing.png is not there",
        "other.md#elsewhere: no such heading",
    ]


@pytest.mark.parametrize(
    ("signature", "documented", "fault"),
    [
        ("f(a, b, *rest, c=1, **more) -> int", "a, b : int\n*rest : str\nc : int\n**more", None),
        ("f(a, b) -> int", "a : int", "documents (a), takes (a, b)"),
        ("f(a) -> int", "a : int\nb : int", "documents (a, b), takes (a)"),
        ("f(a, b) -> int", "b : int\na : int", "documents (b, a), takes (a, b)"),
    ],
)
def test_a_docstring_against_its_signature(script: Script, signature: str, documented: str, fault: str | None) -> None:
    docstring = f"One line.\n\nParameters\n----------\n{documented}\n    In words."
    tree = ast.parse(f"def {signature}:\n    {docstring!r}\n")
    assert list(script("tools/docstrings.py").wrong(tree.body[0])) == ([fault] if fault else [])


def test_a_class_documents_its_fields(script: Script) -> None:
    source = "class A:\n  '''A.\n\n  Attributes\n  ----------\n  x, z : int\n  '''\n  x: int\n"
    assert list(script("tools/docstrings.py").wrong(ast.parse(source).body[0])) == ["has no attribute z"]


def test_the_demo_pairs_each_event_once_and_the_best_overlap_first(script: Script) -> None:
    demo = script("examples/demo.py")
    true = [{"onset_s": 1.0, "offset_s": 2.0}, {"onset_s": 5.0, "offset_s": 6.0}]
    found = [
        {"onset_s": 1.8, "offset_s": 2.4},
        {"onset_s": 1.1, "offset_s": 2.0},
        {"onset_s": 8.0, "offset_s": 9.0},
    ]
    pairs = demo.match(true, found)
    assert pairs == [(true[0], found[1]), (true[1], None), (None, found[0]), (None, found[2])]
