"""What can be told: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.intake.actions.interview import answer, begin, change, finish, go_on

__all__ = ["answer", "begin", "change", "finish", "go_on"]
