"""The page of a recording: what a reader sees of it without a script, and what is nearer with one."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from facialis.emg.page import report
from facialis.emg.page.shown import Shown
from facialis.emg.recording import Channel, open_recording
from facialis.emg.recording.memory import Memory
from facialis.emg.simulate import Simulated
from facialis.emg.study import Study
from facialis.findings import Side


def test_the_signal_itself_is_drawn_and_not_its_bursts_alone(spasms_file: Path, spasms_study: Study) -> None:
    with open_recording(spasms_file) as opened:
        page = report.compose(
            spasms_study.head(), spasms_study.bursts, spasms_study.source, Shown(opened, spasms_study.measured.pyramid)
        )
    drawn = re.findall(r'class="signal (?:left|right)" d="([^"]*)"', page)
    assert len(drawn) == 3 * len(spasms_study.source.channels)
    assert min(len(path) for path in drawn) > 1000


def test_the_trace_is_what_was_recorded(spasms: Simulated, spasms_file: Path) -> None:
    """The highest burst of two seconds stands where the simulator has put it."""
    with open_recording(spasms_file) as opened:
        trace = Shown(opened)(10.0, 12.0, 400)[0]
    samples = spasms.signals[0, round(10.0 * spasms.rate_hz) : round(12.0 * spasms.rate_hz)]
    assert abs(trace.time_s[np.nanargmax(trace.high)] - (10.0 + np.argmax(samples) / spasms.rate_hz)) < 0.02


def test_the_mains_do_not_hide_what_is_shown() -> None:
    """Of mains of 50 microvolts hardly anything is left in the quiet of a healthy muscle."""
    rate = 2000.0
    time = np.arange(round(40 * rate)) / rate
    noise = np.random.default_rng(1).normal(0, 2, len(time))
    samples = (noise + 50 * np.sin(2 * np.pi * 50.03 * time)).astype(np.float32)
    quiet = Memory({Channel("L orb oculi", "orbicularis_oculi", Side.LEFT, rate): samples})
    trace = Shown(quiet)(18.0, 20.0, 400)[0]
    assert np.nanmax(np.abs(trace.high)) < 15
