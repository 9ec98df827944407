"""Whatever is given opens or is refused in one line with what would help; nothing hangs."""

from __future__ import annotations

import os
import shutil

import pytest

from facialis.emg.recording import RecordingError, open_recording
from tests.facialis.emg.recording.made import Edf, Signal, ramp


def refused(path):
    with pytest.raises(RecordingError) as error:
        open_recording(path)
    text = str(error.value)
    assert "\n" not in text
    assert text.startswith(path.name)
    assert ";" in text
    return text


def test_every_real_file_opens_or_is_refused_with_a_reason(shared_data):
    opened, told = set(), []
    for path in sorted((shared_data / "emg").rglob("*")):
        if not path.is_file():
            continue
        try:
            with open_recording(path) as recording:
                recording.window(0, 1)
                recording.window(recording.source.duration_s - 1, recording.source.duration_s)
                assert recording.annotations is not None
                opened.add(path.suffix)
        except RecordingError as error:
            told.append((path, str(error)))
    assert opened >= {".edf", ".bdf", ".vhdr", ".hea"}
    assert all(text.startswith(path.name) and "\n" not in text for path, text in told)
    assert not [text for path, text in told if path.suffix in (".edf", ".bdf", ".vhdr")]


def test_a_file_is_known_by_what_it_holds_and_not_by_its_name(tmp_path):
    path = Edf([Signal(ramp(1, 100), 100)], kind="").write(tmp_path / "x.rec")
    with open_recording(str(path)) as recording:
        assert recording.source.name == "x.rec"


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"", "is empty"),
        (b"MATLAB 5.0 MAT-file", "MATLAB"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"\x93NUMPY", "NumPy"),
        (b"\xd0\xcf\x11\xe0", "Excel"),
        (b"PK\x03\x04", "zip"),
        (b"\xff\xfet\0i\0", "UTF-16"),
        (b"\0" * 128 + b"DICM", "DICOM"),
        (b"\0\0\0\x18ftypmp42", "facialis video"),
        (bytes(range(256)), "no recording that Facialis knows"),
        (b"just some words\nand more of them\n", "where numbers belong"),
        (b"words\n", "no row of numbers"),
    ],
)
def test_what_is_no_recording_is_named(tmp_path, head, why):
    path = tmp_path / "x"
    path.write_bytes(head)
    with pytest.raises(RecordingError, match=why):
        open_recording(path)


def test_a_folder_a_pipe_and_a_device_are_refused_and_do_not_hang(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "folder" in refused(tmp_path)
    assert "pipe" in refused(tmp_path / "pipe")
    with pytest.raises(RecordingError, match="device"):
        open_recording("/dev/zero")


def test_a_file_that_is_not_there_or_may_not_be_read_is_said(tmp_path):
    assert "no such file" in refused(tmp_path / "x.edf")
    with pytest.raises(RecordingError):
        open_recording("x\0y")
    path = Edf([Signal(ramp(1, 100), 100)], kind="").write(tmp_path / "x.edf")
    path.chmod(0)
    if not os.access(path, os.R_OK):
        assert "permission denied" in refused(path)


def test_no_file_stays_open_after_a_refusal(tmp_path):
    path = Edf([Signal(ramp(1, 100), 100, unit="")], kind="").write(tmp_path / "x.edf")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with pytest.raises(RecordingError):
            open_recording(path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_rate_that_is_none_is_refused(tmp_path):
    path = Edf([Signal(ramp(1, 100), 100)], kind="").write(tmp_path / "x.edf")
    for rate in (0, -1, float("nan"), float("inf")):
        with pytest.raises(RecordingError, match="--rate-hz"):
            open_recording(path, rate_hz=rate)


def test_a_brainvision_header_alone_says_which_file_is_missing(shared_data, tmp_path):
    shutil.copy(shared_data / "emg" / "brainvision" / "test.vhdr", tmp_path / "test.vhdr")
    assert '"test.eeg" is not beside it' in refused(tmp_path / "test.vhdr")
