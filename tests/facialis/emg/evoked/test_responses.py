"""Which response is called what, when it begins, and what is never called a lateral spread response."""

import numpy as np
import pytest

from facialis.emg.evoked import Stimulated, Sweeps, artefact, blink, lateral
from facialis.emg.simulate.sweeps import sweeps
from facialis.findings import Side, State
from tests.facialis.emg.evoked.conftest import blocks


def judged(made, kind="lateral-spread"):
    look, late = (lateral.responses, 60.0) if kind == "lateral-spread" else (blink.responses, 110.0)
    return look([artefact.without(block, late) for block in blocks(made)], np.random.default_rng(0))


def of(responses, name, muscle):
    return next(one for one in responses if one.name == name and one.block.muscle == muscle)


def truth(made, name, muscle):
    place = next(place for place, one in enumerate(made.channels) if one.muscle == muscle)
    return made.truth.of(place, name)[0]


@pytest.fixture(scope="module")
def spread_responses(spread):
    return judged(spread)


def test_a_lateral_spread_response_is_found_in_the_muscle_that_was_not_stimulated(spread, spread_responses):
    for muscle in ("orbicularis_oris", "mentalis"):
        found = of(spread_responses, "LSR", muscle)
        assert found.present
        assert found.latency_ms.value == pytest.approx(truth(spread, "LSR", muscle).median("latency_ms"), abs=0.3)
        assert found.persistence > 0.9
        assert found.probability > 0.95


def test_the_stimulated_muscle_has_a_direct_response_and_never_a_lateral_spread_response(spread, spread_responses):
    names = {one.name for one in spread_responses if one.block.muscle == "orbicularis_oculi"}
    assert names == {"M", "F"}
    direct = of(spread_responses, "M", "orbicularis_oculi")
    assert direct.latency_ms.value == pytest.approx(
        truth(spread, "M", "orbicularis_oculi").median("latency_ms"), abs=0.2
    )
    assert not direct.volume_conducted


def test_what_is_seen_from_afar_is_named_so(spread_responses):
    assert of(spread_responses, "M", "orbicularis_oris").volume_conducted


def test_a_small_conducted_response_is_named_beside_a_larger_spread_in_a_single_channel():
    """Both lie in one window of 7 ms: the larger one, which begins too late, must not hide the earlier one."""
    time = np.arange(-20.0, 80.0, 0.1)
    rng = np.random.default_rng(0)
    both = 12 * np.exp(-0.5 * ((time - 4.8) / 0.4) ** 2) + 60 * np.exp(-0.5 * ((time - 10.0) / 0.5) ** 2)
    uv = both + rng.normal(0, 5, (20, len(time)))
    block = Sweeps("L mentalis", "mentalis", Side.LEFT, Stimulated.of("zygomatic_left"), time, uv)
    found = lateral.responses([artefact.without(block, 60.0)], np.random.default_rng(0))
    assert [(one.name, one.present, one.volume_conducted) for one in found] == [("M", True, True), ("LSR", True, False)]


def test_an_f_wave_is_what_varies_and_is_not_called_where_nothing_does(spread_responses):
    assert of(spread_responses, "F", "orbicularis_oculi").present
    without = judged(sweeps("lateral_spread", 1003, n=12, rate_hz=10_000.0, f_wave=0.0, present=False))
    assert of(without, "F", "orbicularis_oculi").state is State.ABSENT


def test_without_a_response_none_is_called_and_what_would_have_been_seen_is_said():
    for seed in range(1010, 1012):
        made = sweeps("lateral_spread", seed, n=15, rate_hz=10_000.0, present=False)
        for one in judged(made):
            if one.name == "LSR":
                assert one.state is State.ABSENT
                assert "µV on it would" in one.because[0]


def test_a_response_in_fewer_than_half_of_the_sweeps_is_not_called_present():
    made = sweeps("lateral_spread", 1005, n=20, rate_hz=10_000.0, lsr_uv=60.0, persistence=0.3, volume=0.0)
    found = of(judged(made), "LSR", "orbicularis_oris")
    assert found.state is State.ABSENT
    assert found.persistence == pytest.approx(0.3, abs=0.1)
    assert "only" in found.because[0]


def test_seven_sweeps_say_nothing():
    made = sweeps("lateral_spread", 1006, n=7, rate_hz=10_000.0, lsr_uv=60.0)
    found = of(judged(made), "LSR", "orbicularis_oris")
    assert found.state is State.NOT_ASSESSABLE
    assert "8 are needed" in found.because[0]
    assert found.probability is None


def test_an_amplifier_that_recovers_too_late_is_said_with_the_time():
    made = sweeps("lateral_spread", 1007, n=10, rate_hz=10_000.0)
    block = next(one for one in blocks(made) if one.muscle == "orbicularis_oris")
    stuck = block.uv.copy()
    stuck[:, (block.time_ms > 0) & (block.time_ms < 9)] = 3200.0
    clean = artefact.without(Sweeps("a", block.muscle, block.side, block.stimulated, block.time_ms, stuck), 60.0)
    assert clean.from_ms == pytest.approx(9.4, abs=0.3)
    assert any("not assessable until" in note for note in clean.notes)
    found = of(lateral.responses([clean], np.random.default_rng(0)), "LSR", "orbicularis_oris")
    assert found.state is State.NOT_ASSESSABLE


