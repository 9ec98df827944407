"""The page of the treatments tells every option, and every number with where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from facialis.knowledge import treatment

Script = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def tool(script: Script) -> ModuleType:
    return script("tools/treatment_page.py")


@pytest.fixture(scope="module")
def page(tool: ModuleType) -> str:
    return tool.page()


def test_every_option_is_on_the_page_with_what_it_asks(page: str) -> None:
    for option in treatment.options().values():
        assert f'<a id="{option.key}"></a>{option.name}' in page
        assert option.evidence.text in page
        assert all(harm.name in page for harm in option.harms)


def test_what_has_no_evidence_is_told_with_what_it_is_for(page: str) -> None:
    for option in treatment.options().values():
        if option.really_for:
            assert f"**What it is really for:** {option.really_for}" in page


def test_an_elicited_number_stands_in_italics_with_the_word(tool: ModuleType) -> None:
    expected = treatment.courses().products["other"]
    assert tool.number(expected.onset).startswith("*")
    assert tool.number(expected.onset).endswith("(elicited)*")
    assert "elicited" not in tool.number(treatment.courses().products["onabotulinumtoxinA"].onset)


def test_every_number_that_decides_an_alarm_is_told(page: str) -> None:
    for number in treatment.alarms().numbers.values():
        assert f"`{number.name}` | *{number.value:g}*" in page
