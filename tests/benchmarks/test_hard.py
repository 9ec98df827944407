"""The hard cases, on events whose score can be counted on the fingers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def event(kind: str, onset: float, offset: float, side: str = "left", pattern: str | None = None) -> dict[str, Any]:
    told = {"kind": kind, "side": side, "onset_s": onset, "offset_s": offset, "amplitude_iod": 0.06, "regions": []}
    return told | ({"pattern": pattern} if pattern else {})


@pytest.fixture
def scored(bench: Any) -> Any:
    """Score a clip of a case against what was found in it."""
    accuracy, corpus = bench("accuracy"), bench("corpus")

    def make(case: str, true: list[Any], found: list[Any], minutes: float = 0.5) -> Any:
        clip = next(clip for clip in (*corpus.HARD, *corpus.QUIET_LONG) if clip.case == case)
        return accuracy.Scored(clip, true, found, minutes, "good")

    return make


def test_synkinesis_counts_when_it_is_named_and_its_side_is_right(bench: Any, scored: Any) -> None:
    true = [event("synkinesis", t, t + 0.3) for t in (1, 3, 5, 7)]
    found = [event("synkinesis", 1, 1.3), event("synkinesis", 3, 3.3, "right"), event("spasm", 5, 5.3)]
    found += [event("blink", 7, 7.3, "both")]
    told = bench("hard").synkinesis(
        [scored("synkinesis", true, found)], [scored("weakness", [], [event("synkinesis", 2, 2.2)], 2.0)]
    )
    assert (told["true"], told["named"]["value"], told["side_right"]["value"]) == (4, 0.5, 0.5)
    assert told["missed_taken_for"] == {"spasm": 1, "nothing": 1}
    assert told["elsewhere"]["value"] == 0.5


def test_squeezed_lids_need_the_name_and_both_sides(bench: Any, scored: Any) -> None:
    true = [event("spasm", t, t + 1, "both", "blepharospasm") for t in (1, 3, 5)]
    true += [event("blink", 7, 7.3, "both"), event("expression", 8, 9, "both", "gentle_closure")]
    found = [event("spasm", 1, 2, "both"), event("spasm", 3, 4, "left"), event("blink", 5, 6, "both")]
    found += [event("blink", 7, 7.3, "both"), event("spasm", 8, 9, "both")]
    told = bench("hard").squeezed([scored("squeezed lids", true, found)])
    assert told["spasm"]["iou 0.5"]["f1"]["value"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert told["spasm_of_both"]["iou 0.5"]["f1"]["value"] == pytest.approx(2 * 1 / (2 * 1 + 2 + 1))
    assert told["side_both"]["value"] == 0.5
    assert told["missed_taken_for"] == {"blink": 1}
    assert told["closures_taken_for"] == {"spasm": 1}
    assert told["blinks_taken_for"] == {"blink": 1}


def test_a_false_spasm_is_one_that_no_true_one_answers_to(bench: Any, scored: Any) -> None:
    true = [event("spasm", 1, 1.3), event("expression", 4, 6, "both", "smile")]
    mixed = scored("weakness and spasms", true, [event("spasm", 1, 1.3), event("spasm", 4.5, 4.8)])
    plain = scored("winks", [], [event("spasm", 2, 2.5)])
    quiet = scored("quiet", [], [], 3.0)
    told = bench("hard").figures([mixed, plain], [quiet])
    assert told["cases"]["weakness and spasms"]["false_alarms"]["count"] == 1
    assert told["false_alarms"]["hard clips without spasms"]["value"] == 2.0
    assert told["false_alarms"]["all without spasms"]["value"] == pytest.approx(1 / 3.5)
    assert [alarm["during"] for alarm in told["false"]] == [["smile"], []]
    assert told["mixed"]["spasm"]["iou 0.5"]["all"]["found"] == 1
    json.dumps(bench("kept").rounded(told), allow_nan=False)


def test_the_parts_share_no_face_and_no_recording(bench: Any) -> None:
    corpus = bench("corpus")
    every = [*corpus.PHOTOS, *corpus.INJECTED, *corpus.HEADS, *corpus.QUIET, *corpus.HARD, *corpus.QUIET_LONG]
    tune, report = (
        {(c.source == "head", Path(c.face).stem.split()[0]) for c in every if c.part == p} for p in ("tune", "report")
    )
    assert not tune & report
    untouched = [{Path(name).stem for name in corpus.UNTOUCHED[part]} for part in ("tune", "report")]
    assert not {face for _, face in tune} & untouched[1]
    assert not {face for _, face in report} & untouched[0]


def test_hard_clips_hold_their_case_and_the_quiet_minutes_no_spasm(bench: Any) -> None:
    from facialis.face.simulate.script import write

    corpus = bench("corpus")
    assert sum(clip.seconds for clip in corpus.QUIET_LONG if clip.part == "report") >= 600
    for part in ("tune", "report"):
        assert len({clip.case for clip in corpus.HARD if clip.part == part}) == 9
    assert len({clip.name for clip in corpus.HARD}) == len(corpus.HARD)
    wanted = {
        "synkinesis": "synkinesis",
        "squeezed lids": "blepharospasm",
        "winks": "wink",
        "lip pull": "functional_lip_pull",
    }
    for clip in (*corpus.HARD, *corpus.QUIET_LONG):
        actions = write(clip.plan, np.random.default_rng(np.random.SeedSequence(clip.seed).spawn(1)[0]))
        told = {word for action in actions for word in (action.kind, action.pattern)}
        assert wanted.get(clip.case, "blink") in told, clip.name
        if clip.case not in ("squeezed lids", "weakness and spasms", "looks and spasms"):
            assert "spasm" not in told, clip.name


def test_a_clip_s_declaration_is_what_differs_from_the_usual(bench: Any) -> None:
    clip = bench("corpus").Clip("tune", "photo", "hopper", 0, crf=30)
    assert clip.told == {"part": "tune", "source": "photo", "face": "hopper", "seed": 0, "crf": 30}


def test_a_close_portrait_shows_the_face_large(
    bench: Any, nets: dict[str, Path], tmp_path: Path, monkeypatch: Any
) -> None:
    import cv2

    monkeypatch.setenv("FACIALIS_MODELS", str(next(iter(nets.values())).parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    portraits = bench("portraits")
    close = cv2.imread(str(portraits.close(portraits.free()["hopper"])))
    whole = cv2.imread(str(portraits.free()["hopper"]))
    assert close is not None
    assert whole is not None
    assert 1.1 < close.shape[0] / close.shape[1] < 1.5
    assert close.size < whole.size
