"""Articles as files: front matter in TOML between ``+++`` lines, then Markdown with numbers by name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from facialis import knowledge
from facialis_clinic.library.numbers import PlaceError, marks, place

HERE: Final = Path(__file__).with_name("articles")
AUDIENCES: Final = ("patients", "clinicians", "insurers")
KINDS: Final = ("article", "faq")
_TEXTS: Final = ("slug", "title", "summary", "for", "kind", "author")
_LISTS: Final = ("references", "related")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ArticleError(Exception):
    """An article's file is not what it should be; one line with file and place."""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """What one file holds, its numbers in place.

    Attributes
    ----------
    audience : str
        One of ``AUDIENCES``.
    kind : str
        ``"article"``, or ``"faq"``: each heading of the second level is a question.
    references : tuple of str
        Keys of sources: those that the text has marks of, in its order, then others named at the head.
    order : int
        Where it stands in a list.
    """

    slug: str
    title: str
    summary: str
    audience: str
    kind: str
    author: str
    references: tuple[str, ...]
    related: tuple[str, ...]
    order: int
    text: str


def read_articles(folder: Path = HERE) -> list[ArticleFile]:
    """Return the articles of a folder in their order.

    Raises
    ------
    ArticleError
        For the first file that is wrong, in one line.
    """
    articles = [read_article(path) for path in sorted(folder.glob("*.md"))]
    slugs = {article.slug for article in articles}
    for article in articles:
        for slug in article.related:
            if slug not in slugs or slug == article.slug:
                raise ArticleError(f'{article.slug}.md: related: there is no other article "{slug}"')
    return sorted(articles, key=lambda article: (article.order, article.slug))


def read_article(path: Path) -> ArticleFile:
    """Read one file.

    Raises
    ------
    ArticleError
        In one line: file, place, what is wrong.
    """
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"{path.name}: cannot be read as text in UTF-8") from error
    parts = re.split(r"^\+\+\+[ \t]*$", whole, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise ArticleError(f"{path.name}: must begin with TOML between two lines of +++")
    try:
        head = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise ArticleError(f"{path.name}: the head is not TOML: {error}") from error
    _check(path.name, head)
    try:
        text = place(parts[2].strip() + "\n")
        references = tuple(dict.fromkeys((*marks(text), *head["references"])))
    except PlaceError as error:
        raise ArticleError(f"{path.name}: {error}") from error
    return ArticleFile(
        slug=head["slug"],
        title=head["title"],
        summary=head["summary"],
        audience=head["for"],
        kind=head["kind"],
        author=head["author"],
        references=references,
        related=tuple(head["related"]),
        order=head["order"],
        text=text,
    )


def _check(name: str, head: dict[str, Any]) -> None:
    known = (*_TEXTS, *_LISTS, "order")
    for key in head:
        if key not in known:
            raise ArticleError(f'{name}: "{key}" is not known; a head has {", ".join(known)}')
    for key in _TEXTS:
        if not isinstance(head.get(key), str) or not head[key].strip():
            raise ArticleError(f"{name}: {key} must be a text")
    for key in _LISTS:
        if not isinstance(head.get(key), list) or not all(isinstance(one, str) for one in head[key]):
            raise ArticleError(f"{name}: {key} must be a list of texts")
    if not isinstance(head.get("order"), int) or isinstance(head["order"], bool):
        raise ArticleError(f"{name}: order must be a whole number")
    if not _SLUG.fullmatch(head["slug"]):
        raise ArticleError(f'{name}: slug "{head["slug"]}" must be lower-case words with hyphens')
    for key, words in (("for", AUDIENCES), ("kind", KINDS)):
        if head[key] not in words:
            raise ArticleError(f'{name}: {key} is "{head[key]}"; it must be one of {", ".join(words)}')
    for key in head["references"]:
        if key not in knowledge.sources():
            raise ArticleError(f'{name}: references: no source is called "{key}"')
