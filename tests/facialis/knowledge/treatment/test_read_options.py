"""The readers of options and circumstances refuse what is wrong, in one line with file and key."""

from __future__ import annotations

import pytest

from facialis import knowledge
from facialis.knowledge import KnowledgeError
from facialis.knowledge.treatment import read_options

SMALL = """
[thing]
name = "Thing"
plain_name = "Thing"
kind = "medicine"
standing = "limited"
what = "It does."
plain = "It does."
aid = false
asks = ["Nothing."]
[thing.evidence]
certainty = "low"
text = "Some."
plain = "Some."
sources = []
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("limited", "best"), 'thing.standing does not know "best"'),
        (("medicine", "pill"), 'thing.kind does not know "pill"'),
        (("limited", "no_evidence"), "thing.evidence.certainty is none if and only if"),
        (('certainty = "low"', 'certainty = "none"'), "thing.evidence.certainty is none if and only if"),
        (("aid = false", "aid = 0"), "thing.aid must be true or false"),
        (('asks = ["Nothing."]', "asks = [3]"), "thing.asks must be a list of texts"),
        (('text = "Some."', 'text = "Some."\nwhy = "x"'), "thing.evidence.why is not a key"),
        (("aid = false", 'aid = false\nreally = "x"'), "thing.really is not a key"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_in_one_line(change: tuple[str, str], said: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_options.options(SMALL.replace(*change, 1), (), knowledge.sources())
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("{value = 1.2, source = 'S1'}", "a share lies between 0 and 1"),
        ("{value = 0.2}", "needs a source unless it is elicited"),
        ("{value = 0.2, low = 0.3, high = 0.4, source = 'S1'}", "lies outside"),
        ("{value = 0.2, low = 0.1, source = 'S1'}", "one end of an interval only"),
        ("{studies = [{present = 9, of = 5, source = 'S1'}]}", "cannot be"),
        ("{value = 0.2, basis = 'calculated', source = 'S1'}", "a calculated number says how"),
        ("{value = 0.2, per = 'week', source = 'S1'}", "it must be one of person"),
        ("{value = 5, of = 3, unit = 'days', source = 'S1'}", "needs sd beside it"),
    ],
)
def test_an_impossible_number_is_refused(rate: str, said: str) -> None:
    text = SMALL + f'[[thing.outcomes]]\nkey = "relief"\nname = "x"\nplain = "x"\nrate = {rate}\n'
    with pytest.raises(KnowledgeError, match="outcomes") as caught:
        read_options.options(text, (), knowledge.sources())
    assert said in str(caught.value)


def test_counts_are_added_up_and_their_interval_holds_the_share() -> None:
    text = SMALL + (
        '[[thing.outcomes]]\nkey = "relief"\nname = "x"\nplain = "x"\n'
        "rate = {studies = [{present = 5, of = 5, source = 'S1'}, {present = 3, of = 5, source = 'S11'}]}\n"
    )
    told = read_options.options(text, (), knowledge.sources())["thing"].outcomes[0].rate
    assert told is not None
    assert told.value == 0.8
    assert told.low is not None
    assert told.high is not None
    assert 0.4 < told.low < 0.8 < told.high < 1.0
    assert told.sources == ("S1", "S11")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[thing]\nterm = "Thing"\n', "thing.question is missing"),
        (
            '[thing]\nterm = "Thing"\nquestion = "Is it?"\nmedicines = ["Aspirin"]\n',
            "thing.medicines must be in lower case",
        ),
        ('[thing]\nterm = "Thing"\nquestion = "Is it?"\nmedicine = ["aspirin"]\n', "thing.medicine is not a key"),
        ('[thing]\nterm = "Thing"\nquestion = "Is it?"\nask = "yes"\n', "thing.ask must be true or false"),
        ("[thing\n", "not TOML"),
    ],
)
def test_what_is_wrong_with_a_circumstance_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_options.circumstances(text)
    assert str(caught.value).startswith("circumstances.toml: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('when = ["nobody"]\ntext = "x"\nplain = "x"\nbasis = "elicited"', 'when does not know "nobody"'),
        ('text = "x"\nplain = "x"\nbasis = "published"', "sources needs a source unless it is elicited"),
        ('text = "x"\nplain = "x"\nbasis = "elicited"\nage = 3', "age is not a key"),
        ('text = "x"\nplain = "x"\nbasis = "heard"', 'basis does not know "heard"'),
        ('text = "x"\nplain = "x"\nbasis = "elicited"\nage_above = "old"', "age_above must be a finite number"),
    ],
)
def test_a_rule_that_cannot_be_held_against_a_case_is_refused(rule: str, said: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_options.options(f"{SMALL}[[thing.never]]\n{rule}\n", ("known",), knowledge.sources())
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_outcome_has_a_number_or_a_reason_and_never_both() -> None:
    for told in ("", 'why_not = "x"\nrate = {value = 0.2, source = "S1"}\n'):
        text = f'{SMALL}[[thing.outcomes]]\nkey = "relief"\nname = "x"\nplain = "x"\n{told}'
        with pytest.raises(KnowledgeError, match="if and only if there is no rate"):
            read_options.options(text, (), knowledge.sources())
