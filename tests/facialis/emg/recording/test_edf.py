"""EDF, EDF+ and BDF: every sample at its time, gaps as gaps, and what is odd is said."""

from __future__ import annotations

import threading
from itertools import pairwise

import edfio
import numpy as np
import pytest

from facialis.emg.recording import Gap, RecordingError, Span, open_recording
from tests.facialis.emg.recording.made import Edf, Signal, ramp, tal


def read(recording, channel=0):
    """Return all samples of a channel."""
    return np.concatenate([p.samples for p in recording.window(0, recording.source.duration_s, [channel])])


def doubtful(path, word):
    with open_recording(path) as recording:
        assert any(word in doubt for doubt in recording.source.doubts), recording.source.doubts
        return recording.source


@pytest.mark.parametrize(("kind", "signal"), [("edf", edfio.EdfSignal), ("bdf", edfio.BdfSignal)])
@pytest.mark.parametrize("record_s", [0.5, 1, 2])
def test_each_sample_is_as_another_reader_has_it(tmp_path, kind, signal, record_s):
    rng = np.random.default_rng(1)
    signals = [
        signal(rng.normal(0, 200, 2000 * 10), 2000, label="L OOc", physical_dimension="uV"),
        signal(rng.normal(0, 0.2, 512 * 10), 512, label="R OOr", physical_dimension="mV"),
    ]
    path = tmp_path / f"x.{kind}"
    made = {"edf": edfio.Edf, "bdf": edfio.Bdf}[kind](
        signals, annotations=[edfio.EdfAnnotation(3.25, 0.5, "spasm")], data_record_duration=record_s
    )
    made.write(path)
    theirs = getattr(edfio, f"read_{kind}")(path)
    with open_recording(path) as recording:
        assert np.allclose(read(recording, 0), theirs.signals[0].data, atol=1e-4)
        assert np.allclose(read(recording, 1), theirs.signals[1].data * 1000, atol=1e-4)
        assert [channel.rate_hz for channel in recording.source.channels] == [2000, 512]
        assert [(a.onset_s, a.duration_s, a.text) for a in recording.annotations] == [(3.25, 0.5, "spasm")]
        assert recording.source.doubts == ()


def test_real_files_are_as_another_reader_has_them(shared_data):
    for path in sorted((shared_data / "emg" / "edf").rglob("*.?df")):
        theirs = (edfio.read_edf if path.suffix == ".edf" else edfio.read_bdf)(path)
        with open_recording(path) as recording:
            assert len(recording.source.channels) == theirs.num_signals, path.name
            for place, other in enumerate(theirs.signals[:12]):
                channel = recording.source.channels[place]
                if channel.use == "trigger" and path.suffix == ".bdf":
                    continue  # its upper bits are no trigger
                factor = {"mV": 1e3, "V": 1e6}.get(other.physical_dimension, 1.0) if channel.unit == "uV" else 1.0
                scale = max(1.0, np.abs(other.data).max() * factor)
                assert np.allclose(read(recording, place), other.data * factor, atol=1e-6 * scale), path.name
            told = [(a.onset, a.text) for a in theirs.annotations]
            ours = [(a.onset_s, a.text) for a in recording.annotations]
            assert all(any(abs(o - t) < 1e-3 and a == b for o, b in ours) for t, a in told[:20]), path.name


@pytest.mark.parametrize("width", [2, 3])
def test_a_gap_is_a_gap_and_nothing_moves_over_it(tmp_path, width):
    digits = ramp(4, 500)
    lists = [[tal("+0.25"), tal("+1.25"), tal("+7.5") + tal("+8", "stim", lasting="0.1"), tal("+8.5")]]
    kind = "EDF+D" if width == 2 else "BDF+D"
    path = Edf([Signal(digits, 500, low="-32768", high="32767")], lists, kind, width=width).write(tmp_path / "x.edf")
    with open_recording(path) as recording:
        assert recording.source.spans == (Span(0.0, 2.0), Span(7.25, 9.25))
        assert recording.source.gaps == (Gap(2.0, 7.25),)
        assert recording.source.recorded_s == 4.0
        before, after = recording.window(1.5, 7.5)
        assert np.array_equal(before.samples, digits[750:1000])
        assert (after.start_s, after.samples[0]) == (7.25, digits[1000])
        assert recording.window(3, 7) == []
        (stim,) = recording.annotations
        assert (stim.onset_s, stim.duration_s, stim.text) == (7.75, 0.1, "stim")
        assert recording.source.started == "2026-03-02T04:05:06.250000"


