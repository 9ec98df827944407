"""Both kinds of store keep a file whole, under a name that says nothing, and hand it to no browser."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation

from facialis_clinic import storage
from tests.clinic.recordings import s3

Settings = Any


@pytest.fixture(scope="module")
def bucket() -> Iterator[s3.Store]:
    with s3.store() as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.STORAGE = ""
    if request.param == "bucket":
        running = request.getfixturevalue("bucket")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
        settings.STORAGE = f"s3://films?endpoint={running.address}&region=eu-north-1&prefix=practice"
    return storage.recordings_storage()


def test_what_is_kept_comes_back(files: Any) -> None:
    data = os.urandom(700_000)

    name = files.keep("originals", io.BytesIO(data))

    assert len(data) == files.size(name)
    assert data == b"".join(files.stream(name, 0, len(data)))
    assert data[100:400_000] == b"".join(files.stream(name, 100, 400_000))
    with files.fetch(name) as path:
        assert data == path.read_bytes()


def test_a_large_file_goes_in_parts_and_comes_back_whole(files: Any) -> None:
    data = os.urandom(9 << 20)

    name = files.keep("originals", io.BytesIO(data))

    assert data == b"".join(files.stream(name, 0, len(data)))


def test_a_stream_holds_one_piece_at_a_time(files: Any) -> None:
    name = files.keep("copies", io.BytesIO(bytes(5 * storage.PIECE)))

    assert max(len(piece) for piece in files.stream(name, 0, 5 * storage.PIECE)) <= storage.PIECE


def test_names_say_nothing_and_never_repeat(files: Any) -> None:
    first, second = (files.keep("copies", io.BytesIO(b"same")) for _ in range(2))

    assert first != second
    assert all(storage.new_name("copies").count("/") == 2 and name.startswith("copies/") for name in (first, second))


def test_what_is_deleted_is_gone_and_can_be_deleted_again(files: Any) -> None:
    name = files.keep("posters", io.BytesIO(b"picture"))

    files.delete(name)
    files.delete(name)

    assert not files.exists(name)
    assert name not in [one for one, _ in files.names("posters")]


def test_what_is_there_is_listed_by_kind(files: Any) -> None:
    name = files.keep("posters", io.BytesIO(b"picture"))

    assert name in [one for one, _ in files.names("posters")]
    assert name not in [one for one, _ in files.names("parts")]


def test_no_address_leads_past_the_views(files: Any) -> None:
    with pytest.raises(NotImplementedError):
        files.url("copies/aa/aa")


def test_a_file_that_was_not_kept_whole_is_not_there(files: Any) -> None:
    class Breaks(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the line broke")

    before = list(files.names("originals"))

    with pytest.raises(OSError, match="the line broke"):
        files.keep("originals", Breaks(b"never"))

    assert before == list(files.names("originals"))


def test_only_the_site_can_read_the_folder(own_store: Path) -> None:
    files = storage.recordings_storage()
    path = Path(files.path(files.keep("originals", io.BytesIO(b"film"))))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {0o700} == {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)}
    assert own_store / "files" in path.parents
    assert list((own_store / "files" / "coming").iterdir()) == []


def test_a_name_leads_nowhere_else() -> None:
    files = storage.recordings_storage()

    with pytest.raises(SuspiciousFileOperation):
        list(files.stream("../../secrets/django", 0, 10))


def test_nothing_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    files = storage.recordings_storage()
    name = files.keep("originals", io.BytesIO(b"first"))
    monkeypatch.setattr(storage, "new_name", lambda kind: name)

    with pytest.raises(FileExistsError):
        files.keep("originals", io.BytesIO(b"second"))

    assert b"".join(files.stream(name, 0, 5)) == b"first"


def test_the_bucket_is_asked_by_the_server_alone_and_nothing_is_public(
    bucket: s3.Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    settings.STORAGE = f"s3://films?endpoint={bucket.address}&region=eu-north-1&prefix=practice"
    bucket.asked.clear()

    name = storage.recordings_storage().keep("copies", io.BytesIO(b"film"))

    method, path, headers = bucket.asked[-1]
    assert ("PUT", f"/films/practice/{name}") == (method, path.partition("?")[0])
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256")
    assert not any(header.lower() == "x-amz-acl" for header in headers)


@pytest.mark.parametrize(
    "address",
    [
        "films",
        "s3://",
        "s3://key:secret@films",
        "s3://films/folder",
        "s3://films?endpoint=http://store.example",
        "s3://films?acl=public-read",
    ],
)
def test_an_address_that_will_not_do_is_refused_in_one_line(address: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        storage.bucket_of(address)

    assert "FACIALIS_STORAGE" in str(refused.value)
    assert "\n" not in str(refused.value)
