"""People: a patient's record, and who may open it."""
