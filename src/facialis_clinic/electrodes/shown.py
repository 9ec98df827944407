"""What a page says of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from facialis_clinic.electrodes import actions
from facialis_clinic.electrodes.actions.placing import UNDER_WAY
from facialis_clinic.electrodes.models import Reading, State, Study

BADGES: Final = {
    State.UNPLACED: ("name the electrodes", "warn"),
    State.QUEUED: ("waiting", "plain"),
    State.READING: ("being read", "plain"),
    State.READ: ("read", "good"),
    State.REFUSED: ("nothing can be read", "warn"),
    State.FAILED: ("not read", "bad"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A study in a list: where it stands in a word, and where it is opened."""

    study: Study
    word: str
    kind: str
    to: str

    @classmethod
    def of(cls, study: Study) -> Row:
        """Say where it stands."""
        to = "electrodes:place" if study.state == State.UNPLACED else "electrodes:show"
        return cls(study, *BADGES[State(study.state)], to)

    @property
    def length(self) -> str:
        """How long it is; sweeps have no length."""
        return length(self.study.duration_s) if self.study.duration_s else "sweeps"


def length(seconds: float) -> str:
    """Say a length in its largest unit."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def stage(study: Study) -> dict[str, Any]:
    """Return how far a study is."""
    return {"study": study, "under_way": study.state in UNDER_WAY}


def page(study: Study, readings: list[Reading], asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return what the page of one study shows, and on which ``template``.

    Parameters
    ----------
    study : Study
        From a gate.
    readings : list of Reading
        The newest first.
    asked : mapping
        ``reading``: the id of an older one to be shown.
    now : datetime
        The moment.
    """
    installed = version("facialis")
    told: dict[str, Any] = {
        **stage(study),
        "person": study.person,
        "row": Row.of(study),
        "readings": readings,
        "installed": installed,
        "template": "waiting",
        "may_delete": actions.deletable(study, now=now),
        "may_read": bool(study.montage)
        and study.state not in UNDER_WAY
        and all(one.version != installed or one.montage != study.montage for one in readings),
    }
    chosen = next((one for one in readings if str(one.pk) == asked.get("reading")), None)
    reading = chosen or (readings[0] if readings else None)
    if reading is None:
        return told
    said = _free(reading) if study.is_free else _evoked(reading)
    return told | {"reading": reading, "template": "free" if study.is_free else "evoked"} | said


def _free(reading: Reading) -> dict[str, Any]:
    """Return what free-running EMG showed, in the words of the examination's own page."""
    from facialis import knowledge
    from facialis.emg.answer import answer, muscles, pairs
    from facialis.paper.signs import groups
    from facialis_clinic.electrodes import drawing

    result = reading.result
    return {
        "answer": answer(result),
        "muscles": muscles(result),
        "pairs": pairs(result),
        "pattern": result["summary"].get("pattern"),
        "sleep": result["summary"].get("sleep"),
        "groups": groups(result, knowledge.finding),
        "channels": result["quality"]["channels"],
        "drawings": drawing.free(reading),
    }


def _evoked(reading: Reading) -> dict[str, Any]:
    """Return what responses to stimuli showed."""
    from facialis import knowledge
    from facialis.paper.signs import groups
    from facialis_clinic.electrodes import drawing

    result = reading.result
    return {
        "groups": groups(result, knowledge.finding),
        "drawings": drawing.evoked(reading),
    }
