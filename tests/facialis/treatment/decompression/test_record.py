"""What cannot be is refused in one line that says what, where and the nearest word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis.document import DocumentError
from facialis.treatment import decompression
from tests.facialis.treatment.decompression.conftest import Told, audiogram

HEAD = 'side = "left"\noperated = 2026-01-12\n'
ON = date(2026, 2, 20)


def refusal(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as refused:
        decompression.read(path, ON)
    said = str(refused.value)
    assert "\n" not in said
    assert said.startswith(str(path))
    return said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("operated = 2026-01-12\n", "side is missing"),
        ('side = "lft"\noperated = 2026-01-12\n', 'did you mean "left"?'),
        ('side = "left"\n', "give operated or planned"),
        ('side = "left"\noperated = "2026-01-12"\n', "without quotation marks"),
        ('side = "left"\noperated = 2026-03-01\n', "write planned instead"),
        ('side = "left"\nplanned = 2026-01-01\n', "was it done?"),
        ('side = "left"\noperated = 1860-01-12\n', "the year cannot be"),
        ('spasm_side = "right"\n' + HEAD, "settle the side first"),
        (HEAD + "vists = [2026-01-16]\n", 'did you mean "visits"?'),
        (HEAD + "visits = [2026-01-01]\n", "before the operation"),
        (HEAD + "visits = [2026-03-01]\n", "after 2026-02-20"),
        (HEAD + "[palsy]\nonset = 2026-01-01\n", "before the operation"),
        (HEAD + '[palsy]\nonset = 2026-01-23\nside = "right"\n', "does not come from an operation on the left"),
        (
            HEAD + "[palsy]\nonset = 2026-01-23\ngrades = [{date = 2026-01-20, house_brackmann = 3}]\n",
            "before the palsy",
        ),
        (HEAD + "[palsy]\nonset = 2026-01-23\ngrades = [{date = 2026-01-24, house_brackmann = 7}]\n", "at most 6"),
        (HEAD + "[palsy]\nonset = 2026-01-23\ngrades = [{date = 2026-01-24, house_brackmann = 2.5}]\n", "whole grade"),
        (HEAD + '[[eye]]\ndate = 2026-01-24\nclosure = "half"\n', "complete, incomplete"),
        (HEAD + "[[eye]]\ndate = 2026-01-24\nred = 1\n", "true or false"),
        (HEAD + '[[symptoms]]\ndate = 2026-01-24\nwhat = "feaver"\n', 'did you mean "fever"?'),
        (HEAD + '[[symptoms]]\ndate = 2026-01-24\nwhat = "fever"\nuntil = 2026-01-20\n', "before it began"),
        (HEAD + "[[spasms]]\ndate = 2026-01-24\nscore = 11\n", "at most 10"),
        (HEAD + "[before]\nmri = 2026-01-20\n", "after the operation"),
        (HEAD + '[before]\nscan_read = "no_lesion"\n', "the day of the mri is missing"),
        ('side = "left"\nplanned = 2026-03-12\nvisits = [2026-01-20]\n', "nobody was operated yet"),
        (HEAD + audiogram("2026-01-19", 18, 96, "both"), "left, right"),
        (HEAD + audiogram("2026-01-19", 18, 120), "at most 100"),
        (HEAD + audiogram("2026-01-19", 180), "at most 130"),
        (HEAD + audiogram("2026-01-19", 105, 60), "that cannot be"),
        (HEAD + audiogram("2026-01-19", None, 60), "nothing is heard"),
        (HEAD + audiogram("2026-01-19", 20, 96, air_bone_gap=50), "more than the loss"),
        (HEAD + '[[audiograms]]\ndate = 2026-01-19\near = "left"\n', "is missing: give it, or thresholds"),
        (
            HEAD + audiogram("2026-01-19", 20, thresholds="{500 = 60, 1000 = 60, 2000 = 60}"),
            "the thresholds give 60 dB",
        ),
        (HEAD + audiogram("2026-01-19", 20, thresholds="{500 = 20, 1000 = 20}"), "needs 500, 1000 and 2000 Hz"),
        (HEAD + audiogram("2026-01-19", 20, thresholds="{500 = 20, 1000 = 20, 2001 = 20}"), "is not known"),
        (HEAD + "spasms = 3\n", "must be a list"),
        (HEAD + "visits = 3\n", "must be a list"),
        ("side = [\n", "is not TOML"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path / "path.toml", text)


def test_thresholds_give_the_average(told: Told) -> None:
    rows = "thresholds = {500 = 10, 1000 = 20, 2000 = 30, 3000 = 40}"
    path = told(f'[[audiograms]]\ndate = 2026-01-19\near = "left"\n{rows}\n')
    assert path.record.audiograms[0].average == 25


def test_a_test_of_the_day_of_the_operation_counts_as_before_and_that_is_said(told: Told) -> None:
    path = told(audiogram("2026-01-12", 18, 96) + audiogram("2026-01-19", 20, 94))
    assert path.hearing.state == "same"
    assert any("taken before it" in text for text in path.record.assumptions)


def test_the_order_of_the_rows_does_not_matter(told: Told) -> None:
    rows = [audiogram("2025-12-20", 18, 96), audiogram("2026-01-19", 20, 94), audiogram("2026-02-10", 40, 80)]
    one, other = told("".join(rows)), told("".join(reversed(rows)))
    assert one.hearing == other.hearing


VALUES = st.one_of(
    st.booleans(),
    st.integers(-5, 200),
    st.sampled_from(['"left"', '"x"', "2026-01-20", "[]", "{}", "inf", "nan", '""']),
)


@settings(
    deadline=None, derandomize=True, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    part=st.sampled_from(["audiograms", "eye", "spasms", "symptoms", "lateral_spread", "palsy", "before", ""]),
    key=st.sampled_from(
        ["date", "ear", "pure_tone_average", "score", "what", "closure", "mri", "onset", "visits", "side"]
    ),
    value=VALUES,
)
def test_whatever_stands_in_the_file_it_is_read_or_refused_in_one_line(
    tmp_path: Path, part: str, key: str, value: object
) -> None:
    table = {"": "", "palsy": "[palsy]\n", "before": "[before]\n"}.get(part, f"[[{part}]]\ndate = 2026-01-20\n")
    told = str(value).lower() if isinstance(value, bool) else str(value)
    path = tmp_path / "path.toml"
    path.write_text(f"{HEAD}{table}{key} = {told}\n", encoding="utf-8")
    said = ""
    try:
        decompression.path(decompression.read(path, ON), ON).to_json()
    except DocumentError as refused:
        said = str(refused)
    assert "\n" not in said


def test_the_example_of_the_documents_is_read(tmp_path: Path) -> None:
    document = Path(__file__).parents[4] / "docs" / "decompression.md"
    example = document.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    path = tmp_path / "path.toml"
    path.write_text(example, encoding="utf-8")
    record = decompression.read(path, ON)
    assert (len(record.audiograms), len(record.visits), record.scan) == (1, 2, "no_lesion")
    assert decompression.path(record, ON).palsy.state == "active"
