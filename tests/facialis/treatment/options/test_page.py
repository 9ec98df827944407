"""The page on the options: what stands first, what is never left out, that every number has its interval."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from facialis.case import Case
from facialis.findings import Estimate, Finding, Side, State
from facialis.flags import of_case
from facialis.treatment.options import Chosen, Diagnosis, SideKnown, choose, page
from facialis.treatment.options.page import words
from facialis.treatment.options.page.report import main_harms

SURE = Diagnosis("hemifacial_spasm", "Hemifacial spasm", Estimate(0.94, 0.88, 0.97), True)
LEFT = SideKnown(Side.LEFT, True, because=("clinician: left",))


class Text(HTMLParser):
    """The words of a page, without its style."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.words.append(data)


def read(html: str) -> str:
    parser = Text()
    parser.feed(html)
    return " ".join(" ".join(parser.words).replace("\u00ad", "").split())


@pytest.fixture(scope="module")
def html() -> str:
    present = (
        Finding("prior_decompression", State.PRESENT, Side.LEFT, source="record"),
        Finding("limb_speech_deficit", State.PRESENT, source="patient"),
    )
    case = Case(present, 50.0, circumstances={"myasthenia_gravis": State.PRESENT}, medicines=("Unknownol <b>",))
    told = choose(case, diagnosis=SURE, side=LEFT, red_flags=of_case(case))
    return page.compose(json.loads(json.dumps(told.to_json())))


def test_red_flags_stand_before_the_answer_and_the_answer_before_the_options(html: str) -> None:
    text = read(html[html.index("<main>") :])
    places = [text.index(word) for word in ("Red flag", "Hemifacial spasm of the left side", "What can be done")]
    assert places == sorted(places)


def test_every_option_stands_on_the_page_with_why_it_is_excluded_or_what_it_is_for(html: str) -> None:
    from facialis.knowledge import treatment

    text = read(html)
    for option in treatment.options().values():
        assert " ".join(option.name.split()) in text
        if option.really_for:
            assert option.really_for in text
    assert "Previous microvascular decompression: present, left (record)" in text
    assert "Named often, no evidence in hemifacial spasm" in text


def test_a_text_of_the_case_cannot_become_a_part_of_the_page(html: str) -> None:
    assert "Unknownol &lt;b&gt;" in html
    assert "<script" not in html


def test_every_link_within_the_page_has_its_end_and_every_name_is_there_once(html: str) -> None:
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(names)


def test_every_number_in_the_tables_stands_beside_its_interval_or_says_that_none_is_published(html: str) -> None:
    rows = re.findall(r'<td data-name=""><b>(.*?)</b>.*?<td data-name="95 % interval">(.*?)</td>', html)
    assert len(rows) > 50
    assert all(re.search(r"\d to [\d.]+|no interval published", interval) for _, interval in rows)


def test_what_is_elicited_is_marked_so(html: str) -> None:
    assert '<span class="basis elicited">elicited</span>' in html


def test_a_page_of_an_empty_case_can_be_made_and_says_that_the_diagnosis_comes_first() -> None:
    text = read(page.compose(choose(Case()).to_json()))
    assert "the diagnosis comes first" in text
    assert "What can be done if it is hemifacial spasm" in text
    assert "The age is not given" in text


def test_a_world_without_options_is_a_page_too(chosen: Callable[..., Chosen]) -> None:
    result = {**chosen().to_json(), "options": []}
    assert "No option can be chosen as things are known" in read(page.compose(result))


# --- words -----------------------------------------------------------------------------------------------------------


