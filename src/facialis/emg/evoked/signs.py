"""The findings: lateral spread response, and spread of the blink reflex to the lower face."""

from __future__ import annotations

from collections.abc import Sequence

from facialis import knowledge
from facialis.emg.evoked.blink import SPREAD_TO
from facialis.emg.evoked.response import Response
from facialis.findings import Finding, Side, State

_ALSO = "also seen in 62 of 78 with synkinesis after a facial palsy (S39): it tells spread, not its cause"
_ABSENT_TOO = "13 of 306 with hemifacial spasm had none before surgery (S55): absence does not exclude it"


def findings(kind: str, responses: Sequence[Response], days_since_toxin: float | None) -> tuple[Finding, ...]:
    """Return the findings, one a side that was stimulated; one without a side where none can be told.

    Parameters
    ----------
    kind : {"lateral-spread", "blink"}
    responses : sequence of Response
    days_since_toxin : float or None
        Days since the last botulinum toxin, any site; None where nobody says it.
    """
    sides = [side for side in (Side.LEFT, Side.RIGHT) if any(one.block.stimulated.side is side for one in responses)]
    if kind == "blink":
        return tuple(_blink(side, [one for one in responses if one.block.stimulated.side is side]) for side in sides)
    return tuple(
        _spread(side, [one for one in responses if one.block.stimulated.side is side], days_since_toxin)
        for side in sides
    )


def _spread(side: Side, responses: Sequence[Response], days: float | None) -> Finding:
    looked = [one for one in responses if one.name == "LSR" and one.block.ipsilateral]
    present = [one for one in looked if one.present]
    if present:
        best = max(present, key=lambda one: one.probability or 0.0)
        because = [
            f"{one.block.where} after stimuli to the {one.block.stimulated.words}: {one.because[0]}" for one in present
        ]
        if any(one.name == "R2c" and one.present for one in responses):
            because.append("the other side answers late as well: the stimulus may have reached the trigeminal nerve")
        because.append(_ALSO)
        return Finding(
            "lateral_spread_response", State.PRESENT, side, best.latency_ms, "emg", tuple(because), best.probability
        )
    absent = [one for one in looked if one.state is State.ABSENT]
    if not looked:
        return _unknown("lateral_spread_response", side, "no muscle of a branch that was not stimulated was recorded")
    if not absent:
        return _unknown("lateral_spread_response", side, *(f"{one.block.where}: {one.because[0]}" for one in looked))
    months = knowledge.threshold("recent_toxin_months")
    if days is not None and knowledge.toxin_is_recent(days):
        return _unknown(
            "lateral_spread_response", side,
            f"none is seen, but botulinum toxin {days:g} days ago (within {months:g} months) can hide it",
        )  # fmt: skip
    direct = [one for one in responses if one.name == "M" and one.block.direct]
    if direct and not any(one.present for one in direct):
        return _unknown(
            "lateral_spread_response", side, "none is seen, but the stimulated muscle does not answer either"
        )
    because = [
        f"{one.block.where} after stimuli to the {one.block.stimulated.words}: {one.because[0]}" for one in absent
    ]
    because += [f"{one.block.where} is not assessable: {one.because[0]}" for one in looked if one not in absent]
    branches = {one.block.stimulated.branch for one in responses}
    if len(branches) == 1:
        because.append(f"only the {absent[0].block.stimulated.words} was stimulated; another branch may still show it")
    because.append(_ABSENT_TOO)
    if days is None:
        because.append(f"nobody says whether botulinum toxin was given within {months:g} months, which can hide it")
    worst = max(one.probability or 0.0 for one in absent)
    return Finding("lateral_spread_response", State.ABSENT, side, None, "emg", tuple(because), round(1 - worst, 4))


def _blink(side: Side, responses: Sequence[Response]) -> Finding:
    code = "blink_spread_lower"
    lower = [
        one
        for one in responses
        if one.block.muscle in SPREAD_TO and one.block.ipsilateral and one.name in ("R1", "R2i")
    ]
    if not lower:
        return _unknown(code, side, "neither orbicularis oris nor mentalis of the stimulated side was recorded")
    present = [one for one in lower if one.present and one.name == "R1"]
    late = [one for one in lower if one.present and one.name == "R2i"]
    if present:
        best = max(present, key=lambda one: one.probability or 0.0)
        because = [
            f"{one.block.where}: {'R1-like' if one.name == 'R1' else 'R2-like'}, {one.because[0]}"
            for one in (*present, *late)
        ]
        because.append(
            "it also follows a facial palsy with aberrant regeneration (S37): it tells spread, not its cause"
        )
        return Finding(code, State.PRESENT, side, best.latency_ms, "emg", tuple(because), best.probability)
    first = [one for one in lower if one.name == "R1"]
    if late and not all(one.state is State.NOT_ASSESSABLE for one in first):
        return _unknown(
            code,
            side,
            *(f"{one.block.where}: R2-like only, {one.because[0]}; a startle reflex does that as well" for one in late),
        )
    eye = [one for one in responses if one.block.muscle == "orbicularis_oculi" and one.block.ipsilateral]
    absent = [one for one in first if one.state is State.ABSENT]
    if not absent:
        return _unknown(code, side, *(f"{one.block.where}: {one.because[0]}" for one in first))
    if not any(one.present for one in eye):
        return _unknown(code, side, "the lower face stays quiet, but the eye's own blink reflex is not seen either")
    worst = max(one.probability or 0.0 for one in absent)
    return Finding(
        code, State.ABSENT, side, None, "emg", tuple(f"{one.block.where}: {one.because[0]}" for one in absent),
        round(1 - worst, 4),
    )  # fmt: skip


def _unknown(code: str, side: Side, *because: str) -> Finding:
    return Finding(code, State.NOT_ASSESSABLE, side, None, "emg", tuple(dict.fromkeys(because)))
