"""The score, on events whose score can be counted on the fingers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scipy import stats


def event(onset: float, offset: float, size: float | None = 0.06, side: str = "left", kind: str = "spasm") -> Any:
    return {"kind": kind, "side": side, "onset_s": onset, "offset_s": offset, "amplitude_iod": size}


def test_events_match_by_the_share_of_their_overlap(bench: Any) -> None:
    score = bench("score")
    true = [event(1, 2), event(5, 6)]
    found = [event(1.2, 2.2), event(5.9, 7), event(9, 10)]
    tally = score.match(true, found, 0.5)
    assert tally.pairs == [(true[0], found[0])]
    assert tally.missed == [true[1]]
    assert tally.false == found[1:]
    assert len(score.match(true, found, 0.04).pairs) == 2
    assert score.f1([tally]) == pytest.approx(2 / 5)


def test_each_event_matches_once(bench: Any) -> None:
    tally = bench("score").match([event(1, 3)], [event(1, 1.9), event(2, 3)], 0.2)
    assert (len(tally.pairs), len(tally.false)) == (1, 1)


@pytest.mark.parametrize(("true", "found"), [([], []), ([event(1, 2)], []), ([], [event(1, 2)])])
def test_nothing_matches_nothing(bench: Any, true: list[Any], found: list[Any]) -> None:
    tally = bench("score").match(true, found, 0.5)
    assert (tally.pairs, tally.missed, tally.false) == ([], true, found)


def test_a_band_takes_true_events_by_true_size_and_false_ones_by_found_size(bench: Any) -> None:
    bands, score = bench("bands"), bench("score")
    true = [event(1, 2, 0.05), event(3, 4, 0.05), event(5, 6, 0.1)]
    found = [event(1, 2, 0.03), event(8, 9, 0.03), event(10, 11, 0.09)]
    tally = score.match(true, found, 0.5)
    table = bands.by_size([tally])
    counts = {band: (part["true"], part["found"], part["false"]) for band, part in table.items()}
    assert counts == {"all": (3, 1, 2), "2-4 %": (0, 0, 1), "4-8 %": (2, 1, 0), "over 8 %": (1, 0, 1)}
    assert table["4-8 %"]["recall"] == 0.5
    assert "recall" not in table["2-4 %"]


def test_every_event_is_in_one_band(bench: Any) -> None:
    bands = bench("bands")
    for size in (0.0, 0.02, 0.039, 0.04, 0.08, 0.5):
        assert sum(low <= size < high for low, high in bands.BANDS.values()) == 1


def test_the_interval_is_drawn_over_clips(bench: Any) -> None:
    score, bands = bench("score"), bench("bands")
    good = score.match([event(1, 2)] * 1, [event(1, 2)], 0.5)
    bad = score.match([event(1, 2)], [], 0.5)
    alike = bands.interval([good] * 6, score.f1)
    mixed = bands.interval([good, bad] * 3, score.f1)
    assert (alike["low"], alike["value"], alike["high"]) == (1, 1, 1)
    assert mixed["low"] < mixed["value"] < mixed["high"]


def test_agreement_of_matched_events(bench: Any) -> None:
    bands, score = bench("bands"), bench("score")
    true = [event(1, 2, 0.1), event(3, 4, 0.1), event(5, 6, 0.1)]
    found = [event(1.1, 2, 0.09), event(3.1, 4.2, 0.09), event(5.1, 6, 0.09, side="right")]
    result = bands.agreement([score.match(true, found, 0.5)])
    assert (result["matched"], result["side_right"]) == (3, 2)
    assert result["onset_ms"]["median"] == pytest.approx(100)
    assert result["offset_ms"]["median"] == pytest.approx(0)
    assert result["amplitude_ratio"]["median"] == pytest.approx(0.9)
    assert result["side"]["low"] == pytest.approx(stats.beta.ppf(0.025, 2, 2))


@pytest.mark.parametrize("count", [0, 3])
def test_a_rate_has_the_exact_interval(bench: Any, count: int) -> None:
    rate = bench("bands").rate(count, 2.0)
    assert rate["value"] == count / 2
    assert stats.poisson.cdf(count, 2 * rate["high"]) == pytest.approx(0.025)
    assert bench("bands").rate(0, 0.0)["value"] is None


def test_the_parts_share_no_face(bench: Any) -> None:
    corpus = bench("corpus")
    tune, report = ({(c.source, c.face) for c in corpus.clips(part)} for part in ("tune", "report"))
    assert tune
    assert report
    assert not tune & report
    assert not set(corpus.UNTOUCHED["tune"]) & set(corpus.UNTOUCHED["report"])
    names = corpus.clips(None)
    assert len(names) == len(set(names))


def test_what_was_done_at_will_counts_neither_way(bench: Any) -> None:
    accuracy, corpus = bench("accuracy"), bench("corpus")
    clip = corpus.Clip("report", "clip", "liveportrait_d3.mp4", 0)
    willed, late = event(0.5, 1.0), event(4.0, 4.5)
    tally = accuracy.Scored(clip, [], [willed, late], 1.0, "good").tally("spasm", 0.5)
    assert tally.false == [late]


def test_unknown_numbers_are_null(bench: Any) -> None:
    rounded = bench("kept").rounded({"a": [float("nan"), 1 / 3, 7], "b": float("inf"), "c": "x"})
    assert rounded == {"a": [None, 0.3333, 7], "b": None, "c": "x"}


def test_the_page_says_what_the_results_say(bench: Any, root: Path) -> None:
    figures, kept = bench("figures"), bench("kept")
    for name in figures.SECTIONS:
        record = kept.read(name)
        if record is not None:
            assert figures.section(name, record) in (root / "docs" / "figures.md").read_text(), f"run benchmarks {name}"
