"""The rules above all single options: what a right file gives, and that a wrong one is told in one line."""

from __future__ import annotations

import pytest

from facialis import knowledge
from facialis.knowledge import treatment
from facialis.knowledge.treatment.ground_rule import ground_rules

RULE = """
[rules.one]
part = "{part}"
{more}
text = "Do this."
plain = "Do this."
basis = "{basis}"
[spared]
"""


def read(part: str = "said", more: str = "", basis: str = "elicited", tail: str = "") -> object:
    text = RULE.format(part=part, more=more, basis=basis) + tail
    return ground_rules(text, {"pregnancy", "recent_toxin"}, {"ice"}, {"S134"})


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"part": "perhaps"}, 'rules.one.part does not know "perhaps"'),
        ({"part": "never"}, "rules.one.kinds names options if and only if it is not only said"),
        ({"more": 'options = ["ice"]'}, "rules.one.kinds names options if and only if it is not only said"),
        ({"more": 'when = ["both"]'}, 'rules.one.when does not know "both"'),
        ({"part": "never", "more": 'options = ["fire"]'}, 'rules.one.options does not know "fire"'),
        ({"part": "never", "more": 'kinds = ["toxic"]'}, 'rules.one.kinds does not know "toxic"'),
        ({"more": 'whenn = ["pregnancy"]'}, "rules.one.whenn is not a key of such a table"),
        ({"basis": "published"}, "rules.one.sources needs a source unless it is elicited"),
        ({"tail": '[spared.x]\nkeys = ["pregnancy"]\nbecause = "no"\n'}, "spared.x.sex is told by one of sex and"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_its_place(told: dict[str, str], wrong: str) -> None:
    with pytest.raises(knowledge.KnowledgeError) as error:
        read(**told)
    assert str(error.value).startswith(f"ground_rules.toml: {wrong}")
    assert "\n" not in str(error.value)


def test_the_rules_of_the_house_are_read_and_each_names_a_source() -> None:
    rules = treatment.ground_rules().rules
    assert {"sides_disagree", "child", "redo_only_after"} <= set(rules)
    assert all(one.rule.sources for one in rules.values())
    assert all(one.of(treatment.options()[key]) for one in rules.values() for key in one.options)


def test_who_is_spared_a_question_is_told_by_sex_or_age() -> None:
    men, older = treatment.ground_rules().spared
    assert (men.of("male", None), men.of("female", 90.0), men.of(None, None)) == (True, False, False)
    assert (older.of(None, 61.0), older.of("female", 60.0), older.of("male", None)) == (True, False, False)
