"""What a burst may be instead: marks, one bit each, so that nothing that was found is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass

DOUBTS = {
    "mains": 1,
    "ecg": 2,
    "pop": 4,
    "clipping": 8,
    "movement": 16,
    "electrode": 32,
    "cross_talk": 64,
    "missing": 128,
    "no_rest": 256,
}
"""Mains switching; heart; a pop or step of the electrode; the converter's end; movement below 20 Hz; an electrode that
is off; the neighbour's activity (set by the synchrony of channels); samples missing within; no rest to compare with."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What stands in the way in the core of a stretch; counts are of samples, so that stretches add up.

    Attributes
    ----------
    samples : int
        In the core.
    missing, clipped, flat : int
        Without a number; at the converter's end; of an electrode that shows nothing.
    mains_hz : float or None
        50 or 60; None where there is none.
    mains_uv : float or None
        Root mean square of all that was subtracted for it; None where there is none.
    harmonics : tuple of int
        Those found, 1 is the mains' own frequency.
    pops, beats : int
        Bursts marked as pops or steps of the electrode, and as the heart's.
    rest : bool
        Whether there was rest to compare with; where not, no burst can be told from what goes on all the time.
    """

    samples: int
    missing: int = 0
    clipped: int = 0
    flat: int = 0
    mains_hz: float | None = None
    mains_uv: float | None = None
    harmonics: tuple[int, ...] = ()
    pops: int = 0
    beats: int = 0
    rest: bool = True
