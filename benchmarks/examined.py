"""Examinations of many clips, two at a time, kept for as long as neither clip nor program has changed."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks import corpus, kept

if TYPE_CHECKING:
    from facialis.face.measure import Track
    from facialis.face.recording import Source

T = TypeVar("T")
R = TypeVar("R")


def examined(path: Path) -> dict[str, Any]:
    """Return the public result of a clip."""
    from facialis.face.study import concluded

    return concluded(*tracked(path)).to_json()


def tracked(path: Path) -> tuple[Track, Source]:
    """Return what was measured in a clip; measured now if the cache does not hold it."""
    from facialis.face.study import tracked as measured

    file = kept.cache("tracks") / f"{kept.digest(path, kept.measuring())}.pickle"
    if not file.is_file():
        scratch = file.with_suffix(f".{time.monotonic_ns()}")
        scratch.write_bytes(pickle.dumps(measured(path)))
        scratch.replace(file)
    # Written by this program into the user's own cache, as the clips are.
    found: tuple[Track, Source] = pickle.loads(file.read_bytes())
    return found


def pair(clip: corpus.Clip) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return truth and public result of a declared clip."""
    path = corpus.made(clip)
    return corpus.truth(path), examined(path)


def over(work: Callable[[T], R], items: Sequence[T], names: Iterable[str]) -> Iterator[tuple[int, R]]:
    """Yield (place, result) of each item as it is ready, two processes at work, and say how far it is."""
    labels, began = list(names), time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(2, kept.cores()), mp_context=context) as pool:
        waiting = {pool.submit(work, item): place for place, item in enumerate(items)}
        for done, future in enumerate(as_completed(waiting), 1):
            place = waiting[future]
            kept.say(f"[{done}/{len(items)}] {labels[place]} ({time.monotonic() - began:.0f} s)")
            yield place, future.result()
