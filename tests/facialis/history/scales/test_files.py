"""The files of the scales: nothing unverified is shown, every source is known, and a wrong file is told in one line."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from facialis import knowledge
from facialis.document import DocumentError
from facialis.history.scales import AnswersError, How, Wording, find, read_form, scales, score, sources, worded
from facialis.history.scales.read import scale as read_scale
from facialis.history.scales.words import described, range_of

ROOM = files("facialis.history.scales")


def raw(key: str) -> str:
    return ROOM.joinpath(f"{key}.toml").read_text(encoding="utf-8")


def test_there_is_one_file_a_scale() -> None:
    names = {entry.name.removesuffix(".toml") for entry in ROOM.iterdir() if entry.name.endswith(".toml")}
    assert names == {*scales(), "sources"}


@pytest.mark.parametrize("key", list(scales()))
def test_no_scale_shows_a_number_that_is_to_verify(key: str) -> None:
    hidden = [entry for entry in tomllib.loads(raw(key)).get("reliability", []) if entry["basis"] == "to_verify"]
    shown = "\n".join(described(scales()[key], sources()))
    for entry in hidden:
        assert entry["name"] not in shown
    assert {number.name for number in scales()[key].reliability}.isdisjoint(entry["name"] for entry in hidden)


def test_some_number_is_held_back_so_that_the_rule_is_tested() -> None:
    assert any('basis = "to_verify"' in raw(key) for key in scales())


def test_a_smallest_change_that_is_to_verify_is_none() -> None:
    text = re.sub(r'(?s)(\[smallest_change\].*?)basis = "published"', r'\1basis = "to_verify"', raw("hfs_7"))
    assert read_scale("hfs_7", text, sources()).smallest_change is None


@pytest.mark.parametrize("key", list(scales()))
def test_what_is_not_verified_is_named_without_its_number(key: str) -> None:
    assert not any(re.search(r"\d\.\d", text) for text in scales()[key].unverified)


@pytest.mark.parametrize("key", list(scales()))
def test_every_source_named_in_a_text_is_in_the_list(key: str) -> None:
    named = set(re.findall(r"\b(?:S\d+|[a-z]+_(?:19|20)\d\d)\b", raw(key)))
    assert named <= set(scales()[key].sources)
    assert named <= set(sources())


def test_scales_bring_no_source_that_the_knowledge_has_under_another_text() -> None:
    own = tomllib.loads(raw("sources"))
    for key in own.keys() & knowledge.sources().keys():
        assert sources()[key] == knowledge.sources()[key]


@pytest.mark.parametrize("key", list(scales()))
def test_the_ends_of_the_total_are_those_of_its_items(key: str) -> None:
    scale = scales()[key]
    if scale.how in (How.SUM, How.CHOICE):
        assert scale.low == sum(item.low for item in scale.items)
        assert scale.high == sum(item.high for item in scale.items)


def test_licensed_items_are_only_numbered() -> None:
    for key in ("hfs_7", "hfs_30"):
        for item in scales()[key].items:
            assert item.wording is Wording.LICENSED
            assert item.topic == f"item {item.key} of the licensed form"


def test_the_free_wording_of_phq_carries_its_notice() -> None:
    for key in ("phq_2", "phq_9"):
        assert {item.wording for item in scales()[key].items} == {Wording.FREE}
        assert "No permission required to reproduce, translate, display or distribute" in scales()[key].licence


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('source = "S78"', 'source = "S7800"', r'smallest_change.source does not know "S7800"'),
        ('how = "sum"', 'how = "product"', r'scoring.how does not know "product"'),
        ("range = [0, 28]", "range = [28, 0]", "scoring.range must be two whole numbers"),
        ("higher_is_worse = true", "higher_is_worse = 1", "higher_is_worse must be true or false"),
        ("numbered = 7", "numberd = 7", "numberd"),
        ("value = 2.63", "value = nan", "smallest_change.value must be a finite number"),
    ],
)
def test_a_wrong_file_is_told_in_one_line_with_its_key(was: str, becomes: str, said: str) -> None:
    assert was in raw("hfs_7")
    with pytest.raises(knowledge.KnowledgeError, match=said) as wrong:
        read_scale("hfs_7", raw("hfs_7").replace(was, becomes), sources())
    assert str(wrong.value).startswith("hfs_7.toml: ")


def form_file(folder: Path, text: str) -> Path:
    path = folder / "form.toml"
    path.write_text(text)
    return path


def test_a_practice_words_its_licensed_items_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = form_file(tmp_path, 'scale = "hfs_7"\npermission = "the publisher, 2025"\n[items]\n2 = "As licensed"\n')
    scale = find("hfs_7")
    named = [item.topic for item in worded(scale, read_form(path, scale)).items]
    assert named[:3] == ["item 1 of the licensed form", "As licensed", "item 3 of the licensed form"]


def test_tuncs_regions_come_from_the_form_and_are_added_only_where_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match="give it with `--wording FILE`"):
        score("tunc", {"brow": 1})
    head = 'scale = "tunc"\npermission = "own"\n'
    items = '[items]\nbrow = "Brow"\nlid = "Lid"\nmouth = "Mouth"\n'
    alone = read_form(form_file(tmp_path, head + items), find("tunc"))
    added = read_form(form_file(tmp_path, f'{head}total = "sum"\n{items}'), find("tunc"))
    answers = {"brow": 1, "lid": 4, "mouth": 2}
    assert (score("tunc", answers, form=alone).total, score("tunc", answers, form=added).total) == (None, 7)
    partly = score("tunc", {"lid": 4}, form=added)
    assert (partly.total, partly.low, partly.high) == (None, 4, 12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scale = ", "is not TOML"),
        ('scale = "jrs"\npermission = "p"\n[items]\n1 = "a"\n', "scale is"),
        ('scale = "hfs_7"\n[items]\n1 = "a"\n', "permission is missing"),
        ('scale = "hfs_7"\npermission = "p"\n[items]\n8 = "a"\n', '"8" is not known'),
        ('scale = "hfs_7"\npermission = "p"\n[items]\n1 = ""\n', "items.1 must be a text"),
        ('scale = "hfs_7"\npermission = "p"\n[items]\n', "must word at least one item"),
        ('scale = "hfs_7"\npermission = "p"\ntotal = "mean"\n[items]\n1 = "a"\n', "total is"),
    ],
)
def test_a_wrong_form_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read_form(form_file(tmp_path, text), find("hfs_7"))


def test_a_score_is_json_as_it_stands() -> None:
    for key in scales():
        if key != "tunc":
            result = score(key, {}).to_json()
            assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_the_documents_table_says_what_the_files_say(root: Path) -> None:
    rows = [line for line in (root / "docs" / "scales.md").read_text().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(scales())
    for row, scale in zip(rows, scales().values(), strict=True):
        assert f"higher is {'worse' if scale.higher_is_worse else 'better'}" in row or scale.how is How.FORM
        assert range_of(scale).replace("by the form", "by the practice's form") in row
        least = scale.smallest_change
        if least is not None:
            ends = f" ({least.low:g} to {least.high:g})" if least.low is not None else ""
            assert f"{least.value:g}{ends} points" in row
        assert ("not validated for hemifacial spasm" in row) == bool(scale.other_disorder)
