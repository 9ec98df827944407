"""A guided examination: the protocol of its tasks, what they ask of the face, and what they showed.

The protocol alone is read without OpenCV or the nets' runtime: the rest is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facialis.face.guided.whole import Guided, Showed, guide, merged, show

__all__ = ["Guided", "Showed", "guide", "merged", "show"]


def __getattr__(name: str) -> Any:
    """Import the examination when it is first asked for."""
    if name in __all__:
        from facialis.face.guided import whole

        return getattr(whole, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
