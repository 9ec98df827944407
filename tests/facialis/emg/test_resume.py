"""A run that is killed loses nothing, and what it leaves can do no harm."""

import os
import stat
import time

import numpy as np
import pytest

from facialis.emg import cells, resume
from facialis.emg import measure as measure_room
from facialis.emg.measure import measure
from facialis.emg.recording.memory import Memory
from facialis.emg.recording.model import Channel, RecordingError, Span
from facialis.findings import Side
from tests.facialis.emg.long import Tiled, same

CHANNELS = [Channel(name, None, Side.LEFT, 500.0) for name in ("a", "b")]
SPANS = [Span(0.0, 100.0), Span(115.25, 330.0)]


class Killed(BaseException):
    pass


@pytest.fixture(autouse=True)
def _short_cells(monkeypatch):
    monkeypatch.setattr(cells, "CELL_S", 30.0)


@pytest.fixture(scope="module")
def uninterrupted():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "CELL_S", 30.0)
        return measure(Tiled(CHANNELS, SPANS))


def killed_after(seconds, keep):
    """Measure until so much is done; return the folder of what is left."""

    def stop(done, _):
        if done >= seconds:
            raise Killed

    with pytest.raises(Killed):
        measure(Tiled(CHANNELS, SPANS), keep=keep, progress=stop)
    [folder] = keep.iterdir()
    return folder


@pytest.mark.parametrize("seconds", [1, 85, 125, 300])
def test_it_goes_on_where_it_was_and_comes_to_the_same_bit_for_bit(tmp_path, uninterrupted, seconds):
    folder = killed_after(seconds, tmp_path)
    left = len(list(folder.glob("*.part")))
    assert left
    recording = Tiled(CHANNELS, SPANS)
    measured = measure(recording, keep=tmp_path)
    assert same(measured, uninterrupted)
    assert len(recording.reads) == 11 - left
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "gone"])
def test_a_damaged_part_is_measured_anew(tmp_path, uninterrupted, harm):
    folder = killed_after(300, tmp_path)
    part = sorted(folder.glob("*.part"))[4]
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    if harm == "gone":
        part.unlink()
    else:
        part.write_bytes({"cut": bytes(data[: len(data) // 2]), "changed": bytes(data), "empty": b""}[harm])
    (folder / ".000009.part.0a0b").write_bytes(b"half written")
    assert same(measure(Tiled(CHANNELS, SPANS), keep=tmp_path), uninterrupted)


def test_two_runs_at_once_do_not_spoil_each_other(tmp_path, uninterrupted):
    other = []

    def begin_another(done, _):
        if done > 100 and not other:
            other.append(measure(Tiled(CHANNELS, SPANS), keep=tmp_path))

    assert same(measure(Tiled(CHANNELS, SPANS), keep=tmp_path, progress=begin_another), uninterrupted)
    assert same(other[0], uninterrupted)
    assert list(tmp_path.iterdir()) == []


def test_another_file_or_another_montage_begins_anew(tmp_path):
    killed_after(125, tmp_path)
    other = Tiled([CHANNELS[0], Channel("b", "mentalis", Side.RIGHT, 500.0)], SPANS)
    measure(other, keep=tmp_path)
    assert len(other.reads) == 11
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_is_known_by_its_size_its_time_and_both_its_ends(tmp_path):
    path = tmp_path / "one.edf"
    recording = Memory({CHANNELS[0]: np.zeros(10)})
    recording.files = (path,)

    def known():
        return resume.fingerprint(recording, "")

    path.write_bytes(b"a" * 3_000_000)
    os.utime(path, (1, 1))
    first = known()
    assert known() == first
    os.utime(path, (2, 2))
    later = known()
    path.write_bytes(b"a" * 2_999_999 + b"b")
    os.utime(path, (2, 2))
    assert len({first, later, known()}) == 3


def test_only_its_owner_may_look_at_what_is_kept(tmp_path):
    folder = killed_after(125, tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_short_recordings_and_those_that_are_no_file_leave_nothing_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(measure_room, "LONG_S", 60.0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    measure(Tiled(CHANNELS[:1], [Span(0.0, 70.0)]))
    assert list(tmp_path.iterdir()) == []


def test_a_long_file_is_kept_in_the_cache_and_what_was_left_a_week_ago_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(measure_room, "LONG_S", 60.0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    cache = resume.cache_folder()
    old, new = "0" * 32, "1" * 32
    for name, age in ((old, 8 * 86400), (new, 86400), ("somebody's", 8 * 86400)):
        (cache / name).mkdir(parents=True)
        (cache / name / "lock").touch()
        os.utime(cache / name, (time.time() - age,) * 2)
    path = tmp_path / "one.edf"
    path.write_bytes(b"content")
    recording = Tiled(CHANNELS[:1], [Span(0.0, 70.0)])
    recording.files = (path,)
    seen = []
    measure(recording, progress=lambda *_: seen.append(sorted(one.name for one in cache.iterdir())))
    assert new in seen[0]
    assert old not in seen[0]
    assert len(seen[0]) == 3
    assert sorted(one.name for one in cache.iterdir()) == [new, "somebody's"]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "in the way").write_text("")
    with pytest.raises(RecordingError, match="name another folder"):
        measure(Tiled(CHANNELS, SPANS), keep=tmp_path / "in the way")


def test_arrays_come_back_as_they_were_and_a_changed_bit_is_seen():
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4), bool), "c": np.float64(np.pi)}
    packed = resume.packed(arrays)
    for name, array in resume.unpacked(packed).items():
        assert array.dtype == np.asarray(arrays[name]).dtype
        assert np.array_equal(array, arrays[name])
    for place in (0, len(packed) // 2, len(packed) - 1):
        changed = bytearray(packed)
        changed[place] ^= 4
        with pytest.raises(ValueError, match="damaged"):
            resume.unpacked(bytes(changed))
