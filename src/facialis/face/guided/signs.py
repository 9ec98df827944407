"""The findings that a guided examination adds: weakness, movement along, and what provokes or calms the spasms.

The same rules of presence and absence as everywhere: nothing is absent before a minute of rest and five opportunities.
"""

from __future__ import annotations

from collections.abc import Sequence

from facialis import knowledge
from facialis.face.guided.effects import EVERY, Effect
from facialis.face.guided.tasks import Filmed, Performed
from facialis.face.signs import increased_blinking
from facialis.findings import Estimate, Finding, Side, State
from facialis.intervals import rate
from facialis.knowledge import threshold
from facialis.units import count


def task_findings(filmed: Filmed, tasks: Sequence[Performed], seen: Sequence[Effect]) -> dict[str, Finding]:
    """Return the findings that need a guided examination, by code.

    Parameters
    ----------
    filmed : Filmed
    tasks : sequence of Performed
    seen : sequence of Effect
        What :func:`effects` returned.
    """
    pooled = {effect.code: effect for effect in seen if effect.code != "provoked_by_movement" or effect.task == EVERY}
    rest_s = sum(one.usable_s for one in tasks if one.task.kind == "rest")
    found = [
        _weakness(filmed.protocol.days_since_toxin, tasks),
        _provoked(pooled.get("provoked_by_movement"), rest_s, sum(len(one.acts) for one in tasks)),
        _calmed("distractible", pooled.get("distractible"), rest_s),
        _suppressible(pooled.get("suppressible"), tasks, rest_s),
        _locked(filmed, tasks, rest_s),
        _synkinesis(tasks, rest_s),
        _blinking(filmed),
    ]
    return {finding.code: finding for finding in found}


def _finding(
    code: str, state: State, *because: str, side: Side = Side.NONE, estimate: Estimate | None = None
) -> Finding:
    return Finding(code, state, side, estimate, "video", because)


def _unknown(code: str, *because: str) -> Finding:
    return _finding(code, State.NOT_ASSESSABLE, *because)


def _weakness(days_since_toxin: float | None, tasks: Sequence[Performed]) -> Finding:
    code = "facial_weakness"
    if knowledge.toxin_is_recent(days_since_toxin):
        return _unknown(code, f"toxin {days_since_toxin:.0f} days ago: weakness may be its doing")
    least, limit = threshold("task_repeats_min"), threshold("weakness_asymmetry_min")
    judged = [one for one in tasks if one.asymmetry is not None and one.repeats >= least]
    weak = [one for one in judged if one.weaker is not Side.NONE]
    caution = () if days_since_toxin is not None else ("not known when toxin was last given",)
    if weak:
        sides = {one.weaker for one in weak}
        worst = max(weak, key=lambda one: abs(one.asymmetry.value) if one.asymmetry else 0.0)
        text = [f"{one.task.name}: the {one.weaker} side goes {_share(one)} as far as the other" for one in weak]
        if len(sides) > 1:
            # A comparison of the two sides cannot show that both are weak.
            return _unknown(code, "the tasks disagree on which side is the weaker", *text)
        return _finding(code, State.PRESENT, *text, *caution, side=sides.pop(), estimate=worst.asymmetry)
    sure = [one for one in judged if one.asymmetry and max(-one.asymmetry.low, one.asymmetry.high) < limit]
    # One part of the face may be spared: absence needs an act of the eye or brow and one of the mouth.
    if any(one.task.asks.lower for one in sure) and any(not one.task.asks.lower for one in sure):
        names = ", ".join(one.task.name for one in sure)
        return _finding(
            code, State.ABSENT, f"the sides differ by less than {100 * limit:.0f} % of their sum in {names}"
        )
    short = [f"{one.task.name}: {one.because[-1]}" for one in tasks if one.task.asks.moves and one.because]
    return _unknown(code, *(short or ["no task told the strength of the two sides apart"]))


def _share(one: Performed) -> str:
    """Return how far the weaker side of a task goes, as a share of the other, with its interval."""
    if one.asymmetry is None:
        return "less"
    ends = sorted(abs(end) for end in (one.asymmetry.low, one.asymmetry.high))
    least, most, value = (100 * (1 - size) / (1 + size) for size in (ends[1], ends[0], abs(one.asymmetry.value)))
    return f"{value:.0f} % ({least:.0f} to {most:.0f} %)"


def _provoked(effect: Effect | None, rest_s: float, acts: int) -> Finding:
    code = "provoked_by_movement"
    if effect is None:
        return _unknown(code, "no movement was performed")
    if effect.verdict == "more" and effect.counts[1] >= threshold("present_events_min"):
        return _finding(
            code, State.PRESENT, _told(effect, f"in the {threshold('provoked_within_s'):.0f} s after movements")
        )
    text = _told(effect, "after movements")
    high = effect.ratio.high if effect.ratio else None
    short = _too_short(rest_s, acts)
    # Surely less than doubled: the mirror image of what counts as halved.
    if high is not None and high < 1 / threshold("effect_ratio_max") and not short:
        return _finding(code, State.ABSENT, text)
    return _unknown(code, text, *([short] if short else []))


