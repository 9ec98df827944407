"""What of one recording can be held against another, read from its public result ``facialis.video/1``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from facialis.document import Document
from facialis.face.guided.protocol import UNTASKED
from facialis.face.signals import REGIONS
from facialis.findings import Estimate, Side

if TYPE_CHECKING:
    from facialis.face.study import Examination

SCHEMA = "facialis.video/1"
_VERDICTS = ("good", "limited", "refused")
_KNOWN = ("yes", "no", "unknown")
# Nobody films a face for a month, and nothing in it moves by ten times the distance of the eyes.
_LONGEST_S = 30 * 86400.0
_FARTHEST_IOD = 10.0


class Spasm(NamedTuple):
    """A spasm as the public result tells it; ``amplitude_iod`` is that of the first of its regions."""

    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    amplitude_iod: float | None
    regions: tuple[str, ...]


class TaskSeen(NamedTuple):
    """A task of a guided examination as the public result tells it."""

    name: str
    kind: str
    start_s: float
    end_s: float
    usable_s: float
    assessable: bool
    excursion: Mapping[Side, Estimate]
    asymmetry: Estimate | None


@dataclass(frozen=True)
class Visit:
    """One recording, as far as it can be compared.

    Attributes
    ----------
    name, sha256 : str
        Of the file.
    duration_s, usable_s : float
    fps, iod_px : float or None
        Frames a second; distance of the eye centres in pixels.
    verdict : str
        ``good``, ``limited`` or ``refused``.
    reasons : tuple of str
        Of the verdict.
    mirrored : str
        ``yes``, ``no`` or ``unknown``.
    limits : mapping of region to float or None
        Detection limits.
    side : Side
        The affected one.
    spasms : tuple of Spasm
    tasks : tuple of TaskSeen
        Empty without a protocol.
    protocol, reviewer : str
        Empty where there was none.
    days_since_toxin : float or None
        None where nobody said.
    software : tuple
        Version and nets that measured it.
    """

    name: str
    sha256: str
    duration_s: float
    usable_s: float
    fps: float | None
    iod_px: float | None
    verdict: str
    reasons: tuple[str, ...]
    mirrored: str
    limits: Mapping[str, float | None]
    side: Side
    spasms: tuple[Spasm, ...]
    tasks: tuple[TaskSeen, ...]
    protocol: str
    reviewer: str
    software: tuple[str, ...]
    days_since_toxin: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the public JSON form."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "usable_s": round(self.usable_s, 3),
            "verdict": self.verdict,
            "mirrored": self.mirrored,
            "affected_side": self.side.value,
            "spasms": len(self.spasms),
            "protocol": self.protocol or None,
            "reviewer": self.reviewer or None,
        }


def visit(told: Examination | Mapping[str, Any], name: str = "result") -> Visit:
    """Return what of an examination, or of its public result, can be compared.

    Parameters
    ----------
    told : Examination or mapping
    name : str
        How it is called in errors.

    Raises
    ------
    DocumentError
        If it is no ``facialis.video/1``, or a number in it is not one.
    """
    document = Document(told if isinstance(told, Mapping) else told.to_json(), name)
    document.word("schema", (SCHEMA,))
    return _visit(document)


def read(path: Path) -> dict[str, Any]:
    """Return the public result in a file.

    Raises
    ------
    DocumentError
        If it cannot be read or is no ``facialis.video/1``.
    """
    return dict(Document.read(path, SCHEMA).items())


def _visit(told: Document) -> Visit:
    source, quality, software = told.inner("source"), told.inner("quality"), told.inner("software")
    limits = quality.inner("detection_limit_iod")
    summary = told.inner("summary")
    return Visit(
        name=source.text("name"),
        sha256=source.text("sha256"),
        duration_s=source.number("duration_s", 0.0, _LONGEST_S),
        usable_s=quality.number("usable_s", 0.0, _LONGEST_S),
        fps=source.number_or_none("fps_median", 0.0),
        iod_px=quality.number_or_none("iod_px_median", 0.0),
        verdict=quality.word("verdict", _VERDICTS),
        reasons=quality.words("reasons"),
        mirrored=quality.word("mirrored", _KNOWN),
        limits={region: limits.number_or_none(region, 0.0, _FARTHEST_IOD) for region in REGIONS},
        side=Side(summary.word("affected_side", [side.value for side in Side])),
        spasms=tuple(_spasm(row) for row in told.rows("events") if row.text("kind") == "spasm"),
        tasks=tuple(_task(row) for row in told.rows("tasks")) if told.has("tasks") else (),
        protocol=_protocol(told),
        reviewer=told.inner("review").text("reviewer") if told.has("review") else "",
        software=(software.text("version"), *sorted(f"{key} {net}" for key, net in software.inner("models").items())),
        days_since_toxin=_toxin(told),
    )


def _protocol(told: Document) -> str:
    name = told.inner("protocol").text("name") if told.has("protocol") else ""
    return "" if name == UNTASKED else name


def _toxin(told: Document) -> float | None:
    if not told.has("protocol") or not told.inner("protocol").has("days_since_toxin"):
        return None
    return told.inner("protocol").number_or_none("days_since_toxin", 0.0)


def _spasm(row: Document) -> Spasm:
    onset, offset = (row.number(key, 0.0, _LONGEST_S) for key in ("onset_s", "offset_s"))
    if offset < onset:
        raise row.error("must not be before onset_s", "offset_s")
    return Spasm(
        side=Side(row.word("side", ("left", "right", "both"))),
        onset_s=onset,
        apex_s=row.number("apex_s", 0.0, _LONGEST_S),
        offset_s=offset,
        amplitude_iod=row.number_or_none("amplitude_iod", 0.0, _FARTHEST_IOD),
        regions=row.words("regions"),
    )


def _task(row: Document) -> TaskSeen:
    sizes = {}
    if row.has("excursion_iod"):
        inner = row.inner("excursion_iod")
        sizes = {
            side: size
            for side in (Side.LEFT, Side.RIGHT)
            if (size := inner.estimate(side.value, _FARTHEST_IOD)) is not None
        }
    return TaskSeen(
        name=row.text("name"),
        kind=row.text("kind"),
        start_s=row.number("start_s", -_LONGEST_S, _LONGEST_S),
        end_s=row.number("end_s", -_LONGEST_S, _LONGEST_S),
        usable_s=row.number("usable_s", 0.0, _LONGEST_S),
        assessable=bool(row.take("assessable")),
        excursion=sizes,
        asymmetry=row.estimate("asymmetry", _FARTHEST_IOD),
    )
