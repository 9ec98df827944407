"""One recording of electrodes as a whole: measured, held against itself, summed up, and the findings that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from facialis import knowledge
from facialis.emg import signs
from facialis.emg.artefacts import DOUBTS
from facialis.emg.bursts import Bursts
from facialis.emg.forms import formed
from facialis.emg.measure import Measured, measure
from facialis.emg.patterns import findings as of_patterns
from facialis.emg.quality import Quality, judge
from facialis.emg.recording import Annotation, Recording, Source, open_recording
from facialis.emg.result import csv_pieces, json_pieces
from facialis.emg.sleep import Scored, scored
from facialis.emg.summary import Summary, maybe, summarise
from facialis.emg.synchrony import Moments, Pair, Pattern, affected, crosstalk, moments, pattern, synchrony
from facialis.emg.synchrony import findings as together
from facialis.emg.threads import give_back
from facialis.findings import Finding, Side, State
from facialis.units import count
from facialis.version import __version__

Progress = Callable[[float, float | None], None]
FAST = "emg_bursts_150_400"
OTHER_KINDS = 0.95
"""Of one side by itself whose bursts show no fast train, so much is something else: tics, functional, myokymia."""
_PATTERNS = {"bilateral": "both sides together"}
SEED = 20
"""Shuffles are drawn from it, so that the same recording gives the same result."""


@dataclass(frozen=True, eq=False)
class Study:
    """What a recording of electrodes showed.

    Attributes
    ----------
    source : Source
    sha256 : str
    quality : Quality
    measured : Measured
        Bursts, noise and seconds that could be used; without bursts where the recording was refused.
    pairs : tuple of Pair
        Every two muscles.
    moments : Moments
        Bursts that begin at once, put together.
    scored : Scored
        Sleep, where annotations name it.
    annotations : tuple of Annotation
    days_since_toxin : float or None
    """

    source: Source
    sha256: str
    quality: Quality
    measured: Measured
    pairs: tuple[Pair, ...]
    moments: Moments
    scored: Scored
    annotations: tuple[Annotation, ...] = ()
    days_since_toxin: float | None = None

    @property
    def bursts(self) -> Bursts:
        """All bursts, those in doubt too."""
        return self.measured.bursts

    @cached_property
    def summary(self) -> Summary:
        """How often, how long, by muscle, by hour, asleep and awake."""
        side = affected(self.moments) if len(self.bursts) else Side.NONE
        return summarise(self.bursts.sound(), self.source, self.measured.usable_s.astype(np.float64), self.scored, side)

    @cached_property
    def pattern(self) -> Pattern:
        """What the pattern over the muscles is like; no diagnosis."""
        return pattern(self.moments)

    def findings(self) -> list[Finding]:
        """Return every sign that electrodes can assess: present, absent or not assessable, with the reasons."""
        refused = self.quality.verdict == "refused"
        found = [] if refused else [*self._of_pattern, *self._together]
        return signs.findings(found, self.summary.sleep, self.summary.affected_side, refused=refused)

    @cached_property
    def _together(self) -> Sequence[Finding]:
        return together(self.moments, self.source.spans, np.random.default_rng(SEED))

    @cached_property
    def _of_pattern(self) -> Sequence[Finding]:
        seconds = self.measured.usable_s.sum(axis=1, dtype=np.float64)
        return of_patterns(self.bursts, self.source.channels, seconds, self.moments, self.summary.affected_side)

    def head(self) -> dict[str, Any]:
        """Return the public result without its bursts, which may be hundreds of thousands."""
        return {
            "schema": "facialis.emg/1",
            "source": self._source(),
            "quality": self.quality.to_json(),
            "bursts": [],
            "artefacts": [],
            "synchrony": [_pair(one, self.source) for one in self.pairs],
            "summary": self._summary(),
            "findings": [finding.to_json() for finding in self.findings()],
            "software": {"version": __version__},
        }

    def _source(self) -> dict[str, Any]:
        return {
            "name": self.source.name,
            "sha256": self.sha256,
            "duration_s": round(self.source.duration_s, 6),
            "recorded_s": round(self.source.recorded_s, 6),
            "started": self.source.started,
            "gaps": [{"start_s": round(gap.start_s, 6), "end_s": round(gap.end_s, 6)} for gap in self.source.gaps],
            "channels": [channel.to_json() for channel in self.source.channels],
            "doubts": list(self.source.doubts),
        }

    def _summary(self) -> dict[str, Any]:
        told = self.summary.to_json(self.source)
        return {**told, "pattern": self._pattern(), "days_since_toxin": self.days_since_toxin}

    def _pattern(self) -> dict[str, Any]:
        """Return what the pattern is like; one side by itself is that of spasm only if its bursts may be fast."""
        like = self.pattern.to_json()
        if not like["probability"]:
            return {**like, "name": None, "value": None}
        slow = any(one.code == FAST and one.state is State.ABSENT for one in self._of_pattern)
        moved = OTHER_KINDS * like["probability"]["hemifacial_spasm"] if slow else 0.0
        like["probability"]["hemifacial_spasm"] -= moved
        like["probability"]["one_side_of_another_kind"] = moved
        best = max(like["probability"].items(), key=lambda one: one[1])
        events = int(np.count_nonzero(self.moments.unasked))
        if best[0] != "blinks" and events < knowledge.threshold("absent_opportunities_min"):
            reason = f"{count(events, 'event')} beside blinks: too few to name a pattern"
            return {"probability": None, "because": [reason, *like["because"]], "name": None, "value": None}
        return {**like, "name": _PATTERNS.get(best[0], best[0].replace("_", " ")), "value": best[1]}

    def to_json(self) -> dict[str, Any]:
        """Return the whole public result ``facialis.emg/1`` at once; :meth:`json` writes it piece by piece."""
        import json

        result: dict[str, Any] = json.loads(b"".join(self.json()))
        return result

    def json(self) -> Iterator[bytes]:
        """Yield the public result as JSON text, in pieces."""
        return json_pieces(self.head(), self.bursts, self.source)

    def csv(self) -> Iterator[bytes]:
        """Yield the bursts as CSV, in pieces."""
        return csv_pieces(self.bursts, self.source)


def _pair(one: Pair, source: Source) -> dict[str, Any]:
    return {**one.to_json(source.channels), "lag_ms": maybe(one.lag_ms, 3)}


def examine(
    path: Path | str,
    *,
    montage: Path | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    days_since_toxin: float | None = None,
    workers: int = 2,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Study:
    """Measure a recording of electrodes on a face that is left to itself.

    Parameters
    ----------
    path : path-like
        EDF, EDF+, BDF, BrainVision, CSV or WFDB.
    montage : Path, optional
        Which channel is which muscle and side; else the labels say it as far as they can.
    rate_hz : float, optional
        Where the file does not say it.
    unit : str, optional
        ``"uV"``, ``"mV"`` or ``"V"``, where the file does not say it.
    days_since_toxin : float, optional
        Since the last botulinum toxin at any site.
    workers : int
        Threads.
    keep : Path, optional
        Where a long analysis keeps what is done; the user's cache by default.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all.

    Returns
    -------
    Study
        Also of a recording that is refused: then without bursts, and the quality says why.

    Raises
    ------
    RecordingError
        If the file cannot be read as a recording.
    DocumentError
        If the montage is wrong.
    """
    with open_recording(Path(path), montage=montage, rate_hz=rate_hz, unit=unit) as recording:
        return studied(recording, days_since_toxin=days_since_toxin, workers=workers, keep=keep, progress=progress)


def studied(
    recording: Recording,
    *,
    days_since_toxin: float | None = None,
    workers: int = 2,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Study:
    """Measure a recording that is open; see :func:`examine`."""
    # The hash of days of signals takes a while, and needs nothing that the measuring does.
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(recording.sha256)
        measured = measure(recording, workers=workers, keep=keep, progress=progress)
        source, rng = recording.source, np.random.default_rng(SEED)
        quality = _with_toxin(judge(measured, source), days_since_toxin)
        if quality.verdict == "refused":
            measured = replace(measured, bursts=Bursts.of_columns(0))
        # A file of annotations alone has no stretch in which anything could begin together.
        seen = _Samples(recording)
        said = recording.annotations
        pairs = synchrony(measured.bursts, source.channels, source.spans, rng, seen, said) if source.spans else ()
        # What shuffling took is as much as all that is kept.
        give_back()
        measured = _heard(measured, pairs)
        measured = replace(measured, bursts=formed(measured.bursts))
        made = moments(measured.bursts, source.channels, recording.annotations)
        asleep = scored(recording.annotations, source)
        return Study(
            source, digest.result(), quality, measured, pairs, made, asleep, recording.annotations, days_since_toxin
        )


def _heard(measured: Measured, pairs: Sequence[Pair]) -> Measured:
    """Mark the bursts that are another muscle's."""
    heard = crosstalk(measured.bursts, pairs)
    if not heard.any():
        return measured
    doubt = measured.bursts.doubt | np.where(heard, DOUBTS["cross_talk"], 0).astype(np.uint16)
    return replace(measured, bursts=replace(measured.bursts, doubt=doubt))


def _with_toxin(quality: Quality, days: float | None) -> Quality:
    if days is None or not knowledge.toxin_is_recent(days):
        return quality
    said = f"botulinum toxin {days:.0f} days before: bursts may be fewer and smaller than without it"
    return replace(quality, reasons=(*quality.reasons, said))


@dataclass(frozen=True, slots=True)
class _Samples:
    """Conditioned samples of a channel, read when they are asked for."""

    recording: Recording

    def __call__(self, channel: int, start_s: float, stop_s: float) -> Any:
        from facialis.emg import conditioning

        margin = 0.5
        pieces = self.recording.window(max(start_s - margin, 0.0), stop_s + margin, [channel])
        for piece in pieces:
            end = piece.start_s + len(piece.samples) / piece.rate_hz
            if piece.start_s <= start_s and end >= stop_s:
                given, _ = conditioning.filled(piece.samples)
                clean = conditioning.banded(given, piece.rate_hz)
                first, last = (round((at - piece.start_s) * piece.rate_hz) for at in (start_s, stop_s))
                return clean[first:last], piece.rate_hz
        return None