def test_a_step_is_no_gap_when_it_is_within_half_a_sample(tmp_path):
    lists = [[tal("+0"), tal("+1.0009"), tal("+2.0018")]]
    path = Edf([Signal(ramp(3, 500), 500)], lists, "EDF+D").write(tmp_path / "x.edf")
    with open_recording(path) as recording:
        assert recording.source.spans == (Span(0.0, 3.0),)
    lists = [[tal("+0"), tal("+1.0011"), tal("+2.0022")]]
    with open_recording(Edf([Signal(ramp(3, 500), 500)], lists, "EDF+D").write(path)) as recording:
        assert len(recording.source.spans) == 3


def test_times_that_are_written_too_coarsely_leave_no_gap(tmp_path):
    onsets = [f"+{i / 3:.3f}" for i in range(30)]
    path = Edf([Signal(ramp(10, 3000), 1000)], [[tal(o) for o in onsets]], "EDF+D", record_s="0.333333").write(
        tmp_path / "x.edf"
    )
    with open_recording(path) as recording:
        assert len(recording.source.spans) == 1


def test_records_that_go_back_in_time_are_refused_or_said(tmp_path):
    signal = Signal(ramp(3, 500), 500)
    for onsets in (["+0", "+5", "+2"], ["+0", "+0.5", "+1.5"]):
        lists = [[tal(onset) for onset in onsets]]
        with pytest.raises(RecordingError, match=r"back in time: record [23]"):
            open_recording(Edf([signal], lists, "EDF+D").write(tmp_path / "x.edf"))
        source = doubtful(Edf([signal], lists, "EDF+C").write(tmp_path / "x.edf"), "one stretch without a gap")
        assert source.spans == (Span(0.0, 3.0),)


def test_a_file_with_gaps_that_does_not_say_when_is_refused(tmp_path):
    lists = [[tal("+0"), b"", tal("+2")]]
    with pytest.raises(RecordingError, match="record 2 does not say when it began"):
        open_recording(Edf([Signal(ramp(3, 500), 500)], lists, "EDF+D").write(tmp_path / "x.edf"))


def test_windows_that_follow_each_other_share_no_sample_and_lose_none(tmp_path):
    signals = [Signal(ramp(20, 500), 250), Signal(ramp(20, 128), 64)]
    path = Edf(signals, record_s="0.5", kind="").write(tmp_path / "x.edf")
    edges = np.sort(np.random.default_rng(2).uniform(0, 20, 200))
    with open_recording(path) as recording:
        for place in (0, 1):
            whole = read(recording, place)
            parts = [p for a, b in pairwise([0, *edges, 20]) for p in recording.window(a, b, [place])]
            assert np.array_equal(np.concatenate([p.samples for p in parts]), whole)
            assert all(abs(p.start_s * p.rate_hz - round(p.start_s * p.rate_hz)) < 1e-6 for p in parts)


def test_several_channels_of_annotations_are_read(tmp_path):
    lists = [[tal("+0") + tal("+0.5", "a", "b"), tal("+1")], [tal("+1.5", "Blinzeln ä"), b""]]
    with open_recording(Edf([Signal(ramp(2, 500), 500)], lists).write(tmp_path / "x.edf")) as recording:
        assert [(a.onset_s, a.text) for a in recording.annotations] == [(0.5, "a"), (0.5, "b"), (1.5, "Blinzeln ä")]


def test_annotations_outside_the_recording_are_kept_and_said(tmp_path):
    lists = [[tal("+0") + tal("+99", "late") + tal("-3", "early"), tal("+1")]]
    path = Edf([Signal(ramp(2, 500), 500)], lists).write(tmp_path / "x.edf")
    doubtful(path, "2 of its annotations lie outside")
    with open_recording(path) as recording:
        assert [a.onset_s for a in recording.annotations] == [-3, 99]


