"""What can be told: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.intake.actions.diary import SIDES, TAKE_BACK, take_back, write
from facialis_clinic.intake.actions.interview import (
    FINISHED,
    NOT_ASKED,
    OPEN,
    answer,
    begin,
    change,
    finish,
    go_on,
)
from facialis_clinic.intake.actions.medicines import add_medicine, end_medicine, reconcile, tell_circumstances
from facialis_clinic.intake.actions.scales import answer_scale

__all__ = [
    "FINISHED",
    "NOT_ASKED",
    "OPEN",
    "SIDES",
    "TAKE_BACK",
    "add_medicine",
    "answer",
    "answer_scale",
    "begin",
    "change",
    "end_medicine",
    "finish",
    "go_on",
    "reconcile",
    "take_back",
    "tell_circumstances",
    "write",
]
