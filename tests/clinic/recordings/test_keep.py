"""What is sent is looked into apart, and only the film is kept of it."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import av
import pytest

from facialis_clinic.recordings import bounds
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.apart.limits import Limits
from facialis_clinic.recordings.words import NOT_TAKEN
from tests.clinic.recordings.films import PLACE, huge_frames, packets, write_film, write_sound


def kept(
    source: Path, target: Path, longest_s: float = bounds.LONGEST_S, limits: Limits | None = None
) -> apart.Outcome:
    limits = limits or bounds.keeping(source.stat().st_size)
    return apart.run("keep", limits=limits, paths={"source": source, "target": target}, told={"longest_s": longest_s})


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def picture(kind: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, kind)
    return file.getvalue()


def test_pictures_and_times_are_kept_to_the_last_bit(by_phone: Path, tmp_path: Path) -> None:
    outcome = kept(by_phone, tmp_path / "film")

    assert isinstance(outcome, apart.Answered)
    assert packets(by_phone) == packets(tmp_path / "film")
    assert pytest.approx(outcome.result["duration_s"], abs=0.05) == 2.0


def test_sound_place_and_names_are_left_behind(by_phone: Path, tmp_path: Path) -> None:
    assert PLACE.encode() in by_phone.read_bytes(), "the test's own film says where it was"

    kept(by_phone, tmp_path / "film")

    data = (tmp_path / "film").read_bytes()
    assert PLACE.encode() not in data
    assert b"Alice" not in data
    with av.open(str(tmp_path / "film")) as film:
        assert [stream.type for stream in film.streams] == ["video"]
        assert not {"location", "creation_time"} & set(film.metadata)


def test_a_turned_film_stays_turned(by_phone: Path, tmp_path: Path) -> None:
    kept(by_phone, tmp_path / "film")

    with av.open(str(by_phone)) as before, av.open(str(tmp_path / "film")) as after:
        turns = [next(film.decode(video=0)).rotation for film in (before, after)]
    assert turns[0] == turns[1] != 0


def test_the_day_that_the_camera_wrote_is_told(by_phone: Path, tmp_path: Path) -> None:
    outcome = kept(by_phone, tmp_path / "film")

    assert isinstance(outcome, apart.Answered)
    assert outcome.result["filmed_on"] == "2026-05-04"


@pytest.mark.parametrize(
    ("codec", "name", "format"),
    [("libvpx", "film.webm", "matroska"), ("libx265", "film.mp4", "mov"), ("mjpeg", "film.avi", "avi")],
)
def test_films_of_other_cameras_are_kept_in_their_own_kind(codec: str, name: str, format: str, tmp_path: Path) -> None:
    source = write_film(tmp_path / name, seconds=1.2, codec=codec)

    outcome = kept(source, tmp_path / "kept")

    assert isinstance(outcome, apart.Answered)
    assert outcome.result["format"] == format
    assert packets(source) == packets(tmp_path / "kept")


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.mp4", lambda _: b"", "empty"),
        ("selfie.mp4", lambda _: picture("JPEG"), "picture"),
        ("selfie.mov", lambda _: picture("PNG"), "picture"),
        ("anim.mp4", lambda _: picture("GIF"), "moving_picture"),
        ("live.mp4", lambda _: b"\0\0\0\x18ftypheic" + bytes(64), "picture"),
        ("page.mp4", lambda _: b"<!doctype html><script>alert(1)</script>" * 100, "text"),
        ("link.mp4", lambda _: b"https://films.example/one.mp4\n", "text"),
        ("playlist.mp4", lambda _: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "text"),
        ("letter.mp4", lambda _: b"%PDF-1.7\n" + bytes(range(256)), "document"),
        ("bomb.mp4", lambda _: gzip.compress(bytes(50 << 20)), "archive"),
        ("noise.mp4", lambda _: bytes(range(256)) * 50, "unreadable"),
        ("cut.mp4", lambda grey: grey[: len(grey) // 2], "cut_off"),
        ("head.mp4", lambda grey: grey[:40], "cut_off"),
    ],
)  # fmt: skip
def test_what_is_no_film_is_refused_by_what_it_is_not_by_its_name(
    name: str, make: Any, code: str, grey: Path, tmp_path: Path
) -> None:
    outcome = kept(written(tmp_path / name, make(grey.read_bytes())), tmp_path / "film")

    assert outcome == apart.Refused(code)
    assert NOT_TAKEN[code]


def test_a_zip_is_refused_and_never_unpacked(grey: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "film.mp4", "w") as packed:
        packed.write(grey, "grey.mp4")

    assert kept(tmp_path / "film.mp4", tmp_path / "film") == apart.Refused("archive")


def test_what_is_glued_to_a_film_is_left_behind(grey: Path, tmp_path: Path) -> None:
    """A file that is a film and a web page, or a zip, at once: only the film's packets go on."""
    glued = written(
        tmp_path / "both.mp4", grey.read_bytes() + b"\0\0\0\x30free<script>alert(1)</script>PK\x05\x06" + bytes(9)
    )

    outcome = kept(glued, tmp_path / "film")

    assert isinstance(outcome, apart.Answered)
    assert b"script" not in (tmp_path / "film").read_bytes()


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    assert kept(write_sound(tmp_path / "voice.mp4"), tmp_path / "film") == apart.Refused("sound")


def test_two_films_in_one_file_are_refused(tmp_path: Path) -> None:
    assert kept(write_film(tmp_path / "two.mp4", films=2), tmp_path / "film") == apart.Refused("several")


def test_an_hour_is_refused_by_its_time_stamps(tmp_path: Path) -> None:
    hour = write_film(tmp_path / "hour.mp4", seconds=2, step_s=60.0)

    assert kept(hour, tmp_path / "film") == apart.Refused("too_long")


def test_a_blink_of_a_film_is_refused(tmp_path: Path) -> None:
    assert kept(write_film(tmp_path / "short.mp4", seconds=0.4), tmp_path / "film") == apart.Refused("too_short")


def test_pictures_that_nobody_could_hold_in_memory_are_refused(grey: Path, tmp_path: Path) -> None:
    outcome = kept(huge_frames(grey, tmp_path / "huge.mp4"), tmp_path / "film")

    assert isinstance(outcome, apart.Refused | apart.Answered)
    if isinstance(outcome, apart.Answered):
        # libav believes the pictures themselves, not what is written round them.
        assert (outcome.result["width"], outcome.result["height"]) == (160, 120)


def test_every_refusal_has_a_sentence_that_says_what_to_do() -> None:
    import ast

    from facialis_clinic.recordings.apart import keep

    tree = ast.parse(Path(keep.__file__).read_text(encoding="utf-8"))
    codes = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "NotTaken"
        and isinstance(node.args[0], ast.Constant)
    }

    assert codes
    assert set() == codes - set(NOT_TAKEN)
    assert all(sentence.endswith(".") for sentence in NOT_TAKEN.values())
