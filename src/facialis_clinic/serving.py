"""Starting the site, keeping its processes alive, and ending them."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from facialis.commands import CallError
from facialis_clinic import database
from facialis_clinic.config.bodies import THREADS
from facialis_clinic.config.prepare import is_done, write_done
from facialis_clinic.home import prepare as prepare_home
from facialis_clinic.processes import Kept, end_with_parent, environment

OWN_ADDRESSES = ("127.0.0.1", "::1", "localhost")
# A slip of the keyboard is told here; whether the address is anybody's shows when the link is used.
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
OPENS_WITHIN_S = 120.0
WEB_ENDS_WITHIN_S, WORKER_ENDS_WITHIN_S = 10.0, 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the call asks for."""

    home: Path
    host: str
    port: int
    url: str | None
    tls_cert: Path | None
    tls_key: Path | None
    proxies: tuple[str, ...]
    web: int
    workers: int
    administrator: str | None
    demo: bool
    check: bool


class Stopping:
    """Whether a signal asked to stop: a plain flag. An event that a handler sets while it is waited for locks up."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self, *_: object) -> None:
        """Ask; this is what a signal calls."""
        self._asked = True

    def is_set(self) -> bool:
        """Tell whether it was asked."""
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Wait until it is asked, at most so long."""
        until = time.monotonic() + seconds
        while not self._asked and time.monotonic() < until:
            time.sleep(0.05)
        return self._asked


def serve(plan: Plan) -> int:
    """Run the site until a signal; return the exit code."""
    from facialis_clinic import tls

    began = time.monotonic()
    _check_transport(plan)
    port = _port(plan)
    url = _url(plan, port)
    if plan.administrator is not None and not ADDRESS.fullmatch(plan.administrator):
        raise CallError(f"--administrator {plan.administrator}: give an e-mail address, such as you@practice.example")
    if plan.tls_cert and plan.tls_key:
        tls.check(plan.tls_cert, plan.tls_key)
    _make_home(plan.home)
    files = tls.pair(plan.home, plan.tls_cert, plan.tls_key) if plan.tls_cert and plan.tls_key else None
    stopping = _on_signals()
    around = _around(plan, url)
    fresh = bool(os.environ.get("DATABASE_URL")) or plan.demo or not is_done(plan.home)
    gathering = _preparing(around, "static") if fresh else None
    try:
        server = None if os.environ.get("DATABASE_URL") else database.start(plan.home)
        if server is None:
            database.settings_of(os.environ["DATABASE_URL"])  # before the first word is sent there
            database.check_server(os.environ["DATABASE_URL"])
    except database.DatabaseError as error:
        raise CallError(str(error)) from error
    try:
        if gathering is not None:
            _say("preparing: tables, pages, articles")
            for running in (_preparing({**around, "FACIALIS_ROLE": "owner"}), gathering):
                _finish(plan, running)
            write_done(plan.home)
        kept = [Kept("the web server", _web_words(plan, port, files), around)]
        if plan.workers:
            words = [sys.executable, "-m", "facialis", "worker", "--home", str(plan.home), "--count", str(plan.workers)]
            kept.append(Kept("the worker", words, around))
        return _run(plan, port, url, server, kept, stopping, began)
    finally:
        if server is not None:
            server.stop()


def _run(
    plan: Plan,
    port: int,
    url: str,
    server: database.Server | None,
    kept: list[Kept],
    stopping: Stopping,
    began: float,
) -> int:
    told: subprocess.Popen[bytes] | None = None
    try:
        for one in kept:
            one.start()
        if not _opens(plan, port, stopping, kept[0]):
            if stopping.is_set():
                return 130
            raise CallError("the web server did not open; what it says stands above")
        _say(f"Facialis answers at {url} after {time.monotonic() - began:.1f} s; its state lies in {plan.home}")
        _introduce(plan, url)
        if plan.demo and not plan.check and os.environ.get("FACIALIS_STORIES") != "0":
            told = subprocess.Popen(
                [sys.executable, "-m", "facialis_clinic.demo"], env=_around(plan, url), preexec_fn=end_with_parent
            )
        if plan.check:
            from facialis_clinic.visit import visit

            return visit(_inside(plan, port), demo=plan.demo)
        _say("Ctrl-C ends it.")
        while not stopping.wait(0.5):
            server = _keep(plan, server, kept)
        return 0
    finally:
        if told is not None:
            told.kill()
            told.wait()
        for one, patience in zip(reversed(kept), (WORKER_ENDS_WITHIN_S, WEB_ENDS_WITHIN_S), strict=False):
            one.stop(patience)
        if server is not None:
            server.stop()


def _keep(plan: Plan, server: database.Server | None, kept: list[Kept]) -> database.Server | None:
    """Start again whatever has ended."""
    if server is not None and not server.alive():
        _say("the database ended; starting it again")
        server = database.start(plan.home)
    for one in kept:
        if line := one.keep():
            _say(line)
    return server


