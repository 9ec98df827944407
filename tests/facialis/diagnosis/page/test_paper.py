"""Both pages as PDF: tagged, with their text, their colours, and what is folded on the screen open."""

import re
from io import BytesIO

import pytest

from facialis.diagnosis import page
from facialis.paper import pdf as room

pypdf = pytest.importorskip("pypdf")
try:
    room.check()
except room.PdfMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)


def on_paper(html):
    document = pypdf.PdfReader(BytesIO(room.pdf(html)))
    return document, re.sub(r"[\s\u00a0]+", " ", " ".join(sheet.extract_text() for sheet in document.pages))


@pytest.fixture(scope="module")
def report(invented):
    """The report on paper and its words; to lay it out takes seconds."""
    return on_paper(page.compose(invented.assessment()))


def test_the_report_is_tagged_and_fits_on_two_sheets(report):
    document, told = report
    assert len(document.pages) == 2
    catalog = document.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en"
    assert "Hemifacial spasm of the left side is most likely" in told
    assert "page 1 of 2" in told


def test_there_is_room_for_a_name_and_a_date_by_hand(report):
    _, told = report
    assert all(word in told for word in ("Patient", "Born", "Date", "Signed"))


def test_what_is_folded_on_the_screen_is_open_on_paper(report):
    _, told = report
    assert "Tardive dyskinesia" in told
    assert "For post-paralytic synkinesis, against hemifacial spasm" in told


def test_bars_keep_their_colour_on_paper(report):
    document, _ = report
    streams = ""
    for sheet in document.pages:
        streams += sheet.get_contents().get_data().decode("latin-1")
        for sub in (sheet["/Resources"].get("/XObject") or {}).values():
            streams += sub.get_object().get_data().decode("latin-1")
    colours = {tuple(map(float, found)) for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", streams)}
    for wanted in ("1a6e42", "855700"):
        parts = [int(wanted[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        assert any(all(abs(a - b) < 0.01 for a, b in zip(parts, colour, strict=True)) for colour in colours)


@pytest.mark.slow
def test_the_extreme_and_the_patients_page_print_as_well(invented):
    result = invented.extreme()
    result["readings"] = result["readings"][:20]  # long tables are slow to lay out; twenty rows break a page too
    document, told = on_paper(page.compose(result))
    assert len(document.pages) < 15
    assert "Not used: overruled by the clinician" in told
    _, told = on_paper(page.compose_patient(invented.emergency(), released=False))
    assert "Call your local emergency number now" in told


def test_every_drawing_has_an_alternative_text(report):
    document, _ = report
    figures = []

    def walk(node):
        node = node.get_object()
        for below in node if isinstance(node, list) else ():
            walk(below)
        if isinstance(node, dict):
            if node.get("/S") == "/Figure":
                figures.append(node.get("/Alt"))
            if "/K" in node:
                walk(node["/K"])

    walk(document.trailer["/Root"]["/StructTreeRoot"])
    assert len(figures) > 20
    # The first is the frame's, holds patterns and draws nothing.
    assert all(figures[1:])
    assert any("Hemifacial spasm: 93" in alternative for alternative in figures[1:])
