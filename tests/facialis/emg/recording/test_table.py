"""Tables: what they state is read, what they leave out is asked for, gaps in time are gaps."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from facialis.emg.recording import Gap, RecordingError, Span, open_recording

RNG = np.random.default_rng(0)
VALUES = RNG.normal(0, 100, (5000, 2)).round(3)


def write(path, times, values, *, head="# unit: uV\n", names="time_s,L OOc,L OOr", sep=",", decimal=".", fmt="%.6f"):
    lines = [names.replace(",", sep)]
    for time, row in zip(times, values, strict=True):
        lines.append(sep.join([fmt % time, *(f"{v:.3f}" if v == v else "" for v in row)]).replace(".", decimal))
    path.write_text(head + "\n".join(lines) + "\n")
    return path


def read(recording, channel=0):
    return np.concatenate([p.samples for p in recording.window(0, recording.source.duration_s, [channel])])


TIMES = np.arange(5000) / 2000


@pytest.mark.parametrize(("sep", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ","), (" ", ".")])
@pytest.mark.parametrize("head", ["# unit: uV\n# rate_hz: 2000\n", "\ufeff# unit: uV\r\n"])
def test_a_table_is_read_however_its_cells_are_parted(tmp_path, sep, decimal, head):
    names = "time_s,OOc,OOr"
    path = write(tmp_path / "x.csv", TIMES, VALUES, sep=sep, decimal=decimal, head=head, names=names)
    with open_recording(path) as recording:
        assert np.allclose(read(recording, 1), VALUES[:, 1], atol=1e-4)
        assert [(c.name, c.rate_hz) for c in recording.source.channels] == [("OOc", 2000), ("OOr", 2000)]
        assert recording.source.spans == (Span(0.0, 2.5),)


@pytest.mark.parametrize("rate", [1000, 2000, 2048, 4096, 1925.93])
@pytest.mark.parametrize("fmt", ["%.4f", "%.6f", "%.12g", "%.6g", "%.9e"])
def test_the_rate_is_read_from_the_times(tmp_path, rate, fmt):
    times = 100 + np.arange(3000) / rate
    if fmt == "%.6g":
        times -= 100
    path = write(tmp_path / "x.csv", times, VALUES[:3000], fmt=fmt)
    with open_recording(path) as recording:
        assert recording.source.channels[0].rate_hz == pytest.approx(rate, rel=1e-4)
        assert len(recording.source.spans) == 1


def test_times_in_milliseconds_and_units_in_names_are_read(tmp_path):
    path = write(tmp_path / "x.csv", TIMES * 1000, VALUES, head="", names="Time (ms),L OOc (mV),R OOc [uV]")
    with open_recording(path) as recording:
        assert np.allclose(read(recording, 0), VALUES[:, 0] * 1000, rtol=1e-6)
        assert np.allclose(read(recording, 1), VALUES[:, 1], rtol=1e-6)
        assert [c.name for c in recording.source.channels] == ["L OOc", "R OOc"]
        assert recording.source.channels[0].rate_hz == 2000


def test_a_gap_in_time_is_a_gap(tmp_path):
    times = TIMES.copy()
    times[2000:] += 3
    with open_recording(write(tmp_path / "x.csv", times, VALUES)) as recording:
        assert recording.source.gaps == (Gap(1.0, 4.0),)
        (piece,) = recording.window(2, 4.1, [0])
        assert (piece.start_s, piece.samples.size) == (4.0, 200)
        assert piece.samples[0] == np.float32(VALUES[2000, 0])


def test_one_sample_that_is_missing_is_a_gap(tmp_path):
    keep = np.arange(5000) != 1234
    with open_recording(write(tmp_path / "x.csv", TIMES[keep], VALUES[keep])) as recording:
        assert recording.source.gaps == (Gap(1234 / 2000, 1235 / 2000),)


@pytest.mark.parametrize(
    ("change", "row"),
    [(lambda t: t[100] - 1, "row 101"), (lambda t: t[99] + 0.0007, "row 101"), (lambda t: t[99] + 1e-5, "row 101")],
)
def test_uneven_times_are_refused_with_the_row(tmp_path, change, row):
    times = TIMES.copy()
    times[100] = change(times)
    with pytest.raises(RecordingError, match=f"uneven: {row}"):
        open_recording(write(tmp_path / "x.csv", times, VALUES))


def test_a_list_of_events_is_no_recording(tmp_path):
    times = np.cumsum(RNG.exponential(1, 5000))
    with pytest.raises(RecordingError, match="uneven"):
        open_recording(write(tmp_path / "x.csv", times, VALUES))


def test_a_rate_that_the_times_gainsay_is_refused(tmp_path):
    with pytest.raises(RecordingError, match="its times say 2000 Hz"):
        open_recording(write(tmp_path / "x.csv", TIMES, VALUES, head="# unit: uV\n# rate_hz: 1000\n"))


def test_empty_cells_and_words_for_nothing_are_nan(tmp_path):
    lines = [
        f"{i / 100:.2f},{cell},1" for i, cell in enumerate(["1", "", "NaN", "NA", " ", "n/a", "2", "-inf", "1e400"])
    ]
    path = tmp_path / "x.csv"
    path.write_text("# unit: uV\ntime_s,a,b\n" + "\n".join(lines) + "\n\n")
    with open_recording(path) as recording:
        assert np.array_equal(np.isnan(read(recording)), [0, 1, 1, 1, 1, 1, 0, 1, 1])


def test_a_cell_that_is_no_number_and_a_row_that_is_too_short_are_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("# unit: uV\n# rate_hz: 100\na,b\n1,2\n3,4\n5,oops\n")
    with pytest.raises(RecordingError, match='row 3 holds "oops"'):
        open_recording(path)
    path.write_text("# unit: uV\n# rate_hz: 100\na,b\n1,2\n3\n5,6,7\n")
    with pytest.raises(RecordingError, match="row 2 has 1 cells and not 2"):
        open_recording(path)


def test_what_nobody_states_is_asked_for(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("L OOc,L OOr\n1,2\n3,4\n")
    with pytest.raises(RecordingError, match="--rate-hz"):
        open_recording(path)
    with pytest.raises(RecordingError, match="--unit"):
        open_recording(path, rate_hz=2000)
    with open_recording(path, rate_hz=2000, unit="mV") as recording:
        assert read(recording).tolist() == [1000, 3000]
    path.write_text("# rate_hz: 1000\n# unit: uV\na\n1\n2\n")
    with pytest.raises(RecordingError, match="states 1000 Hz"):
        open_recording(path, rate_hz=2000)


def test_a_text_header_of_labels_and_rate_is_read(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("# Simple Text Format\n# Sampling Rate (Hz):= 1000.00\n# Labels:= EMG\n2055.0\n2056.0\n")
    with open_recording(path, unit="uV") as recording:
        (channel,) = recording.source.channels
        assert (channel.name, channel.rate_hz, read(recording).tolist()) == ("EMG", 1000, [2055, 2056])


def test_sweeps_are_sent_to_their_own_command(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("# channel: L OOr\n# unit: uV\ntime_ms,sweep_1,sweep_2\n0,1,2\n0.1,1,2\n")
    with pytest.raises(RecordingError, match="facialis evoked"):
        open_recording(path)


def test_a_trigger_column_gives_annotations_and_keeps_its_own_scale(tmp_path):
    values = VALUES.copy()
    values[:, 1] = 0
    values[[400, 401, 2000], 1] = 5
    path = write(tmp_path / "x.csv", TIMES, values, head="# unit: mV\n", names="time_s,L OOc,trigger")
    with open_recording(path) as recording:
        assert recording.source.channels[1].use == "trigger"
        assert [(a.onset_s, a.text) for a in recording.annotations] == [(0.2, "trigger 5"), (1.0, "trigger 5")]


def test_a_long_table_keeps_memory_flat(tmp_path):
    path = tmp_path / "x.csv"
    block = "\n".join(f"{a:.3f},{b:.3f}" for a, b in VALUES) + "\n"
    path.write_text("# unit: uV\n# rate_hz: 2000\na,b\n" + block * 12)
    tracemalloc.start()
    with open_recording(path) as recording:
        pieces = recording.window(25, 26)
        _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.array_equal(pieces[1].samples, VALUES[:2000, 1].astype(np.float32))
    assert most < 12e6  # a block, its words and its numbers; all words at once would take 10 MB more
