"""The benchmarks are no part of the package: tests import them from the repository."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def bench(root: Path) -> Iterator[Any]:
    """Import a part of the benchmarks, which are no part of the package."""
    sys.path.insert(0, str(root))
    try:

        def load(name: str) -> ModuleType:
            return importlib.import_module(f"benchmarks.{name}")

        yield load
    finally:
        sys.path.remove(str(root))
