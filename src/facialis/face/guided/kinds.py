"""What each kind of task asks of the face: the places it moves, and those that a healthy face keeps still meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from facialis.findings import Side

Moves = tuple[tuple[str, tuple[float, float]], ...]


class Kind(NamedTuple):
    """What a kind of task asks of the face.

    Attributes
    ----------
    moves : tuple of (channel, direction)
        The places that the task moves, see :data:`facialis.face.events.channels.CHANNELS`, each with its direction: x
        towards that side's ear, y towards the chin. Empty where the task asks for no movement that can be measured.
    found_by : tuple of (channel, direction)
        The places by which the movement is found in time; those of ``moves`` where empty.
    still : tuple of str
        Places that a healthy face keeps still meanwhile.
    lids, lower, brow : bool
        Which parts of the face the movement takes, so that it is no spasm.
    side : Side
        The side that is asked for; BOTH but for a wink.
    unmeasured : str
        Why nothing is measured of the movement itself; empty where it is.
    reading : float
        Deviation of the asymmetry that is read from the true one, beyond what the repeats tell; measured on simulated
        faces (`benchmarks/tasks.py`).
    """

    moves: Moves = ()
    found_by: Moves = ()
    still: tuple[str, ...] = ()
    lids: bool = False
    lower: bool = False
    brow: bool = False
    side: Side = Side.BOTH
    unmeasured: str = ""
    reading: float = 0.04


_READING_LID = 0.10  # a lid half closed is read as less than that: a weak one seems weaker
_READING_PUCKER = 0.08  # the lips are one ring: the stronger side draws the other across the middle
_LID = ("lid", (0.0, 1.0))
_SQUEEZE = (("orbicularis_oculi lower", (-0.5, -0.87)), ("orbicularis_oculi lateral", (-1.0, 0.0)))
_BROWS = (("frontalis lateral", (0.0, -1.0)), ("frontalis medial", (0.0, -1.0)))
_CORNER = ("zygomaticus corner", (0.71, -0.71))
_MOUTH = ("zygomaticus corner", "orbicularis_oris upper", "orbicularis_oris lower", "mentalis", "platysma")
_EYE = ("frontalis lateral", "frontalis medial", "lid")
_CHEEK = ("nasalis", "zygomaticus cheek")
_LIP_UP = ("orbicularis_oris upper", (0.0, -1.0))
_INWARD = (-1.0, 0.0)
_INTO_RING = (("zygomaticus corner", _INWARD), ("orbicularis_oris lower", _INWARD))
_DEPTH = "a puffed cheek moves towards the camera, which sees no depth"
_RATE_ONLY = "no movement is asked for; spasms are counted"
_JAW = "the jaw is moved by the trigeminal nerve: its excursion says nothing of the facial nerve"

KINDS: Mapping[str, Kind] = {
    "rest": Kind(unmeasured=_RATE_ONLY),
    "arrow": Kind(unmeasured="the turn shows whether the recording is mirrored; it is not examined for movement"),
    "closure_gentle": Kind((_LID,), still=(*_CHEEK, *_MOUTH), lids=True, reading=_READING_LID),
    # Closed lids cannot close further: how strongly is seen in the skin that the ring muscle draws in. A forced closure
    # lifts the cheek and lowers the brow of every face; what else moves is held against the other side.
    "closure_forced": Kind(_SQUEEZE, (_LID,), _MOUTH, lids=True),
    "brow_raise": Kind(_BROWS, still=("lid", *_CHEEK, *_MOUTH), brow=True),
    "snarl": Kind((("nasalis", (0.26, -0.97)), _LIP_UP), still=(*_EYE, "platysma"), lower=True),
    "smile": Kind((_CORNER, ("zygomaticus cheek", (0.71, -0.71))), still=_EYE, lower=True),
    "pucker": Kind(_INTO_RING, still=_EYE, lower=True, reading=_READING_PUCKER),
    "cheek_puff": Kind(lower=True, unmeasured=_DEPTH),
    "gaze": Kind(unmeasured="the eyes move, not the face; spasms are counted"),
    "clench": Kind(lower=True, unmeasured=_JAW),
    "open_mouth": Kind(lower=True, unmeasured=_JAW),
    "tongue": Kind(lower=True, unmeasured="the tongue is not measured; spasms are counted"),
    "read": Kind(unmeasured="speech has no one movement to measure; spasms are counted"),
    "distraction": Kind(unmeasured=_RATE_ONLY),
    "suppression": Kind(unmeasured=_RATE_ONLY),
    "own_trick": Kind(unmeasured=_RATE_ONLY),
    "wink_left": Kind((_LID,), lids=True, lower=True, side=Side.LEFT),
    "wink_right": Kind((_LID,), lids=True, lower=True, side=Side.RIGHT),
}
"""Every kind of task. Which places belong to which task: the muscles' action (Gray's Anatomy, facial muscles)."""
