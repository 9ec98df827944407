"""Files that must be refused in one line, and damage that must never end in anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.stream import Disposition

from facialis.face import container
from facialis.face.recording import Recording, RecordingError

Make = Callable[..., Any]
Picture = npt.NDArray[np.uint8]


def sound(path: Path, blocks: int = 40) -> Path:
    """Write silence, a little more than 20 ms a block."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=48000)
        for number in range(blocks):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48000, 1024 * number
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def jpegs(path: Path, pictures: Sequence[Picture], claimed: tuple[int, int]) -> Path:
    """Write a motion JPEG whose container claims a size of its own."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = *claimed, "yuvj420p"
        for number, picture in enumerate(pictures):
            coder: Any = av.CodecContext.create("mjpeg", "w")
            coder.height, coder.width = picture.shape[:2]
            coder.pix_fmt, coder.time_base = "yuvj420p", Fraction(1, 30)
            for packet in coder.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                packet.stream, packet.time_base = stream, Fraction(1, 30)
                packet.pts = packet.dts = number
                output.mux(packet)
    return path


def refusal(path: Path) -> str:
    """Read to the end, which must fail; return the one line."""
    with pytest.raises(RecordingError) as caught:
        for _ in Recording(path):
            pass
    line = str(caught.value)
    assert "\n" not in line
    assert path.name.splitlines()[0] in line
    assert ": " in line  # what, then what to do
    return line


def cut(path: Path, fraction: float) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(fraction * len(whole))])
    return path


def test_missing_folder_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert "does not exist" in refusal(tmp_path / "nowhere.mp4")
    assert "is a folder" in refusal(tmp_path)
    assert "is empty" in refusal(tmp_path / "empty.mp4")
    with pytest.raises(RecordingError, match="does not exist"):
        Recording(Path("clip\0.mp4"))


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.gif", "clip"])
@pytest.mark.parametrize(
    "content",
    [
        b"Dear doctor, here is my video.\n" * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"\xff\xd8\xff\xe0" + bytes(500),
        b"\x1a\x45\xdf\xa3",
        b"\x1a\x45\xdf\xa3" + b"\xff" * 60,
        b"\x00\x00\x00\x08ftyp" + b"\x00\x00\x00\x00moov",
        b"RIFF\x04\x00\x00\x00AVI ",
        b"GIF89a\x3b",
        bytes(4096),
    ],
)
def test_mislabelled(tmp_path: Path, name: str, content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    refusal(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "script",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    ],
)
def test_a_file_that_points_elsewhere_is_not_followed(tmp_path: Path, script: str, film: Make, steps: Make) -> None:
    other = film(tmp_path / "other.mp4", steps(5))
    path = tmp_path / "clip.mp4"
    path.write_text(script.format(other=other))
    assert "is damaged, or is no mp4" in refusal(path)


def test_a_name_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: Make, steps: Make) -> None:
    monkeypatch.chdir(tmp_path)
    film(tmp_path / "clip.mp4", steps(5)).rename("concat:clip.mp4")
    assert len(list(Recording(Path("concat:clip.mp4")))) == 5


def test_one_line_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "two\nlines.mp4"
    path.write_bytes(b"no video at all")
    with pytest.raises(RecordingError, match=r"^two\?lines\.mp4 [^\n]*$"):
        Recording(path)


def test_audio_only(tmp_path: Path) -> None:
    assert "sound only" in refusal(sound(tmp_path / "clip.mp4"))


def test_encrypted(tmp_path: Path, film: Make, steps: Make) -> None:
    lock = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    assert "is encrypted" in refusal(film(tmp_path / "clip.mp4", steps(10), container=lock))


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "webm", "avi", "gif"])
@pytest.mark.parametrize("fraction", [0.3, 0.6, 0.95])
def test_truncated(
    tmp_path: Path, suffix: str, fraction: float, capfd: pytest.CaptureFixture[str], film: Make, noisy: Make
) -> None:
    codec = {"webm": ("libvpx", "yuv420p"), "gif": ("gif", "rgb8")}.get(suffix, ("libx264", "yuv420p"))
    path = film(tmp_path / f"clip.{suffix}", noisy(30), codec=codec[0], pixels=codec[1])
    assert "is truncated" in refusal(cut(path, fraction))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov", "frag_every_frame+empty_moov+delay_moov"])
def test_truncated_with_the_index_first(tmp_path: Path, flags: str, film: Make, noisy: Make) -> None:
    path = film(tmp_path / "clip.mp4", noisy(30), container={"movflags": flags}, options={"g": "15", "bf": "0"})
    assert len(list(Recording(path))) == 30
    assert "is truncated" in refusal(cut(path, 0.55))


def test_live_recording_without_lengths_is_read_to_its_end(tmp_path: Path, film: Make, noisy: Make) -> None:
    # What a browser's recorder writes: nothing says how long it should be, so nothing is missing.
    path = film(tmp_path / "clip.webm", noisy(30), codec="libvpx", container={"live": "1"})
    assert len(list(Recording(cut(path, 0.6)))) > 10


def test_lost_padding_is_no_harm(tmp_path: Path, film: Make, noisy: Make) -> None:
    path = film(tmp_path / "clip.mp4", noisy(30))
    with path.open("ab") as file:
        file.write((40).to_bytes(4, "big") + b"free" + bytes(12))
    assert len(list(Recording(path))) == 30


def test_ends_before_its_time(tmp_path: Path, film: Make, noisy: Make) -> None:
    path = film(tmp_path / "clip.mkv", noisy(90), options={"g": "10"})
    whole = bytearray(path.read_bytes())
    third = len(whole) // 3
    whole[third:] = bytes(len(whole) - third)  # as long as before, but blank: a copy that was broken off
    path.write_bytes(whole)
    assert "ends before its time" in refusal(path)


def test_sound_that_outlasts_the_film_is_no_harm(tmp_path: Path, film: Make, steps: Make) -> None:
    clip, song = film(tmp_path / "film.mp4", steps(6)), sound(tmp_path / "song.m4a", blocks=140)
    both = tmp_path / "clip.mkv"
    with av.open(str(clip)) as picture, av.open(str(song)) as rest, av.open(str(both), "w") as output:
        streams = [output.add_stream_from_template(source.streams[0]) for source in (picture, rest)]
        for source, stream in zip((picture, rest), streams, strict=True):
            for packet in source.demux():
                if packet.size:
                    packet.stream = stream
                    output.mux(packet)
    recording = Recording(both)
    assert len(list(recording)) == 6
    assert recording.source.duration_s == pytest.approx(0.2, abs=0.002)


def test_damaged_in_the_middle(tmp_path: Path, capfd: pytest.CaptureFixture[str], film: Make, noisy: Make) -> None:
    path = film(tmp_path / "clip.mp4", noisy(60), options={"g": "60"})
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(1)
    for place in rng.integers(len(whole) // 10, len(whole) * 8 // 10, 400):
        whole[place] ^= 0x5A
    path.write_bytes(whole)
    assert "could not be decoded" in refusal(path)
    assert capfd.readouterr() == ("", "")


def test_one_damaged_picture_leaves_a_gap(tmp_path: Path, film: Make, noisy: Make) -> None:
    path = film(tmp_path / "clip.avi", noisy(60), codec="mjpeg", pixels="yuvj420p")
    with av.open(str(path)) as container:
        place = next(packet.pos for number, packet in enumerate(container.demux(video=0)) if number == 30)
    whole = bytearray(path.read_bytes())
    assert place is not None
    start = whole.index(b"\xff\xd8", place)
    whole[start : start + 1000] = bytes(1000)
    path.write_bytes(whole)
    recording = Recording(path)
    moments = [frame.time_s for frame in recording]
    gaps = np.diff(moments)
    assert len(moments) == 59
    assert np.argmax(gaps) == 29
    assert gaps[29] == pytest.approx(2 / 30, abs=0.001)
    assert recording.source.duration_s == pytest.approx(2, abs=0.001)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm", "avi", "gif"])
@pytest.mark.parametrize("seed", range(6))
def test_any_damage_is_read_or_refused(
    tmp_path: Path, suffix: str, seed: int, capfd: pytest.CaptureFixture[str], film: Make, steps: Make
) -> None:
    codec = {"webm": ("libvpx", "yuv420p"), "gif": ("gif", "rgb8")}.get(suffix, ("libx264", "yuv420p"))
    whole = bytearray(film(tmp_path / f"whole.{suffix}", steps(20), codec=codec[0], pixels=codec[1]).read_bytes())
    rng = np.random.default_rng(seed)
    for place in rng.integers(0, len(whole), 1 + 3**seed):
        whole[place] = rng.integers(256)
    path = tmp_path / f"clip.{suffix}"
    path.write_bytes(whole)
    try:
        recording = Recording(path)
        moments = [frame.time_s for frame in recording]
    except RecordingError:
        pass  # any other error fails the test
    else:
        assert recording.source.frames == len(moments) > 0
        assert np.all(np.diff(moments) > 0)
    assert capfd.readouterr() == ("", "")


def test_a_cover_picture_is_not_the_film(tmp_path: Path, film: Make, steps: Make, scene: Make) -> None:
    cover = jpegs(tmp_path / "cover.mkv", [scene(64, 64)], (64, 64))
    for name, track in (("film.mp4", film(tmp_path / "own.mp4", steps(6))), ("song.mp4", sound(tmp_path / "own.m4a"))):
        with av.open(str(cover)) as picture, av.open(str(track)) as rest, av.open(str(tmp_path / name), "w") as output:
            streams = [output.add_stream_from_template(source.streams[0]) for source in (picture, rest)]
            streams[0].disposition = Disposition.attached_pic
            for source, stream in zip((picture, rest), streams, strict=True):
                for packet in source.demux():
                    if packet.size:
                        packet.stream = stream
                        output.mux(packet)
    recording = Recording(tmp_path / "film.mp4")
    assert len(list(recording)) == 6
    assert recording.source.width == 96
    assert "sound only" in refusal(tmp_path / "song.mp4")


def test_size_that_changes(tmp_path: Path, scene: Make) -> None:
    path = jpegs(tmp_path / "clip.mkv", [scene()] * 5 + [scene(64, 96)] * 5, (96, 64))
    assert "changes from 96 x 64 to 64 x 96" in refusal(path)


def test_absurd_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: Make, steps: Make) -> None:
    large = film(tmp_path / "large.mp4", steps(3))
    with monkeypatch.context() as patch:
        patch.setattr(container, "LARGEST_PIXELS", 96 * 64 - 1)
        assert "96 x 64" in refusal(large)
    gif = film(tmp_path / "clip.gif", steps(3), codec="gif", pixels="rgb8")
    claim = bytearray(gif.read_bytes())
    claim[6:10] = b"\xf0\xff\xf0\xff"
    gif.write_bytes(claim)
    refusal(gif)
    small = film(tmp_path / "small.gif", steps(3, 8, 8), codec="gif", pixels="rgb8")
    assert "8 x 8" in refusal(small)
