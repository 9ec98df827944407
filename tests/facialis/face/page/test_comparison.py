"""The page of a comparison: the verdict first, both recordings on one scale, and what was left out with its reason."""

import re

import pytest

from facialis.face.page import comparison


@pytest.fixture
def page_of(invented, tmp_path):
    """Write the page of an invented comparison; returns its text."""

    def write(**how):
        path = comparison.write(*invented.comparison(**how), tmp_path / "report")
        assert path.name == "comparison.html"
        return path.read_text(encoding="utf-8")

    return write


def words(text):
    plain = re.sub(r"<(style|title)[^>]*>.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", plain)


@pytest.mark.parametrize(
    ("verdict", "word", "look"),
    [("better", "Better", "good"), ("worse", "Worse", "refused"), ("cannot tell", "Cannot tell", "limited")],
)
def test_the_verdict_comes_first(page_of, verdict, word, look):
    text = page_of(verdict=verdict)
    assert f'<p class="verdict {look}">{word}</p>' in text
    told = words(text)
    assert told.index(f"{word}: 6.3 spasms a minute after") < told.index("What changed") < told.index("Not compared")
    assert "not a certified medical device" in told


def test_each_measure_stands_with_both_numbers_its_change_and_its_verdict(page_of):
    told = words(page_of())
    assert "Spasms a minute 21 (13 to 32) 6.3 (2.3 to 14) × 0.3 (0.1 to 0.6) Better" in told
    assert "Time in spasm 9 % (6 to 13) 5 % (2 to 10) × 0.55 (0.2 to 1.3) Cannot tell" in told
    assert "Smile: excursion, left 8 % IOD (6 to 10) 11 % IOD (9 to 13)" in told
    assert "Smile: asymmetry of the sides" in told
    assert "+16 (+2 to +30) points" in told
    assert "Pucker: excursion, left Not asked for in the first recording." in told


def test_changes_of_a_group_stand_on_one_scale(page_of):
    text = page_of()
    zero = {
        re.search(r'class="zero" d="M([\d.]+)', svg)[1]
        for svg in re.findall(r"<svg class=\"plot.*?</svg>", text, re.S)
        if "zero" in svg
    }
    assert len(zero) == 1
    points = re.findall(r'class="point (\w+)" d="M([\d.]+)', text)
    at = float(zero.pop())
    assert [look for look, _ in points] == ["good", "limited", "good", "limited", "good", "good"]
    assert [float(x) + 4.5 < at for _, x in points] == [True, True, True, True, False, False]


def test_an_interval_without_a_bound_runs_out_of_the_scale(page_of):
    text = page_of()
    reach = re.findall(r'class="reach (?:\w+)" d="([^"]+)"', text)
    assert [len(re.findall("V", one)) for one in reach] == [1, 2, 2, 1, 2, 2]
    assert "(no bound to 2)" in words(text)


def test_both_recordings_are_drawn_on_the_same_scale(page_of):
    text = page_of()
    drawings = re.findall(r'<svg viewBox="0 0 1000 34".*?</svg>', text, re.S)
    assert len(drawings) == 2
    # The second one ended after 45 of 60 seconds.
    assert 'class="unseen"' not in drawings[0]
    assert 'class="unseen" x="750.0" y="0" width="250.0"' in drawings[1]
    assert "0:50" in text
    assert 'href="#event' not in text


def test_what_cannot_be_compared_is_said_and_nothing_else(page_of):
    text = page_of(comparable=False)
    told = words(text)
    assert "Not compared: one shows the patient&#39;s left, the other their right" in told
    assert "What changed" not in told
    assert "When it happened" not in told


def test_names_of_strangers_stay_text_and_no_network_is_asked(page_of):
    text = page_of()
    assert "visit 2 &lt;b&gt;.mp4" in text
    assert "Dr &lt;i&gt;B" in text
    assert "<b>.mp4" not in text
    assert not re.search(r"<script|@import|url\((?!#)|https?://(?!www\.w3\.org)", text)
