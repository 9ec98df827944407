"""Where the patients' recordings lie: a folder of this home, or an S3-compatible store (``FACIALIS_STORAGE``).

Whoever keeps a file chooses no name: a name says nothing, is used once and never written again. Nothing is handed to a
browser by an address of the store: every film goes through a checked view.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal, NoReturn, Protocol
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

Kind = Literal["parts", "originals", "copies", "posters", "signals", "electrodes", "readings"]
PIECE = 256 * 1024
_ADDRESS = "FACIALIS_STORAGE=s3://bucket?endpoint=https://host"


class Files(Protocol):
    """What the site asks of a store; both kinds are Django storages besides."""

    def keep(self, kind: Kind, content: IO[bytes]) -> str:
        """Store what is read from ``content`` under a new name and return the name."""
        ...

    def stream(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield bytes ``start`` (included) to ``stop`` (not), a piece at a time."""
        ...

    def fetch(self, name: str) -> Any:
        """Return a context in which the file lies on this machine, as a path."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def names(self, kind: Kind) -> Iterator[tuple[str, float]]:
        """Yield the name and the time (seconds since 1970) of each file of a kind."""
        ...


def new_name(kind: Kind) -> str:
    """Return a name that says nothing but what kind of file it is."""
    drawn = uuid.uuid4().hex
    return f"{kind}/{drawn[:2]}/{drawn}"


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder of this home for passing files, which is removed afterwards."""
    top = Path(settings.HOME) / "work"
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=top, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


class Pieces:
    """Bytes piece by piece; ``close`` lets go of where they come from, also before the first was asked for.

    Parameters
    ----------
    read : callable
        From the most bytes wanted to the next ones; none at the end.
    close : callable
        Lets go.
    length : int
        Bytes in all.
    """

    def __init__(self, read: Callable[[int], bytes], close: Callable[[], object], length: int) -> None:
        self._read, self.close, self._left = read, close, length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self._read(self._left) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece


class Folder(FileSystemStorage):
    """A folder that nobody but the site can read."""

    def __init__(self, location: Path) -> None:
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)

    def keep(self, kind: Kind, content: IO[bytes]) -> str:
        """Store a file whole or not at all: it stands under its name only once its last byte is on the disk."""
        name = new_name(kind)
        path = Path(self.path(name))
        part = Path(self.path(f"coming/{path.name}"))
        for folder in (part.parent, path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, PIECE)
                file.flush()
                os.fsync(file.fileno())
            # A link fails where the name is taken; a rename would write over what is there.
            os.link(part, path)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(path.parent)
        return name

    def stream(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield bytes of a file."""
        # Opened before the first piece is asked for: a file that is gone is an error of the view, not of the stream.
        file = self.open(name)
        file.seek(start)
        return Pieces(lambda most: file.read(min(PIECE, most)), file.close, stop - start)

    @contextmanager
    def fetch(self, name: str) -> Iterator[Path]:
        """Give the path of the file itself, which nobody writes to."""
        yield Path(self.path(name))

    def names(self, kind: Kind) -> Iterator[tuple[str, float]]:
        """Yield what is stored."""
        top = Path(self.location)
        for path in sorted((top / kind).glob("*/*")):
            with suppress(FileNotFoundError):  # removed while the list was read
                yield path.relative_to(top).as_posix(), path.stat().st_mtime

    def get_available_name(self, name: str, *_: Any, **__: Any) -> str:
        """Refuse a name that is taken: nothing is ever written twice."""
        if self.exists(name):
            raise FileExistsError(f"{name} is stored already")
        return name

    def url(self, *_: Any) -> NoReturn:
        """Refuse: no address leads past the checked views."""
        _no_address()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_address() -> NoReturn:
    raise NotImplementedError("films have no address of their own; they are served by a checked view")


def bucket_of(address: str) -> Any:
    """Return the storage of an address like ``s3://bucket?endpoint=https://host&region=...&prefix=...``.

    Raises
    ------
    ImproperlyConfigured
        With one line, if the address is none, or the package that speaks to such stores is not installed.
    """
    told = urlsplit(address)
    options = parse_qs(told.query, strict_parsing=bool(told.query))
    unknown = set(options) - {"endpoint", "region", "prefix"}
    if told.scheme != "s3" or not told.netloc or "@" in told.netloc or told.path.strip("/") or unknown:
        raise ImproperlyConfigured(f"FACIALIS_STORAGE {address}: give it as {_ADDRESS}")
    endpoint = options.get("endpoint", [""])[0]
    where = urlsplit(endpoint)
    if endpoint and where.scheme != "https" and where.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ImproperlyConfigured("FACIALIS_STORAGE: films cross the network by https only; mend its endpoint")
    try:
        from facialis_clinic.bucket import Bucket
    except (ImportError, ImproperlyConfigured) as missing:
        raise ImproperlyConfigured(
            "FACIALIS_STORAGE s3://: needs the extra s3 (pip install 'facialis[s3]')"
        ) from missing
    return Bucket(
        bucket=told.netloc,
        endpoint=endpoint or None,
        region=options.get("region", [None])[0],
        prefix=options.get("prefix", [""])[0],
    )


_bucket_of: dict[str, Any] = {}


def recordings_storage() -> Any:
    """Return the store of this site, a Django storage that is also :class:`Files`."""
    address = str(settings.STORAGE)
    if not address:
        return Folder(Path(settings.HOME) / "files")
    if address not in _bucket_of:
        _bucket_of[address] = bucket_of(address)
    return _bucket_of[address]


def keep_path(store: Files, kind: Kind, path: Path) -> str:
    """Store a file of this machine and return its name."""
    with path.open("rb") as file:
        return store.keep(kind, File(file))


def sweep_kind(kind: Kind, claimed: Callable[[], Iterable[str]], before: float) -> None:
    """Remove the files of a kind that nothing belongs to.

    Parameters
    ----------
    kind : str
    claimed : callable
        Returns the names that something belongs to.
    before : float
        Seconds since 1970: what is younger stays, its row may not be committed yet.
    """
    store = recordings_storage()
    # The names are read first: what is claimed after that is younger than what is swept.
    old = [name for name, at in store.names(kind) if at < before]
    kept = set(claimed())
    for name in old:
        if name not in kept:
            store.delete(name)
