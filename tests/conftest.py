"""What the tests share: the nets, two faces in the public domain, and the folder of real recordings if it is there."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from xdist.scheduler import LoadFileScheduling

# The tests start some two hundred processes: one that may not keep what it compiled compiles all of the site anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
NO_SHARED = "the real recordings (../shared/data) are not here"


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def nets() -> dict[str, Path]:
    """The paths of the nets; without them nothing can be tested, so that is a failure and no skip."""
    from facialis.face import nets as room

    try:
        return room.check()
    except room.NetsMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def hopper() -> npt.NDArray[np.uint8]:
    """Grace Hopper's portrait, (600, 512, 3) uint8 RGB: glasses, about 87 px between the eyes."""
    import matplotlib

    return _picture(Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg")


@pytest.fixture(scope="session")
def astronaut() -> npt.NDArray[np.uint8]:
    """Eileen Collins's portrait, (512, 512, 3) uint8 RGB: about 46 px between the eyes."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return _picture(Path(spec.origin).parent / "data" / "astronaut.png")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings; a test that needs it is skipped where it is not there."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Load a script that is not in the package, by its path in the repository."""

    def load(path: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # A script finds those beside it, as it does when it is run.
        sys.path.insert(0, str((ROOT / path).parent))
        try:
            spec.loader.exec_module(module)
        finally:
            sys.path.pop(0)
        return module

    return load


def _picture(path: Path) -> npt.NDArray[np.uint8]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.ascontiguousarray(np.asarray(picture.convert("RGB"), dtype=np.uint8))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Keep a file on one worker, and all that drives a browser together: the practice behind it is started once."""

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)

    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    """Let garbage be looked for among what the tests make alone: what was loaded for them stays to the end."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line how many tests were not run for want of the real recordings."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_SHARED in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests were skipped: {NO_SHARED}")
