"""What a camera sees: from an ordinary video to every spasm in it, and what the video could not show.

>>> from facialis.face import examine
>>> examination = examine("clip.mp4")        # doctest: +SKIP
>>> examination.to_json()["summary"]         # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from facialis.face.study import Examination, examine

__all__ = ["Examination", "examine"]


def __getattr__(name: str) -> Any:
    """Import the examination when it is first asked for: it brings the nets' runtime and OpenCV along."""
    if name in __all__:
        from facialis.face import study

        return getattr(study, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
