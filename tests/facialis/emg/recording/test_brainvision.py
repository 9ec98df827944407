"""BrainVision: three files that are one recording."""

from __future__ import annotations

import numpy as np
import pybv
import pytest

from facialis.emg.recording import Gap, RecordingError, open_recording
from tests.facialis.emg.recording.made import brainvision

RNG = np.random.default_rng(0)
SAMPLES = RNG.integers(-30000, 30000, (4000, 2))


def pieces(recording):
    return np.array([p.samples for p in recording.window(0, recording.source.duration_s)])


@pytest.mark.parametrize("fmt", ["binary_int16", "binary_float32"])
def test_each_sample_is_as_its_own_writer_meant_it(tmp_path, fmt):
    data = RNG.normal(0, 300e-6, (3, 5000))
    events = [{"type": "Stimulus", "onset": 500, "duration": 1, "description": 3, "channels": "all"}]
    pybv.write_brainvision(
        data=data, sfreq=2000, ch_names=["L OOc", "L OOr", "ECG"], fname_base="x", folder_out=str(tmp_path),
        events=events, unit="µV", fmt=fmt, resolution=[0.1, 0.05, 0.1],
    )  # fmt: skip
    with open_recording(tmp_path / "x.vhdr") as recording:
        assert np.allclose(pieces(recording), data * 1e6, atol=0.101)
        assert [c.rate_hz for c in recording.source.channels] == [2000] * 3
        assert [c.use for c in recording.source.channels] == ["emg", "emg", "other"]
        (stim,) = [a for a in recording.annotations if "Stimulus" in a.text]
        assert (stim.onset_s, stim.text) == (0.25, "Stimulus/S  3")


@pytest.mark.parametrize("orientation", ["MULTIPLEXED", "VECTORIZED"])
@pytest.mark.parametrize(
    ("dtype", "binary", "more"),
    [
        ("<i2", "INT_16", ""),
        (">i2", "INT_16", "UseBigEndianOrder=YES"),
        ("<f4", "IEEE_FLOAT_32", ""),
        ("<i4", "INT_32", ""),
    ],
)
def test_every_way_of_writing_holds_the_same_samples(tmp_path, orientation, dtype, binary, more):
    path = brainvision(tmp_path, SAMPLES, dtype=dtype, binary=binary, orientation=orientation, more=more)
    with open_recording(path) as recording:
        assert np.array_equal(pieces(recording), SAMPLES.T * 0.5)
        (piece,) = recording.window(1.0, 1.25, [1])
        assert np.array_equal(piece.samples, SAMPLES[2000:2500, 1] * 0.5)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_units_resolutions_and_names_are_those_of_the_header(tmp_path, encoding):
    channels = ["a,,500,nV", "b,,0.0005,mV", "c,,0.0000005,V", "d,,0.5", "e\\1f,,0.5,µV", "t,,0.5,C"]
    path = brainvision(tmp_path, np.full((100, 6), 10), channels=channels, encoding=encoding)
    with open_recording(path) as recording:
        assert np.allclose(pieces(recording), 5.0)
        assert [c.name for c in recording.source.channels] == ["a", "b", "c", "d", "e,f", "t"]
        assert [c.use for c in recording.source.channels] == ["emg"] * 5 + ["other"]
        assert recording.source.channels[0].high_uv == pytest.approx(32767 * 0.5)


def test_a_new_segment_leaves_the_gap_that_its_clock_says(tmp_path):
    markers = [
        "New Segment,,1,1,0,20260302040506500000",
        "Stimulus,S 1,2001,1,0",
        "New Segment,,2001,1,0,20260302040510500000",
        "Stimulus,S 2,2003,1,0",
    ]
    with open_recording(brainvision(tmp_path, SAMPLES, markers=markers)) as recording:
        assert recording.source.gaps == (Gap(1.0, 4.0),)
        assert recording.source.started == "2026-03-02T04:05:06.500000"
        assert [a.onset_s for a in recording.annotations if "S 2" in a.text] == [4.001]
        (piece,) = recording.window(3, 4.5, [0])
        assert (piece.start_s, piece.samples[0]) == (4.0, SAMPLES[2000, 0] * 0.5)


def test_a_new_segment_without_a_clock_is_said(tmp_path):
    with open_recording(brainvision(tmp_path, SAMPLES, markers=["New Segment,,2001,1,0"])) as recording:
        assert recording.source.gaps == ()
        assert "not known" in recording.source.doubts[0]


def test_a_marker_outside_and_a_marker_file_that_is_missing_are_said(tmp_path):
    path = brainvision(tmp_path, SAMPLES, markers=["Stimulus,S 1,999999,1,0", "nonsense", "Stimulus,S 2,x,1,0"])
    with open_recording(path) as recording:
        assert "1 of its annotations lie outside the recording" in recording.source.doubts
        assert len(recording.annotations) == 1
    (tmp_path / "x.vmrk").unlink()
    with open_recording(path) as recording:
        assert '"x.vmrk" is not beside it' in recording.source.doubts[0]


def test_a_value_that_is_no_number_is_none(tmp_path):
    samples = SAMPLES.astype(float)
    samples[5, 0], samples[6, 1] = np.nan, np.inf
    with open_recording(brainvision(tmp_path, samples, dtype="<f4", binary="IEEE_FLOAT_32")) as recording:
        assert np.argwhere(np.isnan(pieces(recording))).tolist() == [[0, 5], [1, 6]]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("DataFile=x.eeg", "DataFile=y.eeg", '"y.eeg" is not beside it; put it into the same folder'),
        ("DataFile=x.eeg", "DataFile=../../etc/passwd", '"passwd" is not beside it'),
        ("INT_16", "INT_64", "BinaryFormat"),
        ("SamplingInterval=500", "SamplingInterval=0", "no rate is known"),
        ("NumberOfChannels=2", "NumberOfChannels=7", "NumberOfChannels does not fit"),
        ("Ch2=", "Ch9=", "nothing of its channel 2"),
        ("DataFormat=BINARY", "DataFormat=ASCII", "as text"),
        ("MULTIPLEXED", "SIDEWAYS", "MULTIPLEXED or VECTORIZED"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, old, new, why):
    path = brainvision(tmp_path, SAMPLES)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(RecordingError, match=why):
        open_recording(path)


def test_the_other_files_lead_to_the_header(tmp_path):
    brainvision(tmp_path, SAMPLES)
    for name in ("x.eeg", "x.vmrk"):
        with pytest.raises(RecordingError, match=r"give x\.vhdr"):
            open_recording(tmp_path / name)
