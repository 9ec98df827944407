"""Onsets of one muscle on an axis where every span closes on itself and none touches the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from facialis.emg.recording import Span

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORTEST_S = 1.0
"""A shorter span is not closed on itself: it would be repeated too often to tell anything."""
GROUP_GAP_S = 1.0
"""Onsets less than this apart belong to one group: grouped bursts have gaps below a second (Acta Neurol Belg 2024)."""


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Onsets of one muscle, in order.

    Attributes
    ----------
    place : array, shape (n,)
        On the axis of :class:`Axis`, seconds.
    length : array, shape (n,)
        How long the span of each is, seconds.
    group : array of int, shape (n,)
        Which group each belongs to; groups of one span never reach into the next.
    unsure_s : array, shape (n,)
        How far each may lie to either side.
    closed : array, shape (m,)
        The places with each span repeated past both of its ends, as far as the room of the axis reaches.
    """

    place: Floats
    length: Floats
    group: Ints
    unsure_s: Floats
    closed: Floats

    def __len__(self) -> int:
        return len(self.place)

    def where(self, keep: npt.NDArray[np.bool_]) -> Train:
        """Return the onsets that a mask names."""
        return replace(
            self,
            place=self.place[keep],
            length=self.length[keep],
            group=self.group[keep],
            unsure_s=self.unsure_s[keep],
        )


class Axis:
    """Spans laid out with room between them, so that a circular shift stays within its own span.

    Parameters
    ----------
    spans : sequence of Span
        What was recorded, in order.
    room_s : float
        The farthest that anything is shifted or looked at.
    """

    def __init__(self, spans: Sequence[Span], room_s: float) -> None:
        if not spans:
            raise ValueError("synchrony needs at least one span that was recorded")
        self.start = np.array([span.start_s for span in spans])
        self.length = np.array([span.end_s - span.start_s for span in spans])
        self.room_s = room_s
        self.origin = np.concatenate(([0.0], np.cumsum(self.length + 3 * room_s)[:-1]))

    def train(self, onset_s: Floats, unsure_s: Floats | None = None) -> Train:
        """Lay onsets on the axis; one that stands in no span goes to the one before it."""
        order = np.argsort(onset_s, kind="stable")
        unsure = np.zeros(len(order)) if unsure_s is None else np.nan_to_num(unsure_s)[order]
        onset_s = np.asarray(onset_s, np.float64)[order]
        span = np.clip(np.searchsorted(self.start, onset_s, side="right") - 1, 0, None)
        place = onset_s - self.start[span] + self.origin[span]
        apart = np.diff(place, prepend=-np.inf) >= GROUP_GAP_S
        return Train(place, self.length[span], np.cumsum(apart) - 1, unsure, self._closed(place))

    def _closed(self, place: Floats) -> Floats:
        parts = [place]
        first = np.searchsorted(place, self.origin - self.room_s)
        last = np.searchsorted(place, self.origin + self.length + self.room_s)
        for low, high, origin, length in zip(first, last, self.origin, self.length, strict=True):
            if high == low or length < SHORTEST_S:
                continue
            own = place[low:high]
            for turn in range(1, int(np.ceil(self.room_s / length)) + 1):
                after = own[own + turn * length <= origin + length + self.room_s] + turn * length
                before = own[own - turn * length >= origin - self.room_s] - turn * length
                parts += [after, before]
        return np.sort(np.concatenate(parts))


def differences(first: Floats, second: Floats, reach_s: float) -> tuple[Floats, Ints, Ints]:
    """Return every second minus first within reach, and which of the first and of the second it is of.

    Parameters
    ----------
    first, second : array, shape (n,) and (m,)
        In order.
    reach_s : float

    Returns
    -------
    difference : array, shape (k,)
    place, partner : array of int, shape (k,)
    """
    low = np.searchsorted(second, first - reach_s, side="left")
    count = np.searchsorted(second, first + reach_s, side="right") - low
    place = np.repeat(np.arange(len(first)), count)
    within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    partner = low[place] + within
    return second[partner] - first[place], place, partner
