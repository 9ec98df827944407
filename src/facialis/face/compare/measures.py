"""What changed between two recordings, measure by measure, and whether that is better or worse."""

from __future__ import annotations

import numpy as np

from facialis import ratios
from facialis.face.compare.ruler import Ruler, voluntary_maximum
from facialis.face.compare.shared import Shared
from facialis.face.volleys import Counted, time_draws, time_share
from facialis.findings import Estimate
from facialis.intervals import TAIL, median, rate
from facialis.measures import CANNOT_TELL, Gap, Measure, judged
from facialis.ratios import Change

RATE, TIME, AMPLITUDE = "spasms_per_min", "spasm_time_fraction", "amplitude_iod"
OF_VOLUNTARY = "amplitude_of_voluntary"
_FEW = 5
_VOLLEYS = 1.05
_LEAST_OF_A_MEDIAN = 6


def spasms(both: Shared) -> tuple[list[Measure], list[Gap]]:
    """Compare how often, how long and how large, over the whole of both recordings."""
    size, gaps = _amplitudes(both)
    return [rate_measure(RATE, both.counted, both.dispersion), _time(both), *size], gaps


def rate_measure(name: str, pair: tuple[Counted, Counted], dispersion: float) -> Measure:
    """Compare how often spasms come."""
    before, after = pair
    found = ratios.rate_ratio(
        (len(before.onsets_s), before.watched_s), (len(after.onsets_s), after.watched_s), dispersion
    )
    verdict, why = judged(found) if before.onsets_s or after.onsets_s else (CANNOT_TELL, "none in either recording")
    counts = (f"{len(seen.onsets_s)} in {seen.watched_s:.0f} s" for seen in pair)
    because = [why, "{} before, {} after".format(*counts)]
    if dispersion >= _VOLLEYS:
        because.append(f"spasms come in volleys: the interval is that of counts {dispersion:.1f} times smaller")
    often = [rate(len(seen.onsets_s), seen.watched_s, dispersion) for seen in pair]
    return Measure(name, "1/min", often[0], often[1], found, "ratio", verdict, tuple(because))


def _time(both: Shared) -> Measure:
    before, after = both.counted
    lengths = [*before.lengths_s, *after.lengths_s]
    if not lengths:
        nothing = Change(None, None, None)
        return Measure(TIME, "", None, None, nothing, "ratio", CANNOT_TELL, ("none in either recording",))
    draws = [
        time_draws(seen, seen.lengths_s if len(seen.lengths_s) >= _FEW else lengths, both.dispersion, seed)
        for seed, seen in enumerate(both.counted)
    ]
    first, second = time_share(before, draws[0]), time_share(after, draws[1])
    found = ratios.drawn_ratio(draws[0], draws[1], (first.value, second.value))
    verdict, why = judged(found)
    return Measure(TIME, "", first, second, found, "ratio", verdict, (why,))


def _amplitudes(both: Shared) -> tuple[list[Measure], list[Gap]]:
    sizes = [[spasm.amplitude_iod for spasm in found if spasm.amplitude_iod is not None] for found in both.spasms]
    before, after = (median(values, "iod") for values in sizes)
    if before is None or after is None:
        counts = f"{len(sizes[0])} spasms before and {len(sizes[1])} after"
        return [], [Gap(AMPLITUDE, f"{counts}; the interval of a median needs {_LEAST_OF_A_MEDIAN} in each")]
    draws = (ratios.median_draws(sizes[0], 0), ratios.median_draws(sizes[1], 1))
    found = ratios.drawn_ratio(*draws, (before.value, after.value))
    verdict, why = judged(found)
    plain = Measure(AMPLITUDE, "iod", before, after, found, "ratio", verdict, (why,))
    ruler = voluntary_maximum(both)
    if isinstance(ruler, str):
        return [plain], [Gap(OF_VOLUNTARY, ruler)]
    return [plain, _of_voluntary(ruler, (before.value, after.value), draws)], []


def _of_voluntary(ruler: Ruler, sizes: tuple[float, float], draws: tuple[ratios.Floats, ratios.Floats]) -> Measure:
    """Compare the amplitudes as shares of what the person can do at will."""
    values = (sizes[0] / ruler.before.value, sizes[1] / ruler.after.value)
    first, second = draws[0] / ratios.normal_draws(ruler.before, 2), draws[1] / ratios.normal_draws(ruler.after, 3)
    found = ratios.drawn_ratio(first, second, values)
    verdict, why = judged(found)
    text = f"spasms over the voluntary maximum of the unaffected side ({ruler.task})"
    ends = _drawn(values[0], first), _drawn(values[1], second)
    return Measure(OF_VOLUNTARY, "", ends[0], ends[1], found, "ratio", verdict, (why, text))


def _drawn(value: float, draws: ratios.Floats) -> Estimate:
    low, high = (float(end) for end in np.quantile(draws, (TAIL, 1 - TAIL)))
    return Estimate(value, min(low, value), max(high, value))
