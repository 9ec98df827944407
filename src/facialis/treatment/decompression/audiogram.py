"""One hearing test of one ear: what it says, and what no ear can give is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from facialis.document import Document
from facialis.findings import Side

_SIDES = ("left", "right")
_KEYS = ("date", "ear", "pure_tone_average", "speech_discrimination", "thresholds", "no_response", "air_bone_gap")
# Decibels that an audiometer can give, hearing level.
_QUIETEST, _LOUDEST = -10.0, 130.0
_FREQUENCIES = (500, 1000, 2000, 3000, 4000)
_SPEECH_FREQUENCIES = (500, 1000, 2000)
# The average that is told and that of the thresholds may differ so far: some take three frequencies, some four.
_SAME_DB = 5.0
# With so great a loss nobody repeats words at all.
_NO_WORDS_DB = 100.0


@dataclass(frozen=True, slots=True)
class Audiogram:
    """One hearing test of one ear.

    Attributes
    ----------
    day : date
    ear : Side
    average : float or None
        Pure tone average, dB hearing level; None where the ear does not answer at all.
    speech : float or None
        Speech discrimination, %; None where it was not tested.
    gap : float or None
        Between air and bone, dB; None where bone was not tested.
    thresholds : mapping of int to float
        Hz to dB.
    """

    day: date
    ear: Side
    average: float | None
    speech: float | None
    gap: float | None
    thresholds: Mapping[int, float] = field(default_factory=dict)


def audiogram(row: Document, day: date) -> Audiogram:
    """Read one hearing test.

    Raises
    ------
    DocumentError
        In one line: what cannot be heard, or does not fit together.
    """
    row.only(_KEYS)
    ear = Side(row.word("ear", _SIDES))
    thresholds = _thresholds(row)
    average = _average(row, thresholds)
    speech = row.number_or_none("speech_discrimination", 0.0, 100.0)
    gap = row.number_or_none("air_bone_gap", 0.0, 70.0)
    if speech and (average is None or average >= _NO_WORDS_DB):
        heard = "nothing is heard" if average is None else f"nothing below {average:g} dB is heard"
        raise row.error(f"is {speech:g} %, and {heard}: that cannot be", "speech_discrimination")
    if gap and average is not None and gap > average - _QUIETEST:
        raise row.error(f"is {gap:g} dB, more than the loss of {average:g} dB: that cannot be", "air_bone_gap")
    return Audiogram(day, ear, average, speech, gap, thresholds)


def _thresholds(row: Document) -> dict[int, float]:
    if not row.has("thresholds"):
        return {}
    inner = row.inner("thresholds")
    inner.only([str(hertz) for hertz in _FREQUENCIES])
    return {int(key): inner.number(key, _QUIETEST, _LOUDEST) for key, _ in inner.items()}


def _average(row: Document, thresholds: Mapping[int, float]) -> float | None:
    """Return the pure tone average, None where the ear does not answer."""
    silent = row.take("no_response") if row.has("no_response") else False
    if not isinstance(silent, bool):
        raise row.error("must be true or false", "no_response")
    told = row.number_or_none("pure_tone_average", _QUIETEST, _LOUDEST)
    if silent:
        if told is not None or thresholds:
            raise row.error("is true, and there are thresholds: that cannot be", "no_response")
        return None
    if thresholds and not set(_SPEECH_FREQUENCIES) <= set(thresholds):
        raise row.error("needs 500, 1000 and 2000 Hz", "thresholds")
    reckoned = sum(thresholds.values()) / len(thresholds) if thresholds else None
    if told is None and reckoned is None:
        raise row.error("is missing: give it, or thresholds, or no_response = true", "pure_tone_average")
    if told is not None and thresholds:
        three = sum(thresholds[hertz] for hertz in _SPEECH_FREQUENCIES) / len(_SPEECH_FREQUENCIES)
        if min(abs(told - three), abs(told - (reckoned or told))) > _SAME_DB:
            raise row.error(f"is {told:g} dB, and the thresholds give {three:.0f} dB", "pure_tone_average")
    return told if told is not None else reckoned
