"""What the pages of a course show: alarms first, every number with its interval, words where there is none."""

import re
from html.parser import HTMLParser
from io import BytesIO

import jsonschema
import pytest

from facialis import schemas
from facialis.followup import page

VOID = {"meta", "link", "br", "col", "line", "rect", "img"}


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.told, self.open, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if "style" not in self.open:
            self.told.append(data)


def read(html):
    parsed = Text()
    parsed.feed(html)
    assert not parsed.open
    return re.sub(r"[\s\u00a0]+", " ", " ".join(parsed.told)), parsed.tags


def results(made):
    many = [made.cycle(1) | {"number": n, "product": "", "units": None} for n in range(1, 14)]
    rate = {"key": "spasms_per_min", "name": "spasms a minute", "unit": "1/min", "low": 0.0, "high": None}
    counted = [point | {"measure": "spasms_per_min", "expected": None} for point in made.side()["points"]]
    return {
        "usual": made.course(),
        "alarms": made.course(alarms=[made.alarm(urgency="emergency"), made.alarm(side="none", sources=[])]),
        "no entry": made.course({"left": made.nothing()}),
        "nobody": made.course({}),
        "both": made.course({"left": made.side(), "right": made.side(forecast=None, cycles=[], fitted=[])}),
        "no side": made.course({"none": made.side()}),
        "many": made.course({"left": made.side(cycles=many)}),
        "operated": made.course({"left": made.side(forecast=None, decompression=made.decompression())}),
        "only operated": made.course({"right": made.nothing(decompression=made.decompression(state="free"))}),
        "freed": made.course({"left": made.nothing(decompression=made.decompression(free_since="2026-04-27"))}),
        "rate": made.course({"left": made.side(measure=rate, points=counted)}),
        "flat": made.course({"left": made.side(points=[], untreated=None, noise=None, cycles=[], forecast=None)}),
        "one day": made.course(
            {"left": made.side(points=made.side()["points"][:1], cycles=[], forecast=None, fitted=[], untreated=None)}
        ),
        "no best": made.course(
            {"left": made.side(forecast=made.forecast(next_session=made.forecast()["next_session"] | {"best": None}))}
        ),
    }


@pytest.fixture(scope="module")
def every(invented):
    return results(invented)


def test_invented_courses_are_as_the_schema_says(every):
    for result in every.values():
        jsonschema.Draft202012Validator(schemas.load("facialis.course/1")).validate(result)


@pytest.mark.parametrize("compose", [page.compose, page.compose_patient])
def test_every_course_makes_a_whole_page_without_script_and_without_a_network(every, compose):
    for name, result in every.items():
        told, tags = read(compose(result))
        assert "Facialis measures and explains" in told, name
        assert not {"script", "link", "iframe", "img"} & {tag for tag, _ in tags}, name
        assert all(attrs.get("href", "#").startswith("#") for _, attrs in tags), name
        assert "nan" not in told.lower().split(), name
        assert "None" not in told, name
        assert "inf" not in told.split(), name


def test_no_drawing_holds_a_number_that_is_none(every):
    for name, result in every.items():
        _, tags = read(page.compose(result))
        for _, attrs in tags:
            assert not re.search(r"nan|inf|None", attrs.get("d") or ""), name


def test_alarms_stand_before_anything_else_the_most_urgent_first(invented):
    alarms = [invented.alarm(urgency="emergency", title="First of all", plain="Read this now."), invented.alarm()]
    told, _ = read(page.compose(invented.course(alarms=alarms)))
    assert told.index("First of all") < told.index("Worse than forecast") < told.index("where it stands")
    told, _ = read(page.compose_patient(invented.course(alarms=alarms)))
    assert (
        told.index("Call your local emergency number now") < told.index("Call us this week") < told.index("Your left")
    )
    assert told.index("Read this now.") < told.index("Everything below can wait until you have had help.")


def test_only_what_is_urgent_is_called_before_anything_else(invented):
    told, _ = read(page.compose(invented.course(alarms=[invented.alarm(urgency="routine")])))
    assert "What needs attention" in told
    assert "Before anything else" not in told


def test_each_number_stands_with_its_interval(invented):
    told, _ = read(page.compose(invented.course()))
    for number in (
        "Injection 2 (9 March 2026, onabotulinumtoxinA 22.5 U) is probably still at work.",
        "5 Jun 2026 28 May 2026 to 16 Jun 2026",
        "34 % probability",
        "88 80 to 99, learned from 1 cycle of this person",
        "85 31 to 192, published",
        "86 % (77 to 94 %)",
        "87 (81 to 93)",
        "7 Jun 2026 bound by the clinic's interval",
        "6.8 6.1 to 7.7",
    ):
        assert number in told


@pytest.mark.parametrize(
    ("gone", "state", "clinician", "patient"),
    [
        (0.002, "working", "is almost certainly still at work", "It is almost certainly still working."),
        (0.2, "working", "is probably still at work", "It is probably still working."),
        (0.999, "worn_off", "has almost certainly worn off", "It has almost certainly worn off by now."),
    ],
)
def test_how_sure_the_words_are_goes_by_the_probability(invented, gone, state, clinician, patient):
    cycles = [invented.cycle(1), invented.cycle(2, state=state)]
    side = invented.side(cycles=cycles, forecast=invented.forecast(worn_off_probability=gone))
    course = invented.course({"left": side})
    assert clinician in read(page.compose(course))[0]
    assert patient in read(page.compose_patient(course))[0]


def test_after_an_operation_the_headline_says_where_the_person_stands(invented):
    def headline(**changed):
        operated = invented.decompression(operated="2026-04-01", **changed)
        told = page.sentences.headline(invented.side(forecast=None, decompression=operated), "2026-06-01")
        return told.replace("\N{NO-BREAK SPACE}", " ")

    said = headline(state="improving")
    assert said == "Improving, not yet free: no failure before 12 January 2028."
    assert headline(state="free") == "Free of spasms."


