"""Timelines and drawings as figures: SVG and PNG say the same."""

import xml.etree.ElementTree as ElementTree

import cv2
import numpy as np
import pytest

from facialis.findings import Side
from facialis.paper.export import PIXELS, png, svg
from facialis.paper.figure import HEAD, NAMES, PLOT, Area, Figure, Line, Word, schema_figure, timeline_figure
from facialis.paper.shapes import Look, Schema, Shape, smooth
from facialis.paper.theme import LIGHT
from facialis.paper.timeline import Band, Row, Timeline, drawing

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def timeline():
    time = np.arange(300) / 30
    twitch = np.where((time > 4) & (time < 5), 0.05, 0.0)
    rows = [
        Row("zygomaticus", "Zygomaticus", "limit 1.0 %", 0.1, twitch, 0 * twitch, limit=0.01),
        Row("head", "Head speed", "", 1.0, single=0 * twitch),
    ]
    bands = [
        Band(4.0, 5.0, Side.LEFT, True, ("zygomaticus",), "Spasm <b>", "#event-0"),
        Band(6.0, 6.2, Side.BOTH, False, (), "Blink"),
        Band(7.0, 7.4, Side.RIGHT, True, ("zygomaticus",), "Synkinesis", "#event-2", hollow=True),
        Band(20.0, 21.0, Side.LEFT, True, (), "beyond what is shown"),
    ]
    return Timeline("All of it", "one spasm", 0.0, 10.0, time, rows, bands, [(8.0, 30.0)])


def pixels(content):
    """Decode a PNG to red, green, blue."""
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def colour(name):
    return np.array([int(LIGHT[name][place : place + 2], 16) for place in (1, 3, 5)])


def at(picture, x, y):
    return picture[round(y * PIXELS), round(x * PIXELS)].astype(int)


def test_a_timeline_puts_events_where_and_when_they_were(timeline):
    shown = drawing(timeline)
    quiet, left, right = shown.marks
    assert (left.side, left.x, left.width) == ("left", 400.0, 100.0)
    assert left.y + left.height <= shown.event_height / 2 <= right.y
    assert quiet.side == "quiet"
    assert right.hollow
    assert [(box.x, box.width) for box in shown.unseen] == [(800.0, 200.0)]
    assert [shade.side for shade in shown.shades] == ["left", "right"]


def test_the_left_goes_up_and_the_right_goes_down(timeline):
    row = drawing(timeline).rows[0]
    left, right = row.lanes
    middle = row.top + row.height / 2
    assert left.base < middle < right.base
    assert min(polygon[:, 1].min() for polygon in left.polygons) == pytest.approx(left.base - 11, abs=0.1)
    assert left.limit < left.base
    assert right.limit > right.base


def test_movement_beyond_the_scale_stays_in_its_lane(timeline):
    timeline.rows[0].left[:] = 9.0
    timeline.rows[0].right[:] = -9.0
    row = drawing(timeline).rows[0]
    for lane in row.lanes:
        for polygon in lane.polygons:
            assert row.top <= polygon[:, 1].min()
            assert polygon[:, 1].max() <= row.top + row.height


def test_the_figure_has_the_words_and_the_marks_in_both_files(timeline):
    figure = timeline_figure(drawing(timeline), "One <spasm> & no more", "clip $1$.mp4")
    written = ElementTree.fromstring(svg(figure))
    words = [text.text for text in written.iter(f"{SVG}text")]
    assert {"One <spasm> & no more", "clip $1$.mp4", "Zygomaticus", "limit 1.0 %", "L", "R", "0:04"} <= set(words)
    assert written.find(f"{SVG}title").text == "one spasm"
    picture = pixels(png(figure))
    assert picture.shape == (round(figure.height * PIXELS), round(figure.width * PIXELS), 3)
    x, y = NAMES + 0.45 * PLOT, HEAD + 8
    np.testing.assert_allclose(at(picture, x, y), colour("left"), atol=2)
    np.testing.assert_allclose(at(picture, x, HEAD + 24), colour("sheet"), atol=2)


