"""Measure a recording, and make the copy for eyes: done as often as workers die, recorded once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from facialis_clinic import jobs
from facialis_clinic.audit.actions import record
from facialis_clinic.recordings import bounds, consent
from facialis_clinic.recordings.apart import run as apart
from facialis_clinic.recordings.models import Measurement, Recording, State
from facialis_clinic.recordings.words import MEASURE_FAILED, OURS, first
from facialis_clinic.storage import keep_path, recordings_storage, workplace

Superseded = jobs.Superseded
# At most one write of the progress in so many seconds.
PROGRESS_S = 1.0
# A job has its own count of attempts; that of a later round stands above all of an earlier one.
ROUND = 10_000
_SHAPE = {"source": dict, "quality": dict, "events": list, "summary": dict, "findings": list, "software": dict}


@dataclass(frozen=True, slots=True)
class Measured:
    """It was measured, now or before; ``refused`` says that its quality will not do."""

    refused: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be measured; ``why`` is a sentence for the patient."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The recording was deleted in the meantime."""


class LostMeasurer(Exception):
    """The process that measured was ended from outside, or this installation is not whole: try again later."""


def token(round_: int, attempt: int) -> int:
    """Return the number that fences an attempt: a later attempt, or a later round, has a greater one."""
    return round_ * ROUND + attempt


def measure(
    recording_id: UUID,
    *,
    attempt: int,
    progress: Callable[[float], None] | None = None,
    fence: Callable[[], None] | None = None,
    clock: Callable[[], datetime] = timezone.now,
    ask: Callable[..., apart.Outcome] | None = None,
) -> Measured | Failed | Gone:
    """Measure a recording with this version of the software and keep the result: the body of the job.

    Parameters
    ----------
    recording_id : UUID
        Which.
    attempt : int
        The fencing token: whoever began with a greater one since is the one whose result counts.
    progress : callable, optional
        Called with the share done, at most once a second.
    fence : callable, optional
        Called in the transaction that records the result; what it raises keeps the result from being recorded.
    clock : callable, optional
        What time it is.
    ask : callable, optional
        Who measures: the process apart, or whoever knows its answer to this very film.

    Returns
    -------
    Measured, Failed or Gone
        What came of it.

    Raises
    ------
    Superseded
        If a newer attempt has begun. Nothing was changed.
    LostMeasurer
        If nothing can be said about the film: try again.
    """
    began = _begin(recording_id, attempt, clock())
    if not isinstance(began, Recording):
        return began
    report = _Report(recording_id, attempt, progress)
    with workplace() as folder, recordings_storage().fetch(began.original) as film:
        outcome = (ask or apart.run)(
            "measure",
            limits=bounds.measuring(began.duration_s),
            paths={"source": film, "signals": folder / "signals"},
            told={"mirrored": began.mirrored, "protocol": began.protocol},
            progress=report,
        )
        kept = _keep_signals(outcome, folder / "signals")
    claimed = False
    try:
        done = _conclude(recording_id, attempt, outcome, fence, clock(), kept)
        claimed = Measurement.objects.filter(signals=kept).exists()
    finally:
        if kept and not claimed:
            with suppress(OSError):
                recordings_storage().delete(kept)
    return done


def _keep_signals(outcome: apart.Outcome, path: Path) -> str:
    """Store what the process apart wrote of the signals and return its name; empty where there is nothing to keep."""
    if not isinstance(outcome, apart.Answered) or outcome.result.get("kept") is not True or not path.is_file():
        return ""
    return keep_path(recordings_storage(), "signals", path)


@transaction.atomic
def _begin(recording_id: UUID, attempt: int, now: datetime) -> Recording | Measured | Failed | Gone:
    """Take the recording over from every older attempt; return it, or what there is to say of it already."""
    recording = Recording.objects.select_for_update().filter(pk=recording_id).first()
    if recording is None:
        return Gone()
    if attempt < recording.attempt:
        raise Superseded
    recording.attempt, recording.progress = attempt, 0
    done = recording.measurements.filter(version=version("facialis")).first()
    # A measurement from before signals were kept is made again for their sake; its result stays.
    if done is not None and (done.signals or recording.state not in (State.QUEUED, State.MEASURING)):
        return _store(recording, done.result)
    if not consent.stands(recording.person_id, "care", now=now, recording_id=recording.pk):
        return _fail(recording, MEASURE_FAILED["no_consent"])
    recording.state, recording.reason = State.MEASURING, ""
    recording.save(update_fields=["attempt", "progress", "state", "reason"])
    return recording


@dataclass
class _Report:
    """Writes the progress down, now and then; an attempt that is not the newest any more ends here."""

    recording_id: UUID
    attempt: int
    onward: Callable[[float], None] | None
    last_s: float = float("-inf")

    def __call__(self, share: float) -> None:
        if time.monotonic() - self.last_s < PROGRESS_S:
            return
        self.last_s = time.monotonic()
        share = min(max(share, 0.0), 1.0)
        mine = Recording.objects.filter(pk=self.recording_id, attempt=self.attempt, state=State.MEASURING)
        if not mine.update(progress=share):
            raise Superseded
        if self.onward is not None:
            self.onward(share)


