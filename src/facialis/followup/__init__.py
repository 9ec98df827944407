"""How it goes on: the course, what changed, what needs attention.

A diary and what was given make a course: for each injection its onset, relief and wear-off, for the latest one a
forecast with an interval that learns from the person's own cycles, and alarms that compare with that forecast.
"""

from facialis.followup.diary import Diary, Entry, Symptom
from facialis.followup.treatments import Treatment, Treatments

__all__ = ["Diary", "Entry", "Symptom", "Treatment", "Treatments"]
