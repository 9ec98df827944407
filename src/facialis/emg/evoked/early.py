"""Early responses: those that come at the same moment after each stimulus, so that the average shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from facialis import knowledge
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.onset import Placed, place
from facialis.emg.evoked.presence import Grid, Seen, grid, probability, seek
from facialis.emg.evoked.response import Response
from facialis.emg.evoked.sweeps import Sweeps
from facialis.findings import State
from facialis.units import count as counted
from facialis.units import with_interval

# How far the average must stand out of the noise, all windows allowed for, and of how many random signs one at most may
# stand out as much: chosen on simulated sweeps without a response (seeds below 500), where one in 200 passes.
Z_NEEDED, P_NEEDED = 3.0, 0.0125
# Averages of odd and even sweeps must have the same form.
CORRELATION_NEEDED = 0.6
# Three deviations of the average's noise: a response that small could have been missed.
_SEEN_Z = 3.0
# A direct response needs no average, but two sweeps that agree may do so by chance.
_DIRECT_LEAST = 3
# The peak of a phase is looked for until 1 ms after its window.
_APART_MS = 1.0
# No amplifier is that quiet.
FLAT_UV = 0.01
# A lateral spread response of 30 uV is small (50 to 500 are usual): noise that hides it leaves nothing to say.
LIMIT_UV = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Attributes
    ----------
    name : str
        As in the public result.
    from_ms, until_ms : float
        When it may begin.
    sweeps_min : int
        With fewer nothing is said.
    share_min : float
        In how many of the sweeps it must be.
    floor_uv : float
        What is smaller is not called a response.
    """

    name: str
    from_ms: float
    until_ms: float
    sweeps_min: int
    share_min: float
    floor_uv: float


def look(clean: Clean, asked: Asked, rng: np.random.Generator) -> Response:
    """Look for a response.

    Parameters
    ----------
    clean : Clean
        Sweeps without their artefact.
    asked : Asked
    rng : Generator
    """
    why_not = not_assessable(clean, asked)
    if why_not:
        return refused(clean.block, asked.name, len(clean), why_not)
    points = grid(clean)
    # A window may begin a little before the response does.
    seen = seek(points, max(asked.from_ms - 0.5, clean.from_ms), asked.until_ms - 0.5, rng)
    if seen is None:
        return Response(
            clean.block, asked.name, State.ABSENT, len(clean),
            (f"nothing rises between {asked.from_ms:g} and {asked.until_ms:g} ms",), 0.0, persistence=0.0,
            detection_limit_uv=max(_limit_uv(clean, points), asked.floor_uv),
        )  # fmt: skip
    placed = _placed(clean, asked, seen, rng)
    found = judged(clean, asked, seen, placed, points)
    if found.present or placed.average_ms <= asked.until_ms:
        return found
    # A larger one that begins later lies in the same window: what comes before it is looked at by itself.
    before = seek(points, max(asked.from_ms - 0.5, clean.from_ms), asked.until_ms, rng, placed.average_ms - _APART_MS)
    if before is None:
        return found
    first = judged(clean, asked, before, _placed(clean, asked, before, rng), points)
    return first if first.present else found


def _placed(clean: Clean, asked: Asked, seen: Seen, rng: np.random.Generator) -> Placed:
    has = seen.has if seen.has.sum() >= 3 else np.ones(len(clean), dtype=bool)
    return place(clean, seen, has, rng, (asked.from_ms, asked.until_ms))


def not_assessable(clean: Clean, asked: Asked) -> str:
    """Return why nothing can be said; empty where it can."""
    if len(clean) < asked.sweeps_min:
        left = len(clean.kept) - len(clean)
        more = f" ({left} left out)" if left else ""
        return f"{counted(len(clean), 'sweep')}{more}; {asked.sweeps_min} are needed"
    if clean.rms_uv < FLAT_UV:
        return "the channel is flat: nothing was recorded"
    if clean.from_ms > asked.from_ms + 1.0:
        return f"the amplifier had not recovered before {clean.from_ms:.1f} ms"
    if clean.time_ms[-1] < asked.until_ms + 2.0:
        return f"the sweeps end at {clean.time_ms[-1]:g} ms; it may begin until {asked.until_ms:g} ms"
    return ""


def judged(clean: Clean, asked: Asked, seen: Seen, placed: Placed, points: Grid) -> Response:
    """Say whether what stands out is the response, and why."""
    # What the plain average shows to begin too early is the artefact or a direct response, wherever the draws put it.
    away = [at for at in (placed.average_ms, placed.latency_ms.value) if not asked.from_ms <= at <= asked.until_ms]
    in_time = not away
    locked = seen.z >= Z_NEEDED and seen.p_flip <= P_NEEDED and seen.correlation >= CORRELATION_NEEDED
    large = placed.amplitude_uv.value >= asked.floor_uv
    says = probability(seen.z, seen.persistence, z_needed=Z_NEEDED, share_needed=asked.share_min)
    seen_in = f"in {100 * seen.persistence:.0f} % of {len(clean)} sweeps"
    if locked and large and in_time:
        shown = Response(
            clean.block, asked.name, State.PRESENT, len(clean),
            (f"begins {with_interval(placed.latency_ms)} after the stimulus, {seen_in}",), max(says, 0.5),
            placed.latency_ms, placed.amplitude_uv, seen.persistence, placed.jitter_ms, placed.peak_to_peak_uv,
            phases=placed.phases, end_ms=placed.end_ms,
        )  # fmt: skip
        if seen.persistence >= asked.share_min:
            return shown
        why = f"seen {seen_in} only; at least {100 * asked.share_min:.0f} % are asked for"
        return replace(shown, state=State.ABSENT, probability=min(says, 0.49), because=(why,))
    limit = _limit_uv(clean, points)
    if limit > max(asked.floor_uv, LIMIT_UV):
        return refused(clean.block, asked.name, len(clean), f"the noise would hide a response below {limit:.0f} µV")
    when = f"between {asked.from_ms:g} and {asked.until_ms:g} ms"
    why = f"nothing stands out of the noise {when}; from {max(limit, asked.floor_uv):.1f} µV on it would"
    if locked and not in_time:
        why = f"what stands out begins at {away[0]:.1f} ms, not {when}"
    elif locked:
        why = f"what stands out is {placed.amplitude_uv.value:.1f} µV, below the {asked.floor_uv:g} µV of a response"
    says = 0.0 if locked and not in_time else min(says, 0.49)
    return Response(
        clean.block, asked.name, State.ABSENT, len(clean), (why,), says, persistence=0.0,
        detection_limit_uv=None if locked else max(limit, asked.floor_uv),
    )  # fmt: skip


def _limit_uv(clean: Clean, points: Grid) -> float:
    """Return what stands out of the noise of the average."""
    return _SEEN_Z * float(np.sqrt(points.lags[0] / len(clean)))


def refused(block: Sweeps, name: str, sweeps: int, why: str) -> Response:
    """Return a response of which nothing can be said."""
    return Response(block, name, State.NOT_ASSESSABLE, sweeps, (why,))


def spread(kind: str) -> Asked:
    """Return what is asked of a lateral spread response or of a direct one, from the knowledge."""
    number = knowledge.threshold
    least, share = int(number("lateral_spread_sweeps_min")), number("lateral_spread_share_min")
    floor = number("lateral_spread_amplitude_min_uv")
    if kind == "M":
        return Asked("M", 1.5, number("evoked_direct_until_ms"), _DIRECT_LEAST, share, floor)
    return Asked("LSR", number("lateral_spread_from_ms"), number("lateral_spread_until_ms"), least, share, floor)