def test_a_file_of_annotations_alone_opens(tmp_path):
    path = Edf([], [[tal("+0") + tal("+30", "Sleep stage 1")]], record_s="0").write(tmp_path / "x.edf")
    source = doubtful(path, "no signal")
    assert (source.channels, source.spans, source.duration_s) == ((), (), 0.0)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize(
    ("unit", "factor"), [("uV", 1), ("µV", 1), ("uv ", 1), ("UV", 1), ("mV", 1e3), ("V", 1e6), ("nV", 1e-3)]
)
def test_units_are_read_however_they_are_spelt(tmp_path, unit, factor, encoding):
    signal = Signal(ramp(1, 500), 500, unit=unit, low="-32768", high="32767")
    with open_recording(Edf([signal], encoding=encoding, kind="").write(tmp_path / "x.edf")) as recording:
        assert recording.source.channels[0].unit == "uV"
        assert np.allclose(read(recording), ramp(1, 500) * factor, rtol=1e-5)


def test_a_unit_that_is_missing_is_asked_for(tmp_path):
    path = Edf([Signal(ramp(1, 500), 500, unit="")], kind="").write(tmp_path / "x.edf")
    with pytest.raises(RecordingError, match="--unit uV"):
        open_recording(path)
    with open_recording(path, unit="mV") as recording:
        assert recording.source.channels[0].high_uv == pytest.approx(3276.7e3)
    with pytest.raises(RecordingError, match="no unit of voltage"):
        open_recording(path, unit="mmHg")


def test_equal_labels_are_told_apart(tmp_path):
    labels = ["x", "x", "x (2)", ""]
    path = Edf([Signal(ramp(1, 100), 100, label) for label in labels], kind="").write(tmp_path / "x.edf")
    with open_recording(path) as recording:
        assert [c.name for c in recording.source.channels] == ["x", "x (2)", "x (2) (2)", "channel 4"]


def test_the_limits_of_the_converter_are_known(tmp_path):
    with open_recording(Edf([Signal(ramp(1, 500), 500)], kind="").write(tmp_path / "x.edf")) as recording:
        (channel,) = recording.source.channels
        assert (channel.low_uv, channel.high_uv) == (-3276.8, 3276.7)
        assert channel.step_uv == pytest.approx(0.1)


def test_an_inverted_gain_turns_the_signal(tmp_path):
    signal = Signal(ramp(1, 500), 500, low="32767", high="-32768")
    with open_recording(Edf([signal], kind="").write(tmp_path / "x.edf")) as recording:
        assert np.array_equal(read(recording), -ramp(1, 500) - 1)
        assert recording.source.channels[0].low_uv == -32768


@pytest.mark.parametrize(
    "wrong", [{"dlow": "5", "dhigh": "5"}, {"low": "1", "high": "1"}, {"low": "nan"}, {"high": "1e999"}, {"low": "abc"}]
)
def test_a_signal_without_a_scale_is_bare_digits(tmp_path, wrong):
    source = doubtful(Edf([Signal(ramp(1, 500), 500, **wrong)], kind="").write(tmp_path / "x.edf"), "bare digits")
    assert (source.channels[0].use, source.channels[0].unit) == ("other", "")


def test_an_absurd_gain_is_said(tmp_path):
    path = Edf([Signal(ramp(1, 500), 500, low="-9e9", high="9e9")], kind="").write(tmp_path / "x.edf")
    doubtful(path, "more than 10 V")
    path = Edf([Signal(ramp(1, 500), 500, low="-9e99", high="9e99")], kind="").write(tmp_path / "x.edf")
    doubtful(path, "beyond any number")


@pytest.mark.parametrize(
    ("changes", "doubt", "seconds"),
    [
        ({"records": "-1"}, None, 3),
        ({"records": "0"}, "counted by the size", 3),
        ({"records": "abc"}, "counted by the size", 3),
        ({"records": "999999"}, "3 of 999999 records are whole", 3),
        ({"cut": 10}, "2 of 3 records are whole", 2),
        ({"records": "-1", "cut": 10}, "after its last whole record", 2),
        ({"tail": b"xyz"}, "3 bytes after its last", 3),
        ({"records": "2"}, "after its last record", 2),
    ],
)
def test_the_size_of_the_file_says_how_long_it_is(tmp_path, changes, doubt, seconds):
    path = Edf([Signal(ramp(3, 500), 500)], kind="", **changes).write(tmp_path / "x.edf")
    source = doubtful(path, doubt) if doubt else open_recording(path).source
    assert source.duration_s == seconds
    assert doubt or not source.doubts


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"record_s": "0"}, "no sampling rate"),
        ({"record_s": "nan"}, "no sampling rate"),
        ({"record_s": "-1"}, "no sampling rate"),
        ({"record_s": "inf"}, "no sampling rate"),
        ({"cut": 2990}, "no whole record"),
        ({"cut": 3300}, "ends within its header"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, changes, why):
    path = Edf([Signal(ramp(3, 500), 500)], kind="", **changes).write(tmp_path / "x.edf")
    with pytest.raises(RecordingError, match=why):
        open_recording(path)


