"""Callers who send slowly, or never, stop nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from facialis_clinic.config.bodies import SMALL, THREADS, Bodies

FORM, FILM = 500, SMALL + 1


class Dripping:
    """A connection that brings nothing until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def read(self, size: int = -1) -> bytes:
        assert self.go.wait(20)
        return b"x" * size


class Quick:
    def __init__(self, told: bytes) -> None:
        self.left = told

    def read(self, size: int = -1) -> bytes:
        # The web server gives what is there, which may be less than asked for.
        size = min(size, 1000)
        piece, self.left = self.left[:size], self.left[size:]
        return piece


def page(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    left = int(environ["CONTENT_LENGTH"])
    while left and (piece := environ["wsgi.input"].read(left)):
        left -= len(piece)
    start_response("200 OK" if not left else "400 Bad Request", [])
    return [b""]


def ask(site: Bodies, stream: object, length: int, address: str = "192.0.2.1", **more: str) -> str:
    said: list[str] = []
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": stream, "REMOTE_ADDR": address, **more}
    list(site(environ, lambda status, _: said.append(status)))
    return said[0][:3]


class Attack:
    """Many connections, each of which holds a thread as long as it can."""

    def __init__(self, site: Bodies) -> None:
        self.site = site
        self.said: list[str] = []
        self.drips: list[Dripping] = []
        self.threads: list[threading.Thread] = []

    def add(self, length: int, address: str, **more: str) -> bool:
        """Tell whether it holds a thread."""
        self.drips.append(drip := Dripping())
        thread = threading.Thread(target=lambda: self.said.append(ask(self.site, drip, length, address, **more)))
        self.threads.append(thread)
        thread.start()
        thread.join(0.1)
        return thread.is_alive()

    def end(self) -> None:
        for drip in self.drips:
            drip.go.set()
        for thread in self.threads:
            thread.join(20)


@pytest.fixture
def attack() -> Iterator[Attack]:
    made = Attack(Bodies(page, ["127.0.0.1"]))
    yield made
    made.end()


def test_one_address_leaves_places_to_others(attack: Attack) -> None:
    held = sum(attack.add(length, "192.0.2.1") for length in (FORM, FILM) * 5)

    assert held < THREADS - 1
    for length in (FORM, FILM):
        assert ask(attack.site, Quick(b"y" * length), length, "192.0.2.2") == "200"


def test_many_addresses_leave_a_thread_to_those_who_read(attack: Attack) -> None:
    held = sum(attack.add(length, f"192.0.2.{n}") for n, length in enumerate((FORM, FILM) * 8))

    assert held == THREADS - 1
    assert attack.said == ["503"] * (16 - held)
    assert ask(attack.site, Quick(b""), 0) == "200"


def test_a_place_is_free_again_afterwards(attack: Attack) -> None:
    for n, length in enumerate((FORM, FILM) * 8):
        attack.add(length, f"192.0.2.{n}")
    attack.end()

    assert attack.said.count("200") == THREADS - 1
    assert not attack.site.forms.taken
    assert not attack.site.films.taken


@pytest.mark.parametrize("length", [1, 1000, 1001, SMALL, SMALL + 1, 300_000])
def test_what_comes_in_time_arrives_whole(length: int) -> None:
    assert ask(Bodies(page), Quick(b"y" * length), length) == "200"


def test_behind_a_named_proxy_the_caller_is_counted_and_not_the_proxy(attack: Attack) -> None:
    said = "198.51.100.9, 192.0.2.{}"
    held = [attack.add(FORM, "127.0.0.1", HTTP_X_FORWARDED_FOR=said.format(n)) for n in range(4)]

    assert all(held)


def test_nobody_else_says_whom_to_count(attack: Attack) -> None:
    held = [attack.add(FORM, "192.0.2.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") for n in range(4)]

    assert held == [True, True, True, False]
