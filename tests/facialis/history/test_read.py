"""What is wrong in a questionnaire of one's own is said in one line, with file, key and the nearest valid word."""

from __future__ import annotations

from pathlib import Path

import pytest

from facialis.document import DocumentError
from facialis.findings import State
from facialis.history.questions import Kind, Sided, Stage
from facialis.history.read import questionnaire

SMALL = """
opening = "Hello."
[headings]
red_flag = "a"
basics = "b"
soon = "c"
ranked = "d"
[side]
left = "left side"
right = "right side"
both = "side that moves more"
other = "side that moves"
[items.moves]
question = "Does your face move?"
help = "By itself."
kind = "yes_no"
stage = "basics"
yes = { involuntary_movement = "present" }
no = { involuntary_movement = "absent" }
side = "moving"
[items.age]
question = "How old are you?"
help = "In years."
kind = "number"
stage = "basics"
field = "age"
least = 0
most = 120
[items.where]
question = "Where does the {side} move within {abrupt_onset_h} hours?"
help = "Now."
kind = "choice"
stage = "ranked"
ask_if = { moves = ["yes"] }
answers.eye = { text = "Eye", sets = { eyelid_only = "present" }, points = 1 }
answers.mouth = { text = "Mouth", sets = { eyelid_only = "absent" }, points = 0 }
[scores.sum]
items = ["where"]
at_least = "low_mood_phq2"
finding = "low_mood"
advice = "Ask."
"""


def read(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(DocumentError) as wrong:
        questionnaire(path)
    line = str(wrong.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


def test_a_small_questionnaire_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SMALL)
    asked = questionnaire(path)
    where = asked.items["where"]
    assert (where.kind, where.stage, where.sided) == (Kind.CHOICE, Stage.RANKED, Sided.NONE)
    assert where.question == "Where does the {side} move within 24 hours?"
    assert where.choices["eye"].sets == {"eyelid_only": State.PRESENT}
    assert asked.scores["sum"].at_least == 3
    assert asked.not_asked == {}
    assert len(asked.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('kind = "yes_no"', 'kind = "yesno"', 'items.moves.kind does not know "yesno"; did you mean "yes_no"?'),
        ('stage = "ranked"', 'stage = "rank"', 'items.where.stage does not know "rank"; did you mean "ranked"?'),
        ("yes = { involuntary_movement", "yes = { involuntary_movment",
         'items.moves.yes.involuntary_movment does not know "involuntary_movment"; did you mean "involuntary_'),
        ('= "present" }\nno', '= "presnt" }\nno',
         'items.moves.yes.involuntary_movement does not know "presnt"; did you mean "present"?'),
        ("{ moves = [", "{ mvoes = [", 'items.where.ask_if does not know "mvoes" before it; did you mean "moves"?'),
        ('["yes"]', '["yess"]', 'items.where.ask_if does not know "yess"; did you mean "yes"?'),
        ('["yes"]', '"yes"', "items.where.ask_if must give a list of answers of moves"),
        ("ask_if = {", "askif = {", 'items.where.askif is not a key of such a table; did you mean "ask_if"?'),
        ("ask_if = { moves", "ask_if = { where", 'items.where.ask_if does not know "where" before it'),
        ("{ moves = [", "{ age = [", 'items.where.ask_if does not know "age" before it'),
        ("{side}", "{sied}", 'items.where.question does not know "sied"; did you mean "side"?'),
        ("{abrupt_onset_h}", "{abrupt_onset}",
         'items.where.question does not know "abrupt_onset"; did you mean "abrupt_onset_h"?'),
        ('field = "age"', 'field = "aeg"', 'items.age.field does not know "aeg"; did you mean "age"?'),
        ('field = "age"', 'field = "sex"', 'items.age.field is "sex", which a question of kind number cannot fill'),
        ('field = "age"\n', "", "items.age.field is missing; a number fills one of age, age_at_onset, duration_months"),
        ("least = 0", "least = 0.5", "items.age.least must be a whole number"),
        ("least = 0", "least = 200", "items.age.least must not lie above most"),
        ('question = "How old are you?"\n', "", "items.age.question is missing"),
        ("eyelid_only = \"present\"", "other_babinski_sign = \"present\"",
         'items.where sets "other_babinski_sign", which only video, clinician can tell, not patient'),
        ("answers.mouth", "answers.unknown", "items.where.answers.unknown cannot be the name of an answer"),
        ("answers.mouth", "answers.eye.more",  "not TOML"),
        (", points = 0", "", 'scores.sum.items counts "where", whose answers have no points'),
        ('at_least = "low_mood_phq2"', 'at_least = "low_mood"',
         'scores.sum.at_least does not know "low_mood"; did you mean "low_mood_phq2"?'),
        ('items = ["where"]', 'items = ["were"]', 'scores.sum.items does not know "were"; did you mean "where"?'),
        ("[scores.sum]", "[scores.age]", "items.age is the name of a score too"),
        ("[items.where]", '[items."Where now"]', "items.Where now must be a word of small letters, digits and _"),
        ('soon = "c"\n', "", "headings.soon is missing"),
        ('soon = "c"', 'sooon = "c"', 'headings.sooon is not a key of such a table; did you mean "soon"?'),
        ('opening = "Hello."', "", "opening is missing"),
        ('opening = "Hello."', 'opening = "Hello {side}."', 'opening does not know "side"'),
        ("[scores.sum]", '[[contradictions]]\ntext = "t"\nfindings = { eyelid_only = "present" }\n[scores.sum]',
         "contradictions.findings must name at least two findings"),
        ("[scores.sum]", '[not_asked]\neyelid_only = "why"\n[scores.sum]',
         "not_asked.eyelid_only is asked all the same"),
        ("[scores.sum]", '[not_asked]\neyelid = "why"\n[scores.sum]',
         'not_asked.eyelid does not know "eyelid"; did you mean "eyelid_only"?'),
        ("[items.moves]", "[items.moves", "not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_key_or_word_is_named(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in SMALL
    assert read(tmp_path, SMALL.replace(old, new, 1)).startswith(line)


def test_a_file_that_is_not_there_or_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        questionnaire(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match="is not text in UTF-8"):
        questionnaire(tmp_path / "bytes.toml")
