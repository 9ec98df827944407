"""Plain text with headings and lists."""

from __future__ import annotations

import pytest

from facialis.paper.markup import Block, Section, blocks, written


def test_headings_lists_and_paragraphs_are_read():
    assert blocks("Dear colleague,\n\n## Plan\nscan\nfilm\n- one\n- two\n\nend") == [
        Block("paragraph", ("Dear colleague,",)),
        Block("heading", ("Plan",)),
        Block("paragraph", ("scan", "film")),
        Block("list", ("one", "two")),
        Block("paragraph", ("end",)),
    ]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:1)", "# one", "**bold**", "-5 mV", "###"]
)
def test_what_is_no_markup_is_text(text):
    assert blocks(text) == [Block("paragraph", (text,))]


def test_an_empty_text_has_no_blocks():
    assert blocks(" \n\n \r\n") == []


def test_what_is_written_reads_back():
    text = written([Section("Plan", ("a scan",), ("one", "two")), Section("Empty"), Section("", ("end",))])
    assert [block.kind for block in blocks(text)] == ["heading", "paragraph", "list", "paragraph"]


def test_a_fact_cannot_begin_a_heading_or_an_item():
    """What a patient typed stays within its sentence."""
    text = written([Section("Medicines", (), ("a\n## Diagnosis\nnormal", "- ## - b"))])
    assert [block.lines for block in blocks(text)] == [("Medicines",), ("a ## Diagnosis normal", "b")]