def test_a_range_that_says_nothing_is_not_told_to_the_patient(invented):
    sentence = "Of 100 people who still have spasms at this point, about 61 become free later."

    def told(low, high):
        operated = invented.decompression(plain=[sentence], chance_still=invented.estimate(0.61, low, high, "share"))
        side = invented.side(forecast=None, decompression=operated)
        return read(page.compose_patient(invented.course({"left": side})))[0]

    assert sentence in told(0.4, 0.8)
    assert sentence not in told(0.0, 0.96)
    assert "Nobody can say how many." in told(0.0, 0.96)


def test_the_three_rules_are_kept_apart_and_a_missing_one_is_said(invented):
    told, _ = read(page.compose(invented.course()))
    assert all(f"{who} allows" in told for who in ("Label", "Payer", "Clinic"))
    session = invented.forecast()["next_session"] | {"earliest": [invented.earliest("payer", 84)]}
    one = invented.side(forecast=invented.forecast(next_session=session))
    told, _ = read(page.compose(invented.course({"left": one})))
    assert "Not given: the label's interval, the clinic's interval." in told


def test_a_gap_is_shown_as_no_entry(invented):
    html = page.compose(invented.course())
    assert "No entry from 5\u00a0Jan\u00a02026 to 9\u00a0Feb\u00a02026" in html
    assert "no entry, which is not nought" in html


def test_who_measured_is_told_by_the_mark_and_not_by_its_colour(invented):
    points = invented.side()["points"]
    drawn = {}
    for who in ("patient", "clinician", "video"):
        one = invented.side(points=[points[4] | {"source": who}], cycles=[], forecast=None, fitted=[])
        _, tags = read(page.compose(invented.course({"left": one})))
        drawn[who] = {len(attrs["d"].split()) for tag, attrs in tags if attrs.get("class") == "point"}
    assert len({tuple(sorted(lengths)) for lengths in drawn.values()}) == 3


def test_an_operation_ends_the_course_that_toxin_made(invented):
    operated = invented.decompression(operated="2026-04-01")
    with_it = invented.course({"left": invented.side(forecast=None, decompression=operated)})
    html = page.compose(with_it)
    plain = page.compose(invented.course({"left": invented.side(forecast=None)}))
    longest = [max(len(d) for d in re.findall(r'class="line-left"[^>]* d="([^"]*)"', page_)) for page_ in (html, plain)]
    assert longest[0] <= longest[1]
    assert "not yet free, which is no failure at this time" in html


def test_the_patient_is_told_days_and_no_codes(invented):
    told, _ = read(page.compose_patient(invented.course()))
    assert "Your last treatment was on 9 March 2026." in told
    assert "We expect it to wear off around 5 June 2026." in told
    assert "A good day for the next treatment is around 7 June 2026: our clinic leaves this much time" in told
    assert "took away nearly all of your spasms" in told
    for word in ("95 %", "probability", "worn_off", "baseline", "bans", "toxinA", "Payer"):
        assert word not in told
    operated = invented.course({"left": invented.side(forecast=None, decompression=invented.decompression())})
    told, _ = read(page.compose_patient(operated))
    assert "spasms up to 28 May 2026" in told


def test_the_words_for_the_patient_are_short(invented):
    told, _ = read(page.compose_patient(invented.course()))
    sentences = [part.split() for part in re.split(r"[.!?:]\s", told)]
    assert sum(len(words) for words in sentences) / len(sentences) < 16


def test_what_a_file_holds_is_escaped(invented):
    result = invented.course()
    result["source"]["diary"]["name"] = "<script>alert(1)</script>.csv"
    result["sides"]["left"]["cycles"][1]["product"] = '"><b>'
    for html in (page.compose(result), page.compose_patient(result)):
        assert "<script>" not in html
        assert '"><b>' not in html
    assert b"<script>" not in page.picture(result, ".svg")


def test_the_picture_is_the_one_on_the_page(every):
    for name in ("usual", "both", "many", "rate", "operated"):
        svg = page.picture(every[name], ".svg").decode()
        assert svg.startswith("<svg ")
        assert "nan" not in svg
        assert page.picture(every[name], ".svg").decode() == svg
    words = re.findall(r"<text[^>]*>([^<]*)</text>", page.picture(every["usual"], ".svg").decode())
    assert {"Wear-off", "Next session", "Label allows", "onabotulinumtoxinA", "22.5 U", "no entry"} <= set(words)
    assert page.picture(every["usual"], ".png").startswith(b"\x89PNG")


def test_there_is_no_picture_of_nothing(every):
    with pytest.raises(ValueError, match="no entry to draw"):
        page.picture(every["no entry"], ".svg")
    with pytest.raises(ValueError, match="a picture is"):
        page.picture(every["usual"], ".gif")


def test_every_class_that_is_drawn_has_its_paint(every):
    from facialis.followup.page.draw import LOOKS

    for result in every.values():
        _, tags = read(page.compose(result))
        drawn = {attrs["class"] for tag, attrs in tags if tag in ("path", "text") and "class" in attrs}
        assert drawn <= set(LOOKS) | {"hatch-line"}


def test_both_pages_print_as_tagged_pdf(invented):
    pypdf = pytest.importorskip("pypdf")
    from facialis.paper import pdf as room

    try:
        room.check()
    except room.PdfMissing as missing:
        pytest.skip(str(missing))
    for html, most in ((page.compose(invented.course()), 4), (page.compose_patient(invented.course()), 2)):
        document = pypdf.PdfReader(BytesIO(room.pdf(html)))
        assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert len(document.pages) <= most
