"""The truth of simulated sweeps agrees with their signals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from facialis.emg.simulate import SimulationError, Sweeps, continuous, sweeps
from facialis.findings import Side


def named(made: Sweeps, name: str) -> list[int]:
    return [response.channel for response in made.truth.responses if response.name == name]


def test_the_same_seed_gives_the_same_sweeps() -> None:
    first, again = sweeps("blink", 1), sweeps("blink", 1)
    np.testing.assert_array_equal(first.signals, again.signals)
    assert first.truth == again.truth


def test_lateral_spread_is_only_in_muscles_that_were_not_stimulated_on_the_affected_side() -> None:
    for seed in range(6):
        made = sweeps("lateral_spread", seed, 4, 5000.0, stimulated="marginal_mandibular_right", affected=Side.RIGHT)
        assert {made.channels[place].muscle for place in named(made, "LSR")} == {"orbicularis_oculi"}
        assert {made.channels[place].muscle for place in named(made, "M")} == {"orbicularis_oris", "mentalis"}
        assert not named(sweeps("lateral_spread", seed, 4, 5000.0, affected=Side.NONE), "LSR")


def test_a_response_begins_at_its_latency_and_has_its_size() -> None:
    made = sweeps("lateral_spread", 2, noise_uv=0.001, artefact_mv=(0, 0), volume=0.0, f_wave=0.0, late=0.0)
    for response in made.truth.responses:
        for sweep in range(made.signals.shape[1]):
            row = made.signals[response.channel, sweep]
            latency, amplitude, peak = (
                values[sweep] for values in (response.latency_ms, response.amplitude_uv, response.peak_uv)
            )
            assert latency is not None
            assert np.ptp(row) == pytest.approx(amplitude, rel=0.02)
            assert np.abs(row).max() == pytest.approx(peak, rel=0.02)
            assert made.time_ms[np.argmax(np.abs(row) >= 0.05 * np.abs(row).max())] == pytest.approx(latency, abs=0.06)


def test_lateral_spread_is_as_large_against_the_noise_as_was_asked_for() -> None:
    made = sweeps("lateral_spread", 3, 200, lsr_to_noise=2.0, noise_uv=8.0)
    (first, *_) = (response for response in made.truth.responses if response.name == "LSR")
    assert first.median("peak_uv") == pytest.approx(16.0, rel=0.05)
    assert made.signals[first.channel][:, made.time_ms < -1].std() == pytest.approx(8.0, rel=0.1)


def test_persistence_and_jitter_are_those_asked_for() -> None:
    made = sweeps("lateral_spread", 4, 40, persistence=0.6, latency_ms=9.0, jitter_ms=0.1)
    for response in (one for one in made.truth.responses if one.name == "LSR"):
        assert sum(response.present) == 24
        latencies = [latency for latency in response.latency_ms if latency is not None]
        assert np.mean(latencies) == pytest.approx(9.0, abs=0.08)
        assert max(abs(latency - 9.0) for latency in latencies) <= 0.3


def test_confounding_responses_come_when_they_do_in_people() -> None:
    late = {"M": (2.8, 4.8), "volume": (2.9, 5.0), "F": (7.8, 10.2), "late": (25.0, 60.0), "LSR": (7.2, 14.1)}
    seen = set()
    for seed in range(30):
        for response in sweeps("lateral_spread", seed, 6, 5000.0).truth.responses:
            low, high = late[response.name]
            seen.add(response.name)
            assert all(low <= latency <= high for latency in response.latency_ms if latency is not None)
    assert seen == set(late)


@pytest.mark.parametrize(
    ("stimulated", "affected", "lips"),
    [
        ("supraorbital_left", Side.LEFT, {("R1", Side.LEFT), ("R2i", Side.LEFT)}),
        ("supraorbital_left", Side.RIGHT, {("R2c", Side.RIGHT)}),
        ("supraorbital_right", Side.NONE, set()),
    ],
)
def test_the_blink_reflex_spreads_to_the_lips_of_the_affected_side_only(
    stimulated: str, affected: Side, lips: set[tuple[str, Side]]
) -> None:
    made = sweeps("blink", 6, stimulated=stimulated, affected=affected)
    side = Side(stimulated.split("_")[1])
    found = {
        (made.channels[one.channel].muscle, one.name, made.channels[one.channel].side) for one in made.truth.responses
    }
    assert {(name, where) for muscle, name, where in found if muscle == "orbicularis_oris"} == lips
    assert {(name, where) for muscle, name, where in found if muscle == "orbicularis_oculi"} == {
        ("R1", side),
        ("R2i", side),
        ("R2c", side.other),
    }


def test_r2_fades_from_sweep_to_sweep() -> None:
    made = sweeps("blink", 7, 30, habituation=0.06)
    (second,) = (one for one in made.truth.responses if one.name == "R2i" and one.channel == 0)
    sizes = np.array([size or 0.0 for size in second.peak_uv])
    assert sizes[-10:].mean() < 0.6 * sizes[:10].mean()


@pytest.mark.parametrize("marks", ["stim", "trigger", "none"])
def test_laid_out_as_one_recording_every_stimulus_is_where_the_truth_says(marks: str) -> None:
    of = sweeps("lateral_spread", 8, 6)
    made = continuous(of, every_s=0.4, marks=marks)
    stimuli = made.truth.settings["stimuli_s"]
    assert len(stimuli) == 6
    assert [note.onset_s for note in made.annotations] == (stimuli if marks == "stim" else [])
    assert (made.channels[-1].name == "Trigger") == (marks == "trigger")
    for at in stimuli:
        place = round(at * made.rate_hz)
        here = np.abs(made.signals[0, place - 200 : place + 20])
        assert 200 < np.argmax(here > 0.5 * here.max()) <= 220
        if marks == "trigger":
            assert made.signals[-1, place - 1] == 0 < made.signals[-1, place]


def test_the_truth_is_json_without_nan() -> None:
    told = json.loads(json.dumps(sweeps("blink", 9, spread_persistence=0.5).truth.to_json(), allow_nan=False))
    assert told["schema"] == "facialis.emg_sweeps_truth/1"
    assert None in next(one for one in told["responses"] if one["persistence"] < 1)["latency_ms"]


@pytest.mark.parametrize(
    ("kind", "given"), [("nerve", {}), ("blink", {"stimulated": "zygomatic_left"}), ("blink", {"lsr": 1})]
)
def test_what_cannot_be_made_is_said(kind: str, given: dict[str, object]) -> None:
    with pytest.raises(SimulationError):
        sweeps(kind, 0, **given)  # type: ignore[arg-type]
