"""Values of a diary that stand in a result beside it: a measured video, a rating scale that was scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from facialis.document import Document, DocumentError, json_file
from facialis.findings import Side

# Which scales a diary counts, under the name of its measure, and who fills them in.
SCALES: Mapping[str, str] = {"hfs_7": "patient", "smc": "clinician"}
_COUNTED = {"spasms_per_min": 1e4, "spasm_time_fraction": 1.0}
_MOST_POINTS = 1000.0
_ONE = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True)
class Told:
    """What a result tells for a diary.

    Attributes
    ----------
    values : mapping of str to float
        By measure; empty where the result tells none.
    source : str
    side : Side
        NONE where the result does not know it.
    day : date or None
        When it was made, where it says so.
    because : str
        Why there is no value.
    mirrored : bool
        Whether it may show the face as a mirror does, so that its side tells nothing.
    """

    values: Mapping[str, float]
    source: str
    side: Side = Side.NONE
    day: date | None = None
    because: str = ""
    mirrored: bool = False


def told(path: Path) -> Told:
    """Read a result.

    Raises
    ------
    DocumentError
        If it is none that a diary knows, in one line.
    """
    return told_of(json_file(path), str(path))


def told_of(value: object, name: str) -> Told:
    """Take a result that is at hand, under the name by which errors call it.

    Raises
    ------
    DocumentError
        If it is none that a diary knows, in one line.
    """
    document = Document(value, name)
    schema = document.take("schema") if document.has("schema") else None
    if schema == "facialis.video/1":
        return _video(document)
    if schema == "facialis.scale/1":
        return _scale(document)
    raise document.error(f'is "{schema}"; a diary reads facialis.video/1 and facialis.scale/1', "schema")


def _video(document: Document) -> Told:
    quality, summary = document.inner("quality"), document.inner("summary")
    if quality.take("verdict") == "refused":
        return Told({}, "video", because="the recording was refused by its quality")
    side = Side(summary.word("affected_side", tuple(Side)))
    mirrored = quality.word_or_none("mirrored", ("yes", "no", "unknown")) == "unknown" and side in _ONE
    if side is Side.BOTH:
        return Told({}, "video", side, because="both sides move, and the video counts them together")
    rate = summary.inner("spasms_per_min").number_or_none("value", 0.0, _COUNTED["spasms_per_min"])
    share = summary.number_or_none("spasm_time_fraction", 0.0, _COUNTED["spasm_time_fraction"])
    held = {"spasms_per_min": rate, "spasm_time_fraction": share}
    values = {key: number for key, number in held.items() if number is not None}
    because = "" if values else "the video counts no spasms: too little was seen"
    return Told(values, "video", Side.NONE if mirrored else side, because=because, mirrored=mirrored)


def _scale(document: Document) -> Told:
    name = document.text("scale")
    if name not in SCALES:
        raise document.error(f'is "{name}"; a diary counts {" and ".join(SCALES)}', "scale")
    total = document.inner("score").number_or_none("total", 0.0, _MOST_POINTS)
    day = None
    if document.has("answered_on"):
        try:
            day = date.fromisoformat(document.text("answered_on"))
        except ValueError as error:
            raise document.error("is no date", "answered_on") from error
    if total is None:
        return Told({}, SCALES[name], day=day, because=f"{name} has no total: items are missing")
    return Told({name: total}, SCALES[name], day=day)


def beside(folder: Path, name: str) -> Path:
    """Return where a result lies that a diary names, which is beside the diary and nowhere else.

    Raises
    ------
    DocumentError
        If it is not there, or lies elsewhere.
    """
    if not name or Path(name).name != name or name in (".", ".."):
        raise DocumentError(f'"{name[:40]}" must be the name of a file beside this one, without a folder')
    path = folder / name
    if not path.is_file():
        raise DocumentError(f'"{name[:80]}" is not there')
    return path
