"""What can be done with a recording: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.recordings.actions.keeping import deletable, delete, release, remeasure, sweep
from facialis_clinic.recordings.actions.looking import look
from facialis_clinic.recordings.actions.measuring import copy_for_eyes, measure, note_job
from facialis_clinic.recordings.actions.sending import add_part, begin, finish, give_up, send

__all__ = [
    "add_part",
    "begin",
    "copy_for_eyes",
    "deletable",
    "delete",
    "finish",
    "give_up",
    "look",
    "measure",
    "note_job",
    "release",
    "remeasure",
    "send",
    "sweep",
]
