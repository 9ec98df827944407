"""Presentation time stamps to seconds: never a frame number over a rate."""

from __future__ import annotations

from array import array

import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

STEPS_REMEMBERED = 64  # how far back a missing time stamp looks for the usual step
CONTAINER_ROUNDING_S = 0.001
STEP_TOLERANCE = 0.25  # a step this far from the median is irregular,
IRREGULAR_ALLOWED = 0.01  # and more of them than this make the rate variable


class Clock:
    """Turns the time stamps of one stream into seconds from the first picture.

    A missing one is put a usual step after the picture before it; one that does not come later than that is dropped.

    Parameters
    ----------
    stream : VideoStream
        Whose pictures will be placed.

    Attributes
    ----------
    times : array of float
        Seconds of every picture placed so far.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.times = array("d")
        self._unit = float(stream.time_base or 0.001)
        # AVI stores no presentation times, only the order of decoding; pictures leave the decoder in order of
        # presentation, so its even ticks are right and the reordered ones are not.
        self._by_decoding = "avi" in stream.container.format.name
        self._usual = 1 / float(stream.average_rate) if stream.average_rate else 0.04
        self._origin: float | None = None

    def stamp(self, picture: VideoFrame) -> int | None:
        """Return the time stamp of a picture in the stream's own unit."""
        return picture.dts if self._by_decoding else picture.pts

    def stamp_at(self, time_s: float) -> int:
        """Return the time stamp at a time, once the first picture has been placed."""
        return int((max(0.0, time_s) + (self._origin or 0.0)) / self._unit)

    def seconds(self, stamp: int) -> float:
        """Return a time stamp as seconds from the first picture, once that has been placed."""
        return stamp * self._unit - (self._origin or 0.0)

    @property
    def stamped(self) -> bool:
        """Whether any picture carried a time stamp; without one the times are guesses."""
        return self._origin is not None

    def place(self, picture: VideoFrame) -> float | None:
        """Return the time of the next picture, or None for one that comes no later than the one before it."""
        stamp = self.stamp(picture)
        if stamp is None:
            time = self._next()
        else:
            if self._origin is None:
                self._origin = stamp * self._unit - self._next()
            time = self.seconds(stamp)
        if self.times and time <= self.times[-1]:
            return None
        self.times.append(time)
        return time

    def _next(self) -> float:
        """Return when the next picture is due: one usual step after the last."""
        recent = self.times[-STEPS_REMEMBERED - 1 :]
        if not recent:
            return 0.0
        return recent[-1] + (float(np.median(np.diff(recent))) if len(recent) > 1 else self._usual)

    def rhythm(self) -> tuple[float, bool]:
        """Return the usual step, and whether the rate is variable.

        Returns
        -------
        step_s : float
            The median step, averaged over those that differ from it by the millisecond to which containers round.
        variable : bool
            Whether more than 1 % of the steps are over a quarter longer or shorter than the median step.
        """
        if len(self.times) < 2:
            return self._usual, False
        steps = np.diff(self.times)
        median = float(np.quantile(steps, 0.5, method="lower"))  # one that occurred, so that its like can be averaged
        off = np.abs(steps - median)
        usual = float(steps[off < 1.01 * CONTAINER_ROUNDING_S].mean())
        return usual, bool((off > STEP_TOLERANCE * median).mean() > IRREGULAR_ALLOWED)
