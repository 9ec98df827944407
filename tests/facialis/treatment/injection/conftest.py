"""The module that writes plans and sessions."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def written(script: Callable[[str], ModuleType]) -> ModuleType:
    """Plans and sessions in few words."""
    return script("tests/facialis/treatment/injection/written.py")