def rate(value: float, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    told = {"unit": "share", "per": "", "at": "", "basis": "published", "sources": [], "sd": None, "rule": ""}
    return {**told, "value": value, "low": low, "high": high, **more}


@pytest.mark.parametrize(
    ("told", "value", "interval"),
    [
        (rate(0.911, 0.9034, 0.918), "91.1 %", "90.3 to 91.8 %"),
        (rate(0.00035, 0.0001, 0.0006), "0.035 %", "0.01 to 0.06 %"),
        (rate(1.0), "100 %", "no interval published"),
        (rate(0.0, 0.0, 0.01), "0 %", "0 to 1 %"),
        (rate(85.4, 77.6, 93.2, unit="days"), "85.4 days", "77.6 to 93.2 days"),
    ],
)
def test_numbers_are_printed_with_what_is_known_of_them(told: dict[str, Any], value: str, interval: str) -> None:
    assert words.value(told).replace(words.NO_BREAK, " ") == value
    assert words.interval(told).replace(words.NO_BREAK, " ") == interval


def test_what_a_number_is_counted_over_is_said() -> None:
    assert words.counted_over(rate(0.9, per="operation", at="2.9 years")) == "of operations, at 2.9 years"
    assert words.counted_over(rate(85.4, unit="days", per="session")) == "over sessions"
    assert words.counted_over(rate(0.9, at="last follow-up")) == "last follow-up"


def test_an_elicited_number_is_never_printed_as_a_published_one() -> None:
    outcome = {"rate": rate(0.9, basis="elicited")}
    assert words.short(outcome) == ("90 %", "no interval, elicited")
    assert words.short({"rate": None}) == ("no number", "")
    assert words.short(None) == ("not told", "")


def test_the_outcome_of_a_column_is_the_first_that_has_a_number() -> None:
    empty = {"key": "relief", "rate": None}
    full = {"key": "relief_complete", "rate": rate(0.9)}
    assert words.first_of({"outcomes": [empty, full]}, words.LIKELY) is full
    assert words.first_of({"outcomes": [empty]}, words.LIKELY) is empty
    assert words.first_of({"outcomes": []}, words.LIKELY) is None


def test_a_rule_begins_with_its_first_clause_and_no_name_is_cut() -> None:
    assert words.heading("HLA-B*15:02 must be tested: before the tablet.") == "HLA-B*15:02 must be tested"
    assert words.heading("Not fit for general anaesthesia.") == "Not fit for general anaesthesia"


def test_a_harm_that_kills_or_stays_is_never_left_out_of_the_table() -> None:
    minor = [{"severity": "minor", "lasting": False, "n": i} for i in range(4)]
    grave = [{"severity": "serious", "lasting": True, "n": 10 + i} for i in range(6)]
    death = {"severity": "death", "lasting": True, "n": 99}
    passing = {"severity": "serious", "lasting": False, "n": 50}
    kept = main_harms([*minor, passing, *grave, death])
    assert [one["n"] for one in kept] == [0, 1, 10, 11, 12, 13, 14, 15, 99]
    assert [one["n"] for one in main_harms([*minor, passing])] == [0, 1, 50]


def test_a_mean_stands_with_its_spread_and_is_called_a_mean() -> None:
    told = {"value": 85.4, "sd": 41.6, "unit": "days", "low": None, "high": None, "basis": "published"}
    assert words.value(told).replace(words.NO_BREAK, " ") == "mean 85 days (SD 42)"
    assert words.value(told | {"value": 5.4, "sd": 5.3}).replace(words.NO_BREAK, " ") == "mean 5.4 days (SD 5.3)"


def test_a_share_in_a_column_of_times_says_what_it_is_a_share_of() -> None:
    rate = {"value": 0.84, "sd": None, "unit": "share", "low": None, "high": None, "basis": "published"}
    assert words.short_time({"name": "Still free after ten years", "rate": rate})[:2] == (
        "84 %",
        "still free after ten years",
    )


def test_open_with_a_question_that_could_exclude_is_open_only_if_the_answers_allow() -> None:
    asked = {"excluded_because": [], "not_asked": [{"would": "exclude"}], "state": "open"}
    assert words.state(asked) == "open if the answers allow"
    assert words.state(asked | {"not_asked": [{"would": "need_care"}]}) == "open"


def test_what_nobody_was_asked_for_makes_an_option_not_applicable_and_not_excluded() -> None:
    told = {"excluded_because": [{"because": "Previous operation: not asked"}], "not_asked": [], "state": "excluded"}
    assert words.state(told) == "not applicable unless there was a previous operation"
    denied = told | {"excluded_because": [{"because": "Previous operation: absent (patient)"}]}
    assert words.state(denied) == "excluded"


def test_a_settled_side_says_who_agrees_and_that_no_film_was_read() -> None:
    told = {"settled": True, "because": ["patient: left", "clinician: left"]}
    assert words.side(told) == "patient and clinician agree; film still missing"
    assert words.side(told | {"because": [*told["because"], "video: left"]}) == "settled"
    assert words.side(told | {"settled": False}) == "not settled"
