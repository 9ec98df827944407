"""The corner of the mouth pulled down and held: a sign that speaks for a functional spasm (Baizabal-Carvallo 2017)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from facialis.face.events import Event
from facialis.face.fusion import segments
from facialis.face.signals import Signals

Floats = npt.NDArray[np.float64]

_CORNER = "zygomaticus corner"
_BEFORE_S = 0.3
_HELD_SHARE = 0.7


def held_down_s(signals: Signals, event: Event, smallest: float) -> float:
    """Return how long the corner of the mouth stayed down during a one-sided event, seconds.

    Parameters
    ----------
    signals : Signals
    event : Event
        Of the left or the right side.
    smallest : float
        Least displacement that counts, inter-ocular distances.

    Returns
    -------
    float
        Longest time for which the corner was at 70 % of its lowest place or below, more down than aside; 0 where it
        was not pulled down. Displacement counts from the last 0.3 s before the event and against the other corner, as
        an opening jaw takes both down.
    """
    first, onset, stop = np.searchsorted(
        signals.time_s, (event.onset_s - _BEFORE_S, event.onset_s, np.nextafter(event.offset_s, np.inf))
    )
    window = slice(int(first), int(stop))
    time_s, usable = signals.time_s[window], signals.usable[window]
    during = usable & (np.arange(len(time_s)) >= onset - first)
    before = usable & ~during
    if not during.any() or not before.any():
        return 0.0
    mine, other = (signals.parts[_CORNER, side][window].astype(np.float64) for side in (event.side, event.side.other))
    away = (mine - _middle(mine[before])) - (other - _middle(other[before]))
    aside, down = np.abs(away[:, 0]), away[:, 1]
    lowest = float(np.nanmax(down[during], initial=0.0))
    if lowest < smallest:
        return 0.0
    held = during & (down >= _HELD_SHARE * lowest) & (down > aside)
    return max((float(time_s[part.stop - 1] - time_s[part.start]) for part in segments(held)), default=0.0)


def _middle(places: Floats) -> Floats:
    """Return the median place (2,) of some frames (T, 2), those not seen left out."""
    # The general way is ten times as slow, and a review asks for it at every event again.
    seen = bool(np.isfinite(places).all())
    return np.asarray(np.median(places, axis=0) if seen else np.nanmedian(places, axis=0))
