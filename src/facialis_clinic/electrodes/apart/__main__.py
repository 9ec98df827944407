"""What the process apart does with recordings of electrodes: look which channels there are, and read all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from facialis_clinic.electrodes.apart.archive import NoSet, header_of
from facialis_clinic.recordings.apart.answering import Progress, Task, answer


def _look(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis_clinic.electrodes.apart.looking import look

    return _answered(look, paths, told)


def _read(paths: dict[str, Path], told: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from facialis_clinic.electrodes.apart.reading import evoked, free

    def step(done_s: float, all_s: float | None) -> None:
        progress(min(1.0, done_s / all_s) if all_s else 0.0)

    def read(source: Path, told: dict[str, Any]) -> dict[str, Any]:
        if told["kind"] == "free":
            return free(source, told, paths, step)
        return evoked(source, told, paths["folder"])

    return _answered(read, paths, told)


def _answered(do: Any, paths: dict[str, Path], told: dict[str, Any]) -> dict[str, Any]:
    """Return what comes of a file, or why it will not do, in the reader's own line."""
    from facialis.document import DocumentError
    from facialis.emg.recording import RecordingError

    try:
        source = header_of(paths["source"], paths["folder"]) if told["ending"] == "zip" else paths["source"]
        return {"result": do(source, told)}
    except (RecordingError, DocumentError, NoSet) as error:
        return {"refused": "file", "detail": str(error)[:500]}


TASKS: dict[str, Task] = {"look": _look, "read": _read}


if __name__ == "__main__":
    answer(TASKS)
