"""Read a recording of electrodes: done as often as workers die, written down once."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from facialis_clinic import jobs
from facialis_clinic.audit.actions import record
from facialis_clinic.electrodes import bounds
from facialis_clinic.electrodes.actions.placing import UNDER_WAY
from facialis_clinic.electrodes.actions.sending import MODULE
from facialis_clinic.electrodes.models import Kind, Reading, State, Study
from facialis_clinic.electrodes.words import NOT_TAKEN, OURS, UNREADABLE, in_the_form
from facialis_clinic.recordings.actions.measuring import LostMeasurer
from facialis_clinic.recordings.actions.told import removal
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.storage import keep_path, recordings_storage, workplace

_log = logging.getLogger(__name__)
Superseded = jobs.Superseded
# At most one write of the progress in so many seconds.
PROGRESS_S = 1.0
_SCHEMAS = {Kind.FREE: "facialis.emg/1", Kind.LATERAL: "facialis.evoked/1", Kind.BLINK: "facialis.evoked/1"}
_SHAPE = {"source": dict, "quality": dict, "findings": list, "software": dict}


@dataclass(frozen=True, slots=True)
class Read:
    """It was read, now or before; ``refused`` says that its quality will not do."""

    refused: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be read; ``why`` is a sentence for the clinician."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The study was deleted in the meantime."""


def half_done(study_id: UUID) -> Path:
    """Return the folder of this home where a long reading keeps what it has finished."""
    return Path(settings.HOME) / "work" / f"study-{study_id}"


def read(
    study_id: UUID,
    *,
    attempt: int,
    progress: Callable[[float], None] | None = None,
    fence: Callable[[], None] | None = None,
    clock: Callable[[], datetime] = timezone.now,
) -> Read | Failed | Gone:
    """Read a study with this version of the software and keep the result: the body of the job.

    Parameters
    ----------
    study_id : UUID
        Which.
    attempt : int
        The fencing token: whoever began with a greater one since is the one whose result counts.
    progress : callable, optional
        Called with the share done, at most once a second.
    fence : callable, optional
        Called in the transaction that records the result; what it raises keeps the result from being recorded.
    clock : callable, optional
        What time it is.

    Raises
    ------
    Superseded
        If a newer attempt has begun. Nothing was changed.
    LostMeasurer
        If nothing can be said about the file: try again.
    """
    study = _begin(study_id, attempt)
    if not isinstance(study, Study):
        return study
    kept: dict[str, str] = {}
    keep = half_done(study_id)
    with workplace() as folder, recordings_storage().fetch(study.original) as path:
        given = {name: folder / name for name in Reading.FILES}
        outcome = apart.run(
            "read",
            limits=bounds.reading(study.size),
            paths={"source": path, "folder": folder / "set", "keep": keep, **given},
            told=_told(study, clock()),
            progress=_Report(study_id, attempt, progress),
            module=MODULE,
        )
        try:
            if isinstance(outcome, apart.Answered):
                for name, file in given.items():
                    if file.is_file():
                        kept[name] = keep_path(recordings_storage(), "readings", file)
            done = _conclude(study, attempt, outcome, fence, clock(), kept)
        finally:
            _let_go(kept)
    shutil.rmtree(keep, ignore_errors=True)
    return done


def _let_go(kept: Mapping[str, str]) -> None:
    """Remove the files that no row has claimed."""
    if not kept:
        return
    claimed = set(Reading.objects.filter(**{f"{name}": file for name, file in kept.items()}).values_list("pk"))
    if not claimed:
        for file in kept.values():
            with suppress(OSError):
                recordings_storage().delete(file)


def _told(study: Study, now: datetime) -> dict[str, Any]:
    """Return what the process apart is told of a study."""
    told = {"kind": study.kind, "ending": study.ending, "montage": study.montage, **study.told}
    days = _days_since_toxin(study, now)
    return told if days is None else told | {"days_since_toxin": days}


def _days_since_toxin(study: Study, now: datetime) -> float | None:
    """Return how long before the recording botulinum toxin was last given here; None where it was not."""
    from facialis_clinic.care.models import Treatment

    day = study.recorded_on or timezone.localdate(study.created_at)
    given = Treatment.objects.filter(person=study.person_id, kind=Treatment.Kind.INJECTION, superseded_by=None)
    last = given.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    return None if last is None else (day - last) / timedelta(days=1)


