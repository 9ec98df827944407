"""From simulated signals to findings: what is found in noise says the same as the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from facialis.emg.bursts import Bursts
from facialis.emg.bursts.chunk import examine_chunk
from facialis.emg.recording import Channel, Span
from facialis.emg.simulate import Simulated, simulate
from facialis.emg.synchrony import findings, moments, pattern, synchrony
from facialis.findings import Side, State

SECONDS = 60.0
SPANS = (Span(0.0, SECONDS),)


def recorded(kind: str, **plan: Any) -> tuple[Simulated, tuple[Channel, ...], Bursts]:
    made = simulate(kind, 7, SECONDS, 2000.0, snr_db=10.0, **plan)
    channels = tuple(Channel(one.name, one.muscle, one.side, made.rate_hz) for one in made.channels)
    found = [
        examine_chunk(made.signals[place], made.rate_hz, 0.0, SPANS[0], channel, None, number=place).bursts
        for place, channel in enumerate(channels)
    ]
    return made, channels, Bursts.joined(found)


def test_spasms_found_in_noise_are_one_sided_and_together_with_their_lag() -> None:
    made, channels, bursts = recorded("hemifacial_spasm", side=Side.RIGHT)
    seen = {one.code: one for one in findings(moments(bursts, channels), SPANS, np.random.default_rng(0))}

    assert seen["strictly_unilateral"].state is State.PRESENT
    assert seen["strictly_unilateral"].side is Side.RIGHT
    assert seen["upper_lower_synchronous"].state is State.PRESENT
    pairs = [one for one in synchrony(bursts, channels, SPANS, np.random.default_rng(0)) if one.above_chance]
    same = [one for one in pairs if channels[one.first].side is channels[one.second].side is Side.RIGHT]
    assert len(same) == 3
    for one in same:
        spasms = [{b.group: b.onset_s for b in made.truth.of(c) if b.kind == "spasm"} for c in (one.first, one.second)]
        true = np.median(
            [1000 * (spasms[1][group] - spasms[0][group]) for group in spasms[0].keys() & spasms[1].keys()]
        )
        assert one.lag_ms is not None
        assert one.lag_ms.value == pytest.approx(true, abs=1.5)


@pytest.mark.parametrize(
    ("kind", "like"),
    [
        ("hemifacial_spasm", "hemifacial_spasm"),
        ("blepharospasm", "bilateral"),
        ("synkinesis", "synkinesis"),
    ],
)
def test_the_pattern_is_told_from_what_is_found_in_noise(kind: str, like: str) -> None:
    _, channels, bursts = recorded(kind)
    probability = pattern(moments(bursts, channels)).probability

    assert probability is not None
    assert max(probability, key=lambda one: probability[one]) == like