def test_pixels_and_vectors_lie_in_the_same_place():
    box = np.array([[10.0, 20.0], [30.0, 20.0], [30.0, 40.0], [10.0, 40.0]])
    picture = pixels(png(Figure("", 50, 50, (Area(box, LIGHT["left"]),))))
    inside = np.all(np.abs(picture.astype(int) - colour("left")) < 8, axis=2)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    assert rows[0] == pytest.approx(20 * PIXELS, abs=1)
    assert rows[-1] == pytest.approx(40 * PIXELS, abs=1)
    assert columns[0] == pytest.approx(10 * PIXELS, abs=1)
    assert columns[-1] == pytest.approx(30 * PIXELS, abs=1)


def test_half_a_colour_is_half_a_colour():
    box = np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [0.0, 20.0]])
    picture = pixels(png(Figure("", 20, 20, (Area(box, "#000000", 0.4),))))
    np.testing.assert_allclose(at(picture, 10, 10), 153, atol=2)


def test_hatching_leaves_ground_between_its_lines():
    box = np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 60.0], [0.0, 60.0]])
    figure = Figure("", 60, 60, (Area(box, "#000000", hatched=True),))
    share = (pixels(png(figure)) < 128).mean()
    assert 0.05 < share < 0.5
    assert b"<pattern" in svg(figure)


@pytest.mark.parametrize(("anchor", "place"), [("start", "right"), ("middle", "around"), ("end", "left")])
def test_words_are_set_from_their_anchor(anchor, place):
    picture = pixels(png(Figure("", 200, 40, (Word(100, 25, "Mentalis", 12, "#000000", anchor=anchor),))))
    columns = np.flatnonzero((picture < 128).any(axis=(0, 2))) / PIXELS
    middle = (columns[0] + columns[-1]) / 2
    assert {"right": middle > 110, "left": middle < 90, "around": abs(middle - 100) < 4}[place]


def test_a_dotted_line_has_gaps():
    level = np.array([[0.0, 10.0], [60.0, 10.0]])
    dark = {}
    for dotted in (False, True):
        picture = pixels(png(Figure("", 60, 20, (Line(level, "#000000", 1, dotted),))))
        dark[dotted] = (picture.min(axis=(0, 2)) < 160).mean()
    assert dark[False] > 0.95
    assert 0.1 < dark[True] < 0.8


def test_a_schema_is_drawn_with_its_looks():
    square = np.array([[20.0, 20.0], [80.0, 20.0], [80.0, 80.0], [20.0, 80.0]])
    shapes = (Shape(square, Look.GROUND), Shape(square, Look.REGION, "right", 0.5, "half <full>"))
    figure = schema_figure(Schema("Regions", "a square", 100, 100, shapes, ((50, 10, "right", "right"),)), "caption")
    half = (colour("right") + colour("sheet")) / 2
    np.testing.assert_allclose(at(pixels(png(figure)), 100, HEAD + 100), half, atol=3)
    for look in (Look.LINE, Look.STILL, Look.UNSEEN):
        drawn = schema_figure(Schema("", "", 100, 100, (Shape(square, look),), ()), "")
        assert pixels(png(drawn)).min() < 240
        ElementTree.fromstring(svg(drawn))


def test_smoothing_stays_inside_the_corners_and_keeps_open_ends():
    square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    round_square = smooth(square)
    assert len(round_square) == 32
    assert round_square.min() >= 0
    assert round_square.max() <= 4
    assert not (np.abs(round_square) < 0.1).all(axis=1).any()
    line = smooth(square, closed=False)
    np.testing.assert_array_equal(line[[0, -1]], square[[0, -1]])


def test_the_same_figure_gives_the_same_bytes(timeline):
    figure = timeline_figure(drawing(timeline), "title", "caption")
    assert svg(figure) == svg(figure)
    assert png(figure) == png(figure)