def _around(plan: Plan, url: str) -> dict[str, str]:
    """Return the environment of the site's processes."""
    told = {"FACIALIS_URL": url, "FACIALIS_PROXY": ",".join(plan.proxies), "FACIALIS_DEMO": "1" if plan.demo else "0"}
    return environment(plan.home, **told)


def _check_transport(plan: Plan) -> None:
    if (plan.tls_cert is None) != (plan.tls_key is None):
        raise CallError("--tls-cert and --tls-key go together: give both")
    if plan.proxies and not (plan.url or "").startswith("https://"):
        raise CallError("--proxy needs --url https://..., the address that people type")
    plain = plan.tls_cert is None and not plan.proxies
    if plain and plan.host not in OWN_ADDRESSES:
        raise CallError(
            f"--host {plan.host} without TLS: passwords would cross the network in the open; "
            "give --tls-cert and --tls-key, or --proxy and --url"
        )
    if plan.url is not None:
        told = urlsplit(plan.url)
        if told.scheme not in ("http", "https") or not told.hostname or told.path not in ("", "/"):
            raise CallError(f"--url {plan.url}: give it as https://practice.example")
        if told.scheme == "http" and told.hostname not in OWN_ADDRESSES:
            raise CallError(f"--url {plan.url}: without https only http://localhost will do")
        if plain and told.scheme == "https":
            raise CallError("--url https://... needs --tls-cert and --tls-key, or --proxy")


def _port(plan: Plan) -> int:
    """Return a port that is free now."""
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            raise CallError(f"--port {plan.port} on {plan.host}: {error.strerror}; give another with --port") from error
        return int(probe.getsockname()[1])


def _url(plan: Plan, port: int) -> str:
    if plan.url is not None:
        return plan.url.rstrip("/")
    name = "localhost" if plan.host in OWN_ADDRESSES else plan.host
    return f"https://{name}:{port}" if plan.tls_cert else f"http://{name}:{port}"


def _make_home(home: Path) -> None:
    try:
        prepare_home(home)
    except OSError as error:
        raise CallError(f"--home {home}: {error.strerror}; give a folder that you may write") from error


def _on_signals() -> Stopping:
    stopping = Stopping()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopping.ask)
    return stopping


def _preparing(around: dict[str, str], *part: str) -> subprocess.Popen[str]:
    """Start to prepare; the static files need no database, so they are gathered while it starts."""
    words = [sys.executable, "-m", "facialis_clinic.config.prepare", *part]
    return subprocess.Popen(words, env=around, stderr=subprocess.PIPE, text=True, preexec_fn=end_with_parent)


def _finish(plan: Plan, running: subprocess.Popen[str]) -> None:
    """Wait for it; what went wrong is one line, and the whole of it a file."""
    told = running.communicate()[1]
    if running.returncode:
        log = plan.home / "logs" / "prepare.log"
        log.write_text(told, encoding="utf-8")
        last = (told.strip().splitlines() or ["no word"])[-1]
        raise CallError(f"the database could not be brought up to date: {last} (the whole: {log})")


def _web_words(plan: Plan, port: int, files: tuple[Path, Path] | None) -> list[str]:
    words = [
        sys.executable, "-m", "granian", "facialis_clinic.config.wsgi:application", "--interface", "wsgi",
        "--host", plan.host, "--port", str(port), "--workers", str(plan.web), "--blocking-threads", str(THREADS),
        "--http", "1", "--no-ws", "--log-level", "error", "--respawn-failed-workers", "--workers-kill-timeout", "5",
    ]  # fmt: skip
    if files is not None:
        words += ["--ssl-certificate", str(files[0]), "--ssl-keyfile", str(files[1])]
    return words


def _inside(plan: Plan, port: int) -> str:
    """Return the address at which this machine reaches the site, past any proxy."""
    host = f"[{plan.host}]" if ":" in plan.host else plan.host
    return f"{'https' if plan.tls_cert else 'http'}://{host}:{port}"


def _opens(plan: Plan, port: int, stopping: Stopping, web: Kept) -> bool:
    """Wait until the site answers."""
    # It is this machine's own site that is asked whether it has opened: the certificate bears the public name.
    context = ssl._create_unverified_context() if plan.tls_cert else None  # noqa: S323
    address = _inside(plan, port) + "/alive/"
    until = time.monotonic() + OPENS_WITHIN_S
    while time.monotonic() < until and not stopping.is_set():
        try:
            asked = urllib.request.Request(address, headers={"Host": "localhost"})  # noqa: S310
            with urllib.request.urlopen(asked, timeout=10, context=context) as answer:  # noqa: S310
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, OSError, HTTPException):
            if web.process is not None and web.process.poll() is not None:
                return False
        time.sleep(0.05)
    return False


def _introduce(plan: Plan, url: str) -> None:
    """Print what the person at the terminal needs: the first administrator's link, the demo's sign-ins."""
    if plan.administrator is None and not plan.demo:
        return
    words = [
        sys.executable,
        "-m",
        "facialis_clinic.config.introduce",
        *([plan.administrator] if plan.administrator else []),
    ]
    subprocess.run(words, env=_around(plan, url), check=False)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
