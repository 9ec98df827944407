"""What it probably is: red flags, a ranked differential with honest intervals, the evidence, the next step.

>>> from facialis.diagnosis import Case, assess
>>> assess(Case(age=17.0, sex="male")).leader.disorder
'tic'
"""

from facialis.case import Case, from_mapping, read
from facialis.diagnosis.assessment import Assessment, Ranked, assess, hardly_tells, rank_questions
from facialis.flags import Raised, red_flags

__all__ = [
    "Assessment",
    "Case",
    "Raised",
    "Ranked",
    "assess",
    "from_mapping",
    "hardly_tells",
    "rank_questions",
    "read",
    "red_flags",
]
