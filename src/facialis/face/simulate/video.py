"""How a simulated clip is written, and why it may not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from facialis.face.simulate.courses import Times
from facialis.face.simulate.picture import Planes

Progress = Callable[[int, int], None]


class SimulationError(Exception):
    """Why nothing was made: one line with what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Video:
    """How the clip is written.

    Attributes
    ----------
    fps : float
        Frames a second; None keeps a clip's own times (30 for a still source).
    crf : int
        Quality of x264; 20 is good, 30 poor.
    size : (int, int) or None
        Width and height in pixels; None chooses.
    jitter : float
        Share by which the time between frames varies (a variable-rate phone).
    """

    fps: float | None = None
    crf: int = 23
    size: tuple[int, int] | None = None
    jitter: float = 0.0


def frame_times(seconds: float, video: Video, rng: np.random.Generator) -> Times:
    """Return the presentation times of a clip made from a still source."""
    fps = video.fps or 30.0
    count = max(2, round(seconds * fps))
    steps = np.ones(count - 1) + video.jitter * rng.uniform(-1, 1, count - 1)
    return np.concatenate([[0.0], np.cumsum(steps / fps)])


def counted(pictures: Iterable[Planes], total: int, progress: Progress | None) -> Iterator[Planes]:
    """Pass pictures on and tell how many have gone."""
    for done, picture in enumerate(pictures, start=1):
        yield picture
        if progress is not None:
            progress(done, total)
