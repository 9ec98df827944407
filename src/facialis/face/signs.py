"""From events and numbers to findings, by the rules of presence and absence.

A sign is present from two spasms on, if the lower bound of their rate lies above the rate of false alarms. No sign is
absent before a minute of rest and five opportunities were watched; and where no spasm was seen, every sign of a spasm
is not assessable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from facialis import knowledge
from facialis.face.events import Asked, Event
from facialis.face.events.channels import LOWER
from facialis.face.grade import beyond_the_eye
from facialis.face.mouth import held_down_s
from facialis.face.quality import Quality
from facialis.face.signals import REGIONS, Signals
from facialis.face.summary import Summary
from facialis.face.watched import Watched, covered_seconds
from facialis.findings import Estimate, Finding, Side, State
from facialis.intervals import proportion, rate
from facialis.units import count, percent_iod

_IN_TASKS = ("voluntary_locked", "provoked_by_movement", "suppressible", "distractible", "facial_weakness")
_IN_TASK = 0.6
_BY_TASKS = "needs a guided examination"
_BY_EYE = "not measured here: needs a clinician's eye"


def findings(
    events: Sequence[Event], quality: Quality, summary: Summary, signals: Signals, asked: Sequence[Asked] = ()
) -> list[Finding]:
    """Return every finding that a camera can assess, in the order of the vocabulary.

    Parameters
    ----------
    events : sequence of Event
    quality : Quality
    summary : Summary
    signals : Signals
    asked : sequence of Asked
        What tasks asked for.
    """
    seen = _Seen(events, quality, summary, signals, asked)
    rules = {
        "involuntary_movement": seen.involuntary_movement,
        "strictly_unilateral": seen.strictly_unilateral,
        "bilateral_synchronous": seen.bilateral_synchronous,
        "bilateral_lid_spasm": seen.bilateral_lid_spasm,
        "upper_lower_synchronous": seen.upper_lower_synchronous,
        "other_babinski_sign": seen.other_babinski_sign,
        "eyelid_only": seen.eyelid_only,
        "lower_face_only": seen.lower_face_only,
        "tonic_sustained": seen.tonic_sustained,
        "mouth_pulled_down": seen.mouth_pulled_down,
        "regular_rhythm": seen.regular_rhythm,
        "synkinesis": seen.synkinesis,
        "increased_blinking": seen.increased_blinking,
    }
    result = []
    for code, definition in knowledge.findings().items():
        if "video" not in definition.assessed_by:
            continue
        rule = rules.get(code)
        result.append(rule() if rule else _unknown(code, _BY_TASKS if code in _IN_TASKS else _BY_EYE))
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
    asked: Sequence[Asked] = ()

    @cached_property
    def watched(self) -> Watched:
        return Watched(self.events, self.quality)

    @cached_property
    def spasms(self) -> list[Event]:
        return self.watched.spasms

    def _sign(
        self,
        code: str,
        holds: bool,
        because: str,
        estimate: Estimate | None = None,
        chances: int | None = None,
        against: int | None = None,
        side: Side | None = None,
    ) -> Finding:
        """Return a sign of spasms: not assessable without enough of them, absent only after enough was watched.

        Where ``against`` counts spasms that contradict it, two of them are enough: that is seen, not missed. A single
        one may be a false alarm.
        """
        if not self.watched.sure:
            return _unknown(
                code, f"{count(len(self.spasms), 'spasm')} in {self.quality.usable_s:.0f} s: too few to tell"
            )
        if holds:
            side = self.summary.affected_side if side is None else side
            return Finding(code, State.PRESENT, side, estimate, "video", (because,), self.watched.probability)
        short = self.watched.too_short(len(self.spasms) if chances is None else chances)
        if against is not None:
            seen_twice = against >= knowledge.threshold("present_events_min")
            short = "" if seen_twice else f"{because}; a single one against it may be a false alarm"
        return _unknown(code, short) if short else Finding(code, State.ABSENT, Side.NONE, estimate, "video", (because,))

    def involuntary_movement(self) -> Finding:
        code = "involuntary_movement"
        seen, usable = len(self.spasms), self.quality.usable_s
        if self.watched.sure:
            text = f"{seen} spasms in {usable:.0f} usable seconds"
            return Finding(
                code,
                State.PRESENT,
                self.summary.affected_side,
                self.summary.spasms_per_min,
                "video",
                (text,),
                self.watched.probability,
            )
        limits = [v for v in self.quality.detection_limit_iod.values() if v is not None]
        chances = sum(e.kind in ("blink", "expression") for e in self.events)
        short = self.watched.too_short(chances)
        if self.quality.verdict != "refused" and not seen and not short and limits:
            millimetres = max(limits) * knowledge.threshold("adult_iod_mm")
            size = f"{percent_iod(max(limits))} (about {millimetres:.1f} mm)"
            text = f"none above {size} in {usable:.0f} s of usable recording"
            hidden = [region for region, v in self.quality.detection_limit_iod.items() if v is None]
            unseen = (f"nothing is said of {', '.join(hidden).replace('_', ' ')}: not seen",) if hidden else ()
            return Finding(code, State.ABSENT, Side.NONE, self.summary.spasms_per_min, "video", (text, *unseen))
        return _unknown(code, short or f"{count(seen, 'spasm')} in {usable:.0f} s: too few to tell")

    def strictly_unilateral(self) -> Finding:
        sides = {e.side for e in self.spasms}
        text = f"spasms on: {', '.join(sorted(s.value for s in sides))}"
        other = sum(e.side is not self.summary.affected_side for e in self.spasms)
        if self.summary.affected_side is Side.BOTH:
            other = len(self.spasms)
        return self._sign("strictly_unilateral", len(sides) == 1 and Side.BOTH not in sides, text, against=other)

    def bilateral_synchronous(self) -> Finding:
        code, least = "bilateral_synchronous", knowledge.threshold("present_events_min")
        both = sum(e.side is Side.BOTH for e in self.spasms)
        sided = [sum(e.side is side for e in self.spasms) for side in (Side.LEFT, Side.RIGHT)]
        if self.watched.sure and both < least and min(sided) < least:
            return _unknown(code, "one side alone moves" if not min(sided) + both else "too few spasms off one side")
        text = f"{both} of {len(self.spasms)} spasms on both sides at once"
        return self._sign(code, both >= least, text, side=Side.BOTH)

    def bilateral_lid_spasm(self) -> Finding:
        both = sum(e.side is Side.BOTH for e in self.spasms)
        text = f"{count(both, 'squeeze')} of both eyes of half a second or more"
        return self._sign("bilateral_lid_spasm", both >= 2, text, side=Side.BOTH)

    def upper_lower_synchronous(self) -> Finding:
        code, limits = "upper_lower_synchronous", self.quality.detection_limit_iod
        if limits.get("orbicularis_oculi") is None or all(limits.get(region) is None for region in LOWER):
            return _unknown(code, "eye and lower face were not both seen")
        share, chance = self.summary.synchrony_interval, self.summary.synchrony_chance
        measured = [e for e in self.spasms if e.side is self.summary.affected_side and e.measures is not None]
        if self.watched.sure and not measured:
            return _unknown(code, "no spasm of one affected side was measured")
        bound = f"{1000 * knowledge.threshold('synchrony_video_s'):.0f} ms"
        seen = f"{_share(share.value if share else None)} of {len(measured)} spasms"
        text = f"eye and lower face start within {bound} in {seen}, {_share(chance)} by chance"
        if share is None or chance is None:
            return self._sign(code, False, text)
        least, most = (knowledge.threshold(n) for n in ("present_events_min", "synchrony_absent_share_max"))
        holds = share.low > chance and round(share.value * len(measured)) >= least
        if self.watched.sure and not holds and share.high >= most:
            ends = f"{_share(share.low)} to {_share(share.high)}"
            return _unknown(code, f"{text}; {ends} is neither above chance nor below {_share(most)}")
        return self._sign(code, holds, text, share, chances=len(measured))

    def other_babinski_sign(self) -> Finding:
        code = "other_babinski_sign"
        limit, most = self.quality.detection_limit_iod.get("frontalis"), knowledge.threshold("brow_limit_iod_max")
        if limit is None:
            return _unknown(code, "the forehead was not seen")
        down, up = knowledge.threshold("lid_down_iod_min"), knowledge.threshold("brow_up_iod_min")
        closing = [e for e in self.spasms if e.measures and e.measures.lid_down > down]
        rising = sum(e.measures is not None and e.measures.brow_up > up for e in closing)
        least = knowledge.threshold("present_events_min")
        if len(closing) < least:
            return _unknown(code, f"the eye closed in {count(len(closing), 'spasm')}, it takes {least:.0f}")
        text = f"brow up in {rising} of {len(closing)} spasms that close the eye"
        if rising < least and limit > most:
            return _unknown(
                code, f"{text}; the forehead shows nothing below {percent_iod(limit)}, absent needs {percent_iod(most)}"
            )
        return self._sign(code, rising >= least, text, proportion(rising, len(closing)), chances=len(closing))

    def eyelid_only(self) -> Finding:
        alone = sum(not beyond_the_eye(e) for e in self.spasms)
        return self._only("eyelid_only", alone, "round the eye", [r for r in REGIONS if r != "orbicularis_oculi"])

    def lower_face_only(self) -> Finding:
        alone = sum(LOWER.issuperset(e.regions) for e in self.spasms)
        return self._only("lower_face_only", alone, "in the lower face", [r for r in REGIONS if r not in LOWER])

    def _only(self, code: str, alone: int, where: str, rest: Sequence[str]) -> Finding:
        """Judge whether spasms stay in one part: that nothing else moves is an absence, and needs as much looking."""
        text = f"{alone} of {len(self.spasms)} spasms {where} alone"
        if self.watched.sure and alone == len(self.spasms):
            hidden = [region for region in rest if self.quality.detection_limit_iod.get(region) is None]
            short = self.watched.too_short(alone)
            if hidden:
                return _unknown(code, f"{text}, but not seen: {', '.join(hidden).replace('_', ' ')}")
            if short:
                return _unknown(code, f"{text}; more {short}")
        return self._sign(code, alone == len(self.spasms), text, against=len(self.spasms) - alone)

    def tonic_sustained(self) -> Finding:
        hold = knowledge.threshold("tonic_sustained_s")
        holds = [e for e in self.spasms if e.plateau_s is not None and e.plateau_s >= hold]
        # What is shorter than a hold has none, whether or not its plateau was measured.
        may = [e for e in self.spasms if e in holds or (e.plateau_s is None and e.offset_s - e.onset_s >= hold)]
        total = max(covered_seconds(self.spasms), 1e-9)
        share, most = covered_seconds(holds) / total, knowledge.threshold("tonic_sustained_share_min")
        text = f"{100 * share:.0f} % of the time in spasm is in {count(len(holds), 'hold')} of {hold:.0f} s or more"
        if share <= most < covered_seconds(may) / total:
            return _unknown(
                "tonic_sustained", f"{text}; how long {count(len(may) - len(holds), 'other')} held was not measured"
            )
        if share > most and len(holds) < knowledge.threshold("present_events_min"):
            return _unknown("tonic_sustained", text)
        return self._sign("tonic_sustained", share > most, text)

    def mouth_pulled_down(self) -> Finding:
        """Look at every one-sided event: a pull against the course of the muscles is often not called a spasm."""
        code, limit = "mouth_pulled_down", self.quality.detection_limit_iod.get("zygomaticus")
        if limit is None:
            return _unknown(code, "the corner of the mouth was not seen")
        hold = knowledge.threshold("tonic_plateau_s")
        sided = [e for e in self.events if e.side in (Side.LEFT, Side.RIGHT) and self._unasked(e)]
        pulls = [e for e in sided if held_down_s(self.signals, e, limit) >= hold]
        text = f"{count(len(pulls), 'pull')} down, held for {hold:.0f} s or more"
        often = rate(len(pulls), self.quality.usable_s)
        enough = often is not None and often.low > knowledge.threshold("false_spasms_per_min")
        if enough and len(pulls) >= knowledge.threshold("present_events_min"):
            sides = {event.side for event in pulls}
            return Finding(code, State.PRESENT, sides.pop() if len(sides) == 1 else Side.BOTH, often, "video", (text,))
        if pulls:
            return _unknown(code, f"{text} in {self.quality.usable_s:.0f} s: too few to tell")
        return self._sign(code, False, text)

    def _unasked(self, event: Event) -> bool:
        """Say whether an event is a spasm, or an expression that no task of the mouth or the eyes asked for."""
        tasks = [one for one in self.asked if (one.lower or one.lids) and one.side in (Side.BOTH, event.side)]
        most = _IN_TASK * (event.offset_s - event.onset_s)
        willed = any(min(event.offset_s, t.stop_s) - max(event.onset_s, t.start_s) >= most for t in tasks)
        return event.kind == "spasm" or (event.kind == "expression" and not willed)

    def regular_rhythm(self) -> Finding:
        least = int(knowledge.threshold("regular_rhythm_events_min"))
        beat = self.summary.rhythm
        if beat.cv is None:
            return _unknown(
                "regular_rhythm", f"{count(beat.intervals, 'interval')} watched; a rhythm needs {least - 1}"
            )
        value, low, high = (100 * end for end in (beat.cv.value, beat.cv.low, beat.cv.high))
        text = f"intervals between spasms vary by {value:.0f} % ({low:.0f} to {high:.0f} %, CV)"
        most = knowledge.threshold("regular_rhythm_cv_max")
        if beat.cv.low < most <= beat.cv.high:
            return _unknown("regular_rhythm", f"{text}; a regular beat varies by less than {100 * most:.0f} %")
        return self._sign("regular_rhythm", beat.cv.high < most, text, beat.cv, against=beat.intervals)

    def synkinesis(self) -> Finding:
        pulled = [e for e in self.events if e.kind == "synkinesis"]
        acts = sum(e.kind == "blink" for e in self.events)
        if len(pulled) >= 2:
            text = f"the lower face pulls along in {count(len(pulled), 'closure')} of the eyes; {count(acts, 'blink')}"
            return Finding("synkinesis", State.PRESENT, pulled[0].side, None, "video", (text,))
        if self.quality.verdict == "refused":
            return _unknown("synkinesis", "the clip was refused")
        # Blinks do not show whether the eye closes with a smile, the commoner kind after a palsy.
        return _unknown("synkinesis", f"none in {count(acts, 'blink')}; absent needs tasks of the eye and of the mouth")

    def increased_blinking(self) -> Finding:
        rest = 0.0 if self.quality.verdict == "refused" else self.watched.rest_s
        return increased_blinking(self.watched.blinks_at_rest, rest)


def increased_blinking(blinks: int, rest_s: float) -> Finding:
    """Judge the rate of blinks at rest."""
    code, least = "increased_blinking", knowledge.threshold("absent_rest_s")
    often = rate(blinks, rest_s)
    if often is None or rest_s < least:
        return _unknown(code, f"{rest_s:.0f} s of rest; a rate of blinks needs {least:.0f}")
    norm = knowledge.threshold("increased_blinking_per_min")
    told = f"{often.value:.0f} blinks a minute of rest ({often.low:.0f} to {often.high:.0f})"
    text = f"{told}; above {norm:.0f} counts as increased"
    state = State.PRESENT if often.low > norm else State.ABSENT if often.high <= norm else State.NOT_ASSESSABLE
    return Finding(code, state, Side.BOTH, often, "video", (text,))


def _share(value: float | None) -> str:
    return "an unknown share" if value is None else f"{100 * value:.0f} %"
