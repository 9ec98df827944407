"""From moments to findings: one side or both, upper and lower face together, locked to acts.

A sign is present from two events on and beyond chance. It is absent only where it had five opportunities and a minute
was watched; in between it is not assessable, and so it is where a side or a half of the face has no electrodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import stats

from facialis import knowledge
from facialis.emg.recording import Span
from facialis.emg.synchrony import chance, lag
from facialis.emg.synchrony.axis import Axis, Floats, differences
from facialis.emg.synchrony.chance import Shuffled
from facialis.emg.synchrony.moments import BLINK, BOTH, LEFT, RIGHT, Moments
from facialis.emg.synchrony.pair import FEWEST
from facialis.findings import Estimate, Finding, Side, State
from facialis.intervals import proportion, rate
from facialis.units import count

SURE = 0.01
"""Coincidence counts for a finding if chance gives it less often than this: several are tried on one recording."""
MISSED = 0.2
"""After so many of the acts the other region may be missed, by error of finding or of pairing."""
BY_ITSELF = 0.1
"""And so much of what it does may be without an act: the act was missed."""
_PIECES = 0.1
_SIDES = (Side.LEFT, Side.RIGHT)


def findings(moments: Moments, spans: Sequence[Span], rng: np.random.Generator) -> tuple[Finding, ...]:
    """Return what moments say of sides, of the two halves of the face and of acts.

    Parameters
    ----------
    moments : Moments
    spans : sequence of Span
        What was recorded.
    rng : numpy.random.Generator
        Of the shuffles.

    Returns
    -------
    tuple of Finding
        ``strictly_unilateral``, ``bilateral_synchronous``, ``upper_lower_synchronous``, ``voluntary_locked``.
    """
    seen = _Seen(moments, tuple(spans), rng)
    return seen.strictly_unilateral, seen.bilateral_synchronous, seen.upper_lower_synchronous, seen.voluntary_locked


def affected(moments: Moments) -> Side:
    """Return the side of what happens by itself: one, both, or NONE where too little does.

    Both where most of it begins on both sides at once, or where the lesser side has as many as a sign asks for and more
    than one in ten, which pieces of acts would make.
    """
    left, right, both = (
        int(np.count_nonzero(moments.unasked & (moments.kind == kind))) for kind in (LEFT, RIGHT, BOTH)
    )
    least = knowledge.threshold("present_events_min")
    fewer, more = sorted((left, right))
    if more + fewer + both < least:
        return Side.NONE
    if both > more + fewer or (fewer >= least and fewer > _PIECES * more):
        return Side.BOTH
    if more < least:
        return Side.NONE
    return Side.LEFT if left > right else Side.RIGHT


@dataclass(frozen=True, slots=True)
class _Together:
    """How often two series of onsets begin within the window, and by chance."""

    sizes: tuple[int, int]
    window_s: float
    share: Estimate | None
    chance: Shuffled | None

    @property
    def beyond(self) -> bool:
        return (
            self.share is not None
            and self.chance is not None
            and self.chance.p <= SURE
            and self.chance.together >= FEWEST
            and self.share.low > self.chance.high
        )

    def words(self, what: str) -> str:
        least = knowledge.threshold("synchrony_emg_s")
        within = f"{1000 * least:.0f} ms"
        if self.window_s - least >= 0.001:
            within += f" and the {1000 * (self.window_s - least):.0f} ms to which onsets are known"
        share = _percent(self.share.value if self.share else None)
        by_chance = _percent(self.chance.chance if self.chance else None)
        return f"{what} start within {within} in {share} of {count(min(self.sizes), 'event')}, {by_chance} by chance"


@dataclass(frozen=True, eq=False)
class _Seen:
    """The rules of presence and absence over one recording."""

    moments: Moments
    spans: tuple[Span, ...]
    rng: np.random.Generator

    @cached_property
    def axis(self) -> Axis:
        return Axis(self.spans, chance.FAR_S[1] + 1)

    @cached_property
    def watched_s(self) -> float:
        return sum(span.end_s - span.start_s for span in self.spans)

    @cached_property
    def events(self) -> npt.NDArray[np.bool_]:
        return self.moments.unasked

    def number(self, kind: int) -> int:
        return int(np.count_nonzero(self.events & (self.moments.kind == kind)))

    def beyond_errors(self, kind: int) -> bool:
        """Say whether events of a kind are more than false bursts: often enough, or twice in eye and mouth at once."""
        least, at = knowledge.threshold("present_events_min"), 0 if kind == LEFT else 2
        begun = np.isfinite(self.moments.start_s[self.events & (self.moments.kind == kind)])
        often = rate(len(begun), self.watched_s)
        if len(begun) < least or often is None:
            return False
        halves = int(np.count_nonzero(begun[:, at] & begun[:, at + 1]))
        return halves >= least or often.low > knowledge.threshold("emg_false_moments_per_min")

    @cached_property
    def both_recorded(self) -> bool:
        recorded = self.moments.recorded
        return (recorded[0] or recorded[1]) and (recorded[2] or recorded[3])

    def short(self, chances: int) -> str:
        """Return why an absence cannot be told; empty where it can."""
        seconds, least = knowledge.threshold("absent_rest_s"), knowledge.threshold("absent_opportunities_min")
        if self.watched_s < seconds:
            return f"{self.watched_s:.0f} s recorded; absent needs {seconds:.0f}"
        return f"{count(chances, 'opportunity', 'opportunities')}; absent needs {least:.0f}" if chances < least else ""

    def _told(
        self,
        code: str,
        present: bool | None,
        text: str,
        side: Side = Side.NONE,
        estimate: Estimate | None = None,
        probability: float | None = None,
        chances: int = 0,
    ) -> Finding:
        """Return a finding; one that is absent only if it had opportunities, one that is neither with its reason."""
        if present:
            return Finding(code, State.PRESENT, side, estimate, "emg", (text, *self._left_out), probability)
        short = self.short(chances)
        if present is None or short:
            reasons = (text, short) if short and present is not None else (text,)
            return Finding(code, State.NOT_ASSESSABLE, source="emg", because=reasons)
        return Finding(code, State.ABSENT, Side.NONE, estimate, "emg", (text, *self._left_out), probability)

    @cached_property
    def _left_out(self) -> tuple[str, ...]:
        blinks, asked = int(np.count_nonzero(self.moments.kind == BLINK)), int(np.count_nonzero(self.moments.asked))
        told = [count(blinks, "blink")] * bool(blinks) + [count(asked, "movement") + " asked for"] * bool(asked)
        return (f"left out: {', '.join(told)}",) if told else ()

    def together(self, first: Floats, second: Floats, unsure_s: float = 0.0) -> _Together:
        """Hold two series of onsets against each other, the window as wide as is asked and the onsets are unsure."""
        one, other = sorted((self.axis.train(x[np.isfinite(x)]) for x in (first, second)), key=len)
        sizes = (len(one), len(other))
        least = knowledge.threshold("synchrony_emg_s")
        window = least + min(unsure_s, least)
        if not len(one):
            return _Together(sizes, window, None, None)
        has = np.zeros(len(one), bool)
        has[differences(one.place, other.place, window)[1]] = True
        counts = chance.correlogram(chance.thinned(one), other, self.axis)
        return _Together(sizes, window, lag.share(has, one.group), chance.shuffled(counts, window, self.rng))

    @cached_property
    def sides(self) -> _Together:
        # Contractions of both sides swell: how well their onsets are known widens the window, to twice as much at most.
        start, both = self.moments.start_s[self.events], self.moments.kind[self.events] == BOTH
        unsure = self.moments.unsure_s[self.events][both]
        wide = float(2 * np.nanmedian(unsure)) if np.isfinite(unsure).any() else 0.0
        return self.together(np.fmin(start[:, 0], start[:, 1]), np.fmin(start[:, 2], start[:, 3]), wide)

    @cached_property
    def squeezes(self) -> Estimate | None:
        """Which share of what both sides begin is squeezes of both eyes."""
        both = self.events & (self.moments.kind == BOTH)
        active = np.isfinite(self.moments.start_s[both]) | self.moments.going[both]
        return proportion(int(np.count_nonzero(active[:, 0] & active[:, 2])), len(active))

    @cached_property
    def strictly_unilateral(self) -> Finding:
        code = "strictly_unilateral"
        if not self.both_recorded:
            return self._told(code, None, "electrodes on one side alone")
        alone = {side: self.number(kind) for side, kind in zip(_SIDES, (LEFT, RIGHT), strict=True)}
        side = max(_SIDES, key=lambda one: alone[one])
        own, other, both = alone[side], alone[side.other], self.number(BOTH)
        text = f"{own} on the {side.value} alone, {other} on the {side.other.value} alone, {both} on both sides"
        if own + other + both < knowledge.threshold("present_events_min"):
            return self._told(
                code, None, f"{count(own + other + both, 'event')} in {self.watched_s:.0f} s: too few to tell"
            )
        kinds = dict(zip(_SIDES, (LEFT, RIGHT), strict=True))
        most = knowledge.threshold("emg_other_side_share_max")
        other = other if self.beyond_errors(kinds[side.other]) else 0
        bilateral = self.bilateral_synchronous.state is State.PRESENT
        against, counted = other + (both if bilateral else 0), own + other + (both if bilateral else 0)
        share = proportion(against, counted)
        if share is None or (own < 2 * both and not bilateral):
            return self._told(code, None, f"{text}; those may have been willed: they do not begin together")
        if share.low > most and against >= knowledge.threshold("present_events_min"):
            sure = float(stats.beta.sf(most, against + 0.5, own + 0.5))
            return self._told(code, False, text, Side.NONE, proportion(own, counted), sure, chances=counted)
        if own and not self.beyond_errors(kinds[side]):
            return self._told(code, None, f"{text}: so few may be false")
        if share.value <= most and own:
            # How likely it is that fewer than twice as many as are allowed for errors are on the other side.
            sure = float(stats.beta.cdf(2 * most, against + 0.5, own + 0.5))
            return self._told(code, True, text, side, proportion(own, counted), sure)
        ends = f"{_percent(share.low)} to {_percent(share.high)}"
        return self._told(code, None, f"{text}: {ends} not on the {side.value}, up to {_percent(most)} may be errors")

    @cached_property
    def bilateral_synchronous(self) -> Finding:
        code, seen = "bilateral_synchronous", self.sides
        if not self.both_recorded:
            return self._told(code, None, "electrodes on one side alone")
        few, many = sorted(seen.sizes)
        least, most = knowledge.threshold("present_events_min"), knowledge.threshold("emg_other_side_share_max")
        if many < least:
            return self._told(code, None, f"{count(many, 'event')} in {self.watched_s:.0f} s: too few to tell")
        if few < max(least, most * many):
            return self._told(code, None, f"one side alone moves: {few} of {many} events on the other")
        # Movements at will of both sides begin within so little about half of the time, spasms of both sides mostly;
        # but spasms that swell are placed no better. What is done at will is one thing now and another then: events
        # that are squeezes of both eyes time and again are spasms all the same.
        least, half = (knowledge.threshold(n) for n in ("emg_bilateral_share_min", "synchrony_absent_share_max"))
        squeezes = self.squeezes
        again = squeezes is not None and squeezes.low > least
        sure = seen.share is not None and (seen.share.low > least or (again and seen.share.high >= half))
        told = f"; {_percent(squeezes.value)} of what both begin squeezes both eyes" if squeezes is not None else ""
        return self._judged(code, seen, "left and right", Side.BOTH, sure, told)

    @cached_property
    def upper_lower_synchronous(self) -> Finding:
        code = "upper_lower_synchronous"
        sides = [at for at in (0, 1) if self.moments.recorded[2 * at] and self.moments.recorded[2 * at + 1]]
        if not sides:
            return self._told(code, None, "no side has electrodes on both the eye and the lower face")
        start = self.moments.start_s[self.events]
        tried = [(at, self.together(start[:, 2 * at], start[:, 2 * at + 1])) for at in sides]
        beyond = [one for one in tried if one[1].beyond]
        at, seen = max(beyond or tried, key=lambda one: sum(one[1].sizes))
        if max(seen.sizes) < knowledge.threshold("present_events_min"):
            return self._told(
                code, None, f"{count(max(seen.sizes), 'event')} in {self.watched_s:.0f} s: too few to tell"
            )
        if not min(seen.sizes):
            return self._told(code, None, f"one half of the face alone moves on the {_SIDES[at].value}")
        side = Side.BOTH if len(beyond) > 1 else _SIDES[at]
        most = seen.share is not None and seen.share.value >= knowledge.threshold("synchrony_absent_share_max")
        return self._judged(code, seen, f"eye and lower face on the {_SIDES[at].value}", side, most)

    def _judged(self, code: str, seen: _Together, what: str, side: Side, mostly: bool, more: str = "") -> Finding:
        """Judge coincidence: present if mostly and beyond chance, absent if surely not mostly, else neither."""
        text, half = seen.words(what) + more, knowledge.threshold("synchrony_absent_share_max")
        if seen.share is None or seen.chance is None:
            return self._told(code, None, text)
        if seen.beyond and mostly:
            return self._told(code, True, text, side, seen.share, _beyond(seen.share, seen.chance.high))
        if seen.share.high < half:
            return self._told(
                code, False, text, Side.NONE, seen.share, 1 - _beyond(seen.share, half), chances=min(seen.sizes)
            )
        ends = f"{_percent(seen.share.low)} to {_percent(seen.share.high)}"
        return self._told(code, None, f"{text}; {ends} is neither surely most of them nor less than {_percent(half)}")

    @cached_property
    def voluntary_locked(self) -> Finding:
        code, made = "voluntary_locked", self.moments
        if not all(made.recorded):
            return self._told(code, None, "needs electrodes on eye and lower face of both sides")
        acts, least = int(np.count_nonzero(made.acts)), int(knowledge.threshold("voluntary_locked_acts_min"))
        if acts < least:
            return self._told(code, None, f"{count(acts, 'act')} of one half of the face; needs {least}")
        dragged, late = made.dragged_lag_s
        at = int(np.count_nonzero(dragged == 1) > np.count_nonzero(dragged == 0))
        with_it, own = int(np.count_nonzero(dragged == at)), _SIDES[at].value
        share = proportion(with_it, acts)
        alone = self.number((LEFT, RIGHT)[at])
        after = f", {lag.in_words(float(np.median(late[dragged == at])))}" if with_it else ""
        along = f"the other half of the {own} face comes along in {with_it} of {acts} acts{after}"
        text = f"{along}{',' if after else ''} and {alone} times by itself"
        if share is None or with_it + alone < knowledge.threshold("present_events_min"):
            return self._told(code, None, f"nothing comes along in {acts} acts, and nothing by itself")
        middle = lag.median(late[dragged == at], np.flatnonzero(dragged == at)) if with_it else None
        locked = middle is not None and middle.high >= 0 and middle.low <= knowledge.threshold("emg_locked_lag_s_max")
        by_itself = proportion(alone, alone + with_it)
        if locked and share.value >= 1 - MISSED and by_itself is not None and by_itself.value <= BY_ITSELF:
            return self._told(code, True, text, _SIDES[at], share, _beyond(share, 0.5))
        no = share.high < 1 - MISSED or (by_itself is not None and by_itself.low > BY_ITSELF)
        return self._told(code, False if no else None, text, Side.NONE, share, None, chances=acts)


def _beyond(share: Estimate, limit: float) -> float:
    """Return how likely it is that a share lies beyond a limit, from its interval taken for a normal one."""
    spread = max((share.high - share.low) / (2 * float(stats.norm.isf(0.025))), 1e-6)
    return float(stats.norm.cdf((share.value - limit) / spread))


def _percent(value: float | None) -> str:
    return "an unknown share" if value is None else f"{100 * value:.0f} %"
