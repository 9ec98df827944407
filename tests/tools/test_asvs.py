"""The table of security requirements names every one of them once, and no test that is not there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Script = Callable[[str], ModuleType]
# How many requirements each section of ASVS 5.0.0 has at level 1 and at level 2.
SECTIONS = {
    "1.1": (0, 2), "1.2": (5, 4), "1.3": (2, 9), "1.4": (0, 3), "1.5": (1, 1),
    "2.1": (1, 2), "2.2": (2, 1), "2.3": (1, 3), "2.4": (0, 1),
    "3.2": (2, 0), "3.3": (1, 3), "3.4": (2, 4), "3.5": (3, 2), "3.7": (0, 2),
    "4.1": (1, 2), "4.2": (0, 1), "4.3": (0, 2), "4.4": (1, 3),
    "5.1": (0, 1), "5.2": (2, 1), "5.3": (2, 0), "5.4": (0, 3),
    "6.1": (1, 2), "6.2": (8, 4), "6.3": (2, 2), "6.4": (2, 2), "6.5": (0, 5), "6.6": (0, 3), "6.8": (0, 4),
    "7.1": (0, 3), "7.2": (4, 0), "7.3": (0, 2), "7.4": (2, 3), "7.5": (0, 2), "7.6": (0, 2),
    "8.1": (1, 1), "8.2": (2, 1), "8.3": (1, 0), "8.4": (0, 1),
    "9.1": (3, 0), "9.2": (1, 3),
    "10.1": (0, 2), "10.2": (0, 2), "10.3": (0, 4), "10.4": (5, 6), "10.5": (0, 5), "10.6": (0, 2), "10.7": (0, 3),
    "11.1": (0, 2), "11.2": (0, 3), "11.3": (2, 1), "11.4": (1, 3), "11.5": (0, 1), "11.6": (0, 1),
    "12.1": (1, 2), "12.2": (2, 0), "12.3": (0, 4),
    "13.1": (0, 1), "13.2": (0, 5), "13.3": (0, 2), "13.4": (1, 4),
    "14.1": (0, 2), "14.2": (1, 3), "14.3": (1, 2),
    "15.1": (1, 2), "15.2": (1, 2), "15.3": (1, 6),
    "16.1": (0, 1), "16.2": (0, 5), "16.3": (0, 4), "16.4": (0, 3), "16.5": (0, 3),
    "17.1": (0, 1), "17.2": (0, 4), "17.3": (0, 2),
}  # fmt: skip
HIPAA = ["(a)(1)", "(a)(2)(i)", "(a)(2)(ii)", "(a)(2)(iii)", "(a)(2)(iv)", "(b)", "(c)(1)", "(c)(2)", "(d)",
         "(e)(1)", "(e)(2)(i)", "(e)(2)(ii)"]  # fmt: skip


@pytest.fixture(scope="module")
def tool(script: Script) -> ModuleType:
    return script("tools/asvs_page.py")


@pytest.fixture(scope="module")
def asvs(tool: ModuleType) -> list[dict[str, Any]]:
    return tool.read()["requirement"]


@pytest.fixture(scope="module")
def every(tool: ModuleType) -> list[dict[str, Any]]:
    told = tool.read()
    return [*told["requirement"], *told["hipaa"]]


def test_every_requirement_of_levels_1_and_2_is_there_once(asvs: list[dict[str, Any]]) -> None:
    """ASVS 5.0.0 has 70 requirements of level 1 and 183 of level 2."""
    ids = [one["id"] for one in asvs]
    found = Counter((one["id"].removeprefix("V").rpartition(".")[0], one["level"]) for one in asvs)

    assert len(ids) == len(set(ids)) == 253
    assert Counter(one["level"] for one in asvs) == {1: 70, 2: 183}
    assert {section: (found[section, 1], found[section, 2]) for section in SECTIONS} == SECTIONS
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", name) for name in ids)


def test_they_stand_in_the_standards_order(asvs: list[dict[str, Any]]) -> None:
    places = [tuple(map(int, one["id"].removeprefix("V").split("."))) for one in asvs]

    assert places == sorted(places)


def test_every_safeguard_of_hipaa_is_there_once(tool: ModuleType) -> None:
    assert [one["id"].removeprefix("164.312") for one in tool.read()["hipaa"]] == HIPAA


def test_what_is_done_names_a_test_and_everything_else_says_why(tool: ModuleType, every: list[dict[str, Any]]) -> None:
    for one in every:
        assert one["state"] in tool.STATES, one["id"]
        assert one["asks"], one["id"]
        assert not one["asks"].startswith("Verify"), one["id"]
        if one["state"] == "done":
            assert one.get("tests"), one["id"]
        else:
            assert one.get("because", "").endswith("."), one["id"]


@cache
def functions(path: Path) -> frozenset[str]:
    """Return the names of the tests of a file, without running it."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_test_that_is_named_is_there(root: Path, every: list[dict[str, Any]]) -> None:
    gone = set()
    for one in every:
        for test in one.get("tests", []):
            file, _, name = test.partition("::")
            if not name.startswith("test_") or name not in functions(root / file):
                gone.add((one["id"], test))

    assert gone == set()


def test_the_page_is_what_the_table_says(tool: ModuleType, root: Path) -> None:
    assert (root / "docs" / "asvs.md").read_text(encoding="utf-8") == tool.page()


def test_the_page_counts_every_row(tool: ModuleType, asvs: list[dict[str, Any]]) -> None:
    text = tool.page()

    assert f"| {len(asvs)} |" in text
    for one in asvs:
        assert f"\n| {one['id']} | {one['level']} |" in text
