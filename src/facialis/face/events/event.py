"""Something that the face or the head did, and what it was asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from facialis.face.events.candidate import Measures
from facialis.findings import Side


@dataclass(frozen=True)
class Event:
    """Something the face or the head did; see the public JSON for the keys.

    Attributes
    ----------
    kind : str
        ``spasm``, ``synkinesis``, ``blink``, ``expression`` or ``head_motion``.
    side : Side
        The patient's side.
    onset_s, apex_s, offset_s : float
        10 % crossings of the event's own peak, and the peak.
    amplitude_iod : float
        Largest displacement over the event's regions, inter-ocular distances.
    regions : tuple of str
        Muscles that took part, largest first.
    form : str or None
        ``clonic`` or ``tonic``; None where the word has no meaning.
    probability : float
        That the event is of this kind.
    why : tuple of str
        The reasons in words.
    measures : Measures or None
        The numbers behind a one-sided event.
    plateau_s : float or None
        How long it was held near its peak; None where nobody measured it. Not public.
    """

    kind: str
    side: Side
    onset_s: float
    apex_s: float
    offset_s: float
    amplitude_iod: float
    regions: tuple[str, ...]
    form: str | None
    probability: float
    why: tuple[str, ...] = ()
    measures: Measures | None = None
    plateau_s: float | None = None

    def to_json(self) -> dict[str, object]:
        """Return the public JSON form."""
        return {
            "kind": self.kind,
            "side": self.side.value,
            "onset_s": round(self.onset_s, 4),
            "apex_s": round(self.apex_s, 4),
            "offset_s": round(self.offset_s, 4),
            "amplitude_iod": round(self.amplitude_iod, 5),
            "regions": list(self.regions),
            "form": self.form,
            "probability": round(self.probability, 3),
            "why": list(self.why),
        }


class Asked(NamedTuple):
    """What the person was asked to do for a while: a movement asked for is no spasm.

    Attributes
    ----------
    start_s, stop_s : float
        When it was asked for, seconds.
    side : Side
        LEFT or RIGHT for one side alone, BOTH otherwise.
    lids, lower, brow : bool
        Which parts of the face the movement takes: the eyelids, the lower face, the brows.
    """

    start_s: float
    stop_s: float
    side: Side
    lids: bool = False
    lower: bool = False
    brow: bool = False
