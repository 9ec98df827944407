"""Facialis: hemifacial spasm, measured from an ordinary video.

Everything here is found when it is first asked for, so that ``import facialis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facialis.face import examine
    from facialis.face.compare import compare
    from facialis.findings import Estimate, Finding, Side, State

__version__ = "0.1.0"
__all__ = ["Estimate", "Finding", "Side", "State", "__version__", "compare", "examine"]

_HOME = {
    "Estimate": "facialis.findings",
    "Finding": "facialis.findings",
    "Side": "facialis.findings",
    "State": "facialis.findings",
    "compare": "facialis.face.compare",
    "examine": "facialis.face",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'facialis' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
