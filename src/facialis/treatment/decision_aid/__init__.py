"""A decision aid: two or three treatments held side by side, for 1,000 people over the same years."""

from __future__ import annotations

from facialis.treatment.decision_aid.aid import DecisionAid, NotShown, chosen, decision_aid
from facialis.treatment.decision_aid.surgeon import Figures
from facialis.treatment.decision_aid.surgeon import read as read_surgeon

__all__ = ["DecisionAid", "Figures", "NotShown", "chosen", "decision_aid", "read_surgeon"]
