"""The page of the knowledge tells every number with where it comes from, and is known to be stale when it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from facialis import knowledge
from facialis.knowledge.differential import Basis

Script = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def tool(script: Script) -> ModuleType:
    return script("tools/knowledge_page.py")


@pytest.fixture(scope="module")
def page(tool: ModuleType) -> str:
    return tool.page()


def test_every_disorder_finding_flag_and_source_is_on_the_page(page: str) -> None:
    for key in [
        *knowledge.disorders(),
        *(code for node in knowledge.nodes_of_the_network().values() for code in node.codes),
    ]:
        assert f"`{key}`" in page
    for flag in knowledge.red_flags().values():
        assert flag.title in page
    for key in knowledge.sources():
        assert f'<a id="{key}"></a>' in page


def test_every_source_that_is_cited_is_listed(page: str) -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(knowledge.sources())


def test_no_share_stands_without_its_source_or_the_word_elicited(page: str) -> None:
    section = page[page.index("## How often each") : page.index("## What goes together")]
    rows = [row for row in section.splitlines() if re.match(r"\| .*%", row)]
    assert len(rows) > 300
    for row in rows:
        last = row.rstrip(" |").rpartition("| ")[2]
        assert last.startswith("*elicited") or re.search(r"\]\(#", last), row
        if last.startswith("*elicited"):
            assert all(cell.endswith("(elicited)*") for cell in row.split(" | ")[1:-1]), row


def test_the_weight_of_what_sources_disagree_about_is_told(page: str) -> None:
    share = knowledge.nodes_of_the_network()["other_babinski_sign"].shares["hemifacial_spasm"]
    assert share.basis is Basis.PUBLISHED
    assert re.search(r"n = 245, weighs \d+ \[\[S32\]", page)


def test_a_flag_and_a_test_tell_every_condition_that_they_have(page: str) -> None:
    (both,) = (row for row in page.splitlines() if row.startswith(f"| {knowledge.red_flags()['both_sides'].title} "))
    assert "or both sides move" in both
    (scan,) = (row for row in page.splitlines() if "(`mri_posterior_fossa`)" in row)
    assert "Hemifacial spasm, Facial myokymia" in scan


def test_a_page_that_is_stale_or_missing_fails_and_a_fresh_one_does_not(
    tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.write("knowledge.md", tool.page, ["--check"], tmp_path) == 1
    (tmp_path / "knowledge.md").write_text("old", encoding="utf-8")
    assert tool.write("knowledge.md", tool.page, ["--check"], tmp_path) == 1
    assert "run `make docs`" in capsys.readouterr().out
    assert tool.write("knowledge.md", tool.page, [], tmp_path) == 0
    assert tool.write("knowledge.md", tool.page, ["--check"], tmp_path) == 0
