"""The aid over made options, so that a number in a test is one that the test knows."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

from facialis.knowledge import treatment
from facialis.treatment.decision_aid import decision_aid

DAY = date(2026, 12, 1)
_SPEC = importlib.util.spec_from_file_location("made_options", Path(__file__).with_name("made.py"))
_MADE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MADE)


@pytest.fixture
def made(monkeypatch):
    """The made options in place of those of the file with the same keys; rules over many options need the others."""
    options = dict(treatment.options()) | _MADE.OPTIONS
    monkeypatch.setattr(treatment, "options", lambda: options)
    return _MADE


@pytest.fixture
def held(made):
    """Hold made options side by side and return the public result."""

    def hold(*keys, years=10, case=None, figures=None, on=DAY):
        return decision_aid(keys, years, on, case, figures).to_json()

    return hold


@pytest.fixture
def figures_file(tmp_path):
    """Write a surgeon's figures; changes replace keys, None takes one away."""

    def write(counts="relieved = 221\nhearing_loss = 3\npalsy = 2", **changes):
        told = {
            "option": '"microvascular_decompression"',
            "whose": '"Clinic A (made for a test)"',
            "operations": "240",
            "from": "2015",
            "to": "2025",
            "counted": '"every operation in a row"',
            "looked_at": '"1 year"',
        } | {key.rstrip("_"): value for key, value in changes.items()}
        lines = [f"{key} = {value}" for key, value in told.items() if value is not None]
        path = tmp_path / "figures.toml"
        path.write_text("\n".join([*lines, "[counts]", counts]), encoding="utf-8")
        return path

    return write
