"""What the web server itself speaks, started with the words that the site starts it with."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facialis_clinic.serving import Plan, _web_words
from tests.clinic.serving.test_serve import _pair

HELLO = """
def application(environ, start_response):
    told = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"<" + environ["REQUEST_METHOD"].encode() + b" " + environ["PATH_INFO"].encode() + b" " + told + b">"]
"""
Start = Callable[..., int]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the server with a page of a line, and returns its port."""
    (tmp_path / "hello.py").write_text(HELLO)
    running: list[subprocess.Popen[bytes]] = []

    def begin(*, tls: bool) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        files = _pair(tmp_path) if tls else None
        if files is not None:
            _as_the_server_wants_it(files[1])
        plan = Plan(tmp_path, "127.0.0.1", port, None, None, None, (), 1, 0, None, demo=False, check=False)
        words = ["hello:application" if "facialis_clinic" in word else word for word in _web_words(plan, port, files)]
        running.append(subprocess.Popen([*words, "--working-dir", str(tmp_path)], cwd=tmp_path))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return port
            time.sleep(0.05)
        raise AssertionError("the server did not open")

    yield begin
    for one in running:
        one.terminate()
        one.wait(20)


def _as_the_server_wants_it(key: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    own = serialization.load_pem_private_key(key.read_bytes(), None)
    key.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def shake(port: int, change: Callable[[ssl.SSLContext], None]) -> tuple[str, str]:
    """Return the version and the cipher that a browser and the server agree on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    change(context)
    with socket.create_connection(("127.0.0.1", port), 10) as line, context.wrap_socket(line) as safe:
        cipher = safe.cipher()
        assert cipher is not None
        return safe.version() or "", cipher[0]


def only(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def change(context: ssl.SSLContext) -> None:
        import warnings

        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version

    return change


def test_nothing_older_than_tls_1_2_is_spoken(start: Start) -> None:
    port = start(tls=True)

    assert shake(port, lambda context: None)[0] == "TLSv1.3"
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            shake(port, only(version))


def test_only_ciphers_that_authenticate_are_spoken(start: Start) -> None:
    """AES-GCM and ChaCha20-Poly1305; where TLS 1.2 is spoken at all, with keys that are forgotten."""
    port = start(tls=True)

    assert shake(port, lambda context: None)[1] in ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
    try:
        older = shake(port, only(ssl.TLSVersion.TLSv1_2))[1]
    except (ssl.SSLError, ConnectionError):
        return
    assert older.startswith("ECDHE")
    assert "GCM" in older or "POLY1305" in older
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shake(port, lambda context: (only(ssl.TLSVersion.TLSv1_2)(context), context.set_ciphers("AES128-SHA"))[0])


def say(port: int, words: bytes) -> bytes:
    """Send it as it is and return all that comes back."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(words)
        line.settimeout(1.5)
        with contextlib.suppress(TimeoutError, ConnectionError):
            while piece := line.recv(65536):
                heard += piece
    return heard


def test_two_requests_that_are_told_apart_are_both_answered(start: Start) -> None:
    """The control: the server does take a second request on the same line."""
    port = start(tls=False)

    assert b"<POST /first told>" in (heard := say(port, HEAD + b"Content-Length: 4\r\n\r\ntold" + SMUGGLED))
    assert b"<GET /smuggled >" in heard
    heard = say(port, HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n\r\n0\r\n\r\n" + SMUGGLED)
    assert b"<POST /first GET" not in heard


HEAD = b"POST /first HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (b"Content-Length: 4\r\nContent-Length: 60\r\n\r\n", b"told" + SMUGGLED),
        (b"Transfer-Encoding: chunked, identity\r\nContent-Length: 4\r\n\r\n", b"told" + SMUGGLED),
        (b"Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\n", b"told" + SMUGGLED),
        (b"Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n", b"told" + SMUGGLED),
        (b"Content-Length: +4\r\n\r\n", b"told" + SMUGGLED),
        (b"Content-Length: 4, 60\r\n\r\n", b"told" + SMUGGLED),
        (b"X: a\nContent-Length: 4\nTransfer-Encoding: chunked\r\n\r\n", b"0\r\n\r\n" + SMUGGLED),
    ],
    ids=["two lengths", "chunked not last", "unknown coding", "space before colon", "signed", "list", "bare line ends"],
)
def test_two_lengths_of_one_request_smuggle_nothing(start: Start, lines: bytes, body: bytes) -> None:
    """Where it is not plain how long a request is, it is refused; what comes behind it is not taken for another."""
    heard = say(start(tls=False), HEAD + lines + body)

    assert b"/smuggled" not in heard
