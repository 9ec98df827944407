"""Hard cases: each movement does what its name says, and the truth says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facialis import schemas
from facialis.face import simulate
from facialis.face.signals import SIDES
from facialis.face.simulate import (
    Appearance,
    LipPulls,
    Lopsided,
    Plan,
    SimulationError,
    Squeezes,
    Synkinesis,
    Video,
    Weakness,
    mimics,
    truth,
)
from facialis.face.simulate.actions import CLOSURE, Action
from facialis.face.simulate.script import write
from facialis.face.simulate.tissue import Tissue
from facialis.findings import Side

QUIET: dict[str, Any] = {"seconds": 60.0, "spasms_per_min": 0.0, "blinks_per_min": 20.0}
SEEDS = st.integers(0, 10_000)


def drawn(plan: Plan, seed: int = 0) -> list[Action]:
    return write(plan, np.random.default_rng(seed))


def gains(action: Action, side: Side) -> dict[str, float]:
    return {drive.part: drive.gain for drive in action.drives if drive.side is side}


def named(actions: Sequence[Action], pattern: str) -> list[Action]:
    return [action for action in actions if action.pattern == pattern]


@settings(derandomize=True, deadline=None, max_examples=20)
@given(SEEDS)
def test_a_plan_without_cases_draws_what_one_with_them_draws_besides(seed: int) -> None:
    plain = drawn(Plan(**QUIET), seed)
    weak = drawn(Plan(**QUIET, weakness=Weakness(Side.LEFT, 0.5)), seed)
    assert [(a.kind, a.start_s) for a in plain] == [(a.kind, a.start_s) for a in weak]


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_a_weak_side_does_less_of_everything_but_spasms(share: float, tissue: Tissue) -> None:
    plan = Plan(**{**QUIET, "spasms_per_min": 10.0, "brows_per_min": 4.0}, side=Side.RIGHT)
    strong, weak = drawn(plan), drawn(replace(plan, weakness=Weakness(Side.RIGHT, share)))
    for before, after in zip(strong, weak, strict=True):
        left = gains(before, Side.LEFT)
        assert {part: gains(after, Side.LEFT)[part] for part in left} == left
        factor = 1.0 if before.kind == "spasm" else 1 - share
        for part, gain in gains(before, Side.RIGHT).items():
            assert gains(after, Side.RIGHT)[part] == pytest.approx(factor * gain)
    blink = next(action for action in weak if action.kind == "blink")
    closed = tissue.openings(blink.drives, np.linspace(blink.start_s, blink.end_s, 200))
    assert closed.right.max() == pytest.approx((1 - share) * closed.left.max(), rel=0.06)


def test_synkinesis_follows_the_blinks_of_its_side(tissue: Tissue) -> None:
    actions = drawn(Plan(**QUIET, synkinesis=Synkinesis(Side.RIGHT)))
    blinks = [action for action in actions if action.kind == "blink"]
    pulls = [action for action in actions if action.kind == "synkinesis"]
    assert len(blinks) * 0.8 < len(pulls) <= len(blinks)
    reached = [truth.reach(action, tissue) for action in pulls]
    for pull, event in zip(pulls, truth.events(reached, tissue), strict=True):
        blink = min(blinks, key=lambda blink: abs(blink.start_s - pull.start_s))
        lid = next(d for d in blink.drives if d.part == CLOSURE and d.side is Side.RIGHT).pulses[0]
        late = pull.drives[0].pulses[0]
        assert 0.0099 < late.start_s - lid.start_s < 0.0601
        assert (late.rise_s, late.hold_s, late.fall_s) == (lid.rise_s, lid.hold_s, lid.fall_s)
        assert event.side is Side.RIGHT
        assert 0.0149 <= event.amplitude_iod <= 0.081
        assert "orbicularis_oculi" not in event.regions


def test_squeezed_lids_shut_on_both_sides_and_draw_the_skin_in(tissue: Tissue) -> None:
    actions = drawn(Plan(**QUIET, squeezes=Squeezes(per_min=20.0)))
    squeezes = named(actions, "blepharospasm")
    assert len(squeezes) >= 12
    events = truth.events(squeezes, tissue)
    assert len(events) == len(squeezes)
    for squeeze, event in zip(squeezes, events, strict=True):
        assert (event.kind, event.side) == ("spasm", Side.BOTH)
        assert 0.4 < event.offset_s - event.onset_s < 3.3
        assert (event.form == "tonic") == (event.offset_s - event.onset_s > 1.0) or event.offset_s - event.onset_s < 1.2
        closed = tissue.openings(squeeze.drives, np.linspace(squeeze.start_s, squeeze.end_s, 300))
        assert min(closed.left.max(), closed.right.max()) > 0.95
        assert all(0.0134 < gains(squeeze, side)["orbicularis_oculi"] <= 0.05 for side in SIDES)
    blinks = [action for action in actions if action.kind == "blink"]
    assert not any(b.start_s < s.end_s and s.start_s < b.end_s for b in blinks for s in squeezes)


def test_lids_closed_gently_draw_nothing_in() -> None:
    closures = named(drawn(Plan(**QUIET, closures_per_min=6.0)), "gentle_closure")
    assert closures
    for closure in closures:
        assert (closure.kind, closure.side) == ("expression", Side.BOTH)
        assert {drive.part for drive in closure.drives} == {CLOSURE}


@settings(derandomize=True, deadline=None, max_examples=30)
@given(SEEDS)
def test_winks_and_smirks_are_slow_and_of_one_side(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wink, smirk = mimics.wink(rng, 1.0), mimics.smirk(rng, 1.0)
    for action in (wink, smirk):
        assert action.kind == "expression"
        assert action.side in SIDES
        assert gains(action, action.side)["orbicularis_oculi"] < 0.035
    assert gains(wink, wink.side)[CLOSURE] == 1.0
    assert 0.25 < wink.end_s - wink.start_s < 1.5
    assert smirk.drives[0].pulses[0].rise_s >= 0.25


def test_a_lip_pull_is_slow_and_long_and_leaves_the_eye_alone(tissue: Tissue) -> None:
    plan = Plan(**QUIET, lip_pulls=LipPulls(4.0, Side.RIGHT))
    pulls = named(drawn(plan), "functional_lip_pull")
    assert pulls
    for event in truth.events([truth.reach(pull, tissue) for pull in pulls], tissue):
        assert (event.kind, event.side) == ("expression", Side.RIGHT)
        assert "orbicularis_oculi" not in event.regions
        assert "platysma" in event.regions
        assert 2 < event.offset_s - event.onset_s < 17
        assert 0.039 < event.amplitude_iod < 0.111


def test_a_lopsided_face_speaks_and_smiles_unevenly_and_off_beat() -> None:
    habit = Lopsided(Side.LEFT, (0.4, 0.6), 0.06)
    actions = drawn(Plan(**QUIET, smiles_per_min=6.0, speech_per_min=6.0, lopsided=habit))
    uneven = [*named(actions, "smile"), *named(actions, "speech")]
    assert len(uneven) > 6
    for action in uneven:
        left, right = (
            next(drive for drive in action.drives if drive.part == "zygomaticus" and drive.side is side)
            for side in (Side.LEFT, Side.RIGHT)
        )
        assert 0.3 < left.gain / right.gain < 0.75
        assert 0 < abs(left.pulses[0].start_s - right.pulses[0].start_s) <= 0.06
    blink = next(action for action in actions if action.kind == "blink")
    assert gains(blink, Side.LEFT)[CLOSURE] == pytest.approx(gains(blink, Side.RIGHT)[CLOSURE], rel=0.12)


def test_the_truth_names_weakness_patterns_and_hands(portrait: Path, nets: dict[str, Path], tmp_path: Path) -> None:
    plan = Plan(**{**QUIET, "seconds": 8.0, "blinks_per_min": 60.0}, weakness=Weakness(Side.LEFT, 0.4))
    plan = replace(plan, synkinesis=Synkinesis(Side.LEFT), appearance=Appearance(hands_per_min=8.0))
    told = simulate.simulate_photo(portrait, tmp_path / "clip.mp4", plan=plan, video=Video(fps=6, size=(240, 280)))
    stored = told.to_json()
    jsonschema.validate(stored, schemas.load("facialis.truth/1"))
    assert stored["weakness"] == {"side": "left", "share": 0.4}
    assert {event.get("pattern") for event in stored["events"] if event["kind"] == "synkinesis"} == {"oculo_oral"}
    assert all(0 <= span["start_s"] < span["end_s"] <= 8 for span in stored["covered"])
    assert stored["covered"]


@pytest.mark.parametrize(
    "plan",
    [
        replace(simulate.only_spasms(), appearance=Appearance(beard=0.5)),
        replace(simulate.only_spasms(), weakness=Weakness(Side.LEFT, 0.5)),
    ],
)
def test_a_real_recording_keeps_its_person(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match=r"own looks and strength"):
        simulate.simulate_clip(tmp_path / "clip.mp4", tmp_path / "out.mp4", plan=plan)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Weakness(Side.BOTH, 0.5),
        lambda: Weakness(Side.LEFT, 1.2),
        lambda: Synkinesis(Side.NONE),
        lambda: LipPulls(side=Side.BOTH),
        lambda: Appearance(glasses=2.0),
        lambda: Appearance(hands_per_min=-1.0),
    ],
)
def test_cases_that_make_no_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"left|one side|between 0 and 1"):
        wrong()
