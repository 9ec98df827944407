"""A released answer as the patient reads it: on the page, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from facialis_clinic.chart.mine_trace import Trace, trace_of
from facialis_clinic.chart.models import Assessment
from facialis_clinic.chart.reviewed import result_of
from facialis_clinic.recordings.models import Measurement, Recording
from facialis_clinic.recordings.shown import answer_for_patient
from facialis_clinic.recordings.words import quality_for_patient

QUESTIONS: Final = (
    "What else could it be? How do we find out?",
    "What happens if we do nothing for now?",
    "What can be done about it? What speaks for and against each way?",
    "What may I do, and what should I leave? May I drive?",
    "When do we meet again? Whom do I call before that?",
)
OTHERS: Final = ("normal", "other")


@dataclass(frozen=True, slots=True)
class Shown:
    """A video that the answer rests on.

    Attributes
    ----------
    recording : Recording
        Whose picture and film are shown.
    filmed : date
        When it was filmed, or sent where that is not known.
    lines : list of str
        What was seen, with intervals.
    unseen : list of str
        What could have been better about it, so what it could not show.
    trace : Trace or None
        What was measured, drawn.
    """

    recording: Recording
    filmed: date
    lines: list[str]
    unseen: list[str]
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page of an answer shows; ``told`` is what the library's own page for patients is filled with."""

    assessment: Assessment
    told: dict[str, Any]
    shares: list[str]
    films: list[Shown]
    questions: tuple[str, ...]


def answer_of(assessment: Assessment, measured: Sequence[Measurement]) -> Answer:
    """Return a released answer in plain words.

    Parameters
    ----------
    assessment : Assessment
        From ``access_answer``: it is released.
    measured : sequence of Measurement
        Those that it rests on and that are released too.
    """
    from facialis.diagnosis.page.patient import answer_for_the_patient

    told = answer_for_the_patient(assessment.result, released=True)
    return Answer(
        assessment=assessment,
        told=told,
        shares=shares(assessment.result["differential"], named=bool(told["answer"]["leader"])),
        films=[_film(one) for one in measured],
        questions=QUESTIONS,
    )


def shares(differential: Iterable[Mapping[str, Any]], *, named: bool) -> list[str]:
    """Say how sure the first of the list is as people of 100, with its interval; nothing where none is named."""
    first = next(iter(differential), None)
    if first is None or not named:
        return []
    value, low, high = (_of_100(first["probability"][key]) for key in ("value", "low", "high"))
    what = (
        "nothing that is an illness" if first["disorder"] in OTHERS else first["plain"][:1].lower() + first["plain"][1:]
    )
    return [
        f"Think of 100 people who told and showed the same as you. About {value} of them would have {what}.",
        f"The true number may lie between {low} and {high}. The more is known, the closer these two come together."
        if low != high
        else "That is as sure as such a number can be.",
    ]


def _of_100(share: float) -> str:
    """Return a share as people of 100; never nobody and never all, since nothing here is certain."""
    return "fewer than 1" if share < 0.01 else "more than 99" if share > 0.99 else f"{100 * share:.0f}"


def _film(measurement: Measurement) -> Shown:
    result = result_of(measurement)
    recording = measurement.recording
    return Shown(
        recording=recording,
        filmed=recording.filmed_on or recording.created_at.date(),
        lines=answer_for_patient(result),
        unseen=quality_for_patient(result),
        trace=trace_of(result, recording.duration_s),
    )
