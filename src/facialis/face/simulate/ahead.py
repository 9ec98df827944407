"""Works on the next frames while the last one is being encoded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_WORKERS = 2
_WAITING = 4  # frames; memory must not grow with the clip


def ahead(make: Callable[[_Given], _Made], given: Iterable[_Given]) -> Iterator[_Made]:
    """Yield ``make(each)`` in order, worked out a few frames ahead on threads of their own."""
    waiting: deque[Future[_Made]] = deque()
    with ThreadPoolExecutor(_WORKERS) as pool:
        for each in given:
            waiting.append(pool.submit(make, each))
            if len(waiting) >= _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
