"""The practice's own details, read from a file in which anything may be wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facialis_practice.hours import Span
from facialis_practice.practice import EXAMPLE, PracticeError, example, read_practice

GOOD = EXAMPLE.read_text(encoding="utf-8")


def write(folder: Path, text: str) -> Path:
    path = folder / "practice.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_practice_that_comes_with_it_is_invented_and_says_so():
    practice = example()

    assert practice.invented
    # Numbers 555-0100 to 555-0199 are kept for fiction in the North American plan.
    assert all("555 01" in office.phone for office in practice.offices)
    assert practice.email.endswith("@example.org")


def test_it_is_open_as_the_practice_says():
    hours = example().offices[0].hours

    assert hours.week["visits"] == ((Span(480, 1020),),) * 5 + ((), ())
    assert hours.week["mri"][5] == (Span(480, 1020),)
    assert hours.week["mri"][6] == ()


def test_a_practice_is_not_invented_unless_it_says_so(tmp_path):
    assert not read_practice(write(tmp_path, GOOD.replace("invented = true\n", ""))).invented


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "Example Neurology Practice"\n', "", "name is missing"),
        ('name = "Example Neurology Practice"', 'nam = "x"', '"nam" is not known; did you mean "name"?'),
        ("America/New_York", "Nowhere/Land", 'zone is "Nowhere/Land"; it must be a zone such as "Europe/Berlin"'),
        ("America/New_York", "../etc/passwd", "it must be a zone such as"),
        ("desk@example.org", "desk", "email is \"desk\"; it must be an address"),
        ('emergency = "911"', 'emergency = "call us"', "it must be the digits to dial"),
        ('emergency = "911"', "emergency = 911", "emergency must be a text"),
        ("invented = true", 'invented = "yes"', "invented must be true or false"),
        ('"monday-friday" = "8:00-17:00"', '"monday-freitag" = "8:00-17:00"', '"monday-freitag" is no day'),
        ('saturday = "8:00-17:00"', 'saturday = "17:00-8:00"', "it must begin before it ends"),
        ('saturday = "8:00-17:00"', 'saturday = "8-17"', 'hours are written "8:00-17:00"'),
        ('saturday = "8:00-17:00"', 'saturday = ["8:00-13:00", "12:00-17:00"]', "overlap or stand out of order"),
        ('saturday = "8:00-17:00"', 'friday = "8:00-17:00"', "names friday twice"),
        ("[offices.hours.mri]", "[offices.hours.mir]", '"mir" is not known; did you mean "mri"?'),
        ('phone = "+1 202 555 0187"', 'phone = "ring us"', "must be a telephone number"),
        ('key = "north"', 'key = "main"', "\"main\" is another office's"),
        ('each_year = "12-25"', 'each_year = "02-30"', "which is no day of a year"),
        ('each_year = "12-25"\n', "", "must have a day or each_year"),
        ("to = 2026-11-27", "to = 2026-11-20", "to lies before day"),
        ("day = 2026-11-26", 'day = "26 November"', "day must be a date such as"),
        ('reason = "Thanksgiving"', 'reason = "Thanksgiving"\noffices = ["south"]', "it must be one of main, north"),
        ("[services]", "[services", "is not TOML"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_one_line_with_file_and_place(tmp_path, before, after, told):
    assert before in GOOD
    path = write(tmp_path, GOOD.replace(before, after, 1))

    with pytest.raises(PracticeError) as error:
        read_practice(path)

    assert told in str(error.value)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_text_or_is_not_there_is_told_in_one_line(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(PracticeError, match="not text in UTF-8"):
        read_practice(tmp_path / "binary.toml")
    with pytest.raises(PracticeError, match="No such file"):
        read_practice(tmp_path / "gone.toml")


def test_a_closure_of_one_office_leaves_the_others_open(tmp_path):
    text = GOOD.replace('reason = "Christmas Day"', 'reason = "Christmas Day"\noffices = ["north"]')
    main, north = read_practice(write(tmp_path, text)).offices

    assert "Christmas Day" not in {closure.reason for closure in main.hours.closures}
    assert "Christmas Day" in {closure.reason for closure in north.hours.closures}


def test_the_practices_rules_know_neither_the_medicine_nor_the_web():
    code = (
        "import sys, facialis_practice.hours, facialis_practice.practice\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('django', 'facialis', 'numpy')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
