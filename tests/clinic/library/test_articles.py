"""What the articles that come with Facialis say: numbers with a source, words that people can read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from facialis import knowledge
from facialis.knowledge import treatment
from facialis_clinic.library.files import HERE, ArticleError, ArticleFile, read_article, read_articles
from facialis_clinic.library.numbers import MARK, PLACE, PlaceError, marks, place
from facialis_clinic.library.reading import MOST, grade_of
from facialis_clinic.library.render import questions

ARTICLES = {article.slug: article for article in read_articles()}
NAMES = sorted(ARTICLES)
DOCS = Path(__file__).parents[3] / "docs" / "articles.md"

# What stands in a text as digits and is no measured number: names, and what every filmed examination asks for.
NAMED = re.compile(r"G51\.3|HFS-7|ICD-10-CM|T1|T2|60 frames a second|30 will do|2\.9")
# Numbers in words that a reader takes for a fact, and where the knowledge says the same.
FACTS_IN_WORDS = {
    "three months": lambda: (
        "about three months" in treatment.options()["onabotulinumtoxinA"].plain
        and "lasts for three months" in knowledge.red_flags()["onset_below_40"].plain_action
        and "three months" in treatment.intervals()[0].text
    ),
    # The median of those who became free.
    "Half of those who became free": lambda: (
        treatment.options()["microvascular_decompression"].outcome("onset").rate.sources == ("S141",)
    ),
}
# Numbers in words that count what is before the reader, and no people or days.
NO_FACTS = (
    "two visits",
    "two sides",
    "two are mixed up",
    "five times",
    "three times each",
    "half the height",
    "half of your face",
    "half) the nerve",
)
NUMBER_WORD = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|half|twice)\b[^\n]{0,30}",
    re.IGNORECASE,
)


def source(slug: str) -> str:
    return (HERE / f"{slug}.md").read_text(encoding="utf-8").split("+++", 2)[2]


def test_what_was_asked_for_is_there():
    assert {
        "hemifacial-spasm",
        "causes",
        "questions",
        "first-visit",
        "botulinum-toxin",
        "decompression",
        "medicines",
    } == {slug for slug, article in ARTICLES.items() if article.audience == "patients"}
    assert {article.audience for article in ARTICLES.values()} == {"patients", "clinicians", "insurers"}


def test_the_faq_answers_what_patients_ask():
    asked = " ".join(question for question, _ in questions(ARTICLES["questions"].text))

    for words in ("treated naturally", "ice help", "see a doctor", "How fast", "go away", "dangerous"):
        assert words in asked
    assert all(len(answer) > 60 for _, answer in questions(ARTICLES["questions"].text))


@pytest.mark.parametrize("slug", [slug for slug in NAMES if ARTICLES[slug].audience == "patients"])
def test_patients_of_twelve_years_could_read_it(slug):
    assert grade_of(ARTICLES[slug].text) <= MOST


@pytest.mark.parametrize("slug", NAMES)
def test_no_number_stands_in_a_text_by_itself(slug):
    text = NAMED.sub("", MARK.sub("", PLACE.sub("", source(slug))))
    text = re.sub(r"^\s*\d+\. ", "", text, flags=re.MULTILINE)

    assert re.findall(r"[^\n]{0,20}\d[^\n]{0,10}", text) == []


@pytest.mark.parametrize("slug", NAMES)
def test_a_number_in_words_is_one_that_the_knowledge_holds(slug):
    for match in NUMBER_WORD.finditer(PLACE.sub("", source(slug))):
        assert match[0].startswith((*FACTS_IN_WORDS, *NO_FACTS)), match[0]


def test_what_is_said_in_words_is_in_the_knowledge():
    assert all(holds() for holds in FACTS_IN_WORDS.values())


@pytest.mark.parametrize("slug", NAMES)
def test_every_source_is_known_and_every_mark_is_in_the_list(slug):
    article = ARTICLES[slug]

    assert article.references
    assert set(article.references) <= set(knowledge.sources())
    assert set(marks(article.text)) <= set(article.references)


@pytest.mark.parametrize("slug", NAMES)
def test_nobody_is_promised_anything_and_no_physician_is_said_to_have_written_it(slug):
    article = ARTICLES[slug]
    words = article.text.lower()

    assert article.author == "The Facialis developers"
    for praise in ("best", "leading", "world-class", "guarantee", "miracle", "painless", "state-of-the-art", "100 %"):
        assert praise not in re.findall(r"[a-z0-9%-]+", words.replace("film at its best", ""))


def test_the_red_flags_in_the_main_article_are_those_of_the_knowledge():
    text = ARTICLES["hemifacial-spasm"].text

    for flag in knowledge.red_flags().values():
        if flag.urgency.value in ("emergency", "same_day"):
            assert f"**{flag.plain}** {flag.plain_action}" in text


def test_the_grades_in_the_documents_are_those_measured():
    told = dict(re.findall(r"^\| `([a-z-]+)` \| \w+ \| ([0-9.]+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))

    assert told == {slug: f"{grade_of(article.text):.1f}" for slug, article in ARTICLES.items()}


def test_a_number_is_written_as_its_form_says_with_its_sources_behind_the_stop():
    rate = treatment.options()["microvascular_decompression"].outcome("relief_complete").rate
    written = place("In {{ outcome.microvascular_decompression.relief_complete : in_100 }} people it went. More.")

    assert written == f"In about {100 * rate.value:.0f} of 100 people it went.[^{rate.sources[0]}] More."
    assert "91.1 % (95 % interval 90.3 to 91.8 %)" in place(
        "{{ outcome.microvascular_decompression.relief_complete : percent }}"
    )


def test_the_mark_stays_with_its_sentence_where_another_mark_follows():
    written = place("{{ harm.onabotulinumtoxinA.ptosis : in_100 }} had it.[^S98] More.")

    assert written == "About 12 of 100 had it.[^S114][^S98] More."


def test_in_a_table_the_mark_stays_in_its_cell():
    row = place("| {{ harm.onabotulinumtoxinA.ptosis : in_100 }} visits | more |")

    assert row == "| About 12 of 100 visits[^S114] | more |"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ outcome.snake_oil.relief : in_100 }}", "the knowledge has no 'snake_oil'"),
        ("{{ outcome.onabotulinumtoxinA.relief_complete : in_100 }}", "nobody has counted it"),
        ("{{ share.duration.hemifacial_spasm.0 : in_100 }}", "it is elicited, not counted"),
        ("{{ harm.microvascular_decompression.death : in_100 }}", "cannot be written as in_100"),
        ("{{ outcome.onabotulinumtoxinA.onset : in_100 }}", "is no form of days"),
        ("{{ wish.list }}", '"wish" is none of outcome'),
        ("{{ threshold }}", "threshold is followed by 1 names, not 0"),
        ("{{ share.sex.hemifacial_spasm.both : in_100 }}", "its states are female, male"),
    ],
)
def test_what_cannot_be_placed_is_told_in_one_line_with_its_place(text, told):
    with pytest.raises(PlaceError, match="line 2: ") as error:
        place(f"First.\n{text}\n")

    assert told in str(error.value)
    assert "\n" not in str(error.value)


HEAD = """+++
slug = "one"
title = "One"
summary = "A text."
for = "patients"
kind = "article"
author = "The Facialis developers"
order = 1
references = ["S1"]
related = []
+++

