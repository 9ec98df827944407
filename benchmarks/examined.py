"""Examinations of many clips, two at a time, kept for as long as neither clip nor program has changed."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import corpus, kept

T = TypeVar("T")
R = TypeVar("R")


def examined(path: Path) -> dict[str, Any]:
    """Return the public result of a clip."""
    from facialis.face import examine

    file = kept.cache("found") / f"{kept.digest(path, kept.examination())}.json"
    if not file.is_file():
        scratch = file.with_suffix(f".{time.monotonic_ns()}")
        scratch.write_text(json.dumps(examine(path).to_json()), encoding="utf-8")
        scratch.replace(file)
    return dict(json.loads(file.read_text(encoding="utf-8")))


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
