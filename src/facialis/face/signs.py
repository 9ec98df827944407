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
from facialis.face.events import Event
from facialis.face.intervals import proportion, rate
from facialis.face.mouth import held_down_s
from facialis.face.quality import Quality
from facialis.face.signals import Signals
from facialis.face.summary import Summary
from facialis.face.watched import Watched, covered_seconds
from facialis.findings import Estimate, Finding, Side, State
from facialis.units import count, percent_iod

_BROW_UP_IOD = 0.008
_LID_DOWN_IOD = 0.02


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
        against: int = 0,
    ) -> Finding:
        """Return a sign of spasms: not assessable without enough of them, absent only after enough was watched.

        Where ``against`` counts spasms that contradict it, two of them are enough: that is seen, not missed.
        """
        if not self.watched.sure:
            return _unknown(
                code, f"{count(len(self.spasms), 'spasm')} in {self.quality.usable_s:.0f} s: too few to tell"
            )
        if holds:
            return Finding(code, State.PRESENT, self.summary.affected_side, estimate, "video", (because,))
        short = self.watched.too_short(len(self.spasms) if chances is None else chances)
        if against >= knowledge.threshold("present_events_min"):
            short = ""
        return _unknown(code, short) if short else Finding(code, State.ABSENT, Side.NONE, estimate, "video", (because,))

    def involuntary_movement(self) -> Finding:
        code = "involuntary_movement"
        seen, usable = len(self.spasms), self.quality.usable_s
        if self.watched.sure:
            text = f"{seen} spasms in {usable:.0f} usable seconds"
            return Finding(
                code, State.PRESENT, self.summary.affected_side, self.summary.spasms_per_min, "video", (text,)
            )
        limits = [v for v in self.quality.detection_limit_iod.values() if v is not None]
        chances = sum(e.kind in ("blink", "expression") for e in self.events)
        short = self.watched.too_short(chances)
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
        if self.watched.sure and {e.side for e in self.spasms} <= {self.summary.affected_side} - {Side.BOTH}:
            return _unknown("bilateral_synchronous", "all spasms are on one side")
        both = sum(e.side is Side.BOTH for e in self.spasms)
        return self._sign(
            "bilateral_synchronous", both >= 2, f"{both} of {len(self.spasms)} spasms on both sides at once"
        )

    def bilateral_lid_spasm(self) -> Finding:
        both = sum(e.side is Side.BOTH for e in self.spasms)
        return self._sign("bilateral_lid_spasm", both >= 2, f"{both} squeezes of both eyes of half a second or more")

    def upper_lower_synchronous(self) -> Finding:
        share, chance = self.summary.synchrony_interval, self.summary.synchrony_chance
        measured = [e for e in self.spasms if e.side is self.summary.affected_side and e.measures is not None]
        bound = f"{1000 * knowledge.threshold('synchrony_video_s'):.0f} ms"
        seen = f"{_share(share.value if share else None)} of {len(measured)} spasms"
        text = f"eye and lower face start within {bound} in {seen}, {_share(chance)} by chance"
        holds = share is not None and chance is not None and share.value > 2 * chance
        twice = share is not None and round(share.value * len(measured)) >= knowledge.threshold("present_events_min")
        return self._sign("upper_lower_synchronous", holds and twice, text, share)

    def other_babinski_sign(self) -> Finding:
        code = "other_babinski_sign"
        if self.quality.detection_limit_iod.get("frontalis") is None:
            return _unknown(code, "the forehead was not seen")
        closing = [e for e in self.spasms if e.measures and e.measures.lid_down > _LID_DOWN_IOD]
        rising = sum(e.measures is not None and e.measures.brow_up > _BROW_UP_IOD for e in closing)
        least = knowledge.threshold("present_events_min")
        if len(closing) < least:
            return _unknown(code, f"the eye closed in {count(len(closing), 'spasm')}, it takes {least:.0f}")
        text = f"brow up in {rising} of {len(closing)} spasms that close the eye"
        return self._sign(code, rising >= least, text, proportion(rising, len(closing)), chances=len(closing))

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

    def mouth_pulled_down(self) -> Finding:
        """Look at every one-sided event: a pull against the course of the muscles is often not called a spasm."""
        code, limit = "mouth_pulled_down", self.quality.detection_limit_iod.get("zygomaticus")
        if limit is None:
            return _unknown(code, "the corner of the mouth was not seen")
        hold = knowledge.threshold("tonic_plateau_s")
        sided = [e for e in self.events if e.kind in ("spasm", "expression") and e.side in (Side.LEFT, Side.RIGHT)]
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

    def regular_rhythm(self) -> Finding:
        least = int(knowledge.threshold("regular_rhythm_events_min"))
        beat = self.summary.rhythm
        if beat.cv is None:
            return _unknown(
                "regular_rhythm", f"{count(beat.intervals, 'interval')} watched; a rhythm needs {least - 1}"
            )
        text = f"intervals between spasms vary by {100 * beat.cv.value:.0f} % (CV)"
        regular = beat.cv.value < knowledge.threshold("regular_rhythm_cv_max")
        return self._sign("regular_rhythm", regular, text, beat.cv, against=beat.intervals)

    def synkinesis(self) -> Finding:
        pulled = [e for e in self.events if e.kind == "synkinesis"]
        acts = sum(e.kind == "blink" for e in self.events)
        if len(pulled) >= 2:
            text = f"the lower face pulls along in {len(pulled)} of {acts} blinks"
            return Finding("synkinesis", State.PRESENT, pulled[0].side, None, "video", (text,))
        short = "the clip was refused" if self.quality.verdict == "refused" else self.watched.too_short(acts)
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
