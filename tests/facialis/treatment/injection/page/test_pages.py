"""The pages of plan and session: what blocks first, side and product large, map and table lead to each other."""

import re
from html.parser import HTMLParser
from io import BytesIO

import pytest

from facialis.paper import pdf as room
from facialis.treatment.injection import page


def words(text):
    plain = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", plain).replace("&#39;", "'")


class Seen(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.leads, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.tags.append(tag)
        self.ids += [told["id"]] if "id" in told else []
        self.leads += [told["href"]] if "href" in told else []


def test_a_blocked_plan_says_so_before_anything_else_on_the_map_and_where_one_would_sign(invented):
    text = page.compose(invented.blocked())
    told = words(text)
    assert told.index("BLOCKED: do not inject") < told.index("LEFT".lower()) < told.index("Where and how much")
    assert "Stated left, filmed right." in told
    assert told.count("BLOCKED: do not inject") == 2
    assert "Not to be signed: the plan is blocked." in told
    assert "The patient names the side" not in told
    assert "<title>BLOCKED: Injection plan" in text


def test_a_plan_that_needs_a_reason_is_not_to_be_signed_either(invented):
    told = words(page.compose(invented.plan(state="needs_reason", blocks=[])))
    assert "Not yet: a reason is needed" in told
    assert "waiting for a reason" in told


def test_a_ready_plan_shows_side_product_units_and_has_boxes_to_sign(invented):
    told = words(page.compose(invented.plan()))
    assert "BLOCKED" not in told
    for text in ("left", "onabotulinumtoxinA", "16.25 U", "0.65 mL in 6 sites", "100 U in 4 mL: 2.5 U in 0.1 mL"):
        assert text in told
    assert "The patient names the side: left" in told
    assert "DO NOT INJECT" in told


def test_the_three_intervals_stand_apart_with_what_was_overridden(invented):
    told = words(page.compose(invented.plan()))
    assert re.search(r"Label .*?6 Apr 2026 84 days kept", told)
    assert "overridden, Dr Example: worn off early" in told


def test_an_interval_without_an_earlier_session_is_not_shown_as_kept(invented):
    (label, *_) = invented.plan()["intervals"]
    text = page.compose(invented.plan(intervals=[label | {"earliest": None}]))
    assert '<span class="quiet">no earlier session told: ask when</span>' in text
    assert ">kept<" not in text


def test_what_was_not_asked_stands_open_and_again_where_one_signs(invented):
    missing = [{"key": "dry_eye", "term": "Dry eye"}, {"key": "pregnancy", "term": "Pregnancy"}]
    text = page.compose(invented.plan(not_asked=missing))
    assert words(text).count("Dry eye; Pregnancy") == 2
    assert "details" not in Seen(text).tags


@pytest.mark.parametrize(
    ("vial", "told"),
    [
        ({"diluent_ml": "3", "units_per_ml": None}, "100 U in 3 mL."),
        ({"vial_ml": "0.5", "diluent_ml": None, "units_per_ml": "200"}, "100 U in 0.5 mL, ready to use: 20 U in 0.1"),
        ({"vial_ml": "0.5", "diluent_ml": "1.5", "units_per_ml": "50"}, "100 U in 2 mL: 5 U in 0.1 mL"),
    ],
)
def test_how_a_vial_is_mixed_is_told_also_where_a_millilitre_holds_no_even_units(invented, vial, told):
    product = invented.plan()["product"] | vial
    assert told in words(page.compose(invented.plan(product=product)))


def test_toxin_for_other_reasons_what_changed_and_its_effect_are_shown(invented):
    told = words(page.compose(invented.plan()))
    assert "chronic migraine" in told
    assert "155 U" in told
    assert "lateral canthus, left: 2.5 U → 5 U" in told
    assert "relief at its best 80 (70 to 93) %" in told


def test_without_a_last_session_and_without_numbers_the_page_says_that_they_are_not_known(invented):
    plan = invented.plan(from_last=None, limits=[], intervals=[])
    plan["sites"][0]["usual"] = None
    told = words(page.compose(plan))
    assert "nothing to compare with" in told
    assert "none published" in told
    assert "No limit is published" in told


@pytest.mark.parametrize("name", ["plan", "both_sides", "blocked"])
def test_every_mark_leads_to_its_row_and_back(invented, name):
    plan = getattr(invented, name)()
    seen = Seen(page.compose(plan))
    for one in plan["sites"]:
        anchor = f"{one['side']}-{one['muscle']}-{one['site']}"
        assert f"#site-{anchor}" in seen.leads
        assert f"#mark-{anchor}" in seen.leads
    assert len(seen.ids) == len(set(seen.ids))
    assert {lead[1:] for lead in seen.leads} <= set(seen.ids)


@pytest.mark.parametrize("name", ["plan", "session"])
def test_a_page_has_no_script_and_no_address_outside_itself(invented, name):
    text = page.compose(invented.plan()) if name == "plan" else page.compose_session(invented.session())
    seen = Seen(text)
    assert "script" not in seen.tags
    assert all(lead.startswith("#") for lead in seen.leads)


def test_texts_of_a_result_cannot_become_markup(invented):
    plan = invented.plan()
    plan["cautions"][0]["text"] = "<b>bold</b>"
    assert "&lt;b&gt;bold" in page.compose(plan)


def test_the_table_holds_all_that_the_map_holds(invented):
    text = page.compose(invented.plan())
    rows = re.findall(r'<tr id="site-[^"]*">(.*?)</tr>', text, flags=re.S)
    for one, row in zip(invented.plan()["sites"], rows, strict=True):
        told = words(row)
        assert f"{one['units']} U" in told
        assert one["muscle"].replace("_", " ") in told


def test_a_session_shows_planned_beside_given_and_why_it_differs(invented):
    told = words(page.compose_session(invented.session()))
    assert "3 of 7 sites not as planned." in told
    assert "5 U 2.5 U 0.1 mL" in told
    assert "differs: not needed" in told
    assert "not given" in told
    assert "not planned" in told
    assert "5 / " not in told.split("Planned and given")[0]


def test_a_session_shows_lots_waste_operator_consent_time_out_and_what_came_of_it(invented):
    told = words(page.compose_session(invented.session()))
    for text in (
        "EX1234",
        "31 May 2027",
        "86.25 U (3.45 mL)",
        "100 U = given + wasted",
        "Nurse Example",
        "Dr Example",
        "given on 20 Apr 2026, by the patient",
        "all three agree",
        "ptosis, left",
        "27 Apr 2026 day 7",
        "lasted 14 days",
    ):
        assert text in told


def test_what_a_session_does_not_hold_is_said(invented):
    told = words(
        page.compose_session(invented.session(lots=[], consent=None, time_out=None, adverse_events=[], operator=None))
    )
    for text in (
        "No lot was written down.",
        "not recorded",
        "not complete, or does not agree",
        "None recorded so far.",
    ):
        assert text in told


def test_sides_that_do_not_agree_at_the_time_out_are_said(invented):
    wrong = {"patient_states": "right", "marked": "left", "record": "left", "at": None}
    assert "does not agree" in words(page.compose_session(invented.session(time_out=wrong)))


def test_pages_are_written_whole(invented, tmp_path):
    assert page.write(invented.plan(), tmp_path).name == "plan.html"
    assert page.write_session(invented.session(), tmp_path).name == "session.html"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.html", "session.html"]


@pytest.mark.parametrize("name", ["plan", "blocked", "both_sides", "session"])
def test_on_paper_it_is_one_tagged_sheet(invented, name):
    pypdf = pytest.importorskip("pypdf")
    try:
        room.check()
    except room.PdfMissing as missing:
        pytest.skip(str(missing))
    result = getattr(invented, name)()
    text = page.compose_session(result) if name == "session" else page.compose(result)
    document = pypdf.PdfReader(BytesIO(room.pdf(text)))
    assert len(document.pages) == 1
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "onabotulinumtoxinA" in document.pages[0].extract_text()
