"""An examination of evoked responses as a whole, and its public result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facialis.emg.evoked import artefact, blink, lateral, signs
from facialis.emg.evoked import norms as norm
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.norms import Beside, Sides
from facialis.emg.evoked.response import Response
from facialis.emg.evoked.sweeps import Read, Stimulated
from facialis.emg.evoked.traces import traces
from facialis.emg.recording import RecordingError
from facialis.findings import Finding, State
from facialis.knowledge import evoked as known
from facialis.version import __version__

KINDS = ("lateral-spread", "blink")
SCHEMA = "facialis.evoked/1"
# From here on neither early nor late activity is expected: R2 of the blink reflex lasts longer than lateral spread.
_LATE_FROM_MS = {"lateral-spread": 60.0, "blink": 110.0}


@dataclass(frozen=True, slots=True, eq=False)
class Evoked:
    """What sweeps show.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    read : Read
    cleans : tuple of Clean
        The sweeps without their artefact, a block each.
    responses : tuple of Response
    found : tuple of Finding
    verdict : {"good", "limited", "refused"}
    reasons : tuple of str
        Why it is not better.
    days_since_toxin : float or None
    sides : tuple of Sides
        The blink reflex of both sides compared, where both were stimulated.
    norms : tuple of Beside
        Its latencies beside norms.
    """

    kind: str
    read: Read
    cleans: tuple[Clean, ...]
    responses: tuple[Response, ...]
    found: tuple[Finding, ...]
    verdict: str
    reasons: tuple[str, ...]
    days_since_toxin: float | None = None
    sides: tuple[Sides, ...] = ()
    norms: tuple[Beside, ...] = ()

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings."""
        return self.found

    def to_json(self) -> dict[str, Any]:
        """Return the public result ``facialis.evoked/1``."""
        return {
            "schema": SCHEMA,
            "source": _source(self),
            "quality": {
                "verdict": self.verdict,
                "reasons": list(self.reasons),
                "channels": [_quality(clean) for clean in self.cleans],
            },
            "responses": [response.to_json() for response in self.responses],
            "findings": [finding.to_json() for finding in self.found],
            "sides": [one.to_json() for one in self.sides],
            "norms": [one.to_json() for one in self.norms],
            "traces": [traces(clean) for clean in self.cleans],
            "software": {"version": __version__},
        }


def examine(
    path: Path,
    kind: str,
    *,
    stimulated: str | None = None,
    montage: Path | None = None,
    norms: Path | None = None,
    days_since_toxin: float | None = None,
    seed: int = 0,
) -> Evoked:
    """Read sweeps and say what they show.

    Parameters
    ----------
    path : Path
        A table of sweeps (CSV) or a continuous recording.
    kind : {"lateral-spread", "blink"}
    stimulated : str, optional
        Such as ``"zygomatic_left"``, where the file does not say it.
    montage : Path, optional
        Muscle and side by channel (TOML or JSON).
    norms : Path, optional
        The laboratory's own norms of the blink reflex (TOML).
    days_since_toxin : float, optional
    seed : int
        Of the random signs and draws; the same seed gives the same result.

    Raises
    ------
    RecordingError, DocumentError
        In one line: what, where, what to do.
    """
    from facialis.emg.evoked.reading import read

    asked = _asked(stimulated)
    own = None if norms is None else norm.read(norms)
    whole = read(path, stimulated=asked, montage=montage)
    _fits(whole, kind)
    cleans = tuple(artefact.without(block, _LATE_FROM_MS[kind]) for block in whole.blocks)
    rng = np.random.default_rng(seed)
    look = blink.responses if kind == "blink" else lateral.responses
    responses: list[Response] = []
    for branch in dict.fromkeys(block.stimulated for block in whole.blocks):
        responses += look([clean for clean in cleans if clean.block.stimulated == branch], rng)
    found = signs.findings(kind, responses, days_since_toxin)
    verdict, reasons = _verdict(kind, whole, cleans, responses)
    compared = norm.sides(responses) if kind == "blink" else ()
    near = norm.beside(responses, compared, own) if kind == "blink" else ()
    return Evoked(kind, whole, cleans, tuple(responses), found, verdict, reasons, days_since_toxin, compared, near)


