"""How a movement runs in time: rise, hold, fall, in continuous seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]
_PLATEAU_S = 0.25


@dataclass(frozen=True, slots=True)
class Pulse:
    """One movement: a raised-cosine rise, an optional plateau, a raised-cosine fall.

    Parameters
    ----------
    start_s : float
        Time at which the rise begins.
    rise_s, hold_s, fall_s : float
        Durations; ``hold_s`` is 0 for a twitch.
    peak : float
        Value of the plateau.
    tremor_hz, tremor_depth : float
        A tremor on the plateau: it dips by ``tremor_depth`` of the peak, so the peak is never passed.
    """

    start_s: float
    rise_s: float
    hold_s: float
    fall_s: float
    peak: float = 1.0
    tremor_hz: float = 0.0
    tremor_depth: float = 0.0

    @property
    def end_s(self) -> float:
        """Time at which the movement has gone."""
        return self.start_s + self.rise_s + self.hold_s + self.fall_s

    def __call__(self, time_s: Times) -> Times:
        """Return the value at each time; 0 outside the movement."""
        rising = np.clip((time_s - self.start_s) / self.rise_s, 0, 1)
        falling = np.clip((time_s - self.end_s + self.fall_s) / self.fall_s, 0, 1)
        value = self.peak * (1 - np.cos(np.pi * rising)) / 2 * (1 + np.cos(np.pi * falling)) / 2
        if self.tremor_depth:
            since = np.clip(time_s - self.start_s - self.rise_s, 0, self.hold_s)
            # The dip starts and ends gently and leaves the first top of the plateau as it is.
            fade = np.sin(np.pi * since / self.hold_s) if self.hold_s else 0.0
            value = value * (1 - self.tremor_depth * fade * (1 - np.cos(2 * np.pi * self.tremor_hz * since)) / 2)
        return np.asarray(value)


def crossings(time_s: Times, value: Times, fraction: float = 0.1) -> tuple[float, float, float]:
    """Return onset, apex and offset of one movement sampled finely.

    Onset and offset are the first and last crossing of ``fraction`` of the maximum, interpolated between samples. The
    apex is the time of the maximum; where the movement stays within 2 % of it for a quarter of a second, the middle of
    that time, so that a plateau has its apex in its middle.

    Parameters
    ----------
    time_s, value : (T,) float64
        The movement; where it is cut off, the end of the samples counts.
    fraction : float
        Of the maximum.
    """
    top = float(value.max())
    level = fraction * top
    above = np.flatnonzero(value >= level)
    first, last = int(above[0]), int(above[-1])
    onset, offset = float(time_s[first]), float(time_s[last])
    if first > 0:
        onset = float(np.interp(level, value[first - 1 : first + 1], time_s[first - 1 : first + 1]))
    if last + 1 < len(value):
        offset = float(np.interp(-level, -value[last : last + 2], time_s[last : last + 2]))
    near = time_s[value >= 0.98 * top]
    held = near[-1] - near[0] >= _PLATEAU_S
    return onset, float((near[0] + near[-1]) / 2 if held else time_s[value.argmax()]), offset
