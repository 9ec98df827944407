"""The clinician's page: red flags first, then the answer, then why, and nothing of the result left out."""

import re
from html.parser import HTMLParser

import pytest

from facialis.diagnosis import page


def words(text):
    plain = re.sub(r"<(style|title|desc)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", plain)


class Outline(HTMLParser):
    """Collects headings, drawings and addresses."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.drawings, self.addresses, self.tags, self.ids = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.tags.append(tag)
        self.ids += [told["id"]] if told.get("id") else []
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.drawings.append(told)
        self.addresses += [value for name, value in attributes if name in ("href", "src", "action")]


CASES = ("assessment", "emergency", "unexplained", "unknown", "extreme")


@pytest.fixture(params=CASES)
def result(request, invented):
    return getattr(invented, request.param)()


def test_sections_stand_in_the_order_in_which_a_clinician_asks(invented):
    told = words(page.compose(invented.emergency()))
    order = [
        "Red flags: before anything else",
        "Hemifacial spasm leads with 48 % (20 to 75 %), not settled.",
        "A focal seizure follows",
        "ICD-10-CM G51.32",
        "Differential",
        "What speaks for hemifacial spasm, and what against",
        "What would tell most next",
        "Which elicited numbers could change the order",
        "What was read",
        "Not assessable",
        "Sources and limits",
        "it does not decide",
    ]
    places = [told.index(text) for text in order]
    assert places == sorted(places)


def test_without_red_flags_the_answer_comes_first(invented):
    text = page.compose(invented.assessment())
    assert "Red flag" not in words(text)
    first = re.search(r"<h2[^>]*>(.*?)</h2>", text)
    assert words(first[1]) == "Hemifacial spasm of the left side is most likely: 93 % (81 to 98 %)."


def test_the_most_urgent_flag_leads_and_says_its_urgency_by_word_and_shape(invented):
    result = invented.emergency()
    result["red_flags"].reverse()
    text = page.compose(result)
    flags = re.findall(r'<div class="flag (\w+)">(.*?)</div>\s*</div>', text, re.S)
    assert [urgency for urgency, _ in flags] == ["emergency", "same_day", "soon"]
    assert [re.search(r'"urgency">([^<]*)', body)[1] for _, body in flags] == ["Emergency", "Same day", "Soon"]
    shapes = {re.search(r'<path class="\w+"[^>]* d="([^"]+)"', body)[1] for _, body in flags}
    assert len(shapes) == 3
    assert "Call the ambulance now" in words(flags[0][1])


def test_a_side_that_is_not_settled_says_what_follows_from_it(invented):
    told = words(page.compose(invented.emergency()))
    assert "left , not settled patient: left; video: right, and it may be mirrored No injection is planned" in told
    assert "No injection is planned" not in words(page.compose(invented.assessment()))


def test_disorders_below_one_per_cent_share_a_line_and_all_stand_in_the_table(invented):
    result = invented.assessment()
    text = page.compose(result)
    picture, table = (
        re.search(rf'<table class="{name}">.*?</table>', text, re.S)[0] for name in ("forest differential", "all")
    )
    assert "The other 10, each below 1 %, together 3 %" in words(picture)
    assert "Blepharospasm" not in words(picture)
    assert all(entry["name"] in words(table) for entry in result["differential"])
    assert "By a vessel 82 % (63 to 92 %)" in words(picture)


def test_a_rest_below_one_per_cent_in_all_says_so(invented):
    result = invented.assessment(
        differential=invented.differential({"hemifacial_spasm": (0.97, 0.9, 0.99), "tic": (0.025, 0, 0.1)})
    )
    assert "The other 10 together below 1 %" in words(page.compose(result))


def test_a_probability_is_drawn_where_it_lies(invented):
    text = page.compose(invented.assessment())
    first = re.search(r'<tr class="first">.*?</tr>', text, re.S)[0]
    # The axis runs from 12 to 428; a disc begins at its left edge.
    assert float(re.search(r'class="dot-first"[^>]* d="M([\d.]+)', first)[1]) + 5.5 == pytest.approx(
        12 + 416 * 0.932, abs=0.1
    )
    assert f"M{12 + 416 * 0.81:.1f} 13.0H{12 + 416 * 0.98:.1f}" in first


def test_what_speaks_against_is_as_large_as_what_speaks_for(invented):
    text = page.compose(invented.assessment())
    body = re.search(r'<table class="forest evidence">.*?</table>', text, re.S)[0]
    assert "For hemifacial spasm, against post-paralytic synkinesis" in words(body)
    assert "Against hemifacial spasm, for post-paralytic synkinesis" in words(body)
    drawn = {(each["width"], each["height"]) for each in Outline(body).drawings if each.get("role")}
    assert len(drawn) == 1
    starts = [float(x) for x in re.findall(r'class="against(?:-\w+)?"[^>]* d="M([\d.]+)', body)]
    assert starts
    assert (
        max(starts)
        < 220
        < min(float(x) for x in re.findall(r'class="whisker"[^>]* d="M([\d.]+)', body) if float(x) > 225)
    )


def test_nothing_against_is_said_as_plainly_as_something(invented):
    result = invented.assessment()
    result["differential"][0]["against"] = []
    assert "Nothing that was read speaks against it." in words(page.compose(result))


def test_elicited_numbers_are_hatched_and_named_and_published_ones_are_plain(invented):
    text = page.compose(invented.assessment())
    rows = dict(re.findall(r'<tr><th scope="row"><span title="[^"]*">([^<]+)</span>(.*?)</tr>', text, re.S))
    for name in ("Persists in sleep", "Facial weakness"):
        assert '<span class="basis elicited">elicited</span>' in rows[name]
        assert "-hatch" in rows[name]
    assert "elicited" not in rows["Onset around the eye"]
    assert "hatch" not in rows["Onset around the eye"]
    assert "1 ban = ten times as likely; 0.3 = twice" in words(text)


def test_bans_stand_with_their_interval_and_likelihood_ratio(invented):
    told = words(page.compose(invented.assessment()))
    assert "+1.21 (+0.86 to +1.56) LR 16" in told
    assert "\N{MINUS SIGN}0.52 (\N{MINUS SIGN}0.77 to \N{MINUS SIGN}0.27) LR 0.30" in told


def test_every_other_disorder_from_one_per_cent_on_can_be_opened(invented):
    text = page.compose(invented.assessment())
    others = re.findall(r'<details class="other">\s*<summary>([^<]*)', text)
    assert [words(one) for one in others] == ["Post-paralytic synkinesis, 4 %: 2 for, 6 against"]


def test_none_of_these_is_said_where_nothing_explains_the_case(invented):
    told = words(page.compose(invented.unexplained()))
    assert told.index("None of these fits") < told.index("None of the disorders known here")
    assert "none of the shares should be relied on" in told
    assert "None of these fits" not in words(page.compose(invented.assessment()))


def test_where_nothing_was_read_the_page_says_so(invented):
    told = words(page.compose(invented.unknown()))
    assert "Nothing that was read tells it from post-paralytic synkinesis" in told
    assert "No finding was given." in told
    assert "not given; at onset not given" in told


def test_a_reading_that_was_not_weighed_is_not_struck_through(invented):
    red = invented.reading("painful_red_eye", "patient", why_not="it is no evidence for or against a disorder")
    text = page.compose(invented.assessment(readings=[red]))
    assert "<s>" not in text
    assert "Not weighed: it is no evidence for or against a disorder." in words(text)
    assert "1 in all: 1 not weighed" in words(text)


def test_safety_questions_keep_their_first_place_and_can_be_opened(invented):
    first = invented.step("hypertension", 0.0) | {
        "ask_or_test": "red_flag_questions",
        "name": "The red-flag questions",
        "codes": ["sudden_weakness", "painful_red_eye"],
        "because": "asked first; low burden",
    }
    text = page.compose(invented.assessment(next_steps=[first, *invented.assessment()["next_steps"]]))
    row = re.search(r'<td class="rank">1</td>.*?</tr>', text, re.S)[0]
    assert "Ask The red-flag questions safety first" in words(row)
    assert "In the last few days, did the face drop suddenly? Is the eye red and painful?" in words(row)
    assert "Asked first." in words(row)
    assert "low burden" not in words(row)


def test_the_reason_of_a_step_does_not_repeat_its_columns(invented):
    step = invented.step("ear_click", 0.5, cost="low", burden="low") | {
        "because": "expected to tell most between a and b (0.50 bits); low cost, low burden; serves as a baseline"
    }
    told = words(page.compose(invented.assessment(next_steps=[step])))
    assert "0.50 low low none Expected to tell most between a and b. Serves as a baseline." in told


def test_how_often_a_finding_is_met_stands_beside_it_with_what_is_elicited(invented):
    result = invented.assessment()
    result["differential"][0]["for"][0]["shares"] = [
        {"share": 0.06, "people": 159, "basis": "published"},
        {"share": 0.9, "people": 10, "basis": "elicited"},
    ]
    text = page.compose(result)
    assert '<span class="number">6\N{NO-BREAK SPACE}% v 90\N{NO-BREAK SPACE}%<sup>e</sup></span>' in text
    assert "how often the finding is present in the one and in the other" in words(text)
    assert "how often the finding is present" not in words(page.compose(invented.assessment()))


def test_no_code_goes_into_the_notes_where_nothing_fits_or_nothing_is_settled(invented):
    assert "ICD-10-CM none no disorder of the list fits" in words(page.compose(invented.unexplained()))
    assert "ICD-10-CM G51.32 Hemifacial spasm, not settled" in words(page.compose(invented.emergency()))
    assert "ICD-10-CM G51.32 Hemifacial spasm Fit" in words(page.compose(invented.assessment()))


def test_a_step_that_tells_next_to_nothing_has_no_long_bar(invented):
    text = page.compose(invented.assessment(next_steps=[invented.step("ear_click", 0.01)]))
    drawn = re.search(r'class="bits"[^>]* d="M1.0 2.0h([\d.]+)', text)[1]
    track = re.search(r'class="track"[^>]* d="M1.0 5.0h([\d.]+)', text)[1]
    assert float(drawn) / float(track) == pytest.approx(0.1, abs=0.01)
    assert "helps most" not in page.compose_patient(
        invented.assessment(next_steps=[invented.step("ear_click", 0.01)]), released=False
    )


def test_next_steps_keep_the_order_of_the_result_and_draw_what_they_tell(invented):
    text = page.compose(invented.assessment())
    bits = [float(found) for found in re.findall(r'<td data-name="bits" class="n">([\d.]+)', text)]
    assert bits == [0.14, 0.11, 0.03, 0.02]
    lengths = [float(found) for found in re.findall(r'class="bits"[^>]* d="M1.0 2.0h([\d.]+)', text)]
    assert [length / lengths[0] for length in lengths] == pytest.approx([b / bits[0] for b in bits], abs=0.01)
    assert "Test EMG with lateral spread response" in words(text)


def test_an_overruled_reading_is_kept_struck_through_with_its_reason(invented):
    text = page.compose(invented.assessment())
    row = re.search(r'<tr class="aside">.*?</tr>', text, re.S)[0]
    assert "<s>Other Babinski sign</s>" in row
    assert "Not used: overruled by the clinician." in words(row)
    assert "10 in all: 9 weighed, 1 overruled" in words(text)


def test_of_many_readings_those_set_aside_stay_in_sight(invented):
    text = page.compose(invented.extreme())
    folded = re.search(r"<details><summary>The \d+ that could not be told</summary>.*?</details>", text, re.S)[0]
    assert 'class="aside"' not in folded
    assert text.count('<tr class="aside">') == 7


def test_everything_of_the_result_is_on_the_page(result):
    told = words(page.compose(result)).replace("&#39;", "'")
    for entry in result["differential"]:
        assert entry["name"] in told
        shown = entry["probability"]["value"] >= 0.01
        for one in [*entry["for"], *entry["against"]] if shown else []:
            assert one["name"] in told
    for reading in result["readings"]:
        assert reading["name"] in told
        assert all(reason.strip() in told for reason in reading["because"])
    for step in result["next_steps"]:
        assert step["name"] in told
    for flag in result["red_flags"]:
        assert flag["title"].strip() in told
        assert flag["action"].strip() in told
    for source in result["sources"]:
        assert source["cite"] in told
    for one in result["sensitivity"]:
        assert one["text"].strip() in told
    assert all(reason.strip().rstrip(".")[1:] in told for reason in result["not_assessable_because"].values())


def test_each_number_of_a_source_leads_to_it(result):
    text = page.compose(result)
    used = set(re.findall(r'<sup class="cite">(.*?)</sup>', text, re.S))
    cited = {found for sup in used for found in re.findall(r'href="#(source-\d+)"', sup)}
    there = re.findall(r'<li id="(source-\d+)"', text)
    assert cited <= set(there)
    assert there == [f"source-{number}" for number in range(1, len(there) + 1)]


def test_a_source_that_no_line_uses_is_named_without_a_number(invented):
    text = page.compose(invented.assessment())
    unused = re.search(r'<p class="[^"]*unused">.*?</p>', text)[0]
    assert "Yaltho 2011" in unused
    assert "Colosimo" not in unused


def test_a_source_that_the_result_forgot_is_listed_by_its_key(invented):
    result = invented.assessment()
    result["differential"][0]["for"][0]["sources"] = ["S777", "elicited"]
    assert re.search(r'<li id="source-\d+">S777</li>', page.compose(result))


def test_what_people_typed_is_text_and_never_html(invented):
    text = page.compose(invented.extreme('<b onmouseover="x">&amp;\'</b><script>alert(1)</script>'))
    assert "<script" not in text
    assert "<b onmouseover" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_the_page_asks_nothing_of_a_network_and_runs_nothing(result):
    text = page.compose(result)
    outline = Outline(text)
    assert not {"script", "img", "iframe", "link", "form"} & set(outline.tags)
    assert all(address.startswith("#") for address in outline.addresses)
    assert not re.search(r"https?:|url\((?!#)", text)
    assert "default-src 'none'" in text


def test_headings_skip_no_level_and_drawings_say_what_they_show(result):
    outline = Outline(page.compose(result))
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert all(each.get("aria-label") or each.get("aria-hidden") == "true" for each in outline.drawings)
    assert len(outline.ids) == len(set(outline.ids))


def test_it_is_written_whole_as_report_html(invented, tmp_path):
    path = page.write(invented.assessment(), tmp_path / "report")
    assert path == tmp_path / "report" / "report.html"
    assert path.read_text(encoding="utf-8") == page.compose(invented.assessment())
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_what_stood_before_anything_was_read_is_said_so_that_the_weights_can_be_added(invented):
    told = words(page.compose(invented.assessment()))
    assert "Before anything was known, by the setting: +0.62 bans (+0.40 to +0.90; 52.0 % v 13.0 %)." in told
    assert "After all: +1.85 bans." in told
