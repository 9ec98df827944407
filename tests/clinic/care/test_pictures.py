"""Drawings on the site bear the colours of the library's pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import facialis_clinic
from facialis.followup.page.draw import LOOKS as COURSE
from facialis.paper.theme import LIGHT
from facialis.treatment.decision_aid.page.draw import LOOKS as AID
from facialis.treatment.injection.page.looks import LOOKS as FACE

SHEET = (Path(facialis_clinic.__file__).parent / "care/static/care/treat.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("scope", "name", "fill", "stroke"),
    [
        (scope, name, how.fill, how.stroke)
        for scope, looks in (("face", FACE), ("drawn", {**COURSE, **AID}))
        for name, how in looks.items()
    ],
)
def test_every_mark_has_the_rule_of_its_look(scope: str, name: str, fill: str, stroke: str) -> None:
    filled = f"var(--{fill})" if fill in LIGHT else fill or "none"
    stroked = f"var(--{stroke})" if stroke else "none"
    rule = f".{scope} .{name.replace(' ', '.')} {{ fill: {filled}; stroke: {stroked}; }}"

    assert re.search(f"^{re.escape(rule)}$", SHEET, re.MULTILINE)
