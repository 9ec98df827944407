"""Facialis: hemifacial spasm, measured from an ordinary video, and the diagnosis explained.

Everything here is found when it is first asked for, so that ``import facialis`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from facialis.version import __version__

if TYPE_CHECKING:
    from facialis.diagnosis import Case, assess
    from facialis.face import examine
    from facialis.face.compare import compare
    from facialis.findings import Estimate, Finding, Side, State

__all__ = ["Case", "Estimate", "Finding", "Side", "State", "__version__", "assess", "compare", "examine"]

_HOME = {
    "Case": "facialis.diagnosis",
    "Estimate": "facialis.findings",
    "Finding": "facialis.findings",
    "Side": "facialis.findings",
    "State": "facialis.findings",
    "assess": "facialis.diagnosis",
    "compare": "facialis.face.compare",
    "examine": "facialis.face",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'facialis' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
