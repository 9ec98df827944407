"""The site wears the colours of the reports, reads well in light and dark, and asks nobody else for anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import facialis_clinic
from facialis.paper.theme import DARK, LIGHT, contrast

SITE = Path(facialis_clinic.__file__).parent
CSS = (SITE / "static" / "facialis" / "site.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
TEXT_ON = {
    "ground": ("ink", "quiet", "left", "right", "both", "good", "limited", "refused"),
    "sheet": ("ink", "quiet", "left", "right", "both", "good", "limited", "refused"),
    "wash": ("ink", "left"),
    "wash-good": ("ink", "good"),
    "wash-limited": ("ink", "limited"),
    "wash-refused": ("ink", "refused"),
    "left": ("on-accent",),
    "accent-deep": ("on-accent",),
    "refused": ("on-accent",),
}


def tokens(part: int) -> dict[str, str]:
    """Return the colours of light (0) and of dark (1), where the second says only what differs."""
    roots = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = dict(TOKEN.findall(roots[0]))
    return found if part == 0 else {**found, **dict(TOKEN.findall(roots[1]))}


@pytest.mark.parametrize(("part", "house"), [(0, LIGHT), (1, DARK)])
def test_pages_and_reports_are_of_one_house(part: int, house: dict[str, str]) -> None:
    ours = tokens(part)

    assert {name: ours[name] for name in house} == dict(house)


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize(("ground", "inks"), TEXT_ON.items())
def test_text_is_told_from_its_ground(part: int, ground: str, inks: tuple[str, ...]) -> None:
    ours = tokens(part)

    assert {ink: contrast(ours[ink], ours[ground]) for ink in inks if contrast(ours[ink], ours[ground]) < 4.5} == {}


@pytest.mark.parametrize("part", [0, 1])
def test_the_edge_of_what_can_be_filled_in_is_seen(part: int) -> None:
    ours = tokens(part)

    assert min(contrast(ours["edge"], ours[ground]) for ground in ("ground", "sheet")) >= 3


def test_the_style_asks_for_nothing_and_stays_small() -> None:
    assert re.findall(r"url\(|@import|@font-face|https?:", CSS) == ["http"] * 0
    assert len(CSS.encode()) < 24_000


def templates() -> list[Path]:
    return sorted(SITE.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(SITE)))
def test_no_template_brings_a_style_or_a_script_of_its_own_or_asks_another_site(path: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    inline = re.findall(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:", text)
    scripts = [
        one for one in re.findall(r"<script\b[^>]*>", text) if "src=" not in one and 'type="application/' not in one
    ]
    others = re.findall(r"(?:src|srcset|action|data|poster)=[\"']?(?:https?:)?//[^\s\"'>]+", text)

    assert inline + scripts + others == []
