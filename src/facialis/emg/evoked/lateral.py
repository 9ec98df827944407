"""A branch of the facial nerve is stimulated: direct response, F-wave and lateral spread, each in its own muscles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from facialis import knowledge
from facialis.emg.evoked import early, late
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.f_wave import f_wave
from facialis.emg.evoked.response import Response
from facialis.emg.evoked.sweeps import Floats
from facialis.findings import Side

# From here on a response is a reflex through the brainstem (R2 of the blink reflex), not lateral spread (notes D3).
REFLEX_FROM_MS, REFLEX_UNTIL_MS = 25.0, 50.0
# The conducted copy of a direct response is fitted where nothing else can be yet.
_COPY_MS = (1.5, 6.0)
_COPY_SHIFT_MS = 0.5
_COPY_EXPLAINS = 0.6


def responses(cleans: Sequence[Clean], rng: np.random.Generator) -> list[Response]:
    """Return what the channels show after stimuli to one branch.

    Parameters
    ----------
    cleans : sequence of Clean
        Of one stimulated branch.
    rng : Generator
    """
    direct = [clean for clean in cleans if clean.block.direct]
    found: list[Response] = []
    for clean in cleans:
        block = clean.block
        if block.muscle is None or block.side is Side.NONE:
            found.append(
                early.refused(block, "LSR", len(clean), "muscle and side are not known; say them with --montage")
            )
        elif block.direct:
            found += _direct(clean, rng)
        elif not block.ipsilateral:
            found += _other_side(clean, rng)
        elif block.stimulated.may_supply(block.muscle, block.side):
            why = f"the {block.stimulated.words} moves this muscle in some people: a response here is no lateral spread"
            found.append(early.refused(block, "LSR", len(clean), why))
        else:
            found += _spread(clean, direct, rng)
    return found


def _direct(clean: Clean, rng: np.random.Generator) -> list[Response]:
    return [early.look(clean, early.spread("M"), rng), f_wave(clean, rng)]


def _other_side(clean: Clean, rng: np.random.Generator) -> list[Response]:
    return [one for one in [_reflex(clean, "R2c", rng)] if one.present]


def _spread(clean: Clean, direct: Sequence[Clean], rng: np.random.Generator) -> list[Response]:
    asked = early.spread("LSR")
    conducted = early.look(clean, early.spread("M"), rng)
    found = []
    if conducted.present:
        found.append(
            replace(
                conducted, volume_conducted=True,
                because=("the direct response of the stimulated muscle, seen from afar", *conducted.because),
            )
        )  # fmt: skip
        clean = without_copy(clean, direct)
    response = early.look(clean, asked, rng)
    if conducted.present and not response.present:
        response = _hidden(clean, response)
    found.append(response)
    reflex = _reflex(clean, "R2i", rng)
    if reflex.present:
        found.append(reflex)
    return found


def _hidden(clean: Clean, response: Response) -> Response:
    """Say that a conducted response hides the early part, where it does."""
    time = clean.time_ms
    limit = max(3 * clean.rms_uv / np.sqrt(len(clean)), knowledge.threshold("lateral_spread_amplitude_min_uv"))
    loud = np.flatnonzero((abs(clean.average) > limit) & (time > 1.5) & (time < 16.0))
    if not len(loud) or time[loud[-1]] < 9.0:
        return response
    return early.refused(
        clean.block,
        "LSR",
        len(clean),
        f"the conducted direct response lasts until {time[loud[-1]]:.1f} ms and hides it",
    )


def _reflex(clean: Clean, name: str, rng: np.random.Generator) -> Response:
    least = int(knowledge.threshold("lateral_spread_sweeps_min"))
    found = late.look(clean, name, REFLEX_FROM_MS, REFLEX_UNTIL_MS, least, rng)
    return replace(found, because=("a reflex through the brainstem, no lateral spread", *found.because))


def without_copy(clean: Clean, direct: Sequence[Clean]) -> Clean:
    """Take out the copy of a stimulated muscle's direct response that the tissue conducts to these electrodes.

    The copy is that muscle's average, some smaller, a little shifted: fitted before anything else can come, and taken
    out as a whole where it explains what is there.
    """
    best: tuple[float, Floats] | None = None
    time = clean.time_ms
    window = (time >= max(_COPY_MS[0], clean.from_ms)) & (time <= _COPY_MS[1])
    mine = clean.average
    for other in direct:
        theirs = np.interp(time, other.time_ms, other.average)
        fade = np.clip((16.0 - time) / 4.0, 0, 1)
        for shift in np.arange(-_COPY_SHIFT_MS, _COPY_SHIFT_MS + 0.01, 0.05):
            moved = np.interp(time - shift, time, theirs)
            basis = np.column_stack([moved, np.gradient(moved)])
            fit, *_ = np.linalg.lstsq(basis[window], mine[window], rcond=None)
            rest = float(np.sum((mine[window] - basis[window] @ fit) ** 2))
            if best is None or rest < best[0]:
                best = (rest, np.asarray(basis @ fit * fade))
    if best is None or best[0] > (1 - _COPY_EXPLAINS) * float(np.sum(mine[window] ** 2)):
        return clean
    return early.subtract(clean, best[1])
