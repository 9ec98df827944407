"""The truth of a simulated recording agrees with its signal."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from facialis.emg.simulate import CONFOUNDERS, KINDS, Burst, Confounder, Simulated, SimulationError, simulate
from facialis.findings import Side

_TWO = ("orbicularis_oculi", "orbicularis_oris")


def within(made: Simulated, burst: Burst) -> np.ndarray:
    begin, end = (int(np.ceil(at * made.rate_hz)) for at in (burst.onset_s, burst.offset_s))
    return made.signals[burst.channel, begin:end].astype(np.float64)


def test_the_same_seed_gives_the_same_signals() -> None:
    first, again, other = (simulate("hemifacial_spasm", seed, 5.0) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.signals, again.signals)
    assert first.truth == again.truth
    assert not np.array_equal(first.signals, other.signals)


@pytest.mark.parametrize("shape", ["triphasic", "biphasic", "noise"])
@pytest.mark.parametrize("snr_db", [0.0, 10.0])
def test_a_train_has_the_signal_to_noise_ratio_that_was_asked_for(shape: str, snr_db: float) -> None:
    made = simulate("train", 1, 60.0, snr_db=snr_db, shape=shape, noise_uv=20.0)
    bursts = made.truth.bursts
    assert [burst.snr_db for burst in bursts] == pytest.approx([snr_db] * len(bursts), abs=0.01)
    # Measured in the signal: the power within all bursts, less the noise's, over the noise's outside.
    inside = np.concatenate([within(made, burst) for burst in bursts])
    apart = np.ones(made.signals.shape[1], bool)
    for burst in bursts:
        apart[int((burst.onset_s - 0.01) * made.rate_hz) : int((burst.offset_s + 0.01) * made.rate_hz)] = False
    noise = np.mean(made.signals[0, apart].astype(np.float64) ** 2)
    assert 10 * np.log10((np.mean(inside**2) - noise) / noise) == pytest.approx(snr_db, abs=0.3)


def test_nothing_of_a_burst_lies_outside_of_it_and_it_begins_at_once() -> None:
    made = simulate("train", 2, 60.0, snr_db=60.0, noise_uv=0.5)
    row = np.abs(made.signals[0])
    apart = np.ones(len(row), bool)
    for burst in made.truth.bursts:
        begin, end = round(burst.onset_s * made.rate_hz), round(burst.offset_s * made.rate_hz)
        apart[begin - 2 : end + 3] = False
        # Within 2 ms of either end there is more than the noise: the truth is neither early nor late.
        assert row[begin : begin + 8].max() > 5.0
        assert row[end - 8 : end].max() > 5.0
    # What is left out on purpose is a potential's edge below 2 % of its peak.
    assert row[apart].max() < 0.03 * row.max()


def test_bursts_of_a_train_are_far_enough_apart_to_tell() -> None:
    made = simulate("train", 5, 120.0, bursts_per_min=40.0)
    bursts = made.truth.of(0)
    assert len(bursts) == 80
    assert min(after.onset_s - before.offset_s for before, after in pairwise(bursts)) >= 0.06


@pytest.mark.parametrize("hertz", [150.0, 250.0, 350.0])
def test_one_unit_fires_as_often_as_was_asked_for(hertz: float) -> None:
    made = simulate("train", 7, 60.0, discharge_hz=hertz, jitter=0.1, units=1, burst_s=(0.2, 1.0))
    intervals = np.concatenate([np.diff(burst.spikes) for burst in made.truth.bursts])
    assert 1 / intervals.mean() == pytest.approx(hertz, rel=0.02)
    assert intervals.std() / intervals.mean() == pytest.approx(0.1, abs=0.02)
    for burst in made.truth.bursts:
        assert burst.discharge_hz == pytest.approx(1 / np.diff(burst.spikes).mean())


def test_muscles_of_a_spasm_lag_as_the_truth_says() -> None:
    made = simulate("hemifacial_spasm", 11, 120.0, snr_db=30.0, side=Side.RIGHT)
    eye, lips = (
        next(place for place, one in enumerate(made.channels) if (one.muscle, one.side) == (muscle, Side.RIGHT))
        for muscle in ("orbicularis_oculi", "orbicularis_oris")
    )
    lag = made.truth.lags[eye, lips]
    assert 0.001 < lag < 0.006
    first = {burst.group: burst.onset_s for burst in made.truth.of(lips) if burst.kind == "spasm"}
    seen = []
    for burst in made.truth.of(eye):
        if burst.kind == "spasm" and burst.group in first:
            # Where the envelope of the signal itself rises out of the noise.
            rises = [
                at + np.argmax(np.abs(made.signals[place, round(at * 4000) : round(at * 4000) + 200]) > 15) / 4000
                for place, at in ((eye, burst.onset_s), (lips, first[burst.group]))
            ]
            seen.append(rises[1] - rises[0])
    assert float(np.median(seen)) == pytest.approx(lag, abs=0.001)


def test_spasms_are_of_one_side_and_blinks_of_both() -> None:
    made = simulate("hemifacial_spasm", 12, 60.0, 1000.0, side=Side.LEFT)
    sides = {
        kind: {made.channels[b.channel].side for b in made.truth.bursts if b.kind == kind}
        for kind in ("spasm", "blink")
    }
    assert sides == {"spasm": {Side.LEFT}, "blink": {Side.LEFT, Side.RIGHT}}


def test_synkinesis_follows_the_act_by_10_to_40_ms_and_is_slow() -> None:
    made = simulate("synkinesis", 13, 120.0, 1000.0)
    leaders: dict[int, float] = {}
    for burst in made.truth.bursts:
        if burst.kind in ("voluntary", "blink") and made.channels[burst.channel].side is Side.LEFT:
            leaders[burst.group] = min(leaders.get(burst.group, np.inf), burst.onset_s)
    dragged = [burst for burst in made.truth.bursts if burst.kind == "synkinesis" and burst.group in leaders]
    late = [burst.onset_s - leaders[burst.group] for burst in dragged]
    assert len(late) > 20
    assert 0.01 <= np.median(late) <= 0.045
    assert max(burst.discharge_hz or 0.0 for burst in dragged) < 60


def test_blepharospasm_closes_both_eyes_at_once_and_long() -> None:
    made = simulate("blepharospasm", 14, 120.0, 1000.0)
    assert abs(made.truth.lags[0, 1]) < 0.01
    lengths = [burst.offset_s - burst.onset_s for burst in made.truth.bursts if burst.kind == "blepharospasm"]
    assert lengths
    assert all(0.3 < length < 6.0 for length in lengths)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_tells_a_sound_truth(kind: str) -> None:
    made = simulate(kind, 21, 20.0, 2000.0)
    assert made.signals.shape == (len(made.channels), 40_000)
    assert made.signals.dtype == np.float32
    told = json.loads(json.dumps(made.truth.to_json(), allow_nan=False))
    assert told["schema"] == "facialis.emg_truth/1"
    assert bool(told["bursts"]) == (kind != "rest")
    for place in range(len(made.channels)):
        row = made.truth.of(place)
        assert all(0 < burst.onset_s < burst.offset_s < 20.0 for burst in row)
        assert all(after.onset_s - before.offset_s >= 0.03 for before, after in pairwise(row))
        assert all(burst.spikes == tuple(sorted(burst.spikes)) for burst in row)


@pytest.mark.parametrize("name", CONFOUNDERS)
def test_a_confounder_changes_the_signal_where_the_truth_says(name: str) -> None:
    plain, disturbed = simulate("rest", 22, 20.0, 2000.0), simulate("rest", 22, 20.0, 2000.0, confounders=(name,))
    if name == "cross_talk":
        plain, disturbed = (
            simulate("blinks_only", 22, 20.0, 2000.0, muscles=_TWO, confounders=c) for c in ((), (name,))
        )
    if name in ("tasks", "sleep"):
        assert disturbed.annotations
        return
    differs = (np.abs(np.nan_to_num(disturbed.signals, nan=1e6) - plain.signals) > 1.0).any(axis=0)
    touched = np.zeros(len(differs), bool)
    for one in disturbed.truth.disturbances:
        assert one.name == name
        # A pop fades, a heart beat has a T wave, the noise changes over a second.
        after = {"pops": 4.0, "ecg": 0.45, "noise_level": 1.5}.get(name, 0.01)
        before = 1.5 if name == "noise_level" else 0.01
        touched[max(int((one.start_s - before) * 2000), 0) : int((one.end_s + after) * 2000)] = True
    assert differs.any()
    assert not (differs & ~touched).any()


def test_what_disturbs_leaves_the_activity_as_it_was() -> None:
    plain = simulate("hemifacial_spasm", 23, 20.0)
    disturbed = simulate(
        "hemifacial_spasm", 23, 20.0, confounders=("mains60", "ecg", "pops", Confounder("pink", {"rms_uv": 2.0}))
    )
    assert plain.truth.bursts == disturbed.truth.bursts


def test_bursts_in_a_gap_or_under_a_lost_electrode_are_no_truth() -> None:
    made = simulate("hemifacial_spasm", 24, 60.0, confounders=("gaps", "electrode_off"))
    for one in made.truth.disturbances:
        for burst in made.truth.bursts:
            if not one.channels or burst.channel in one.channels:
                assert burst.offset_s <= one.start_s or burst.onset_s >= one.end_s


def test_a_sleeper_has_fewer_spasms_and_no_blinks() -> None:
    made = simulate("hemifacial_spasm", 25, 120.0, 1000.0, confounders=("sleep",))
    asleep = [burst for burst in made.truth.bursts if burst.onset_s >= 60.0]
    awake = [burst for burst in made.truth.bursts if burst.onset_s < 60.0]
    assert 0 < len(asleep) < 0.6 * len(awake)
    assert "blink" not in {burst.kind for burst in asleep}


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("nonsense", {}, "no kind"),
        ("train", {"shape": "square"}, "no shape"),
        ("train", {"noise_uv": 0.0}, "some noise"),
        ("train", {"muscles": ("biceps",)}, "no muscle"),
        ("train", {"confounders": ("rain",)}, "no confounder"),
        ("train", {"bursts_per_minute": 3}, "bursts_per_minute"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(kind: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(SimulationError, match=said):
        simulate(kind, 0, 5.0, **given)  # type: ignore[arg-type]


def test_sleep_is_annotated_as_polysomnography_writes_it() -> None:
    made = simulate("hemifacial_spasm", 25, 120.0, 1000.0, confounders=("sleep",))
    stages = [(one.onset_s, one.duration_s, one.text) for one in made.annotations]
    assert stages == [(0.0, 60.0, "Sleep stage W"), (60.0, 60.0, "Sleep stage N2")]
