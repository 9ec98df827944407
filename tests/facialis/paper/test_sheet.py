"""A practice's sheet: escaped, with the patient on each page, and tagged as PDF."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from facialis.paper import pdf
from facialis.paper.markup import blocks
from facialis.paper.sheet import Letterhead, Sheet, compose, css_text


def sheet(**changed) -> Sheet:
    told = {
        "head": Letterhead("Example Practice", ("0 Invented Street",)),
        "title": "Letter",
        "patient": "Alice Example",
        "born": "1 January 1970",
        "day": "1 June 2026",
        "body": tuple(blocks("Dear colleague,\n\n## Plan\n\n- scan")),
    } | changed
    return Sheet(**told)


def test_everything_that_is_typed_is_escaped():
    bad = "</style><script>x</script>"
    page = compose(sheet(patient=bad, title=bad, to=(bad,), body=tuple(blocks(bad)), warnings=(bad,), foot=bad))
    assert "<script>" not in page
    assert page.count("</style>") == 1


@pytest.mark.parametrize("name", ['Al"; } body {', "back\\slash", "Zoë 王", "two\nlines"])
def test_a_name_cannot_leave_its_css_string(name):
    text = css_text(name)
    assert re.fullmatch(r'"(?:[A-Za-z0-9]|\\[0-9a-f]{6})*"', text)
    read = re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found[1], 16)), text[1:-1])
    assert read == name


def test_a_draft_is_marked_and_a_signed_sheet_is_not():
    assert 'class="across"' in compose(sheet(mark="draft"))
    assert "Not signed" in compose(sheet(mark="draft"))
    signed = compose(sheet(signed="Eve Example, 1 June 2026"))
    assert 'class="across"' not in signed
    assert "Not signed" not in signed


def test_the_pdf_is_tagged_and_bears_title_language_and_the_patient_on_each_sheet():
    pypdf = pytest.importorskip("pypdf")
    try:
        pdf.check()
    except pdf.PdfMissing as missing:
        pytest.skip(str(missing))
    content = pdf.pdf(compose(sheet(body=tuple(blocks("text\n\n" * 80)), mark="draft")))
    document = pypdf.PdfReader(BytesIO(content))
    catalog = document.trailer["/Root"]
    assert document.metadata.title == "Letter · Alice Example · draft"
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert len(document.pages) > 1
    for number, page in enumerate(document.pages, 1):
        text = page.extract_text()
        assert "Alice Example, born 1 January 1970" in text
        assert f"Page {number} of {len(document.pages)}" in text
        assert "DRAFT" in text
