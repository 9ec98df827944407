"""Whoever sends slowly, or never, holds one thread and not all: the pages stay there for everybody else.

The web server hands a request over as soon as its head is there, and has no bound on how long the rest may take. A
handful of connections that send half a form, signed in or not, would silence the site. So only some of the threads of a
process read what callers send, and fewer for one address; whoever finds no place is told to come again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

THREADS: Final = 8
"""Threads of a web process; forms and films together leave at least one of them to those who only read."""
SMALL: Final = 64 << 10
"""Bytes of a form without a file: it is read before the page begins, so it holds a place for an instant."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Places:
    """So many at once, and so many of them for one address."""

    most: int
    of_one: int
    taken: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one(self, caller: str) -> Iterator[bool]:
        """Take a place while this lasts; False where there is none."""
        with self.lock:
            free = self.taken.total() < self.most and self.taken[caller] < self.of_one
            self.taken[caller] += free
        try:
            yield free
        finally:
            with self.lock:
                self.taken[caller] -= free
                if not self.taken[caller]:
                    del self.taken[caller]


class Bodies:
    """Let callers send.

    Parameters
    ----------
    application : callable
        The site.
    proxies : iterable of str
        The addresses of the proxies that are believed.
    """

    def __init__(self, application: Application, proxies: Iterable[str] = ()) -> None:
        self.application = application
        self.forms, self.films = Places(4, 3), Places(3, 2)
        self._proxies = frozenset(proxies)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, or say that there is no place."""
        told = str(environ.get("CONTENT_LENGTH") or "0")
        length = int(told) if told.isascii() and told.isdigit() else 0
        if not length:
            return self.application(environ, start_response)
        caller = self._caller(environ)
        if length > SMALL:
            with self.films.one(caller) as free:
                return self.application(environ, start_response) if free else _no_place(start_response)
        with self.forms.one(caller) as free:
            if not free:
                return _no_place(start_response)
            environ["wsgi.input"] = BytesIO(_all(environ["wsgi.input"].read, length))
        return self.application(environ, start_response)

    def _caller(self, environ: dict[str, Any]) -> str:
        address = str(environ.get("REMOTE_ADDR", ""))
        if address not in self._proxies:
            return address
        return str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or address


def _all(read: Callable[[int], bytes], size: int) -> bytes:
    """Read so many bytes, or to the end; one call of the server's may bring less than it was asked for."""
    pieces = []
    while size and (piece := bytes(read(size))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _no_place(start_response: Any) -> Iterable[bytes]:
    line = b"Many are sending at this moment. Please try again in a minute.\n"
    told = [("Content-Type", "text/plain"), ("Content-Length", str(len(line))), ("Retry-After", "10")]
    start_response(
        f"{HTTPStatus.SERVICE_UNAVAILABLE.value} {HTTPStatus.SERVICE_UNAVAILABLE.phrase}",
        [*told, ("Cache-Control", "no-store"), ("Connection", "close")],
    )
    return [line]
