"""Bursts as columns: three days of eight muscles hold hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

FORMS = ("isolated", "grouped", "tonic")
"""How a burst stands in time: alone, one of a group, or held."""

DTYPES = {"channel": np.int16, "form": np.int8, "doubt": np.uint16, "spikes": np.int32}


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """Bursts in order of onset; every attribute is an array of shape (n,).

    Attributes
    ----------
    channel : int16
        Place of the channel in the source.
    onset_s, onset_low_s, onset_high_s : float64
        When it begins and the 95 % interval of it, seconds from the start of the recording.
    offset_s, offset_low_s, offset_high_s : float64
        When it ends.
    rms_uv, peak_uv : float64
        Of the conditioned signal within it.
    snr_db : float64
        Its power over that of the rest before it, in decibels.
    form : int8
        Place in :data:`FORMS`.
    discharge_hz, discharge_low_hz, discharge_high_hz : float64
        Discharges a second within it; NaN where they cannot be told apart.
    regularity : float64
        CV2 of the intervals between discharges; NaN where they cannot be told apart.
    spikes : int32
        Discharges that stand apart; 0 where they merge.
    doubt : uint16
        Bits of :data:`facialis.emg.artefacts.DOUBTS`: what it may be instead; 0 is none.
    """

    channel: npt.NDArray[np.int16]
    onset_s: npt.NDArray[np.float64]
    onset_low_s: npt.NDArray[np.float64]
    onset_high_s: npt.NDArray[np.float64]
    offset_s: npt.NDArray[np.float64]
    offset_low_s: npt.NDArray[np.float64]
    offset_high_s: npt.NDArray[np.float64]
    rms_uv: npt.NDArray[np.float64]
    peak_uv: npt.NDArray[np.float64]
    snr_db: npt.NDArray[np.float64]
    form: npt.NDArray[np.int8]
    discharge_hz: npt.NDArray[np.float64]
    discharge_low_hz: npt.NDArray[np.float64]
    discharge_high_hz: npt.NDArray[np.float64]
    regularity: npt.NDArray[np.float64]
    spikes: npt.NDArray[np.int32]
    doubt: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.onset_s)

    def where(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> Bursts:
        """Return the bursts that a mask, places or a slice name."""
        return Bursts(**{field.name: getattr(self, field.name)[keep] for field in fields(self)})

    def of(self, channel: int) -> Bursts:
        """Return the bursts of one channel."""
        return self.where(self.channel == channel)

    def sound(self) -> Bursts:
        """Return the bursts that nothing speaks against."""
        return self.where(self.doubt == 0)

    @classmethod
    def of_columns(cls, count: int, **columns: npt.ArrayLike) -> Bursts:
        """Make a table of what is given; what is not given is zero where it counts, NaN where it measures."""
        made = {}
        for field in fields(cls):
            dtype = DTYPES.get(field.name, np.float64)
            empty = np.zeros(count, dtype) if field.name in DTYPES else np.full(count, np.nan)
            made[field.name] = np.asarray(columns.pop(field.name, empty), dtype)
        if columns:
            raise TypeError(f"a burst has no {', '.join(columns)}")
        return cls(**made)

    @classmethod
    def joined(cls, tables: Iterable[Bursts]) -> Bursts:
        """Put tables together, in order of onset."""
        parts = list(tables)
        if not parts:
            return cls.of_columns(0)
        whole = cls(
            **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)}
        )
        return whole.where(np.argsort(whole.onset_s, kind="stable"))
