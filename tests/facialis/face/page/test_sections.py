"""Sections of a guided examination, a review, both sides and the films: there with their results, gone without."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest

from facialis.face import page
from facialis.face.magnify import Clip
from facialis.face.overlay import Halves
from facialis.face.page.face_map import face_map
from facialis.face.page.review import review
from facialis.face.page.sides import sides, spark
from facialis.face.page.summary import tiles
from facialis.face.page.tasks import tasks
from facialis.findings import Side
from facialis.paper.film import mp4


def words(text):
    plain = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", plain)


@pytest.fixture
def face_picture():
    return np.random.default_rng(1).integers(0, 256, (240, 240, 3), dtype=np.uint8)


def clip(event, **more):
    pictures = [np.full((32, 64, 3), 10 * k, np.uint8) for k in range(5)]
    film = mp4(pictures, np.arange(5) / 10)
    return Clip(**{"event": event, "film": film, "poster": pictures[2], "factor": 4.0, "slowed": 4, "seconds": 0.5,
                   "whole": True, **more})  # fmt: skip


def test_without_tasks_and_review_their_sections_are_gone(invented):
    result, signals = invented.examination(10, spasms=3)
    assert tasks(result) is None
    assert review(result) is None
    text = page.compose(result, signals, None)
    for heading in ("tasks", "review"):
        assert f'<h2 id="{heading}"' not in text
    assert '<h2 id="sides"' in text
    result, signals = invented.examination(10, spasms=0)
    assert '<h2 id="sides"' not in page.compose(result, signals, None)


def test_the_weaker_side_and_what_moves_along_are_said_first(invented):
    told = tasks(invented.guided(invented.examination(10)[0]))
    assert told is not None
    assert (
        told.headline
        == "The left side moves less in forced closure and smile; something moves along in forced closure."
    )
    assert told.arrow.startswith("The turn to the arrow shows that the recording is not mirrored.")
    lines = {line.name: line for line in told.lines}
    assert lines["Smile"].balance == "left 47 % of right (38 % to 59 %)"
    assert lines["Smile"].weaker == "left"
    assert lines["Smile"].why == ("One of three smiles was hidden by a hand.",)
    assert lines["Brow raise"].weaker == ""
    assert lines["Forced closure"].along[0] == "left zygomaticus 3.1 % (2.0 to 4.2)"
    assert lines["Forced closure"].spasms == "14 (6.2 to 26); after it 24 (11 to 46)"
    assert lines["Rest"].bars is None
    assert [name for name, _ in told.unassessable] == ["arrow turn", "cheek puff"]


def test_bars_share_one_scale_and_one_side_may_be_missing(invented):
    told = tasks(invented.guided(invented.examination(10)[0]))
    bars = {line.name: line.bars for line in told.lines if line.bars}
    lengths = {
        name: [float(mark.d.split("h")[1].split("v")[0]) for mark in drawn.marks if "bar" in getattr(mark, "look", "")]
        for name, drawn in bars.items()
    }
    assert lengths["Smile"][0] / lengths["Brow raise"][0] == pytest.approx(8 / 9, rel=0.01)
    assert len(lengths["Pucker"]) == 1
    assert "patient's right not measured" in bars["Pucker"].summary


def test_effects_have_their_verdict_and_both_rates(invented):
    provoked, busy, held = tasks(invented.guided(invented.examination(10)[0])).effects
    assert (provoked.term, provoked.verdict) == ("Provoked by movement", "more")
    assert provoked.numbers == "24 a minute against 8.1 at rest, 3 times (1.3 to 6.7)"
    assert busy.verdict == "cannot tell"
    assert held.numbers == "too little was seen"


def test_names_of_tasks_and_reviewers_stay_text(invented):
    result, signals = invented.examination()
    text = page.compose(invented.reviewed(invented.guided(invented.with_numbers(result))), signals, None)
    assert "Count backwards &lt;b&gt;&amp;" in text
    assert "Dr A. &lt;i&gt;Reader&lt;/i&gt;" in text
    assert "<i>Reader" not in text


def test_a_review_shows_who_changed_what_and_both_versions(invented):
    result, signals = invented.examination()
    invented.reviewed(result)
    told = review(result)
    assert told is not None
    events = len(result["review"]["measured"]["events"])
    assert told.headline == f"Reviewed by Dr A. <i>Reader</i>: 2 of {events} measured events changed."
    assert [change.now for change in told.changes] == ["taken out", "Expression", "Blink"]
    assert [change.applied for change in told.changes] == [True, True, False]
    assert told.changes[2].reason == "No reason was given."
    rows = {row.name: row for row in told.rows}
    assert (rows["Spasms"].measured, rows["Spasms"].reviewed) == ("14", "12")
    assert rows["Spasms a minute"].reviewed == "25 (13 to 44)"
    assert not rows["Synkineses"].changed
    assert (rows["Sustained tonic spasm"].measured, rows["Sustained tonic spasm"].reviewed) == (
        "Absent",
        "Not assessable",
    )
    shown = words(page.compose(result, signals, None))
    assert shown.index("Reviewed by Dr A.") < shown.index("What moved, and when")
    assert "(not applied: no such event)" in shown


def test_sides_that_contradict_are_warned_of_above_tasks_and_events(invented):
    result, signals = invented.examination()
    result = invented.guided(result)
    assert "may be exchanged" not in words(page.compose(result, signals, None))
    result["protocol"]["warning"] = "sides contradict: film the turn again"
    shown = words(page.compose(result, signals, None))
    assert shown.count("Left and right here may be exchanged. Sides contradict: film the turn again.") == 2


def test_a_region_that_was_only_dragged_along_is_not_among_those_moved(invented):
    result, _ = invented.examination()
    whole = len({name for event in result["events"] if event["kind"] == "spasm" for name in event["regions"]})
    result["summary"]["spread"] = [{"region": "nasalis", "share": invented.estimate(0.0, 0.0, 0.2)}]
    shown = next(tile for tile in tiles(result) if tile.label == "Spread")
    assert shown.value == f"{whole - 1} regions"
    assert "nasalis" not in shown.detail


def test_days_since_toxin_stand_among_the_facts(invented):
    result, signals = invented.examination()
    result["protocol"] = {"name": "none", "mirrored_by_arrow": "unknown", "because": [], "days_since_toxin": 45}
    assert "45 days before" in words(page.compose(result, signals, None))


def test_new_numbers_become_tiles_and_old_results_go_without(invented):
    result, _ = invented.examination()
    labels = [tile.label for tile in tiles(result)]
    assert "SMC grade" not in labels
    told = {tile.label: tile for tile in tiles(invented.with_numbers(result))}
    assert told["SMC grade"].value == "at least II"
    assert told["From one spasm to the next"].value == "1.4 s"
    assert told["From one spasm to the next"].detail == "median 0.9 to 2.2 s; varies by 62 % (40 % to 85 %)"
    assert "tonic 14 %" in told["Form"].detail
    assert "zygomaticus 64 % (35 % to 87 %)" in told["Spread"].detail
    assert told["Time in spasm"].detail.endswith("usable seconds; 95 % interval 4.0 % to 22 %")
    assert (told["Time in spasm"].range.low, told["Time in spasm"].range.high) == (4, 22)
    assert (told["Synchrony"].range.low, told["Synchrony"].range.high) == (64, 98)
    result["summary"]["smc_grade"] = {"grade": None, "because": ["no spasm was seen"]}
    result["summary"]["rhythm"] = {"interval_s": None, "cv": None}
    told = {tile.label: tile for tile in tiles(result)}
    assert told["SMC grade"].value == "not assessable"
    assert "From one spasm to the next" not in told


def test_the_sides_are_laid_over_each_other(invented):
    result, signals = invented.examination(side="right", spasms=12, unseen=())
    told = sides(result, signals)
    assert told is not None
    assert told.headline.startswith("12 spasms of the right side, each onset at zero. When the right ")
    share = float(re.search(r"does ([\d.]+) % of it", told.headline)[1])
    assert share < 15
    assert 1 <= len(told.panels) <= 3
    assert told.panels[0].key == "orbicularis_oculi"
    peaks = re.findall(r"patient's (left|right) ([\d.]+) % IOD", told.panels[0].drawn.summary)
    assert float(dict(peaks)["right"]) > 5 * float(dict(peaks)["left"])
    looks = [mark.look for mark in told.panels[0].drawn.marks if hasattr(mark, "d")]
    assert looks.index("spread left") < looks.index("course left")
    assert looks.count("single right") == 12


def test_one_spasm_has_no_quartiles_and_none_no_panel(invented):
    result, signals = invented.examination(12, spasms=1, tonic=0, unseen=())
    told = sides(result, signals)
    assert told is not None
    assert not told.quartiles
    assert "middle half" not in told.headline
    assert not [mark for mark in told.panels[0].drawn.marks if "spread" in getattr(mark, "look", "")]
    result["events"] = [event | {"side": "both"} for event in result["events"]]
    assert sides(result, signals) is None


def test_an_event_is_drawn_by_itself_unless_nothing_was_seen(invented):
    result, signals = invented.examination(12, spasms=1, tonic=0, unseen=())
    event = next(event for event in result["events"] if event["kind"] == "spasm")
    drawn = spark(event, signals)
    assert drawn is not None
    assert {mark.look for mark in drawn.marks} == {"within left", "grid", "course left", "course right"}
    assert spark(event | {"regions": []}, signals) is None
    dark, _ = invented.refused()
    assert spark(event, invented.refused()[1]) is None
    assert dark["events"] == []


def test_films_play_without_javascript_and_say_how_much_they_enlarge(invented):
    result, signals = invented.examination(spasms=14)
    places = [i for i, event in enumerate(result["events"]) if event["kind"] == "spasm"]
    films = [clip(places[0]), clip(places[5], slowed=1, factor=2.5, seconds=3.2, whole=False)]
    text = page.compose(result, signals, page.Pictures(clips=films))
    videos = re.findall(r"<video [^>]*>", text)
    assert len(videos) == 2
    for video in videos:
        assert 'src="data:video/mp4;base64,' in video
        assert 'poster="data:image/jpeg;base64,' in video
        assert all(f" {word}" in video for word in ("controls", "loop", "muted", "playsinline", "aria-label="))
        assert "autoplay" not in video
    assert "media-src data:" in text
    told = words(text)
    assert "As filmed at a quarter of its speed, and the same movement enlarged 4 times" in told
    assert "As filmed, its first 3 s, and the same movement enlarged 2.5 times" in told
    assert "for the eye only, nothing was measured in it" in told
    assert "The 2 largest and surest have a film on the screen." in told
    assert "<video" not in page.compose(result, signals, None)


def test_the_halves_are_shown_twice_each_and_only_with_faces(invented, face_picture):
    result, signals = invented.examination(spasms=3)
    place = next(i for i, event in enumerate(result["events"]) if event["kind"] == "spasm")
    halves = Halves(place, face_picture, face_picture)
    text = page.compose(result, signals, page.Pictures(halves=halves))
    assert len(re.findall(r"<img ", text)) == 6
    assert "A face made of the patient&#39;s right half and its mirror image, at the apex" in text
    assert "data:image" not in page.compose(result, signals, None)


def test_a_still_that_could_not_be_taken_says_why(invented, face_picture):
    result, signals = invented.examination(spasms=3)
    invented.guided(result)
    text = page.compose(result, signals, page.Pictures(stills={"rest": face_picture, "smile": face_picture}))
    assert len(re.findall(r'<img [^>]*alt="The face: (?:rest|smile)"', text)) == 2
    assert "Not taken: snarl (not performed)." in words(text)
    assert '<ul class="stills">' not in page.compose(result, signals, None)


def test_sides_of_signals_are_the_patients_own(invented):
    result, signals = invented.examination(side="left", spasms=8, unseen=())
    left = sides(result, signals)
    assert left is not None
    assert left.headline.startswith("8 spasms of the left side")
    assert Side.LEFT.value in left.panels[0].drawn.summary


@pytest.mark.slow
def test_the_page_becomes_a_pdf_with_the_same_words(invented, face_picture):
    pypdf = pytest.importorskip("pypdf")
    paper = pytest.importorskip("facialis.paper.pdf")
    try:
        paper.check()
    except paper.PdfMissing as missing:
        pytest.skip(str(missing))
    result, signals = invented.examination(spasms=4)
    invented.reviewed(invented.guided(invented.with_numbers(result)))
    pictures = page.Pictures(stills={"rest": face_picture, "smile": face_picture})
    document = pypdf.PdfReader(BytesIO(paper.pdf(page.compose(result, signals, pictures))))
    told = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in document.pages))
    assert 2 <= len(document.pages) <= 12
    for shown in ("Spasms on the patient's left side", "Left against right", "Tasks: clinic", "Measured and reviewed",
                  "Head speed", "not a certified medical device"):  # fmt: skip
        assert shown.replace(" ", "") in told.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")


def test_sides_are_called_alike_only_where_every_task_says_so(invented):
    result = invented.guided(invented.examination(10)[0])
    level = [task for task in result["tasks"] if task["name"] in ("gentle closure", "brow raise")]
    assert tasks(result | {"tasks": level}).headline == "Both sides move alike, as far as 2 tasks can tell."
    # An interval that is too wide for weakness to be seen says nothing of likeness.
    wide = [{**task, "asymmetry": invented.estimate(0.1, -0.2, 0.4)} for task in level]
    headline = tasks(result | {"tasks": wide}).headline
    assert headline == "2 tasks: no side is surely weaker, but both need not be alike."
    # A difference that is there, but not enough to be called weakness, is neither.
    level[0]["asymmetry"] = invented.estimate(-0.1, -0.15, -0.05)
    told = tasks(result | {"tasks": level})
    assert told.headline == ""
    assert [line.level for line in told.lines] == [False, True]


def test_the_map_and_the_spread_count_a_region_alike(invented):
    result, _ = invented.examination()
    side = result["summary"]["affected_side"]
    spasms = [event for event in result["events"] if event["kind"] == "spasm" and event["side"] == side]
    result["events"] = spasms
    for event in spasms:
        event["regions"] = ["orbicularis_oculi", "frontalis"]
    share = {"value": 0.0, "low": 0.0, "high": 0.3}
    result["summary"]["spread"] = [{"region": "frontalis", "share": share}]
    labels = [shape.label for shape in face_map(result).shapes if shape.label and "rontalis" in shape.label]
    assert f"0 of {len(spasms)}" in next(label for label in labels if f"patient's {side}" in label)
