"""A branch of the facial nerve is stimulated: direct response, F-wave and lateral spread, each in its own muscles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from facialis import knowledge
from facialis.emg.evoked import conducted, early, late
from facialis.emg.evoked.artefact import Clean
from facialis.emg.evoked.f_wave import f_wave
from facialis.emg.evoked.response import Response
from facialis.findings import Side, State

# From here on a response is a reflex through the brainstem (R2 of the blink reflex), not lateral spread (notes D3).
REFLEX_FROM_MS, REFLEX_UNTIL_MS = 25.0, 50.0


def responses(cleans: Sequence[Clean], rng: np.random.Generator) -> list[Response]:
    """Return what the channels show after stimuli to one branch.

    Parameters
    ----------
    cleans : sequence of Clean
        Of one stimulated branch.
    rng : Generator
    """
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
            found += _spread(clean, rng)
    return found


def _direct(clean: Clean, rng: np.random.Generator) -> list[Response]:
    return [early.look(clean, early.spread("M"), rng), f_wave(clean, rng)]


def _other_side(clean: Clean, rng: np.random.Generator) -> list[Response]:
    return [one for one in [_reflex(clean, "R2c", rng)] if one.present]


def _spread(clean: Clean, rng: np.random.Generator) -> list[Response]:
    asked = early.spread("LSR")
    direct = early.look(clean, early.spread("M"), rng)
    found = []
    if direct.present and direct.latency_ms is not None:
        because = ("volume conduction: the direct motor response of a stimulated muscle", *direct.because)
        found.append(replace(direct, volume_conducted=True, because=because))
        far = conducted.model(clean, direct.latency_ms.value)
        clean = replace(clean, uv=clean.uv - far.uv, misfit_uv=far.misfit_uv, lefts_uv=far.lefts_uv)
    found.append(_not_hidden(early.look(clean, asked, rng), clean, asked))
    reflex = _reflex(clean, "R2i", rng)
    if reflex.present:
        found.append(reflex)
    return found


def _not_hidden(response: Response, clean: Clean, asked: early.Asked) -> Response:
    """Say that nothing can be said where what is left of a conducted response is as large as what was found."""
    time = clean.time_ms
    if response.present and response.latency_ms is not None and response.amplitude_uv is not None:
        there = (time >= response.latency_ms.value - 0.5) & (time <= response.latency_ms.value + 1.5)
        if response.amplitude_uv.value < clean.misfit_uv[there].max():
            return early.refused(
                clean.block, asked.name, len(clean),
                "what stands out may be what is left of the volume-conducted direct motor response",
            )  # fmt: skip
        return response
    if response.state is State.NOT_ASSESSABLE:
        return response
    limit = max(early.LIMIT_UV, asked.floor_uv)
    loud = np.flatnonzero((clean.misfit_uv > limit) & (time >= asked.from_ms) & (time <= asked.until_ms))
    if not len(loud):
        return response
    until = time[loud[-1]]
    return early.refused(
        clean.block, "LSR", len(clean), f"the volume-conducted direct motor response hides it until {until:.1f} ms"
    )


def _reflex(clean: Clean, name: str, rng: np.random.Generator) -> Response:
    least = int(knowledge.threshold("lateral_spread_sweeps_min"))
    found = late.look(clean, name, REFLEX_FROM_MS, REFLEX_UNTIL_MS, least, rng)
    return replace(found, because=("late, as a reflex through the brainstem (R2): no lateral spread", *found.because))
