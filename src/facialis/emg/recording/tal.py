"""Annotations of EDF+ and BDF+: lists of texts with their times, one or more lists in each record.

Source: Kemp and Olivan, European data format 'plus' (EDF+), Clinical Neurophysiology 114 (2003) 1755-1761, section 2.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from facialis.emg.recording.files import text_of
from facialis.emg.recording.model import Annotation

MOST = 200_000
"""Annotations that are kept: one a second for two days. A file that holds more is broken, or is no recording."""

_ONSET = re.compile(rb"[+-](\d{1,12})(?:\.(\d*))?")


@dataclass(slots=True)
class Lists:
    """What the lists of a file say, in their own times.

    Attributes
    ----------
    kept : list of Annotation
    onsets : list of float or None
        When each record began, as its first list says; None where it does not say.
    decimals : int
        Most decimals in which such a time is written.
    broken, left : int
        Lists that could not be read; annotations over the limit.
    """

    kept: list[Annotation] = field(default_factory=list)
    onsets: list[float | None] = field(default_factory=list)
    decimals: int = 0
    broken: int = 0
    left: int = 0

    def record(self, raw: bytes) -> None:
        """Take the bytes of the first channel of annotations of the next record: its first list says when it began."""
        head, _, rest = raw.partition(b"\0")
        onset, _, said = head.partition(b"\x14")
        match = _ONSET.fullmatch(onset)
        self.onsets.append(float(onset) if match else None)
        if match and match[2]:
            self.decimals = max(self.decimals, len(match[2]))
        if not match or said.strip(b"\x14"):
            self._take(head)
        if rest:
            self.more(rest)

    def more(self, raw: bytes) -> None:
        """Take lists that say no time of a record."""
        if raw.strip(b"\0"):
            for one in raw.split(b"\0"):
                self._take(one)

    def _take(self, one: bytes) -> None:
        if not one:
            return
        when, *said = one.split(b"\x14")
        onset, _, lasting = when.partition(b"\x15")
        if not said or not _ONSET.fullmatch(onset) or not re.fullmatch(rb"(\d{1,12}(\.\d*)?)?", lasting):
            self.broken += 1
            return
        for text in said:
            if not text:
                continue
            if len(self.kept) < MOST:
                self.kept.append(Annotation(float(onset), float(lasting or 0), text_of(text)))
            else:
                self.left += 1
