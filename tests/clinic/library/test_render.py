"""From Markdown to HTML, and what cannot get through."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facialis_clinic.library.diff import shortened, words_changed
from facialis_clinic.library.render import contents, html_of, plain, questions, render
from facialis_clinic.library.structured import as_script


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "# <svg onload=alert(1)>",
        "[^S1<script>]",
        "| <script> |\n| --- |\n| <b onclick=x> |",
    ],
)
def test_no_html_of_the_writers_own_gets_through(text):
    html = render(text, ("S1",))

    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert "<b " not in html
    assert "href=" not in html


def test_headings_have_ids_of_their_own_and_leave_the_first_level_to_the_page():
    html = render("# Risks\n\n## Risks\n\n## What it *is*\n", ())

    assert '<h2 id="risks">Risks</h2>' in html
    assert '<h2 id="risks-2">Risks</h2>' in html
    assert '<h2 id="what-it-is">What it <em>is</em></h2>' in html
    assert contents("# Risks\n\n### Small\n\n## What it *is*\n") == [("risks", "Risks"), ("what-it-is", "What it is")]


def test_marks_of_sources_become_links_in_the_order_of_the_list():
    html = render("So it is.[^S9][^S1] And not.[^S404]", ("S1", "S9"))

    assert (
        '<sup class="cite"><span class="unseen">Source </span><a href="#source-S1">1</a>, '
        '<a href="#source-S9">2</a></sup>' in html
    )
    assert "S404" not in html


def test_a_table_keeps_its_roles_where_it_is_laid_out_as_a_list():
    html = render("| Side | Code |\n| --- | --- |\n| left | G51.32 |\n", ())

    assert '<th role="columnheader" scope="col">Side</th>' in html
    assert '<td role="cell" data-label="Code">G51.32</td>' in html


def test_a_revision_is_rendered_once():
    html_of.cache_clear()
    key = __import__("uuid").uuid4()
    html_of(key, "One.", ())
    html_of(key, "One.", ())

    assert html_of.cache_info().misses == 1


def test_questions_come_with_their_answers_as_plain_text():
    text = "Before.\n\n## Is it?\n\nYes, **it** [is](/here/).[^S1]\n\n## Why?\n\n- One\n- Two\n"

    assert questions(text) == [("Is it?", "Yes, it is."), ("Why?", "One Two")]
    assert plain("A *b* `c`\nd") == "A b c d"


def test_structured_data_can_end_no_element():
    html = as_script({"name": "</script><script>alert(1)</script> & <!-- \u2028"})

    assert html.count("<") == 2
    inner = html.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inner)["name"] == "</script><script>alert(1)</script> & <!-- \u2028"


@given(before=st.text("ab \n", max_size=60), after=st.text("ab \n", max_size=60))
def test_a_difference_holds_both_texts(before, after):
    pieces = words_changed(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before


def test_words_that_change_side_by_side_are_told_as_one_change():
    pieces = [(piece.kind, piece.text) for piece in words_changed("It is not catching.", "You cannot catch it.")]

    assert pieces == [("removed", "It is not catching."), ("added", "You cannot catch it.")]


def test_long_stretches_that_stayed_are_cut():
    pieces = shortened(words_changed("word " * 400 + "old " + "tail " * 400, "word " * 400 + "new " + "tail " * 400))

    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]
    assert all(len(piece.text) < 400 for piece in pieces)
    assert pieces[0].text.startswith(" … ")
    assert pieces[-1].text.endswith(" … ")
