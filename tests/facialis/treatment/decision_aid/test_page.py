"""The page: made of the public result alone, balanced, plain, printable, and as complete as the IPDAS list says."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest

from facialis.knowledge import treatment
from facialis.treatment.decision_aid import decision_aid, page, read_surgeon

REPOSITORY = Path(__file__).parents[4]
THREE = ("onabotulinumtoxinA", "microvascular_decompression", "watchful_waiting")
DAY = treatment.decision_aid().about.evidence_as_of


class Elements(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.all = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))

    def of(self, tag):
        return [attributes for name, attributes in self.all if name == tag]


@pytest.fixture(scope="module")
def real():
    """The page of the real options."""
    return page.compose(decision_aid(THREE, 10, DAY).to_json())


@pytest.fixture
def composed(held):
    return lambda *keys, **how: page.compose(held(*keys, **how))


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<(style|svg|sup).*?</\1>", " ", html, flags=re.S)).split())


def test_every_anchor_that_the_ipdas_list_names_is_on_the_page(real):
    listed = set(re.findall(r"`#([a-z-]+)`", (REPOSITORY / "docs" / "ipdas.md").read_text(encoding="utf-8")))
    there = {attributes["id"] for _, attributes in Elements(real).all if "id" in attributes}
    assert len(listed) > 20
    assert listed <= there


def test_a_child_of_twelve_can_read_it_and_the_page_says_how_hard_it_is(real):
    most = treatment.decision_aid().number("reading_grade_most")
    assert page.reading_grade(real) < most
    assert re.search(r"School grade \d\.\d by the Flesch-Kincaid rule", text_of(real))


def test_every_pair_of_options_is_as_easy_to_read():
    from itertools import combinations

    most = treatment.decision_aid().number("reading_grade_most")
    able = [one.key for one in treatment.options().values() if one.aid]
    for pair in combinations(able, 2):
        assert page.reading_grade(page.compose(decision_aid(pair, 10, DAY).to_json())) < most


def test_no_id_stands_twice_and_every_link_leads_somewhere(real):
    elements = Elements(real)
    ids = [attributes["id"] for _, attributes in elements.all if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {link["href"] for link in elements.of("a")} <= {f"#{name}" for name in ids}


def test_it_needs_no_script_and_asks_for_nothing_outside(real):
    elements = Elements(real)
    assert not elements.of("script")
    assert not [a for _, a in elements.all if any(str(a.get(key, "")).startswith("http") for key in ("href", "src"))]


def test_every_choice_can_be_made_by_keyboard_and_is_named(real):
    radios = [attributes for attributes in Elements(real).of("input") if attributes.get("type") == "radio"]
    assert len(radios) == real.count("<label><input")
    assert all(radio.get("name") and "disabled" not in radio and "checked" not in radio for radio in radios)
    assert real.count("<fieldset") == real.count("<legend>")


def test_every_drawing_has_words_for_those_who_do_not_see_it(real):
    for drawing in Elements(real).of("svg"):
        assert drawing.get("aria-hidden") == "true" or len(drawing["aria-label"]) > 10


def test_each_option_has_a_cell_in_every_row(real):
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", real, flags=re.S):
        assert len(re.findall(r"<t[dh]\b", row)) == len(THREE) + 1


def test_both_framings_are_said_and_add_up(composed):
    said = text_of(composed(*THREE))
    assert "840 of 1,000 are relieved (790 to 880)." in said
    assert "160 of 1,000 are not (120 to 210)." in said


def test_what_nobody_followed_for_ten_years_is_said_beside_the_number(composed):
    said = text_of(composed("redo_decompression", "watchful_waiting"))
    assert "Nobody has counted this over 10 years. The longest look was 2.9 years." in said


def test_a_harm_of_sessions_is_said_for_one_session_and_at_least_once(composed):
    said = text_of(composed(*THREE))
    assert "325 of 1,000, at least once over up to 18 years, in one clinic." in said
    assert "In one session: 120 of 1,000 (100 to 140). The other 880 do not." in said
    assert "At least once in 40 times, by our guess: 409. It lies between 120 and 994 of 1,000." in said


def test_a_harm_that_nobody_counted_over_years_leads_with_one_session(real):
    said = text_of(real)
    assert "118 of 1,000 (no range was given) in one session." in said
    assert "Perhaps" not in said


def test_how_soon_an_operation_helps_is_read_off_the_line_that_is_drawn(real):
    told = decision_aid(THREE, 10, DAY).to_json()["options"][1]
    first = round(told["year"]["points"][0]["people"], -1)
    assert f"have no more spasms: about {first:g} on the first day" in text_of(real)
    assert "the middle one of those who became free had to wait: about 30 days" in text_of(real)


def test_a_mean_stands_with_its_spread(real):
    assert "On average (mean) 85 days (SD 42)." in text_of(real)


def test_a_grave_harm_that_nobody_counted_stands_among_the_grave_ones(real):
    said = text_of(real)[text_of(real).index("What can go wrong") :]
    assert said.index("Spread to swallowing") < said.index("Drooping lid")


def test_a_death_rarer_than_one_in_a_thousand_is_said_and_drawn(composed):
    html = composed(*THREE)
    assert "Fewer than 1 of 1,000 (up to 1)." in text_of(html)
    assert "Operation on the nerve, of 1,000: 1 or fewer have it." in html


def test_the_page_says_whose_figures_they_are_and_that_they_are_too_few(made, figures_file, held):
    figures = read_surgeon(figures_file("relieved = 11", operations="12"), (made.OPERATION,), DAY)
    said = text_of(page.compose(held(*THREE, figures=figures)))
    assert "Clinic A (made for a test) counted 12 operations from 2015 to 2025" in said
    assert "too few to say much" in said
    assert "In Clinic A (made for a test): 917 of 1,000" in said
    assert "get clear relief after 1 year. Clinic A" in said
    assert "The picture shows published numbers." in said


def test_a_surgeon_without_a_death_is_not_said_to_have_no_risk(made, figures_file, held):
    figures = read_surgeon(figures_file("died = 0", operations="34"), (made.OPERATION,), DAY)
    html = page.compose(held(*THREE, figures=figures))
    assert "None of 1,000 (up to 71)." in text_of(html)
    assert "Clinic A (made for a test): 0 of 34 operations. In published studies: fewer than 1 of 1,000" in text_of(
        html
    )
    assert "Operation on the nerve, of 1,000: 71 at the most may have it." in html


def test_what_others_wrote_is_escaped(made, figures_file, held):
    path = figures_file(whose='"<b>Clinic & Sons</b>"')
    html = page.compose(held(*THREE, figures=read_surgeon(path, (made.OPERATION,), DAY)))
    assert "<b>Clinic" not in html
    assert "&lt;b&gt;Clinic &amp; Sons" in html


def test_the_order_as_asked_is_the_order_on_the_page(composed):
    there, back = text_of(composed(*THREE)), text_of(composed(*reversed(THREE)))
    assert "compares Injections (Botox) , Operation on the nerve and Waiting" in there
    assert "compares Waiting , Operation on the nerve and Injections (Botox)" in back


def test_answers_are_folded_on_the_screen_and_on_the_last_page_of_paper(real):
    assert real.count('<details class="answer">') == 3
    assert "<details open" not in real
    assert real.rindex('class="paper-only answers"') > real.index('id="sources"')


def test_a_page_past_its_review_says_so_first(held):
    from datetime import timedelta

    due = treatment.decision_aid().about.review_due
    html = page.compose(held(*THREE, on=due + timedelta(days=1)))
    assert html.index('id="overdue"') < html.index('id="decision"')
    assert 'id="overdue"' not in page.compose(held(*THREE, on=due))


def test_the_pdf_is_tagged_and_has_the_numbers_and_the_answers(real):
    pypdf = pytest.importorskip("pypdf")
    from facialis.paper import pdf

    try:
        pdf.check()
    except pdf.PdfMissing as missing:
        pytest.skip(str(missing))
    document = pypdf.PdfReader(BytesIO(pdf.pdf(real)))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    said = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    assert "840 of 1,000 are relieved" in said
    assert 'Answers to "What do you know now?"' in said
