"""The column of times of a table: its rate, its gaps, and whether it is a clock at all."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from facialis.emg.recording.model import RecordingError
from facialis.emg.recording.stretches import Stretch

Times = npt.NDArray[np.float64]

_UNEVEN = 0.1
"""Part of a step by which one may differ from the others; a clock differs less, a list of events more."""

_GAP = 1.5
"""Steps from which on a sample is missing."""

_MOST_GAPS = 0.05
"""Part of the rows that gaps may follow; with more of them the rate is wrong and not the rows."""

_FEW = 20

_DISAGREE = 0.1
"""Part by which times may differ from the rate that is stated: more is no drift of a clock."""

_DRIFT_S = 0.01


@dataclass(slots=True)
class Clock:
    """Takes the times of a table block by block and cuts it into stretches.

    Attributes
    ----------
    name : str
        Of the file, for errors.
    rate_hz : float
    stretches : list of Stretch
        Counted in rows.
    drift_s : float
        How far times and samples run apart at most.
    """

    name: str
    rate_hz: float
    stretches: list[Stretch] = field(default_factory=list)
    drift_s: float = 0.0
    _rows: int = 0
    _zero: float = 0.0
    _last: float = 0.0

    def take(self, times: Times, rounding: float) -> None:
        """Take the next times, in seconds; `rounding` is what their last decimal is worth.

        Raises
        ------
        RecordingError
            If a time is missing, goes back, or is neither a step nor a gap after the one before; names the row.
        """
        if not times.size:
            return
        if np.isnan(times).any():
            raise self._wrong(int(np.isnan(times).argmax()), "has no time")
        step = 1 / self.rate_hz
        if not self._rows:
            self._zero, self._last = float(times[0]), float(times[0]) - step
            self.stretches.append(Stretch(0.0, 0, 0, self.rate_hz))
        late = np.diff(times, prepend=self._last) - step
        slack = _UNEVEN * step + 1.001 * rounding
        gaps = late > max((_GAP - 1) * step, slack)
        odd = (np.abs(late) > slack) & ~gaps
        if odd.any():
            at = int(odd.argmax())
            raise self._wrong(at, f"comes {late[at] + step:.6g} s after the one before it, and a step is {step:.6g} s")
        cuts = np.flatnonzero(gaps)
        if cuts.size > _FEW and cuts.size > _MOST_GAPS * times.size:
            at = int(cuts[0])
            raise self._wrong(
                at, f"comes {late[at] + step:.6g} s after the one before it, and so do many at {step:.6g} s a step"
            )
        self._cut(times, cuts)

    def _cut(self, times: Times, cuts: npt.NDArray[np.int64]) -> None:
        """End the stretch before each cut, and begin one there."""
        for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), times.size], strict=True):
            if begin or (cuts.size and cuts[0] == 0 and end > begin):
                before = self.stretches[-1]
                start_s = max(float(times[begin]) - self._zero, before.span.end_s)
                self.stretches.append(Stretch(start_s, self._rows + begin, 0, self.rate_hz))
            if end > begin:
                one = self.stretches[-1]
                count = self._rows + end - one.first
                self.stretches[-1] = Stretch(one.start_s, one.first, count, self.rate_hz)
                runs = one.start_s + (count - 1) / self.rate_hz
                self.drift_s = max(self.drift_s, abs(float(times[end - 1]) - self._zero - runs))
        self._rows += times.size
        self._last = float(times[-1])

    def doubts(self, rounding: float) -> list[str]:
        """Say it where times and samples run apart by more than rounding does."""
        if self.drift_s <= _DRIFT_S + rounding:
            return []
        what = f"the times run {self.drift_s:.3g} s away from {self.rate_hz:g} samples a second"
        return [f"{what}; times are those of the samples"]

    def _wrong(self, at: int, what: str) -> RecordingError:
        return RecordingError(f"{self.name}: times are uneven: row {self._rows + at + 1} {what}; export it at one rate")


def rate_of(name: str, times: Times, rounding: float, stated: float | None) -> float:
    """Return the samples a second: as stated, else as the first times of a table say.

    Raises
    ------
    RecordingError
        If neither says it, or both do and differ.
    """
    steps = np.diff(times)
    steps = steps[np.isfinite(steps)]
    step = float(np.median(steps)) if steps.size else 0.0
    if step <= rounding and steps.size:
        step = float(steps.mean())
    if stated is not None:
        if step > 0 and steps.size >= 3 and abs(step * stated - 1) > _DISAGREE + rounding * stated:
            raise RecordingError(
                f"{name}: states {stated:g} Hz, and its times say {1 / step:g} Hz; correct one of them"
            )
        return stated
    if not step > 0:
        raise RecordingError(f"{name}: its times do not say the sampling rate; give it: --rate-hz")
    even = np.flatnonzero(np.abs(steps - step) > _UNEVEN * step + 2 * rounding)
    count = int(even[0]) if even.size else steps.size
    took = float(steps[:count].sum()) if count else step
    rate = max(1, count) / took if took > 0 else 1 / step
    # The last decimal of the times leaves a range of rates; a whole number in it is what the amplifier was set to.
    return float(round(rate)) if abs(rate - round(rate)) <= rate * (2 * rounding / took + 1e-9) and rate > 1 else rate
