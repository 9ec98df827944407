"""A surgeon's own figures: read with their interval, refused in one line where they cannot be."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis.document import DocumentError
from facialis.treatment.decision_aid import read_surgeon
from facialis.treatment.decision_aid.surgeon import jeffreys

DAY = date(2026, 12, 1)


@pytest.fixture
def read(made):
    return lambda path: read_surgeon(path, (made.TOXIN, made.OPERATION), DAY)


def test_figures_are_read_with_their_jeffreys_interval(read, figures_file):
    figures = read(figures_file())
    relief = figures.count("relief")
    assert relief.share == pytest.approx(221 / 240)
    assert relief.low < 221 / 240 < relief.high
    assert figures.count("recurrence") is None
    assert not figures.too_few


def test_too_few_operations_are_said_to_be(read, figures_file):
    assert read(figures_file("relieved = 11", operations="12")).too_few


@settings(deadline=None, derandomize=True, max_examples=100)
@given(people=st.integers(0, 300), more=st.integers(0, 300))
def test_an_interval_always_holds_its_share_and_stays_open_at_nobody(people, more):
    if people + more == 0:
        return
    count = jeffreys(people, people + more)
    assert count.low <= count.share <= count.high
    assert count.high > 0.0
    assert count.low < 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operations": "0"}, "operations must be at least 1"),
        ({"operations": "30000"}, "operations must be at most 20000"),
        ({"operations": "100"}, "counts.relieved must be at most 100"),
        ({"counts": "relieved = -1"}, "counts.relieved must be at least 0"),
        ({"counts": "relieved = 2.5"}, "must be a whole number"),
        ({"counts": "hearing_los = 3"}, 'did you mean "hearing_loss"?'),
        ({"counts": "relieved = 3\nrelief = 3"}, "counts relief a second time"),
        ({"counts": ""}, "counts nothing"),
        ({"from_": "2024", "to": "2020"}, "to is 2020, before 2024"),
        ({"to": "2031"}, "to must be at most 2026"),
        ({"option": '"onabotulinumtoxinA"'}, "option is"),
        ({"whose": None}, "whose is missing"),
        ({"surgeon": '"A"'}, '"surgeon" is not known'),
    ],
)
def test_impossible_figures_are_refused_in_one_line(read, figures_file, changes, said):
    counts = changes.pop("counts", None)
    path = figures_file(**changes) if counts is None else figures_file(counts, **changes)
    with pytest.raises(DocumentError) as error:
        read(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_figures_are_refused_where_no_option_is_an_operation(made, figures_file):
    with pytest.raises(DocumentError, match="none of these options is an operation"):
        read_surgeon(figures_file(), (made.TOXIN, made.WAITING), DAY)
