"""What the bursts of each muscle are like: fast and irregular, grouped, held, beating, as at will, in the jaw.

What electrodes show is no diagnosis: one patient with hemifacial spasm and one with myokymia had the same fast
synchronous bursts (S88). The findings say what was seen; the diagnosis weighs them with everything else.
"""

from __future__ import annotations

from collections.abc import Sequence

from facialis.emg.bursts import Bursts
from facialis.emg.patterns import course, discharging
from facialis.emg.patterns.seen import Floats, Seen
from facialis.emg.recording import Channel
from facialis.emg.synchrony import Moments
from facialis.findings import Finding, Side

__all__ = ["Seen", "findings"]


def findings(
    bursts: Bursts, channels: Sequence[Channel], usable_s: Floats, moments: Moments, side: Side
) -> tuple[Finding, ...]:
    """Return the findings of each muscle's pattern.

    Parameters
    ----------
    bursts : Bursts
        Those in doubt are left out.
    channels : sequence of Channel
    usable_s : array, shape (n_channels,)
        Seconds of each channel that could be watched.
    moments : Moments
    side : Side
        The affected one.
    """
    seen = Seen(bursts.sound(), tuple(channels), usable_s, moments, side)
    fast = discharging.fast(seen)
    dragged = course.synkinesis(seen)
    return (
        fast,
        discharging.myokymic(seen, fast),
        discharging.slow(seen, fast),
        course.dystonic(seen),
        course.voluntary_like(seen, fast, dragged),
        course.masseter(seen),
        course.regular_rhythm(seen),
        course.tonic_sustained(seen),
        dragged,
    )
