"""A film that takes over the process which decodes it reaches no other process."""

from __future__ import annotations

import errno
import platform
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="the filter is Linux's"
)
BOUND = """
import ctypes, os, signal
from facialis_clinic.recordings.apart.limits import Limits, bind
bind(Limits(1 << 30, 30, 60))
call = ctypes.CDLL(None, use_errno=True).syscall
"""
X86 = platform.machine() == "x86_64"


def python(body: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BOUND + body], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (310 if X86 else 270, "os.getppid(), 0, 0, 0, 0, 0"),  # process_vm_readv
        (434, "os.getppid(), 0"),  # pidfd_open
        (438, "0, 0, 0"),  # pidfd_getfd
        (129 if X86 else 138, "os.getppid(), 0, 0"),  # rt_sigqueueinfo
        (297 if X86 else 240, "os.getppid(), os.getppid(), 0, 0"),  # rt_tgsigqueueinfo
        (234 if X86 else 131, "os.getppid(), os.getppid(), 0"),  # tgkill
        (272 if X86 else 97, "0x10000000"),  # unshare
    ],
)
def test_no_other_process_can_be_read_or_signalled(number: int, words: str) -> None:
    done = python(f"print(call({number}, {words}), ctypes.get_errno())")

    assert done.stdout.split() == ["-1", str(errno.EPERM)], done.stderr


def test_a_decoder_that_aborts_still_ends_by_its_own_signal() -> None:
    assert python("os.abort()").returncode == -signal.SIGABRT


def test_threads_still_begin_and_end() -> None:
    done = python("import threading as t; a = t.Thread(target=print, args=('here',)); a.start(); a.join()")

    assert done.stdout == "here\n"
