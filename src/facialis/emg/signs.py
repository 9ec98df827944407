"""Every finding that electrodes can assess, in the order of the vocabulary, and what they cannot show."""

from __future__ import annotations

from collections.abc import Iterable

from facialis import knowledge
from facialis.emg.summary import Sleep
from facialis.findings import Finding, Side, State
from facialis.intervals import rate
from facialis.units import SECONDS_PER_MINUTE, count, with_interval

_ELSEWHERE = {
    "lateral_spread_response": "needs responses to a stimulus: facialis evoked --kind lateral-spread",
    "blink_spread_lower": "needs responses to a stimulus: facialis evoked --kind blink",
    "eeg_contralateral": "needs an electroencephalogram beside it",
}
_NOT_HERE = "not measured by this recording: needs a clinician's eye"


def findings(found: Iterable[Finding], sleep: Sleep | None, side: Side, *, refused: bool = False) -> list[Finding]:
    """Return every finding that electrodes can assess.

    Parameters
    ----------
    found : iterable of Finding
        Those of the pattern of each channel and of the synchrony of channels.
    sleep : Sleep or None
    side : Side
        The affected one.
    refused : bool
        Whether the recording was refused: then nothing is assessable.
    """
    told = {one.code: one for one in found}
    told.setdefault("persists_in_sleep", persists_in_sleep(sleep, side))
    result = []
    for code, definition in knowledge.findings().items():
        if "emg" not in definition.assessed_by:
            continue
        if refused and code not in _ELSEWHERE:
            result.append(_unknown(code, "the recording was refused"))
        else:
            result.append(told.get(code) or _unknown(code, _ELSEWHERE.get(code, _NOT_HERE)))
    return result


def _unknown(code: str, reason: str) -> Finding:
    return Finding(code, State.NOT_ASSESSABLE, source="emg", because=(reason,))


def persists_in_sleep(sleep: Sleep | None, side: Side) -> Finding:
    """Judge whether bursts go on in sleep: seen there, or missing where waking would have brought many.

    Absent asks for as much sleep as any absence asks for rest, and for so many bursts at the rate of waking that none
    at all is no chance.
    """
    code = "persists_in_sleep"
    if sleep is None:
        return _unknown(code, "nobody scored the sleep: no annotation names a stage")
    often = rate(sleep.asleep_bursts, sleep.asleep_s)
    if often is None or sleep.asleep_per_min is None:
        return _unknown(code, "no sleep was recorded")
    text = f"{count(sleep.asleep_bursts, 'burst')} in {sleep.asleep_s / SECONDS_PER_MINUTE:.0f} min of sleep"
    if sleep.awake_per_min is not None:
        text += f", {with_interval(sleep.awake_per_min)} awake"
    least = knowledge.threshold("present_events_min")
    if sleep.asleep_bursts >= least and sleep.asleep_per_min.low > knowledge.threshold("false_spasms_per_min"):
        return Finding(code, State.PRESENT, side, sleep.asleep_per_min, "emg", (text,))
    awake = sleep.awake_per_min
    expected = awake.low * sleep.asleep_s / SECONDS_PER_MINUTE if awake else 0.0
    enough = expected >= knowledge.threshold("absent_opportunities_min")
    if sleep.asleep_bursts == 0 and enough and sleep.asleep_s >= knowledge.threshold("absent_rest_s"):
        return Finding(code, State.ABSENT, Side.NONE, often, "emg", (text,))
    return _unknown(code, f"{text}: too few to tell")