def _asked(word: str | None) -> Stimulated | None:
    try:
        return None if word is None else Stimulated.of(word)
    except ValueError as error:
        raise RecordingError(f"--stimulated {error}") from None


def _fits(whole: Read, kind: str) -> None:
    """See that the nerve that was stimulated goes with the examination."""
    for block in whole.blocks:
        trigeminal = known.branches()[block.stimulated.branch].nerve == "trigeminal"
        if trigeminal and kind == "lateral-spread":
            raise RecordingError(
                f"{whole.name}: {block.stimulated} is no branch of the facial nerve, so it shows no lateral spread; "
                "use --kind blink"
            )
        if not trigeminal and kind == "blink":
            raise RecordingError(
                f"{whole.name}: {block.stimulated} is a branch of the facial nerve, which evokes no blink reflex; "
                "use --kind lateral-spread"
            )


def _verdict(
    kind: str, whole: Read, cleans: tuple[Clean, ...], responses: list[Response]
) -> tuple[str, tuple[str, ...]]:
    reasons = list(whole.doubts)
    for clean in cleans:
        reasons += [f"{clean.block.channel}: {note}" for note in clean.notes]
    reasons += _intervals(kind, cleans)
    blind = [one for one in responses if one.state is State.NOT_ASSESSABLE]
    reasons += [f"{one.block.channel}: {one.name} is not assessable: {one.because[0]}" for one in blind]
    told = tuple(dict.fromkeys(reasons))
    # That another muscle's response is conducted to these electrodes answers nothing that was asked.
    if all(one.state is State.NOT_ASSESSABLE or one.volume_conducted for one in responses):
        return "refused", told or ("no channel can be assessed",)
    return ("limited" if told else "good"), told


def _intervals(kind: str, cleans: tuple[Clean, ...]) -> list[str]:
    from facialis import knowledge

    least = knowledge.threshold("blink_interval_min_s")
    short = [clean.block.interval_s for clean in cleans if clean.block.interval_s is not None]
    if kind != "blink" or not short or min(short) >= least:
        return []
    return [f"stimuli came every {min(short):.1f} s; below {least:g} s the blink reflex habituates: R2 may be small"]


def _source(evoked: Evoked) -> dict[str, Any]:
    blocks = evoked.read.blocks
    return {
        "name": evoked.read.name,
        "sha256": evoked.read.sha256,
        "form": evoked.read.form,
        "kind": evoked.kind,
        "stimuli_from": evoked.read.stimuli_from,
        "days_since_toxin": evoked.days_since_toxin,
        "channels": [
            {
                "name": block.channel,
                "muscle": block.muscle,
                "side": block.side.value,
                "stimulated": str(block.stimulated),
                "rate_hz": round(block.rate_hz, 3),
                "unit": "uV",
                "sweeps": len(block),
                "from_ms": round(float(block.time_ms[0]), 3),
                "until_ms": round(float(block.time_ms[-1]), 3),
                "interval_s": block.interval_s,
            }
            for block in blocks
        ],
    }


def _quality(clean: Clean) -> dict[str, Any]:
    return {
        "name": clean.block.channel,
        "stimulated": str(clean.block.stimulated),
        "sweeps": len(clean.kept),
        "sweeps_used": len(clean),
        "noise_uv": round(clean.rms_uv, 3),
        "artefact_uv": round(clean.artefact_uv, 1),
        "seen_from_ms": round(clean.from_ms, 2),
        "saturated_sweeps": clean.saturated,
        "polarity_alternates": clean.alternates,
        "notes": list(clean.notes),
    }
