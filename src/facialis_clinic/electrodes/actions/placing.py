"""Somebody says which electrode lies where; only then the recording is read."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from facialis_clinic import jobs
from facialis_clinic.accounts.models import User
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes.models import State, Study
from facialis_clinic.people.answers import Refused

UNDER_WAY = (State.QUEUED, State.READING)


@transaction.atomic
def place(*, study: Study, by: User, places: Mapping[str, tuple[str, str]]) -> Study | Refused:
    """Write down where the electrodes lie, and have the recording read so.

    A reading that was made with other places is removed with the next one: a side that was wrong must not stand.

    Parameters
    ----------
    study : Study
        From a gate.
    by : User
        A clinician.
    places : mapping of str to (str, str)
        For each channel muscle and side; an empty muscle is one that is not known.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state in UNDER_WAY:
        return Refused("The recording is being read. Wait until it is done, then correct the electrodes.")
    known = [str(row["name"]) for row in study.channels]
    if set(places) != set(known):
        return Refused("These are not the channels of this recording. Load the page again.")
    if all(not muscle for muscle, _ in places.values()):
        return Refused("Say of one electrode at least on which muscle it lies.")
    montage = {"channels": [_row(name, *places[name]) for name in known]}
    if montage == study.montage and study.state == State.READ:
        return study
    study.montage = montage
    study.save(update_fields=["montage"])
    record(subject=study.person_id, actor=by, verb="placed", kind="study", thing=study.pk)
    queue(study)
    return study


def _row(name: str, muscle: str, side: str) -> dict[str, str]:
    return {"name": name, "side": side} | ({"muscle": muscle} if muscle else {})


def queue(study: Study) -> None:
    """Queue a study to be read, in the caller's transaction."""
    from facialis_clinic.electrodes.tasks import read_study

    study.round += 1
    study.state, study.progress, study.reason = State.QUEUED, 0, ""
    study.job = jobs.enqueue(read_study, study.pk, study.round, whose=study.person_id)
    study.save(update_fields=["round", "state", "progress", "reason", "job"])
