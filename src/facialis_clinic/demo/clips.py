"""The films of the demonstration: made by ``facialis simulate`` from a portrait in the public domain, kept by content.

What is kept lies in the user's cache (``XDG_CACHE_HOME``), or where ``FACIALIS_DEMO_CACHE`` says. A film is found again
by its options, the portrait and the simulator's own code; another version makes it anew.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import facialis
from facialis.version import __version__
from facialis_clinic.processes import end_with_parent

Options = Mapping[str, Any]
# What is done to the portrait first; all the rest is handed on to ``facialis simulate``.
_OF_PORTRAIT = ("dark", "flip")


class NoFilm(Exception):
    """A film cannot be made; the text is one line with what to do."""


def folder() -> Path:
    """Return where films and results are kept."""
    if told := os.environ.get("FACIALIS_DEMO_CACHE"):
        return Path(told).expanduser()
    top = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(top).expanduser() / "facialis" / "demo"


def portrait() -> Path:
    """Return the portrait of Grace Hopper (public domain) that matplotlib brings along.

    Raises
    ------
    NoFilm
        Where matplotlib is not installed.
    """
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise NoFilm("the films of the demonstration need matplotlib's portrait: pip install matplotlib")
    return Path(found.origin).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"


@cache
def code(*rooms: str) -> str:
    """Return a hash of the version and of the code in these folders of ``facialis``."""
    top = Path(facialis.__file__).parent
    digest = hashlib.sha256(__version__.encode())
    for room in rooms:
        for path in sorted((top / room).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(top)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def path_of(options: Options) -> Path:
    """Return where the film of these options is kept, whether it is there or not."""
    told = json.dumps(dict(options), sort_keys=True)
    digest = hashlib.sha256(f"{told}\0{code('face/simulate')}\0".encode() + portrait().read_bytes())
    return folder() / "clips" / f"{digest.hexdigest()[:32]}.mp4"


def make(options: Options) -> Path:
    """Make the film of these options, unless it is kept; return where it lies.

    Raises
    ------
    NoFilm
        Where it cannot be made.
    """
    path = path_of(options)
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        film = Path(scratch) / "film.mp4"
        words = [sys.executable, "-m", "facialis", "simulate", _source(options, Path(scratch)), "--out", film]
        done = subprocess.run(
            [*map(str, words), *_words(options)],
            capture_output=True, text=True, check=False, preexec_fn=end_with_parent,
        )  # fmt: skip
        if done.returncode:
            raise NoFilm((done.stderr.strip().splitlines() or ["facialis simulate failed"])[-1])
        film.replace(path)
    return path


def _words(options: Options) -> Iterator[str]:
    """Yield the options as the command line takes them."""
    for name, value in options.items():
        if name not in _OF_PORTRAIT:
            yield f"--{name}"
            yield from map(str, value if isinstance(value, list) else [value])


def _source(options: Options, scratch: Path) -> Path:
    """Return the portrait, turned round or darkened where that is asked for: another person, or a lamp that is out."""
    if not any(options.get(name) for name in _OF_PORTRAIT):
        return portrait()
    import cv2
    import numpy as np

    picture = np.asarray(cv2.imread(str(portrait())))
    if options.get("flip"):
        picture = picture[:, ::-1]
    path = scratch / "portrait.png"
    cv2.imwrite(str(path), (picture * float(options.get("dark", 1.0))).astype(np.uint8))
    return path
