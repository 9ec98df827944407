"""The plan and the session of the documentation are a plan and a session."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from facialis.treatment.injection import plan, wanted
from facialis.treatment.injection.plan_result import read as read_plan
from facialis.treatment.injection.recording import record

DOCS = Path(__file__).parents[4] / "docs" / "injection.md"
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def examples() -> list[str]:
    """Return the TOML of the page: plan, override, session."""
    return re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


def test_the_plan_and_the_session_of_the_page_add_up(examples, tmp_path) -> None:
    import json

    first, _, session, *_ = examples
    file = tmp_path / "plan.toml"
    file.write_text(first, encoding="utf-8")
    told = plan(wanted.read(file, TODAY), None, [], TODAY).to_json()
    assert (told["state"], told["country"], told["totals"]["units"]) == ("ready", "EU", "6.25")
    (tmp_path / "plan.json").write_text(json.dumps(told))
    (tmp_path / "session.toml").write_text(session, encoding="utf-8")
    given = record(tmp_path / "session.toml", read_plan(tmp_path / "plan.json"), TODAY).to_json()
    assert (given["totals"]["units"], given["totals"]["waste_units"]) == ("5", "95")


def test_the_override_of_the_page_is_one(examples, tmp_path) -> None:
    last = '[from_last]\ndate = 2026-01-25\nproduct = "onabotulinumtoxinA"\n'
    file = tmp_path / "plan.toml"
    file.write_text(f"{examples[0]}\n{last}\n{examples[1]}", encoding="utf-8")
    told = plan(wanted.read(file, TODAY), None, [], TODAY).to_json()
    assert told["state"] == "ready"
    assert [one["code"] for one in told["overrides"]] == ["interval_clinic"]
