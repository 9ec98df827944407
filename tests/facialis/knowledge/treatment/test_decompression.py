"""The files on relief and on the path: what is wrong in them is said in one line with file and key."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise

import pytest

from facialis import knowledge
from facialis.knowledge.definitions import KnowledgeError
from facialis.knowledge.treatment.decompression_path import decompression
from facialis.knowledge.treatment.relief_curve import relief


def text(name: str) -> str:
    return files("facialis.knowledge.treatment").joinpath(name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[-1, 7, 62]", "[7, 7, 62]", "cannot be"),
        ("[-1, 7, 62]", "[-1, 7]", "must be a list"),
        ("[-1, 7, 62]", "[-1, 7, 6.5]", "cannot be"),
        ('source = "S141"\nof = "free"', 'source = "S999"\nof = "free"', 'does not know "S999"'),
        ("free = 93\nof = 100", "free = 101\nof = 100", "cannot be"),
        ("share = 0.975", "shore = 0.975", "is missing"),
        ("tail = true", "tale = true", "is not a key"),
        ('of = "late"\ntold', 'of = "late"\nfitted = true\ntold', "Cannot overwrite"),
    ],
)
def test_a_wrong_study_is_refused_in_one_line(old: str, new: str, said: str) -> None:
    whole = text("relief.toml")
    assert old in whole
    with pytest.raises(KnowledgeError, match=r"^relief\.toml: ") as refused:
        relief(whole.replace(old, new, 1), knowledge.sources())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("day = 30\nfrom_day = 15", "day = 10\nfrom_day = 15", "lies outside"),
        ("first = 2, last = 42", "first = 52, last = 42", "do not follow"),
        ('why_no_rate = "not published', 'why = "not published', "is needed where there is no rate"),
        ('key = "discharge"', 'key = "mri"', "names a key twice"),
        ("when = []", 'when = ["red"]', "must end with"),
        ('source = "rcem_palsy"', 'source = "nobody"', 'does not know "nobody"'),
        ('basis = "published"\nsources = ["S55"]', 'basis = "published"', "needs sources"),
        ("last = 44", "last = 44.5", "whole number"),
    ],
)
def test_a_wrong_path_is_refused_in_one_line(old: str, new: str, said: str) -> None:
    whole = text("decompression.toml")
    assert old in whole
    with pytest.raises(KnowledgeError, match=r"^decompression\.toml: ") as refused:
        decompression(whole.replace(old, new, 1), knowledge.sources())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_visits_leave_no_day_of_the_first_two_years_without_one() -> None:
    from facialis.knowledge import treatment

    windows = [step.window for step in treatment.decompression().steps if step.visit and step.window]
    for one, other in pairwise(windows):
        assert other.from_day == one.to_day + 1
    assert windows[-1].to_day >= 730
