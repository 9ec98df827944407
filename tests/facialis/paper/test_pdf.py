"""The page as PDF: its text, its tags, its strips for its films, and nothing from outside."""

from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO

import pytest

from facialis.paper import pdf as room

pypdf = pytest.importorskip("pypdf")
try:
    room.check()
except room.PdfMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

ON_DISK = "file:" + "//"
PAGE = """<!doctype html><html lang="en"><head><title>A title</title><style>{style}</style></head><body>
<svg width="0" height="0" aria-hidden="true"><defs></defs></svg>
<main><h1>Spasms on the left</h1><p>Twelve in 28 seconds.</p>{more}</main></body></html>"""


def page(more="", style=""):
    return PAGE.format(more=more, style=style)


def read(content):
    return pypdf.PdfReader(BytesIO(content))


def text_of(document):
    return re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in document.pages))


def test_a_pdf_has_the_text_the_title_and_its_language():
    document = read(room.pdf(page()))
    assert len(document.pages) == 1
    assert "Spasms on the left" in text_of(document)
    assert "Twelve in 28 seconds." in text_of(document)
    assert document.metadata.title == "A title"
    catalog = document.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog


def test_the_same_page_gives_the_same_pdf():
    assert room.pdf(page()) == room.pdf(page())


@pytest.mark.parametrize(
    "more",
    [
        '<img src="https://example.org/a.png" alt="">',
        f'<img src="{ON_DISK}/etc/hostname" alt="">',
        '<img src="neighbour.png" alt="">',
        '<div style="background: url(http://example.org/b.png)">x</div>',
        '<link rel="stylesheet" href="https://example.org/c.css">',
    ],
)
def test_nothing_outside_the_page_is_fetched(more, monkeypatch):
    def refuse(*words, **named):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    if "neighbour" in more:
        # Without a base there is no address to ask for: the picture is left out.
        assert "Spasms" in text_of(read(room.pdf(page(more))))
        return
    with pytest.raises(ValueError, match="asks for nothing outside itself"):
        room.pdf(page(more))


def test_drawings_keep_their_colours():
    shape = '<path class="bar left" d="M0 0h60v9h-60Z"/>'
    drawn = f'<svg class="plot" viewBox="0 0 100 20" width="100" height="20">{shape}</svg>'
    content = read(room.pdf(page(drawn))).pages[0]
    streams = content.get_contents().get_data().decode("latin-1")
    for sub in (content["/Resources"].get("/XObject") or {}).values():
        streams += sub.get_object().get_data().decode("latin-1")
    blue = tuple(int("0a62a9"[place : place + 2], 16) / 255 for place in (0, 2, 4))
    colours = [tuple(map(float, found)) for found in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|scn)", streams)]
    assert any(all(abs(a - b) < 0.01 for a, b in zip(blue, colour, strict=True)) for colour in colours)


def test_films_are_left_out_and_their_pictures_stay():
    film = (
        '<video src="data:video/mp4;base64,AAAA" poster="data:image/jpeg;base64,AAAA" aria-label="x" controls></video>'
    )
    plain = room.pdf(page())
    assert abs(len(room.pdf(page(film))) - len(plain)) < 500


def test_without_weasyprint_one_line_says_what_to_do():
    script = (
        "import sys; sys.modules['weasyprint'] = None\n"
        "from facialis.paper import pdf\n"
        "try: pdf.check()\n"
        "except pdf.PdfMissing as missing: print(missing)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "pip install 'facialis[pdf]'" in said
    assert said.count("\n") == 1


def test_without_pango_one_line_says_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    with pytest.raises(room.PdfMissing, match="Pango"):
        room.check()
