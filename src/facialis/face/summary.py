"""From events to numbers, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import special

from facialis import knowledge
from facialis.face.events import Event
from facialis.face.grade import Grade, beyond_the_eye, smc_grade
from facialis.face.quality import Quality
from facialis.face.signals import REGIONS
from facialis.face.volleys import counted, time_draws, time_share, volleys
from facialis.face.watched import Watched, covered_seconds
from facialis.findings import Estimate, Side
from facialis.intervals import median, proportion, rate, variation
from facialis.units import count

_SHIFTS = 500
_LEAST_LENGTHS = 2
_NOT_GRADED = Grade(None, ("the clip was refused",))


@dataclass(frozen=True)
class Rhythm:
    """How even the spasms of the affected side come, from one onset to the next.

    Attributes
    ----------
    interval_s : Estimate or None
        Median, with the interval of the order statistics; None below six intervals.
    cv : Estimate or None
        Coefficient of variation with a bootstrap interval; None below the ten spasms that a rhythm needs.
    intervals : int
        How many were watched from end to end.
    """

    interval_s: Estimate | None = None
    cv: Estimate | None = None
    intervals: int = 0


_NO_RHYTHM = Rhythm()


@dataclass(frozen=True)
class Summary:
    """The clip in numbers. A share or a median of spasms is None where none was seen.

    Attributes
    ----------
    affected_side : Side
        NONE unless two spasms or more were seen.
    side_probability : float or None
        That the affected side is the right one.
    spasm_time_fraction : float or None
        Share of the usable time spent in spasm.
    synchrony, synchrony_chance : float or None
        Share of the affected side's spasms in which upper and lower face start within 40 ms; the same by chance.
    spasm_time_interval : Estimate or None
        The same with its interval, from two spasms on.
    spasms_per_min : Estimate or None
        With its exact Poisson interval.
    usable_s : float
        Seconds that could be measured.
    side_because : tuple of str
        What the side rests on.
    synchrony_interval : Estimate or None
        The synchrony with its exact binomial interval.
    tonic_share, clonic_share : Estimate or None
        Share of the spasms whose form is known, exact binomial interval.
    spread : mapping of region to Estimate
        Share of the spasms that moved each region that was seen, exact binomial interval.
    smc_grade : Grade
        As far as a camera can tell it.
    rhythm : Rhythm
        Of the affected side.
    """

    affected_side: Side
    side_probability: float | None
    spasm_time_fraction: float | None
    synchrony: float | None
    synchrony_chance: float | None
    spasms_per_min: Estimate | None
    usable_s: float
    side_because: tuple[str, ...]
    spasm_time_interval: Estimate | None = None
    synchrony_interval: Estimate | None = None
    tonic_share: Estimate | None = None
    clonic_share: Estimate | None = None
    spread: dict[str, Estimate] = field(default_factory=dict)
    smc_grade: Grade = _NOT_GRADED
    rhythm: Rhythm = _NO_RHYTHM

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        unknown = {"value": None, "low": None, "high": None}
        together, long = _ends(self.synchrony_interval), _ends(self.spasm_time_interval)
        return {
            "affected_side": self.affected_side.value,
            "side_probability": _rounded(self.side_probability),
            "side_because": list(self.side_because),
            "spasm_time_fraction": _rounded(self.spasm_time_fraction),
            "spasm_time_interval": long and {"low": long["low"], "high": long["high"]},
            "synchrony": _rounded(self.synchrony),
            "synchrony_interval": together and {"low": together["low"], "high": together["high"]},
            "synchrony_chance": _rounded(self.synchrony_chance),
            "spasms_per_min": _ends(self.spasms_per_min) or unknown,
            "tonic_share": _ends(self.tonic_share),
            "clonic_share": _ends(self.clonic_share),
            "spread": [{"region": region, "share": _ends(share)} for region, share in self.spread.items()],
            "smc_grade": {"grade": self.smc_grade.grade, "because": list(self.smc_grade.because)},
            "rhythm": {"interval_s": _ends(self.rhythm.interval_s), "cv": _ends(self.rhythm.cv)},
            "usable_s": round(self.usable_s, 3),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _ends(estimate: Estimate | None) -> dict[str, float | None] | None:
    if estimate is None:
        return None
    return {name: _rounded(getattr(estimate, name)) for name in ("value", "low", "high")}


def summarise(events: Sequence[Event], quality: Quality, unseen: Sequence[tuple[float, float]] = ()) -> Summary:
    """Sum up the events of one recording.

    Parameters
    ----------
    events : sequence of Event
    quality : Quality
    unseen : sequence of (float, float)
        Stretches in seconds that were not watched: an interval between two spasms across one of them is none.
    """
    spasms = [event for event in events if event.kind == "spasm"]
    if quality.verdict == "refused" or quality.usable_s <= 0:
        return Summary(Side.NONE, None, None, None, None, None, quality.usable_s, ("the clip was refused",))
    side, chance, because = affected_side(spasms, quality)
    sided = [event for event in spasms if event.side is side]
    together, by_chance = synchrony(sided, quality.usable_s)
    formed = [event.form for event in spasms if event.form is not None]
    return Summary(
        affected_side=side,
        side_probability=chance,
        spasm_time_fraction=min(covered_seconds(spasms) / quality.usable_s, 1.0),
        spasm_time_interval=time_in_spasm(spasms, quality.usable_s),
        synchrony=together.value if together else None,
        synchrony_interval=together,
        synchrony_chance=by_chance,
        spasms_per_min=rate(len(spasms), quality.usable_s),
        usable_s=quality.usable_s,
        side_because=because,
        tonic_share=proportion(formed.count("tonic"), len(formed)),
        clonic_share=proportion(formed.count("clonic"), len(formed)),
        spread=spread(spasms, quality),
        smc_grade=smc_grade(Watched(events, quality), side),
        rhythm=rhythm(sided, unseen),
    )


def time_in_spasm(spasms: Sequence[Event], usable_s: float) -> Estimate | None:
    """Return the share of time in spasm with its interval, volleys heeded; None below two spasms.

    How long a spasm lasts cannot be told from one. In simulated recordings the interval holds the truth in about nine
    of ten.
    """
    seen = counted(spasms, usable_s, max([usable_s, *(event.offset_s for event in spasms)]))
    if len(seen.lengths_s) < _LEAST_LENGTHS:
        return None
    return time_share(seen, time_draws(seen, seen.lengths_s, volleys(seen), seed=0))


def affected_side(spasms: Sequence[Event], quality: Quality) -> tuple[Side, float | None, tuple[str, ...]]:
    """Return the side that has the spasms, the probability that it is right, and what that rests on.

    Each spasm votes with its probability; the chance that the side with fewer votes is the affected one follows from a
    uniform prior on the share of the sides (a Beta distribution). Too even a vote names no side; not knowing whether
    the clip is mirrored caps the probability. Spasms on both sides are a warning of another disorder, so that the
    lesser side counts only where its own rate is surely above that of false alarms.
    """
    least = int(knowledge.threshold("present_events_min"))
    votes = {s: [e.probability for e in spasms if e.side is s] for s in (Side.LEFT, Side.RIGHT, Side.BOTH)}
    counts = f"{len(votes[Side.LEFT])} left, {len(votes[Side.RIGHT])} right, {len(votes[Side.BOTH])} both"
    if len(spasms) < least:
        return Side.NONE, None, (f"{count(len(spasms), 'spasm')}: a side needs {least}",)
    left, right = sum(votes[Side.LEFT]), sum(votes[Side.RIGHT])
    lesser = min(votes[Side.LEFT], votes[Side.RIGHT], key=len)
    own = rate(len(lesser), quality.usable_s)
    settled = len(lesser) >= least and own is not None and own.low > knowledge.threshold("false_spasms_per_min")
    if sum(votes[Side.BOTH]) > left + right or (settled and min(left, right) > 0.3 * (left + right)):
        return Side.BOTH, float(np.mean([e.probability for e in spasms])), (counts,)
    side = Side.LEFT if left >= right else Side.RIGHT
    sure = float(special.betaincc(max(left, right) + 1, min(left, right) + 1, 0.5))
    because = [counts]
    if lesser and not settled:
        because.append(f"{count(len(lesser), 'spasm')} on the other side may be false alarms")
    if sure < knowledge.threshold("side_probability_min"):
        return Side.NONE, None, (counts, "too even to tell the side")
    if quality.mirrored == "unknown":
        plain = knowledge.threshold("unmirrored_prior")
        sure = sure * plain + (1 - sure) * (1 - plain)
        because.append("not known whether the recording is mirrored")
    return side, sure, tuple(because)


def synchrony(spasms: Sequence[Event], seconds: float) -> tuple[Estimate | None, float | None]:
    """Return the share of spasms in which upper and lower face start together, and that share by chance.

    Chance: the lower face's starts are shifted round the watched time, 500 times. A spasm without measures (named by a
    reviewer where none was measured) does not count.
    """
    lags = [(e.onset_s, e.measures.lag_s) for e in spasms if e.measures is not None]
    if not lags or seconds <= 0:
        return None, None
    bound = knowledge.threshold("synchrony_video_s")
    together = proportion(sum(lag is not None and abs(lag) <= bound for _, lag in lags), len(lags))
    upper = np.sort([at for at, _ in lags])
    lower = np.array([at + lag for at, lag in lags if lag is not None])
    if not len(lower):
        return together, 0.0
    shifts = np.random.default_rng(0).uniform(0, seconds, _SHIFTS)
    moved = (lower[None, :] + shifts[:, None]) % seconds
    # The watched time is a ring: the nearest start is one of the two neighbours in it.
    around = np.sort(upper % seconds)
    ring = np.concatenate([[around[-1] - seconds], around, [around[0] + seconds]])
    after = np.searchsorted(ring, moved).clip(1, len(ring) - 1)
    near = np.minimum(np.abs(ring[after] - moved), np.abs(moved - ring[after - 1]))
    return together, float((near <= bound).sum() / (_SHIFTS * len(lags)))


def spread(spasms: Sequence[Event], quality: Quality) -> dict[str, Estimate]:
    """Return the share of the spasms that moved each region; a region that was not seen is left out.

    A brow that the closing eye draws down is the eye's doing and no spread to the frontalis, which lifts it.
    """
    eye = "orbicularis_oculi"
    moved = [beyond_the_eye(event) + ((eye,) if eye in event.regions else ()) for event in spasms]
    shares = {
        region: proportion(sum(region in regions for regions in moved), len(spasms))
        for region in REGIONS
        if quality.detection_limit_iod.get(region) is not None
    }
    return {region: share for region, share in shares.items() if share is not None}


def rhythm(spasms: Sequence[Event], unseen: Sequence[tuple[float, float]] = ()) -> Rhythm:
    """Return the rhythm of the spasms of one side; only intervals that were watched from end to end count."""
    onsets = sorted(event.onset_s for event in spasms)
    gaps = [
        later - sooner
        for sooner, later in pairwise(onsets)
        if not any(start < later and sooner < end for start, end in unseen)
    ]
    enough = len(gaps) >= knowledge.threshold("regular_rhythm_events_min") - 1
    return Rhythm(median(gaps, "s"), variation(gaps) if enough else None, len(gaps))
