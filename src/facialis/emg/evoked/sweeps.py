"""Sweeps as every part of the room sees them: one pair of electrodes, one stimulated branch, time from the stimulus."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt

from facialis.emg.recording import RecordingError
from facialis.findings import Side
from facialis.knowledge import evoked as known

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stimulated:
    """What was stimulated: a branch and the patient's own side.

    Attributes
    ----------
    branch : str
        A key of :func:`facialis.knowledge.evoked.branches`.
    side : Side
        LEFT or RIGHT.
    """

    branch: str
    side: Side

    def __str__(self) -> str:
        return f"{self.branch}_{self.side.value}"

    @property
    def words(self) -> str:
        """As in a text: "left marginal mandibular branch"."""
        kind = "nerve" if known.branches()[self.branch].nerve == "trigeminal" else "branch"
        return f"{self.side.value} {self.branch.replace('_', ' ')} {kind}"

    @classmethod
    def of(cls, word: str) -> Stimulated:
        """Read a word such as ``zygomatic_left``.

        Raises
        ------
        ValueError
            If there is no such branch or no side; one line that says which there are.
        """
        name = "_".join(word.strip().lower().replace("-", "_").split())
        for side in (Side.LEFT, Side.RIGHT):
            branch = name.removesuffix(f"_{side.value}").removeprefix(f"{side.value}_")
            if branch != name and branch in known.branches():
                return cls(branch, side)
        words = [f"{branch}_{side}" for branch in known.branches() for side in ("left", "right")]
        near = get_close_matches(name, words, 1)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        raise ValueError(f'"{word}" is no branch with its side; {hint}write one of {", ".join(known.branches())}, '
                         "then _left or _right")  # fmt: skip

    def supplies(self, muscle: str | None, side: Side) -> bool:
        """Whether a stimulus to it moves this muscle directly."""
        return side is self.side and muscle in known.branches()[self.branch].supplies

    def may_supply(self, muscle: str | None, side: Side) -> bool:
        """Whether a stimulus to it moves this muscle in some people."""
        return side is self.side and muscle in known.branches()[self.branch].may_supply


@dataclass(frozen=True, slots=True, eq=False)
class Sweeps:
    """The sweeps of one channel after stimuli to one branch.

    Attributes
    ----------
    channel : str
    muscle : str or None
        As in the vocabulary of muscles; None where nobody says it.
    side : Side
        The patient's own side; NONE where nobody says it.
    stimulated : Stimulated
    time_ms : float64, shape (n,)
        Evenly spaced; 0 is the stimulus.
    uv : float64, shape (k, n)
        Microvolts, a row a sweep; all finite.
    stimulus_s : float64, shape (k,), or None
        When each stimulus came; None where nobody says it.
    interval_s : float or None
        Between stimuli, the median; None where nobody says it.
    low_uv, high_uv : float or None
        What the amplifier can show at most, where the file says it.
    left_out : tuple of str
        Sweeps of the file that are not here, each with its reason.
    """

    channel: str
    muscle: str | None
    side: Side
    stimulated: Stimulated
    time_ms: Floats
    uv: Floats
    stimulus_s: Floats | None = None
    interval_s: float | None = None
    low_uv: float | None = None
    high_uv: float | None = None
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.uv)

    @property
    def step_ms(self) -> float:
        """Milliseconds from one sample to the next."""
        return float((self.time_ms[-1] - self.time_ms[0]) / (len(self.time_ms) - 1))

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return 1000.0 / self.step_ms

    @property
    def direct(self) -> bool:
        """Whether the stimulus moves this muscle directly."""
        return self.stimulated.supplies(self.muscle, self.side)

    @property
    def ipsilateral(self) -> bool:
        """Whether the muscle is on the side of the stimulus."""
        return self.side is self.stimulated.side

    @property
    def where(self) -> str:
        """Muscle and side in words, the channel's name where they are not known."""
        if self.muscle is None:
            return self.channel
        side = "" if self.side is Side.NONE else f"{self.side.value} "
        return f"{side}{self.muscle.replace('_', ' ')}"


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What was read of a file.

    Attributes
    ----------
    name : str
        File name without its folder.
    sha256 : str
    form : {"csv", "recording"}
    blocks : tuple of Sweeps
    doubts : tuple of str
        What is odd in the file and was borne with, in words.
    stimuli_from : str
        What said when the stimuli came: ``"file"``, ``"annotations"``, ``"trigger channel"`` or ``"artefact"``.
    """

    name: str
    sha256: str
    form: str
    blocks: tuple[Sweeps, ...]
    doubts: tuple[str, ...] = ()
    stimuli_from: str = "file"


# A sweep that ends before the latest onset of an early response tells nothing of it.
SHORTEST_MS = 20.0
# Below this the fastest facial potentials are no longer drawn: their phases last about a millisecond.
SLOWEST_HZ = 1000.0


def check(block: Sweeps, place: str) -> None:
    """See that a block can be measured at all.

    Raises
    ------
    RecordingError
        In one line: place, what is wrong, what to do.
    """
    if len(block.time_ms) < 2:
        raise RecordingError(
            f"{place}: the stimuli come so close, or the samples so seldom, that no sweep lies between two of them"
        )
    if block.time_ms[-1] < SHORTEST_MS:
        raise RecordingError(
            f"{place}: the sweeps end {block.time_ms[-1]:g} ms after the stimulus (0 of time_ms); "
            f"they must reach at least {SHORTEST_MS:g} ms"
        )
    if block.time_ms[0] > 1.0:
        raise RecordingError(
            f"{place}: the sweeps begin {block.time_ms[0]:g} ms after the stimulus; they must begin with it or before"
        )
    if block.rate_hz < SLOWEST_HZ:
        raise RecordingError(
            f"{place}: {block.rate_hz:.0f} samples a second are too few for evoked responses; "
            f"at least {SLOWEST_HZ:.0f} are needed, 10 000 are usual"
        )
