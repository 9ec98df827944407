"""What a face can be made to do: parts driven by pulses, and the movement that they make together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from facialis.face.simulate.courses import Pulse
from facialis.findings import Side

Kind = Literal["spasm", "synkinesis", "blink", "expression", "head_motion"]

# Parts that are no muscle region: the lids by their travel, the lids by their closure (1 is closed), the jaw, and what
# draws a corner of the mouth down and aside (named with the platysma, which it is driven with).
LID = "lid"
CLOSURE = "closure"
JAW = "jaw"
DEPRESSOR = "depressor"


@dataclass(frozen=True, slots=True)
class Drive:
    """One part of the face driven by one pulse.

    Parameters
    ----------
    part : str
        A muscle region, ``LID``, ``CLOSURE``, ``JAW`` or ``DEPRESSOR``.
    side : Side
        LEFT or RIGHT; BOTH for ``JAW``.
    gain : float
        Largest displacement at the pulse's peak, fraction of IOD; for ``CLOSURE`` the share of the opening that closes.
    pulses : tuple of Pulse
        Added up.
    """

    part: str
    side: Side
    gain: float
    pulses: tuple[Pulse, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One movement to play: what the truth will list as one event.

    Parameters
    ----------
    kind, side, form
        As in the public events; ``form`` is None where it has no meaning.
    drives : tuple of Drive
        Empty for head motion.
    amplitude_iod : float or None
        The largest displacement to reach; the source scales the drives to it. None leaves the gains as they are.
    pattern : str or None
        Which movement it is, in a word that the truth keeps ("smile", "wink").
    """

    kind: Kind
    side: Side
    form: Literal["clonic", "tonic"] | None
    drives: tuple[Drive, ...]
    amplitude_iod: float | None = None
    pattern: str | None = None

    @property
    def start_s(self) -> float:
        """Time at which the first drive begins."""
        return min(pulse.start_s for drive in self.drives for pulse in drive.pulses)

    @property
    def end_s(self) -> float:
        """Time at which the last drive has gone."""
        return max(pulse.end_s for drive in self.drives for pulse in drive.pulses)

    @property
    def regions(self) -> tuple[str, ...]:
        """Muscle regions moved, in the order of first mention."""
        eye = "orbicularis_oculi"
        names = {LID: eye, CLOSURE: eye, JAW: "orbicularis_oris", DEPRESSOR: "platysma"}
        return tuple(dict.fromkeys(names.get(drive.part, drive.part) for drive in self.drives))

    @property
    def shuts(self) -> bool:
        """Whether it moves a lid, so that a blink could not be told beside it."""
        return any(drive.part in (LID, CLOSURE) for drive in self.drives)

    def moved(self, seconds: float) -> Action:
        """Return the action as much later."""
        drives = tuple(
            replace(drive, pulses=tuple(replace(pulse, start_s=pulse.start_s + seconds) for pulse in drive.pulses))
            for drive in self.drives
        )
        return replace(self, drives=drives)

    def scaled(self, factor: float) -> Action:
        """Return the action with every gain multiplied."""
        return replace(self, drives=tuple(replace(drive, gain=drive.gain * factor) for drive in self.drives))
