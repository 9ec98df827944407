"""The page: one file, no network, no JavaScript, no stranger's markup, and no face where none is wanted."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType

import jsonschema
import numpy as np
import pytest

from facialis import schemas
from facialis.face import page
from facialis.face.page.chart import busiest_minute, scale, timelines
from facialis.findings import Side
from facialis.paper.timeline import drawing

VOID = {"meta", "link", "img", "br", "hr", "input", "rect", "line", "path", "col"}


class Reader(HTMLParser):
    """Collect what matters of a page, and complain about tags that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag
        elif self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data):
        self.words.append(data)

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture
def written(tmp_path, invented, hopper):
    """Write a page; returns (its text, its reader, its folder)."""

    def write(result, signals, *, faces=True, **pictures):
        pictures.setdefault("strips", invented.strips(result, hopper[::6, ::6]))
        path = page.write(result, signals, page.Pictures(**pictures) if faces else None, tmp_path / "report")
        text = path.read_text(encoding="utf-8")
        return text, Reader(text), path.parent

    return write


CASES = {
    "half a minute": {},
    "right, mirrored unknown": {"side": "right", "mirrored": "unknown"},
    "no events": {"seconds": 15, "spasms": 0},
    "synkinesis": {"spasms": 4, "synkineses": 5},
    "twenty minutes": {"seconds": 1200, "spasms": 200, "verdict": "limited", "unseen": ((100, 160), (700, 720))},
    "240 frames a second": {"seconds": 20, "fps": 240, "spasms": 8, "unseen": ()},
    "nothing but eyes": {"hidden": ("frontalis", "nasalis", "zygomaticus", "orbicularis_oris", "mentalis", "platysma")},
}


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_whole_and_asks_nothing_of_a_network(case, invented, written):
    result, signals = invented.examination(**CASES[case])
    jsonschema.Draft202012Validator(schemas.load("facialis.video/1")).validate(result)
    text, read, folder = written(result, signals)
    assert not read.of("script") + read.of("link") + read.of("iframe") + read.of("object")
    assert not re.search(r"@import|url\((?!#)|javascript:|\son\w+=", text)
    addresses = [
        attrs[key] for _, attrs in read.tags for key in ("src", "href", "xlink:href", "action") if key in attrs
    ]
    assert {address.split(",")[0] for address in addresses if not address.startswith("#")} <= {"data:image/jpeg;base64"}
    assert "default-src 'none'" in text
    assert {path.name for path in folder.iterdir()} == {"report.html", "figures"}


@pytest.mark.parametrize("case", CASES)
def test_every_link_leads_somewhere_and_every_place_has_one_name(case, invented, written):
    result, signals = invented.examination(**CASES[case])
    _, read, _ = written(result, signals)
    places = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(places) == len(set(places))
    assert {attrs["href"][1:] for attrs in read.of("a")} <= set(places)


def test_the_answer_comes_first(invented, written):
    result, signals = invented.examination(spasms=14)
    _, read, _ = written(result, signals)
    assert len(read.of("h1")) == 1
    answered = read.text.index("Spasms on the patient's left side: 14 in 28 usable seconds")
    assert answered < read.text.index("What moved, and when") < read.text.index("Events", answered + 400)


def test_the_page_says_what_it_is_not_and_how_far_it_was_tested(invented, written):
    for result, signals in (invented.examination(), invented.refused()):
        _, read, _ = written(result, signals)
        assert "not a certified medical device" in read.text
        assert "synthetic and on healthy volunteers" in read.text


def test_a_refused_recording_shows_its_reason_and_no_results(invented, written):
    result, signals = invented.refused()
    _, read, folder = written(result, signals)
    assert "could not be measured: the face is too small: 29 pixels between the eyes" in read.text
    assert not read.of("img") + read.of("table")
    assert list((folder / "figures").glob("*")) == []


def test_figures_of_an_earlier_recording_do_not_stay(invented, written):
    result, signals = invented.examination(120, spasms=5)
    _, _, folder = written(result, signals)
    names = {f"{name}.{ending}" for name in ("overview", "timeline", "regions") for ending in ("svg", "png")}
    assert {path.name for path in (folder / "figures").iterdir()} == names
    _, _, folder = written(*invented.refused())
    assert list((folder / "figures").iterdir()) == []


