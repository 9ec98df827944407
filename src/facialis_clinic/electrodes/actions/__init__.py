"""What can be done with a recording of electrodes: one function a verb, the moment passed in, the answer a value."""

from facialis_clinic.electrodes.actions.keeping import deletable, delete, read_again, sweep
from facialis_clinic.electrodes.actions.placing import place
from facialis_clinic.electrodes.actions.reading import note_job, read
from facialis_clinic.electrodes.actions.sending import send

__all__ = ["deletable", "delete", "note_job", "place", "read", "read_again", "send", "sweep"]
