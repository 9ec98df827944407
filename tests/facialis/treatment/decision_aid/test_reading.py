"""How hard a text is: counted the same way each time, over sentences and not over labels."""

import pytest

from facialis.treatment.decision_aid.reading import grade, read_aloud, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("face", 1),
        ("people", 2),
        ("operation", 4),
        ("twitches", 2),
        ("injections", 3),
        ("moved", 1),
        ("needed", 2),
        ("1,000", 4),
    ],
)
def test_syllables_are_counted_by_groups_of_vowels(word, count):
    assert syllables(word) == count


def test_the_formula_is_that_of_flesch_and_kincaid():
    # Ten words, one sentence, ten syllables.
    assert grade(["The cat sat on the mat and saw the dog."]) == pytest.approx(0.39 * 10 + 11.8 * 1 - 15.59)


def test_long_words_and_long_sentences_are_harder():
    easy = "The face moves by itself. It can be calmed."
    hard = "Involuntary contractions of unilateral facial musculature necessitate individualised intervention."
    assert grade([hard]) > 15 > grade([easy])


def test_labels_do_not_make_a_page_easier():
    text = "Involuntary contractions necessitate individualised intervention."
    assert grade([text, "None.", "Yes", "2"]) == grade([text])


def test_a_page_is_read_without_drawings_and_without_its_sources():
    html = (
        "<style>p { color: red }</style><section id='a'><p>One <b>two</b><sup>3</sup></p><svg><text>no</text></svg>"
        "<table><tr><td>four</td></tr></table></section><section id='sources'><p>left out</p></section><p>five</p>"
    )
    assert read_aloud(html, ("sources",)) == ["One two", "four", "five"]


def test_a_page_without_a_sentence_has_no_grade():
    with pytest.raises(ValueError, match="no sentence"):
        grade(["Yes", "No"])
