"""The benchmark of changes counts verdicts that are wrong and those that are right, each of the people it names."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def found(bench: Any) -> Any:
    return bench("change").run("tune", people=25)


def test_a_larger_change_is_found_more_often_and_none_hardly_ever(found: Any) -> None:
    calm = found["verdicts"]["score: never injected, four weeks each"]
    assert calm["0"]["value"] < 0.2 < calm["2"]["value"]
    assert calm["1"]["value"] < calm["2"]["value"]
    assert calm["0"]["of"] <= 25


def test_it_prints_what_it_found(bench: Any, found: Any) -> None:
    text = "\n".join(bench("change").lines(found))
    assert "hfs_7: day 30 of two cycles" in text
    assert "asked: at most 5 %" in text
