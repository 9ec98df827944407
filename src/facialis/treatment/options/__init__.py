"""The options for one person: which are open, which need care, which are excluded and why. It decides nothing.

>>> from facialis.treatment.options import SideKnown
>>> SideKnown().side.value
'none'
"""

from facialis.treatment.options.choose import Chosen, Diagnosis, Known, Placed, Question, Standpoint, choose
from facialis.treatment.options.facts import SideKnown

__all__ = ["Chosen", "Diagnosis", "Known", "Placed", "Question", "SideKnown", "Standpoint", "choose"]