def test_a_polarity_that_changes_from_sweep_to_sweep_is_noticed_and_does_no_harm():
    made = sweeps("lateral_spread", 1008, n=12, rate_hz=10_000.0, lsr_uv=40.0, volume=0.0, artefact_mv=(0, 0))
    block = next(one for one in blocks(made) if one.muscle == "orbicularis_oris")
    sign = np.where(np.arange(12) % 2, 1.0, -1.0)[:, None]
    after = np.clip(block.time_ms, 0, None)
    tail = np.where(block.time_ms >= 0, 2000 * np.exp(-after / 0.5) + 60 * np.exp(-after / 5), 0)
    clean = artefact.without(
        Sweeps("a", block.muscle, block.side, block.stimulated, block.time_ms, block.uv + sign * tail), 60.0
    )
    assert clean.alternates
    assert of(lateral.responses([clean], np.random.default_rng(0)), "LSR", "orbicularis_oris").present


def test_a_muscle_that_the_branch_moves_in_some_people_is_not_judged(spread):
    block = blocks(spread)[1]
    odd = Sweeps("a", "nasalis", Side.LEFT, block.stimulated, block.time_ms, block.uv)
    found = lateral.responses([artefact.without(odd, 60.0)], np.random.default_rng(0))
    assert [one.state for one in found] == [State.NOT_ASSESSABLE]


def test_the_blink_reflex_is_named_by_side_and_placed():
    made = sweeps("blink", 1020, n=8, rate_hz=10_000.0)
    found = judged(made, "blink")
    for one in found:
        place = next(place for place, channel in enumerate(made.channels) if channel.name == one.block.channel)
        true = made.truth.of(place, one.name)
        assert one.present == bool(true)
        if true:
            limit = 0.3 if one.name == "R1" else 2.0
            assert one.latency_ms.value == pytest.approx(true[0].median("latency_ms"), abs=limit)


def test_a_healthy_lower_face_stays_quiet():
    made = sweeps("blink", 1021, n=8, rate_hz=10_000.0, affected=Side.NONE)
    lips = [one for one in judged(made, "blink") if one.block.muscle == "orbicularis_oris"]
    assert {one.state for one in lips} == {State.ABSENT}


def test_a_small_copy_of_the_eyes_r1_may_be_conducted_and_is_not_called_spread():
    made = sweeps(
        "blink", 1022, n=10, rate_hz=10_000.0, affected=Side.NONE, artefact_mv=(0, 0), stimulated="supraorbital_left"
    )
    eye, lips = (
        next(b for b in blocks(made) if b.muscle == m and b.side is Side.LEFT)
        for m in ("orbicularis_oculi", "orbicularis_oris")
    )
    copy = Sweeps(lips.channel, lips.muscle, lips.side, lips.stimulated, lips.time_ms, lips.uv * 0.1 + 0.1 * eye.uv)
    found = blink.responses([artefact.without(one, 110.0) for one in (eye, copy)], np.random.default_rng(0))
    assert of(found, "R1", "orbicularis_oris").state is State.NOT_ASSESSABLE


def test_real_artefacts_of_one_patient_hold_no_response(shared_data):
    from scipy.io import loadmat

    rows = loadmat(shared_data / "emg/stim_artifact/EMG_artifacts_templib.mat")["EMG_save"].ravel()
    own = [
        row["data"].ravel() for row in rows if str(row["ID"][0]) == "ephys036" and "nasalis" in str(row["muscle"][0])
    ]
    uv = np.array(own, dtype=float)
    time = np.arange(uv.shape[1]) / 22.0
    block = Sweeps("real", "orbicularis_oris", Side.RIGHT, Stimulated.of("zygomatic_right"), time, uv)
    clean = artefact.without(block, 60.0)
    late, early = clean.uv[:, time > 60], clean.uv[:, (time > 6) & (time < 16)]
    assert early.std() < 2 * late.std()
    found = lateral.responses([clean], np.random.default_rng(0))
    assert not any(one.present for one in found if one.name == "LSR")


def intervals_of(volume):
    """Return latency's interval and truth of responses that begin at 8 ms, where a conducted one of 4 ms may end."""
    found = []
    for seed in range(2000, 2003):
        made = sweeps(
            "lateral_spread", seed, n=12, rate_hz=10_000.0, latency_ms=8.0, lsr_to_noise=3.0, volume=volume, late=0.0
        )
        responses = judged(made)
        for muscle in ("orbicularis_oris", "mentalis"):
            one = of(responses, "LSR", muscle)
            if one.present:
                found.append((one.latency_ms, truth(made, "LSR", muscle).median("latency_ms")))
    return found


def test_where_a_conducted_response_may_hide_the_onset_the_interval_is_wide_and_holds_it():
    clear, hidden = intervals_of(volume=0.0), intervals_of(volume=1.0)
    for found in (clear, hidden):
        assert len(found) >= 4
        assert sum(told.low <= true <= told.high for told, true in found) >= len(found) - 1
    assert min(told.high - told.low for told, _ in clear) < 0.5
    assert max(told.high - told.low for told, _ in hidden) > 2.0
