"""A view that fetched for itself could hand out what no gate has seen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import facialis_clinic

VIEWS = sorted(Path(facialis_clinic.__file__).parent.glob("*/views*.py")) + sorted(
    Path(facialis_clinic.__file__).parent.glob("*/views/*.py")
)
FETCHING = {"objects", "_default_manager", "_base_manager", "get_object_or_404", "get_list_or_404", "raw", "cursor"}


def fetches(source: str) -> list[tuple[int, str]]:
    """Return where a source reaches for the database itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in FETCHING or name.endswith("_set"):
            found.append((node.lineno, name))
    return found


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_views_never_fetch(path: Path) -> None:
    """Things come from the functions in ``access``."""
    assert fetches(path.read_text(encoding="utf-8")) == []


def test_a_view_that_fetches_would_be_found() -> None:
    """The control: what the check looks for, it finds."""
    assert fetches("person = Person.objects.get(id=1)") == [(1, "objects")]
    assert fetches("person = get_object_or_404(Person, id=1)") == [(1, "get_object_or_404")]


def test_there_are_views_to_look_at() -> None:
    """An empty list would pass for clean."""
    assert len(VIEWS) >= 5
