"""What a recording can carry is said before anything is said of the person."""

from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from facialis.emg.measure import measure
from facialis.emg.quality import judge
from facialis.emg.recording.memory import Memory
from facialis.emg.recording.model import Channel, Gap
from facialis.findings import Side
from facialis.schemas import load

OCULI = Channel("oculi", "orbicularis_oculi", Side.LEFT, 2000.0)


def judged(seconds, channel=OCULI, noise=3.0, gaps=(), change=None):
    samples = np.random.default_rng(0).normal(0, noise, int(seconds * channel.rate_hz))
    if change is not None:
        change(samples)
    recording = Memory({channel: samples}, gaps=gaps)
    return judge(measure(recording, pyramid=False), recording.source)


def test_a_minute_of_rest_is_good():
    quality = judged(61)
    assert (quality.verdict, quality.reasons) == ("good", ())
    [channel] = quality.channels
    assert channel.noise_uv == pytest.approx(3 * np.sqrt(430 / 1000), rel=0.1)
    assert (channel.clipped_fraction, channel.missing_fraction, channel.usable_fraction) == (0, 0, 1)


def test_mains_are_told_of_where_they_are():
    def hum(samples):
        samples += 10 * np.sin(2 * np.pi * 50.02 * np.arange(len(samples)) / OCULI.rate_hz)

    assert judged(30, change=hum).to_json()["channels"][0]["mains"] is True
    assert judged(30).to_json()["channels"][0]["mains"] is False


@pytest.mark.parametrize(
    ("channel", "seconds", "said"),
    [
        (replace(OCULI, use="other"), 20, "no channel is that of a muscle"),
        (replace(OCULI, rate_hz=199.0), 20, "at least 200"),
        (OCULI, 9.5, r"9\.5 s can be used, 10 s are needed"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_reason(channel, seconds, said):
    quality = judged(seconds, channel)
    assert quality.verdict == "refused"
    assert len(quality.reasons) == 1
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(quality.reasons[0])


def test_a_long_recording_of_nothing_is_refused():
    def flat(samples):
        samples[: -9 * 2000] = 0

    assert judged(200, change=flat).verdict == "refused"
    assert judged(200, change=lambda samples: samples.fill(np.nan)).verdict == "refused"
    assert judged(200, gaps=[Gap(4.0, 195.0)]).verdict == "refused"


def lose(samples):
    samples[: len(samples) * 2 // 3] = np.nan


@pytest.mark.parametrize(
    ("channel", "more", "said"),
    [
        (replace(OCULI, rate_hz=500.0), {}, "below 1000 samples a second: discharges are not assessable"),
        (
            replace(OCULI, rate_hz=1000.0),
            {},
            "below 2000 samples a second: fewer bursts show a discharge rate, and less exactly",
        ),
        (replace(OCULI, low_uv=-5.0, high_uv=5.0), {}, "clipped for more than 1 %"),
        (replace(OCULI, muscle=None), {}, "no muscle is named"),
        (OCULI, {"noise": 60.0}, "noise above 20 microvolts"),
        (OCULI, {"change": lose}, "for less than 50 % of the time"),
    ],
)
def test_what_limits_it_is_named_with_the_channel(channel, more, said):
    if channel.low_uv is not None:
        more = {"change": lambda samples: np.clip(samples, -5, 5, out=samples)}
    quality = judged(190, channel, **more)
    assert quality.verdict == "limited"
    assert any(said in reason and "oculi" in reason for reason in quality.reasons), quality.reasons


def test_less_than_a_minute_is_limited():
    assert judged(30).verdict == "limited"


def test_its_public_form_is_that_of_the_schema_and_unknown_numbers_are_null():
    schema = load("facialis.emg/1")
    part = {"$defs": schema["$defs"]} | schema["properties"]["quality"]
    for quality in (judged(61), judged(5, gaps=[]), judged(61, change=lambda samples: samples.fill(np.nan))):
        jsonschema.validate(quality.to_json(), part)
    assert quality.to_json()["channels"][0]["noise_uv"] is None