@transaction.atomic
def _conclude(
    recording_id: UUID,
    attempt: int,
    outcome: apart.Outcome,
    fence: Callable[[], None] | None,
    now: datetime,
    signals: str = "",
) -> Measured | Failed | Gone:
    """Record what came out, if this attempt is still the newest; all of it in one transaction."""
    recording = Recording.objects.select_for_update().filter(pk=recording_id).first()
    if recording is None:
        return Gone()
    if recording.attempt != attempt:
        raise Superseded
    if fence is not None:
        fence()
    match outcome:
        case apart.Answered({"video": dict(result), "words": dict(words)}) if _is_result(result):
            kept, _ = Measurement.objects.get_or_create(
                recording=recording,
                version=version("facialis"),
                defaults={
                    "result": _named(result, recording),
                    "words": words,
                    "signals": signals,
                    "attempt": attempt,
                    "measured_at": now,
                },
            )
            if signals and not kept.signals and kept.result["events"] == result["events"]:
                kept.signals = signals
                kept.save(update_fields=["signals"])
            record(subject=recording.person_id, actor=None, verb="measured", kind="recording", thing=recording.pk)
            return _store(recording, kept.result)
        case apart.Refused("broken"):
            return _fail(recording, MEASURE_FAILED["broken"])
        case apart.Refused() | apart.Lost():
            raise LostMeasurer(outcome.detail)
        case apart.Broke(how):
            return _fail(recording, MEASURE_FAILED[how])
        case _:
            return _fail(recording, MEASURE_FAILED["error"])


def _is_result(result: Mapping[str, Any]) -> bool:
    """Whether an answer has the outer form of a result: who decodes films is not believed more than it must be."""
    if result.get("schema") != "facialis.video/1":
        return False
    return all(isinstance(result.get(name), kind) for name, kind in _SHAPE.items())


def _named(result: dict[str, Any], recording: Recording) -> dict[str, Any]:
    """Name the source by the recording's opaque id: the file's own name says nothing, the sender's may say too much."""
    return {**result, "source": {**result["source"], "name": str(recording.pk)}}


def _store(recording: Recording, result: Mapping[str, Any]) -> Measured:
    refused = result["quality"]["verdict"] == "refused"
    recording.state = State.REFUSED if refused else State.MEASURED
    recording.reason = first(result["quality"]["reasons"], "") if refused else ""
    recording.progress = 1
    recording.save(update_fields=["attempt", "state", "reason", "progress"])
    return Measured(refused)


def _fail(recording: Recording, why: str) -> Failed:
    recording.state, recording.reason, recording.progress = State.FAILED, why, 0
    recording.save(update_fields=["attempt", "state", "reason", "progress"])
    record(subject=recording.person_id, actor=None, verb="failed_to_measure", kind="recording", thing=recording.pk)
    return Failed(why)


@transaction.atomic
def note_job(recording_id: UUID, round_: int, *, failed: bool, why: str = "") -> None:
    """Show on the recording that its job waits again, because a worker died, or that it was given up."""
    recording = Recording.objects.select_for_update().filter(pk=recording_id, round=round_).first()
    if recording is None or recording.state not in (State.QUEUED, State.MEASURING):
        return
    recording.state, recording.progress = (State.FAILED, 0) if failed else (State.QUEUED, 0)
    recording.reason = (why or OURS) if failed else ""
    recording.save(update_fields=["state", "progress", "reason"])


def copy_for_eyes(recording_id: UUID, *, now: datetime) -> bool:
    """Make the copy that people watch and its picture; return whether there is one. The result does not hang on it."""
    recording = Recording.objects.filter(pk=recording_id).first()
    if recording is None or recording.copy:
        return recording is not None
    if not consent.stands(recording.person_id, "care", now=now, recording_id=recording_id):
        return False
    store = recordings_storage()
    with workplace() as folder, store.fetch(recording.original) as film:
        paths = {"source": film, "target": folder / "copy.mp4", "poster": folder / "poster.jpg"}
        outcome = apart.run("copy", limits=bounds.copying(recording.duration_s), paths=paths)
        if isinstance(outcome, apart.Lost):
            raise LostMeasurer(outcome.detail)
        if not isinstance(outcome, apart.Answered):
            Recording.objects.filter(pk=recording_id, copy="").update(copy_failed=True)
            return False
        return _keep_copy(recording_id, paths["target"], paths["poster"])


def _keep_copy(recording_id: UUID, copy: Path, poster: Path) -> bool:
    """Keep both files; where another worker was first, or the recording is gone, ours are removed again."""
    store = recordings_storage()
    names: list[str] = []
    kept = 0
    try:
        names = [keep_path(store, "copies", copy)]
        names.append(keep_path(store, "posters", poster))
        mine = Recording.objects.filter(pk=recording_id, copy="")
        kept = mine.update(copy=names[0], poster=names[1], copy_failed=False)
    finally:
        if not kept:
            for name in names:
                with suppress(OSError):
                    store.delete(name)
    return bool(kept)
