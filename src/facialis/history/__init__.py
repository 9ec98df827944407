"""What the patient tells: the interview and its questionnaire, and the scales.

A questionnaire is data; answers become findings of the vocabulary. Which question tells most is asked of whoever
passes a ``rank`` in: this room does not know the diagnosis.
"""