def _calmed(code: str, effect: Effect | None, rest_s: float, needs: str = "") -> Finding:
    """Judge an effect that should lower the rate; ``needs`` says what else stands against it."""
    if effect is None:
        return _unknown(code, "no such task in the protocol, or it could not be seen")
    limit, text = threshold("effect_ratio_max"), _told(effect, f'in "{effect.task}"')
    if effect.ratio is None:
        return _unknown(code, "no spasm, at rest or in the task")
    if effect.verdict == "less" and (effect.ratio.value or 0.0) <= limit and not needs:
        return _finding(code, State.PRESENT, text)
    enough = rest_s >= threshold("absent_rest_s") and sum(effect.counts) >= threshold("absent_opportunities_min")
    if effect.ratio.low > limit and enough:
        return _finding(code, State.ABSENT, text)
    return _unknown(code, text, *([needs] if needs else []))


def _suppressible(effect: Effect | None, tasks: Sequence[Performed], rest_s: float) -> Finding:
    least = threshold("suppressible_s")
    held = max((one.task.end_s - one.task.start_s for one in tasks if one.task.kind == "suppression"), default=0.0)
    needs = f"held back for {held:.0f} s; {least:.0f} are needed" if held < least else ""
    if effect is not None and effect.counts[1]:
        needs = f"{count(effect.counts[1], 'spasm')} while it was held back"
    return _calmed("suppressible", effect, rest_s, needs)


def _locked(filmed: Filmed, tasks: Sequence[Performed], rest_s: float) -> Finding:
    """Judge whether something moves along with acts, and never at rest."""
    code, least = "voluntary_locked", int(threshold("voluntary_locked_acts_min"))
    moved = [one for one in tasks if one.task.asks.still and one.repeats >= threshold("task_repeats_min")]
    along, acts = (sum(one.repeats for one in group) for group in ([one for one in moved if one.along], moved))
    rest = filmed.of_kind("rest")
    quiet = filmed.spasms(rest)
    often = rate(quiet, filmed.seconds(rest))
    if quiet >= threshold("present_events_min") and often and often.low > threshold("false_spasms_per_min"):
        return _finding(code, State.ABSENT, f"{count(quiet, 'spasm')} in {rest_s:.0f} s of rest")
    if not along:
        return _unknown(code, "nothing moved along with any act")
    text = f"a region moves along in {along} of {count(acts, 'act')}; {count(quiet, 'spasm')} in {rest_s:.0f} s of rest"
    if along < acts:
        still = ", ".join(one.task.name for one in moved if not one.along)
        return _unknown(code, text, f"nothing moved along in {still}: locked would be every act")
    if quiet or acts < least or rest_s < threshold("absent_rest_s"):
        needs = f"needs {least} acts, {threshold('absent_rest_s'):.0f} s of rest and no spasm in it"
        return _unknown(code, text, needs)
    return _finding(code, State.PRESENT, text)


def _synkinesis(tasks: Sequence[Performed], rest_s: float) -> Finding:
    code = "synkinesis"
    shown = [(one, along) for one in tasks for along in one.along]
    if shown:
        sides = {along.side for _, along in shown}
        text = [f"{one.task.name}: {a.region.replace('_', ' ')} moves along on the {a.side}" for one, a in shown]
        side = sides.pop() if len(sides) == 1 else Side.BOTH
        return _finding(code, State.PRESENT, *text, side=side, estimate=max((a.size for _, a in shown), key=_value))
    judged = [one for one in tasks if one.task.asks.still and one.repeats >= threshold("task_repeats_min")]
    acts = sum(one.repeats for one in judged)
    short = _too_short(rest_s, acts)
    if short:
        return _unknown(code, short)
    # The mouth that goes with the eye and the eye that goes with the mouth are two things.
    if {one.task.asks.lower for one in judged} != {True, False}:
        return _unknown(
            code, f"nothing moved along in {acts} acts; absent needs tasks of the eye or brow and of the mouth"
        )
    return _finding(code, State.ABSENT, f"nothing moved along in {acts} acts of {count(len(judged), 'task')}")


def _blinking(filmed: Filmed) -> Finding:
    """Judge the blinks of the rest tasks: in the others closures are asked for, and speech and gaze change blinking."""
    busy = filmed.during([event for event in filmed.events if event.kind in ("expression", "head_motion")])
    rest = filmed.of_kind("rest") & ~busy
    return increased_blinking(filmed.begun("blink", rest), filmed.seconds(rest))


def _value(estimate: Estimate) -> float:
    return estimate.value


def _too_short(rest_s: float, acts: int) -> str:
    rest, least = threshold("absent_rest_s"), int(threshold("absent_opportunities_min"))
    if rest_s >= rest and acts >= least:
        return ""
    return f"{count(acts, 'act')} and {rest_s:.0f} s of rest; absent needs {least} and {rest:.0f} s"


def _told(effect: Effect, where: str) -> str:
    """Say the two rates in words."""
    if effect.rest_per_min is None or effect.task_per_min is None:
        return "no rest was seen to compare with"
    rest, task = effect.rest_per_min.value, effect.task_per_min.value
    text = f"{task:.1f} spasms a minute {where}, {rest:.1f} at rest"
    if effect.ratio is None:
        return text
    high = "no upper bound" if effect.ratio.high is None else f"{effect.ratio.high:.2f}"
    return f"{text} (ratio between {effect.ratio.low:.2f} and {high})"