def test_without_faces_no_picture_is_anywhere(invented, written):
    result, signals = invented.examination()
    text, read, folder = written(result, signals, faces=False)
    assert "data:image" not in text
    assert not read.of("img")
    assert "This page was made without pictures of the face" in read.text
    for path in (folder / "figures").glob("*.svg"):
        assert "image" not in path.read_text(encoding="utf-8").replace("image/svg", "")
    with_faces, read, other = written(result, signals, faces=True)
    assert len(read.of("img")) == 4 * 14
    assert with_faces.count("data:image/jpeg") == 4 * 14
    assert {path.name for path in (other / "figures").iterdir()} == {
        path.name for path in (folder / "figures").iterdir()
    }


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "$x^2$ & co."]
)
def test_names_and_reasons_of_strangers_stay_text(evil, invented, written):
    result, signals = invented.examination(name=f"{evil}.mp4", verdict="limited")
    result["quality"]["reasons"] = [f"reason {evil}"]
    result["events"] = [event | {"why": [f"why {evil}"]} for event in result["events"]]
    result["findings"] = [finding | {"because": [f"because {evil}"]} for finding in result["findings"]]
    result["summary"]["side_because"] = [f"side {evil}"]
    text, read, folder = written(result, signals)
    assert not read.of("script")
    assert all("onerror" not in attrs for _, attrs in read.tags)
    for word in ("reason", "because", "side"):
        assert f"{word} {evil}".lower() in read.text.lower()
    svg = (folder / "figures" / "timeline.svg").read_text(encoding="utf-8")
    assert "<script" not in svg + text


def test_events_are_numbered_as_they_are_counted(invented, written):
    result, signals = invented.examination(spasms=14)
    _, read, _ = written(result, signals)
    strong = [place for place, event in enumerate(result["events"]) if event["kind"] == "spasm"]
    assert strong[0] > 0 or len(result["events"]) > 14
    assert [attrs["id"] for attrs in read.of("tbody") if "id" in attrs] == [f"event-{place}" for place in strong]
    assert "Explained as something else: 6 blinks, 1 expression and 1 head movement" in read.text


def test_only_so_many_events_have_pictures_and_the_page_says_so(invented, written):
    result, signals = invented.examination(300, spasms=70, unseen=())
    text, read, _ = written(result, signals)
    assert len(read.of("img")) == 4 * page.MOST_STRIPS
    assert "60 of 70 events have pictures." in read.text
    assert len(text) < 5_000_000


def test_the_frames_of_a_strip_are_named_by_their_moment(invented, written, hopper):
    result, signals = invented.examination(spasms=1, tonic=0)
    place = next(place for place, event in enumerate(result["events"]) if event["kind"] == "spasm")
    event = result["events"][place] = result["events"][place] | {"onset_s": 5.0, "apex_s": 5.2, "offset_s": 5.5}
    times = [4.85, 5.01, 5.1, 5.2, 5.35, 5.48, 5.65]
    strip = page.Strip(place, [(time, hopper[:40, :40]) for time in times])
    _, read, _ = written(result, signals, strips=[strip])
    named = re.findall(r"(before|onset|rising|apex|falling|offset|after) ([+\N{MINUS SIGN}]?\d\.\d\d) s", read.text)
    assert event["onset_s"] == 5.0
    # The seventh frame is beyond what a strip shows.
    assert named == [
        ("before", "\N{MINUS SIGN}0.15"),
        ("onset", "+0.01"),
        ("rising", "+0.10"),
        ("apex", "+0.20"),
        ("falling", "+0.35"),
        ("offset", "+0.48"),
    ]


def test_findings_stand_under_their_state_with_their_reasons(invented, written):
    result, signals = invented.examination()
    _, read, _ = written(result, signals)
    present, absent, unknown = (
        read.text.index(f" {name} ", read.text.index("Findings")) for name in ("Present", "Absent", "Not assessable")
    )
    at = read.text.index
    assert (
        present
        < at("Synchrony of upper and lower face")
        < absent
        < at("Sustained tonic spasm")
        < at("Suppressible at will")
    )
    assert unknown < at("Nobody asked the patient to hold it back.")


def test_unknown_numbers_are_called_unknown(invented, written):
    result, signals = invented.examination(spasms=3)
    result["source"]["fps_median"] = None
    result["quality"]["iod_px_median"] = None
    result["quality"]["detection_limit_iod"] = {}
    result["events"] = [
        event | {"amplitude_iod": None, "probability": None, "form": None} for event in result["events"]
    ]
    _, read, _ = written(result, signals)
    assert "nan" not in read.text.lower().split()
    assert "None" not in read.text
    assert read.text.count("not known") >= 2 + 2 * 3


