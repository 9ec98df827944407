"""WFDB records: each window is a part of what the package reads as a whole."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from facialis.emg.recording import Gap, RecordingError, open_recording

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    wfdb = pytest.importorskip("wfdb")

RNG = np.random.default_rng(0)
FACTOR = {"mV": 1e3, "uV": 1.0, "mv": 1e3}


def whole(path):
    """Return what the package reads of all the record, in our units."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = wfdb.rdrecord(str(path.with_suffix("")), physical=True, smooth_frames=False)
    return [samples * FACTOR.get(unit, 1.0) for samples, unit in zip(record.e_p_signal, record.units, strict=True)]


def same(ours, theirs):
    return ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=1e-5, atol=1e-3, equal_nan=True)


RECORDS = [
    "emgdb/emg_healthy", "emgdb/emg_neuropathy", "wfdb/a103l", "wfdb/flacformats",
    "wfdb/mixedsignals", "wfdb/multi-segment/041s/041s",
]  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_real_records_are_as_the_package_reads_them(shared_data, name):
    path = shared_data / "emg" / f"{name}.hea"
    theirs = whole(path)
    with open_recording(path) as recording:
        length = recording.source.duration_s
        for piece in recording.window(0, length):
            assert same(piece.samples, theirs[piece.channel]), recording.source.channels[piece.channel].name
        for piece in recording.window(0.37 * length, 0.61 * length):
            first = round(piece.start_s * piece.rate_hz)
            part = theirs[piece.channel][first : first + piece.samples.size]
            assert same(piece.samples, part), recording.source.channels[piece.channel].name


def test_the_limits_of_the_converter_are_known(shared_data):
    with open_recording(shared_data / "emg" / "emgdb" / "emg_neuropathy.hea") as recording:
        (channel,) = recording.source.channels
        assert (channel.low_uv, channel.high_uv) == pytest.approx((-3276.8, 3276.7))
        (piece,) = recording.window(0, 60)
        assert piece.samples.min() == pytest.approx(channel.low_uv, abs=0.2)


def _quiet(ask, *words, **more):
    """Call the package, which calls pandas in a way that newer ones warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ask(*words, **more)


def write(folder, fmt="16", name="x"):
    signals = RNG.normal(0, 0.5, (4000, 2)).clip(-2, 2)
    _quiet(
        wfdb.wrsamp, name, fs=2000, units=["mV", "uV"], sig_name=["L OOc", "ECG"], p_signal=signals, fmt=[fmt, fmt],
        adc_gain=[1000.0, 100.0], baseline=[0, 0], write_dir=str(folder),
    )  # fmt: skip
    return folder / f"{name}.hea"


@pytest.mark.parametrize("fmt", ["16", "24", "32", "80", "212"])
def test_windows_are_parts_of_the_record_in_every_format(tmp_path, fmt):
    path = write(tmp_path, fmt) if fmt != "80" else write(tmp_path, "16")
    theirs = whole(path)
    with open_recording(path) as recording:
        for low in (0, 1, 777, 3999):
            for piece in recording.window(low / 2000, low / 2000 + 0.5):
                assert same(piece.samples, theirs[piece.channel][low : low + 1000])


def test_a_skew_is_taken_out(tmp_path):
    path = write(tmp_path)
    lines = path.read_text().splitlines()
    lines[2] = lines[2].replace(" 16 ", " 16:5 ", 1)
    path.write_text("\n".join(lines) + "\n")
    theirs = whole(path)
    with open_recording(path) as recording:
        for piece in recording.window(0.5, 1.0):
            assert same(piece.samples, theirs[piece.channel][1000:2000])


def test_an_empty_segment_is_a_gap(tmp_path):
    write(tmp_path, name="a")
    write(tmp_path, name="b")
    (tmp_path / "x.hea").write_text("x/3 2 2000 14000\na 4000\n~ 6000\nb 4000\n")
    with open_recording(tmp_path / "x.hea") as recording:
        assert recording.source.gaps == (Gap(2.0, 5.0),)
        (piece,) = recording.window(4, 6, [0])
        assert piece.start_s == 5.0
        assert same(piece.samples, whole(tmp_path / "b.hea")[0][:2000])


def test_a_record_without_a_length_is_told_how_long_it_is(tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text().replace("x 2 2000 4000", "x 2 2000"))
    with pytest.raises(RecordingError, match="its files hold 4000"):
        open_recording(path)


def test_differences_are_not_read_in_windows(tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text().replace(" 16 ", " 8 "))
    with pytest.raises(RecordingError, match="convert it to format 16"):
        open_recording(path)


def test_a_record_that_is_cut_short_is_said(tmp_path):
    path = write(tmp_path)
    (tmp_path / "x.dat").write_bytes((tmp_path / "x.dat").read_bytes()[:4001])
    with open_recording(path) as recording:
        assert recording.source.duration_s == 0.5
        assert "1000 of 4000" in recording.source.doubts[0]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("x.dat", "y.dat", '"y.dat" is not beside it'),
        ("x.dat", "../x.dat", "no file beside it|cannot be read as WFDB"),
        ("x.dat", "https://x/x.dat", "no file beside it|cannot be read as WFDB"),
        (" 16 ", " 999 ", "WFDB"),
        ("2000 4000", "0 4000", "sampling rate"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, old, new, why):
    path = write(tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(RecordingError, match=why):
        open_recording(path)


def test_without_the_package_it_says_what_to_install(tmp_path, monkeypatch):
    path = write(tmp_path)
    monkeypatch.setitem(sys.modules, "wfdb", None)
    with pytest.raises(RecordingError, match=r"install facialis\[emg\]"):
        open_recording(path)
