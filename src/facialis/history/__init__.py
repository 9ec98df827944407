"""What the patient tells: the interview and its questionnaire, and the scales.

A questionnaire is data; answers become findings of the vocabulary. Which question tells most is asked of whoever
passes a ``rank`` in: this room does not know the diagnosis.

>>> from facialis.history import Interview, questionnaire
>>> interview = Interview(questionnaire(), year=2026).tell("age", 52).tell("stress", "yes")
>>> [(finding.code, finding.state.value) for finding in interview.findings()]
[('stress_worse', 'present')]
"""

from facialis.history.interview import Interview
from facialis.history.questions import Questionnaire
from facialis.history.read import questionnaire

__all__ = ["Interview", "Questionnaire", "questionnaire"]
