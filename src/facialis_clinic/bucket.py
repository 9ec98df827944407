"""Films in an S3-compatible store, reached by the server alone; credentials come from the usual environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from storages.backends.s3 import S3Storage

from facialis_clinic.storage import PIECE, Kind, Pieces, _no_address, new_name, workplace

# A store that does not answer must not hold a page for longer than this.
CONNECT_S, READ_S, TRIES = 5, 30, 3


class Bucket(S3Storage):  # type: ignore[misc]  # django-storages bears no types
    """A private bucket, or a part of one: no public object, no signed address, nothing written twice."""

    def __init__(self, *, bucket: str, endpoint: str | None, region: str | None, prefix: str) -> None:
        super().__init__(
            bucket_name=bucket,
            endpoint_url=endpoint,
            region_name=region,
            location=prefix,
            default_acl=None,
            file_overwrite=False,
            querystring_auth=True,
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                s3={"addressing_style": "path" if endpoint else "auto"},
                signature_version="s3v4",
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"max_attempts": TRIES, "mode": "standard"},
                # Older stores know no other checksums; the site holds a SHA-256 of every film itself.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def keep(self, kind: Kind, content: IO[bytes]) -> str:
        """Store an object, which is there whole or not at all; its name is drawn and so never taken."""
        name = new_name(kind)
        self._object(name).upload_fileobj(content, Config=self.transfer_config)
        return name

    def stream(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield bytes of an object."""
        if start >= stop:
            return iter(())
        body = self._object(name).get(Range=f"bytes={start}-{stop - 1}")["Body"]
        return Pieces(lambda most: body.read(min(PIECE, most)), body.close, stop - start)

    @contextmanager
    def fetch(self, name: str) -> Iterator[Path]:
        """Give a copy of the object on this machine, and remove it afterwards."""
        with workplace() as folder:
            path = folder / "film"
            self._object(name).download_file(str(path), Config=self.transfer_config)
            yield path

    def names(self, kind: Kind) -> Iterator[tuple[str, float]]:
        """Yield what is stored."""
        top = f"{self.location}/" if self.location else ""
        for one in self.bucket.objects.filter(Prefix=f"{top}{kind}/"):
            yield one.key.removeprefix(top), one.last_modified.timestamp()

    def url(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: no address leads past the checked views."""
        _no_address()

    @property
    def bucket(self) -> Any:
        """The bucket, by this thread's own connection: boto3's objects are not for two threads."""
        return self.connection.Bucket(self.bucket_name)

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(name))
