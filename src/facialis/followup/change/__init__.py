"""Is this visit really different from the last: better, worse or cannot tell, and why.

>>> from facialis.followup.change import Reading, Visit, change
>>> change(Visit({"score": Reading(8)}, never_injected=True), Visit({"score": Reading(2)}, never_injected=True)).verdict
'better'
"""

from facialis.followup.change.judge import BETTER, CANNOT_TELL, WORSE, Change, NotComparable, change
from facialis.followup.change.visit import Reading, Visit, read

__all__ = ["BETTER", "CANNOT_TELL", "WORSE", "Change", "NotComparable", "Reading", "Visit", "change", "read"]