@transaction.atomic
def _begin(study_id: UUID, attempt: int) -> Study | Read | Failed | Gone:
    """Take the study over from every older attempt; return it, or what there is to say of it already."""
    study = Study.objects.select_for_update().filter(pk=study_id).first()
    if study is None:
        return Gone()
    if attempt < study.attempt:
        raise Superseded
    study.attempt, study.progress = attempt, 0
    done = study.readings.filter(version=version("facialis"), montage=study.montage).first()
    if done is not None:
        return _store(study, done.result)
    study.state, study.reason = State.READING, ""
    study.save(update_fields=["attempt", "progress", "state", "reason"])
    return study


@dataclass
class _Report:
    """Writes the progress down, now and then; an attempt that is not the newest any more ends here."""

    study_id: UUID
    attempt: int
    onward: Callable[[float], None] | None
    last_s: float = float("-inf")

    def __call__(self, share: float) -> None:
        if time.monotonic() - self.last_s < PROGRESS_S:
            return
        self.last_s = time.monotonic()
        share = min(max(share, 0.0), 1.0)
        mine = Study.objects.filter(pk=self.study_id, attempt=self.attempt, state=State.READING)
        if not mine.update(progress=share):
            raise Superseded
        if self.onward is not None:
            self.onward(share)


@transaction.atomic
def _conclude(
    study: Study,
    attempt: int,
    outcome: apart.Outcome,
    fence: Callable[[], None] | None,
    now: datetime,
    kept: Mapping[str, str],
) -> Read | Failed | Gone:
    """Record what came out, if this attempt is still the newest; all of it in one transaction."""
    montage = study.montage
    held = Study.objects.select_for_update().filter(pk=study.pk).first()
    if held is None:
        return Gone()
    if held.attempt != attempt:
        raise Superseded
    if fence is not None:
        fence()
    match outcome:
        case apart.Answered({"result": dict(result), "asleep": list(asleep)}) if _is_result(result, held.kind):
            _forget_other_places(held, montage)
            reading, _ = Reading.objects.get_or_create(
                study=held,
                version=version("facialis"),
                defaults={
                    "result": _named(result, held),
                    "montage": montage,
                    "asleep": asleep,
                    "attempt": attempt,
                    "read_at": now,
                    **kept,
                },
            )
            record(subject=held.person_id, actor=None, verb="measured", kind="study", thing=held.pk)
            return _store(held, reading.result)
        case apart.Refused("file", detail):
            return _fail(held, in_the_form(detail))
        case apart.Refused() | apart.Lost():
            raise LostMeasurer(outcome.detail)
        case apart.Broke(how):
            # Its words may cite what stands in the file: the log says how it ended, not what it said.
            _log.error("reading study %s broke: %s", held.pk, how)
            return _fail(held, UNREADABLE if how == "error" else NOT_TAKEN["heavy"])
        case _:
            return _fail(held, UNREADABLE)


def _forget_other_places(study: Study, montage: Mapping[str, Any]) -> None:
    """Remove what was read while the electrodes were said to lie elsewhere: its sides and muscles were wrong."""
    for other in study.readings.exclude(montage=montage):
        removal(other.files())
        other.delete()


def _is_result(result: Mapping[str, Any], kind: str) -> bool:
    """Whether an answer has the outer form of a result: who reads files is not believed more than it must be."""
    if result.get("schema") != _SCHEMAS[Kind(kind)]:
        return False
    return all(isinstance(result.get(name), form) for name, form in _SHAPE.items())


def _named(result: dict[str, Any], study: Study) -> dict[str, Any]:
    """Name the source by the study's opaque id: the file's own name says nothing, the sender's may say too much."""
    return {**result, "source": {**result["source"], "name": str(study.pk)}}


def _store(study: Study, result: Mapping[str, Any]) -> Read:
    refused = result["quality"]["verdict"] == "refused"
    reasons = result["quality"]["reasons"]
    study.state = State.REFUSED if refused else State.READ
    study.reason = str(reasons[0]) if refused and reasons else ""
    study.progress = 1
    study.save(update_fields=["attempt", "state", "reason", "progress"])
    return Read(refused)


def _fail(study: Study, why: str) -> Failed:
    study.state, study.reason, study.progress = State.FAILED, why, 0
    study.save(update_fields=["attempt", "state", "reason", "progress"])
    record(subject=study.person_id, actor=None, verb="failed_to_measure", kind="study", thing=study.pk)
    return Failed(why)


@transaction.atomic
def note_job(study_id: UUID, round_: int, *, failed: bool, why: str = "") -> None:
    """Show on the study that its job waits again, because a worker died, or that it was given up."""
    study = Study.objects.select_for_update().filter(pk=study_id, round=round_).first()
    if study is None or study.state not in UNDER_WAY:
        return
    study.state, study.progress = (State.FAILED, 0) if failed else (State.QUEUED, 0)
    study.reason = (why or OURS) if failed else ""
    study.save(update_fields=["state", "progress", "reason"])
