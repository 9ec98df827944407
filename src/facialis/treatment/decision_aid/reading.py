"""How hard a text is to read: the school grade of Flesch and Kincaid, over the sentences of a page.

Kincaid JP and others, Derivation of new readability formulas, Navy Technical Training Command, report 8-75, 1975. The
formula counts words and syllables and knows nothing of sense; names of treatments count like any other word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "li", "td", "th", "h1", "h2", "h3", "legend", "label", "figcaption", "summary", "dd", "dt", "caption"}
)
_UNREAD = frozenset({"style", "script", "svg", "title", "sup"})
# What is shorter is a label, no sentence: it would only make a page look easier than it is.
_LEAST_WORDS = 5
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d,.]*")
_VOWELS = re.compile(r"[aeiouy]+")


def grade(texts: Iterable[str]) -> float:
    """Return the school grade that reads these texts with ease: 6 is about 12 years of age.

    Parameters
    ----------
    texts : iterable of str
        One or more sentences each; those of fewer than five words are left out.

    Raises
    ------
    ValueError
        If there is no sentence.
    """
    sentences = [
        words for text in texts for words in map(_WORD.findall, _SENTENCE.split(text)) if len(words) >= _LEAST_WORDS
    ]
    if not sentences:
        raise ValueError("there is no sentence to grade")
    words = [word for sentence in sentences for word in sentence]
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


def syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels; a number has one for each digit."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if not letters:
        return max(1, sum(sign.isdigit() for sign in word))
    count = len(_VOWELS.findall(letters))
    silent = re.search(r"[^aeiouy]e$|[^aeiouydt]ed$|[^aeiouycgsxzh]es$", letters)
    if silent and not re.search(r"[^aeiouy]le$", letters):
        count -= 1
    return max(count, 1)


def read_aloud(html: str, leave_out: Iterable[str] = ()) -> list[str]:
    """Return the texts of a page, block by block, as they are read.

    Parameters
    ----------
    html : str
    leave_out : iterable of str
        Ids of sections that are no running text, such as a list of sources.
    """
    page = _Page(frozenset(leave_out))
    page.feed(html)
    page.close()
    return [text for text in page.texts if text]


class _Page(HTMLParser):
    """Collects the text of blocks, without what is drawn and without the sections left out."""

    def __init__(self, leave_out: frozenset[str]) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._leave_out, self._unread = leave_out, 0
        self._sections: list[bool] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        if tag == "section":
            self._sections.append(dict(attrs).get("id") in self._leave_out)
        if tag in _BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD
        if tag in _BLOCKS or tag == "section":
            self._end()
        if tag == "section" and self._sections:
            self._sections.pop()

    def handle_data(self, data: str) -> None:
        if not self._unread and not any(self._sections):
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        self.texts.append(" ".join("".join(self._text).split()))
        self._text = []
