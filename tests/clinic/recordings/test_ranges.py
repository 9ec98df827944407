"""Which bytes a browser asks for."""

from __future__ import annotations

import pytest

from facialis_clinic.recordings import ranges
from facialis_clinic.recordings.ranges import Span, Unsatisfiable, asked


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("", None),
        ("bytes=0-99", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=900-", Span(900, 1000)),
        ("bytes=-100", Span(900, 1000)),
        ("bytes=-5000", Span(0, 1000)),
        ("bytes=990-5000", Span(990, 1000)),
        ("Bytes = 5-6", Span(5, 7)),
        ("bytes=1000-", Unsatisfiable()),
        ("bytes=-0", Unsatisfiable()),
        ("bytes=5000-6000", Unsatisfiable()),
        ("bytes=6-5", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=0-1,5-6", None),
        ("frames=0-1", None),
        ("bytes=" + "9" * 30 + "-", None),
        ("bytes=\u0661-", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, answer: object) -> None:
    assert answer == asked(header, 1000)


def test_nothing_can_be_asked_of_an_empty_file() -> None:
    assert Unsatisfiable() == asked("bytes=0-", 0)


def test_one_answer_is_no_longer_than_a_few_megabytes() -> None:
    assert Span(10, 10 + ranges.MOST) == asked("bytes=10-", 1 << 31)
