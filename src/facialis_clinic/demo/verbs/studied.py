"""Recordings of electrodes: made by code with known truth, sent, their electrodes named, read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from facialis.findings import Side
from facialis_clinic.demo.verbs.scene import Halt, Scene, taken
from facialis_clinic.storage import workplace

READ_IN = timedelta(minutes=6)
FREE, SWEEPS = "free", "lateral-spread"


def electrodes(scene: Scene, *, kind: str, side: str, seed: int, minutes: float = 1.0, asleep: bool = False) -> None:
    """Record somebody's face by electrodes: left to itself, or with one branch stimulated.

    Parameters
    ----------
    scene : Scene
    kind : str
        ``"free"`` or ``"lateral-spread"``.
    side : str
        The side of the spasm.
    seed : int
    minutes : float
        How long the face was left to itself.
    asleep : bool
        Whether they slept for part of it.
    """
    from facialis_clinic.electrodes.actions import place, read, send
    from facialis_clinic.electrodes.actions.reading import Read
    from facialis_clinic.electrodes.actions.sending import Told

    with workplace() as folder:
        path = _made(folder, kind, Side(side), seed, minutes, asleep=asleep)
        told = Told(kind, scene.now.date())
        study = taken(send(person=scene.person, by=scene.by, name=path.name, path=path, told=told, now=scene.now))
    labels = {row["name"]: (row["muscle"], row["side"]) for row in study.channels}
    taken(place(study=study, by=scene.by, places=labels))
    done = read(study.pk, attempt=0, clock=lambda: scene.now + READ_IN)
    if not isinstance(done, Read):
        raise Halt(f"the recording of electrodes was not read: {done}")


def _made(folder: Path, kind: str, side: Side, seed: int, minutes: float, *, asleep: bool) -> Path:
    from facialis.emg import simulate

    made: Any
    if kind == SWEEPS:
        path = folder / "lateral-spread.csv"
        simulate.write_csv(path, simulate.sweeps("lateral_spread", seed, 12, 20_000.0, affected=side))
        return path
    path = folder / "free-running.edf"
    disturbing = ("sleep",) if asleep else ()
    muscles = ["frontalis", "orbicularis_oculi", "orbicularis_oris", "mentalis"]
    made = simulate.simulate("hemifacial_spasm", seed, 60 * minutes, 2000.0, side, 18.0, muscles, 3.0, disturbing)
    simulate.write_edf(path, made)
    return path
