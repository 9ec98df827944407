"""A file that comes by a form: written down as it comes, never held in memory."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from facialis_clinic.storage import PIECE


class ToWorkplace(FileUploadHandler):
    """Writes a file that comes by form into a folder of this home, as it comes, and stops where it grows too large.

    Parameters
    ----------
    request : HttpRequest
    folder : Path
        Where it is written, as ``form``.
    most : int
        Bytes.
    """

    chunk_size = PIECE

    def __init__(self, request: HttpRequest, folder: Path, most: int) -> None:
        super().__init__(request)
        self._path, self._most = folder / "form", most
        self._open: IO[bytes] | None = None
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin; a form holds one file."""
        super().new_file(*args, **kwargs)
        if self._open is not None:
            raise StopUpload(connection_reset=True)
        self._open = self._path.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        assert self._open is not None
        self._size = start + len(raw_data)
        if self._size > self._most:
            raise StopUpload(connection_reset=True)
        self._open.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """Hand the file over."""
        assert self._open is not None
        self._open.close()
        return UploadedFile(self._path.open("rb"), self.file_name, self.content_type, file_size)

    def upload_interrupted(self) -> None:
        """Close what has come so far; the folder goes with the request."""
        if self._open is not None:
            self._open.close()