def test_a_header_that_claims_a_billion_samples_takes_no_memory(tmp_path):
    path = tmp_path / "x.edf"
    Edf([Signal(ramp(3, 500), 500)], kind="", records="99999999").write(path)
    with open_recording(path) as recording:
        assert recording.source.duration_s == 3
        assert recording.window(0, 1e12)[0].samples.size == 1500
    raw = path.read_bytes()
    path.write_bytes(raw[:472] + b"99999999" + raw[480:])
    with pytest.raises(RecordingError, match="no whole record"):
        open_recording(path)


def test_a_bad_date_is_no_reason_to_refuse(tmp_path):
    path = Edf([Signal(ramp(1, 500), 500)], kind="", started="99.99.99aa.bb.cc").write(tmp_path / "x.edf")
    assert doubtful(path, "no date").started is None


def test_edges_of_a_trigger_channel_become_annotations(tmp_path):
    codes = np.zeros(2000, int)
    codes[300:310], codes[900:905], codes[1500:1501] = 4, 7, 4
    state = 0x100000  # the amplifier's own bit, which is no trigger
    signals = [Signal(ramp(4, 500), 500), Signal(codes | state, 500, "Status", "", "-8388608", "8388607")]
    signals[1].dlow, signals[1].dhigh = "-8388608", "8388607"
    with open_recording(Edf(signals, kind="", width=3).write(tmp_path / "x.bdf")) as recording:
        assert [c.use for c in recording.source.channels] == ["emg", "trigger"]
        assert [(a.onset_s, a.text) for a in recording.annotations] == [
            (0.6, "Status 4"), (1.8, "Status 7"), (3.0, "Status 4"),
        ]  # fmt: skip


def test_a_trigger_voltage_is_cut_at_half_of_its_height(tmp_path):
    rng = np.random.default_rng(3)
    volts = rng.integers(-400, 400, 4000)
    for at in (500, 1500, 3000):
        volts[at : at + 20] += 20_000
    signals = [Signal(ramp(4, 1000), 1000), Signal(volts, 1000, "TRIG", "mV")]
    with open_recording(Edf(signals, kind="").write(tmp_path / "x.edf")) as recording:
        assert [a.onset_s for a in recording.annotations] == [0.5, 1.5, 3.0]


def test_windows_may_be_asked_for_by_many_threads(tmp_path):
    path = Edf([Signal(ramp(30, 500), 500)], kind="").write(tmp_path / "x.edf")
    wrong = []
    with open_recording(path) as recording:
        whole = read(recording)

        def look(seed):
            rng = np.random.default_rng(seed)
            for _ in range(50):
                low = int(rng.integers(0, 14_000))
                (piece,) = recording.window(low / 500, low / 500 + 1)
                if not np.array_equal(piece.samples, whole[low : low + 500]):
                    wrong.append(low)

        threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_file_that_is_closed_or_cut_while_it_is_read_is_said(tmp_path):
    path = Edf([Signal(ramp(30, 500), 500)], kind="").write(tmp_path / "x.edf")
    recording = open_recording(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(RecordingError, match="became shorter"):
        recording.window(10, 20)
    recording.close()
    recording.close()
    with pytest.raises(RecordingError, match="closed"):
        recording.window(0, 1)


def test_the_hash_is_that_of_the_file(tmp_path):
    import hashlib

    path = Edf([Signal(ramp(3, 500), 500)], kind="").write(tmp_path / "x.edf")
    with open_recording(path) as recording:
        assert recording.sha256() == hashlib.sha256(path.read_bytes()).hexdigest()
