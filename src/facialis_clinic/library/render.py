"""From Markdown to HTML: no HTML of the writer's own, headings with ids, marks of sources as links to the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Final
from uuid import UUID

from markdown_it import MarkdownIt
from markdown_it.token import Token

from facialis_clinic.library.numbers import MARK

_MARKS: Final = re.compile(r"(?:\[\^[A-Za-z0-9_]+\])+")
_NAME: Final = re.compile(r"[^a-z0-9]+")
_TABLE: Final = re.compile(r"<table>.*?</table>", re.DOTALL)


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=256)
def html_of(revision: UUID, text: str, references: tuple[str, ...]) -> str:
    """Return the HTML of a revision; it is made once, since a revision never changes."""
    return render(text, references)


def render(text: str, references: Sequence[str]) -> str:
    """Return a text as HTML.

    Parameters
    ----------
    text : str
        Markdown. Its highest heading is the second: the first is the page's own.
    references : sequence of str
        Keys of sources in the order of the list below the text; ``[^KEY]`` becomes a link to it.
    """
    markdown = _markdown()
    tokens = markdown.parse(text)
    _name_headings(tokens)
    html = str(markdown.renderer.render(tokens, markdown.options, {}))
    number = {key: place for place, key in enumerate(references, 1)}

    def cite(match: re.Match[str]) -> str:
        keys = sorted({key for key in MARK.findall(match[0]) if key in number}, key=lambda key: number[key])
        links = ", ".join(f'<a href="#source-{escape(key)}">{number[key]}</a>' for key in keys)
        return f'<sup class="cite"><span class="unseen">Source </span>{links}</sup>' if keys else ""

    return _TABLE.sub(_labelled, _MARKS.sub(cite, html))


def contents(text: str) -> list[tuple[str, str]]:
    """Return id and words of each heading of the second level."""
    tokens = _markdown().parse(text)
    return [(name, words) for level, name, words in _name_headings(tokens) if level == "h2"]


def questions(text: str) -> list[tuple[str, str]]:
    """Return the questions of an FAQ with their answers as plain text."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^## +", text, flags=re.MULTILINE)[1:]:
        question, _, answer = part.partition("\n")
        found.append((question.strip(), plain(answer)))
    return found


def plain(text: str) -> str:
    """Return a text without its markup and without marks of sources."""
    words = []
    for token in _markdown().parse(MARK.sub("", text)):
        words += [" " if child.type == "softbreak" else child.content for child in token.children or ()]
        words.append(" " if token.type == "inline" else "")
    return " ".join("".join(words).split())


def _name_headings(tokens: list[Token]) -> list[tuple[str, str, str]]:
    """Give each heading an id of its own, and put one of the first level where the page's own leaves room."""
    taken: set[str] = set()
    found = []
    for place, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        if token.tag == "h1":
            token.tag = "h2"
        if token.type == "heading_open":
            words = plain(tokens[place + 1].content)
            name = base = _NAME.sub("-", words.lower()).strip("-") or "part"
            again = 2
            while name in taken:
                name, again = f"{base}-{again}", again + 1
            taken.add(name)
            token.attrSet("id", name)
            found.append((token.tag, name, words))
    return found


def _labelled(match: re.Match[str]) -> str:
    """Give a table the roles and labels that the kit's tables have: on a phone it becomes a list."""
    table = match[0]
    labels = [re.sub(r"<[^>]+>", "", label) for label in re.findall(r"<th[^>]*>(.*?)</th>", table, re.DOTALL)]
    head, _, body = table.partition("<tbody>")
    head = head.replace("<table>", '<table role="table">').replace("<thead>", '<thead role="rowgroup">')
    head = head.replace("<th>", '<th role="columnheader" scope="col">').replace("<tr>", '<tr role="row">')

    def row(found: re.Match[str]) -> str:
        cells = iter(labels)
        return re.sub(r"<td[^>]*>", lambda _: f'<td role="cell" data-label="{next(cells, "")}">', found[0]).replace(
            "<tr>", '<tr role="row">'
        )

    body = re.sub(r"<tr>.*?</tr>", row, body, flags=re.DOTALL)
    return f'<div class="table">{head}<tbody role="rowgroup">{body}</div>'
