"""An archive is read as it was written or not at all."""

from __future__ import annotations

import io
import random
import tarfile
import tracemalloc
from pathlib import Path
from typing import IO

import pytest

from facialis_clinic import archive

PARTS = {"database.dump": b"rows " * 150, "files/ab/abcd": b"", "files/ef/ef01": bytes(range(256)) * 2}


class Endless(io.RawIOBase):
    """A source that never ends and holds nothing."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return bytes(size)


def written(path: Path, parts: dict[str, bytes] = PARTS) -> Path:
    """Write an archive."""
    with path.open("wb") as stream:
        writer = archive.Writer(stream)
        for name, content in parts.items():
            writer.add(name, io.BytesIO(content), len(content))
        writer.finish({"made": "by a test"})
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path / "one")
    found: dict[str, Path] = {}

    def place(name: str) -> IO[bytes]:
        found[name] = tmp_path / name.replace("/", "_")
        return found[name].open("wb")

    manifest = archive.read(path, place)
    assert manifest["made"] == "by a test"
    assert {name: where.read_bytes() for name, where in found.items()} == PARTS


def test_any_tar_can_open_it(tmp_path: Path) -> None:
    with tarfile.open(written(tmp_path / "one")) as tar:
        assert tar.getnames() == [*PARTS, archive.MANIFEST, archive.SEAL]
        taken = tar.extractfile("files/ef/ef01")
        assert taken is not None
        assert taken.read() == PARTS["files/ef/ef01"]


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "one").read_bytes() == written(tmp_path / "two").read_bytes()


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "one")
    whole = path.read_bytes()
    draw = random.Random(6)
    for position in range(draw.randrange(3), len(whole), 3):
        wrong = bytearray(whole)
        wrong[position] ^= 1 << draw.randrange(8)
        path.write_bytes(wrong)
        with pytest.raises(archive.ArchiveError):
            archive.read(path)


def test_an_archive_that_is_cut_short_is_found_wherever_it_ends(tmp_path: Path) -> None:
    path = written(tmp_path / "one")
    whole = path.read_bytes()
    for length in {*range(0, len(whole), 128), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(archive.ArchiveError):
            archive.read(path)


def test_what_hangs_on_at_the_end_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "one")
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(archive.ArchiveError, match="its end"):
        archive.read(path)


def test_a_part_too_many_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "one")
    first = written(tmp_path / "two", {"files/00/more": b""}).read_bytes()[: archive.BLOCK]
    path.write_bytes(first + path.read_bytes())
    with pytest.raises(archive.ArchiveError):
        archive.read(path)


@pytest.mark.parametrize(
    "name", ["../out", "/etc/passwd", "files/../../out", "files//x", ".hidden", "a" * 101, "two words"]
)
def test_a_name_that_could_lead_elsewhere_is_neither_written_nor_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(archive.ArchiveError, match="cannot be the name of a part"):
        written(tmp_path / "one", {name: b""})
    info = tarfile.TarInfo(name)
    info.mode = 0o600
    (tmp_path / "two").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(archive.ArchiveError):
        archive.read(tmp_path / "two", lambda part: pytest.fail(f"{part} would be written"))


def test_another_kind_of_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"no archive at all")
    with pytest.raises(archive.ArchiveError, match="no backup of Facialis"):
        archive.read(tmp_path / "one")
    with tarfile.open(tmp_path / "two", "w") as tar:
        tar.addfile(tarfile.TarInfo("some"), io.BytesIO())
    with pytest.raises(archive.ArchiveError):
        archive.read(tmp_path / "two")


def test_memory_does_not_grow_with_a_part(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with (tmp_path / "one").open("wb") as stream:
            writer = archive.Writer(stream)
            writer.add("files/00/long", Endless(), 100_000_000)  # type: ignore[arg-type]
            writer.finish({})
        archive.read(tmp_path / "one")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_part_may_be_longer_than_eight_gigabytes() -> None:
    info = tarfile.TarInfo.frombuf(archive._header("files/00/long", 2**40), "utf-8", "strict")
    assert info.size == 2**40


def test_a_source_that_became_shorter_is_no_part(tmp_path: Path) -> None:
    with (tmp_path / "one").open("wb") as stream, pytest.raises(archive.ArchiveError, match="became shorter"):
        archive.Writer(stream).add("files/00/x", io.BytesIO(b"four"), 5)