A text.
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "one.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path):
    article = read_article(write(tmp_path, HEAD))

    assert isinstance(article, ArticleFile)
    assert (article.slug, article.text, article.references) == ("one", "A text.\n", ("S1",))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("+++\nslug", "slug", "must begin with TOML between two lines of +++"),
        ('title = "One"', "title = One", "the head is not TOML"),
        ('title = "One"\n', "", "title must be a text"),
        ("order = 1", 'order = "1"', "order must be a whole number"),
        ("order = 1", "order = 1\ncolour = 2", '"colour" is not known'),
        ('for = "patients"', 'for = "everybody"', 'for is "everybody"; it must be one of patients'),
        ('slug = "one"', 'slug = "One!"', 'slug "One!" must be lower-case words'),
        ('["S1"]', '["S999"]', 'no source is called "S999"'),
        ("A text.\n", "A text.[^S999]\n", 'no source is called "S999"'),
        ("related = []", 'related = ["two"]', 'there is no other article "two"'),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path, before, after, told):
    assert before in HEAD
    write(tmp_path, after.join(HEAD.rsplit(before, 1)))

    with pytest.raises(ArticleError) as error:
        read_articles(tmp_path)

    assert told in str(error.value)
    assert str(error.value).startswith("one.md: ")
    assert "\n" not in str(error.value)
