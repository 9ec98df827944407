"""Two recordings of electrodes held against each other, over the muscles that both had.

Better or worse is said where the whole interval of a change lies beyond the smallest change that matters. The headline
rests on how often and how long, of all muscles where both recordings had the same ones, else muscle by muscle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facialis import knowledge, ratios
from facialis.document import Document
from facialis.emg.episodes import dispersion
from facialis.findings import Estimate
from facialis.intervals import rate
from facialis.measures import BETTER, CANNOT_TELL, WORSE, Compared, Gap, Measure, judged, why_not

SCHEMA = "facialis.emg/1"
RATE, TIME = "bursts_per_min", "active_time_fraction"
_BLOCKS = 30
_NOISE_RATIO = 2.0
_LONGEST_S = 31 * 86400.0

Floats = npt.NDArray[np.float64]
Muscle = tuple[str, str]
"""A muscle and its side; a channel that nobody named goes by its own name and no side."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """One recording, as far as it can be compared; the curve's arrays have the shape (n steps,)."""

    name: str
    sha256: str
    usable_s: float
    verdict: str
    reasons: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    active_s: Floats
    watched_s: Floats
    muscles: Mapping[Muscle, Estimate]
    noise_uv: Mapping[Muscle, float]
    side: str
    days_since_toxin: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "usable_s": round(self.usable_s, 3),
            "verdict": self.verdict,
            "affected_side": self.side,
            "muscles": [{"muscle": muscle, "side": side} for muscle, side in self.muscles],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Compared):
    """What changed."""

    before: Recorded
    after: Recorded
    measures: tuple[Measure, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.emg_compare/1``."""
        return self.told("facialis.emg_compare/1", self.before, self.after, "measures", self.measures)


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Hold two recordings of one person against each other.

    Parameters
    ----------
    before, after : mapping
        Public results ``facialis.emg/1``; their bursts are not looked at.

    Raises
    ------
    DocumentError
        If a mapping is no ``facialis.emg/1``.
    """
    first, second = recorded(before, "before"), recorded(after, "after")
    shared = [muscle for muscle in first.muscles if muscle in second.muscles]
    against = _refusals(first, second, shared)
    if against:
        return Comparison(before=first, after=second, **why_not(against))
    found, gaps = _measures(first, second, shared)
    verdict = _overall(found)
    return Comparison(
        before=first,
        after=second,
        because=tuple(_cautions(first, second, shared)),
        measures=tuple(found),
        not_compared=tuple(gaps),
        verdict=verdict,
        headline=_headline(found, verdict),
    )


def _measures(first: Recorded, second: Recorded, shared: list[Muscle]) -> tuple[list[Measure], list[Gap]]:
    found, gaps = [], []
    if len(shared) == len(first.muscles) == len(second.muscles):
        found += [_rate(first, second), _time(first, second)]
    else:
        reason = "the two recordings had electrodes on other muscles"
        gaps += [Gap(RATE, reason), Gap(TIME, reason)]
    found += [_of_muscle(muscle, first.muscles[muscle], second.muscles[muscle]) for muscle in shared]
    for told, other in ((first, second), (second, first)):
        gaps += [Gap(named(muscle), f"only in {told.name}") for muscle in told.muscles if muscle not in other.muscles]
    return found, gaps


def _rate(first: Recorded, second: Recorded) -> Measure:
    counts = [int(one.counts.sum()) for one in (first, second)]
    spread = max(dispersion(one.counts, one.watched_s) for one in (first, second))
    pairs = list(zip(counts, (first.usable_s, second.usable_s), strict=True))
    change = ratios.rate_ratio(pairs[0], pairs[1], spread)
    verdict, why = judged(change) if any(counts) else (CANNOT_TELL, "none in either recording")
    because = [why, "; ".join(f"{count} in {length:.0f} s" for count, length in pairs)]
    if spread > 1.05:
        because.append(f"bursts come in volleys: the interval is that of counts {spread:.1f} times smaller")
    often = [rate(count, length, spread) for count, length in pairs]
    return Measure(RATE, "1/min", often[0], often[1], change, "ratio", verdict, tuple(because))


def _time(first: Recorded, second: Recorded) -> Measure:
    values = [float(one.active_s.sum() / max(one.watched_s.sum(), 1e-9)) for one in (first, second)]
    draws = [_drawn(one, seed) for seed, one in enumerate((first, second))]
    if not any(values):
        nothing = ratios.Change(None, None, None)
        return Measure(TIME, "", None, None, nothing, "ratio", CANNOT_TELL, ("no burst in either recording",))
    change = ratios.drawn_ratio(draws[0], draws[1], (values[0], values[1]))
    verdict, why = judged(change)
    ends = [_between(value, drawn) for value, drawn in zip(values, draws, strict=True)]
    return Measure(TIME, "", ends[0], ends[1], change, "ratio", verdict, (why,))


def _drawn(one: Recorded, seed: int) -> Floats:
    """Return the share of active time with blocks of time drawn anew, (DRAWS,)."""
    seen = np.flatnonzero(one.watched_s > 0)
    places = np.array_split(seen, max(min(len(seen), _BLOCKS), 1))
    sums = np.array([[one.active_s[block].sum(), one.watched_s[block].sum()] for block in places])
    drawn = sums[np.random.default_rng(seed).integers(0, len(sums), (ratios.DRAWS, len(sums)))].sum(axis=1)
    share: Floats = drawn[:, 0] / np.maximum(drawn[:, 1], 1e-9)
    return share


def _between(value: float, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(value, min(float(low), value), max(float(high), value))


def _of_muscle(muscle: Muscle, before: Estimate, after: Estimate) -> Measure:
    change = ratios.ratio(before, after)
    verdict, why = judged(change) if before.value or after.value else (CANNOT_TELL, "none in either recording")
    return Measure(f"muscle:{named(muscle)}", "1/min", before, after, change, "ratio", verdict, (why,))


def named(muscle: Muscle) -> str:
    """Name a muscle as in a text: "orbicularis oculi left"."""
    return f"{muscle[0].replace('_', ' ')} {muscle[1]}".removesuffix(" none").strip()


def _overall(measures: list[Measure]) -> str:
    """Return the verdict: one of those that count says so, and none of them the opposite."""
    told = {measure.name for measure in measures} & {RATE, TIME}
    verdicts = {measure.verdict for measure in measures if not told or measure.name in told}
    if BETTER in verdicts and WORSE not in verdicts:
        return BETTER
    return WORSE if WORSE in verdicts and BETTER not in verdicts else CANNOT_TELL


def _headline(measures: list[Measure], verdict: str) -> str:
    first, begin = measures[0], {BETTER: "Better", WORSE: "Worse"}.get(verdict, "Cannot tell")
    which = "bursts" if first.name == RATE else f"bursts of the {first.name.removeprefix('muscle:')}"
    rates = [("an unknown number of" if one is None else f"{one.value:.1f}") for one in (first.after, first.before)]
    head = f"{begin}: {rates[0]} {which} a minute after, {rates[1]} before"
    if not first.change.value:
        return f"{head}."
    high = "no bound" if first.change.high is None else f"{first.change.high:.2f}"
    return f"{head}, {first.change.value:.2f} times as many ({first.change.low or 0:.2f} to {high})."


def _refusals(first: Recorded, second: Recorded, shared: list[Muscle]) -> list[str]:
    least, against = knowledge.threshold("compare_usable_s_min"), []
    for one in (first, second):
        if one.verdict == "refused":
            against.append(f"{one.name} was refused: {one.reasons[0] if one.reasons else 'nothing could be measured'}")
        elif one.usable_s < least:
            against.append(f"{one.name} has {one.usable_s:.0f} s of usable time, it takes {least:.0f}")
    if first.sha256 == second.sha256:
        against.append("both results are of the same recording")
    if not shared:
        against.append("no muscle has electrodes in both")
    return against


def _cautions(first: Recorded, second: Recorded, shared: list[Muscle]) -> list[str]:
    told, differing = [], []
    for muscle in shared:
        noise = [one.noise_uv.get(muscle) for one in (first, second)]
        if noise[0] and noise[1] and max(noise[0] / noise[1], noise[1] / noise[0]) > _NOISE_RATIO:
            differing.append(f"{named(muscle)} ({noise[0]:.1f} µV before, {noise[1]:.1f} after)")
    if differing:
        told.append(f"the noise differs, so small bursts show in one of the two alone: {'; '.join(differing)}")
    told += [
        f"the recording {when} was made {one.days_since_toxin:.0f} days after botulinum toxin"
        for when, one in (("before", first), ("after", second))
        if knowledge.toxin_is_recent(one.days_since_toxin)
    ]
    if max(first.usable_s, second.usable_s) > 10 * min(first.usable_s, second.usable_s):
        told.append("one recording is more than ten times as long as the other: the time of day may differ")
    return told


def recorded(result: Mapping[str, Any], name: str = "result") -> Recorded:
    """Return what of a public result can be compared.

    Raises
    ------
    DocumentError
        If it is no ``facialis.emg/1``, or a number in it is not one.
    """
    told = Document(result, name)
    told.word("schema", (SCHEMA,))
    source, quality, summary = told.inner("source"), told.inner("quality"), told.inner("summary")
    curve = summary.inner("curve")
    watched = _numbers(curve, "usable_s")
    muscles = {one.text("name"): _muscle(one) for one in source.rows("channels")}
    rates = {muscles[one.text("channel")]: one.estimate("bursts_per_min", 1e6) for one in summary.rows("muscles")}
    noise = {muscles[one.text("name")]: one.number_or_none("noise_uv", 0.0) for one in quality.rows("channels")}
    return Recorded(
        name=source.text("name"),
        sha256=source.text("sha256"),
        usable_s=summary.number("usable_s", 0.0, _LONGEST_S),
        verdict=quality.word("verdict", ("good", "limited", "refused")),
        reasons=quality.words("reasons"),
        counts=_numbers(curve, "bursts").astype(np.int64),
        active_s=_numbers(curve, "active_fraction") * watched,
        watched_s=watched,
        muscles={muscle: often for muscle, often in rates.items() if often is not None},
        noise_uv={muscle: value for muscle, value in noise.items() if value is not None},
        side=summary.text("affected_side"),
        days_since_toxin=summary.number_or_none("days_since_toxin", 0.0) if summary.has("days_since_toxin") else None,
    )


def _muscle(one: Document) -> Muscle:
    muscle = one.take("muscle")
    return (str(muscle), one.text("side")) if muscle else (one.text("name"), "none")


def _numbers(curve: Document, key: str) -> Floats:
    values = curve.take(key)
    try:
        return np.array([0.0 if value is None else float(value) for value in values], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise curve.error("is no list of numbers", key) from error
