"""What a process may still do once it reads a film of unknown origin: compute, within bounds, and nothing else.

No Django here: the process that is bounded imports this first.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass

MIB = 1 << 20

# Linux: <linux/prctl.h>, <linux/seccomp.h>, <linux/filter.h>, <linux/audit.h>.
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OTHER_NUMBERS = 0x40000000  # a second set of numbers for the same calls on x86-64 (x32)
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x00010000
# By machine: its name in the kernel, then the numbers of the calls that are refused, of clone, of clone3 and of tgkill.
_CALLS = {
    "x86_64": (0xC000003E, {
        "socket": 41, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "ptrace": 101,
        "process_vm_writev": 311, "io_uring_setup": 425, "bpf": 321, "kill": 62, "tkill": 200, "pidfd_send_signal": 424,
        "process_vm_readv": 310, "pidfd_open": 434, "pidfd_getfd": 438, "rt_sigqueueinfo": 129,
        "rt_tgsigqueueinfo": 297, "unshare": 272, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250,
    }, 56, 435, 234),
    "aarch64": (0xC00000B7, {
        "socket": 198, "socketpair": 199, "execve": 221, "execveat": 281, "ptrace": 117,
        "process_vm_writev": 271, "io_uring_setup": 425, "bpf": 280, "kill": 129, "tkill": 130,
        "pidfd_send_signal": 424, "process_vm_readv": 270, "pidfd_open": 434, "pidfd_getfd": 438,
        "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "unshare": 97, "perf_event_open": 241, "userfaultfd": 282,
        "keyctl": 219,
    }, 220, 435, 131),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a process.

    Attributes
    ----------
    memory : int
        Bytes of address space.
    cpu_s : int
        Seconds of processor time, all threads together.
    wall_s : float
        Seconds by the clock; kept by the process that waits.
    file_size : int
        Bytes that any file may grow to; 0 where it writes none.
    """

    memory: int
    cpu_s: int
    wall_s: float
    file_size: int = 0


def bind(limits: Limits) -> None:
    """Bind this process by ``limits``, for good, and let it neither start others nor speak to a network.

    Call it in the main thread before any other thread begins: the filter holds for the calling thread and all that it
    starts. The network and the other processes are closed by a filter in the kernel (seccomp) on Linux for x86-64 and
    aarch64; elsewhere only by the environment.
    """
    die_with_parent()
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, 128),
    ):
        _, hard = resource.getrlimit(what)
        bounded = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # The soft limit of time comes first: it ends the process by a signal that tells why.
        resource.setrlimit(what, (bounded, bounded + 2 if what == resource.RLIMIT_CPU and hard < 0 else bounded))
    close_doors()


def die_with_parent() -> None:
    """Let the kernel end this process when the one that waits for it is gone, however that went (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def close_doors() -> bool:
    """Refuse sockets, other programs and other processes from now on; return whether the kernel took the filter."""
    calls = _CALLS.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    program = _filter(*calls)
    steps = ctypes.create_string_buffer(b"".join(program), 8 * len(program))
    # struct sock_fprog: the number of steps, then where they stand.
    told = struct.pack("HxxxxxxP", len(program), ctypes.addressof(steps))
    held = ctypes.create_string_buffer(told, len(told))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_void_p(ctypes.addressof(held)), 0, 0) == 0)


def _filter(machine: int, refused: dict[str, int], clone: int, clone3: int, tgkill: int) -> list[bytes]:
    """Return the program that the kernel runs at each call: refuse some, let threads begin, allow the rest."""

    def step(code: int, value: int, hit: int = 0, miss: int = 0) -> bytes:
        return struct.pack("HBBI", code, hit, miss, value)

    program = [
        step(_LOAD, _ARCHITECTURE_AT),
        step(_EQUAL, machine, hit=1),
        step(_RETURN, _KILL),
        step(_LOAD, _NUMBER_AT),
        step(_AT_LEAST, _OTHER_NUMBERS, miss=1),
        step(_RETURN, _KILL),
    ]
    for number in refused.values():
        program += [step(_EQUAL, number, miss=1), step(_RETURN, _ERRNO | _EPERM)]
    # A process that aborts sends the signal to itself.
    program += [
        step(_EQUAL, tgkill, miss=4),
        step(_LOAD, _FIRST_ARGUMENT_AT),
        step(_EQUAL, os.getpid(), hit=1),
        step(_RETURN, _ERRNO | _EPERM),
        step(_RETURN, _ALLOW),
    ]
    # The C library falls back to clone, whose flags can be seen; those of clone3 lie behind a pointer.
    program += [step(_EQUAL, clone3, miss=1), step(_RETURN, _ERRNO | _ENOSYS)]
    program += [
        step(_EQUAL, clone, miss=3),
        step(_LOAD, _FIRST_ARGUMENT_AT),
        step(_ANY_BIT, _CLONE_THREAD, hit=1),
        step(_RETURN, _ERRNO | _EPERM),
        step(_RETURN, _ALLOW),
    ]
    return program
