"""Pages of whole courses: any diary and any treatments make a result as the schema says, two pages and a picture."""

from datetime import date, timedelta
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis import schemas
from facialis.findings import Side
from facialis.followup import page
from facialis.followup.course import course
from facialis.followup.diary import MEASURES, Diary, Entry, Symptom
from facialis.followup.symptoms import red_flags
from facialis.followup.treatments import Treatment, Treatments

ON = date(2026, 6, 1)
SIDES = st.sampled_from([Side.LEFT, Side.RIGHT])
DAYS = st.one_of(
    st.dates(date(2025, 6, 1), ON),
    st.dates(date(2026, 5, 1), ON),
    st.just(date(1970, 1, 1)),
    st.just(date(2099, 12, 31)),
)
ENTRIES = st.builds(
    lambda day, side, measure, share, source: Entry(
        day, side, measure, share * (MEASURES[measure].high or 40.0), source
    ),
    DAYS,
    st.one_of(SIDES, st.just(Side.NONE)),
    st.sampled_from(["score", "score", "score", *MEASURES]),
    st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.7, 1.0]),
    st.sampled_from(["patient", "clinician", "video"]),
)
GIVEN = st.one_of(
    st.builds(
        lambda day, side, product: Treatment(
            "injection", day, side, product, Decimal("22.5") if product != "unknown" else None
        ),
        DAYS,
        SIDES,
        st.sampled_from(["onabotulinumtoxinA", "rimabotulinumtoxinB", "unknown"]),
    ),
    st.builds(lambda day, side: Treatment("decompression", day, side), DAYS, SIDES),
    st.builds(lambda day: Treatment("medicine", day, Side.NONE, name="baclofen"), DAYS),
)
SYMPTOMS = st.builds(
    lambda day, side, code: Symptom(day, side, code, "patient"),
    DAYS,
    SIDES,
    st.sampled_from(["ptosis", "sudden_weakness", "dysphagia", "hearing_loss_unilateral"]),
)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    entries=st.lists(ENTRIES, max_size=30, unique_by=lambda one: (one.day, one.side, one.measure, one.source)),
    rows=st.lists(GIVEN, max_size=6, unique_by=lambda one: (one.day, one.side, one.kind)),
    symptoms=st.lists(SYMPTOMS, max_size=3),
    days=st.one_of(st.none(), st.integers(1, 730)),
)
def test_any_course_makes_its_pages(entries, rows, symptoms, days):
    diary = Diary(tuple(entries), tuple(symptoms), (), "diary.csv", "0" * 64, len(entries))
    treatments = Treatments(tuple(sorted(rows, key=lambda row: row.day)), payer_days=days)
    flags = red_flags(diary, treatments, ON)
    result = course(diary, treatments, ON, draws=200, flags=flags).to_json()
    jsonschema.Draft202012Validator(schemas.load("facialis.course/1")).validate(result)
    for html in (page.compose(result), page.compose_patient(result)):
        assert html.rstrip().endswith("</html>")
    if any(side["measure"] for side in result["sides"].values()):
        assert page.picture(result, ".svg").endswith(b"</svg>")


def test_a_diary_of_ten_years_makes_pages_that_are_not_huge():
    entries, rows = [], []
    for number in range(40):
        begin = date(2016, 5, 2) + timedelta(days=91 * number)
        rows.append(Treatment("injection", begin, Side.LEFT, "onabotulinumtoxinA", Decimal(20)))
        for after in range(0, 91, 3):
            value = 1.0 if 4 < after < 80 else 7.0
            entries.append(Entry(begin + timedelta(days=after), Side.LEFT, "score", value, "patient"))
    diary = Diary(tuple(entries), (), (), "diary.csv", "0" * 64, len(entries))
    result = course(diary, Treatments(tuple(rows)), ON, draws=200).to_json()
    html = page.compose(result)
    assert len(html) < 1_500_000
    assert "The whole course" in html
    assert "40: " in html


@pytest.mark.parametrize("code", ["sudden_weakness", "bulbar_breathing"])
def test_a_red_flag_of_the_diary_stands_first_on_both_pages(code):
    diary = Diary((), (Symptom(ON - timedelta(days=2), Side.LEFT, code, "patient"),), (), "diary.csv", "0" * 64, 1)
    treatments = Treatments((Treatment("injection", ON - timedelta(days=20), Side.LEFT, "onabotulinumtoxinA"),))
    result = course(diary, treatments, ON, draws=200, flags=red_flags(diary, treatments, ON)).to_json()
    assert result["alarms"][0]["kind"] == "red_flag"
    for html in (page.compose(result), page.compose_patient(result)):
        assert html.index('class="alarm ') < html.index('id="side-')
