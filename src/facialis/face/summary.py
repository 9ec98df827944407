"""From events to numbers with intervals, and from numbers to findings by the rules of absence.

A sign is present from two spasms on, if the lower bound of their rate lies above the rate of false alarms. No sign is
absent before a minute of rest and five opportunities were watched; and where no spasm was seen, every sign of a spasm
is not assessable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from facialis import knowledge
from facialis.face.events import Event
from facialis.face.quality import Quality
from facialis.face.signals import Signals
from facialis.findings import Estimate, Finding, Side, State
from facialis.units import count, per_minute, percent_iod

_SHIFTS = 500
_BROW_UP_IOD = 0.008


@dataclass(frozen=True)
class Summary:
    """The clip in numbers.

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
    spasms_per_min : Estimate or None
        With its exact Poisson interval.
    usable_s : float
        Seconds that could be measured.
    side_because : tuple of str
        What the side rests on.
    """

    affected_side: Side
    side_probability: float | None
    spasm_time_fraction: float | None
    synchrony: float | None
    synchrony_chance: float | None
    spasms_per_min: Estimate | None
    usable_s: float
    side_because: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""

        def number(value: float | None) -> float | None:
            return None if value is None else round(value, 4)

        rate = self.spasms_per_min
        return {
            "affected_side": self.affected_side.value,
            "side_probability": number(self.side_probability),
            "side_because": list(self.side_because),
            "spasm_time_fraction": number(self.spasm_time_fraction),
            "synchrony": number(self.synchrony),
            "synchrony_chance": number(self.synchrony_chance),
            "spasms_per_min": {
                "value": number(rate.value) if rate else None,
                "low": number(rate.low) if rate else None,
                "high": number(rate.high) if rate else None,
            },
            "usable_s": round(self.usable_s, 3),
        }


def summarise(events: Sequence[Event], quality: Quality) -> Summary:
    """Sum up the events of one recording."""
    spasms = [event for event in events if event.kind == "spasm"]
    if quality.verdict == "refused" or quality.usable_s <= 0:
        return Summary(Side.NONE, None, None, None, None, None, quality.usable_s, ("the clip was refused",))
    side, chance, because = affected_side(spasms, quality.mirrored)
    together, by_chance = synchrony([e for e in spasms if e.side is side], quality.usable_s)
    return Summary(
        affected_side=side,
        side_probability=chance,
        spasm_time_fraction=min(covered_seconds(spasms) / quality.usable_s, 1.0),
        synchrony=together,
        synchrony_chance=by_chance,
        spasms_per_min=rate(len(spasms), quality.usable_s),
        usable_s=quality.usable_s,
        side_because=because,
    )


def rate(count: int, seconds: float) -> Estimate | None:
    """Return events a minute with the exact 95 % Poisson interval (Garwood 1936); None where nothing was watched."""
    value = per_minute(count, seconds)
    if value is None:
        return None
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(0.975, 2 * (count + 1)) / 2
    return Estimate(value, float(low * 60 / seconds), float(high * 60 / seconds), "1/min")


def covered_seconds(events: Sequence[Event]) -> float:
    """Return the seconds covered by events, overlaps counted once."""
    total, end = 0.0, -np.inf
    for event in sorted(events, key=lambda e: e.onset_s):
        total += max(event.offset_s - max(event.onset_s, end), 0.0)
        end = max(end, event.offset_s)
    return total


def affected_side(spasms: Sequence[Event], mirrored: str) -> tuple[Side, float | None, tuple[str, ...]]:
    """Return the side that has the spasms, the probability that it is right, and what that rests on.

    Each spasm votes with its probability; the chance that the side with fewer votes is the affected one follows from a
    uniform prior on the share of the sides (a Beta distribution). Not knowing whether the clip is mirrored caps it.
    """
    least = int(knowledge.threshold("present_events_min"))
    votes = {s: [e.probability for e in spasms if e.side is s] for s in (Side.LEFT, Side.RIGHT, Side.BOTH)}
    counts = f"{len(votes[Side.LEFT])} left, {len(votes[Side.RIGHT])} right, {len(votes[Side.BOTH])} both"
    if len(spasms) < least:
        return Side.NONE, None, (f"{count(len(spasms), 'spasm')}: a side needs {least}",)
    left, right = sum(votes[Side.LEFT]), sum(votes[Side.RIGHT])
    lesser = min(votes[Side.LEFT], votes[Side.RIGHT], key=len)
    if sum(votes[Side.BOTH]) > left + right or (len(lesser) >= least and min(left, right) > 0.3 * (left + right)):
        return Side.BOTH, float(np.mean([e.probability for e in spasms])), (counts,)
    side = Side.LEFT if left >= right else Side.RIGHT
    sure = float(stats.beta.sf(0.5, max(left, right) + 1, min(left, right) + 1))
    because = [counts]
    if mirrored == "unknown":
        plain = knowledge.threshold("unmirrored_prior")
        sure = sure * plain + (1 - sure) * (1 - plain)
        because.append("not known whether the recording is mirrored")
    return side, sure, tuple(because)


def synchrony(spasms: Sequence[Event], seconds: float) -> tuple[float | None, float | None]:
    """Return the share of spasms in which upper and lower face start together, and that share by chance.

    Chance: the lower face's starts are shifted round the watched time, 500 times.
    """
    lags = [(e.onset_s, e.measures.lag_s) for e in spasms if e.measures is not None]
    if not lags or seconds <= 0:
        return None, None
    bound = knowledge.threshold("synchrony_video_s")
    together = float(np.mean([lag is not None and abs(lag) <= bound for _, lag in lags]))
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


def findings(events: Sequence[Event], quality: Quality, summary: Summary, signals: Signals) -> list[Finding]:
    """Return every finding that a camera can assess, in the order of the vocabulary."""
    seen = _Seen(events, quality, summary, signals)
    rules = {
        "involuntary_movement": seen.involuntary_movement,
        "strictly_unilateral": seen.strictly_unilateral,
        "bilateral_synchronous": seen.bilateral_synchronous,
        "bilateral_lid_spasm": seen.bilateral_lid_spasm,
        "upper_lower_synchronous": seen.upper_lower_synchronous,
        "other_babinski_sign": seen.other_babinski_sign,
        "eyelid_only": lambda: seen.only("eyelid_only", {"orbicularis_oculi", "frontalis"}, "the eye"),
        "lower_face_only": seen.lower_face_only,
        "tonic_sustained": seen.tonic_sustained,
        "regular_rhythm": seen.regular_rhythm,
        "synkinesis": seen.synkinesis,
        "increased_blinking": seen.increased_blinking,
    }
    result = []
    for code, definition in knowledge.findings().items():
        if "video" not in definition.assessed_by:
            continue
        rule = rules.get(code)
        result.append(rule() if rule else _unknown(code, "needs a guided examination or a clinician's eye"))
    return result


def _unknown(code: str, reason: str) -> Finding:
    return Finding(code, State.NOT_ASSESSABLE, source="video", because=(reason,))


@dataclass(frozen=True, eq=False)
class _Seen:
    """The rules of presence and absence over one clip."""

    events: Sequence[Event]
    quality: Quality
    summary: Summary
    signals: Signals

    @property
    def spasms(self) -> list[Event]:
        return [event for event in self.events if event.kind == "spasm"]

    @property
    def sure(self) -> bool:
        """Enough spasms to speak of: two, and a rate whose lower bound lies above the false rate."""
        rate_ = self.summary.spasms_per_min
        if rate_ is None or len(self.spasms) < knowledge.threshold("present_events_min"):
            return False
        return rate_.low > knowledge.threshold("false_spasms_per_min")

    @property
    def rest_s(self) -> float:
        """Usable seconds without expressions and head motion."""
        busy = covered_seconds([e for e in self.events if e.kind in ("expression", "head_motion")])
        return max(self.quality.usable_s - busy, 0.0)

    def _unwatched(self, chances: int) -> str:
        """Say why a sign cannot be called absent after so many chances to show; empty if it can."""
        rest, least = knowledge.threshold("absent_rest_s"), int(knowledge.threshold("absent_opportunities_min"))
        if self.rest_s >= rest and chances >= least:
            return ""
        return f"not seen in {chances} chances and {self.rest_s:.0f} s of rest; absent needs {least} and {rest:.0f} s"

    def _sign(
        self,
        code: str,
        holds: bool,
        because: str,
        estimate: Estimate | None = None,
        chances: int | None = None,
        against: int = 0,
    ) -> Finding:
        """Return a sign of spasms: not assessable without enough of them, absent only after enough was watched.

        Where ``against`` counts spasms that contradict it, two of them are enough: that is seen, not missed.
        """
        if not self.sure:
            return _unknown(
                code, f"{count(len(self.spasms), 'spasm')} in {self.quality.usable_s:.0f} s: too few to tell"
            )
        if holds:
            return Finding(code, State.PRESENT, self.summary.affected_side, estimate, "video", (because,))
        short = self._unwatched(len(self.spasms) if chances is None else chances)
        if against >= knowledge.threshold("present_events_min"):
            short = ""
        return _unknown(code, short) if short else Finding(code, State.ABSENT, Side.NONE, estimate, "video", (because,))

    def involuntary_movement(self) -> Finding:
        code = "involuntary_movement"
        seen, usable = len(self.spasms), self.quality.usable_s
        if self.sure:
            text = f"{seen} spasms in {usable:.0f} usable seconds"
            return Finding(
                code, State.PRESENT, self.summary.affected_side, self.summary.spasms_per_min, "video", (text,)
            )
        limits = [v for v in self.quality.detection_limit_iod.values() if v is not None]
        chances = sum(e.kind in ("blink", "expression") for e in self.events)
        short = self._unwatched(chances)
        if self.quality.verdict != "refused" and not seen and not short and limits:
            text = f"none above {percent_iod(max(limits))} in {usable:.0f} s of usable recording"
            return Finding(code, State.ABSENT, Side.NONE, self.summary.spasms_per_min, "video", (text,))
        return _unknown(code, short or f"{count(seen, 'spasm')} in {usable:.0f} s: too few to tell")

    def strictly_unilateral(self) -> Finding:
        sides = {e.side for e in self.spasms}
        text = f"spasms on: {', '.join(sorted(s.value for s in sides))}"
        other = sum(e.side is not self.summary.affected_side for e in self.spasms)
        if self.summary.affected_side is Side.BOTH:
            other = len(self.spasms)
        return self._sign("strictly_unilateral", len(sides) == 1 and Side.BOTH not in sides, text, against=other)

    def bilateral_synchronous(self) -> Finding:
        if self.sure and {e.side for e in self.spasms} <= {self.summary.affected_side} - {Side.BOTH}:
            return _unknown("bilateral_synchronous", "all spasms are on one side")
        both = sum(e.side is Side.BOTH for e in self.spasms)
        return self._sign(
            "bilateral_synchronous", both >= 2, f"{both} of {len(self.spasms)} spasms on both sides at once"
        )

    def bilateral_lid_spasm(self) -> Finding:
        both = sum(e.side is Side.BOTH for e in self.spasms)
        return self._sign("bilateral_lid_spasm", both >= 2, f"{both} squeezes of both eyes of half a second or more")

    def upper_lower_synchronous(self) -> Finding:
        share, chance = self.summary.synchrony, self.summary.synchrony_chance
        total = sum(e.side is self.summary.affected_side for e in self.spasms)
        bound = f"{1000 * knowledge.threshold('synchrony_video_s'):.0f} ms"
        text = (
            f"eye and lower face start within {bound} in {_share(share)} of {total} spasms, {_share(chance)} by chance"
        )
        holds = share is not None and chance is not None and share * total >= 2 and share > 2 * chance
        return self._sign("upper_lower_synchronous", holds, text, _proportion(share, total))

    def other_babinski_sign(self) -> Finding:
        code = "other_babinski_sign"
        if self.quality.detection_limit_iod.get("frontalis") is None:
            return _unknown(code, "the forehead was not seen")
        closing = [e for e in self.spasms if e.measures and e.measures.lid_down > 0.02]
        rising = sum(e.measures is not None and e.measures.brow_up > _BROW_UP_IOD for e in closing)
        if len(closing) < 2:
            return _unknown(code, "the eye closed in fewer than two spasms")
        text = f"brow up in {rising} of {len(closing)} spasms that close the eye"
        return self._sign(code, rising >= 2, text, chances=len(closing))

    def only(self, code: str, regions: set[str], words: str) -> Finding:
        alone = sum(set(e.regions) <= regions for e in self.spasms)
        text = f"{alone} of {len(self.spasms)} spasms in {words} alone"
        return self._sign(code, alone == len(self.spasms), text, against=len(self.spasms) - alone)

    def lower_face_only(self) -> Finding:
        lower = {"nasalis", "zygomaticus", "orbicularis_oris", "mentalis", "platysma"}
        return self.only("lower_face_only", lower, "the lower face")

    def tonic_sustained(self) -> Finding:
        hold = knowledge.threshold("tonic_sustained_s")
        holds = [e for e in self.spasms if e.form == "tonic" and e.offset_s - e.onset_s >= hold]
        share = covered_seconds(holds) / max(covered_seconds(self.spasms), 1e-9)
        text = f"{100 * share:.0f} % of the time in spasm is in {count(len(holds), 'hold')} of {hold:.0f} s or more"
        most = share > knowledge.threshold("tonic_sustained_share_min")
        if most and len(holds) < knowledge.threshold("present_events_min"):
            return _unknown("tonic_sustained", text)
        return self._sign("tonic_sustained", most, text)

    def regular_rhythm(self) -> Finding:
        least = int(knowledge.threshold("regular_rhythm_events_min"))
        onsets = np.array([e.onset_s for e in self.spasms if e.side is self.summary.affected_side])
        if len(onsets) < least:
            return _unknown("regular_rhythm", f"{len(onsets)} spasms; a rhythm needs {least}")
        gaps = np.diff(onsets)
        spread = float(gaps.std() / max(gaps.mean(), 1e-9))
        text = f"intervals between spasms vary by {100 * spread:.0f} % (CV)"
        regular = spread < knowledge.threshold("regular_rhythm_cv_max")
        return self._sign("regular_rhythm", regular, text, against=len(gaps))

    def synkinesis(self) -> Finding:
        pulled = [e for e in self.events if e.kind == "synkinesis"]
        acts = sum(e.kind == "blink" for e in self.events)
        if len(pulled) >= 2:
            text = f"the lower face pulls along in {len(pulled)} of {acts} blinks"
            return Finding("synkinesis", State.PRESENT, pulled[0].side, None, "video", (text,))
        short = "the clip was refused" if self.quality.verdict == "refused" else self._unwatched(acts)
        if short:
            return _unknown("synkinesis", short)
        return Finding("synkinesis", State.ABSENT, Side.NONE, None, "video", (f"none in {acts} blinks",))

    def increased_blinking(self) -> Finding:
        usable = self.quality.usable_s
        if self.quality.verdict == "refused" or usable < knowledge.threshold("absent_rest_s"):
            return _unknown("increased_blinking", f"{usable:.0f} s of usable recording; a rate of blinks needs 60")
        blinks = rate(sum(e.kind == "blink" for e in self.events), usable)
        norm = knowledge.threshold("increased_blinking_per_min")
        if blinks is None:
            return _unknown("increased_blinking", "nothing was watched")
        text = (
            f"{blinks.value:.0f} blinks a minute ({blinks.low:.0f} to {blinks.high:.0f}), the norm goes to {norm:.0f}"
        )
        state = State.PRESENT if blinks.low > norm else State.ABSENT if blinks.high <= norm else State.NOT_ASSESSABLE
        return Finding("increased_blinking", state, Side.BOTH, blinks, "video", (text,))


def _share(value: float | None) -> str:
    return "an unknown share" if value is None else f"{100 * value:.0f} %"


def _proportion(share: float | None, count: int) -> Estimate | None:
    """Return a share with its exact 95 % interval (Clopper and Pearson 1934)."""
    if share is None or not count:
        return None
    hits = round(share * count)
    low = float(stats.beta.ppf(0.025, hits, count - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(0.975, hits + 1, count - hits)) if hits < count else 1.0
    return Estimate(hits / count, low, high)
