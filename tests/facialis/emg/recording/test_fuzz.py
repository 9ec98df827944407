"""Files that are damaged at random: read or refused in one line, soon, and without much memory."""

from __future__ import annotations

import tracemalloc
import warnings
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facialis.emg.recording import RecordingError, open_recording
from tests.facialis.emg.recording.made import Edf, Signal, brainvision, ramp, tal

FEW = settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=list(HealthCheck), database=None)
MANY = settings(FEW, max_examples=4000)

NUMBERS = [
    b"0",
    b"-1",
    b"99999999",
    b"nan",
    b"inf",
    b"-inf",
    b"1e300",
    b"1e-300",
    b"",
    b"\0",
    b"\xff",
    b",",
    b"\n",
    b"=",
]


def _edf(width, kind):
    lists = [[tal("+0") + tal("+0.5", "stim"), tal("+1"), tal("+5")]] if kind else []
    signals = [Signal(ramp(3, 100), 100), Signal(ramp(3, 50), 50, "Status", "")]
    return Edf(signals, lists, kind, width=width).bytes()


def _brainvision():
    with TemporaryDirectory() as folder:
        brainvision(Path(folder), np.arange(200).reshape(100, 2), markers=["New Segment,,1,1,0,20260302040506500000",
            "Stimulus,S 1,20,1,0", "New Segment,,50,1,0,20260302040706500000"])  # fmt: skip
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


WHOLE = {
    "edf": {"x.edf": _edf(2, "")},
    "edf+d": {"x.edf": _edf(2, "EDF+D")},
    "bdf+c": {"x.bdf": _edf(3, "BDF+C")},
    "brainvision": _brainvision(),
    "csv": {
        "x.csv": b"# unit: uV\n# rate_hz: 100\ntime_s,L OOc,trigger\n"
        + b"".join(b"%.2f,%d,%d\n" % (i / 100, i, i % 7 == 0) for i in range(100))
    },
    "csv without times": {"x.csv": b"# unit: mV\n# rate_hz: 100\na;b\n" + b"1,5;2,5\n;3\n" * 50},
    "wfdb": {
        "x.hea": b"x 2 100 100\nx.dat 16 100/mV 16 0 0 0 0 a\nx.dat 212 100/uV 12 0 0 0 0 b\n",
        "x.dat": bytes(700),
    },
}

changes = st.lists(
    st.tuples(
        st.integers(0, 1 << 16), st.sampled_from(["set", "cut", "insert", "field"]), st.sampled_from(NUMBERS),
        st.integers(0, 255),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def damaged(raw, moves):
    """Return bytes with some changes; most of them in the first part, where the header is."""
    data = bytearray(raw)
    for place, how, text, byte in moves:
        at = place % max(1, min(len(data), 1500) if byte % 4 else len(data))
        if how == "set" and data:
            data[at] = byte
        elif how == "cut":
            del data[at:]
        elif how == "insert":
            data[at:at] = text
        else:
            data[at - at % 8 : at - at % 8 + 8] = text.ljust(8)[:8]
    return bytes(data)


def opened(kind, moves, file):
    """Open a damaged file, and read what it says of itself and some windows."""
    files = WHOLE[kind]
    name = sorted(files)[file % len(files)]
    with TemporaryDirectory() as folder:
        for one, raw in files.items():
            (Path(folder) / one).write_bytes(damaged(raw, moves) if one == name else raw)
        start = next(one for one in files if one.endswith((".edf", ".bdf", ".vhdr", ".csv", ".hea")))
        try:
            with open_recording(Path(folder) / start) as recording:
                end_s = recording.source.duration_s
                for low, high in ((0, end_s), (-1, 1), (end_s / 2, end_s / 2 + 1), (end_s, end_s + 1), (0, 1e30)):
                    for piece in recording.window(low, high):
                        assert not np.isinf(piece.samples).any()
                        assert piece.samples.size
                assert all(a.onset_s == a.onset_s for a in recording.annotations)
                assert all(before.end_s < after.start_s for before, after in pairwise(recording.source.spans))
        except RecordingError as error:
            _one_line(error)


def _one_line(error):
    assert "\n" not in str(error)
    assert str(error)


def check(kind, moves, file):
    tracemalloc.start()
    try:
        opened(kind, moves, file)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 60e6


@pytest.fixture(scope="module", autouse=True)
def _wfdb():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("wfdb")


@pytest.mark.parametrize("kind", WHOLE)
@FEW
@given(moves=changes, file=st.integers(0, 2))
def test_a_damaged_file_is_read_or_refused(kind, moves, file):
    check(kind, moves, file)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WHOLE)
@MANY
@given(moves=changes, file=st.integers(0, 2))
def test_many_damaged_files_are_read_or_refused(kind, moves, file):
    check(kind, moves, file)


HEADS = [b"", b"0       ", b"\xffBIOSEMI", b"# unit: uV\n", b"Brain Vision Data Exchange Header File\n"]


@FEW
@given(raw=st.binary(max_size=2000), head=st.sampled_from(HEADS))
def test_noise_is_refused(raw, head):
    with TemporaryDirectory() as folder:
        (Path(folder) / "x").write_bytes(head + raw)
        try:
            with open_recording(Path(folder) / "x", rate_hz=1000, unit="uV") as recording:
                recording.window(0, 1e9)
        except RecordingError as error:
            _one_line(error)