def test_the_same_examination_gives_the_same_files(invented, tmp_path):
    result, signals = invented.examination(10, spasms=3)
    files = []
    for name in ("one", "two"):
        page.write(result, signals, page.Pictures(), tmp_path / name)
        files.append({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")})
    assert files[0] == files[1]


def test_an_interrupted_page_leaves_the_old_one(invented, tmp_path, monkeypatch):
    result, signals = invented.examination(10, spasms=3)
    path = page.write(result, signals, page.Pictures(), tmp_path)
    old = path.read_bytes()
    monkeypatch.setattr(page, "render", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        page.write(result, signals, page.Pictures(), tmp_path)
    assert path.read_bytes() == old
    assert not list(tmp_path.rglob(".*"))


def test_a_short_recording_is_one_timeline_and_a_long_one_two(invented):
    assert list(timelines(*invented.examination(62, spasms=3))) == ["timeline"]
    assert list(timelines(*invented.examination(90, spasms=3))) == ["overview", "timeline"]
    assert timelines(*invented.refused()) == {}


def test_the_minute_shown_is_the_one_with_most_spasms(invented):
    result, _ = invented.examination(600, spasms=0, unseen=())
    spasm = {"kind": "spasm", "side": "left", "regions": ["zygomaticus"], "amplitude_iod": 0.04}
    result["events"] = [
        spasm | {"onset_s": onset, "offset_s": onset + 0.2} for onset in (3.0, 200.0, 230.0, 259.5, 590.0)
    ]
    start = busiest_minute(result, 600.0)
    assert 199.5 < start <= 200.0
    result["events"] = result["events"][-1:]
    assert busiest_minute(result, 600.0) == 540.0
    result["events"] = []
    assert busiest_minute(result, 600.0) == 0.0


def test_rows_are_the_regions_that_could_be_measured(invented):
    result, signals = invented.examination(hidden=("platysma", "nasalis"))
    rows = [row.key for row in timelines(result, signals)["timeline"].rows]
    assert rows == ["frontalis", "orbicularis_oculi", "zygomaticus", "orbicularis_oris", "mentalis", "eyelids", "head"]


def test_one_side_that_was_not_seen_has_no_lane(invented):
    result, signals = invented.examination(10, spasms=2, unseen=())
    pull = {key: values * np.nan if key[1] is Side.RIGHT else values for key, values in signals.pull.items()}
    shown = drawing(timelines(result, replace(signals, pull=MappingProxyType(pull)))["timeline"])
    assert [lane.side for lane in shown.rows[0].lanes] == ["left"]


def test_every_event_that_is_looked_for_fits_its_lane(invented):
    result, signals = invented.examination()
    full = scale(result, signals)
    for event in result["events"]:
        if event["kind"] == "spasm":
            inside = (signals.time_s >= event["onset_s"]) & (signals.time_s <= event["offset_s"])
            assert max(signals.pull[region, Side.LEFT][inside].max() for region in event["regions"]) < full
    assert full <= 0.16


def test_the_lanes_of_a_noisy_recording_are_not_made_for_its_noise(invented):
    result, signals = invented.examination(spasms=0)
    result["quality"]["detection_limit_iod"] = {"platysma": 0.4}
    assert scale(result, signals) == pytest.approx(0.15)
    result["quality"]["detection_limit_iod"] = {}
    assert scale(result, signals) == pytest.approx(0.02)


def test_a_spasm_is_shaded_on_its_own_side_in_its_own_rows(invented):
    result, signals = invented.examination(12, spasms=1, tonic=0, unseen=())
    result["events"] = [event for event in result["events"] if event["kind"] == "spasm"]
    result["events"][0] |= {"regions": ["zygomaticus"], "side": "right"}
    shown = drawing(timelines(result, signals)["timeline"])
    (shade,) = shown.shades
    row = next(row for row in shown.rows if row.label == "Zygomaticus")
    assert (shade.side, shade.y, shade.height) == ("right", row.top + row.height / 2, row.height / 2)
    (mark,) = shown.marks
    assert mark.href == "#event-0"
    assert mark.x == pytest.approx(result["events"][0]["onset_s"] / 12 * shown.width, abs=0.1)
    assert "Spasm at" in mark.label
    assert "right" in mark.label


def test_the_drawn_face_names_each_region_once_a_side(invented):
    from facialis.face.page.face_map import face_map

    result, _ = invented.examination(side="right", spasms=6)
    labels = {shape.label: shape for shape in face_map(result).shapes if shape.label}
    assert len(labels) == 14
    assert labels["orbicularis oculi, patient's right: 6 of 6 events"].look == "region"
    assert labels["orbicularis oculi, patient's left: 0 of 0 events"].look == "still"
    assert labels["platysma, patient's left: not seen well enough"].look == "unseen"
    # Seen from the front the patient's right is at the left of the picture.
    assert labels["orbicularis oculi, patient's right: 6 of 6 events"].points[:, 0].max() < 120
