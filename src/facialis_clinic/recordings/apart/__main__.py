"""What the process apart does with films; :mod:`facialis_clinic.recordings.apart.run` starts it and no one else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from facialis_clinic.recordings.apart.answering import Progress, Task, answer

if TYPE_CHECKING:
    from facialis.face import Examination


def _keep(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis_clinic.recordings.apart.keep import NotTaken, keep

    try:
        return {"result": keep(paths["source"], paths["target"], told["longest_s"], progress)}
    except NotTaken as refusal:
        return {"refused": refusal.code}


def _measure(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis.face import examine
    from facialis.face.guided import protocol
    from facialis.face.nets import NetsMissing
    from facialis.face.recording import RecordingError
    from facialis_clinic.recordings.apart.said import said

    def step(done_s: float, all_s: float | None) -> None:
        progress(min(1.0, done_s / all_s) if all_s else 0.0)

    try:
        asked = protocol.read(told["protocol"], "protocol") if told.get("protocol") else None
        seen = examine(paths["source"], mirrored=told["mirrored"], protocol=asked, progress=step)
        result = seen.to_json()
        return {"result": {"video": result, "words": said(result), "kept": _keep_signals(seen, paths["signals"])}}
    except RecordingError as error:
        return {"refused": "broken", "detail": str(error)[:500]}
    except NetsMissing as error:
        return {"refused": "no_nets", "detail": str(error)[:500]}


def _keep_signals(seen: Examination, path: Path) -> bool:
    """Write what was measured at each moment; return whether there is anything, and little enough to be kept."""
    from facialis.face.kept import KeptError, write

    try:
        write(seen, path)
    except (KeptError, OSError):
        path.unlink(missing_ok=True)
        return False
    return True


def _copy(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis_clinic.recordings.apart.copy import copy

    return {"result": copy(paths["source"], paths["target"], paths["poster"])}


def _look(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis.face.nets import NetsMissing
    from facialis_clinic.recordings.apart.still import NoPicture, look

    try:
        return {"result": look(told["still"])}
    except NoPicture:
        return {"refused": "no_picture"}
    except NetsMissing as error:
        return {"refused": "no_nets", "detail": str(error)[:500]}


TASKS: dict[str, Task] = {
    "keep": _keep,
    "measure": _measure,
    "copy": _copy,
    "look": _look,
}


if __name__ == "__main__":
    answer(TASKS)
