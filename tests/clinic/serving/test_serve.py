"""The site starts with one command, stays up, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from facialis.commands import main
from tests.clinic.serving.conftest import Site, begin, gone, processes_of, reachable

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
Serve = Callable[..., Site]


def page(url: str, path: str = "/", context: ssl.SSLContext | None = None) -> str:
    with urllib.request.urlopen(url + path, timeout=20, context=context) as answer:
        return answer.read().decode()


@dataclass(frozen=True)
class First:
    """What came of the first start in an empty folder, and the folder that it left."""

    home: Path
    page: str
    alive: str
    code: int
    left: list[str]

    def copied(self) -> Path:
        """Return a copy of what it left: the next start need not make all of it again."""
        to = Path(tempfile.mkdtemp(prefix="copy-", dir=self.home.parent))
        to.chmod(0o711)
        subprocess.run(["cp", "-a", self.home, to / "home"], check=True)
        return to / "home"


@pytest.fixture(scope="module")
def first() -> Iterator[First]:
    with reachable() as folder:
        site = begin(folder / "home")
        try:
            site.opened()
            seen = page(site.url), page(site.url, "/alive/")
            yield First(site.home, *seen, site.stop(signal.SIGINT), gone(site.home))
        finally:
            if site.process.poll() is None:
                site.stop(signal.SIGKILL)


def child(home: Path, words: str) -> int:
    """Return the number of the process of a home whose command line holds the words."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            mine = (place / "environ").read_bytes()
        except OSError:
            continue
        if words in line and f"FACIALIS_HOME={home}".encode() in mine:
            return int(place.name)
    raise AssertionError(f"no process of {home} with {words}: {processes_of(home)}")


def test_one_command_opens_the_site_and_ctrl_c_ends_all_of_it(first: First, serve: Serve) -> None:
    """Nothing is left: no process, and a second start finds everything as it was."""
    assert "<h1" in first.page
    assert "alive" in first.alive
    assert first.code == 0
    assert first.left == []

    again = serve(home=first.copied())
    assert "<h1" in page(again.url)
    assert "preparing" not in "\n".join(again.lines)


def test_a_site_that_is_killed_leaves_no_process_and_starts_again(first: First, serve: Serve) -> None:
    """The kernel ends the children of a parent that had no time to."""
    site = serve(home=first.copied())
    site.stop(signal.SIGKILL)

    assert gone(site.home) == []
    assert "<h1" in page(serve(home=site.home).url)


@pytest.mark.slow
def test_whatever_dies_is_started_again(serve: Serve) -> None:
    """The worker, the database and the web server each come back, and pages come again."""
    site = serve()
    os.kill(child(site.home, " worker "), signal.SIGKILL)
    site.says("the worker started again")

    os.kill(child(site.home, "granian"), signal.SIGKILL)
    site.says("the web server started again")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            assert "<h1" in page(site.url)
            break
        except OSError:
            time.sleep(0.2)
    else:
        pytest.fail("no page came again")


@pytest.mark.slow
def test_two_sites_run_side_by_side(serve: Serve, folder: Path) -> None:
    """Two practices on one machine know nothing of each other."""
    one, two = serve(home=folder / "one"), serve(home=folder / "two")

    assert one.url != two.url
    assert "<h1" in page(one.url)
    assert "<h1" in page(two.url)


def test_a_second_site_of_one_home_is_told_so_in_one_line(first: First, serve: Serve) -> None:
    """Two servers over one folder would harm it."""
    site = serve(home=first.copied())
    second = serve(home=site.home, wait=False)

    assert second.ended() == 2
    assert len(second.lines) == 1
    assert str(site.home) in second.lines[0]
    assert "<h1" in page(site.url)


def test_it_serves_by_certificate_and_key(first: First, serve: Serve, folder: Path) -> None:
    """An elliptic key in the older form is taken too; cookies are then for https alone."""
    certificate, key = _pair(folder)
    site = serve("--tls-cert", certificate, "--tls-key", key, home=first.copied())
    context = ssl.create_default_context(cafile=str(certificate))

    assert site.url.startswith("https://localhost:")
    with urllib.request.urlopen(site.url + "/account/login/", timeout=20, context=context) as answer:
        assert "__Host-csrf" in (answer.headers["Set-Cookie"] or "")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "0.0.0.0"], "without TLS"),
        (["--tls-cert", "cert.pem"], "go together"),
        (["--tls-cert", "missing.pem", "--tls-key", "missing.key"], "there is no such file"),
        (["--proxy", "192.0.2.7"], "--url"),
        (["--url", "http://practice.example"], "https"),
        (["--url", "https://practice.example"], "needs --tls-cert"),
        (["--administrator", "you.practice.example"], "e-mail address"),
        (["--url", "practice"], "https://practice.example"),
        (["--url", "https://practice.example/path"], "https://practice.example"),
    ],
)
def test_a_wrong_call_is_one_line(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, where, and what to do; and no folder is made for it. Nothing is started yet: no process either."""
    with pytest.raises(SystemExit) as left:
        main(["serve", "--home", str(tmp_path / "home"), "--port", "0", *options])

    said = "".join(capsys.readouterr())
    assert left.value.code == 2
    assert said.count("\n") == 1
    assert told in said
    assert not (tmp_path / "home").exists()


def test_a_port_that_is_taken_is_one_line(serve: Serve) -> None:
    """Said before anything is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site = serve(port=taken.getsockname()[1], wait=False)

        assert site.ended() == 2
    assert len(site.lines) == 1
    assert "give another with --port" in site.lines[0]


def test_a_key_of_another_certificate_is_one_line(serve: Serve, folder: Path) -> None:
    """The two are tried together before the port opens."""
    certificate, _ = _pair(folder)
    (folder / "other").mkdir()
    _, foreign = _pair(folder / "other")
    site = serve("--tls-cert", certificate, "--tls-key", foreign, wait=False)

    assert site.ended() == 2
    assert "do not go together" in site.lines[-1]


def test_a_home_that_cannot_be_made_is_one_line(serve: Serve, folder: Path) -> None:
    """A file where the folder should be."""
    (folder / "file").write_text("here already")
    site = serve(home=folder / "file" / "home", wait=False)

    assert site.ended() == 2
    assert len(site.lines) == 1


def _pair(folder: Path) -> tuple[Path, Path]:
    """Make a certificate of localhost with its key in the older form."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
    )
    return certificate, private


def test_a_signal_that_comes_while_it_waits_is_heard() -> None:
    """Many times, at moments that fall into the waiting: an event set by the handler would lock up sooner or later."""
    from facialis_clinic.serving import Stopping

    before = signal.getsignal(signal.SIGUSR1)
    try:
        for _ in range(50):
            stopping = Stopping()
            signal.signal(signal.SIGUSR1, stopping.ask)
            os.kill(os.getpid(), signal.SIGUSR1)
            assert stopping.wait(5)
    finally:
        signal.signal(signal.SIGUSR1, before)
