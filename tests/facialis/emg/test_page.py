"""The page of a recording: what a reader sees of it without a script, and what is nearer with one."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest

from facialis.emg import conditioning
from facialis.emg.page import report, zoom
from facialis.emg.page.shown import Shown
from facialis.emg.pyramid import Pyramid
from facialis.emg.recording import Channel, open_recording
from facialis.emg.recording.memory import Memory
from facialis.emg.simulate import Simulated
from facialis.emg.study import Study
from facialis.findings import Side


@pytest.fixture(scope="module")
def page(spasms_file: Path, spasms_study: Study) -> str:
    """The page as it is written."""
    with open_recording(spasms_file) as opened:
        shown = Shown(opened, spasms_study.measured.pyramid)
        return report.compose(spasms_study.head(), spasms_study.bursts, spasms_study.source, shown, live=True)


def test_the_signal_itself_is_drawn_and_not_its_bursts_alone(page: str, spasms_study: Study) -> None:
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


def test_only_the_pages_own_script_can_run_and_it_can_ask_nothing(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy


def test_paper_has_no_script(spasms_file: Path, spasms_study: Study) -> None:
    with open_recording(spasms_file) as opened:
        page = report.compose(spasms_study.head(), spasms_study.bursts, spasms_study.source, Shown(opened))
    assert "<script" not in page
    assert 'id="zoom"' not in page


def test_the_zoom_carries_the_signal_and_every_burst(page: str, spasms: Simulated, spasms_study: Study) -> None:
    head = json.loads(re.findall(r'id="zoom-head">(.*?)</script>', page, re.DOTALL)[0])
    data = zlib.decompress(base64.b64decode(re.findall(r'id="zoom-data">(.*?)</script>', page, re.DOTALL)[0]))
    (part,) = head["parts"]
    count, channels = part["count"], len(head["channels"])
    numbers = np.frombuffer(data, np.int8)[: 2 * channels * count].reshape(channels, 2, count)
    assert (numbers != -128).all()

    root = numbers[0, 1] / 127.0
    high = np.sign(root) * root**2 * part["most"][0]
    banded = conditioning.banded(np.asarray(spasms.signals[0], np.float32), spasms.rate_hz)
    assert np.abs(high - banded).max() < 0.05 * part["most"][0]
    assert sum(head["bursts"]["bytes"]) == len(data) - 2 * channels * count
    ends = np.frombuffer(data, np.uint8)[2 * channels * count :] < 128
    assert ends.sum() == 2 * len(spasms_study.bursts)


def test_whole_numbers_of_any_size_are_packed() -> None:
    assert zoom.varints(np.array([0, 127, 128, 300, 2**34])) == bytes([0, 127, 128, 1, 172, 2, 128, 128, 128, 128, 64])


def test_days_are_no_larger_than_a_night() -> None:
    """72 hours of 8 muscles are carried at a second: the page stays below 8 MB."""
    hours = 72 * 3600.0
    pyramid = Pyramid.empty(hours, range(8)).close_up()
    memory = Memory({Channel(f"EMG{at}", None, Side.NONE, 2000.0): np.zeros(2000) for at in range(8)})
    part = zoom._whole(hours, [2000.0] * 8, Shown(memory, pyramid), 5e-4)
    assert (part.block_s, len(part.packed())) == (1.0, 2 * 8 * 72 * 3600)
    assert 4 * (zoom.WHOLE_BYTES + zoom.STRETCH_BYTES + zoom.BURST_BYTES) / 3 <= 8.2e6  # were nothing compressed
