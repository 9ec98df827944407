"""Linear algebra on the thread that asks for it, while the threads of this room share the cores among themselves.

The library of numpy and scipy starts threads of its own for every product of matrices and lets them spin until the next
one: with small products, as here, that takes more processor time than all of the measuring.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy

_NAMES = ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads")

_asked = threading.Lock()
_before: list[list[int]] = []
"""How many threads there were before, once; and an empty list for each that asks while another one does."""

Switch = tuple[Callable[[], int], Callable[[int], Any]]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let products of matrices run on one thread until the end; where the library is another one nothing changes.

    It holds for all of the program; the last of several that ask for it at once puts back what was before.
    """
    with _asked:
        if not _before:
            _before.append([ask() for ask, _ in switches()])
            for _, put in switches():
                put(1)
        else:
            _before.append([])
    try:
        yield
    finally:
        with _asked:
            if len(_before) == 1:
                for (_, put), count in zip(switches(), _before[0], strict=True):
                    put(count)
                _before.clear()
            else:
                _before.pop()


def give_back() -> None:
    """Give memory that is not used any more back to the system, where its C library can be told to (glibc).

    It keeps what each thread has freed for that thread: 50 MB after a recording.
    """
    trim = getattr(_c_library(), "malloc_trim", None)
    if trim is not None:
        trim(0)


@cache
def _c_library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # TypeError: Windows asks for a name
        return None


@cache
def switches() -> tuple[Switch, ...]:
    """Return how to ask and to say on how many threads each library computes: OpenBLAS, as the wheels bring it."""
    found: list[Switch] = []
    for package in (np, scipy):
        inside = Path(package.__file__ or ".").parent
        for path in (*inside.with_name(f"{inside.name}.libs").glob("*openblas*"), *inside.glob(".dylibs/*openblas*")):
            try:
                library = ctypes.CDLL(str(path))  # it is loaded already: this is a second handle on it
            except OSError:
                continue
            name = next((name for name in _NAMES if hasattr(library, name.format("set"))), None)
            if name is not None:
                found.append((getattr(library, name.format("get")), getattr(library, name.format("set"))))
    return tuple(found)
