"""Invented courses for the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def invented(script: Callable[[str], ModuleType]) -> ModuleType:
    """The generator of courses of people who do not exist."""
    return script(str(Path(__file__).with_name("invented.py").relative_to(Path(__file__).parents[4])))
