"""A small S3-compatible store over localhost, in memory: the calls that the site uses, and no others."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Store(ThreadingHTTPServer):
    """What is stored, and what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.coming: dict[str, dict[int, bytes]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Store
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _key(self) -> tuple[str, dict[str, list[str]]]:
        told = urlsplit(self.path)
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        return unquote(told.path).lstrip("/").partition("/")[2], parse_qs(told.query, keep_blank_values=True)

    def _say(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self) -> None:
        key, query = self._key()
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if "uploadId" in query:
            self.server.coming[query["uploadId"][0]][int(query["partNumber"][0])] = data
        else:
            self.server.objects[key] = data
        self._say(200, ETag='"tag"')

    def do_POST(self) -> None:
        key, query = self._key()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "uploads" in query:
            name = uuid.uuid4().hex
            self.server.coming[name] = {}
            xml = f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId></InitiateMultipartUploadResult>"
        else:
            parts = self.server.coming.pop(query["uploadId"][0])
            self.server.objects[key] = b"".join(parts[number] for number in sorted(parts))
            xml = '<CompleteMultipartUploadResult><ETag>"tag"</ETag></CompleteMultipartUploadResult>'
        self._say(200, xml.encode())

    def do_GET(self) -> None:
        key, query = self._key()
        if "prefix" in query or "list-type" in query:
            found = "".join(
                f"<Contents><Key>{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>"
                for name in sorted(self.server.objects)
                if name.startswith(query.get("prefix", [""])[0])
            )
            self._say(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())
            return
        data = self.server.objects.get(key)
        if data is None:
            self._say(404, b"" if self.command == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>")
            return
        times = {"Last_Modified": formatdate(usegmt=True), "ETag": '"tag"'}
        if wanted := self.headers.get("Range"):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            stop = min(int(last) + 1 if last else len(data), len(data))
            span = f"bytes {first}-{stop - 1}/{len(data)}"
            self._say(206, data[int(first) : stop], Content_Range=span, **times)
        else:
            self._say(200, data, **times)

    do_HEAD = do_GET  # noqa: N815

    def do_DELETE(self) -> None:
        key, _ = self._key()
        self.server.objects.pop(key, None)
        self._say(204)


@contextmanager
def store() -> Iterator[Store]:
    """Run such a store as long as it is needed."""
    server = Store()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
