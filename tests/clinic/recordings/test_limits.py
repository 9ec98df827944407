"""The process that reads films of unknown origin can compute, within bounds, and nothing else."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facialis_clinic.recordings import bounds
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.apart.limits import MIB, Limits
from tests.clinic.recordings.films import repeated, write_film

on_linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="the filter is Linux's"
)
BOUND = "from facialis_clinic.recordings.apart.limits import *; bind(Limits({memory} << 20, {cpu_s}, 60, {file_size}));"


def python(body: str, *, memory: int = 1024, cpu_s: int = 30, file_size: int = 0) -> subprocess.CompletedProcess[str]:
    code = BOUND.format(memory=memory, cpu_s=cpu_s, file_size=file_size) + body
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@on_linux
@pytest.mark.parametrize(
    "body",
    [
        "import socket; socket.socket()",
        "import socket; socket.socketpair()",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.kill(os.getppid(), 0)",
    ],
)
def test_neither_network_nor_another_process_can_be_reached(body: str) -> None:
    done = python(body)

    assert done.returncode == 1
    assert "PermissionError" in done.stderr


def test_threads_still_begin() -> None:
    """The control: what measuring needs is not closed with the rest."""
    done = python("import threading; t = threading.Thread(target=print, args=('here',)); t.start(); t.join()")

    assert (done.returncode, done.stdout) == (0, "here\n")


def test_memory_is_bounded() -> None:
    assert "MemoryError" in python("bytearray(2 << 30)").stderr


def test_no_file_grows_beyond_its_bound(tmp_path: Path) -> None:
    body = f"open({str(tmp_path / 'much')!r}, 'wb').write(bytes(2 << 20))"

    assert "File too large" in python(body, file_size=MIB).stderr
    assert (tmp_path / "much").stat().st_size <= MIB


def test_processor_time_is_bounded() -> None:
    done = python("exec('while True: pass')", cpu_s=1)

    assert done.returncode == -24  # SIGXCPU


def test_a_film_that_takes_too_long_is_stopped_by_the_clock(face: Path, tmp_path: Path) -> None:
    began = time.monotonic()

    outcome = apart.run("measure", limits=Limits(4096 * MIB, 100, 0.3), paths={"source": face}, told={"mirrored": "no"})

    assert outcome == apart.Broke("time")
    assert time.monotonic() - began < 3


def test_a_film_that_takes_too_much_processor_time_is_stopped(grey: Path, tmp_path: Path) -> None:
    """A small file whose pictures are large and many: a few bytes each to send, much to decode."""
    seed = write_film(tmp_path / "seed.mp4", seconds=1, fps=12, size=(1920, 1080))
    bomb = repeated(seed, tmp_path / "bomb.mp4", 200)
    assert bomb.stat().st_size < 20_000_000
    limits = Limits(4096 * MIB, 3, 60, 64 * MIB)

    outcomes = [
        apart.run(
            "copy",
            limits=limits,
            paths={"source": one, "target": tmp_path / f"{one.stem}-copy", "poster": tmp_path / "poster"},
        )
        for one in (bomb, grey)
    ]

    assert outcomes[0] == apart.Broke("time")
    assert isinstance(outcomes[1], apart.Answered)


def test_a_film_that_takes_too_much_memory_is_refused(grey: Path, tmp_path: Path) -> None:
    seed = write_film(tmp_path / "seed.mp4", seconds=1, fps=1, size=(7680, 4320))
    large = repeated(seed, tmp_path / "large.mp4", 3)
    limits = Limits(160 * MIB, 60, 60, 64 * MIB)

    outcomes = [
        apart.run("keep", limits=limits, paths={"source": one, "target": tmp_path / one.stem}, told={"longest_s": 900})
        for one in (large, grey)
    ]

    assert isinstance(outcomes[0], apart.Broke | apart.Refused)
    assert isinstance(outcomes[1], apart.Answered)


def test_nothing_is_left_running_when_the_waiting_process_is_killed(tmp_path: Path, face: Path) -> None:
    body = (
        "from pathlib import Path; from facialis_clinic.recordings.apart import run;"
        "from facialis_clinic.recordings.apart.limits import *;"
        f"run.run('measure', limits=Limits(4 << 30, 100, 100), paths={{'source': Path({str(face)!r})}},"
        "told={'mirrored': 'no'}, progress=lambda share: print(share, flush=True))"
    )
    waiting = subprocess.Popen([sys.executable, "-c", body], stdout=subprocess.PIPE)
    assert waiting.stdout is not None
    waiting.stdout.readline()
    children = Path(f"/proc/{waiting.pid}/task/{waiting.pid}/children")
    if not children.exists():
        waiting.kill()
        pytest.skip("needs /proc")
    ids = [int(one) for one in children.read_text().split()]
    waiting.kill()
    waiting.communicate()

    until = time.monotonic() + 5
    while any(_runs(one) for one in ids) and time.monotonic() < until:
        time.sleep(0.02)
    assert ids
    assert not any(_runs(one) for one in ids)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_no_secret_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    process = apart._start(apart.FILMS)
    try:
        seen = Path(f"/proc/{process.pid}/environ")
        if not seen.exists():
            pytest.skip("needs /proc")
        assert b"secret" not in seen.read_bytes()
        assert b"PROXY" not in seen.read_bytes()
        assert os.getpgid(process.pid) == process.pid
    finally:
        process.kill()
        process.communicate()


def test_the_bounds_leave_room_for_every_film_that_is_taken() -> None:
    assert bounds.measuring(bounds.LONGEST_S).wall_s >= 10 * bounds.LONGEST_S
    assert bounds.keeping(2 << 30).file_size > 2 << 30
