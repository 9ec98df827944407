"""Simulated recordings as files, read back by readers of other hands."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import edfio
import numpy as np
import pytest

from facialis.emg.simulate import (
    SimAnnotation,
    continuous,
    simulate,
    sweeps,
    write_csv,
    write_edf,
    write_long,
    write_montage,
    write_truth,
)


def test_an_edf_holds_the_signals_and_the_annotations(tmp_path: Path) -> None:
    notes = (SimAnnotation(1.25, 0.0, "stim"), SimAnnotation(3.5, 2.0, "close eyes"))
    made = replace(simulate("hemifacial_spasm", 1, 8.0), annotations=notes)
    edf = edfio.read_edf(write_edf(tmp_path / "a.edf", made))
    assert edf.reserved == "EDF+C"
    assert edf.labels == tuple(channel.name for channel in made.channels)
    np.testing.assert_allclose(np.stack([signal.data for signal in edf.signals]), made.signals, atol=1e-3)
    assert [(note.onset, note.duration, note.text) for note in edf.annotations] == [
        (1.25, None, "stim"),
        (3.5, 2.0, "close eyes"),
    ]


def test_large_artefacts_fit_into_the_file(tmp_path: Path) -> None:
    made = continuous(sweeps("lateral_spread", 2, 4, artefact_mv=(8.0, 9.0)), every_s=0.3)
    edf = edfio.read_edf(write_edf(tmp_path / "a.edf", made))
    size = made.signals.shape[1]
    read = np.stack([signal.data[:size] for signal in edf.signals])
    np.testing.assert_allclose(read, made.signals, atol=0.3)


def test_a_recording_with_gaps_is_written_as_discontinuous(tmp_path: Path) -> None:
    made = simulate("voluntary", 3, 30.0, confounders=("gaps",))
    path = write_edf(tmp_path / "d.edf", made)
    raw = path.read_bytes()
    assert raw[192:197] == b"EDF+D"
    count, width = int(raw[252:256]), 2 * 400 * len(made.channels)
    body = raw[256 * (count + 1) :]
    records = int(raw[236:244])
    for record in np.array_split(np.frombuffer(body, np.uint8), records):
        begin = float(bytes(record[width:]).split(b"\x14")[0])
        samples = record[:width].view("<i2").reshape(len(made.channels), 400)
        place = round(begin * made.rate_hz)
        np.testing.assert_allclose(samples * 0.1, made.signals[:, place : place + 400], atol=0.01)
    # All but what is over at the end of a stretch is there.
    assert records * 400 >= np.isfinite(made.signals[0]).sum() - 400 * (len(made.truth.disturbances) + 1)


def test_a_table_of_a_recording_has_a_row_a_sample(tmp_path: Path) -> None:
    made = simulate("train", 4, 3.0, rate_hz=2000.0)
    lines = write_csv(tmp_path / "a.csv", made).read_text().splitlines()
    assert lines[:3] == ["# unit: uV", "# rate_hz: 2000", f"time_s,{made.channels[0].name}"]
    rows = np.loadtxt(lines[3:], delimiter=",")
    np.testing.assert_allclose(rows[:, 1], made.signals[0], atol=0.006)
    np.testing.assert_allclose(rows[:, 0], np.arange(6000) / 2000, atol=1e-6)


def test_a_table_of_sweeps_has_a_block_a_channel(tmp_path: Path) -> None:
    made = sweeps("lateral_spread", 5, 4)
    blocks = write_csv(tmp_path / "s.csv", made).read_text().split("# channel: ")[1:]
    assert [block.splitlines()[0] for block in blocks] == [channel.name for channel in made.channels]
    for block, signals in zip(blocks, made.signals, strict=True):
        lines = block.splitlines()
        assert {"# unit: uV", "# stimulated: zygomatic_left"} <= set(lines)
        start = lines.index("time_ms,sweep_1,sweep_2,sweep_3,sweep_4")
        rows = np.loadtxt(lines[start + 1 :], delimiter=",")
        np.testing.assert_allclose(rows[:, 1:].T, signals, atol=0.006)
        np.testing.assert_allclose(rows[:, 0], made.time_ms, atol=1e-4)


def test_truth_and_montage_lie_beside_the_recording(tmp_path: Path) -> None:
    made = continuous(sweeps("blink", 6, 3), every_s=0.3, marks="trigger")
    truth, montage = (write(tmp_path / "b.edf", made) for write in (write_truth, write_montage))
    assert (truth.name, montage.name) == ("b.truth.json", "b.montage.json")
    assert len(json.loads(truth.read_text())["settings"]["stimuli_s"]) == 3
    named = json.loads(montage.read_text())["channels"]
    assert {channel["muscle"] for channel in named} == {"orbicularis_oculi", "orbicularis_oris"}


def test_hours_are_streamed_and_their_bursts_are_where_the_truth_says(tmp_path: Path) -> None:
    path = tmp_path / "long.edf"
    truth = write_long(path, 600.0, 2, 500.0, seed=7, snr_db=25.0)
    edf = edfio.read_edf(path)
    assert edf.duration == 600
    rows = np.stack([signal.data for signal in edf.signals])
    quiet = 3 * np.median(np.abs(rows), axis=1)
    late = [burst for burst in truth.bursts() if burst.onset_s > 400][:50]
    for burst in late:
        begin, end = round(burst.onset_s * 500), round(burst.offset_s * 500)
        assert np.abs(rows[burst.channel, begin:end]).max() > quiet[burst.channel]
    assert not any(truth.asleep)
    onsets = [burst.onset_s for burst in islice(truth.bursts(), 500)]
    assert onsets == sorted(onsets)


@pytest.mark.slow
def test_a_night_has_fewer_spasms_than_the_evening(tmp_path: Path) -> None:
    truth = write_long(tmp_path / "night.edf", 16 * 3600.0, 2, 500.0, seed=8)
    counts = dict.fromkeys((False, True), 0)
    for minute, tile in enumerate(truth.order):
        counts[truth.asleep[minute]] += len(truth.tiles[tile])
    share = {asleep: counts[asleep] / sum(one is asleep for one in truth.asleep) for asleep in counts}
    assert share[True] < 0.5 * share[False]
