"""Records of one operation, written as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from facialis.treatment import decompression

Told = Callable[..., decompression.Path]
OPERATED = date(2026, 1, 12)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Return the path of a record: its TOML, with the side and the operation unless it says otherwise."""

    def make(
        text: str = "", on: str = "2026-02-20", head: str = 'side = "left"\noperated = 2026-01-12\n'
    ) -> decompression.Path:
        path = tmp_path / "path.toml"
        path.write_text(head + text, encoding="utf-8")
        day = date.fromisoformat(on)
        return decompression.path(decompression.read(path, day), day)

    return make


def audiogram(day: str, average: float | None, speech: float | None = None, ear: str = "left", **more: object) -> str:
    """Return one hearing test as TOML."""
    lines = [f'[[audiograms]]\ndate = {day}\near = "{ear}"']
    lines.append("no_response = true" if average is None else f"pure_tone_average = {average}")
    lines += [] if speech is None else [f"speech_discrimination = {speech}"]
    lines += [f"{key} = {value}" for key, value in more.items()]
    return "\n".join(lines) + "\n"
