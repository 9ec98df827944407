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
from facialis_clinic.electrodes.samples import MEMORY

# Below this, a quarter of a second as the finest that is kept is seen as such.
COARSE_S: Final = 60.0
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
    reading.study = study
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
        "pattern": _pattern(result["summary"].get("pattern")),
        "sleep": _sleep(result["summary"].get("sleep")),
        "groups": groups(result, knowledge.finding),
        "channels": [_channel(one) for one in result["quality"]["channels"]],
        "pictures": drawing.of_free(reading),
        "together": drawing.together(reading),
    }


def _pattern(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not told or not told["probability"]:
        return dict(told) if told else None
    return {**told, "percent": f"{100 * told['value']:.0f} %"}


def _sleep(told: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Say how often bursts came asleep and awake, each with its interval; None where nobody scored the sleep."""
    if not told:
        return None
    said = {}
    for when in ("asleep", "awake"):
        often = told[f"{when}_per_min"]
        said[when] = f"{told[f'{when}_bursts']} bursts"
        if often["value"] is not None:
            said[when] += f", {often['value']:.1f} a minute ({often['low']:.1f} to {often['high']:.1f})"
        said[f"{when}_h"] = f"{told[f'{when}_s'] / 3600:.1f}"
    return said


def _channel(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a channel; of clipping only where there is some."""
    clipped = told["clipped_fraction"]
    return {**told, "clipped": f"{100 * clipped:.2f} %" if clipped and clipped >= 5e-5 else ""}


def _evoked(reading: Reading) -> dict[str, Any]:
    """Return what responses to stimuli showed."""
    from facialis import knowledge
    from facialis.emg.page import evoked
    from facialis.paper.signs import groups
    from facialis_clinic.electrodes import drawing

    told = evoked.context(reading.result)
    return {
        "groups": groups(reading.result, knowledge.finding),
        "told": told,
        "sweeps": drawing.of_sweeps(told["groups"]),
    }


def traces(study: Study, reading: Reading, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of traces shows.

    Parameters
    ----------
    study : Study
        From a gate.
    reading : Reading
        What was read last in it.
    asked : mapping
        ``from`` and ``to``, seconds.

    Raises
    ------
    NotKept
        If the files of the reading are not there.
    """
    from facialis_clinic.electrodes import drawing
    from facialis_clinic.electrodes import traces as drawn

    opened = MEMORY.get(reading)
    source = drawing.source_of(reading.result)
    now = drawn.Stretch.asked(asked, source.duration_s)
    bursts = opened.bursts(now.start_s, now.stop_s)
    return {
        "study": study,
        "reading": reading,
        "person": study.person,
        "now": now,
        "clock": drawn.by_the_clock(now, source.started),
        "steps": drawn.steps(now, *drawn.beside(opened.rows["onset_s"], now)),
        "lines": drawn.listed(bursts, source, now),
        "in_all": len(bursts),
        "finest": opened.recording is None and now.span_s < COARSE_S,
    }


def picture(reading: Reading, name: str, asked: Mapping[str, str]) -> bytes:
    """Return a picture of a reading.

    Parameters
    ----------
    reading : Reading
        From a gate.
    name : str
        ``traces`` with ``from`` and ``to`` in ``asked``, or one that :func:`facialis_clinic.electrodes.drawing.draw`
        knows.
    asked : mapping
        ``dark``: whether the page is.

    Raises
    ------
    NoSuch, NotKept
    """
    from facialis_clinic.electrodes import drawing
    from facialis_clinic.electrodes import traces as drawn

    dark = "dark" in asked
    if name != "traces":
        return drawing.svg(drawing.draw(reading, name), dark=dark)
    if not reading.study.is_free:
        raise drawing.NoSuch
    source = drawing.source_of(reading.result)
    now = drawn.Stretch.asked(asked, source.duration_s)
    return drawing.svg(drawn.plot(MEMORY.get(reading), source, now), dark=dark)
